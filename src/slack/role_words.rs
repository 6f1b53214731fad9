//! Who has which role, in words: as it is told, and as the header shows it.

use muster_commands::PersonId;

use super::words::{Piece, Sentence, plain, strong};
use crate::domain::{Incident, RoleNews};

/// Gives what became of a role, without who did it.
pub fn told(by: Option<&PersonId>, news: &RoleNews) -> Sentence {
    let is_own = |person: &PersonId| by == Some(person);
    match news {
        RoleNews::Given {
            role,
            person,
            instead_of,
        } => {
            let mut sentence = if is_own(person) {
                vec![plain(" took the role "), strong(role)]
            } else {
                vec![
                    plain(" gave "),
                    Piece::Called(person.clone()),
                    plain(" the role "),
                    strong(role),
                ]
            };
            if let Some(before) = instead_of {
                sentence.extend([
                    plain(", which "),
                    Piece::Person(before.clone()),
                    plain(" had"),
                ]);
            }
            sentence.push(plain("."));
            sentence
        }
        RoleNews::Taken { role, person } if is_own(person) => {
            vec![plain(" gave up the role "), strong(role), plain(".")]
        }
        RoleNews::Taken { role, person } => vec![
            plain(" took the role "),
            strong(role),
            plain(" from "),
            Piece::Person(person.clone()),
            plain("."),
        ],
        RoleNews::Joined { person } if is_own(person) => vec![plain(" joined the responders.")],
        RoleNews::Joined { person } => vec![
            plain(" added "),
            Piece::Called(person.clone()),
            plain(" to the responders."),
        ],
        RoleNews::Left { person } if is_own(person) => vec![plain(" left the responders.")],
        RoleNews::Left { person } => vec![
            plain(" took "),
            Piece::Person(person.clone()),
            plain(" off the responders."),
        ],
    }
}

/// How many people of one role are named where all roles are shown.
const NAMED: usize = 10;

/// How many people of all roles are named there, but of each role at least three.
const NAMED_IN_ALL: usize = 60;

/// Gives a line for each role that somebody has, beside the commander; it calls nobody.
pub fn holders(incident: &Incident) -> Vec<Sentence> {
    let mut roles: Vec<&str> = Vec::new();
    for holding in &incident.roles {
        if !roles.contains(&holding.role.as_str()) {
            roles.push(&holding.role);
        }
    }
    let named = (NAMED_IN_ALL / roles.len().max(1)).clamp(3, NAMED);
    let line = |role: &str| {
        let mut sentence = vec![strong(role)];
        for (place, person) in incident.holders(role).take(named).enumerate() {
            sentence.push(plain(if place == 0 { ": " } else { ", " }));
            sentence.push(Piece::Person(person.clone()));
        }
        let more = incident.holders(role).count().saturating_sub(named);
        if more > 0 {
            sentence.push(plain(format!(" and {more} more")));
        }
        sentence
    };
    roles.into_iter().map(line).collect()
}
