//! The tools that postmortems are exported to: one file each.

pub(super) mod canvas;
mod canvas_markdown;
pub(super) mod confluence;
pub(super) mod notebook;

use crate::domain::UserClock;
use crate::domain::postmortem::{
    ExportReceipt, ExportTarget, PostmortemStatus, PostmortemView, RenderedPostmortem,
};
use crate::rest_client::{ServiceError, ServiceErrorKind};
use crate::worker::job::JobContext;
use crate::worker::job_error::{RemoteError, RemoteErrorKind};

/// The inputs of an export.
pub(super) struct ExportInput {
    /// The document, with the values of its variables.
    pub(super) document: RenderedPostmortem,
    /// The page that an earlier export created; `None` for the first export.
    pub(super) previous: Option<ExportReceipt>,
    /// The URL of the document's page; `None` if the pages have none.
    pub(super) page_url: Option<String>,
}

impl ExportInput {
    /// Renders the document as it is now. Returns `None` if there is none.
    pub(super) fn new(target: ExportTarget, job: &JobContext<'_>) -> Option<Self> {
        let source = job.attempt.postmortem.as_ref()?;
        let incident_url = job
            .app
            .config
            .page_url(&format!("/incidents/{}", job.incident.id.number()));
        let clock = UserClock::new(job.app.clock.now(), "UTC");
        let channel = job.incident.channel.as_ref();
        let channel_url =
            channel.map(|it| format!("https://slack.com/app_redirect?channel={}", it.id));
        let view = PostmortemView {
            clock: &clock,
            page_url: incident_url.as_deref(),
            channel_url: channel_url.as_deref(),
        };
        let mut exports = source.document.exports.iter();
        Some(Self {
            document: source.render(&view),
            previous: exports
                .find(|export| export.target == target)
                .and_then(|export| export.receipt.clone()),
            page_url: incident_url.map(|url| format!("{url}/postmortem")),
        })
    }
}

impl ExportInput {
    /// Returns the title of the page, which starts with the number of the incident and is therefore unique.
    fn numbered_title(&self, job: &JobContext<'_>) -> String {
        let (label, title) = (job.incident.id.to_string(), &self.document.title);
        match title.split_whitespace().next() == Some(&label) {
            true => title.clone(),
            false => format!("{label} {title}"),
        }
    }

    /// Returns the first sentences of the page, in Markdown.
    fn introduction(&self, job: &JobContext<'_>) -> String {
        let postmortem = job.incident.postmortem.as_ref();
        let status = postmortem.map_or(PostmortemStatus::Draft, |it| it.status);
        let document = match &self.page_url {
            Some(url) => format!("[the postmortem]({url})"),
            None => "the postmortem in Muster".to_owned(),
        };
        format!(
            "*{}. Exported by Muster. The next export replaces what you write here: edit {document} instead.*",
            status.label()
        )
    }
}

/// Returns the mark by which the page of an incident is recognized. Another Muster has its own.
fn marker(job: &JobContext<'_>) -> String {
    let label = job.incident.id.to_string().to_lowercase();
    format!("muster-{}-{label}", job.app.store.store_id())
}

/// Returns an error that is not repeated.
pub(super) fn rejected(reason: impl Into<String>) -> RemoteError {
    RemoteError {
        kind: RemoteErrorKind::Rejected,
        reason: reason.into(),
    }
}

/// Returns what an error of a service means for the next attempt.
fn remote_error(error: ServiceError) -> RemoteError {
    let kind = match error.kind {
        ServiceErrorKind::Temporary => RemoteErrorKind::Temporary,
        ServiceErrorKind::Limited(wait) => RemoteErrorKind::Limited(wait),
        ServiceErrorKind::Uncertain => RemoteErrorKind::Uncertain,
        ServiceErrorKind::Rejected => RemoteErrorKind::Rejected,
    };
    RemoteError {
        kind,
        reason: error.reason,
    }
}
