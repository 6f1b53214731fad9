//! Exports postmortems to confluence.

use crate::domain::delivery::export_postmortem::ExportedPostmortem;
use crate::worker::job::JobContext;
use crate::worker::job_error::{JobResult, RemoteError, RemoteErrorKind};
use crate::worker::postmortem_export::ExportInput;

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
