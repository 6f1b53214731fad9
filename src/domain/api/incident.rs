//! The incident as a resource of the API.

use chrono::Duration;
use serde_json::{Value, json};

use super::field_analytics::{DatedChange, field_analytics};
use super::fields::{fields, none_if_empty};
use super::object::object;
use super::relationships::relationships;
use super::resource_id::{
    ResourceType, incident_resource_id, incident_type_resource_id, system_user_resource_id,
    user_resource_id,
};
use super::user::{KnownUsers, user_reference};
use crate::{Incident, IncidentKind, Settings, Severity, Timestamp, UserId, Visibility};

/// The inputs of a document besides the incident.
#[derive(Clone, Copy, Debug)]
pub struct DocumentContext<'a> {
    /// The users that the document names.
    pub users: &'a KnownUsers,
    /// The ID of the store.
    pub store_id: &'a str,
    /// The team settings, which define the fields.
    pub settings: &'a Settings,
    /// The latest entry on the timeline.
    pub last_activity: &'a LastActivity,
    /// The changes of the status and of the severity, in order; `None` leaves their analytics out.
    pub history: Option<&'a [DatedChange]>,
    /// The address of the pages; `None` if they have none.
    pub public_url: Option<&'a str>,
    /// The time up to which running durations are counted.
    pub now: Timestamp,
}

/// The latest entry on the timeline of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastActivity {
    /// When it was recorded.
    pub at: Timestamp,
    /// The user who caused it; `None` if Muster recorded it by itself.
    pub user: Option<UserId>,
}

impl DocumentContext<'_> {
    /// Returns the ID of a user; that of the system user for `None`.
    pub(super) fn user_id(&self, user: Option<&UserId>) -> String {
        user.map_or_else(
            || system_user_resource_id(self.store_id),
            |user| user_resource_id(self.store_id, user),
        )
    }

    /// Returns a user as Datadog embeds it.
    fn embedded(&self, user: Option<&UserId>) -> Value {
        object([("data", user_reference(self.store_id, user, self.users))])
    }
}

/// Returns an incident as a resource. A missing duration is 0, as on Datadog's wire.
pub fn incident_resource(incident: &Incident, ctx: &DocumentContext<'_>) -> Value {
    let mut attributes = attributes(incident, ctx);
    for (name, value) in user_attributes(incident, ctx) {
        attributes[name] = value;
    }
    for (name, value) in impact_attributes(incident, ctx.now) {
        attributes[name] = value;
    }
    if let Some(severity) = known_severity(incident.severity) {
        attributes["severity"] = json!(severity);
    }
    object([
        ("type", json!(ResourceType::Incident.as_str())),
        ("id", json!(incident_resource_id(ctx.store_id, incident.id))),
        ("attributes", attributes),
        ("relationships", relationships(incident, ctx)),
    ])
}

/// Returns what the revision of an incident is made of: everything that a request of the API can change. Names of
/// users, running durations and the entries on the timeline are left out.
pub fn incident_revision(incident: &Incident, store_id: &str) -> Value {
    let ctx = DocumentContext {
        users: &KnownUsers::default(),
        store_id,
        settings: &Settings::default(),
        last_activity: &LastActivity {
            at: incident.declared_at,
            user: None,
        },
        history: None,
        public_url: None,
        now: incident.declared_at,
    };
    incident_resource(incident, &ctx)
}

fn attributes(incident: &Incident, ctx: &DocumentContext<'_>) -> Value {
    let mut attributes = json!({
        "public_id": incident.id.number(),
        "incident_type_uuid": incident_type_resource_id(ctx.store_id, incident.incident_type),
        "title": incident.title,
        "state": incident.status.as_str(),
        "fields": null,
        "field_analytics": null,
        "visibility": match incident.visibility {
            Visibility::Public => "organization",
            Visibility::Private => "private",
        },
        "is_test": incident.kind != IncidentKind::Real,
        "created": incident.imported_at.unwrap_or(incident.declared_at),
        "modified": ctx.last_activity.at,
        "declared": incident.declared_at,
        "detected": incident.detected_at,
        "resolved": incident.resolved_at,
        "archived": null,
        "notification_handles": null,
        "case_id": null,
        "non_datadog_creator": null,
        "creation_idempotency_key": incident.creation_key,
    });
    attributes["fields"] = fields(incident, &ctx.settings.fields);
    if let Some(history) = ctx.history {
        attributes["field_analytics"] = field_analytics(incident, history, ctx.now);
    }
    attributes
}

fn user_attributes(incident: &Incident, ctx: &DocumentContext<'_>) -> [(&'static str, Value); 7] {
    let declared_by = ctx.embedded(incident.declared_by.as_ref());
    let declared_by_uuid = json!(ctx.user_id(incident.declared_by.as_ref()));
    let commander = incident.commander.as_ref().map(|it| ctx.embedded(Some(it)));
    let modified_by = ctx.last_activity.user.as_ref();
    [
        ("declared_by", declared_by.clone()),
        ("declared_by_uuid", declared_by_uuid.clone()),
        ("created_by", declared_by),
        ("created_by_uuid", declared_by_uuid),
        ("last_modified_by", ctx.embedded(modified_by)),
        ("last_modified_by_uuid", json!(ctx.user_id(modified_by))),
        ("commander", commander.unwrap_or_default()),
    ]
}

/// Returns the severity if Datadog's clients know it: none has a level below SEV-5. `fields` has every level.
fn known_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Unknown
        | Severity::Sev0
        | Severity::Sev1
        | Severity::Sev2
        | Severity::Sev3
        | Severity::Sev4
        | Severity::Sev5 => Some(severity.as_str()),
        Severity::Sev6 | Severity::Sev7 | Severity::Sev8 | Severity::Sev9 | Severity::Sev10 => None,
    }
}

fn impact_attributes(incident: &Incident, now: Timestamp) -> [(&'static str, Value); 9] {
    let descriptions = incident.impacts.iter();
    let descriptions = descriptions.filter_map(|impact| none_if_empty(&impact.description));
    let scope = descriptions.collect::<Vec<_>>().join("\n");
    let ends = incident.impacts.iter().filter_map(|impact| impact.ended_at);
    let end = match incident.open_impact() {
        Some(_) => None,
        None => ends.max(),
    };
    let seconds = |duration: Option<Duration>| json!(duration.map_or(0, |it| it.num_seconds()));
    [
        ("customer_impacted", json!(incident.is_customer_impacted())),
        ("customer_impact_scope", json!(none_if_empty(&scope))),
        (
            "customer_impact_start",
            json!(incident.first_impact_start()),
        ),
        ("customer_impact_end", json!(end)),
        (
            "customer_impact_duration",
            seconds(incident.customer_impact_duration(now)),
        ),
        ("time_to_detect", seconds(incident.time_to_detect())),
        (
            "time_to_internal_response",
            seconds(Some(incident.time_to_internal_response())),
        ),
        ("time_to_repair", seconds(incident.time_to_repair())),
        ("time_to_resolve", seconds(incident.time_to_resolve())),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::field::FieldValue;
    use crate::testing::incident as ir_7;
    use crate::{AccountKind, AddImpact, Status, User};

    fn assert_parts(document: &Value) {
        for unset in ["summary", "teams"] {
            assert_eq!(
                document["attributes"]["fields"][unset]["value"],
                Value::Null
            );
        }
        let relationships = &document["relationships"];
        for (name, count) in [("impacts", 1), ("responders", 1), ("attachments", 0)] {
            let list = relationships[name]["data"].as_array().unwrap();
            assert_eq!(list.len(), count, "{name}");
        }
    }

    fn alice(id: &UserId) -> User {
        User {
            id: id.clone(),
            name: "Alice".to_owned(),
            handle: "alice".to_owned(),
            time_zone: String::new(),
            email: "alice@example.com".parse().ok(),
            account_kind: AccountKind::Member,
        }
    }

    /// Returns a stable incident that began five minutes before its declaration and affects customers at `now`.
    fn stable_incident(now: Timestamp) -> Incident {
        let mut incident = ir_7("Checkout is slow");
        let actor = crate::testing::alice_at(now);
        let impact = AddImpact {
            description: "Carts time out".to_owned(),
            started_at: incident.declared_at.plus(Duration::minutes(-5)),
            ended_at: None,
        };
        incident = incident.add_impact(impact, &actor).unwrap().incident;
        incident.severity = Severity::Sev2;
        incident.status = Status::Stable;
        let services = FieldValue::MultiSelect(vec!["checkout".to_owned()]);
        incident.fields.insert("services".to_owned(), services);
        incident
    }

    #[test]
    fn document_has_datadogs_names_and_the_teams_fields() {
        let now = ir_7("").declared_at.plus(Duration::minutes(10));
        let incident = stable_incident(now);
        let users = [alice(&UserId::from("U0ALICE0001"))].into_iter().collect();
        let settings = Settings::default();
        let last_activity = LastActivity {
            at: now,
            user: None,
        };
        let ctx = DocumentContext {
            users: &users,
            store_id: "0123456789abcdef",
            settings: &settings,
            last_activity: &last_activity,
            history: Some(&[]),
            public_url: None,
            now,
        };
        let document = incident_resource(&incident, &ctx);
        let attributes = &document["attributes"];
        assert_eq!(document["id"], "01234567-89ab-8100-a000-000000000007");
        assert_eq!(attributes["public_id"], 7);
        assert_eq!(attributes["state"], "stable");
        assert_eq!(attributes["customer_impact_duration"], 900);
        assert_eq!(attributes["customer_impact_scope"], "Carts time out");
        assert_eq!(attributes["time_to_resolve"], 0);
        assert_eq!(attributes["resolved"], Value::Null);
        let commander = &attributes["commander"]["data"]["attributes"];
        assert_eq!(commander["name"], "Alice");
        assert_eq!(commander["handle"], "alice@example.com");
        let modified_by = &attributes["last_modified_by"]["data"]["attributes"];
        assert_eq!(modified_by["name"], "Muster");
        assert_eq!(attributes["fields"]["slug"]["value"], "IR-7");
        assert_eq!(
            attributes["fields"]["services"],
            json!({ "type": "autocomplete", "value": ["checkout"] })
        );
        assert_parts(&document);
    }

    #[test]
    fn incident_of_muster_has_no_commander_and_is_declared_by_the_system_user() {
        let mut incident = ir_7("Checkout is slow");
        (incident.commander, incident.declared_by) = (None, None);
        let document = incident_revision(&incident, "0123456789abcdef");
        let (attributes, relationships) = (&document["attributes"], &document["relationships"]);
        assert_eq!(attributes["commander"], Value::Null);
        assert_eq!(relationships["commander_user"], json!({ "data": null }));
        let system_user = system_user_resource_id("0123456789abcdef");
        assert_eq!(attributes["declared_by_uuid"], system_user);
        let declared_by = &relationships["declared_by_user"]["data"];
        assert_eq!(*declared_by, json!({ "type": "users", "id": system_user }));
    }

    #[test]
    fn level_that_clients_do_not_know_is_in_the_fields_only() {
        let mut incident = ir_7("Checkout is slow");
        incident.severity = Severity::Sev7;
        let attributes = &incident_revision(&incident, "0123456789abcdef")["attributes"];
        assert_eq!(attributes.get("severity"), None);
        assert_eq!(attributes["fields"]["severity"]["value"], "SEV-7");
    }
}
