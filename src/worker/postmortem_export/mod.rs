//! The tools that postmortems are exported to: one file each.

pub(super) mod canvas;
mod canvas_markdown;
pub(super) mod confluence;
pub(super) mod notebook;

use crate::domain::UserClock;
use crate::domain::postmortem::{ExportReceipt, ExportTarget, PostmortemView, RenderedPostmortem};
use crate::worker::job::JobContext;

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
