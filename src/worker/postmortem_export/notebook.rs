//! Exports postmortems to Datadog notebooks.

use crate::domain::delivery::export_postmortem::ExportedPostmortem;
use crate::domain::postmortem::ExportReceipt;
use crate::domain::text::markdown::escape_inline;
use crate::notebooks::{NotebookExport, NotebookReceipt};
use crate::worker::job::JobContext;
use crate::worker::job_error::JobResult;
use crate::worker::postmortem_export::{ExportInput, marker, rejected, remote_error};

/// Creates the notebook, or replaces its content.
pub(in crate::worker) async fn export(
    job: &JobContext<'_>,
    input: &ExportInput,
) -> JobResult<ExportedPostmortem> {
    let Some(client) = &job.app.notebooks else {
        let reason = "Datadog isn't configured. Set DATADOG_API_KEY and DATADOG_APP_KEY, and restart Muster.";
        return Err(rejected(reason).into());
    };
    let previous = input.previous.as_ref();
    let notebook = content(job, input).with_receipt(previous.map(notebook_receipt));
    let receipt = client.export(&notebook).await.map_err(remote_error)?;
    let same = previous.filter(|previous| previous.id == receipt.id);
    let detail = match previous.is_some() && same.is_none() {
        true => "The earlier notebook isn't there any more. This is a new one.",
        false => "",
    };
    Ok(ExportedPostmortem {
        receipt: ExportReceipt {
            id: receipt.id,
            url: receipt.url,
            version: same.map_or(1, |previous| previous.version + 1),
        },
        detail: detail.to_owned(),
    })
}

/// Returns the notebook: one cell for each section.
fn content(job: &JobContext<'_>, input: &ExportInput) -> NotebookExport {
    let label = job.incident.id.to_string();
    let mut notebook = NotebookExport::new(&label, &input.numbered_title(job), &marker(job));
    notebook.add_cell(&input.introduction(job));
    for section in &input.document.sections {
        let heading = escape_inline(&section.heading);
        notebook.add_cell(&format!("## {heading}\n\n{}", section.body));
    }
    notebook
}

fn notebook_receipt(receipt: &ExportReceipt) -> NotebookReceipt {
    NotebookReceipt {
        id: receipt.id.clone(),
        url: receipt.url.clone(),
    }
}
