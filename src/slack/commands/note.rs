//! `/datadog incident note`: adds a note to the timeline, and edits entries.

use muster_commands::modal::{FieldErrors, ViewSubmission};
use muster_commands::note;

use crate::domain::text::{Span, text, truncate};
use crate::domain::{DecisionContext, EditEntry, Incident, StoredEntry, Timestamp};
use crate::error::{Error, Result};
use crate::slack::commands::timeline::updated_list;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_timezone::{user_clock, utc_notice};

/// Maximum length of the user's text in an error message.
const ECHO_LIMIT: usize = 2_500;

/// Adds the note, or opens the modal if the command has no text.
pub(crate) async fn handle(ctx: &RequestContext, args: String) -> Result<Reply> {
    let clock = user_clock(ctx).await?;
    let (happened_at, note) = clock
        .split_leading_time(&args)
        .map_err(|error| Error::Rejected(format!("{error} {}", echo_text(&args))))?;
    let incident = ctx.incident().await?;
    if note.is_empty() {
        let happened = happened_at.map_or_else(|| "now".to_owned(), |at| clock.format(at));
        let view = ctx.incident_modal(note::modal(incident.id, &happened), incident.id);
        return Ok(Reply::modal(view, ctx.retry_hint("incident note")));
    }
    let (note, at) = (note.to_owned(), happened_at.unwrap_or(ctx.actor.at));
    ctx.change(incident.id, move |incident, actor| {
        incident.add_note(note, at, actor)
    })
    .await?;
    let zone = happened_at.map(|_| utc_notice(&clock)).unwrap_or_default();
    let offline = vec![
        text(format!("Added your note to {}, at ", incident.id)),
        Span::Time(at),
        text(format!(".{zone}")),
    ];
    // The post in the channel does not show the time that was typed.
    let is_posted_here = happened_at.is_none() && ctx.is_in_channel_of(&incident);
    let message = Some(offline.clone()).filter(|_| !is_posted_here);
    Ok(Reply::saved_or(message, offline))
}

/// Adds the note of a submission.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let args = note::read(&form.view_state)?;
    let at = parse_happened_at(ctx, args.happened_at.as_deref()).await?;
    let (note, at) = (args.text.unwrap_or_default(), at.unwrap_or(ctx.actor.at));
    let id = ctx.incident_id()?;
    ctx.change(id, move |incident, actor| {
        incident.add_note(note, at, actor)
    })
    .await?;
    Ok(Reply::submission_saved(
        "Note saved",
        &format!("Your note on {id} is saved."),
        "it will be posted in the channel when it's back.",
    ))
}

/// Applies a submission that edits a timeline entry.
pub(crate) async fn submit_edit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let args = note::read_changes(&form.view_state)?;
    let edit = EditEntry {
        happened_at: parse_happened_at(ctx, args.happened_at.as_deref()).await?,
        text: args.text,
    };
    let actor = ctx.actor.clone();
    let target = ctx.target(ctx.incident_id()?);
    let number = form.private_metadata.number;
    let entry = number.ok_or(Error::NotFound("entry"))?;
    let edits = move |incident: &Incident, stored: &StoredEntry, _: &DecisionContext<'_>| {
        incident.edit_entry(stored, edit, &actor)
    };
    ctx.store()
        .change_timeline_entry(target, entry, edits)
        .await?;
    let list = updated_list(ctx, form.private_metadata.list.as_deref()).await?;
    Ok(ctx.saved_in_list(
        list,
        Reply::submission_saved(
            "Entry saved",
            "The entry is saved.",
            "its post in the channel will be updated when it's back.",
        ),
    ))
}

/// Parses the time of a submission, if it has one.
async fn parse_happened_at(ctx: &RequestContext, text: Option<&str>) -> Result<Option<Timestamp>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let at = user_clock(ctx).await?.parse_past(text);
    let at = at.map_err(|error| FieldErrors::one(note::HAPPENED_AT, error.to_string()))?;
    Ok(Some(at))
}

/// Returns the user's text for an error message, so that the input is not lost.
pub(crate) fn echo_text(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!(
        "Nothing was saved. You typed: {}",
        truncate(text, ECHO_LIMIT)
    )
}
