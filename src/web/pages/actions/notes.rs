//! Notes and the entries of the timeline: adds, edits, removes, flags.

use muster_commands::note::NEEDS_TEXT;

use crate::domain::{
    Decision, DecisionContext, EditEntry, Importance, Incident, StoredEntry, TimelineEvent,
    UserClock,
};
use crate::error::{Error, Result};
use crate::web::pages::actions::FormRequest;
use crate::web::pages::actions::submission::Submission;
use crate::web::parts::{ActionForm, FormField, Tense};

/// An action on an entry of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryAction {
    /// Adds a note.
    AddNote,
    /// Changes the text or the time.
    Edit,
    /// Removes a note.
    Remove,
    /// Restores a removed note.
    Restore,
    /// Flags it as important.
    Flag,
    /// Removes the flag.
    Unflag,
}

const TEXT: &str = "text";
const AT: &str = "at";

/// Returns the form of a note, or of an entry.
pub(super) async fn form(
    request: &FormRequest<'_>,
    action: EntryAction,
) -> Result<Option<ActionForm>> {
    match action {
        EntryAction::AddNote => Ok(Some(note_form(request))),
        EntryAction::Edit => Ok(Some(edit_form(request).await?)),
        EntryAction::Remove | EntryAction::Restore | EntryAction::Flag | EntryAction::Unflag => {
            Ok(None)
        }
    }
}

fn note_form(request: &FormRequest<'_>) -> ActionForm {
    let fields = vec![
        FormField::text(TEXT, "Note", ""),
        request.past_field(AT, "When", request.default(AT)),
    ];
    request.with_fields("Add note", fields)
}

async fn edit_form(request: &FormRequest<'_>) -> Result<ActionForm> {
    let signed_in = request.signed_in;
    let stored = signed_in.store().timeline_entry(
        signed_in.viewer.clone(),
        request.incident.id,
        request.number,
    );
    let stored = stored.await?;
    let value = |name: &str| field_value(name, &stored, &signed_in.clock);
    let at = FormField::single_line(AT, "When", value(AT));
    let mut fields = vec![at.with_time(Tense::Past, "")];
    if stored.may_be_rewritten_by(&signed_in.actor()) {
        fields.insert(0, FormField::text(TEXT, "Text", value(TEXT)));
    }
    Ok(request.with_fields("Save", fields))
}

fn field_value(name: &str, stored: &StoredEntry, clock: &UserClock) -> String {
    match (name, &stored.entry.event) {
        (AT, _) => clock.format(stored.entry.happened_at),
        (_, TimelineEvent::Note { text } | TimelineEvent::StatusUpdate { text, .. }) => {
            text.clone()
        }
        _ => String::new(),
    }
}

pub(super) async fn apply(submission: &Submission<'_>, action: EntryAction) -> Result<()> {
    let actor = submission.signed_in.actor();
    match action {
        EntryAction::AddNote => add(submission).await,
        EntryAction::Edit => edit(submission).await,
        EntryAction::Remove => {
            change_entry(submission, move |incident, entry, context| {
                incident.remove_text_entry(entry, &actor, context)
            })
            .await
        }
        EntryAction::Restore => restore(submission).await,
        EntryAction::Flag => set_importance(submission, Importance::Important).await,
        EntryAction::Unflag => set_importance(submission, Importance::Normal).await,
    }
}

async fn restore(submission: &Submission<'_>) -> Result<()> {
    let actor = submission.signed_in.actor();
    let (target, entry) = (submission.target()?, submission.number()?);
    let store = submission.signed_in.store();
    store
        .change_removable_entry(target, entry, move |incident, entry| {
            incident.restore_entry(entry, &actor)
        })
        .await
        .map(drop)
}

async fn set_importance(submission: &Submission<'_>, importance: Importance) -> Result<()> {
    let actor = submission.signed_in.actor();
    change_entry(submission, move |incident, entry, _| {
        incident.set_importance(entry, importance, &actor)
    })
    .await
}

async fn add(submission: &Submission<'_>) -> Result<()> {
    let text = submission.text(TEXT)?;
    if text.is_empty() {
        return Err(Error::Rejected(NEEDS_TEXT.to_owned()));
    }
    let at = submission.past(AT)?.unwrap_or(submission.signed_in.now);
    submission
        .change(move |incident, actor, _| Ok(incident.add_note(text, at, actor)?))
        .await
}

async fn edit(submission: &Submission<'_>) -> Result<()> {
    let text = submission.text(TEXT)?;
    let rewrites = submission.form.expected(TEXT).is_some() && submission.is_changed(TEXT);
    if rewrites && text.is_empty() {
        return Err(Error::Rejected(NEEDS_TEXT.to_owned()));
    }
    let happened_at = match submission.is_changed(AT) {
        true => submission.past(AT)?,
        false => None,
    };
    let expected = submission.expected(&[TEXT, AT]);
    let (actor, clock) = (submission.signed_in.actor(), submission.signed_in.clock);
    let edit = EditEntry {
        text: rewrites.then_some(text),
        happened_at,
    };
    change_entry(submission, move |incident, stored, _| {
        expected.check(|name| field_value(name, stored, &clock))?;
        incident.edit_entry(stored, edit, &actor)
    })
    .await
}

async fn change_entry(
    submission: &Submission<'_>,
    decide: impl FnOnce(&Incident, &StoredEntry, &DecisionContext<'_>) -> Decision + Send + 'static,
) -> Result<()> {
    let store = submission.signed_in.store();
    let (target, entry) = (submission.target()?, submission.number()?);
    let changed = store.change_timeline_entry(target, entry, decide).await;
    changed.map(drop)
}
