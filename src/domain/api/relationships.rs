//! The relationships of an incident.

use serde_json::{Value, json};

use super::attachment::attachments;
use super::incident::DocumentContext;
use super::resource_id::{ResourceType, part_number, resource_id, text_number};
use crate::{Incident, UserId};

/// Returns the relationships of an incident.
pub(super) fn relationships(incident: &Incident, ctx: &DocumentContext<'_>) -> Value {
    let store = ctx.store_id;
    let user = |user: Option<&UserId>| json!({ "data": { "type": ResourceType::User.as_str(), "id": ctx.user_id(user) } });
    let declared_by = user(incident.declared_by.as_ref());
    let commander = incident.commander.as_ref();
    let commander = commander.map_or_else(|| json!({ "data": null }), |it| user(Some(it)));
    let attachments = attachments(incident, ctx);
    let attachments = attachments.iter().map(|it| it.id(incident, store));
    let channel = incident.channel.iter();
    let channel = channel.map(|_| part_number(incident.id, 0));
    let fields = ctx.settings.fields.iter().map(|it| text_number(&it.name));
    let responders = incident.responder_ids();
    let responders = responders.map(|user| responder_number(incident, user));
    let impacts = incident.impacts.iter();
    let impacts = impacts.map(|it| part_number(incident.id, it.number));
    let list = |kind: ResourceType, numbers: Vec<u128>| {
        let ids = numbers.into_iter();
        references(kind, ids.map(|it| resource_id(store, kind, it)))
    };
    json!({
        "created_by_user": declared_by,
        "declared_by_user": declared_by,
        "last_modified_by_user": user(ctx.last_activity.user.as_ref()),
        "commander_user": commander,
        "user_defined_fields": list(ResourceType::UserDefinedField, fields.collect()),
        "integrations": list(ResourceType::Integration, channel.collect()),
        "attachments": references(ResourceType::Attachment, attachments),
        "responders": list(ResourceType::Responder, responders.collect()),
        "impacts": list(ResourceType::Impact, impacts.collect()),
    })
}

fn references(kind: ResourceType, ids: impl Iterator<Item = String>) -> Value {
    let references = ids.map(|id| json!({ "type": kind.as_str(), "id": id }));
    json!({ "data": references.collect::<Vec<_>>() })
}

fn responder_number(incident: &Incident, user: &UserId) -> u128 {
    text_number(&format!("{} {user}", incident.id))
}
