//! `/datadog incident responders`: who takes part in an incident, and who has which role.

use slack_morphism::prelude::*;

use crate::form::{Answers, Carried, FieldErrors, carrying, hint, modal, optional, people, person};
use crate::{IncidentId, PersonId};

/// The words after `incident` that ask for this form.
pub const WORDS: &[&str] = &["responders"];

/// The name of this form: Slack hands it back when the form is submitted.
pub const FORM: &str = "responders";

/// The field of the commander.
pub const COMMANDER: &str = "commander";

/// The field of those who take part and have no role.
pub const RESPONDERS: &str = "responders";

/// What a person wants changed; what is empty stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Who leads from now on.
    pub commander: Option<PersonId>,
    /// The roles that change hands.
    pub roles: Vec<RoleChange>,
    /// Who takes part from now on, and who no longer does.
    pub responders: Moved,
}

/// A role that changes hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleChange {
    /// What the role is called.
    pub role: String,
    /// Who is given it, and from whom it is taken.
    pub people: Moved,
}

/// People who are added somewhere, and people who are taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Those who are added.
    pub added: Vec<PersonId>,
    /// Those who are taken out.
    pub removed: Vec<PersonId>,
}

/// Who takes part: what the form is filled in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which incident it is.
    pub incident: IncidentId,
    /// Who leads it.
    pub commander: PersonId,
    /// The roles, and who has them.
    pub roles: Vec<FilledRole>,
    /// Those who take part and have no role.
    pub responders: Vec<PersonId>,
}

/// A role, and who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledRole {
    /// What it is called.
    pub name: String,
    /// How many may have it at the same time.
    pub seats: Seats,
    /// What it is about; may be empty.
    pub description: String,
    /// Who has it.
    pub people: Vec<PersonId>,
}

/// How many people may have a role at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seats {
    /// One person.
    One,
    /// As many as it takes.
    Several,
}

/// Gives the form, filled in with who takes part; it carries the incident's number.
pub fn form(standing: &Standing) -> SlackModalView {
    let mut blocks: Vec<SlackBlock> =
        vec![person(COMMANDER, "Incident Commander", &standing.commander).into()];
    blocks.extend(standing.roles.iter().map(of_role));
    let others = people(RESPONDERS, "Responder", &standing.responders);
    let says =
        "Everybody else who takes part. Whoever changes the incident comes in by themselves.";
    blocks.push(optional(hint(others, says)).into());
    let title = format!("Responders of {}", standing.incident);
    let form = modal(FORM, &title, "Save", blocks);
    carrying(form, &Carried::incident(standing.incident))
}

/// Gives what the person changed, or what to show them under which field.
pub fn read(answers: &Answers) -> Result<Changes, FieldErrors> {
    let mut errors = FieldErrors::default();
    let commander = answers.changed(COMMANDER).map(PersonId::from);
    if commander.as_ref().is_some_and(|person| person.0.is_empty()) {
        errors.add(
            COMMANDER,
            "An incident needs a commander. Please choose who leads it.",
        );
    }
    let roles = answers.names().filter_map(|field| {
        let role = field.strip_prefix(ROLE)?.to_owned();
        let people = moved(answers, field);
        (people != Moved::default()).then_some(RoleChange { role, people })
    });
    errors.or(Changes {
        commander,
        roles: roles.collect(),
        responders: moved(answers, RESPONDERS),
    })
}

/// Gives the field of a role.
pub fn field(role: &str) -> String {
    format!("{ROLE}{role}")
}

const ROLE: &str = "role ";

fn of_role(role: &FilledRole) -> SlackBlock {
    let name = field(&role.name);
    let nobody = PersonId::from("");
    let field = match role.seats {
        Seats::One => person(&name, &role.name, role.people.first().unwrap_or(&nobody)),
        Seats::Several => people(&name, &role.name, &role.people),
    };
    let field = optional(field);
    if role.description.is_empty() {
        field.into()
    } else {
        hint(field, &role.description).into()
    }
}

fn moved(answers: &Answers, field: &str) -> Moved {
    let (added, removed) = answers.moved(field);
    let people = |ids: Vec<&str>| ids.into_iter().map(PersonId::from).collect();
    Moved {
        added: people(added),
        removed: people(removed),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value, json};

    use super::*;
    use crate::as_slack::{complaints, filled, untouched};

    fn people(count: usize) -> Vec<PersonId> {
        (0..count)
            .map(|it| PersonId(format!("U{it:010}")))
            .collect()
    }

    fn standing() -> Standing {
        let role = |name: &str, seats, people| FilledRole {
            name: name.to_owned(),
            seats,
            description: "Tells others.".to_owned(),
            people,
        };
        Standing {
            incident: IncidentId(7),
            commander: "U0ALICE0001".into(),
            roles: vec![
                role("Scribe", Seats::One, people(1)),
                role("Fixer", Seats::Several, people(3)),
                role("Liaison", Seats::One, Vec::new()),
            ],
            responders: people(4)[3..].to_vec(),
        }
    }

    fn changed(field: &str, value: Value) -> Changes {
        read(&filled(&form(&standing()), &[(field, value)])).unwrap()
    }

    fn moved(added: &[&str], removed: &[&str]) -> Moved {
        let people = |ids: &[&str]| ids.iter().map(|id| PersonId::from(*id)).collect();
        Moved {
            added: people(added),
            removed: people(removed),
        }
    }

    #[test]
    fn only_what_was_changed_is_asked_for() {
        let commander = changed(COMMANDER, json!("U0BOB000001"));
        assert_eq!(commander.commander, Some("U0BOB000001".into()));
        assert_eq!(commander.roles, []);
        let of = |role: &str, people| {
            let role = role.to_owned();
            Changes {
                roles: vec![RoleChange { role, people }],
                ..Changes::default()
            }
        };
        assert_eq!(
            changed("role Scribe", json!("U0BOB000001")),
            of("Scribe", moved(&["U0BOB000001"], &["U0000000000"]))
        );
        assert_eq!(
            changed("role Scribe", Value::Null),
            of("Scribe", moved(&[], &["U0000000000"]))
        );
        assert_eq!(
            changed(
                "role Fixer",
                json!(["U0000000002", "U0000000000", "U0BOB000001"])
            ),
            of("Fixer", moved(&["U0BOB000001"], &["U0000000001"]))
        );
        let responders = moved(&[], &["U0000000003"]);
        assert_eq!(
            changed(RESPONDERS, json!([])),
            Changes {
                responders,
                ..Changes::default()
            }
        );
    }

    #[test]
    fn a_commander_is_needed() {
        let read = read(&filled(&form(&standing()), &[(COMMANDER, Value::Null)]));
        assert_eq!(
            read.unwrap_err().to_string(),
            "An incident needs a commander. Please choose who leads it."
        );
    }

    fn any_standing() -> impl Strategy<Value = Standing> {
        let role = (
            "[A-Za-zä 🔥]{1,40}",
            select(vec![Seats::One, Seats::Several]),
            ".{0,1000}",
            0..100_usize,
        );
        let role = role.prop_map(|(name, seats, description, count)| FilledRole {
            name,
            seats,
            description,
            people: people(if seats == Seats::One {
                count.min(1)
            } else {
                count
            }),
        });
        let roles = prop::collection::btree_map("[A-Za-zä 🔥]{1,40}", role, 0..20);
        (0..i64::MAX, roles, 0..100_usize).prop_map(|(number, roles, count)| Standing {
            incident: IncidentId(number),
            roles: roles
                .into_iter()
                .map(|(name, role)| FilledRole { name, ..role })
                .collect(),
            responders: people(count),
            ..standing()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_form_submitted_untouched_changes_nothing(standing in any_standing()) {
            prop_assert_eq!(read(&untouched(&form(&standing))), Ok(Changes::default()));
        }

        #[test]
        fn the_form_keeps_slacks_limits(standing in any_standing()) {
            prop_assert_eq!(complaints(&form(&standing)), Vec::<String>::new());
        }
    }
}
