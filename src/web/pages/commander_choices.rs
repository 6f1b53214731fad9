//! The users in the select of the Incident Commander.

use crate::domain::text::NO_COMMANDER;
use crate::domain::{User, UserId};
use crate::web::parts::Choice;

/// Returns the users who can be commander, by name, and the present one. If there is none, the first choice is none.
pub(crate) fn commander_choices(mut users: Vec<User>, present: Option<&UserId>) -> Vec<Choice> {
    users.retain(|user| user.is_active() || Some(&user.id) == present);
    users.sort_by_key(|user| user.name.to_lowercase());
    let mut choices: Vec<_> = users
        .into_iter()
        .map(|user| Choice {
            value: user.id.to_string(),
            label: user.name,
        })
        .collect();
    let Some(present) = present else {
        choices.insert(0, no_commander());
        return choices;
    };
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

/// Returns the choice of an incident without a commander.
pub(crate) fn no_commander() -> Choice {
    Choice {
        value: String::new(),
        label: NO_COMMANDER.to_owned(),
    }
}
