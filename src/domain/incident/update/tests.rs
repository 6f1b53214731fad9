//! Tests of incident updates and their deliveries.
#![allow(clippy::unwrap_used)]

use chrono::Duration;
use proptest::prelude::*;
use proptest::sample::select;

use crate::delivery::{
    PostActivity, PostAnnouncementReply, RenameChannel, SetPurpose, SetTopic, UpsertAnnouncement,
    UpsertHeader,
};
use crate::incident::update::*;
use crate::testing::{context, incident, incident_with_channel};
use crate::{
    ChannelName, Delivery, DeliveryKind, DetectionMethod, Impact, RenameReason, Severity, Status,
    UserId,
};

fn bob(seconds: i64) -> Actor {
    let declared = incident("").declared_at;
    Actor::new(
        UserId::from("U0BOB000001"),
        declared.plus(Duration::seconds(seconds)),
    )
}

fn status(status: Status) -> Update {
    Update {
        status: Some(status),
        ..Update::default()
    }
}

fn delivery_kinds(change: &Change) -> Vec<DeliveryKind> {
    change.deliveries.iter().map(Delivery::kind).collect()
}

/// Changes the title, the severity and the detection method of an incident.
fn update_three_fields() -> Change {
    let request = Update {
        title: Some("Checkout is down".to_owned()),
        severity: Some(Severity::Sev1),
        detection_method: Some(DetectionMethod::Monitor),
        ..Update::default()
    };
    let mut incident = incident_with_channel("Checkout is slow");
    let requested_name = Some(ChannelName::default_for(&incident));
    incident.channel.as_mut().unwrap().requested_name = requested_name;
    incident
        .update(request, &bob(60), &context(bob(60).at))
        .unwrap()
}

/// Returns the changes of [`update_three_fields`].
fn three_field_changes() -> Vec<FieldChange> {
    vec![
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
    ]
}

#[test]
fn update_records_old_and_new_values() {
    let what = TimelineEvent::Updated {
        changes: three_field_changes(),
    };
    assert_eq!(
        update_three_fields().entries,
        [TimelineEntry::by_actor(&bob(60), what)]
    );
}

#[test]
fn update_posts_all_changes_and_announces_the_severity() {
    let changes = three_field_changes();
    let announced = TimelineEvent::Updated {
        changes: changes[1..2].to_vec(),
    };
    let what = TimelineEvent::Updated { changes };
    assert_eq!(
        update_three_fields().deliveries,
        [
            Delivery::PostActivity(PostActivity {
                activity: Activity::by_actor(&bob(60), what)
            }),
            Delivery::UpsertHeader(UpsertHeader),
            Delivery::SetTopic(SetTopic),
            Delivery::SetPurpose(SetPurpose),
            Delivery::RenameChannel(RenameChannel::new(RenameReason::IncidentChanged)),
            Delivery::UpsertAnnouncement(UpsertAnnouncement),
            Delivery::PostAnnouncementReply(PostAnnouncementReply {
                activity: Activity::by_actor(&bob(60), announced)
            }),
        ]
    );
}

#[test]
fn update_without_difference_changes_nothing() {
    let incident = incident_with_channel("Checkout is slow");
    let again = Update {
        title: Some("Checkout is slow".to_owned()),
        status: Some(Status::Active),
        ..Update::default()
    };
    for request in [Update::default(), again] {
        let change = incident
            .update(request, &bob(60), &context(bob(60).at))
            .unwrap();
        assert_eq!(change, Change::new(incident.clone(), bob(60).at));
    }
}

#[test]
fn summary_change_does_not_update_the_announcement() {
    let request = Update {
        summary: Some("The database is full.".to_owned()),
        ..Update::default()
    };
    let change = incident_with_channel("Checkout")
        .update(request, &bob(60), &context(bob(60).at))
        .unwrap();
    assert_eq!(
        delivery_kinds(&change),
        [DeliveryKind::PostActivity, DeliveryKind::UpsertHeader]
    );
}

#[test]
fn new_commander_is_invited_and_becomes_a_responder() {
    let chioma = UserId::from("U0CHIOMA001");
    let request = Update {
        commander: Some(Some(chioma.clone())),
        ..Update::default()
    };
    let change = incident_with_channel("Checkout")
        .update(request, &bob(60), &context(bob(60).at))
        .unwrap();
    assert!(change.incident.responder_ids().any(|user| *user == chioma));
    assert!(delivery_kinds(&change).contains(&DeliveryKind::InviteUser));
    // The previous commander and the actor are responders as well.
    assert_eq!(change.incident.responder_ids().count(), 3);
}

#[test]
fn new_commander_is_fetched_in_any_channel_state() {
    let mut incident = incident_with_channel("Checkout");
    for state in ChannelState::ALL {
        incident.channel_state = state;
        let request = Update {
            commander: Some(Some(UserId::from("U0CHIOMA001"))),
            ..Update::default()
        };
        let change = incident
            .update(request, &bob(60), &context(bob(60).at))
            .unwrap();
        assert!(
            delivery_kinds(&change).contains(&DeliveryKind::FetchUser),
            "{state:?}"
        );
    }
}

#[test]
fn resolving_sets_resolved_at_and_reopening_clears_it() {
    let resolved = incident_with_channel("")
        .update(status(Status::Resolved), &bob(60), &context(bob(60).at))
        .unwrap()
        .incident;
    assert_eq!(resolved.resolved_at, Some(bob(60).at));
    let completed = resolved
        .update(status(Status::Completed), &bob(90), &context(bob(90).at))
        .unwrap()
        .incident;
    assert_eq!(completed.resolved_at, Some(bob(60).at));
    let reopened = completed
        .update(status(Status::Stable), &bob(99), &context(bob(99).at))
        .unwrap()
        .incident;
    assert_eq!(reopened.resolved_at, None);
    let again = reopened
        .update(status(Status::Completed), &bob(120), &context(bob(120).at))
        .unwrap()
        .incident;
    assert_eq!(again.resolved_at, Some(bob(120).at));
    assert_eq!(again.detected_at, again.declared_at);
}

#[test]
fn resolving_ends_the_open_impact() {
    let mut incident = incident_with_channel("Checkout");
    incident.impacts.push(Impact {
        number: 1,
        description: String::new(),
        started_at: incident.declared_at,
        ended_at: None,
    });
    let change = incident
        .update(status(Status::Resolved), &bob(60), &context(bob(60).at))
        .unwrap();
    assert_eq!(change.incident.open_impact(), None);
    let ended = TimelineEvent::ImpactEnded {
        number: Some(1),
        at: Some(bob(60).at),
    };
    assert_eq!(change.entries[1], TimelineEntry::by_actor(&bob(60), ended));
}

#[test]
fn update_enqueues_only_the_activity_while_the_channel_is_pending() {
    let change = incident("Checkout")
        .update(status(Status::Stable), &bob(60), &context(bob(60).at))
        .unwrap();
    assert_eq!(delivery_kinds(&change), [DeliveryKind::PostActivity]);
}

#[test]
fn update_is_announced_when_there_is_no_channel() {
    let mut incident = incident("Checkout");
    for state in [
        ChannelState::Failed,
        ChannelState::Archived,
        ChannelState::Deleted,
    ] {
        incident.channel_state = state;
        let change = incident
            .update(status(Status::Stable), &bob(60), &context(bob(60).at))
            .unwrap();
        assert_eq!(
            delivery_kinds(&change),
            [
                DeliveryKind::UpsertAnnouncement,
                DeliveryKind::PostAnnouncementReply
            ]
        );
    }
}

proptest! {
    #[test]
    fn resolved_at_is_set_exactly_while_the_incident_is_over(
        statuses in prop::collection::vec(select(&Status::ALL[..]), 1..12),
    ) {
        let mut incident = incident_with_channel("Checkout");
        let mut over_since = None;
        for (step, next) in (1..).zip(statuses) {
            incident = incident.update(status(next), &bob(step), &context(bob(step).at)).unwrap().incident;
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
