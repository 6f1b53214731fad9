//! Exports postmortems to pages in Confluence.

use crate::confluence::{ConfluenceClient, PageExport, PageReceipt, StorageFormat};
use crate::domain::delivery::ExportPostmortem;
use crate::domain::delivery::export_postmortem::ExportedPostmortem;
use crate::domain::postmortem::ExportReceipt;
use crate::worker::job::JobContext;
use crate::worker::job_error::{JobResult, RemoteError, RemoteErrorKind};
use crate::worker::postmortem_export::{ExportInput, marker, rejected, remote_error};

/// Creates the page, or writes a new version of it.
pub(in crate::worker) async fn export(
    job: &JobContext<'_>,
    input: &ExportInput,
    payload: &ExportPostmortem,
) -> JobResult<ExportedPostmortem> {
    let Some(client) = &job.app.confluence else {
        let reason = "Confluence isn't configured. Set CONFLUENCE_URL, CONFLUENCE_TOKEN and CONFLUENCE_SPACE, and \
                      restart Muster.";
        return Err(rejected(reason).into());
    };
    let title = input.numbered_title(job);
    let titles = store_title(job, payload, &title).await?;
    let page = PageExport::new(&title, content(job, input), &marker(job))
        .with_titles(&titles)
        .with_receipt(input.previous.as_ref().map(page_receipt));
    let receipt = client.export(&page).await.map_err(remote_error)?;
    Ok(exported(client, input, receipt))
}

/// Returns the content of the page, in Confluence's storage format.
fn content(job: &JobContext<'_>, input: &ExportInput) -> StorageFormat {
    let mut content = StorageFormat::default();
    content.markdown(&input.introduction(job));
    for section in &input.document.sections {
        content.heading(&section.heading);
        content.markdown(&section.body);
    }
    content
}

/// Stores the title before the page is created: if it is another one at the next attempt, the page is found all the
/// same. Returns the titles of all attempts.
async fn store_title(
    job: &JobContext<'_>,
    payload: &ExportPostmortem,
    title: &str,
) -> JobResult<Vec<String>> {
    let mut titles = payload.titles.clone();
    if titles.iter().any(|known| known == title) {
        return Ok(titles);
    }
    titles.push(title.to_owned());
    let stored = ExportPostmortem {
        titles: titles.clone(),
        ..payload.clone()
    };
    let id = job.attempt.delivery.id;
    let storing = job.app.store.update_payload(id, stored.into());
    match storing.await {
        Ok(()) => Ok(titles),
        Err(error) => Err(RemoteError {
            kind: RemoteErrorKind::Temporary,
            reason: format!("The title couldn't be stored: {}.", error.cause()),
        }
        .into()),
    }
}

fn page_receipt(receipt: &ExportReceipt) -> PageReceipt {
    PageReceipt {
        id: receipt.id.clone(),
        url: receipt.url.clone(),
        version: u64::try_from(receipt.version).unwrap_or_default(),
    }
}

fn exported(
    client: &ConfluenceClient,
    input: &ExportInput,
    receipt: PageReceipt,
) -> ExportedPostmortem {
    let previous = input.previous.as_ref();
    let detail = match previous.is_some_and(|previous| previous.id != receipt.id) {
        true => format!(
            "The earlier page isn't there any more. This is a new one in the space {}.",
            client.space()
        ),
        false => String::new(),
    };
    ExportedPostmortem {
        receipt: ExportReceipt {
            id: receipt.id,
            url: receipt.url,
            version: i64::try_from(receipt.version).unwrap_or(i64::MAX),
        },
        detail,
    }
}
