//! Incident channels that users changed by hand: the bot rejoins them if it can, and records the changes on
//! the timeline.

use muster_domain::{IncidentId, TimelineEvent, Viewer};
use muster_sandbox::Fault;

use serde_json::json;

use crate::harness::prelude::*;

#[test]
fn app_rejoins_the_incident_channel_to_post_when_removed() {
    over_both_transports(async |world, [alice, ..]| {
        let slack = &world.slack;
        let declared = alice.declares("Checkout is slow").await;
        slack.leaves(&slack.bot_user(), &declared.channel).await;
        raise_severity(&alice, &declared).await;
        assert_severity_is_raised(&alice, &declared);
        assert!(slack.members(&declared.channel).contains(&slack.bot_user()));
    });
}

#[test]
fn announcement_is_updated_when_the_app_cannot_rejoin_the_channel() {
    over_http(async |world, [alice, ..]| {
        let slack = &world.slack;
        let declared = alice.declares("Checkout is slow").await;
        slack.fail_calls("conversations.setTopic", 2, Fault::Error("not_in_channel"));
        let rejection = Fault::Error("method_not_supported_for_channel_type");
        slack.fail_calls("conversations.join", 2, rejection);
        raise_severity(&alice, &declared).await;
        let read = alice.reads(&declared.channel);
        assert_eq!(
            read.last().unwrap(),
            "alice changed severity UNKNOWN → SEV-1\nCouldn't set the channel's topic. The app isn't in \
             the channel. Type /invite and its name there. (Slack: `not_in_channel`)\n[Try again]"
        );
        assert_eq!(alice.reads("#incidents").len(), 1);
        assert_eq!(
            alice
                .reads_thread("#incidents", &declared.announcement_ts)
                .len(),
            1
        );
        world.expects_warning("A delivery of IR-1 failed: conversations.setTopic: not_in_channel");
    });
}

/// The method that fails, Slack's error code, the text of the announcement after it, and the timeline event.
const UNAVAILABLE_CHANNEL_CASES: [(&str, &str, &str, TimelineEvent); 4] = [
    (
        "chat.postMessage",
        "is_archived",
        "Its channel is archived.",
        TimelineEvent::ChannelArchived,
    ),
    (
        "chat.update",
        "is_inactive",
        "Its channel is archived.",
        TimelineEvent::ChannelArchived,
    ),
    (
        "conversations.setTopic",
        "is_archived",
        "Its channel is archived.",
        TimelineEvent::ChannelArchived,
    ),
    (
        "chat.postMessage",
        "channel_not_found",
        "Its channel was deleted.",
        TimelineEvent::ChannelDeleted,
    ),
];

#[test]
fn archived_or_deleted_channel_is_recorded_without_an_error() {
    for (method, code, posted_there, on_the_timeline) in UNAVAILABLE_CHANNEL_CASES {
        scenario(async |world, [alice, ..]| {
            let declared = alice.declares("Checkout is slow").await;
            // Nothing is posted in the other channel, so that the failing call is about this one.
            world.change_settings(&[("announced", json!([]))]);
            world.slack.fail_calls(method, 1, Fault::Error(code));
            raise_severity(&alice, &declared).await;
            alice.reads(&declared.channel);
            let announcement = alice.reads("#incidents");
            assert!(
                announcement[0].ends_with(&format!("\n{posted_there}")),
                "{announcement:?}"
            );
            assert_eq!(
                alice
                    .reads_thread("#incidents", &declared.announcement_ts)
                    .len(),
                0
            );
            let entries = world
                .store()
                .await
                .timeline(Viewer::Operator, IncidentId(1))
                .await
                .unwrap();
            let noted = entries
                .iter()
                .filter(|entry| entry.event == on_the_timeline);
            assert_eq!(noted.count(), 1);
        });
    }
}

async fn raise_severity(alice: &TestUser<'_>, declared: &DeclaredIncident) {
    alice
        .types(&declared.channel, "/datadog incident update")
        .await;
    alice.submits(&[SEV_1]).await;
    alice.world.deliver_all_advancing().await;
}

fn assert_severity_is_raised(alice: &TestUser<'_>, declared: &DeclaredIncident) {
    let entry = "alice changed severity UNKNOWN → SEV-1";
    let read = alice.reads(&declared.channel);
    assert!(read.len() == 2 && read[1] == entry, "{read:?}");
    assert_eq!(alice.reads("#incidents").len(), 1);
    assert_eq!(
        alice.reads_thread("#incidents", &declared.announcement_ts),
        [entry]
    );
}
