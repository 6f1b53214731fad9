//! Tests of the changes that follow from finished and failed deliveries.

use muster_commands::{ChannelId, MessageTs, UserId};

use crate::domain::delivery::results::*;
use crate::domain::testing::{context, incident, incident_with_channel};
use crate::domain::{Actor, ChannelName, Origin};

fn create_channel(incident: &Incident) -> Delivery {
    Delivery::CreateChannel {
        name: ChannelName::default_for(incident),
        last_tried: None,
        visibility: incident.visibility,
        channel_move: None,
        declared_in: Some(Origin {
            channel: Some(ChannelId::from("C0GENERAL01")),
            response_url: None,
            thread_ts: None,
        }),
    }
}

fn delivery_kinds(change: &Change) -> Vec<DeliveryKind> {
    change.deliveries.iter().map(Delivery::kind).collect()
}

#[test]
fn created_channel_enqueues_its_setup_and_the_announcement() {
    let mut incident = incident("Checkout");
    incident.touch_responder(&Actor::new(
        incident.declared_by.clone(),
        incident.declared_at,
    ));
    incident.signals = vec!["https://example.com/graph".to_owned()];
    let receipt = DeliveryOutput::ChannelCreated {
        id: ChannelId::from("C0INCIDENT7"),
        name: "incident-7-checkout".to_owned(),
    };
    let change = incident.on_done(
        &create_channel(&incident),
        &receipt,
        &context(incident.declared_at),
    );
    assert_eq!(change.incident.channel_state, ChannelState::Open);
    assert_eq!(
        delivery_kinds(&change),
        [
            DeliveryKind::InviteUser,
            DeliveryKind::UpsertHeader,
            DeliveryKind::SetTopic,
            DeliveryKind::SetPurpose,
            DeliveryKind::SyncBookmarks,
            DeliveryKind::UpsertAnnouncement,
            DeliveryKind::PostAnnouncementReply,
            DeliveryKind::SendPrivateReply
        ]
    );
}

#[test]
fn posted_header_is_pinned_and_posted_announcement_is_stored() {
    let incident = incident_with_channel("Checkout");
    let receipt = DeliveryOutput::MessagePosted {
        channel: ChannelId::from("C0INCIDENT7"),
        ts: MessageTs::from("1.000001"),
    };
    let header = incident.on_done(
        &Delivery::UpsertHeader,
        &receipt,
        &context(incident.declared_at),
    );
    assert_eq!(header.incident.header, Some(MessageTs::from("1.000001")));
    assert_eq!(delivery_kinds(&header), [DeliveryKind::PinHeader]);
    let card = incident.on_done(
        &Delivery::UpsertAnnouncement,
        &receipt,
        &context(incident.declared_at),
    );
    assert_eq!(
        card.incident.announcement.map(|card| card.ts),
        Some(MessageTs::from("1.000001"))
    );
    assert!(card.deliveries.is_empty());
}

#[test]
fn edited_message_enqueues_nothing() {
    let incident = incident_with_channel("Checkout");
    for effect in [
        Delivery::UpsertHeader,
        Delivery::UpsertAnnouncement,
        Delivery::SetTopic,
    ] {
        let change = incident.on_done(
            &effect,
            &DeliveryOutput::Nothing,
            &context(incident.declared_at),
        );
        assert_eq!(change, Change::new(incident.clone(), incident.declared_at));
    }
}

#[test]
fn failed_channel_creation_announces_and_informs_the_declarer() {
    let incident = incident("Checkout");
    let change = incident.on_failed(
        &create_channel(&incident),
        5,
        "Ask an admin.",
        &context(incident.declared_at),
    );
    assert_eq!(change.incident.channel_state, ChannelState::Failed);
    assert_eq!(
        delivery_kinds(&change),
        [
            DeliveryKind::UpsertAnnouncement,
            DeliveryKind::PostAnnouncementReply,
            DeliveryKind::SendPrivateReply
        ]
    );
    let again = change
        .incident
        .on_retry(&create_channel(&incident), incident.declared_at);
    assert_eq!(again.incident.channel_state, ChannelState::Pending);
    assert_eq!(delivery_kinds(&again), [DeliveryKind::PostActivity]);
}

#[test]
fn failed_delivery_is_recorded_and_posted_in_the_channel() {
    let incident = incident_with_channel("Checkout");
    let bob = UserId::from("U0BOB000001");
    let effect = Delivery::InviteUser { user: bob.clone() };
    let change = incident.on_failed(&effect, 5, "A guest.", &context(incident.declared_at));
    let what = TimelineEvent::DeliveryFailed {
        delivery_kind: DeliveryKind::InviteUser,
        user: Some(bob),
        reason: "A guest.".to_owned(),
        delivery_id: 5,
    };
    assert_eq!(
        change.entries,
        [TimelineEntry::automatic(what, incident.declared_at)]
    );
    assert_eq!(delivery_kinds(&change), [DeliveryKind::PostActivity]);
}

#[test]
fn failed_post_is_reported_privately_only_once() {
    let incident = incident_with_channel("Checkout");
    let bob = Actor::new(UserId::from("U0BOB000001"), incident.declared_at);
    let line = Activity::by_actor(&bob, TimelineEvent::ChannelDeleted);
    let change = incident.on_failed(
        &Delivery::PostActivity { activity: line },
        5,
        "",
        &context(incident.declared_at),
    );
    assert_eq!(change.entries.len(), 1);
    let [told @ Delivery::SendPrivateReply { user, .. }] = &change.deliveries[..] else {
        panic!("{:?}", change.deliveries);
    };
    assert_eq!(*user, bob.user);
    let untold = incident.on_failed(told, 6, "", &context(incident.declared_at));
    assert!(untold.deliveries.is_empty());

    let line = Activity::automatic(TimelineEvent::ChannelArchived, incident.declared_at);
    let change = incident.on_failed(
        &Delivery::PostActivity { activity: line },
        5,
        "",
        &context(incident.declared_at),
    );
    assert!(
        matches!(&change.deliveries[..], [Delivery::SendPrivateReply { user, .. }] if *user == incident.commander)
    );
}

#[test]
fn archived_channel_is_no_longer_written_to() {
    let incident = incident_with_channel("Checkout");
    let gone = DeliveryOutput::ChannelUnavailable {
        channel: ChannelId::from("C0INCIDENT7"),
        event: ChannelEvent::Archived,
    };
    let change = incident.on_done(&Delivery::SetTopic, &gone, &context(incident.declared_at));
    assert_eq!(change.incident.channel_state, ChannelState::Archived);
    assert_eq!(delivery_kinds(&change), [DeliveryKind::UpsertAnnouncement]);
}
