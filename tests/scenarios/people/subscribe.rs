//! **Subscribe** on the announcement: a direct message for each announced change, until the user
//! unsubscribes.

use crate::harness::prelude::*;

const SUBSCRIBED: &str =
    "Subscribed to IR-1. I'll DM you every update. Click Subscribe again to stop.";
const UNSUBSCRIBED: &str = "Unsubscribed from IR-1.";

async fn subscribe(user: &TestUser<'_>, incident: &DeclaredIncident) {
    user.clicks("#incidents", &incident.announcement_ts, "subscribe")
        .await;
    assert_eq!(user.reads_ephemeral(), [SUBSCRIBED]);
}

/// Returns the direct message to a subscriber.
fn subscriber_message(what: &str, incident: &DeclaredIncident) -> String {
    format!(
        "IR-1 Checkout is slow: {what}\nChannel: #{}\n[Unsubscribe]",
        incident.channel
    )
}

#[test]
fn subscriber_receives_each_announced_change() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        let incident = alice.declares("Checkout is slow").await;
        subscribe(&bob, &incident).await;
        let members = slack.members(&incident.channel);
        assert!(
            !members.contains(&slack.user("bob")),
            "a subscriber is not a responder"
        );
        alice.updates(&incident.channel, &[SEV_1]).await;
        let severity = subscriber_message("alice changed severity UNKNOWN → SEV-1", &incident);
        assert_eq!(bob.reads_direct_messages(), [severity]);
        alice
            .updates(&incident.channel, &[("What happened", "A slow query.")])
            .await;
        assert!(
            bob.reads_direct_messages().is_empty(),
            "this change is not announced"
        );
        alice
            .updates(&incident.channel, &[("Status", "resolved")])
            .await;
        // The first message has the button.
        let status = subscriber_message("alice changed status ACTIVE → RESOLVED", &incident);
        let status = status.replace("\n[Unsubscribe]", "");
        assert_eq!(bob.reads_direct_messages(), [status]);
        world.expects_unread(
            7,
            "header, announcement, two announcement replies, three posts",
        );
    });
}

#[test]
fn subscriber_receives_the_changes_of_one_request_as_a_list() {
    scenario(async |world, [alice, bob, ..]| {
        let incident = alice.declares("Checkout is slow").await;
        subscribe(&bob, &incident).await;
        alice.updates(&incident.channel, &[SEV_1, STABLE]).await;
        let changes =
            "alice updated the incident\nSeverity UNKNOWN → SEV-1\nStatus ACTIVE → STABLE";
        assert_eq!(
            bob.reads_direct_messages(),
            [subscriber_message(changes, &incident)]
        );
        world.expects_unread(4, "header, announcement, its reply, post");
    });
}

#[test]
fn subscription_can_be_ended_on_the_announcement_and_direct_message() {
    scenario(async |world, [alice, bob, ..]| {
        let incident = alice.declares("Checkout is slow").await;
        subscribe(&bob, &incident).await;
        bob.clicks("#incidents", &incident.announcement_ts, "subscribe")
            .await;
        assert_eq!(bob.reads_ephemeral(), [UNSUBSCRIBED]);
        subscribe(&bob, &incident).await;
        alice.updates(&incident.channel, &[SEV_1]).await;
        assert_eq!(bob.reads_direct_messages().len(), 1);
        let direct = world.slack.direct_message_channel("bob").unwrap();
        let ts = bob.last_direct_message().ts;
        for _ in 0..2 {
            bob.clicks(&direct, &ts, "unsubscribe").await;
            assert_eq!(bob.reads_ephemeral(), [UNSUBSCRIBED]);
        }
        alice.updates(&incident.channel, &[SEV_3]).await;
        assert!(bob.reads_direct_messages().is_empty());
        world.expects_unread(
            6,
            "header, announcement, two announcement replies, two posts",
        );
    });
}

#[test]
fn redelivered_click_subscribes_once() {
    scenario(async |world, [alice, bob, ..]| {
        let incident = alice.declares("Checkout is slow").await;
        subscribe(&bob, &incident).await;
        world.advance_stepwise(60).await;
        bob.redelivers_last_request().await;
        assert_eq!(
            bob.reads_ephemeral(),
            [SUBSCRIBED],
            "the subscription still exists"
        );
        alice.updates(&incident.channel, &[SEV_1]).await;
        assert_eq!(bob.reads_direct_messages().len(), 1);
        world.expects_unread(4, "header, announcement, its reply, post");
    });
}

#[test]
fn subscriber_is_not_informed_of_own_changes() {
    scenario(async |world, [alice, ..]| {
        let incident = alice.declares("Checkout is slow").await;
        subscribe(&alice, &incident).await;
        alice.updates(&incident.channel, &[SEV_1]).await;
        assert!(alice.reads_direct_messages().is_empty());
        world.expects_unread(4, "header, announcement, its reply, post");
    });
}

#[test]
fn unreachable_subscriber_is_only_logged() {
    scenario(async |world, [alice, bob, ..]| {
        let incident = alice.declares("Checkout is slow").await;
        subscribe(&bob, &incident).await;
        world.slack.disable_messages_tab();
        alice.updates(&incident.channel, &[SEV_1]).await;
        let posts_text = alice.reads(&incident.channel).join("\n");
        assert!(
            posts_text.contains("alice changed severity"),
            "{posts_text}"
        );
        assert!(!posts_text.contains("bob"), "{posts_text}");
        world.expects_unread(2, "announcement, its reply");
        world.expects_warning("A delivery of IR-1 failed: chat.postMessage: messages_tab_disabled");
        alice.updates(&incident.channel, &[SEV_3]).await;
        world.expects_unread(4, "header, announcement, its reply, post");
    });
}
