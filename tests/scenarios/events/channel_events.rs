//! Changes that users make by hand to an incident channel and to the announcements channel.

use serde_json::json;

use crate::events::events::{deliver_event, event_request};
use crate::harness::prelude::*;
use crate::update::update::assert_one_announcement;

#[test]
fn archived_channel_is_updated_when_unarchived() {
    over_both_transports(async |world, [alice, ..]| {
        let slack = &world.slack;
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        slack.archives("alice", channel).await;
        world.deliver_all().await;
        let archived = MessageText {
            channel_text: "Its channel is archived.",
            ..MessageText::default()
        };
        assert_eq!(alice.reads("#incidents"), [archived.announcement()]);
        assert_eq!(alice.reads(channel), [""; 0]);

        change_while_channel_is_archived(world, &declared).await;

        slack.unarchives("alice", channel).await;
        world.deliver_all().await;
        assert_channel_is_current(world).await;
        alice.reads("#incidents");
        alice.reads_thread("#incidents", &declared.announcement_ts);
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
        world.expects_unread(1, "direct message about the lost role");
        assert_one_announcement(world, &declared);
    });
}

fn stable_text() -> MessageText<'static> {
    MessageText {
        title: "IR-1 Checkout is down",
        status: "STABLE",
        commander: "bob",
        ..MessageText::default()
    }
}

/// Changes the incident while its channel is archived. The changes appear in the announcement.
async fn change_while_channel_is_archived(world: &World, declared: &DeclaredIncident) {
    let bob = world.user("bob");
    bob.types("#random", "/datadog incident update").await;
    bob.submits(&[("Incident", "1")]).await;
    let changes = [
        STABLE,
        ("Title", "Checkout is down"),
        ("Incident Commander", "bob"),
    ];
    bob.submits(&changes).await;
    let announcement = MessageText {
        channel_text: "Its channel is archived.",
        ..stable_text()
    }
    .announcement();
    assert_eq!(bob.reads("#incidents"), [announcement]);
    assert_eq!(
        bob.reads_thread("#incidents", &declared.announcement_ts),
        ["bob updated the incident\nStatus ACTIVE → STABLE\nCommander alice → bob"]
    );
}

/// Checks that the channel receives the changes that were made while it was archived.
async fn assert_channel_is_current(world: &World) {
    let alice = world.user("alice");
    let channel = "incident-1-checkout-is-down";
    assert_eq!(alice.reads(channel), [stable_text().header()]);
    assert_eq!(alice.reads("#incidents"), [stable_text().announcement()]);
    assert_eq!(
        world.slack.topic(channel),
        "UNKNOWN · STABLE · Commander: <@U0BOB000001>"
    );
    assert_eq!(world.slack.purpose(channel), "IR-1: Checkout is down");
    let bobs = world.slack.user("bob");
    assert!(world.slack.members(channel).contains(&bobs));
    alice.updates(channel, &[("Status", "ACTIVE")]).await;
    assert_eq!(
        alice.reads(channel).pop().unwrap(),
        "alice changed status STABLE → ACTIVE"
    );
}

#[test]
fn renamed_channel_remains_the_incident_channel() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world
            .slack
            .renames_channel("alice", channel, "war-room")
            .await;
        world.deliver_all().await;
        alice.updates("#war-room", &[STABLE]).await;
        assert_eq!(
            alice.reads("#war-room").pop().unwrap(),
            "alice changed status ACTIVE → STABLE"
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "somebody renamed the channel #incident-1-checkout-is-slow to #war-room",
                "somebody left the channel's name alone",
                "alice changed status “active” to “stable”",
            ]
        );
        world.expects_unread(2, "announcement, its reply");
    });
}

#[test]
fn incident_continues_when_its_channel_is_deleted() {
    scenario(async |world, [alice, ..]| {
        let declared = alice.declares("Checkout is slow").await;
        world
            .slack
            .deletes_channel("alice", &declared.channel)
            .await;
        world.deliver_all().await;
        let deleted = MessageText {
            channel_text: "Its channel was deleted.",
            ..MessageText::default()
        };
        assert_eq!(alice.reads("#incidents"), [deleted.announcement()]);
        // The channel of the reply no longer exists.
        alice.reads_ephemeral();
        alice.types("#random", "/datadog incident update").await;
        alice.submits(&[("Incident", "1")]).await;
        alice.submits(&[SEV_3]).await;
        let severity = "🟡 SEV-3 Moderate";
        assert_eq!(
            alice.reads("#incidents"),
            [MessageText {
                severity,
                ..deleted
            }
            .announcement()]
        );
        assert_eq!(
            alice.reads_thread("#incidents", &declared.announcement_ts),
            ["alice changed severity UNKNOWN → SEV-3"]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice deleted the channel",
                "alice changed severity “UNKNOWN” to “SEV-3”",
            ]
        );
    });
}

#[test]
fn duplicate_or_late_channel_events_are_recorded_once() {
    scenario(async |world, [alice, ..]| {
        let declared = alice.declares("Checkout is slow").await;
        let channel = world.channel_id(&declared.channel);
        let event = |id: &str, name: &str| {
            event_request(
                id,
                json!({ "type": "channel_rename", "channel": { "id": channel, "name": name } }),
            )
        };
        for name in ["one", "two"] {
            world.slack.renames_channel("alice", &channel, name).await;
            world.deliver_all().await;
        }
        // Slack may deliver the events repeatedly and out of order: the current name counts.
        for (id, name) in [("Ev1", "two"), ("Ev2", "one"), ("Ev2", "one")] {
            assert_eq!(
                deliver_event(world, &event(id, name)).await.status,
                Some(200)
            );
            world.deliver_all().await;
        }
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "somebody renamed the channel #incident-1-checkout-is-slow to #one",
                "somebody left the channel's name alone",
                "somebody renamed the channel #one to #two",
            ]
        );
    });
}

#[test]
fn events_of_other_channels_are_ignored() {
    incident_scenario(async |world, _, _| {
        let slack = &world.slack;
        slack.creates_channel("bob", "lunch").await;
        slack.renames_channel("bob", "#lunch", "dinner").await;
        slack.invite_bot("#dinner").await;
        slack.archives("bob", "#dinner").await;
        slack.deletes_channel("bob", "#random").await;
        world.deliver_all().await;
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn announcements_are_posted_when_the_app_is_invited() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        world.stop().await;
        slack.deletes_channel("alice", "#incidents").await;
        world.start().await;
        assert_eq!(
            world.log.take_warnings(),
            [
                "Incidents are not announced. There's no channel #incidents. Create it, or set \
                 INCIDENTS_CHANNEL to another channel."
            ]
        );
        alice.opens_declare_modal().await;
        alice.submits(&[]).await;
        alice.reads_ephemeral();
        let glance = MessageText::default();
        assert_eq!(
            alice.reads("incident-1-checkout-is-slow")[0],
            glance.header()
        );

        slack.creates_channel("bob", "incidents").await;
        slack.invite_bot("#incidents").await;
        world.advance_stepwise(10).await;
        assert_eq!(alice.reads("#incidents"), [glance.announcement()]);
        let announcement = alice.announcement(1).unwrap();
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts), [""; 0]);
    });
}

#[test]
fn incidents_continue_while_the_announcements_channel_is_archived() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let slack = &world.slack;
        slack.archives("bob", "#incidents").await;
        world.advance_stepwise(10).await;
        assert_eq!(
            world.log.take_warnings(),
            [
                "Incidents are not announced. #incidents is archived. Unarchive it, \
                 or set INCIDENTS_CHANNEL to another channel."
            ]
        );
        update_and_declare_unannounced(&alice, channel).await;

        slack.unarchives("bob", "#incidents").await;
        world.advance_stepwise(10).await;
        // The existing announcement shows the current state.
        let stood = MessageText {
            status: "STABLE",
            ..MessageText::default()
        };
        let late = MessageText {
            title: "IR-2 Search is down",
            ..MessageText::default()
        };
        assert_eq!(
            alice.reads("#incidents"),
            [stood.announcement(), late.announcement()]
        );
        let announcement = alice.announcement(2).unwrap();
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts), [""; 0]);
    });
}

/// Updates the incident of a channel and declares another. Neither appears in #incidents.
async fn update_and_declare_unannounced(user: &TestUser<'_>, channel: &str) {
    user.updates(channel, &[STABLE]).await;
    let expected = "alice changed status ACTIVE → STABLE";
    assert_eq!(user.reads(channel).pop().unwrap(), expected);
    user.types("#general", "/datadog incident new Search is down")
        .await;
    user.submits(&[]).await;
    assert_eq!(
        user.reads_ephemeral().len(),
        1,
        "the reply with the channel"
    );
    assert_eq!(user.reads("incident-2-search-is-down").len(), 2);
    assert_eq!(user.reads("#incidents"), [""; 0]);
}
