//! Exports a postmortem to a canvas in the incident's channel.
//!
//! A canvas that people wrote is not overwritten: Muster recognizes its own by the receipt of an earlier export, or by
//! their first heading. If the channel's canvas belongs to people, the postmortem gets a tab next to it.

use crate::domain::delivery::export_postmortem::ExportedPostmortem;
use crate::domain::postmortem::ExportReceipt;
use crate::domain::{ChannelId, ChannelState, Incident};
use crate::slack::SlackError;
use crate::slack::client::{CanvasContent, ChannelCanvases, SlackResult};
use crate::worker::bot_identity::bot_identity;
use crate::worker::job::JobContext;
use crate::worker::job_error::{JobError, JobResult, RemoteError, RemoteErrorKind};
use crate::worker::postmortem_export::ExportInput;
use crate::worker::postmortem_export::canvas_markdown::{
    CanvasDocument, CanvasSection, canvas_markdown,
};

/// The methods that an export calls.
pub(in crate::worker) const METHODS: [&str; 5] = [
    "conversations.info",
    "canvases.sections.lookup",
    "canvases.edit",
    "conversations.canvases.create",
    "canvases.create",
];

/// The title of the canvas, which is the label of its tab. The heading names the incident.
const TITLE: &str = "Postmortem";

/// Error codes of a canvas that was deleted, or that the bot cannot see any more.
const GONE_CODES: [&str; 2] = ["canvas_not_found", "canvas_deleted"];

/// Error codes with which Slack rejects the canvas of a channel, but may accept one in a tab: another one was created
/// meanwhile, or the plan has only tabs.
const TAB_ONLY_CODES: [&str; 2] = [
    "channel_canvas_already_exists",
    "team_tier_cannot_create_channel_canvases",
];

/// A canvas with the postmortem, and a remark about it, as a sentence.
struct WrittenCanvas {
    id: String,
    detail: &'static str,
}

/// Creates the canvas, or replaces the content of the one that an earlier export created.
pub(in crate::worker) async fn export(
    job: &JobContext<'_>,
    input: &ExportInput,
) -> JobResult<ExportedPostmortem> {
    let channel = job.writable_channel().ok_or_else(|| no_channel(job))?;
    let identity = bot_identity(job.app).await?;
    let content = canvas_content(job.incident, input);
    let written = write(job, input, channel, &content)
        .await
        .map_err(retry_locked)?;
    let version = input.previous.as_ref().map_or(0, |it| it.version) + 1;
    let site = identity.url.trim_end_matches('/');
    Ok(ExportedPostmortem {
        receipt: ExportReceipt {
            url: format!("{site}/docs/{}/{}", identity.team_id, written.id),
            id: written.id,
            version,
        },
        detail: written.detail.to_owned(),
    })
}

async fn write(
    job: &JobContext<'_>,
    input: &ExportInput,
    channel: &ChannelId,
    content: &CanvasContent,
) -> SlackResult<WrittenCanvas> {
    let canvases = job.slack.channel_canvases(channel).await?;
    let previous = input.previous.as_ref().map(|receipt| &*receipt.id);
    // The canvas of an earlier export stays in its channel if the incident moves to another one.
    let previous_here = previous.filter(|id| contains(&canvases, id));
    if let Some(id) = previous_here
        && replace(job, id, content).await?
    {
        return Ok(written(id, ""));
    }
    if let Some(id) = find_own(job, &canvases).await?
        && replace(job, &id, content).await?
    {
        return Ok(written(&id, ""));
    }
    let created = create(job, channel, &canvases, content).await?;
    Ok(match previous {
        Some(_) => WrittenCanvas {
            detail: "The canvas of the last export isn't in the channel any more, so Muster created another one.",
            ..created
        },
        None => created,
    })
}

fn written(id: &str, detail: &'static str) -> WrittenCanvas {
    WrittenCanvas {
        id: id.to_owned(),
        detail,
    }
}

fn contains(canvases: &ChannelCanvases, id: &str) -> bool {
    let own = canvases.own.as_ref().is_some_and(|own| own.id == id);
    own || canvases.tabs.iter().any(|tab| tab == id)
}

/// Returns the canvas of the channel that Muster wrote although there is no receipt of it, because the response was
/// lost. An empty one belongs to no one.
async fn find_own(job: &JobContext<'_>, canvases: &ChannelCanvases) -> SlackResult<Option<String>> {
    if let Some(own) = canvases.own.as_ref().filter(|own| own.is_empty) {
        return Ok(Some(own.id.clone()));
    }
    let own = canvases.own.iter().map(|own| &own.id);
    let marker = marker(job.incident);
    for id in own.chain(&canvases.tabs) {
        match job.slack.canvas_has_heading(id, &marker).await {
            Ok(true) => return Ok(Some(id.clone())),
            Ok(false) => {}
            Err(error) if error.has_code(&GONE_CODES) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Replaces the content of a canvas. Returns false if the canvas does not exist any more.
async fn replace(job: &JobContext<'_>, id: &str, content: &CanvasContent) -> SlackResult<bool> {
    match job.slack.replace_canvas(id, &content.markdown).await {
        Ok(()) => Ok(true),
        Err(error) if error.has_code(&GONE_CODES) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Creates the canvas of the channel, or a tab if the channel has a canvas or the plan has only tabs.
async fn create(
    job: &JobContext<'_>,
    channel: &ChannelId,
    canvases: &ChannelCanvases,
    content: &CanvasContent,
) -> SlackResult<WrittenCanvas> {
    if canvases.own.is_none() {
        match job.slack.create_channel_canvas(channel, content).await {
            Err(error) if error.has_code(&TAB_ONLY_CODES) => {}
            result => return Ok(written(&result?, "")),
        }
    }
    let id = job.slack.create_canvas_tab(channel, content).await?;
    let detail = match canvases.own {
        Some(_) => "The channel has a canvas already, so the postmortem is in a tab next to it.",
        None => "",
    };
    Ok(WrittenCanvas { id, detail })
}

/// Returns the start of the heading, by which Muster recognizes its canvas. The colon ends the number.
fn marker(incident: &Incident) -> String {
    format!("Postmortem of {}:", incident.id)
}

fn canvas_content(incident: &Incident, input: &ExportInput) -> CanvasContent {
    let document = &input.document;
    let number = incident.id.to_string();
    let title = document.title.strip_prefix(&number).map(str::trim_start);
    let title = title.filter(|title| !title.is_empty());
    let heading = format!("{} {}", marker(incident), title.unwrap_or(&document.title));
    let introduction = introduction(incident, input.page_url.as_deref());
    let sections = document.sections.iter().map(|section| CanvasSection {
        heading: &section.heading,
        body: &section.body,
    });
    CanvasContent {
        title: TITLE.to_owned(),
        markdown: canvas_markdown(&CanvasDocument {
            heading: &heading,
            introduction: &introduction,
            sections: sections.collect(),
            page_url: input.page_url.as_deref(),
        }),
    }
}

fn introduction(incident: &Incident, page_url: Option<&str>) -> String {
    let status = incident.postmortem.as_ref().map(|it| it.status.label());
    let status = status.map_or_else(String::new, |status| format!("**{status}.** "));
    match page_url {
        Some(url) => format!(
            "{status}*Exported by Muster. The next export replaces what you write here: [edit the postmortem]({url}) instead.*"
        ),
        None => {
            format!("{status}*Exported by Muster. The next export replaces what you write here.*")
        }
    }
}

/// Returns why there is no channel for a canvas, and what to do.
fn no_channel(job: &JobContext<'_>) -> JobError {
    let reason = match job.incident.channel_state {
        ChannelState::Archived => {
            "The incident's channel is archived. Unarchive it and invite the app, then try again."
                .to_owned()
        }
        ChannelState::Pending | ChannelState::Open => {
            "The incident's channel doesn't exist yet. Try again when it does.".to_owned()
        }
        ChannelState::Failed | ChannelState::Deleted => format!(
            "The incident has no channel for a canvas. Create one with `{} incident repair`.",
            job.app.config.command
        ),
    };
    RemoteError {
        kind: RemoteErrorKind::Rejected,
        reason,
    }
    .into()
}

/// A canvas is locked while another edit is applied.
fn retry_locked(error: SlackError) -> JobError {
    if !error.has_code(&["canvas_editing_locked"]) {
        return error.into();
    }
    RemoteError {
        kind: RemoteErrorKind::Temporary,
        reason: "The canvas is locked. Unlock it in Slack.".to_owned(),
    }
    .into()
}
