//! What a change of an incident tells, to whom, and what follows from it.
#![allow(clippy::unwrap_used)]

use chrono::Duration;
use muster_commands::{DetectionMethod, PersonId, Severity, Status};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::domain::sample::{in_its_channel, incident};
use crate::domain::{Impact, Owed};

fn bob(seconds: i64) -> By {
    let declared = incident("").declared_at;
    By::new(
        PersonId::from("U0BOB000001"),
        declared.after(Duration::seconds(seconds)),
    )
}

fn status(status: Status) -> Update {
    Update {
        status: Some(status),
        ..Update::default()
    }
}

fn owed(change: &Change) -> Vec<Owed> {
    change.effects.iter().map(Effect::owed).collect()
}

#[test]
fn each_change_is_told_from_what_to_what() {
    let request = Update {
        title: Some("Checkout is down".to_owned()),
        severity: Some(Severity::Sev1),
        detection_method: Some(DetectionMethod::Monitor),
        ..Update::default()
    };
    let change = in_its_channel("Checkout is slow")
        .update(request, &bob(60))
        .unwrap();
    let changes = vec![
        FieldChange::Title {
            from: "Checkout is slow".to_owned(),
            to: "Checkout is down".to_owned(),
        },
        FieldChange::Severity {
            from: Severity::Unknown,
            to: Severity::Sev1,
        },
        FieldChange::DetectionMethod {
            from: DetectionMethod::Unknown,
            to: DetectionMethod::Monitor,
        },
    ];
    let what = What::Changed {
        changes: changes.clone(),
    };
    assert_eq!(change.entries, [Entry::by(&bob(60), what.clone())]);
    let announced = What::Changed {
        changes: changes[..2].to_vec(),
    };
    assert_eq!(
        change.effects,
        [
            Effect::Tell {
                line: Line::by(&bob(60), what)
            },
            Effect::ShowHeader,
            Effect::SetTopic,
            Effect::SetPurpose,
            Effect::naming(Naming::Changed),
            Effect::ShowCard,
            Effect::Reply {
                line: Line::by(&bob(60), announced)
            },
        ]
    );
}

#[test]
fn what_is_already_so_changes_nothing_and_tells_nobody() {
    let incident = in_its_channel("Checkout is slow");
    let again = Update {
        title: Some("Checkout is slow".to_owned()),
        status: Some(Status::Active),
        ..Update::default()
    };
    for request in [Update::default(), again] {
        let change = incident.update(request, &bob(60)).unwrap();
        assert_eq!(change, Change::to(incident.clone(), bob(60).at));
    }
}

#[test]
fn a_summary_concerns_the_channel_and_not_the_announcement() {
    let request = Update {
        summary: Some("The database is full.".to_owned()),
        ..Update::default()
    };
    let change = in_its_channel("Checkout")
        .update(request, &bob(60))
        .unwrap();
    assert_eq!(owed(&change), [Owed::Tell, Owed::ShowHeader]);
}

#[test]
fn a_new_commander_is_brought_in_and_takes_part() {
    let chioma = PersonId::from("U0CHIOMA001");
    let request = Update {
        commander: Some(chioma.clone()),
        ..Update::default()
    };
    let change = in_its_channel("Checkout")
        .update(request, &bob(60))
        .unwrap();
    assert!(change.incident.people().any(|person| *person == chioma));
    assert!(owed(&change).contains(&Owed::Invite));
    // Who led, and who changed it, take part as well.
    assert_eq!(change.incident.people().count(), 3);
}

#[test]
fn a_new_commander_is_asked_after_whatever_became_of_the_channel() {
    let mut incident = in_its_channel("Checkout");
    for state in ChannelState::ALL {
        incident.channel_state = state;
        let request = Update {
            commander: Some(PersonId::from("U0CHIOMA001")),
            ..Update::default()
        };
        let change = incident.update(request, &bob(60)).unwrap();
        assert!(owed(&change).contains(&Owed::LearnPerson), "{state:?}");
    }
}

#[test]
fn resolving_sets_when_and_reopening_clears_it() {
    let resolved = in_its_channel("")
        .update(status(Status::Resolved), &bob(60))
        .unwrap()
        .incident;
    assert_eq!(resolved.resolved_at, Some(bob(60).at));
    let completed = resolved
        .update(status(Status::Completed), &bob(90))
        .unwrap()
        .incident;
    assert_eq!(completed.resolved_at, Some(bob(60).at));
    let reopened = completed
        .update(status(Status::Stable), &bob(99))
        .unwrap()
        .incident;
    assert_eq!(reopened.resolved_at, None);
    let again = reopened
        .update(status(Status::Completed), &bob(120))
        .unwrap()
        .incident;
    assert_eq!(again.resolved_at, Some(bob(120).at));
    assert_eq!(again.detected_at, again.declared_at);
}

#[test]
fn resolving_ends_an_impact_that_is_still_open() {
    let mut incident = in_its_channel("Checkout");
    incident.impacts.push(Impact {
        number: 1,
        description: String::new(),
        started_at: incident.declared_at,
        ended_at: None,
    });
    let change = incident.update(status(Status::Resolved), &bob(60)).unwrap();
    assert_eq!(change.incident.open_impact(), None);
    let ended = What::ImpactEnded {
        at: Some(bob(60).at),
    };
    assert_eq!(change.entries[1], Entry::by(&bob(60), ended));
}

#[test]
fn before_there_is_a_channel_only_the_post_waits_for_it() {
    let change = incident("Checkout")
        .update(status(Status::Stable), &bob(60))
        .unwrap();
    assert_eq!(owed(&change), [Owed::Tell]);
}

#[test]
fn without_a_channel_the_announcement_still_tells() {
    let mut incident = incident("Checkout");
    for state in [
        ChannelState::Refused,
        ChannelState::Archived,
        ChannelState::Deleted,
    ] {
        incident.channel_state = state;
        let change = incident.update(status(Status::Stable), &bob(60)).unwrap();
        assert_eq!(owed(&change), [Owed::ShowCard, Owed::Reply]);
    }
}

proptest! {
    #[test]
    fn it_is_resolved_exactly_as_long_as_it_is_over(
        statuses in prop::collection::vec(select(&Status::ALL[..]), 1..12),
    ) {
        let mut incident = in_its_channel("Checkout");
        let mut over_since = None;
        for (step, next) in (1..).zip(statuses) {
            incident = incident.update(status(next), &bob(step)).unwrap().incident;
            over_since = match (next.is_open(), over_since) {
                (true, _) => None,
                (false, None) => Some(bob(step).at),
                (false, since) => since,
            };
            prop_assert_eq!(incident.status, next);
            prop_assert_eq!(incident.resolved_at, over_since);
        }
    }
}
