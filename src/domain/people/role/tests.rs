//! Tests of role assignments.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::people::role::*;
use crate::testing::{context, incident, incident_with_channel};
use crate::{Delivery, DeliveryKind, EntryKind, Source};

const USERS: [&str; 4] = ["U0ALICE0001", "U0BOB000001", "U0CHIOMA001", "U0DAN000001"];

fn user_ids(ids: &[&str]) -> Vec<UserId> {
    ids.iter().map(|id| UserId::from(*id)).collect()
}

fn actor(user: &str) -> Actor {
    Actor::new(UserId::from(user), incident("").declared_at)
}

fn configured_role(name: &str, users: RoleCapacity) -> ConfiguredRole {
    ConfiguredRole {
        name: name.to_owned(),
        capacity: users,
        description: format!("{name}s do this."),
        incident_type: None,
    }
}

fn role_request(role: ConfiguredRole, added: &[&str], removed: &[&str]) -> AssignRoles {
    let moved = UserDiff {
        added: user_ids(added),
        removed: user_ids(removed),
    };
    AssignRoles {
        roles: vec![(role, moved)],
        ..AssignRoles::default()
    }
}

fn delivery_kinds(change: &Change) -> Vec<DeliveryKind> {
    change.deliveries.iter().map(Delivery::kind).collect()
}

#[test]
fn assigned_user_is_invited_and_notified() {
    let request = role_request(
        configured_role("Scribe", RoleCapacity::One),
        &["U0BOB000001"],
        &[],
    );
    let change = incident_with_channel("Checkout")
        .assign_roles(
            &request,
            &actor("U0ALICE0001"),
            &context(actor("U0ALICE0001").at),
        )
        .unwrap();
    assert_eq!(
        delivery_kinds(&change),
        [
            DeliveryKind::FetchUser,
            DeliveryKind::InviteUser,
            DeliveryKind::SendDirectMessage,
            DeliveryKind::PostActivity,
            DeliveryKind::UpsertHeader
        ]
    );
    assert_eq!(change.entries[0].event.kind(), EntryKind::Responder);
    let incident = change.incident;
    assert!(
        incident
            .responder_ids()
            .any(|user| user.as_str() == "U0BOB000001")
    );

    let again = incident
        .assign_roles(
            &request,
            &actor("U0ALICE0001"),
            &context(actor("U0ALICE0001").at),
        )
        .unwrap();
    assert_eq!(again, Change::new(incident, actor("").at));
}

#[test]
fn replaced_role_holder_remains_a_responder() {
    let scribe = configured_role("Scribe", RoleCapacity::One);
    let first = role_request(scribe.clone(), &["U0BOB000001"], &[]);
    let incident = incident_with_channel("")
        .assign_roles(
            &first,
            &actor("U0ALICE0001"),
            &context(actor("U0ALICE0001").at),
        )
        .unwrap()
        .incident;
    let second = role_request(scribe, &["U0CHIOMA001"], &[]);
    let change = incident
        .assign_roles(
            &second,
            &actor("U0ALICE0001"),
            &context(actor("U0ALICE0001").at),
        )
        .unwrap();
    let holders: Vec<_> = change
        .incident
        .role_holders("Scribe")
        .map(UserId::as_str)
        .collect();
    assert_eq!(holders, ["U0CHIOMA001"]);
    assert!(
        change
            .incident
            .responder_ids()
            .any(|user| user.as_str() == "U0BOB000001")
    );
    assert_eq!(change.entries.len(), 1, "one entry covers both");
}

/// Returns an incident with Alice as commander and Bob as scribe.
fn incident_with_scribe() -> Incident {
    let request = role_request(
        configured_role("Scribe", RoleCapacity::One),
        &["U0BOB000001"],
        &[],
    );
    incident_with_channel("")
        .assign_roles(
            &request,
            &actor("U0ALICE0001"),
            &context(actor("U0ALICE0001").at),
        )
        .unwrap()
        .incident
}

/// Returns the request that removes a user from the responders.
fn responder_removal(user: &str) -> AssignRoles {
    AssignRoles {
        responders: UserDiff {
            added: Vec::new(),
            removed: user_ids(&[user]),
        },
        ..AssignRoles::default()
    }
}

#[test]
fn role_holder_cannot_be_removed_from_the_responders() {
    let incident = incident_with_scribe();
    for user in ["U0ALICE0001", "U0BOB000001"] {
        let change = incident
            .assign_roles(
                &responder_removal(user),
                &actor("U0ALICE0001"),
                &context(actor("U0ALICE0001").at),
            )
            .unwrap();
        assert_eq!(change.incident, incident);
    }
}

#[test]
fn responder_without_a_role_may_leave() {
    let mut joined = incident_with_scribe();
    joined.add_responder(&UserId::from("U0CHIOMA001"), actor("").at);
    let change = joined
        .assign_roles(
            &responder_removal("U0CHIOMA001"),
            &actor("U0CHIOMA001"),
            &context(actor("U0CHIOMA001").at),
        )
        .unwrap();
    assert_eq!(
        change.incident.responder_ids().count(),
        2,
        "responders may leave"
    );
}

#[test]
fn role_message_waits_while_the_channel_is_pending() {
    let request = role_request(
        configured_role("Scribe", RoleCapacity::One),
        &["U0BOB000001"],
        &[],
    );
    let change = incident("")
        .assign_roles(
            &request,
            &actor("U0ALICE0001"),
            &context(actor("U0ALICE0001").at),
        )
        .unwrap();
    assert_eq!(
        delivery_kinds(&change),
        [DeliveryKind::FetchUser, DeliveryKind::PostActivity]
    );
    assert_eq!(change.incident.pending_direct_messages.len(), 1);
    let taken = role_request(
        configured_role("Scribe", RoleCapacity::One),
        &[],
        &["U0BOB000001"],
    );
    let change = change
        .incident
        .assign_roles(
            &taken,
            &actor("U0ALICE0001"),
            &context(actor("U0ALICE0001").at),
        )
        .unwrap();
    assert!(change.incident.pending_direct_messages.is_empty());
}

/// Returns requests that a modal can produce: no user is both added to and removed from a field, and a field
/// for one user has at most one.
fn any_request() -> impl Strategy<Value = AssignRoles> {
    let some = |most| subsequence(USERS.to_vec(), 0..=most);
    let moved = move |most| {
        (some(most), some(most)).prop_map(|(added, removed)| UserDiff {
            removed: user_ids(&removed)
                .into_iter()
                .filter(|user| !added.contains(&user.as_str()))
                .collect(),
            added: user_ids(&added),
        })
    };
    let commander = prop::option::of(select(USERS.to_vec()));
    let fields = (commander, moved(1), moved(3), moved(3));
    fields.prop_map(|(commander, scribe, fixer, responders)| AssignRoles {
        commander: commander.map(UserId::from),
        roles: vec![
            (configured_role("Scribe", RoleCapacity::One), scribe),
            (configured_role("Fixer", RoleCapacity::Several), fixer),
        ],
        responders,
    })
}

proptest! {
    #[test]
    fn single_roles_have_one_holder_and_holders_are_responders(
        requests in prop::collection::vec((any_request(), prop::option::of(select(USERS.to_vec()))), 1..8),
        has_commander in any::<bool>(),
    ) {
        let mut incident = incident_with_channel("Checkout");
        incident.commander = incident.commander.filter(|_| has_commander);
        for (request, who) in requests {
            let at = incident.declared_at;
            let who = who.map_or_else(|| Actor::muster(at, Source::Api), actor);
            let change = incident.assign_roles(&request, &who, &context(at)).unwrap();
            let is_same = change.incident == incident;
            prop_assert_eq!(is_same, change.entries.is_empty());
            incident = change.incident;
            prop_assert!(incident.role_holders("Scribe").count() <= 1);
            let taking_part: Vec<_> = incident.responder_ids().cloned().collect();
            prop_assert!(incident.commander.iter().all(|user| taking_part.contains(user)));
            for holding in &incident.roles {
                prop_assert!(taking_part.contains(&holding.user));
            }
            for role in ["Scribe", "Fixer"] {
                let mut holders: Vec<_> = incident.role_holders(role).collect();
                let count = holders.len();
                holders.sort_unstable();
                holders.dedup();
                prop_assert_eq!(holders.len(), count);
            }
        }
    }
}
