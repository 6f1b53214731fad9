//! `/datadog incident responders`: shows and changes the responders and the role assignments.

use muster_domain::{IncidentId, MAX_USERS_PER_ROLE, UserDiff, UserId};
use slack_morphism::prelude::*;

use crate::invite::parse_users;
use crate::modal::{FieldErrors, PrivateMetadata, ViewState, build_modal, with_metadata};
use crate::responder_fields::fields;
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};

pub(crate) const COMMAND: Command = Command {
    name: "responders",
    words: &["responders", "responder", "who"],
    usage: "incident responders",
    summary: "Show and change the incident's responders and their roles.",
    group: HelpGroup::Run,
    short_usage: "",
    typos: &["responders"],
    parse: |text| match text.escaped {
        "" => Some(ParsedCommand::Responders),
        users => parse_users(users).map(|users| ParsedCommand::Invite { users }),
    },
};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "responders";

/// The field of the commander.
pub const COMMANDER: &str = "commander";

/// The field of the responders without a role.
pub const RESPONDERS: &str = "responders";

/// The changes of a submitted modal. Empty fields are unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponderChanges {
    /// The new Incident Commander.
    pub commander: Option<UserId>,
    /// The roles with changed assignments.
    pub roles: Vec<RoleDiff>,
    /// The responders without a role that were added and removed.
    pub responders: UserDiff,
}

/// The changes of a role's assignments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDiff {
    /// The name of the role.
    pub role: String,
    /// The users who were assigned and unassigned.
    pub users: UserDiff,
}

/// The initial values of the responders modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RespondersDefaults {
    /// The incident.
    pub incident: IncidentId,
    /// The Incident Commander; empty if there is none.
    pub commander: UserId,
    /// The roles with their users.
    pub roles: Vec<RoleField>,
    /// The responders without a role.
    pub responders: Vec<UserId>,
}

/// A role and the users in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleField {
    /// The name.
    pub name: String,
    /// How many users may have the role at the same time.
    pub limit: RoleLimit,
    /// The description; may be empty.
    pub description: String,
    /// The users in the role.
    pub users: Vec<UserId>,
}

/// How many users may have a role at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleLimit {
    /// One user.
    One,
    /// Several users, up to `MAX_USERS_PER_ROLE`.
    Several,
}

/// Returns the modal with the initial values.
pub fn modal(initial: &RespondersDefaults) -> SlackModalView {
    let blocks = fields(initial);
    let title = format!("Responders of {}", initial.incident);
    let form = build_modal(CALLBACK_ID, &title, "Save", blocks);
    with_metadata(form, &PrivateMetadata::for_incident(initial.incident))
}

/// Reads a submission: the changed fields.
///
/// # Errors
/// Returns [`FieldErrors`] if there is no commander, or a role has too many users.
pub fn read(view: &ViewState) -> Result<ResponderChanges, FieldErrors> {
    let mut errors = FieldErrors::default();
    let commander = view.changed_value(COMMANDER).map(UserId::from);
    if commander.as_ref().is_some_and(|user| user.0.is_empty()) {
        errors.add(COMMANDER, "An incident needs a commander. Pick one.");
    }
    let mut roles = Vec::new();
    for field in view.field_names() {
        let Some(role) = field.strip_prefix(ROLE_PREFIX) else {
            continue;
        };
        let users = user_diff(view, field);
        if !users.added.is_empty() && view.values(field).len() > MAX_USERS_PER_ROLE {
            errors.add(
                field,
                format!("A role can have at most {MAX_USERS_PER_ROLE} people."),
            );
        }
        if users != UserDiff::default() {
            let role = role.to_owned();
            roles.push(RoleDiff { role, users });
        }
    }
    errors.into_result(ResponderChanges {
        commander,
        roles,
        responders: user_diff(view, RESPONDERS),
    })
}

/// Returns the name of a role's field.
pub fn role_field_name(role: &str) -> String {
    format!("{ROLE_PREFIX}{role}")
}

const ROLE_PREFIX: &str = "role ";

fn user_diff(view: &ViewState, field: &str) -> UserDiff {
    let (added, removed) = view.added_and_removed(field);
    let users = |ids: Vec<&str>| ids.into_iter().map(UserId::from).collect();
    UserDiff {
        added: users(added),
        removed: users(removed),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{block_kit_errors, request_length, submit_unchanged, submit_with};

    fn users(count: usize) -> Vec<UserId> {
        (0..count).map(|it| UserId(format!("U{it:010}"))).collect()
    }

    fn defaults() -> RespondersDefaults {
        let role = |name: &str, limit, users| RoleField {
            name: name.to_owned(),
            limit,
            description: "Tells others.".to_owned(),
            users,
        };
        RespondersDefaults {
            incident: IncidentId(7),
            commander: "U0ALICE0001".into(),
            roles: vec![
                role("Scribe", RoleLimit::One, users(1)),
                role("Fixer", RoleLimit::Several, users(3)),
                role("Liaison", RoleLimit::One, Vec::new()),
            ],
            responders: users(4)[3..].to_vec(),
        }
    }

    fn changed(field: &str, value: Value) -> ResponderChanges {
        read(&submit_with(&modal(&defaults()), &[(field, value)])).unwrap()
    }

    fn diff(added: &[&str], removed: &[&str]) -> UserDiff {
        let users = |ids: &[&str]| ids.iter().map(|id| UserId::from(*id)).collect();
        UserDiff {
            added: users(added),
            removed: users(removed),
        }
    }

    #[test]
    fn only_changed_fields_are_read() {
        let commander = changed(COMMANDER, json!("U0BOB000001"));
        assert_eq!(commander.commander, Some("U0BOB000001".into()));
        assert_eq!(commander.roles, []);
        let changes_of = |role: &str, users| {
            let role = role.to_owned();
            ResponderChanges {
                roles: vec![RoleDiff { role, users }],
                ..ResponderChanges::default()
            }
        };
        assert_eq!(
            changed("role Scribe", json!("U0BOB000001")),
            changes_of("Scribe", diff(&["U0BOB000001"], &["U0000000000"]))
        );
        assert_eq!(
            changed("role Scribe", Value::Null),
            changes_of("Scribe", diff(&[], &["U0000000000"]))
        );
        assert_eq!(
            changed(
                "role Fixer",
                json!(["U0000000002", "U0000000000", "U0BOB000001"])
            ),
            changes_of("Fixer", diff(&["U0BOB000001"], &["U0000000001"]))
        );
        let responders = diff(&[], &["U0000000003"]);
        assert_eq!(
            changed(RESPONDERS, json!([])),
            ResponderChanges {
                responders,
                ..ResponderChanges::default()
            }
        );
    }

    #[test]
    fn commander_is_required() {
        let read = read(&submit_with(
            &modal(&defaults()),
            &[(COMMANDER, Value::Null)],
        ));
        assert_eq!(
            read.unwrap_err().to_string(),
            "An incident needs a commander. Pick one."
        );
    }

    #[test]
    fn twenty_full_roles_and_100_responders_fit_slacks_request_limit() {
        let role = |number: usize| RoleField {
            name: format!("{number:02} {}", "<".repeat(37)),
            limit: RoleLimit::Several,
            description: "&".repeat(1_000),
            users: users(MAX_USERS_PER_ROLE),
        };
        let initial = RespondersDefaults {
            roles: (1..=20).map(role).collect(),
            responders: users(100),
            ..defaults()
        };
        let form = modal(&initial);
        let fields = json!(SlackView::Modal(form.clone()))["blocks"].to_string();
        assert_eq!(fields.matches("\"multi_users_select\"").count(), 21);
        let brought = request_length(&form);
        assert!(brought < 60 * 1024, "{brought}");
    }

    #[test]
    fn too_many_users_in_a_role_are_rejected() {
        let ids: Vec<String> = users(31).iter().map(ToString::to_string).collect();
        let read_users = |count: usize| {
            read(&submit_with(
                &modal(&defaults()),
                &[("role Fixer", json!(ids[..count]))],
            ))
        };
        assert_eq!(read_users(30).unwrap().roles[0].users.added.len(), 27);
        let errors = read_users(31).unwrap_err();
        assert_eq!(
            errors.iter().next(),
            Some(("role Fixer", "A role can have at most 30 people."))
        );
    }

    fn any_defaults() -> impl Strategy<Value = RespondersDefaults> {
        let role = (
            "[A-Za-zä 🔥]{1,40}",
            select(vec![RoleLimit::One, RoleLimit::Several]),
            ".{0,1000}",
            0..40_usize,
        );
        let role = role.prop_map(|(name, limit, description, count)| RoleField {
            name,
            limit,
            description,
            users: users(if limit == RoleLimit::One {
                count.min(1)
            } else {
                count
            }),
        });
        let roles = prop::collection::btree_map("[A-Za-zä 🔥]{1,40}", role, 0..20);
        (0..i64::MAX, roles, 0..130_usize).prop_map(|(number, roles, count)| RespondersDefaults {
            incident: IncidentId(number),
            roles: roles
                .into_iter()
                .map(|(name, role)| RoleField { name, ..role })
                .collect(),
            responders: users(count),
            ..defaults()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn unchanged_modal_changes_nothing(initial in any_defaults()) {
            prop_assert_eq!(read(&submit_unchanged(&modal(&initial))), Ok(ResponderChanges::default()));
        }

        #[test]
        fn modal_is_within_slacks_limits(initial in any_defaults()) {
            let form = modal(&initial);
            prop_assert_eq!(block_kit_errors(&form), Vec::<String>::new());
            prop_assert!(request_length(&form) < 64 * 1024);
        }
    }
}
