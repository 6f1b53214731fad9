//! Impacts: adds, ends, edits and removes them.

use crate::domain::{AddImpact, EditImpact, EntryKind, Incident, Timestamp, UserClock};
use crate::error::{Error, Result};
use crate::web::pages::actions::FormRequest;
use crate::web::pages::actions::submission::Submission;
use crate::web::parts::{ActionForm, FieldControl, FormField, Tense};

/// An action on an impact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImpactAction {
    /// Adds one.
    Add,
    /// Ends the ongoing one.
    End,
    /// Changes one.
    Edit,
    /// Removes one.
    Remove,
}

const DESCRIPTION: &str = "description";
const STARTED: &str = "started";
const ENDED: &str = "ended";
const CONFIRMED: &str = "confirmed";

/// Returns the form of an impact, or of its end.
pub(super) fn form(request: &FormRequest<'_>, action: ImpactAction) -> Result<Option<ActionForm>> {
    match action {
        ImpactAction::Add => Ok(Some(impact_form(request, "Add impact"))),
        ImpactAction::End => {
            let ended = request.past_field(ENDED, "Ended", String::new());
            Ok(Some(request.with_fields("End impact", vec![ended])))
        }
        ImpactAction::Edit if request.incident.impact(request.number).is_none() => {
            Err(Error::NotFound("impact"))
        }
        ImpactAction::Edit => Ok(Some(impact_form(request, "Save"))),
        ImpactAction::Remove => Ok(None),
    }
}

/// Returns the form with the stored values; empty for a new impact, which has no number yet.
fn impact_form(request: &FormRequest<'_>, submit: &'static str) -> ActionForm {
    let clock = request.signed_in.clock;
    let value = |name: &str| field_value(name, request.incident, request.number, &clock);
    let ended = FormField::single_line(ENDED, "Ended", value(ENDED));
    let mut fields = vec![
        FormField::text(
            DESCRIPTION,
            "How are customers affected?",
            value(DESCRIPTION),
        ),
        request.past_field(STARTED, "Started", value(STARTED)),
        ended.with_time(Tense::Past, "Empty while customers are affected."),
    ];
    if is_doubtful(request) {
        let label = "The start is right";
        let control = FieldControl::Checkbox;
        fields.push(FormField::new(CONFIRMED, label, control, String::new()));
    }
    request.with_fields(submit, fields)
}

/// Returns whether the submitted start is probably a mistake.
fn is_doubtful(request: &FormRequest<'_>) -> bool {
    let started = request.submitted.map(|form| form.value(STARTED));
    let started = started.and_then(|text| request.signed_in.clock.parse_past(text).ok());
    started.is_some_and(|at| request.incident.is_start_doubtful(at))
}

fn field_value(name: &str, incident: &Incident, number: i64, clock: &UserClock) -> String {
    let Some(impact) = incident.impact(number) else {
        return String::new();
    };
    match name {
        STARTED => clock.format(impact.started_at),
        ENDED => impact.ended_at.map_or(String::new(), |at| clock.format(at)),
        _ => impact.description.clone(),
    }
}

pub(super) async fn apply(submission: &Submission<'_>, action: ImpactAction) -> Result<()> {
    match action {
        ImpactAction::Add => add(submission).await,
        ImpactAction::End => {
            let at = submission.past(ENDED)?.unwrap_or(submission.signed_in.now);
            submission
                .change(move |incident, actor, _| Ok(incident.end_impact(at, actor)?))
                .await
        }
        ImpactAction::Edit => edit(submission).await,
        ImpactAction::Remove => remove(submission).await,
    }
}

async fn add(submission: &Submission<'_>) -> Result<()> {
    let started = submission.past(STARTED)?;
    let request = AddImpact {
        description: submission.text(DESCRIPTION)?,
        started_at: started.unwrap_or(submission.signed_in.now),
        ended_at: submission.past(ENDED)?,
    };
    let confirmation = Confirmation::read(submission);
    submission
        .change(move |incident, actor, _| {
            check_start(incident, request.started_at, confirmation)?;
            Ok(incident.add_impact(request, actor)?)
        })
        .await
}

async fn edit(submission: &Submission<'_>) -> Result<()> {
    let number = submission.number()?;
    let changed = |name| submission.is_changed(name);
    let mut edit = EditImpact::default();
    if changed(DESCRIPTION) {
        edit.description = Some(submission.text(DESCRIPTION)?);
    }
    if changed(STARTED) {
        edit.started_at = submission.past(STARTED)?.or(Some(submission.signed_in.now));
    }
    if changed(ENDED) {
        edit.ended_at = Some(submission.past(ENDED)?);
    }
    let expected = submission.expected(&[DESCRIPTION, STARTED, ENDED]);
    let clock = submission.signed_in.clock;
    let confirmation = Confirmation::read(submission);
    submission
        .change(move |incident, actor, _| {
            expected.check(|name| field_value(name, incident, number, &clock))?;
            if let Some(started_at) = edit.started_at {
                check_start(incident, started_at, confirmation)?;
            }
            Ok(incident.edit_impact(number, edit, actor)?)
        })
        .await
}

/// Whether the user confirmed a start that is probably a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Confirmation {
    Confirmed,
    Missing,
}

impl Confirmation {
    fn read(submission: &Submission<'_>) -> Self {
        match submission.form.value(CONFIRMED) {
            "yes" => Self::Confirmed,
            _ => Self::Missing,
        }
    }
}

/// Rejects a start that is probably a mistake, until the user confirms it.
fn check_start(
    incident: &Incident,
    started_at: Timestamp,
    confirmation: Confirmation,
) -> Result<()> {
    if confirmation == Confirmation::Confirmed || !incident.is_start_doubtful(started_at) {
        return Ok(());
    }
    Err(Error::Rejected(format!(
        "That's more than a day before {} was declared. Correct the start, or confirm it.",
        incident.id
    )))
}

async fn remove(submission: &Submission<'_>) -> Result<()> {
    let (target, number) = (submission.target()?, submission.number()?);
    let actor = submission.signed_in.actor();
    let store = submission.signed_in.store();
    store
        .change_entries_of_kind(target, EntryKind::Impact, move |incident, entries| {
            incident.remove_impact(number, entries, &actor)
        })
        .await
        .map(drop)
}
