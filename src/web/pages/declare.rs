//! `/incidents/new`: declares an incident, like the modal in Slack. The address may fill in the form:
//! `?title=…&severity=SEV-2&signal=https://…&summary=…`, and `?test=1` declares a test. `?item=3` adds an item of
//! the user's clipboard to the signals.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use muster_commands::declare::{self, COMMANDER, SEVERITY};
use muster_commands::modal::configured_fields::block_name;
use muster_commands::modal::{ConfiguredFields, FieldErrors, ViewState};

use crate::domain::{
    DecisionContext, Declare, FieldEdits, FieldForm, FieldValues, Incident, IncidentId, Settings,
    UserId,
};
use crate::error::{Error, Result};
use crate::store::IdempotencyKey;
use crate::web::form::Form;
use crate::web::layout::PageResult;
use crate::web::pages::clipboard::selected_items;
use crate::web::pages::declare_form::{DeclareForm, PATH, Problems};
use crate::web::pages::incident::incident_path;
use crate::web::pages::incident_field::check_participant;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::SignedIn, PATH, show)
        .post(Access::SignedIn, PATH, submit)
}

async fn show(signed_in: SignedIn, RawQuery(query): RawQuery) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let query = Form::of_query(query.as_deref());
    let mut form = match query.value("alerts").parse() {
        Ok(group) => of_alerts(&signed_in, group, &settings).await?,
        Err(_) => DeclareForm::of_link(&query, &settings),
    };
    form.add_signals(&selected_items(&signed_in, &query).await?);
    let account_kind = signed_in.user.account_kind;
    if let Err(rejection) = settings.check_may_declare(Some(account_kind)) {
        form.rejection = Some(rejection.0);
        return form.render(&signed_in, StatusCode::FORBIDDEN).await;
    }
    form.render(&signed_in, StatusCode::OK).await
}

/// Returns the form with the facts of a group of alerts, if the user may see it.
async fn of_alerts(signed_in: &SignedIn, group: i64, settings: &Settings) -> Result<DeclareForm> {
    let (store, viewer) = (signed_in.store(), signed_in.viewer.clone());
    store.check_visible_alert_group(viewer, group).await?;
    let request = store.alert_declaration(group, signed_in.now).await?;
    Ok(DeclareForm::of_alerts(group, request, settings))
}

/// The outcome of a submission.
enum Outcome {
    Declared(IncidentId),
    /// Nothing is stored: these open incidents may be the same one.
    Similar(Vec<Incident>),
}

async fn submit(signed_in: SignedIn, RawQuery(query): RawQuery, sent: Form) -> PageResult {
    let settings = signed_in.store().settings().await?;
    let mut form = DeclareForm::of_submission(&sent, &settings);
    // The button without JavaScript is in the form.
    let query = Form::of_query(query.as_deref());
    if [&query, &sent]
        .iter()
        .any(|it| !it.value("show_fields").is_empty())
    {
        return form.render(&signed_in, StatusCode::OK).await;
    }
    let status = match declare_once(&signed_in, &sent, &form).await {
        Ok(Outcome::Declared(id)) => {
            return Ok(Redirect::to(&incident_path(id)).into_response());
        }
        Ok(Outcome::Similar(similar)) => {
            form.similar = similar;
            StatusCode::CONFLICT
        }
        Err(Error::InvalidForm(errors)) => {
            form.problems = Problems::of_fields(&errors);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Error::Rejected(reason)) => {
            form.problems = Problems::of_form(reason);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(error) => return Err(error.into()),
    };
    form.render(&signed_in, status).await
}

async fn declare_once(signed_in: &SignedIn, sent: &Form, form: &DeclareForm) -> Result<Outcome> {
    let user = &signed_in.user.id;
    let key = sent.key(user)?;
    let request = read(signed_in, sent, form).await?;
    let request = with_alert_type(signed_in, form.alerts, request).await?;
    let similar = match form.is_another || request.kind.is_test() {
        true => Vec::new(),
        false => find_similar(signed_in, &request, &key).await,
    };
    if !similar.is_empty() {
        return Ok(Outcome::Similar(similar));
    }
    let (actor, declarer) = (signed_in.actor(), user.clone());
    let store = signed_in.store();
    let decide = move |id: IncidentId, context: &DecisionContext<'_>| {
        let declarer = context.user(&declarer);
        let account_kind = declarer.map(|user| user.account_kind);
        context.settings.check_may_declare(account_kind)?;
        // The declarer may not have been fetched yet.
        if let Some(commander) = request.commander.as_ref().filter(|it| !actor.is(it)) {
            check_commander(commander, context)?;
        }
        Ok(Incident::declare(id, request, &actor, None, context)?)
    };
    let incident = match form.alerts {
        Some(group) => {
            let actor = signed_in.actor();
            store.declare_from_alerts(key, actor, group, decide).await?
        }
        None => store.declare(key, signed_in.now, decide).await?,
    };
    tracing::info!(incident.id = %incident.id, "Declared {} from the web", incident.id);
    Ok(Outcome::Declared(incident.id))
}

/// Adds the incident type, if the incident is declared from alerts.
async fn with_alert_type(
    signed_in: &SignedIn,
    group: Option<i64>,
    request: Declare,
) -> Result<Declare> {
    let Some(group) = group else {
        return Ok(request);
    };
    let (store, viewer) = (signed_in.store(), signed_in.viewer.clone());
    store.check_visible_alert_group(viewer, group).await?;
    let from_alerts = store.alert_declaration(group, signed_in.now).await?;
    Ok(Declare {
        incident_type: from_alerts.incident_type,
        ..request
    })
}

/// Reads the form by the rules of the modal. Besides, the severity must be one of the team's: no menu of Slack
/// limits it here.
async fn read(signed_in: &SignedIn, sent: &Form, form: &DeclareForm) -> Result<Declare> {
    let settings = signed_in.store().settings().await?;
    let scale = settings.severity_scale();
    let severity = match sent.value(SEVERITY) {
        "" => Ok(()),
        text => scale.parse(text).map(drop),
    };
    let view = form.view_state();
    let mut errors = FieldErrors::default();
    if let Err(error) = severity {
        errors.add(SEVERITY, error.to_string());
    }
    let fields = read_fields(signed_in, &settings, form.incident_type, &view);
    match (declare::read(&view, &signed_in.user.id, form.kind), fields) {
        (Ok(request), Ok(fields)) => errors.into_result(Declare {
            incident_type: form.incident_type,
            fields,
            ..request
        }),
        (request, fields) => {
            errors.merge(request.err().unwrap_or_default());
            errors.merge(fields.err().unwrap_or_default());
            Err(errors)
        }
    }
    .map_err(Error::from)
}

/// Reads the fields that the team defines. A required one must not be empty.
fn read_fields(
    signed_in: &SignedIn,
    settings: &Settings,
    incident_type: i64,
    view: &ViewState,
) -> std::result::Result<FieldEdits, FieldErrors> {
    let fields = ConfiguredFields {
        form: FieldForm::Declare,
        settings,
        incident_type,
        clock: &signed_in.clock,
        values: &FieldValues::new(),
    };
    let edits = fields.read(view)?;
    let mut errors = FieldErrors::default();
    let settings = settings.of_incident_type(incident_type);
    for field in settings.form_fields(FieldForm::Declare) {
        let is_empty = matches!(edits.get(&field.name), Some(None));
        if is_empty && FieldForm::Declare.requires(field) {
            let problem = format!("{} is required.", field.label());
            errors.add(&block_name(&field.name), problem);
        }
    }
    errors.into_result(edits)
}

/// Returns the open incidents with a similar title, unless the form has declared its incident already.
async fn find_similar(
    signed_in: &SignedIn,
    request: &Declare,
    key: &IdempotencyKey,
) -> Vec<Incident> {
    let (viewer, title) = (signed_in.viewer.clone(), request.title.clone());
    let similar = signed_in
        .store()
        .similar_incidents(key.clone(), viewer, title, signed_in.now)
        .await;
    similar.unwrap_or_else(|error| {
        // The declaration matters more than the guard.
        tracing::warn!("Cannot look for duplicates of a declaration: {error}");
        Vec::new()
    })
}

fn check_commander(commander: &UserId, context: &DecisionContext<'_>) -> Result<()> {
    match check_participant(commander, context) {
        Err(Error::Rejected(reason)) => Err(FieldErrors::one(COMMANDER, reason).into()),
        other => other,
    }
}
