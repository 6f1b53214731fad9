//! The incident as a resource of the API.

use chrono::Duration;
use serde_json::{Value, json};

use super::fields::{fields, none_if_empty};
use super::resource_id::{ResourceType, resource_id, user_resource_id};
use crate::{Incident, IncidentKind, Timestamp, UserId, UserNames, Visibility};

/// The inputs of a document besides the incident.
#[derive(Clone, Copy, Debug)]
pub struct DocumentContext<'a> {
    /// The names of the commander and of the declarer.
    pub names: &'a UserNames,
    /// The ID of the store.
    pub store_id: &'a str,
    /// The time up to which running durations are counted.
    pub now: Timestamp,
}

/// Returns an incident as a resource: `type`, `id` and `attributes`. A missing duration is 0, as on Datadog's
/// wire.
pub fn incident_resource(incident: &Incident, ctx: &DocumentContext<'_>) -> Value {
    let mut attributes = json!({
        "public_id": incident.id.number(),
        "title": incident.title,
        "state": incident.status.as_str(),
        "severity": incident.severity.as_str(),
        "fields": fields(incident),
        "visibility": match incident.visibility {
            Visibility::Public => "organization",
            Visibility::Private => "private",
        },
        "is_test": incident.kind != IncidentKind::Real,
        "created": incident.declared_at,
        "declared": incident.declared_at,
        "detected": incident.detected_at,
        "resolved": incident.resolved_at,
        "commander": user(&incident.commander, ctx),
        "declared_by": user(&incident.declared_by, ctx),
        "declared_by_uuid": user_resource_id(ctx.store_id, &incident.declared_by),
    });
    for (name, value) in impact_attributes(incident, ctx.now) {
        attributes[name] = value;
    }
    let number = u128::from(incident.id.number().unsigned_abs());
    json!({
        "type": ResourceType::Incident.as_str(),
        "id": resource_id(ctx.store_id, ResourceType::Incident, number),
        "attributes": attributes,
    })
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

/// Returns a user as Datadog embeds it.
fn user(user: &UserId, ctx: &DocumentContext<'_>) -> Value {
    let id = user_resource_id(ctx.store_id, user);
    json!({
        "data": {
            "type": ResourceType::User.as_str(),
            "id": id,
            "attributes": { "uuid": id, "handle": user.as_str(), "name": ctx.names.get(user) },
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::field::FieldValue;
    use crate::testing::incident as ir_7;
    use crate::{Actor, AddImpact, Severity, Status};

    #[test]
    fn document_has_datadogs_names_and_the_teams_fields() {
        let mut incident = ir_7("Checkout is slow");
        let now = incident.declared_at.plus(Duration::minutes(10));
        let actor = Actor::new(incident.commander.clone(), now);
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
        let names = [(incident.commander.clone(), "Alice".to_owned())];
        let ctx = DocumentContext {
            names: &names.into_iter().collect(),
            store_id: "0123456789abcdef",
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
        assert_eq!(attributes["fields"]["slug"]["value"], "IR-7");
        assert_eq!(
            attributes["fields"]["services"],
            json!({ "type": "autocomplete", "value": ["checkout"] })
        );
        assert_eq!(attributes["fields"]["summary"]["value"], Value::Null);
    }
}
