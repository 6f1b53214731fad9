//! Tests of declarations and of added messages.
#![allow(clippy::unwrap_used)]

use crate::{Delivery, DeliveryKind, MessageAuthor};

use crate::incident::*;
use crate::testing::{context, incident_with_channel};

fn alice() -> Actor {
    Actor::new(
        UserId::from("U0ALICE0001"),
        Timestamp::from_epoch_seconds(1_795_447_205),
    )
}

fn request(customer_impact: CustomerImpact) -> Declare {
    Declare {
        summary: String::new(),
        title: "Checkout is slow".to_owned(),
        severity: Severity::Sev2,
        commander: Some(UserId::from("U0BOB000001")),
        customer_impact,
        impact_description: String::new(),
        detection_method: DetectionMethod::Unknown,
        detected_at: None,
        signals: Signal::find_in("https://example.com/graph"),
        visibility: Visibility::Public,
        kind: IncidentKind::Real,
        fields: FieldEdits::new(),
    }
}

#[test]
fn declaring_enqueues_the_channel_and_defers_its_content() {
    let change = Incident::declare(
        IncidentId(7),
        request(CustomerImpact::No),
        &alice(),
        None,
        &context(alice().at),
    )
    .unwrap();
    let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
    assert_eq!(
        kinds,
        [
            DeliveryKind::CreateChannel,
            DeliveryKind::PostActivity,
            DeliveryKind::FetchUser,
            DeliveryKind::FetchUser
        ]
    );
    let users: Vec<_> = change
        .incident
        .responder_ids()
        .map(UserId::as_str)
        .collect();
    assert_eq!(users, ["U0ALICE0001", "U0BOB000001"]);
    assert_eq!(change.incident.responders[1].last_active_at, None);
    assert_eq!(change.entries.len(), 1);
    assert!(!change.incident.is_customer_impacted());
}

#[test]
fn muster_declares_without_commander_and_responders() {
    let muster = Actor::muster(alice().at, crate::Source::Alert);
    let declare = |commander: Option<UserId>, visibility| {
        let request = Declare {
            commander,
            visibility,
            ..request(CustomerImpact::Yes)
        };
        let context = context(alice().at);
        Incident::declare(IncidentId(7), request, &muster, None, &context)
    };
    let change = declare(None, Visibility::Public).unwrap();
    let incident = &change.incident;
    assert_eq!((&incident.commander, &incident.declared_by), (&None, &None));
    assert_eq!(incident.responder_ids().count(), 0);
    let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
    assert_eq!(
        kinds,
        [DeliveryKind::CreateChannel, DeliveryKind::PostActivity]
    );
    for entry in &change.entries {
        assert_eq!((&entry.author, &entry.recorded_by), (&None, &None));
        assert_eq!(entry.source, crate::Source::Alert);
    }
    assert!(declare(None, Visibility::Private).is_err());
    let led = declare(Some("U0BOB000001".into()), Visibility::Private).unwrap();
    let responders: Vec<_> = led.incident.responder_ids().collect();
    assert_eq!(responders, [&UserId::from("U0BOB000001")]);
}

#[test]
fn declared_customer_impact_starts_at_declaration() {
    let change = Incident::declare(
        IncidentId(7),
        request(CustomerImpact::Yes),
        &alice(),
        None,
        &context(alice().at),
    )
    .unwrap();
    assert!(change.incident.is_customer_impacted());
    assert_eq!(change.incident.impacts[0].started_at, alice().at);
    assert!(matches!(
        change.entries[1].event,
        TimelineEvent::ImpactStarted { .. }
    ));
}

#[test]
fn added_message_has_its_own_author_and_time() {
    let message = AddMessage {
        channel: ChannelId::from("C0GENERAL01"),
        ts: MessageTs::from("1795440000.000100"),
        thread_ts: None,
        author: MessageAuthor {
            id: Some(UserId::from("U0BOB000001")),
            name: None,
        },
        text: "I am working on a fix.".to_owned(),
        permalink: None,
        edited_ts: None,
        files: Vec::new(),
    };
    let change = incident_with_channel("Checkout")
        .add_message(message, &alice())
        .unwrap();
    let entry = &change.entries[0];
    assert_eq!(
        entry.author,
        Some(crate::Author::User(UserId::from("U0BOB000001")))
    );
    assert_eq!(
        entry.happened_at,
        Timestamp::from_epoch_seconds(1_795_440_000)
    );
    assert_eq!(entry.recorded_at, alice().at);
    assert_eq!(entry.recorded_by, alice().user);
    let kinds: Vec<_> = change.deliveries.iter().map(Delivery::kind).collect();
    assert_eq!(
        kinds,
        [
            DeliveryKind::FetchUser,
            DeliveryKind::AddPushpin,
            DeliveryKind::FetchPermalink
        ]
    );
}
