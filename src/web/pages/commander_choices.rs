//! The users in the select of the Incident Commander.

use crate::domain::{User, UserId};
use crate::web::parts::Choice;

/// Returns the users who can be commander, by name, and the present one.
pub(crate) fn commander_choices(mut users: Vec<User>, present: &UserId) -> Vec<Choice> {
    users.retain(|user| user.is_active() || user.id == *present);
    users.sort_by_key(|user| user.name.to_lowercase());
    let mut choices: Vec<_> = users
        .into_iter()
        .map(|user| Choice {
            value: user.id.to_string(),
            label: user.name,
        })
        .collect();
    if choices
        .iter()
        .all(|choice| choice.value != present.as_str())
    {
        choices.push(Choice {
            value: present.to_string(),
            label: present.to_string(),
        });
    }
    choices
}
