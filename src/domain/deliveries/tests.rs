//! What follows from deliveries, made or given up.

use muster_commands::{ChannelId, MessageTs, PersonId};

use super::*;
use crate::domain::sample::{in_its_channel, incident};
use crate::domain::{By, ChannelName, Place};

fn opening(incident: &Incident) -> Effect {
    Effect::OpenChannel {
        name: ChannelName::of(incident),
        after: None,
        visibility: incident.visibility,
        moved: None,
        declared_in: Some(Place {
            channel: Some(ChannelId::from("C0GENERAL01")),
            response_url: None,
            thread: None,
        }),
    }
}

fn owed(change: &Change) -> Vec<Owed> {
    change.effects.iter().map(Effect::owed).collect()
}

#[test]
fn once_the_channel_exists_everything_else_is_owed_at_once() {
    let mut incident = incident("Checkout");
    incident.acted(&By::new(incident.declared_by.clone(), incident.declared_at));
    incident.signals = vec!["https://example.com/graph".to_owned()];
    let receipt = Receipt::Channel {
        id: ChannelId::from("C0INCIDENT7"),
        name: "incident-7-checkout".to_owned(),
    };
    let change = incident.delivered(&opening(&incident), &receipt, incident.declared_at);
    assert_eq!(change.incident.channel_state, ChannelState::Open);
    assert_eq!(
        owed(&change),
        [
            Owed::Invite,
            Owed::ShowHeader,
            Owed::SetTopic,
            Owed::SetPurpose,
            Owed::RenameChannel,
            Owed::Bookmark,
            Owed::ShowCard,
            Owed::Reply,
            Owed::Point
        ]
    );
}

#[test]
fn a_header_that_stands_is_pinned_and_a_card_is_remembered() {
    let incident = in_its_channel("Checkout");
    let receipt = Receipt::Message {
        channel: ChannelId::from("C0INCIDENT7"),
        ts: MessageTs::from("1.000001"),
    };
    let header = incident.delivered(&Effect::ShowHeader, &receipt, incident.declared_at);
    assert_eq!(header.incident.header, Some(MessageTs::from("1.000001")));
    assert_eq!(owed(&header), [Owed::PinHeader]);
    let card = incident.delivered(&Effect::ShowCard, &receipt, incident.declared_at);
    assert_eq!(
        card.incident.card.map(|card| card.ts),
        Some(MessageTs::from("1.000001"))
    );
    assert!(card.effects.is_empty());
}

#[test]
fn an_edit_brings_nothing_new() {
    let incident = in_its_channel("Checkout");
    for effect in [Effect::ShowHeader, Effect::ShowCard, Effect::SetTopic] {
        let change = incident.delivered(&effect, &Receipt::Nothing, incident.declared_at);
        assert_eq!(change, Change::to(incident.clone(), incident.declared_at));
    }
}

#[test]
fn without_a_channel_the_incident_is_announced_and_the_person_told() {
    let incident = incident("Checkout");
    let change = incident.undelivered(
        &opening(&incident),
        5,
        "Ask an admin.",
        incident.declared_at,
    );
    assert_eq!(change.incident.channel_state, ChannelState::Refused);
    assert_eq!(owed(&change), [Owed::ShowCard, Owed::Reply, Owed::Point]);
    let again = change
        .incident
        .tried_again(&opening(&incident), incident.declared_at);
    assert_eq!(again.incident.channel_state, ChannelState::Awaited);
    assert_eq!(owed(&again), [Owed::Tell]);
}

#[test]
fn giving_up_is_said_on_the_timeline_and_in_the_channel() {
    let incident = in_its_channel("Checkout");
    let bob = PersonId::from("U0BOB000001");
    let effect = Effect::Invite {
        person: bob.clone(),
    };
    let change = incident.undelivered(&effect, 5, "A guest.", incident.declared_at);
    let what = What::Undelivered {
        owed: Owed::Invite,
        person: Some(bob),
        why: "A guest.".to_owned(),
        delivery: 5,
    };
    assert_eq!(change.entries, [Entry::noticed(what, incident.declared_at)]);
    assert_eq!(owed(&change), [Owed::Tell]);
}

#[test]
fn what_cannot_be_posted_is_told_to_who_caused_it_and_to_nobody_if_that_fails_too() {
    let incident = in_its_channel("Checkout");
    let bob = By::new(PersonId::from("U0BOB000001"), incident.declared_at);
    let line = Line::by(&bob, What::ChannelDeleted);
    let change = incident.undelivered(&Effect::Tell { line }, 5, "", incident.declared_at);
    assert_eq!(change.entries.len(), 1);
    let [told @ Effect::Point { person, .. }] = &change.effects[..] else {
        panic!("{:?}", change.effects);
    };
    assert_eq!(*person, bob.person);
    let untold = incident.undelivered(told, 6, "", incident.declared_at);
    assert!(untold.effects.is_empty());

    let line = Line::noticed(What::ChannelArchived, incident.declared_at);
    let change = incident.undelivered(&Effect::Tell { line }, 5, "", incident.declared_at);
    assert!(
        matches!(&change.effects[..], [Effect::Point { person, .. }] if *person == incident.commander)
    );
}

#[test]
fn a_channel_that_slack_says_is_archived_is_no_longer_written_to() {
    let incident = in_its_channel("Checkout");
    let gone = Receipt::ChannelGone {
        channel: ChannelId::from("C0INCIDENT7"),
        news: ChannelNews::Archived,
    };
    let change = incident.delivered(&Effect::SetTopic, &gone, incident.declared_at);
    assert_eq!(change.incident.channel_state, ChannelState::Archived);
    assert_eq!(owed(&change), [Owed::ShowCard]);
}
