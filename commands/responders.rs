//! `/datadog incident responders`: who takes part in an incident, and who has which role.

use slack_morphism::prelude::*;

use crate::form::{Answers, Carried, FieldErrors, carrying, modal};
use crate::responder_fields::fields;
use crate::{IncidentId, PersonId};

/// The words after `incident` that ask for this form.
pub const WORDS: &[&str] = &["responders"];

/// The name of this form: Slack hands it back when the form is submitted.
pub const FORM: &str = "responders";

/// The field of the commander.
pub const COMMANDER: &str = "commander";

/// The field of those who take part and have no role.
pub const RESPONDERS: &str = "responders";

/// How many people may have the same role. Slack sends each twice, as they were and as they are, in 20 bytes:
/// so twenty roles, each with so many, and a hundred responders still fit the 64 KiB that a request may have.
pub const MOST_IN_A_ROLE: usize = 30;

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
    /// As many as it takes, up to [`MOST_IN_A_ROLE`].
    Several,
}

/// Gives the form, filled in with who takes part; it carries the incident's number.
pub fn form(standing: &Standing) -> SlackModalView {
    let blocks = fields(standing);
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
    let mut roles = Vec::new();
    for field in answers.names() {
        let Some(role) = field.strip_prefix(ROLE) else {
            continue;
        };
        let people = moved(answers, field);
        if !people.added.is_empty() && answers.all_given(field).len() > MOST_IN_A_ROLE {
            errors.add(
                field,
                format!("A role can have {MOST_IN_A_ROLE} people. Please choose fewer."),
            );
        }
        if people != Moved::default() {
            let role = role.to_owned();
            roles.push(RoleChange { role, people });
        }
    }
    errors.or(Changes {
        commander,
        roles,
        responders: moved(answers, RESPONDERS),
    })
}

/// Gives the field of a role.
pub fn field(role: &str) -> String {
    format!("{ROLE}{role}")
}

const ROLE: &str = "role ";

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
    use crate::as_slack::{complaints, filled, request_length, untouched};

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

    #[test]
    fn twenty_full_roles_and_a_hundred_responders_fit_the_request_that_brings_them() {
        let role = |number: usize| FilledRole {
            name: format!("{number:02} {}", "<".repeat(37)),
            seats: Seats::Several,
            description: "&".repeat(1_000),
            people: people(MOST_IN_A_ROLE),
        };
        let standing = Standing {
            roles: (1..=20).map(role).collect(),
            responders: people(100),
            ..standing()
        };
        let form = form(&standing);
        let fields = json!(SlackView::Modal(form.clone()))["blocks"].to_string();
        assert_eq!(fields.matches("\"multi_users_select\"").count(), 21);
        let brought = request_length(&form);
        assert!(brought < 60 * 1024, "{brought}");
    }

    #[test]
    fn a_role_is_not_given_to_more_than_it_can_have() {
        let ids: Vec<String> = people(31).iter().map(ToString::to_string).collect();
        let chosen = |count: usize| {
            read(&filled(
                &form(&standing()),
                &[("role Fixer", json!(ids[..count]))],
            ))
        };
        assert_eq!(chosen(30).unwrap().roles[0].people.added.len(), 27);
        let errors = chosen(31).unwrap_err();
        assert_eq!(
            errors.iter().next(),
            Some((
                "role Fixer",
                "A role can have 30 people. Please choose fewer."
            ))
        );
    }

    fn any_standing() -> impl Strategy<Value = Standing> {
        let role = (
            "[A-Za-zä 🔥]{1,40}",
            select(vec![Seats::One, Seats::Several]),
            ".{0,1000}",
            0..40_usize,
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
        (0..i64::MAX, roles, 0..130_usize).prop_map(|(number, roles, count)| Standing {
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
            let form = form(&standing);
            prop_assert_eq!(complaints(&form), Vec::<String>::new());
            prop_assert!(request_length(&form) < 64 * 1024);
        }
    }
}
