//! The facets of a search as the API returns them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::counts::{Aggregate, SearchCounts};
use crate::api::object::object;
use crate::api::resource_id::incident_type_resource_id;
use crate::api::user::{KnownUsers, user_reference};
use crate::field::{FieldDefinition, FieldKind};
use crate::{DetectionMethod, Settings, Severity, Status, UserId, Visibility};

/// The inputs of facets besides the counts.
#[derive(Clone, Copy, Debug)]
pub struct FacetContext<'a> {
    /// The team settings, which define the fields and the order of values.
    pub settings: &'a Settings,
    /// The ID of the store.
    pub store_id: &'a str,
    /// The users that the facets name.
    pub users: &'a KnownUsers,
}

/// Returns the facets: the most frequent value first, then in the configured order. Values of closed lists without
/// incidents are included.
pub fn facet_document(counts: &SearchCounts, ctx: &FacetContext<'_>) -> Value {
    let users = ctx.user_facets(counts);
    let aggregate = |name: &str, seconds: Aggregate| json!([{ "name": name, "aggregates": aggregates(seconds) }]);
    let [impacts, postmortems] = [&counts.customer_impacted, &counts.postmortems];
    let mut document = object([
        ("severity", severities(counts, ctx.settings)),
        ("state", statuses(counts, ctx.settings)),
        ("visibility", visibilities(counts)),
        ("impact", yes_no(impacts, ["none", "customer"])),
        ("postmortem", yes_no(postmortems, ["No", "Yes"])),
        ("customer_impacted", yes_no(impacts, ["false", "true"])),
        ("is_test", yes_no(&counts.tests, ["false", "true"])),
        ("incident_type", incident_types(counts, ctx)),
        (
            "time_to_detect",
            aggregate("time_to_detect", counts.time_to_detect),
        ),
        (
            "time_to_repair",
            aggregate("time_to_repair", counts.time_to_repair),
        ),
        (
            "time_to_resolve",
            aggregate("time_to_resolve", counts.time_to_resolve),
        ),
        ("fields", fields(counts, ctx.settings)),
    ]);
    for (name, facet) in users {
        document[name] = facet;
    }
    document
}

/// Returns the incident types in their order, also those without an incident.
fn incident_types(counts: &SearchCounts, ctx: &FacetContext<'_>) -> Value {
    let types = ctx.settings.incident_types.iter().map(|it| {
        json!({
            "name": it.name,
            "id": incident_type_resource_id(ctx.store_id, it.number),
            "count": counts.incident_types.get(&it.number).copied().unwrap_or(0),
        })
    });
    types.collect()
}

fn visibilities(counts: &SearchCounts) -> Value {
    let visibilities = [
        (Visibility::Public, "organization"),
        (Visibility::Private, "private"),
    ];
    facet(visibilities.map(|(value, name)| (name, count_of(&counts.visibilities, &value))))
}

/// Returns the facet of a condition. `names` are those of its opposite and of itself.
fn yes_no(counts: &BTreeMap<bool, usize>, names: [&'static str; 2]) -> Value {
    let [no, yes] = names;
    facet([
        (no, count_of(counts, &false)),
        (yes, count_of(counts, &true)),
    ])
}

fn severities(counts: &SearchCounts, settings: &Settings) -> Value {
    let is_listed = |it: &Severity| {
        let is_unknown = *it == Severity::Unknown;
        settings.severity_levels.contains(it) || is_unknown && settings.severity_unknown
    };
    let values = Severity::ALL.into_iter();
    let counts = values.map(|it| (it, count_of(&counts.severities, &it)));
    let counts = counts.filter(|(it, count)| *count > 0 || is_listed(it));
    facet(counts.map(|(it, count)| (it.as_str(), count)))
}

fn statuses(counts: &SearchCounts, settings: &Settings) -> Value {
    let listed = settings.statuses();
    let counts = Status::ALL.map(|it| (it, count_of(&counts.statuses, &it)));
    let counts = counts.into_iter();
    let counts = counts.filter(|(it, count)| *count > 0 || listed.contains(it));
    facet(counts.map(|(it, count)| (it.as_str(), count)))
}

fn fields(counts: &SearchCounts, settings: &Settings) -> Value {
    let methods = DetectionMethod::ALL;
    let methods = methods.map(|it| (it.as_str(), count_of(&counts.detection_methods, &it)));
    let methods = object([
        ("name", json!("detection_method")),
        ("facets", facet(methods)),
    ]);
    let mut fields = vec![methods];
    fields.extend(settings.fields.iter().map(|it| field(it, counts, settings)));
    Value::Array(fields)
}

/// Returns the facet of a field. Free texts have no values in it.
fn field(field: &FieldDefinition, counts: &SearchCounts, settings: &Settings) -> Value {
    let mut document = json!({ "name": field.name, "facets": [] });
    match field.kind {
        FieldKind::SingleSelect | FieldKind::MultiSelect => {
            let nothing = BTreeMap::new();
            let counts = counts.field_values.get(&field.name).unwrap_or(&nothing);
            let options = settings.field_options(field).iter();
            let options = options.map(|option| option.name.as_str());
            let options: Vec<&str> = options.collect();
            let others = counts.keys().map(String::as_str);
            let others = others.filter(|name| !options.contains(name));
            let names = options.iter().copied().chain(others);
            let names = names.map(|name| (name, counts.get(name).copied().unwrap_or_default()));
            document["facets"] = facet(names);
        }
        FieldKind::Number => {
            let numbers = counts.field_numbers.get(&field.name).copied();
            document["aggregates"] = aggregates(numbers.unwrap_or_default());
        }
        FieldKind::Text | FieldKind::TextArray | FieldKind::Datetime => {}
    }
    document
}

/// Returns named counts, the highest first.
fn facet<'n>(counts: impl IntoIterator<Item = (&'n str, usize)>) -> Value {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let counts = counts.into_iter();
    let counts = counts.map(|(name, count)| json!({ "name": name, "count": count }));
    Value::Array(counts.collect())
}

fn aggregates(numbers: Aggregate) -> Value {
    json!({ "min": numbers.min, "max": numbers.max })
}

fn count_of<T: Ord>(counts: &BTreeMap<T, usize>, value: &T) -> usize {
    counts.get(value).copied().unwrap_or_default()
}

impl FacetContext<'_> {
    /// Returns the facets of users.
    fn user_facets(&self, counts: &SearchCounts) -> [(&'static str, Value); 5] {
        let users = |counts: &BTreeMap<UserId, usize>| {
            let counts = counts.iter().map(|(user, count)| (Some(user), *count));
            self.users(counts)
        };
        let modified_by = counts.modified_by.iter();
        let modified_by = modified_by.map(|(user, count)| (user.as_ref(), *count));
        [
            ("commander", users(&counts.commanders)),
            ("responder", users(&counts.responders)),
            ("created_by", users(&counts.declared_by)),
            ("declared_by", users(&counts.declared_by)),
            ("last_modified_by", self.users(modified_by)),
        ]
    }

    /// Returns the counts of users. Those with the same count are ordered by name.
    fn users<'u>(&self, counts: impl Iterator<Item = (Option<&'u UserId>, usize)>) -> Value {
        let mut users: Vec<_> = counts
            .map(|(user, count)| {
                let reference = user_reference(self.store_id, user, self.users);
                let attributes = &reference["attributes"];
                let text = |name: &str| attributes[name].as_str().unwrap_or_default().to_owned();
                let name = match text("name").as_str() {
                    "" => text("handle"),
                    name => name.to_owned(),
                };
                (count, name, text("handle"), text("email"), text("uuid"))
            })
            .collect();
        users.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (&a.1, &a.4).cmp(&(&b.1, &b.4))));
        let users = users.into_iter().map(|(count, name, handle, email, uuid)| {
            json!({ "name": name, "handle": handle, "email": email, "uuid": uuid, "count": count })
        });
        Value::Array(users.collect())
    }
}
