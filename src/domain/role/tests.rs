//! Who is given a role, from whom it is taken, and who is told: tried on an incident.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::domain::sample::{in_its_channel, incident};
use crate::domain::{EntryKind, Owed};

const PEOPLE: [&str; 4] = ["U0ALICE0001", "U0BOB000001", "U0CHIOMA001", "U0DAN000001"];

fn people(ids: &[&str]) -> Vec<PersonId> {
    ids.iter().map(|id| PersonId::from(*id)).collect()
}

fn by(person: &str) -> By {
    By::new(PersonId::from(person), incident("").declared_at)
}

fn role(name: &str, people: HowMany) -> TeamRole {
    TeamRole {
        name: name.to_owned(),
        people,
        description: format!("{name}s do this."),
    }
}

fn giving(role: TeamRole, added: &[&str], removed: &[&str]) -> Assign {
    let moved = Moved {
        added: people(added),
        removed: people(removed),
    };
    Assign {
        roles: vec![(role, moved)],
        ..Assign::default()
    }
}

fn owed(change: &Change) -> Vec<Owed> {
    change.effects.iter().map(Effect::owed).collect()
}

#[test]
fn whoever_is_given_a_role_is_brought_in_and_told() {
    let request = giving(role("Scribe", HowMany::One), &["U0BOB000001"], &[]);
    let change = in_its_channel("Checkout")
        .assign(&request, &by("U0ALICE0001"))
        .unwrap();
    assert_eq!(
        owed(&change),
        [
            Owed::LearnPerson,
            Owed::Invite,
            Owed::Direct,
            Owed::Tell,
            Owed::ShowHeader
        ]
    );
    assert_eq!(change.entries[0].what.kind(), EntryKind::Responder);
    let incident = change.incident;
    assert!(
        incident
            .people()
            .any(|person| person.as_str() == "U0BOB000001")
    );

    let again = incident.assign(&request, &by("U0ALICE0001")).unwrap();
    assert_eq!(again, Change::to(incident, by("").at));
}

#[test]
fn whoever_loses_a_role_of_one_goes_on_taking_part() {
    let scribe = role("Scribe", HowMany::One);
    let first = giving(scribe.clone(), &["U0BOB000001"], &[]);
    let incident = in_its_channel("")
        .assign(&first, &by("U0ALICE0001"))
        .unwrap()
        .incident;
    let second = giving(scribe, &["U0CHIOMA001"], &[]);
    let change = incident.assign(&second, &by("U0ALICE0001")).unwrap();
    let holders: Vec<_> = change
        .incident
        .holders("Scribe")
        .map(PersonId::as_str)
        .collect();
    assert_eq!(holders, ["U0CHIOMA001"]);
    assert!(
        change
            .incident
            .people()
            .any(|person| person.as_str() == "U0BOB000001")
    );
    assert_eq!(change.entries.len(), 1, "one line says both");
}

#[test]
fn whoever_has_a_role_is_not_sent_away() {
    let request = giving(role("Scribe", HowMany::One), &["U0BOB000001"], &[]);
    let incident = in_its_channel("")
        .assign(&request, &by("U0ALICE0001"))
        .unwrap()
        .incident;
    let leaving = |who: &str| Assign {
        responders: Moved {
            added: Vec::new(),
            removed: people(&[who]),
        },
        ..Assign::default()
    };
    for who in ["U0ALICE0001", "U0BOB000001"] {
        let change = incident.assign(&leaving(who), &by("U0ALICE0001")).unwrap();
        assert_eq!(change.incident, incident);
    }
    let joined = incident.clone();
    let mut joined = joined;
    joined.takes_part(&PersonId::from("U0CHIOMA001"), by("").at);
    let change = joined
        .assign(&leaving("U0CHIOMA001"), &by("U0CHIOMA001"))
        .unwrap();
    assert_eq!(
        change.incident.people().count(),
        2,
        "also by their own hand"
    );
}

#[test]
fn before_there_is_a_channel_the_note_waits_for_it() {
    let request = giving(role("Scribe", HowMany::One), &["U0BOB000001"], &[]);
    let change = incident("").assign(&request, &by("U0ALICE0001")).unwrap();
    assert_eq!(owed(&change), [Owed::LearnPerson, Owed::Tell]);
    assert_eq!(change.incident.waiting_notes.len(), 1);
    let taken = giving(role("Scribe", HowMany::One), &[], &["U0BOB000001"]);
    let change = change.incident.assign(&taken, &by("U0ALICE0001")).unwrap();
    assert!(change.incident.waiting_notes.is_empty());
}

/// Gives what a form can ask for: nobody is added and taken out of the same field, and a field for one person
/// has no more than one.
fn any_request() -> impl Strategy<Value = Assign> {
    let some = |most| subsequence(PEOPLE.to_vec(), 0..=most);
    let moved = move |most| {
        (some(most), some(most)).prop_map(|(added, removed)| Moved {
            removed: people(&removed)
                .into_iter()
                .filter(|person| !added.contains(&person.as_str()))
                .collect(),
            added: people(&added),
        })
    };
    let commander = prop::option::of(select(PEOPLE.to_vec()));
    let fields = (commander, moved(1), moved(3), moved(3));
    fields.prop_map(|(commander, scribe, fixer, responders)| Assign {
        commander: commander.map(PersonId::from),
        roles: vec![
            (role("Scribe", HowMany::One), scribe),
            (role("Fixer", HowMany::Several), fixer),
        ],
        responders,
    })
}

proptest! {
    #[test]
    fn whatever_is_asked_a_role_of_one_has_one_and_everybody_with_a_role_takes_part(
        requests in prop::collection::vec((any_request(), select(PEOPLE.to_vec())), 1..8),
    ) {
        let mut incident = in_its_channel("Checkout");
        for (request, who) in requests {
            let change = incident.assign(&request, &by(who)).unwrap();
            let is_same = change.incident == incident;
            prop_assert_eq!(is_same, change.entries.is_empty());
            incident = change.incident;
            prop_assert!(incident.holders("Scribe").count() <= 1);
            let taking_part: Vec<_> = incident.people().cloned().collect();
            prop_assert!(taking_part.contains(&incident.commander));
            for holding in &incident.roles {
                prop_assert!(taking_part.contains(&holding.person));
            }
            for role in ["Scribe", "Fixer"] {
                let mut holders: Vec<_> = incident.holders(role).collect();
                let all = holders.len();
                holders.sort_unstable();
                holders.dedup();
                prop_assert_eq!(holders.len(), all);
            }
        }
    }
}
