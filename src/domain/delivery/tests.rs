//! Tests of the changes that follow from finished and failed deliveries, and of the stored form.

use super::create_channel::CreatedChannel;
use super::*;
use crate::testing::{alice_at, context, incident, incident_with_channel};
use crate::{
    Activity, Actor, Announcement, ChannelEvent, ChannelName, ChannelState, Signal, TimelineEntry,
    TimelineEvent, UserId,
};

fn create_channel(incident: &Incident) -> CreateChannel {
    CreateChannel {
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

fn done<S: DeliverySpec>(incident: &Incident, payload: &S, output: S::Output) -> Change {
    payload.on_done(incident, output, &context(incident.declared_at))
}

fn failed(incident: &Incident, delivery: impl Into<Delivery>, reason: &str) -> Change {
    let failure = Failure {
        delivery_id: 5,
        reason: reason.to_owned(),
        certainty: crate::delivery::FailureCertainty::Certain,
    };
    let delivery: Delivery = delivery.into();
    delivery.on_failed(incident, &failure, &context(incident.declared_at))
}

#[test]
fn created_channel_enqueues_its_setup_and_the_announcement() {
    let mut incident = incident("Checkout");
    incident.touch_responder(&alice_at(incident.declared_at));
    incident.signals = Signal::find_in("https://example.com/graph");
    let created = CreatedChannel {
        id: ChannelId::from("C0INCIDENT7"),
        name: "incident-7-checkout".to_owned(),
    };
    let change = done(&incident, &create_channel(&incident), created);
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
            DeliveryKind::SendPrivateReply
        ]
    );
}

#[test]
fn posted_header_is_pinned_and_posted_announcement_is_stored() {
    let incident = incident_with_channel("Checkout");
    let (channel, ts) = (ChannelId::from("C0INCIDENT7"), MessageTs::from("1.000001"));
    let header = done(
        &incident,
        &UpsertHeader,
        Some((channel.clone(), ts.clone())),
    );
    assert_eq!(header.incident.header, Some(ts.clone()));
    assert_eq!(delivery_kinds(&header), [DeliveryKind::PinHeader]);
    let posted = Announcement { channel, ts };
    let announced = done(&incident, &UpsertAnnouncement, Some(posted.clone()));
    assert_eq!(announced.incident.announcement, Some(posted));
    assert!(announced.deliveries.is_empty());
}

#[test]
fn edited_message_enqueues_nothing() {
    let incident = incident_with_channel("Checkout");
    let unchanged = Change::new(incident.clone(), incident.declared_at);
    assert_eq!(done(&incident, &UpsertHeader, None), unchanged);
    assert_eq!(done(&incident, &UpsertAnnouncement, None), unchanged);
    assert_eq!(done(&incident, &SetTopic, ()), unchanged);
}

#[test]
fn failed_channel_creation_announces_and_informs_the_declarer() {
    let incident = incident("Checkout");
    let change = failed(&incident, create_channel(&incident), "Ask an admin.");
    assert_eq!(change.incident.channel_state, ChannelState::Failed);
    assert_eq!(
        delivery_kinds(&change),
        [
            DeliveryKind::UpsertAnnouncement,
            DeliveryKind::SendPrivateReply
        ]
    );
    let retried =
        create_channel(&incident).on_retry(&change.incident, &context(incident.declared_at));
    assert_eq!(retried.incident.channel_state, ChannelState::Pending);
    assert_eq!(delivery_kinds(&retried), [DeliveryKind::PostActivity]);
}

#[test]
fn failed_delivery_is_recorded_and_posted_in_the_channel() {
    let incident = incident_with_channel("Checkout");
    let bob = UserId::from("U0BOB000001");
    let change = failed(&incident, InviteUser { user: bob.clone() }, "A guest.");
    let event = TimelineEvent::DeliveryFailed {
        delivery_kind: DeliveryKind::InviteUser,
        user: Some(bob),
        reason: "A guest.".to_owned(),
        delivery_id: 5,
    };
    assert_eq!(
        change.entries,
        [TimelineEntry::automatic(event, incident.declared_at)]
    );
    assert_eq!(delivery_kinds(&change), [DeliveryKind::PostActivity]);
}

#[test]
fn failed_post_is_reported_privately_only_once() {
    let incident = incident_with_channel("Checkout");
    let bob = Actor::new(UserId::from("U0BOB000001"), incident.declared_at);
    let activity = Activity::by_actor(&bob, TimelineEvent::ChannelDeleted);
    let change = failed(&incident, PostActivity { activity }, "");
    assert_eq!(change.entries.len(), 1);
    let [Delivery::SendPrivateReply(report)] = &change.deliveries[..] else {
        panic!("{:?}", change.deliveries);
    };
    assert!(bob.is(&report.user));
    let unreported = failed(&incident, report.clone(), "");
    assert!(unreported.deliveries.is_empty());

    let activity = Activity::automatic(TimelineEvent::ChannelArchived, incident.declared_at);
    let change = failed(&incident, PostActivity { activity }, "");
    assert!(
        matches!(&change.deliveries[..], [Delivery::SendPrivateReply(report)] if incident.is_commander(&report.user))
    );
}

#[test]
fn archived_channel_is_no_longer_written_to() {
    let incident = incident_with_channel("Checkout");
    let (channel, now) = (ChannelId::from("C0INCIDENT7"), incident.declared_at);
    let change = incident.channel_unavailable(&channel, ChannelEvent::Archived, &context(now));
    assert_eq!(change.incident.channel_state, ChannelState::Archived);
    assert_eq!(delivery_kinds(&change), [DeliveryKind::UpsertAnnouncement]);
}

#[test]
fn payload_is_stored_with_the_name_of_its_kind() {
    let incident = incident("Checkout");
    let user = UserId::from("U0BOB000001");
    let deliveries: [Delivery; 3] = [
        UpsertHeader.into(),
        InviteUser { user }.into(),
        create_channel(&incident).into(),
    ];
    let stored = deliveries
        .each_ref()
        .map(|delivery| serde_json::to_string(delivery).unwrap());
    assert_eq!(stored[0], r#"{"kind":"upsert_header"}"#);
    assert_eq!(stored[1], r#"{"kind":"invite_user","user":"U0BOB000001"}"#);
    assert!(
        stored[2].starts_with(r#"{"kind":"create_channel","name":"#),
        "{}",
        stored[2]
    );
    for (delivery, json) in deliveries.iter().zip(&stored) {
        let read: Delivery = serde_json::from_str(json).unwrap();
        assert_eq!(read, *delivery);
    }
    for kind in DeliveryKind::ALL {
        let name = serde_json::to_value(kind).unwrap();
        assert_eq!(name, kind.as_str());
    }
}
