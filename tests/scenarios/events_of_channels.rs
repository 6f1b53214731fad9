//! What people do by hand to an incident's channel, and to the global one.

use serde_json::json;

use super::events::{event, happens};
use super::glance::Glance;
use super::person::Declared;
use super::update::has_one_card;
use super::world::{World, by_each_door};

#[tokio::test]
async fn a_channel_that_is_archived_and_brought_back_is_followed() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        world.slack.archives("alice", channel).await;
        world.settles().await;
        let archived = Glance {
            channel: "Its channel is archived.",
            ..Glance::default()
        };
        assert_eq!(alice.reads("#incidents"), [archived.card()]);
        assert_eq!(alice.reads(channel), [""; 0]);

        meanwhile_bob_changes_it(world, &declared).await;

        world.slack.unarchives("alice", channel).await;
        world.settles().await;
        is_caught_up(world).await;
        alice.reads("#incidents");
        alice.reads_thread("#incidents", &declared.card);
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice archived the channel",
                "bob changed title “Checkout is slow” to “Checkout is down”, \
                 status “active” to “stable”, commander “alice” to “bob”",
                "alice brought the channel back",
                "somebody saw the channel go from #incident-1-checkout-is-slow to \
                 #incident-1-checkout-is-down",
                "alice changed status “stable” to “active”",
            ]
        );
        has_one_card(world, &declared);
    })
    .await;
}

fn stable() -> Glance<'static> {
    Glance {
        title: "IR-1 Checkout is down",
        status: "STABLE",
        commander: "bob",
        ..Glance::default()
    }
}

/// What happens meanwhile is told where it can be.
async fn meanwhile_bob_changes_it(world: &World, declared: &Declared) {
    let bob = world.person("bob");
    bob.says("#random", "/datadog incident update").await;
    bob.submits(&[("Incident", "1")]).await;
    let changes = [
        ("Status", "STABLE"),
        ("Title", "Checkout is down"),
        ("Incident Commander", "bob"),
    ];
    bob.submits(&changes).await;
    let card = Glance {
        channel: "Its channel is archived.",
        ..stable()
    }
    .card();
    assert_eq!(bob.reads("#incidents"), [card]);
    assert_eq!(
        bob.reads_thread("#incidents", &declared.card),
        ["bob changed the status from ACTIVE to STABLE.\n\
          bob changed the commander from alice to bob."]
    );
}

/// The channel says what it did not while it was archived.
async fn is_caught_up(world: &World) {
    let alice = world.person("alice");
    let channel = "incident-1-checkout-is-down";
    assert_eq!(alice.reads(channel), [stable().header()]);
    assert_eq!(alice.reads("#incidents"), [stable().card()]);
    assert_eq!(
        world.slack.topic(channel),
        "UNKNOWN · STABLE · Commander: <@U0BOB000001>"
    );
    assert_eq!(world.slack.purpose(channel), "IR-1: Checkout is down");
    let bobs = world.slack.person("bob");
    assert!(world.slack.members(channel).contains(&bobs));
    alice.updates(channel, &[("Status", "ACTIVE")]).await;
    assert_eq!(
        alice.reads(channel).pop().unwrap(),
        "alice changed the status from STABLE to ACTIVE."
    );
}

#[tokio::test]
async fn a_channel_that_is_renamed_stays_the_incidents_channel() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        world
            .slack
            .renames("alice", &declared.channel, "war-room")
            .await;
        world.settles().await;
        alice.updates("#war-room", &[("Status", "STABLE")]).await;
        assert_eq!(
            alice.reads("#war-room").pop().unwrap(),
            "alice changed the status from ACTIVE to STABLE."
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "somebody renamed the channel #incident-1-checkout-is-slow to #war-room",
                "somebody left the channel's name alone",
                "alice changed status “active” to “stable”",
            ]
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn an_incident_whose_channel_was_deleted_goes_on_without_it() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        world
            .slack
            .deletes_channel("alice", &declared.channel)
            .await;
        world.settles().await;
        let deleted = Glance {
            channel: "Its channel was deleted.",
            ..Glance::default()
        };
        assert_eq!(alice.reads("#incidents"), [deleted.card()]);
        // Slack no longer knows the channel that the pointer led to.
        alice.reads_alone();
        alice.says("#random", "/datadog incident update").await;
        alice.submits(&[("Incident", "1")]).await;
        alice.submits(&[("Severity Level", "SEV-3 Moderate")]).await;
        let severity = ":large_orange_circle: SEV-3 Moderate";
        assert_eq!(
            alice.reads("#incidents"),
            [Glance {
                severity,
                ..deleted
            }
            .card()]
        );
        assert_eq!(
            alice.reads_thread("#incidents", &declared.card),
            ["alice changed the severity from UNKNOWN to SEV-3."]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice deleted the channel",
                "alice changed severity “UNKNOWN” to “SEV-3”",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn news_of_a_channel_that_arrive_twice_or_late_are_noted_once() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = world.id(&declared.channel);
        let told = |id: &str, name: &str| {
            event(
                id,
                json!({ "type": "channel_rename", "channel": { "id": channel, "name": name } }),
            )
        };
        for name in ["one", "two"] {
            world.slack.renames("alice", &channel, name).await;
            world.settles().await;
        }
        // Slack may tell of them again, and of the first after the second: it is called as it is called.
        for (id, name) in [("Ev1", "two"), ("Ev2", "one"), ("Ev2", "one")] {
            assert_eq!(happens(world, &told(id, name)).await.status, Some(200));
            world.settles().await;
        }
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "somebody renamed the channel #incident-1-checkout-is-slow to #one",
                "somebody left the channel's name alone",
                "somebody renamed the channel #one to #two",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn what_happens_to_other_channels_is_nobodys_business() {
    by_each_door(async |world| {
        let (alice, slack) = (world.person("alice"), &world.slack);
        alice.declares("Checkout is slow").await;
        slack.creates_channel("bob", "lunch").await;
        slack.renames("bob", "#lunch", "dinner").await;
        slack.invites_bot("#dinner").await;
        slack.archives("bob", "#dinner").await;
        slack.deletes_channel("bob", "#random").await;
        world.settles().await;
        assert_eq!(world.timeline(1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn once_the_bot_is_invited_to_the_global_channel_the_announcements_appear() {
    by_each_door(async |world| {
        let (alice, slack) = (world.person("alice"), &world.slack);
        world.stops().await;
        slack.deletes_channel("alice", "#incidents").await;
        world.starts().await;
        assert_eq!(
            world.log.take(),
            [
                "Incidents are not announced. There is no channel #incidents: create it, or set \
                 INCIDENTS_CHANNEL to another."
            ]
        );
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        alice.submits(&[]).await;
        alice.reads_alone();
        let glance = Glance::default();
        assert_eq!(
            alice.reads("incident-1-checkout-is-slow")[0],
            glance.header()
        );

        slack.creates_channel("bob", "incidents").await;
        slack.invites_bot("#incidents").await;
        world.later(10).await;
        assert_eq!(alice.reads("#incidents"), [glance.card()]);
        let card = alice.card(1).unwrap();
        assert_eq!(
            alice.reads_thread("#incidents", &card.ts),
            ["alice declared this incident."]
        );
    })
    .await;
}

#[tokio::test]
async fn when_the_global_channel_is_archived_incidents_go_on_without_it_until_it_is_back() {
    by_each_door(async |world| {
        let (alice, slack) = (world.person("alice"), &world.slack);
        let first = alice.declares("Checkout is slow").await;
        slack.archives("bob", "#incidents").await;
        world.later(10).await;
        assert_eq!(
            world.log.take(),
            [
                "Incidents are not announced. #incidents is archived: bring it back, \
                 or set INCIDENTS_CHANNEL to another channel."
            ]
        );
        alice.updates(&first.channel, &[("Status", "STABLE")]).await;
        let told = "alice changed the status from ACTIVE to STABLE.";
        assert_eq!(alice.reads(&first.channel).pop().unwrap(), told);
        alice
            .says("#general", "/datadog incident Search is down")
            .await;
        alice.submits(&[]).await;
        assert_eq!(alice.reads_alone().len(), 1, "the pointer");
        assert_eq!(alice.reads("incident-2-search-is-down").len(), 2);
        assert_eq!(alice.reads("#incidents"), [""; 0]);

        slack.unarchives("bob", "#incidents").await;
        world.later(10).await;
        // The card that stood says how things stand now.
        let stood = Glance {
            status: "STABLE",
            ..Glance::default()
        };
        let late = Glance {
            title: "IR-2 Search is down",
            ..Glance::default()
        };
        assert_eq!(alice.reads("#incidents"), [stood.card(), late.card()]);
        let card = alice.card(2).unwrap();
        assert_eq!(
            alice.reads_thread("#incidents", &card.ts),
            ["alice declared this incident."]
        );
    })
    .await;
}
