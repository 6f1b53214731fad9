//! Role changes and role assignments as text.

use super::{RichText, Span, bold, mention, rich};
use crate::{Incident, RoleChange, UserId};

/// Maximum number of users named per role.
const MAX_NAMES_PER_ROLE: usize = 10;

/// Maximum number of users named in total, but at least three per role.
const MAX_NAMES: usize = 60;

/// Returns the text of a role change, without its actor.
pub(super) fn role_change_text(actor: Option<&UserId>, change: &RoleChange) -> RichText {
    let is_actor = |user: &UserId| actor == Some(user);
    match change {
        RoleChange::Assigned {
            role,
            user,
            replaced,
        } => {
            let mut paragraph = if is_actor(user) {
                rich![" became ", bold(role)]
            } else {
                rich![" made ", mention(user), " ", bold(role)]
            };
            if let Some(previous) = replaced {
                paragraph.extend(rich![", replacing ", previous]);
            }
            paragraph.push(".".into());
            paragraph
        }
        RoleChange::Unassigned { role, user } if is_actor(user) => {
            rich![" stepped down as ", bold(role), "."]
        }
        RoleChange::Unassigned { role, user } => {
            rich![" removed ", user, " as ", bold(role), "."]
        }
        RoleChange::Joined { user } if is_actor(user) => rich![" joined the responders."],
        RoleChange::Joined { user } => rich![" added ", mention(user), " to the responders."],
        RoleChange::Left { user } if is_actor(user) => rich![" left the responders."],
        RoleChange::Left { user } => rich![" removed ", user, " from the responders."],
    }
}

/// Returns one paragraph per assigned role, without the commander and without mentions.
pub fn role_holders_text(incident: &Incident) -> Vec<RichText> {
    let mut roles: Vec<&str> = Vec::new();
    for assignment in &incident.roles {
        if !roles.contains(&assignment.role.as_str()) {
            roles.push(&assignment.role);
        }
    }
    let limit = (MAX_NAMES / roles.len().max(1)).clamp(3, MAX_NAMES_PER_ROLE);
    let paragraph = |role: &str| {
        let mut spans = rich![bold(role)];
        for (index, user) in incident.role_holders(role).take(limit).enumerate() {
            spans.extend(rich![if index == 0 { ": " } else { ", " }, user]);
        }
        let more = incident.role_holders(role).count().saturating_sub(limit);
        if more > 0 {
            spans.push(Span::from(format!(" and {more} more")));
        }
        spans
    };
    roles.into_iter().map(paragraph).collect()
}
