//! The fields of the responders modal, as many as fit into the request that submits it.

use muster_domain::{MAX_USERS_PER_ROLE, UserId};
use serde_json::json;
use slack_morphism::prelude::*;

use crate::modal::block_kit_limits;
use crate::modal::block_kit_limits::encoded_length;
use crate::modal::{context_block, limited_multi_users_select, optional, users_select, with_hint};
use crate::responders::{
    COMMANDER, RESPONDERS, RespondersDefaults, RoleField, RoleLimit, role_field_name,
};

/// The size limit of the fields in the request, in bytes. The request also contains the user, the
/// channel and the action, and repeats the field of the last selection.
const LONGEST_FIELDS: usize = 57_000;

/// The maximum number of blocks for roles. Slack: a modal has at most 100 blocks.
const MAX_ROLE_FIELDS: usize = 90;

/// Returns the blocks with the current responders.
pub fn fields(defaults: &RespondersDefaults) -> Vec<SlackBlock> {
    let commander = users_select(COMMANDER, "Incident Commander", &defaults.commander);
    let others = responders_block(&defaults.responders);
    let taken = encoded_length(&commander)
        + state_length(COMMANDER, 1)
        + encoded_length(&others)
        + state_length(RESPONDERS, block_kit_limits::USERS);
    let mut room = LONGEST_FIELDS.saturating_sub(taken);
    let mut blocks: Vec<SlackBlock> = vec![commander.into()];
    blocks.extend(role_blocks(&defaults.roles, &mut room));
    blocks.push(others);
    blocks
}

/// Returns the fields of the roles that fit into the remaining size, and then their descriptions as
/// far as they fit. The modal does not change what was left out.
fn role_blocks(roles: &[RoleField], room: &mut usize) -> Vec<SlackBlock> {
    let rendered = roles.iter().take(MAX_ROLE_FIELDS);
    let fields: Vec<_> = rendered
        .filter_map(|role| {
            let field = role_select(role).filter(|it| reserve_length(room, field_length(role, it)));
            let text = |room: &mut usize| {
                Some(omitted_role_text(role)).filter(|it| reserve_length(room, encoded_length(it)))
            };
            let rendered = match field {
                Some(field) => RoleBlock::Field(field),
                None => RoleBlock::Text(text(room)?),
            };
            Some((role, rendered))
        })
        .collect();
    let mut blocks = Vec::new();
    for (role, rendered) in fields {
        let about = &role.description;
        blocks.push(match rendered {
            RoleBlock::Text(text) => text,
            RoleBlock::Field(field) if about.is_empty() => field.into(),
            RoleBlock::Field(field) => {
                let hinted = with_hint(field.clone(), about);
                let more = encoded_length(&hinted) - encoded_length(&field);
                if reserve_length(room, more) {
                    hinted.into()
                } else {
                    field.into()
                }
            }
        });
    }
    blocks
}

/// The block of a role.
enum RoleBlock {
    /// A field in which the role is assigned.
    Field(SlackInputBlock),
    /// A text that replaces a field that does not fit.
    Text(SlackBlock),
}

/// Returns the field of a role; `None` if the role has more users than a field may have initially.
fn role_select(role: &RoleField) -> Option<SlackInputBlock> {
    let name = role_field_name(&role.name);
    let nobody = UserId::from("");
    Some(optional(match role.limit {
        RoleLimit::One => users_select(&name, &role.name, role.users.first().unwrap_or(&nobody)),
        RoleLimit::Several if role.users.len() > MAX_USERS_PER_ROLE => return None,
        RoleLimit::Several => {
            limited_multi_users_select(&name, &role.name, &role.users, MAX_USERS_PER_ROLE)
        }
    }))
}

fn omitted_role_text(role: &RoleField) -> SlackBlock {
    let users = match role.users.len() {
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    };
    context_block(&format!(
        "{}: this role doesn't fit in the form. It stays assigned to {users}.",
        role.name
    ))
}

/// Returns the field of the responders without a role, or a text if there are too many for a field.
fn responders_block(users: &[UserId]) -> SlackBlock {
    if users.len() > block_kit_limits::USERS {
        return context_block(&format!(
            "Responder: {} people have no role, too many for a Slack form. They stay responders.",
            users.len()
        ));
    }
    let others =
        limited_multi_users_select(RESPONDERS, "Responder", users, block_kit_limits::USERS);
    let says = "Everyone else involved. Anyone who updates the incident is added automatically.";
    optional(with_hint(others, says)).into()
}

/// Reserves a part of the remaining size. Returns whether it fits.
fn reserve_length(room: &mut usize, length: usize) -> bool {
    let left = room.checked_sub(length);
    *room = left.unwrap_or(*room);
    left.is_some()
}

/// Returns the size of a field in the request when it has the maximum number of users.
fn field_length(role: &RoleField, block: &SlackInputBlock) -> usize {
    let most = match role.limit {
        RoleLimit::One => 1,
        RoleLimit::Several => MAX_USERS_PER_ROLE,
    };
    encoded_length(block) + state_length(&role_field_name(&role.name), most)
}

fn state_length(name: &str, most: usize) -> usize {
    let users = vec!["U0000000000"; most];
    let state = json!({ "type": "multi_users_select", "selected_users": users });
    encoded_length(&json!({ name: { name: state } }))
}
