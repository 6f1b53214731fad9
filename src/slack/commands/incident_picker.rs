//! The incident picker: asks for the incident of a command outside incident channels. The command then
//! continues with its original arguments.

use muster_commands::declare;
use muster_commands::incident_picker;
use muster_commands::incident_picker::PickerLabels;
use muster_commands::modal::block_kit_limits::{OPTIONS, TEXT};
use muster_commands::modal::{PrivateMetadata, ViewSubmission};
use muster_commands::slash::mrkdwn_decode::decode;
use muster_commands::slash::split_first_word;
use serde_json::Value;
use slack_morphism::prelude::{SlackBlockMarkDownText, SlackModalView};

use crate::domain::text::truncate;
use crate::domain::{IncidentId, Viewer};
use crate::error::{Error, Result};
use crate::slack::client::Message;
use crate::slack::dispatch;
use crate::slack::reply::{OfflineReply, Reply, SavedReply, text_view};
use crate::slack::request_context::RequestContext;
use crate::store::IncidentSummary;

/// Maximum length of the command's text in a message.
const ECHO_LIMIT: usize = 2_500;

/// Maximum length of a suggested title.
const TITLE_ECHO_LIMIT: usize = 100;

/// Opens the incident picker for a command, unless there is no incident to select.
pub(crate) async fn open(ctx: &RequestContext, labels: Option<PickerLabels>) -> Result<Reply> {
    if has_no_incidents(ctx, ctx.viewer.clone()).await? {
        return Err(match command_echo(ctx) {
            Some(echo) => Error::Rejected(format!(
                "{}{} Nothing was done. You typed: {echo}",
                no_incident_text(ctx),
                title_hint(ctx)
            )),
            None => no_incident_error(ctx),
        });
    }
    let labels = labels.ok_or(Error::NotFound("command"))?;
    let metadata = PrivateMetadata {
        command_sent_at: Some(ctx.actor.at.epoch_millis()),
        channel: ctx.origin.channel.clone(),
        response_url: ctx.origin.response_url.clone(),
        command: ctx.command_text.clone(),
        ..PrivateMetadata::default()
    };
    let command = format!("{} {}", ctx.slash_command(), decode(ctx.command_text()));
    if PrivateMetadata::parse(&metadata.to_metadata()).command != metadata.command {
        let text = truncate(&decode(ctx.command_text()), ECHO_LIMIT);
        return Err(Error::Rejected(format!(
            "This isn't an incident's channel, and your text is too long to keep while you choose an \
             incident. Nothing was done: type it in the incident's channel. You typed: {} {text}",
            ctx.slash_command()
        )));
    }
    let title = command_echo(ctx).map(|_| title_hint(ctx));
    let remark = format!("You typed: {command}{}", title.unwrap_or_default());
    let retry_hint = format!("Type it again: {}", truncate(&command, ECHO_LIMIT));
    Ok(Reply::modal(labels.modal(&remark, &metadata), retry_hint))
}

/// Runs the command of the picker for the selected incident. Its message appears in the channel of the
/// command, or in the modal while Slack is unreachable.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    incident_picker::read(&form.view_state)?;
    if ctx.command_text.is_none() {
        return Err(Error::NotFound("command"));
    }
    Ok(match dispatch::handle_command(ctx).await? {
        Reply::Ephemeral(message) => Reply::Saved(SavedReply {
            offline: OfflineReply::View(done_view(&message)),
            message: Some(message),
        }),
        Reply::Saved(SavedReply {
            message,
            offline: OfflineReply::Message(offline),
        }) => Reply::Saved(SavedReply {
            message,
            offline: OfflineReply::View(done_view(&offline)),
        }),
        reply => reply,
    })
}

fn done_view(message: &Message) -> Box<SlackModalView> {
    let text = truncate(&message.text, TEXT);
    text_view("Done", SlackBlockMarkDownText::new(text).into())
}

/// Returns the picker's options; none if they cannot be loaded.
pub(crate) async fn suggest_options(ctx: &RequestContext, payload: &Value) -> Value {
    find_options(ctx, incident_picker::query(payload))
        .await
        .unwrap_or_else(|error| {
            tracing::error!("Cannot list the open incidents for the incident picker: {error}");
            incident_picker::options::<&str>([])
        })
}

/// Returns the incidents that are visible to the user and match the query, open ones first, sorted by
/// severity. Older incidents are found by their number, so that they can be reopened.
async fn find_options(ctx: &RequestContext, query: &str) -> Result<Value> {
    let viewer = Viewer::user(ctx.user());
    let number = query.parse::<IncidentId>().ok();
    let incidents = ctx
        .store()
        .search_incidents(viewer.clone(), query.to_owned(), OPTIONS)
        .await?;
    let is_listed = |id: &IncidentId| incidents.iter().any(|incident| incident.id == *id);
    let by_number = match number.filter(|id| !is_listed(id)) {
        Some(id) => match ctx.store().incident(viewer, id).await {
            Ok(incident) => Some((incident.id, incident.severity, incident.title)),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let incidents = incidents
        .into_iter()
        .map(|incident| (incident.id, incident.severity, option_label(&incident)));
    Ok(incident_picker::options(
        by_number.into_iter().chain(incidents),
    ))
}

/// Returns the title of an option, with the status of an incident that is not open.
fn option_label(incident: &IncidentSummary) -> String {
    let title = incident.display_title();
    if incident.status.is_open() {
        title
    } else {
        format!("{} · {title}", incident.status.label())
    }
}

/// Returns whether there is no incident to select, open or not.
pub(crate) async fn has_no_incidents(ctx: &RequestContext, viewer: Viewer) -> Result<bool> {
    let incidents = ctx
        .store()
        .search_incidents(viewer, String::new(), 1)
        .await?;
    Ok(incidents.is_empty())
}

/// Returns the error for an empty picker.
pub(crate) fn no_incident_error(ctx: &RequestContext) -> Error {
    Error::Rejected(no_incident_text(ctx))
}

pub(crate) fn no_incident_text(ctx: &RequestContext) -> String {
    let command = ctx.slash_command();
    format!("No open incidents. To declare one, type {command} incident.")
}

/// Returns the command's text, if it has arguments.
fn command_echo(ctx: &RequestContext) -> Option<String> {
    let (first, rest) = split_first_word(ctx.command_text());
    let args = if is_incident_keyword(first) {
        split_first_word(rest).1
    } else {
        rest
    };
    (!args.is_empty()).then(|| {
        let text = truncate(&decode(ctx.command_text()), ECHO_LIMIT);
        format!("{} {text}", ctx.slash_command())
    })
}

fn is_incident_keyword(text: &str) -> bool {
    declare::WORDS.contains(&text.to_lowercase().as_str())
}

/// Returns a hint to declare an incident with the text as its title; empty if it cannot be a title.
pub(crate) fn title_hint(ctx: &RequestContext) -> String {
    let (first, rest) = split_first_word(ctx.command_text());
    if !is_incident_keyword(first) || rest.is_empty() {
        return String::new();
    }
    format!(
        " To declare an incident with this title, put it in quotes: {} {first} \"{}\".",
        ctx.slash_command(),
        truncate(&decode(rest), TITLE_ECHO_LIMIT)
    )
}
