//! The relationships of an incident.

use serde_json::{Value, json};

use super::attachment::attachments;
use super::incident::DocumentContext;
use super::object::object;
use super::resource_id::{
    ResourceType, part_number, resource_id, responder_resource_id, text_number,
};
use crate::{ChannelState, Incident, UserId};

/// The number of the channel among the integrations.
pub const OWN_CHANNEL: i64 = 0;

impl Incident {
    /// Returns whether the channel is listed among the integrations: it exists, or should.
    pub fn has_own_channel_item(&self) -> bool {
        match self.channel_state {
            ChannelState::Pending | ChannelState::Failed => true,
            ChannelState::Open | ChannelState::Archived | ChannelState::Deleted => {
                self.channel.is_some()
            }
        }
    }
}

/// Returns the relationships of an incident.
pub(super) fn relationships(incident: &Incident, ctx: &DocumentContext<'_>) -> Value {
    let mut relationships = object(users(incident, ctx));
    for (name, value) in parts(incident, ctx) {
        relationships[name] = value;
    }
    relationships
}

fn users(incident: &Incident, ctx: &DocumentContext<'_>) -> [(&'static str, Value); 4] {
    let user = |user: Option<&UserId>| json!({ "data": { "type": ResourceType::User.as_str(), "id": ctx.user_id(user) } });
    let declared_by = user(incident.declared_by.as_ref());
    let commander = incident.commander.as_ref();
    let commander = commander.map_or_else(|| json!({ "data": null }), |it| user(Some(it)));
    let modified_by = user(ctx.last_activity.user.as_ref());
    [
        ("created_by_user", declared_by.clone()),
        ("declared_by_user", declared_by),
        ("last_modified_by_user", modified_by),
        ("commander_user", commander),
    ]
}

fn parts(incident: &Incident, ctx: &DocumentContext<'_>) -> [(&'static str, Value); 5] {
    let store = ctx.store_id;
    let attachments = attachments(incident, ctx.public_url);
    let attachments = attachments.iter().map(|it| it.id(incident, store));
    let attachments = references(ResourceType::Attachment, attachments);
    let integrations = incident.integrations().map(|it| it.number);
    let own_channel = incident.has_own_channel_item().then_some(OWN_CHANNEL);
    let integrations = integrations.chain(own_channel);
    let integrations = integrations.map(|number| part_number(incident.id, number));
    let fields = ctx.settings.fields.iter();
    let fields = fields.filter(|it| it.is_for(incident.incident_type));
    let fields = fields.map(|it| text_number(&it.name));
    let responders = incident.responder_ids();
    let responders = responders.map(|user| responder_resource_id(store, incident.id, user));
    let responders = references(ResourceType::Responder, responders);
    let impacts = incident.impacts.iter();
    let impacts = impacts.map(|it| part_number(incident.id, it.number));
    let list = |kind: ResourceType, numbers: Vec<u128>| {
        let ids = numbers.into_iter();
        references(kind, ids.map(|it| resource_id(store, kind, it)))
    };
    let fields = list(ResourceType::UserDefinedField, fields.collect());
    let integrations = list(ResourceType::Integration, integrations.collect());
    let impacts = list(ResourceType::Impact, impacts.collect());
    [
        ("user_defined_fields", fields),
        ("integrations", integrations),
        ("attachments", attachments),
        ("responders", responders),
        ("impacts", impacts),
    ]
}

fn references(kind: ResourceType, ids: impl Iterator<Item = String>) -> Value {
    let references = ids.map(|id| json!({ "type": kind.as_str(), "id": id }));
    object([("data", Value::Array(references.collect()))])
}
