//! `/datadog incident note`: adds a note to the timeline, and edits entries.

use muster_commands::modal::block_kit_limits::truncate;
use muster_commands::modal::{FieldErrors, ViewSubmission};
use muster_commands::note;

use crate::app::App;
use crate::domain::{Actor, EditEntry, Timestamp};
use crate::error::{Error, Result};
use crate::slack::blocks::announcement;
use crate::slack::commands::incident_picker::{IncidentChoice, incident_for_command};
use crate::slack::dispatch::Reply;
use crate::slack::offline_reply;
use crate::slack::open_modal::open_modal_for_command;
use crate::slack::request_context::{SlashCommand, reply_ephemeral, submission_viewer};
use crate::slack::text::activity::{Span, text};
use crate::slack::users::user_timezone::{command_clock, user_clock, utc_notice};
use crate::store::IdempotencyKey;

/// Maximum length of the user's text in an error message.
const ECHO_LIMIT: usize = 2_500;

/// Adds the note, or opens the modal if the command has no text.
pub async fn handle(app: &App, typed: SlashCommand, note: String) -> Result<Reply> {
    let clock = command_clock(app, &typed).await?;
    let (said, written) = clock
        .split_leading_time(&note)
        .map_err(|why| Error::Rejected(format!("{why} {}", echo_text(&note))))?;
    let incident = match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => incident,
        IncidentChoice::Prompt(reply) => return Ok(reply),
    };
    let by = Actor::new(typed.user.clone(), app.clock.now());
    if written.is_empty() {
        let happened = said.map_or_else(|| "now".to_owned(), |at| clock.format(at));
        let again = format!("Type it again: {} incident note", app.config.command);
        let form = note::modal(incident.id, &happened);
        return Ok(open_modal_for_command(app, typed, form, again));
    }
    let (written, at) = (written.to_owned(), said.unwrap_or(by.at));
    app.store
        .change(
            typed.viewer(),
            incident.id,
            typed.idempotency_key(),
            move |incident| incident.add_note(written, at, &by),
        )
        .await?;
    let zone = said.map(|_| utc_notice(&clock)).unwrap_or_default();
    Ok(Reply::Ephemeral(announcement::text_message(vec![
        text(format!("Your note is on the timeline of {}: ", incident.id)),
        Span::Time(at),
        text(format!(".{zone}")),
    ])))
}

/// Adds the note of a submission.
pub async fn submit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let said = note::read(&form.view_state)?;
    let at = parse_happened_at(app, form, said.happened_at.as_deref()).await?;
    let by = Actor::new(form.user.clone(), app.clock.now());
    let (text, at) = (said.text.unwrap_or_default(), at.unwrap_or(by.at));
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    app.store
        .change(
            submission_viewer(form),
            id,
            IdempotencyKey::view(&form.view_id),
            move |incident| incident.add_note(text, at, &by),
        )
        .await?;
    Ok(offline_reply::reply_to_modal(app, "Note stored", || {
        format!(
            "Your note is on the timeline of {id}. Slack does not answer us right now: the channel is \
             told as soon as Slack does. There is nothing more to do here."
        )
    }))
}

/// Applies a submission that edits a timeline entry.
pub async fn submit_edit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let said = note::read_changes(&form.view_state)?;
    let edit = EditEntry {
        happened_at: parse_happened_at(app, form, said.happened_at.as_deref()).await?,
        note: said.text,
    };
    let is_untouched = edit == EditEntry::default();
    let by = Actor::new(form.user.clone(), app.clock.now());
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let entry = form
        .private_metadata
        .number
        .ok_or(Error::NotFound("entry"))?;
    app.store
        .change_timeline_entry(
            submission_viewer(form),
            (id, entry),
            IdempotencyKey::view(&form.view_id),
            move |incident, kept| incident.edit_entry(kept, edit, &by),
        )
        .await?;
    if !is_untouched {
        let told = text("The entry is changed, and what it said before is kept.");
        reply_ephemeral(
            app,
            form.private_metadata.response_url.clone(),
            announcement::text_message(vec![told]),
        );
    }
    Ok(Reply::Nothing)
}

/// Parses the time of a submission, if it has one.
async fn parse_happened_at(
    app: &App,
    form: &ViewSubmission,
    said: Option<&str>,
) -> Result<Option<Timestamp>> {
    let Some(said) = said else {
        return Ok(None);
    };
    let clock = user_clock(app, &form.user).await?;
    let read = clock.parse_past(said);
    let at = read.map_err(|why| FieldErrors::one(note::HAPPENED_AT, why.to_string()))?;
    Ok(Some(at))
}

/// Returns the user's text for an error message, so that the input is not lost.
fn echo_text(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!(
        "Nothing was stored. You typed: {}",
        truncate(text, ECHO_LIMIT)
    )
}
