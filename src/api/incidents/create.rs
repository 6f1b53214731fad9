//! `POST /api/v2/incidents`: declares an incident.

use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::auth::{Caller, Writer};
use crate::api::error::{ApiError, Mistake};
use crate::api::incidents::IncidentsType;
use crate::api::incidents::commander::{CommanderRelationships, commander};
use crate::api::incidents::document::created_incident;
use crate::api::incidents::fields::{FieldChanges, FieldInputs, FieldReader};
use crate::api::incidents::notify::{NotificationHandle, notify};
use crate::api::query::Mistakes;
use crate::api::request::{Body, RequestBody};
use crate::api::response::name_ignored;
use crate::domain::api::parse_incident_type_id;
use crate::domain::{
    Actor, CustomerImpact, Declare, DetectionMethod, FieldValues, Importance, Incident, IncidentId,
    IncidentKind, Settings, Severity, Update, Visibility, title_error,
};
use crate::store::ApiTransaction;

/// The longest text of a member, in bytes.
pub(super) const LONGEST_TEXT: u32 = 65_536;

/// A request to declare an incident.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::api) struct CreateIncident {
    data: CreateData,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct CreateData {
    /// The type of the resource.
    #[serde(rename = "type")]
    _kind: IncidentsType,
    attributes: CreateAttributes,
    relationships: Option<CommanderRelationships>,
}

/// The attributes of a new incident.
#[derive(Debug, Deserialize, JsonSchema)]
struct CreateAttributes {
    /// The title.
    title: String,
    /// Whether customers are affected.
    customer_impacted: bool,
    /// The effect on customers. Required if they are affected.
    #[schemars(length(max = LONGEST_TEXT))]
    customer_impact_scope: Option<String>,
    /// The values of fields by their names.
    #[serde(default)]
    fields: FieldInputs,
    /// The UUID of the incident type; the default type if it is missing.
    incident_type_uuid: Option<String>,
    /// Notes for the timeline.
    #[serde(default)]
    #[schemars(length(max = 100))]
    initial_cells: Vec<TimelineCell>,
    /// Whether the incident is a test.
    #[serde(default)]
    is_test: bool,
    /// The recipients of a notification about the declaration.
    #[schemars(length(max = 100))]
    notification_handles: Option<Vec<NotificationHandle>>,
    /// Who may see the incident.
    visibility: Option<InputVisibility>,
}

/// Who may see an incident.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum InputVisibility {
    /// All users.
    Organization,
    /// The responders and the members of its channel.
    Private,
}

/// A note for the timeline.
#[derive(Debug, Deserialize, JsonSchema)]
struct TimelineCell {
    /// The type of the cell.
    #[serde(rename = "cell_type")]
    _kind: CellType,
    content: CellContent,
    /// Whether the note is marked as important.
    #[serde(default)]
    important: bool,
}

/// The type of a cell.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum CellType {
    /// A text in Markdown.
    Markdown,
}

/// The content of a cell.
#[derive(Debug, Deserialize, JsonSchema)]
struct CellContent {
    /// The text.
    #[schemars(length(max = LONGEST_TEXT))]
    content: Option<String>,
}

impl RequestBody for CreateIncident {
    const TYPES: &'static [&'static str] = &["incidents"];
}

impl From<InputVisibility> for Visibility {
    fn from(visibility: InputVisibility) -> Self {
        match visibility {
            InputVisibility::Organization => Self::Public,
            InputVisibility::Private => Self::Private,
        }
    }
}

pub(in crate::api) async fn create(
    Writer(caller): Writer,
    body: Body<CreateIncident>,
) -> Result<Response, ApiError> {
    let ignored = body.ignored();
    let (key, writer) = (body.key.clone(), caller.clone());
    let work = move |tx: &ApiTransaction<'_>| {
        let CreateIncident { data } = body.parse()?;
        let settings = tx.settings()?;
        let (declare, fields) = read(tx, &writer, &settings, &data)?;
        let actor = writer.actor();
        let incident = tx.declare(|id, ctx| {
            let change = Incident::declare(id, declare, &actor, None, ctx)?;
            Ok(change.with_creation_key(body.key.key.clone()))
        })?;
        complete(tx, incident.id, fields, &actor)?;
        add_notes(tx, incident.id, data.attributes.initial_cells, &actor)?;
        let handles = data.attributes.notification_handles.unwrap_or_default();
        notify(tx, &writer, incident.id, &handles)?;
        created_incident(tx, &writer, incident.id)
    };
    let response = caller.write(key, work).await?;
    Ok(name_ignored(response, &ignored))
}

/// Returns the declaration, and the values that a declaration does not have.
fn read(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    settings: &Settings,
    data: &CreateData,
) -> Result<(Declare, FieldChanges), ApiError> {
    let attributes = &data.attributes;
    let incident_type = incident_type(tx, caller, attributes.incident_type_uuid.as_deref())?;
    let settings = settings.of_incident_type(incident_type);
    let mut mistakes = Mistakes::default();
    if let Some(error) = title_error(&attributes.title) {
        mistakes.add(Mistake::in_member("/data/attributes/title", error));
    }
    let scope = impact_scope(attributes, &mut mistakes);
    let reader = FieldReader {
        settings: &settings,
        current: &FieldValues::new(),
        now: caller.now,
    };
    let mut fields = mistakes.check_all(reader.read(&attributes.fields));
    let commander = mistakes.check(commander(tx, caller, data.relationships.as_ref()));
    let visibility = visibility(attributes.visibility, caller, &mut mistakes);
    mistakes.into_result()?;
    let declare = Declare {
        title: attributes.title.clone(),
        summary: fields.summary.take().unwrap_or_default(),
        severity: fields.severity.take().unwrap_or(Severity::Unknown),
        commander: commander.flatten(),
        customer_impact: customer_impact(attributes),
        impact_description: scope,
        incident_type,
        detection_method: fields
            .detection_method
            .take()
            .unwrap_or(DetectionMethod::Unknown),
        detected_at: None,
        signals: Vec::new(),
        visibility,
        kind: match attributes.is_test {
            true => IncidentKind::Test,
            false => IncidentKind::Real,
        },
        fields: std::mem::take(&mut fields.configured),
    };
    Ok((declare, fields))
}

/// Returns the visibility of a new incident, which the key must be able to see.
pub(super) fn visibility(
    input: Option<InputVisibility>,
    caller: &Caller,
    mistakes: &mut Mistakes,
) -> Visibility {
    let visibility = input.map_or(Visibility::Public, Visibility::from);
    if visibility == Visibility::Private && caller.user.is_none() {
        let detail =
            "can't be private with a key that acts as Muster, which sees public incidents only";
        mistakes.add_attribute("visibility", detail);
    }
    visibility
}

/// Returns the effect on customers, which an incident with customer impact must have.
fn impact_scope(attributes: &CreateAttributes, mistakes: &mut Mistakes) -> String {
    let scope = attributes.customer_impact_scope.clone().unwrap_or_default();
    if attributes.customer_impacted && scope.trim().is_empty() {
        let pointer = "/data/attributes/customer_impact_scope";
        let detail = "is missing, and customer_impacted is true";
        mistakes.add(Mistake::in_member(pointer, detail));
    }
    scope
}

fn customer_impact(attributes: &CreateAttributes) -> CustomerImpact {
    match attributes.customer_impacted {
        true => CustomerImpact::Yes,
        false => CustomerImpact::No,
    }
}

/// Returns the number of the incident type with a UUID; that of the default type if there is none.
pub(super) fn incident_type(
    tx: &ApiTransaction<'_>,
    caller: &Caller,
    uuid: Option<&str>,
) -> Result<i64, ApiError> {
    let Some(uuid) = uuid else {
        return Ok(tx.default_incident_type()?.number);
    };
    let number = parse_incident_type_id(caller.app.store.store_id(), uuid);
    let unknown = || ApiError::not_found("incident type not found");
    let known = tx.incident_type(number.ok_or_else(unknown)?)?;
    Ok(known.number)
}

/// Sets the values that a declaration does not have.
fn complete(
    tx: &ApiTransaction<'_>,
    id: IncidentId,
    fields: FieldChanges,
    actor: &Actor,
) -> Result<(), ApiError> {
    let update = Update {
        status: fields.state,
        root_cause: fields.root_cause,
        ..Update::default()
    };
    if update != Update::default() {
        tx.change(id, |incident, ctx| Ok(incident.update(update, actor, ctx)?))?;
    }
    Ok(())
}

fn add_notes(
    tx: &ApiTransaction<'_>,
    id: IncidentId,
    cells: Vec<TimelineCell>,
    actor: &Actor,
) -> Result<(), ApiError> {
    for cell in cells {
        let text = cell.content.content.unwrap_or_default();
        if text.trim().is_empty() {
            continue;
        }
        tx.change(id, |incident, _| {
            Ok(incident.add_note(text, actor.at, actor)?)
        })?;
        if cell.important {
            tx.change_last_entry(id, |incident, entry| {
                Ok(incident.set_importance(entry, Importance::Important, actor)?)
            })?;
        }
    }
    Ok(())
}
