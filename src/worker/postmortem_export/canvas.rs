//! Exports postmortems to canvas.

use crate::domain::delivery::export_postmortem::ExportedPostmortem;
use crate::worker::job::JobContext;
use crate::worker::job_error::{JobResult, RemoteError, RemoteErrorKind};
use crate::worker::postmortem_export::ExportInput;

/// The methods that an export calls.
pub(in crate::worker) const METHODS: [&str; 2] = ["conversations.canvases.create", "canvases.edit"];

/// Creates or updates the page.
pub(in crate::worker) async fn export(
    _job: &JobContext<'_>,
    _input: &ExportInput,
) -> JobResult<ExportedPostmortem> {
    Err(RemoteError {
        kind: RemoteErrorKind::Rejected,
        reason: "This tool is not configured.".to_owned(),
    }
    .into())
}
