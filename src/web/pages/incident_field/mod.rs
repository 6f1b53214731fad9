//! `POST /incidents/7/fields/title`: changes one field of an incident, like a quick edit in Slack.

pub(crate) mod configured_field;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::domain::{
    DecisionContext, DetectionMethod, FieldChange, Incident, IncidentId, Settings, Severity,
    Status, Update, UserId, title_error,
};
use crate::error::{Error, Result};
use crate::web::form::{Form, new_key};
use crate::web::layout::PageResult;
use crate::web::pages::commander_choices::commander_choices;
use crate::web::pages::conflict;
use crate::web::pages::incident::{self, IncidentPath, incident_path};
use crate::web::pages::incident_tabs::TabState;
use crate::web::parts::{Choice, Control, EditForm};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes.post(Access::SignedIn, "/incidents/{id}/fields/{name}", submit)
}

/// A field of an incident that has a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// The title.
    Title,
    /// The severity.
    Severity,
    /// The status.
    Status,
    /// The Incident Commander.
    Commander,
    /// How it was detected.
    DetectionMethod,
    /// The text under “What happened”.
    Summary,
    /// The text under “Why it happened”.
    RootCause,
}

impl Field {
    const ALL: [Self; 7] = [
        Self::Title,
        Self::Severity,
        Self::Status,
        Self::Commander,
        Self::DetectionMethod,
        Self::Summary,
        Self::RootCause,
    ];

    /// Returns the names of all fields.
    pub(crate) fn names() -> Vec<&'static str> {
        Self::ALL.into_iter().map(Self::name).collect()
    }

    /// Returns the field with this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Returns the name in the address and in the form.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Severity => "severity",
            Self::Status => "status",
            Self::Commander => "commander",
            Self::DetectionMethod => "detection_method",
            Self::Summary => "summary",
            Self::RootCause => "root_cause",
        }
    }

    /// Returns the label.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Severity => "Severity",
            Self::Status => "Status",
            Self::Commander => "Incident Commander",
            Self::DetectionMethod => "Detection Method",
            Self::Summary => "What happened",
            Self::RootCause => "Why it happened",
        }
    }

    /// Returns the value as the form submits it.
    pub(crate) fn value(self, incident: &Incident) -> String {
        match self {
            Self::Title => incident.title.clone(),
            Self::Severity => incident.severity.to_string(),
            Self::Status => incident.status.as_str().to_owned(),
            Self::Commander => incident.commander.clone().unwrap_or_default().to_string(),
            Self::DetectionMethod => incident.detection_method.to_string(),
            Self::Summary => incident.summary.clone(),
            Self::RootCause => incident.root_cause.clone(),
        }
    }

    /// Returns whether a change is one of this field.
    pub(crate) fn is_changed_by(self, change: &FieldChange) -> bool {
        match change {
            FieldChange::Title { .. } => self == Self::Title,
            FieldChange::Severity { .. } => self == Self::Severity,
            FieldChange::Status { .. } => self == Self::Status,
            FieldChange::Commander { .. } => self == Self::Commander,
            FieldChange::Summary { .. } => self == Self::Summary,
            FieldChange::RootCause { .. } => self == Self::RootCause,
            FieldChange::DetectionMethod { .. } => self == Self::DetectionMethod,
            FieldChange::DetectedAt { .. } | FieldChange::Configured { .. } => false,
        }
    }

    /// Returns the form with the current value.
    pub(crate) async fn form(self, signed_in: &SignedIn, incident: &Incident) -> Result<EditForm> {
        let value = self.value(incident);
        Ok(EditForm {
            page: incident_path(incident.id),
            name: self.name(),
            label: self.label(),
            control: self.control(signed_in, incident).await?,
            expected: value.clone(),
            value,
            error: None,
            key: new_key(),
        })
    }

    async fn control(self, signed_in: &SignedIn, incident: &Incident) -> Result<Control> {
        let store = signed_in.store();
        let choice = |(label, value)| Choice { value, label };
        Ok(match self {
            Self::Title => Control::SingleLine,
            Self::Summary | Self::RootCause => Control::Text,
            Self::Severity => {
                let scale = store.settings().await?.severity_scale();
                let options = scale.options(Some(incident.severity)).into_iter();
                Control::Select(options.map(choice).collect())
            }
            Self::Status => {
                let mut statuses = store.settings().await?.statuses();
                if !statuses.contains(&incident.status) {
                    statuses.push(incident.status);
                }
                let options = statuses.into_iter();
                let option = |status: Status| (status.label().to_owned(), status.to_string());
                Control::Select(options.map(option).map(choice).collect())
            }
            Self::DetectionMethod => {
                let options = DetectionMethod::ALL.into_iter();
                let option = |it: DetectionMethod| (it.label().to_owned(), it.to_string());
                Control::Select(options.map(option).map(choice).collect())
            }
            Self::Commander => {
                let users = store.users().await?;
                Control::Select(commander_choices(users, incident.commander.as_ref()))
            }
        })
    }

    /// Returns the update that sets the field, or why the value is invalid.
    fn update(self, value: &str, settings: &Settings) -> std::result::Result<Update, String> {
        let mut update = Update::default();
        match self {
            Self::Title => {
                let title = value.replace('\n', " ");
                if let Some(problem) = title_error(&title) {
                    return Err(problem);
                }
                update.title = Some(title);
            }
            Self::Severity => {
                let severity = settings.severity_scale().parse(value);
                update.severity = Some(severity.map_err(|error| error.to_string())?);
            }
            Self::Status => {
                let status = Status::parse(value, &settings.statuses());
                update.status = Some(status.map_err(|error| error.to_string())?);
            }
            Self::Commander => update.commander = Some(commander(value)),
            Self::DetectionMethod => {
                let method = value.parse::<DetectionMethod>();
                update.detection_method = Some(method.map_err(|error| error.to_string())?);
            }
            Self::Summary => update.summary = Some(value.to_owned()),
            Self::RootCause => update.root_cause = Some(value.to_owned()),
        }
        Ok(update)
    }

    /// Returns the value that the form displayed, as far as it can be read.
    fn expected(self, value: &str) -> Update {
        let text = Some(value.to_owned());
        let mut expected = Update::default();
        match self {
            Self::Title => expected.title = text,
            Self::Severity => expected.severity = value.parse::<Severity>().ok(),
            Self::Status => expected.status = value.parse::<Status>().ok(),
            Self::Commander => expected.commander = Some(commander(value)),
            Self::DetectionMethod => expected.detection_method = value.parse().ok(),
            Self::Summary => expected.summary = text,
            Self::RootCause => expected.root_cause = text,
        }
        expected
    }
}

async fn submit(
    signed_in: SignedIn,
    path: IncidentPath,
    Path((_, name)): Path<(String, String)>,
    form: Form,
) -> PageResult {
    let Some(field) = Field::from_name(&name) else {
        return configured_field::submit(&signed_in, path.id, &name, &form).await;
    };
    match store(&signed_in, path.id, field, &form).await {
        Ok(()) => {
            let page = format!("{}?saved={name}", incident_path(path.id));
            Ok(Redirect::to(&page).into_response())
        }
        Err(Error::Rejected(reason)) => reject(&signed_in, path.id, field, &form, reason).await,
        Err(Error::Conflict) => {
            conflict::show(&signed_in, path.id, field, form.value(field.name())).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn store(signed_in: &SignedIn, id: IncidentId, field: Field, form: &Form) -> Result<()> {
    let settings = signed_in.store().settings().await?;
    let update = field.update(form.value(field.name()), &settings);
    let update = update.map_err(Error::Rejected)?;
    let expected = form.expected(field.name());
    let expected = expected.map(|value| field.expected(value));
    let expected = expected.unwrap_or_default();
    signed_in
        .change(id, form, move |incident, actor, context| {
            if update.conflicts_with(&expected, incident) {
                return Err(Error::Conflict);
            }
            check_commander(&update, incident, context)?;
            Ok(incident.update(update, actor, context)?)
        })
        .await?;
    Ok(())
}

/// Returns the user that the form of the commander submits; `None` for none.
fn commander(value: &str) -> Option<UserId> {
    Some(UserId::from(value)).filter(|user| !user.0.is_empty())
}

fn check_commander(
    update: &Update,
    incident: &Incident,
    context: &DecisionContext<'_>,
) -> Result<()> {
    let commander = update.commander.as_ref();
    match commander.filter(|user| **user != incident.commander) {
        None => Ok(()),
        Some(Some(user)) => check_participant(user, context),
        Some(None) => Err(Error::Rejected(
            "An incident needs a commander. Pick one.".to_owned(),
        )),
    }
}

/// Checks that the user in a form is known and may take part in an incident.
pub(crate) fn check_participant(user: &UserId, context: &DecisionContext<'_>) -> Result<()> {
    match context.user(user) {
        Some(user) => Ok(user.check_may_participate(context.settings.guest_policy())?),
        None => Err(Error::Rejected(
            "Muster doesn't know this user. Choose someone from the list.".to_owned(),
        )),
    }
}

/// Shows the form again, with the value that was entered and why it is not accepted.
async fn reject(
    signed_in: &SignedIn,
    id: IncidentId,
    field: Field,
    form: &Form,
    reason: String,
) -> PageResult {
    let viewer = signed_in.viewer.clone();
    let incident = signed_in.store().incident(viewer, id).await?;
    let edit = field.form(signed_in, &incident).await?;
    let state = TabState {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        editing: Some(edit.rejected(form.value(field.name()), reason)),
        ..TabState::default()
    };
    incident::render(signed_in, &incident, state).await
}
