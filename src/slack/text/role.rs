//! Role changes and role assignments as text.

use muster_commands::UserId;

use crate::domain::{Incident, RoleChange};
use crate::slack::text::activity::{RichText, Span, bold, text};

/// Returns the text of a role change, without its actor.
pub fn role_change_text(actor: Option<&UserId>, news: &RoleChange) -> RichText {
    let is_own = |user: &UserId| actor == Some(user);
    match news {
        RoleChange::Assigned {
            role,
            user,
            replaced: instead_of,
        } => {
            let mut sentence = if is_own(user) {
                vec![text(" took the role "), bold(role)]
            } else {
                vec![
                    text(" gave "),
                    Span::Mention(user.clone()),
                    text(" the role "),
                    bold(role),
                ]
            };
            if let Some(before) = instead_of {
                sentence.extend([text(", which "), Span::User(before.clone()), text(" had")]);
            }
            sentence.push(text("."));
            sentence
        }
        RoleChange::Unassigned { role, user } if is_own(user) => {
            vec![text(" gave up the role "), bold(role), text(".")]
        }
        RoleChange::Unassigned { role, user } => vec![
            text(" took the role "),
            bold(role),
            text(" from "),
            Span::User(user.clone()),
            text("."),
        ],
        RoleChange::Joined { user } if is_own(user) => vec![text(" joined the responders.")],
        RoleChange::Joined { user } => vec![
            text(" added "),
            Span::Mention(user.clone()),
            text(" to the responders."),
        ],
        RoleChange::Left { user } if is_own(user) => vec![text(" left the responders.")],
        RoleChange::Left { user } => vec![
            text(" took "),
            Span::User(user.clone()),
            text(" off the responders."),
        ],
    }
}

/// Maximum number of users named per role.
const MAX_NAMES_PER_ROLE: usize = 10;

/// Maximum number of users named in total, but at least three per role.
const MAX_NAMES: usize = 60;

/// Returns one paragraph per assigned role, without the commander and without mentions.
pub fn role_holders_text(incident: &Incident) -> Vec<RichText> {
    let mut roles: Vec<&str> = Vec::new();
    for holding in &incident.roles {
        if !roles.contains(&holding.role.as_str()) {
            roles.push(&holding.role);
        }
    }
    let named = (MAX_NAMES / roles.len().max(1)).clamp(3, MAX_NAMES_PER_ROLE);
    let sentence_of = |role: &str| {
        let mut sentence = vec![bold(role)];
        for (index, user) in incident.role_holders(role).take(named).enumerate() {
            sentence.push(text(if index == 0 { ": " } else { ", " }));
            sentence.push(Span::User(user.clone()));
        }
        let more = incident.role_holders(role).count().saturating_sub(named);
        if more > 0 {
            sentence.push(text(format!(" and {more} more")));
        }
        sentence
    };
    roles.into_iter().map(sentence_of).collect()
}
