//! `/datadog incident note`: what people saw and did goes on the timeline, and is changed there.

use muster_commands::form::{FieldErrors, Submission};
use muster_commands::limits::cut;
use muster_commands::note;

use super::asked::{Typed, sender, tell_asker};
use super::listener::Reply;
use super::open_form::open_typed;
use super::wall_clock::{clock_when_typed, read_in_utc, wall_clock};
use super::which_incident::{Meant, meant};
use super::words::{Piece, plain};
use super::{cards, stored_only};
use crate::bot::Bot;
use crate::domain::{By, EntryEdit, Moment};
use crate::error::{Error, Result};
use crate::store::Key;

/// How much of a text is told back to whoever typed it.
const TOLD_BACK: usize = 2_500;

/// Typed: puts the note on the timeline, or opens the form if there is no text.
///
/// # Errors
/// What is wrong with the time, that there is no incident to choose, or that it could not be stored.
pub async fn typed(bot: &Bot, typed: Typed, text: String) -> Result<Reply> {
    let clock = clock_when_typed(bot, &typed).await?;
    let (said, written) = clock
        .split(&text)
        .map_err(|why| Error::Refused(format!("{why} {}", told_back(&text))))?;
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    let by = By::new(typed.person.clone(), bot.clock.now());
    if written.is_empty() {
        let happened = said.map_or_else(|| "now".to_owned(), |at| clock.shown(at));
        let again = format!("Type it again: {} incident note", bot.settings.command);
        let form = note::form(incident.id, &happened);
        return Ok(open_typed(bot, typed, form, again));
    }
    let (written, at) = (written.to_owned(), said.unwrap_or(by.at));
    bot.store
        .change(typed.viewer(), incident.id, typed.key(), move |incident| {
            incident.add_note(written, at, &by)
        })
        .await?;
    let zone = said.map(|_| read_in_utc(&clock)).unwrap_or_default();
    Ok(Reply::Ephemeral(cards::line(vec![
        plain(format!("Your note is on the timeline of {}: ", incident.id)),
        Piece::Time(at),
        plain(format!(".{zone}")),
    ])))
}

/// Submitted: puts the note on the timeline.
///
/// # Errors
/// What is wrong with a field, or that it could not be stored.
pub async fn submitted(bot: &Bot, form: &Submission) -> Result<Reply> {
    let said = note::read(&form.answers)?;
    let at = happened(bot, form, said.happened.as_deref()).await?;
    let by = By::new(form.person.clone(), bot.clock.now());
    let (text, at) = (said.note.unwrap_or_default(), at.unwrap_or(by.at));
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    bot.store
        .change(sender(form), id, Key::view(&form.view), move |incident| {
            incident.add_note(text, at, &by)
        })
        .await?;
    Ok(stored_only::answer(bot, "Note stored", || {
        format!(
            "Your note is on the timeline of {id}. Slack does not answer us right now: the channel is \
             told as soon as Slack does. There is nothing more to do here."
        )
    }))
}

/// Submitted: changes what the person changed of an entry.
///
/// # Errors
/// What is wrong with a field, that they may not, or that it could not be stored.
pub async fn edited(bot: &Bot, form: &Submission) -> Result<Reply> {
    let said = note::read_changes(&form.answers)?;
    let edit = EntryEdit {
        happened_at: happened(bot, form, said.happened.as_deref()).await?,
        note: said.note,
    };
    let is_untouched = edit == EntryEdit::default();
    let by = By::new(form.person.clone(), bot.clock.now());
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let entry = form.carried.number.ok_or(Error::NotFound("entry"))?;
    bot.store
        .change_entry(
            sender(form),
            (id, entry),
            Key::view(&form.view),
            move |incident, kept| incident.edit_entry(kept, edit, &by),
        )
        .await?;
    if !is_untouched {
        let told = plain("The entry is changed, and what it said before is kept.");
        tell_asker(
            bot,
            form.carried.response_url.clone(),
            cards::line(vec![told]),
        );
    }
    Ok(Reply::Nothing)
}

/// Reads when it happened, where the form says so.
async fn happened(bot: &Bot, form: &Submission, said: Option<&str>) -> Result<Option<Moment>> {
    let Some(said) = said else {
        return Ok(None);
    };
    let clock = wall_clock(bot, &form.person).await?;
    let read = clock.happened(said);
    let at = read.map_err(|why| FieldErrors::one(note::HAPPENED, why.to_string()))?;
    Ok(Some(at))
}

/// Gives what was typed, so that it is not lost.
fn told_back(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("Nothing was stored. You typed: {}", cut(text, TOLD_BACK))
}
