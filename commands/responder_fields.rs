//! The fields of the form of responders, no more than fit the request that brings it.

use serde_json::json;
use slack_morphism::prelude::*;

use crate::PersonId;
use crate::form::{few_people, hint, optional, person, remark};
use crate::limits::{self, sent_length};
use crate::responders::{
    COMMANDER, FilledRole, MOST_IN_A_ROLE, RESPONDERS, Seats, Standing, field,
};

/// How many bytes of a request the fields of this form may take. Around them Slack sends who did what where,
/// and once more the field in which somebody was chosen just now.
const ROOM: usize = 57_000;

/// How many fields and lines for roles there may be. Slack: a modal has at most 100 blocks.
const MOST_ROLES_SHOWN: usize = 90;

/// Gives the fields, filled in with who takes part.
pub fn fields(standing: &Standing) -> Vec<SlackBlock> {
    let commander = person(COMMANDER, "Incident Commander", &standing.commander);
    let others = of_others(&standing.responders);
    let taken = sent_length(&commander)
        + state_length(COMMANDER, 1)
        + sent_length(&others)
        + state_length(RESPONDERS, limits::PEOPLE);
    let mut room = ROOM.saturating_sub(taken);
    let mut blocks: Vec<SlackBlock> = vec![commander.into()];
    blocks.extend(of_roles(&standing.roles, &mut room));
    blocks.push(others);
    blocks
}

/// Gives the fields of the roles, as many as there is room for, and then what they are about, as far as it fits.
/// Whatever has no room stays as it is.
fn of_roles(roles: &[FilledRole], room: &mut usize) -> Vec<SlackBlock> {
    let shown = roles.iter().take(MOST_ROLES_SHOWN);
    let fields: Vec<_> = shown
        .filter_map(|role| {
            let field = of_role(role).filter(|it| takes(room, field_length(role, it)));
            let line = |room: &mut usize| {
                Some(too_much_of(role)).filter(|it| takes(room, sent_length(it)))
            };
            let shown = match field {
                Some(field) => Shown::Field(field),
                None => Shown::Line(line(room)?),
            };
            Some((role, shown))
        })
        .collect();
    let mut blocks = Vec::new();
    for (role, shown) in fields {
        let about = &role.description;
        blocks.push(match shown {
            Shown::Line(line) => line,
            Shown::Field(field) if about.is_empty() => field.into(),
            Shown::Field(field) => {
                let hinted = hint(field.clone(), about);
                let more = sent_length(&hinted) - sent_length(&field);
                if takes(room, more) {
                    hinted.into()
                } else {
                    field.into()
                }
            }
        });
    }
    blocks
}

/// How a role stands in the form.
enum Shown {
    /// It can be given and taken.
    Field(SlackInputBlock),
    /// It is only named.
    Line(SlackBlock),
}

/// Gives the field of a role; `None` if more people have it than a field may begin with.
fn of_role(role: &FilledRole) -> Option<SlackInputBlock> {
    let name = field(&role.name);
    let nobody = PersonId::from("");
    Some(optional(match role.seats {
        Seats::One => person(&name, &role.name, role.people.first().unwrap_or(&nobody)),
        Seats::Several if role.people.len() > MOST_IN_A_ROLE => return None,
        Seats::Several => few_people(&name, &role.name, &role.people, MOST_IN_A_ROLE),
    }))
}

fn too_much_of(role: &FilledRole) -> SlackBlock {
    let people = match role.people.len() {
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    };
    remark(&format!(
        "{}: there is no room for this role in the form. It stays as it is, with {people}.",
        role.name
    ))
}

/// Gives the field of those who have no role; a line, if they are more than a field may begin with.
fn of_others(people: &[PersonId]) -> SlackBlock {
    if people.len() > limits::PEOPLE {
        return remark(&format!(
            "Responder: {} people take part without a role, more than a form in Slack can show. They stay as \
             they are.",
            people.len()
        ));
    }
    let others = few_people(RESPONDERS, "Responder", people, limits::PEOPLE);
    let says =
        "Everybody else who takes part. Whoever changes the incident comes in by themselves.";
    optional(hint(others, says)).into()
}

/// Takes as much from the room, if there is as much.
fn takes(room: &mut usize, length: usize) -> bool {
    let left = room.checked_sub(length);
    *room = left.unwrap_or(*room);
    left.is_some()
}

/// Gives how much a field takes of a request when as many people are chosen in it as it takes.
fn field_length(role: &FilledRole, block: &SlackInputBlock) -> usize {
    let most = match role.seats {
        Seats::One => 1,
        Seats::Several => MOST_IN_A_ROLE,
    };
    sent_length(block) + state_length(&field(&role.name), most)
}

fn state_length(name: &str, most: usize) -> usize {
    let people = vec!["U0000000000"; most];
    let state = json!({ "type": "multi_users_select", "selected_users": people });
    sent_length(&json!({ name: { name: state } }))
}
