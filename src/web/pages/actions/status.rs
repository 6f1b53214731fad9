//! The state of the incident: status updates, its status, its visibility, a repair, and a delivery that is tried
//! again.

use muster_commands::status_update::{
    INVALID_NEXT_UPDATE, NEEDS_TEXT, next_update_options, parse_next_update,
};

use crate::domain::{
    ENDS_BEFORE_START, FieldForm, NextUpdate, PostStatusUpdate, Resolve, ScheduleKind, Severity,
    Status, Update, Visibility,
};
use crate::error::{Error, Result};
use crate::web::pages::actions::FormRequest;
use crate::web::pages::actions::submission::{CHANGED_MEANWHILE, Submission};
use crate::web::pages::incident_field::configured_field::SubmittedFields;
use crate::web::parts::{ActionForm, Choice, FieldControl, FieldInput, FormField};

/// An action on the incident as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusAction {
    /// Posts a status update.
    PostUpdate,
    /// Resolves it, with what fixed it.
    Resolve,
    /// Sets another status.
    Set(Status),
    /// Makes it private or public.
    SetVisibility(Visibility),
    /// Recreates what is missing in Slack.
    Repair,
    /// Tries a failed delivery again.
    RetryDelivery,
}

const TEXT: &str = "text";
const NEXT_UPDATE: &str = "next_update";
const ROOT_CAUSE: &str = "root_cause";
const SEVERITY: &str = "severity";
const IMPACT_END: &str = "impact_end";

/// The field of the buttons that set a status.
pub(crate) const STATUS: &str = "status";

/// Returns the form of an update, of the resolution, or the question before a change of the visibility.
pub(super) async fn form(
    request: &FormRequest<'_>,
    action: StatusAction,
) -> Result<Option<ActionForm>> {
    match action {
        StatusAction::PostUpdate => Ok(Some(update_form(request).await?)),
        StatusAction::Resolve => Ok(Some(resolve_form(request).await?)),
        StatusAction::SetVisibility(to) => Ok(Some(visibility_form(request, to))),
        StatusAction::Set(_) | StatusAction::Repair | StatusAction::RetryDelivery => Ok(None),
    }
}

fn visibility_form(request: &FormRequest<'_>, to: Visibility) -> ActionForm {
    match to {
        Visibility::Private => question(
            request,
            "Make private",
            "Only its responders will see the incident, and its announcement is deleted. It moves to a new private \
             channel with everyone who is in the present one, which is archived.",
        ),
        Visibility::Public => question(
            request,
            "Make public",
            "Everyone will see the incident, with its whole timeline, and it is announced. It moves to a new public \
             channel with everyone who is in the present one, which is archived.",
        ),
    }
}

fn question(request: &FormRequest<'_>, submit: &'static str, question: &str) -> ActionForm {
    ActionForm {
        question: question.to_owned(),
        ..request.with_fields(submit, Vec::new())
    }
}

async fn update_form(request: &FormRequest<'_>) -> Result<ActionForm> {
    let mut fields = vec![FormField::text(TEXT, "What's the latest?", "")];
    let incident = request.incident;
    if incident.status.is_open() {
        let settings = request.signed_in.store().settings().await?;
        let interval = ScheduleKind::UpdateReminder.interval(incident.severity, &settings);
        let interval = interval.filter(|_| incident.status == Status::Active);
        let interval = interval.map(|interval| interval.num_minutes());
        let (options, selected) = next_update_options(interval);
        let select = FieldControl::Select(choices(options));
        fields.push(FormField::new(
            NEXT_UPDATE,
            "Next update in",
            select,
            selected,
        ));
    }
    Ok(request.with_fields("Post update", fields))
}

fn choices(options: Vec<(String, String)>) -> Vec<Choice> {
    let choice = |(label, value)| Choice { value, label };
    options.into_iter().map(choice).collect()
}

async fn resolve_form(request: &FormRequest<'_>) -> Result<ActionForm> {
    let incident = request.incident;
    let mut fields = vec![
        FormField::text(TEXT, "What fixed it?", ""),
        FormField::text(ROOT_CAUSE, "Why did it happen?", &incident.root_cause),
    ];
    if incident.severity == Severity::Unknown {
        let scale = request.signed_in.store().settings().await?.severity_scale();
        let options = choices(scale.options(Some(incident.severity)));
        let select = FieldControl::Select(options);
        let stored = incident.severity.to_string();
        fields.push(FormField::new(SEVERITY, "Severity", select, stored));
    }
    if incident.open_impact().is_some() {
        fields.push(request.past_field(IMPACT_END, "Impact ended", String::new()));
    }
    let settings = request.signed_in.store().settings().await?;
    let settings = settings.of_incident_type(incident.incident_type);
    let clock = &request.signed_in.clock;
    Ok(ActionForm {
        configured: FieldInput::of_form(FieldForm::Resolve, &settings, clock, &incident.fields),
        ..request.with_fields("Resolve", fields)
    })
}

pub(super) async fn apply(submission: &Submission<'_>, action: StatusAction) -> Result<()> {
    match action {
        StatusAction::PostUpdate => post_update(submission).await,
        StatusAction::Resolve => resolve(submission).await,
        StatusAction::Set(status) => set_status(submission, status).await,
        StatusAction::SetVisibility(to) => set_visibility(submission, to).await,
        StatusAction::Repair => {
            submission
                .change(|incident, actor, _| Ok(incident.repair(actor)?))
                .await
        }
        StatusAction::RetryDelivery => retry_delivery(submission).await,
    }
}

async fn post_update(submission: &Submission<'_>) -> Result<()> {
    let entered = submission.text(TEXT)?;
    let selected = parse_next_update(submission.form.value(NEXT_UPDATE));
    let selected = selected.ok_or(Error::Rejected(INVALID_NEXT_UPDATE.to_owned()))?;
    let clock = submission.signed_in.clock;
    let split = clock.split_next_update(&entered);
    let (text, written) = split.map_err(|error| Error::Rejected(error.to_string()))?;
    if text.is_empty() {
        return Err(Error::Rejected(NEEDS_TEXT.to_owned()));
    }
    let request = PostStatusUpdate {
        text: text.to_owned(),
        next_update: match written {
            NextUpdate::Default => selected,
            NextUpdate::After(_) | NextUpdate::Never => written,
        },
    };
    submission
        .change(move |incident, actor, context| {
            Ok(incident.post_status_update(request, actor, context)?)
        })
        .await
}

async fn resolve(submission: &Submission<'_>) -> Result<()> {
    let root_cause = submission.text(ROOT_CAUSE)?;
    let fields = read_fields(submission).await?;
    let displayed = Update {
        fields: fields.expected,
        ..Update::default()
    };
    let edits = Update {
        fields: fields.edits.clone(),
        ..Update::default()
    };
    let severity = submission.form.value(SEVERITY);
    let request = Resolve {
        what_fixed_it: submission.text(TEXT)?,
        root_cause: submission.is_changed(ROOT_CAUSE).then_some(root_cause),
        severity: match submission.is_changed(SEVERITY) {
            true => severity.parse().ok(),
            false => None,
        },
        impact_end: submission.past(IMPACT_END)?,
        fields: fields.edits,
    };
    let expected = submission.expected(&[ROOT_CAUSE]);
    submission
        .change(move |incident, actor, context| {
            expected.check(|_| incident.root_cause.clone())?;
            if edits.conflicts_with(&displayed, incident) {
                return Err(Error::Rejected(CHANGED_MEANWHILE.to_owned()));
            }
            let started_at = incident.open_impact().map(|impact| impact.started_at);
            if let (Some(end), Some(started_at)) = (request.impact_end, started_at)
                && end < started_at
            {
                return Err(Error::Rejected(ENDS_BEFORE_START.to_owned()));
            }
            Ok(incident.resolve(request, actor, context)?)
        })
        .await
}

/// Reads the fields that the team defines.
async fn read_fields(submission: &Submission<'_>) -> Result<SubmittedFields> {
    let signed_in = submission.signed_in;
    let settings = signed_in.store().settings().await?;
    let fields = settings.form_fields(FieldForm::Resolve);
    let read = SubmittedFields::read(signed_in, &settings, &fields, submission.form);
    read.map_err(|errors| Error::Rejected(errors.to_string()))
}

/// Sets the status, unless it is another one than the page with the button shows.
async fn set_status(submission: &Submission<'_>, status: Status) -> Result<()> {
    let displayed = submission.form.expected(STATUS).map(str::to_owned);
    let update = Update {
        status: Some(status),
        ..Update::default()
    };
    submission
        .change(move |incident, actor, context| {
            let is_displayed = |displayed: &str| incident.status.as_str() == displayed;
            match displayed.as_deref() {
                Some(displayed) if !is_displayed(displayed) && incident.status != status => {
                    Err(Error::Conflict)
                }
                Some(_) | None => Ok(incident.update(update, actor, context)?),
            }
        })
        .await
}

async fn set_visibility(submission: &Submission<'_>, to: Visibility) -> Result<()> {
    submission
        .change(move |incident, actor, context| Ok(incident.set_visibility(to, actor, context)?))
        .await
}

async fn retry_delivery(submission: &Submission<'_>) -> Result<()> {
    let target = submission.target()?;
    let number = submission.number()?;
    let store = submission.signed_in.store();
    // The incident of the path must be visible, as for any other action.
    store.incident(target.viewer.clone(), target.id).await?;
    let retried = store.retry_delivery(target.viewer, number, target.key, target.now);
    retried.await.map(drop)
}
