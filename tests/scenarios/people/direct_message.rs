//! Direct messages: sent once, and reported with a remedy when they fail.

use muster_sandbox::Fault;

use crate::harness::prelude::*;

/// Returns the direct message to the new commander, assigned by alice.
fn commander_message(title: &str) -> String {
    format!(
        "alice made you Incident Commander for IR-1 {title}.\nYou run the response: decide next steps, \
         delegate, keep severity and status current.\nChannel: #{CHANNEL}"
    )
}

#[test]
fn new_commander_receives_one_direct_message() {
    over_both_transports(async |world, [alice, bob, chioma]| {
        alice.opens_declare_modal().await;
        alice.submits(&[("Incident Commander", "bob")]).await;
        alice.redelivers_last_request().await;
        assert_eq!(
            bob.reads_direct_messages(),
            [commander_message("Checkout is slow")]
        );
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        world.expects_unread(4, "header, welcome, announcement, its reply, reply");

        alice
            .updates(CHANNEL, &[("Incident Commander", "chioma")])
            .await;
        alice.redelivers_last_request().await;
        assert_eq!(
            chioma.reads_direct_messages(),
            [commander_message("Checkout is slow")]
        );
        let removed = "alice removed you as Incident Commander of IR-1 Checkout is slow.";
        let read = bob.reads_direct_messages();
        assert_eq!(read, [format!("{removed}\nChannel: #{CHANNEL}")]);

        // A user who takes a role receives no direct message about it.
        bob.updates(CHANNEL, &[("Incident Commander", "bob")]).await;
        assert_eq!(bob.reads_direct_messages(), [""; 0]);
        world.expects_unread(5, "two announcement replies, two posts, direct message");
    });
}

#[test]
fn commander_is_informed_when_there_is_no_channel() {
    over_http(async |world, [alice, bob, ..]| {
        world
            .slack
            .fail_calls("conversations.create", 1, Fault::Error("restricted_action"));
        alice.opens_declare_modal().await;
        alice.submits(&[("Incident Commander", "bob")]).await;
        let expected = commander_message("Checkout is slow")
            .replace(&format!("Channel: #{CHANNEL}"), "It has no channel.");
        assert_eq!(bob.reads_direct_messages(), [expected]);
        world.expects_unread(2, "announcement, its reply, reply");
        world.expects_warning("A delivery of IR-1 failed: conversations.create: restricted_action");
    });
}

#[test]
fn direct_message_reports_an_archived_or_deleted_channel() {
    incident_scenario(async |world, _, [alice, bob, chioma]| {
        let slack = &world.slack;
        let end = format!("Channel: #{CHANNEL}");
        let steps = [
            (bob, format!("Channel: #{CHANNEL} (archived)")),
            (chioma, "Its channel was deleted.".to_owned()),
        ];
        for (step, (user, origin)) in steps.into_iter().enumerate() {
            match step {
                0 => slack.archives("alice", CHANNEL).await,
                _ => slack.deletes_channel("alice", CHANNEL).await,
            };
            world.deliver_all().await;
            alice.types("#general", "/datadog incident update").await;
            alice.submits(&[("Incident", "1")]).await;
            alice.submits(&[("Incident Commander", user.name)]).await;
            assert_eq!(
                user.reads_direct_messages(),
                [commander_message("Checkout is slow").replace(&end, &origin)]
            );
            world.expects_unread(2 + step, "announcement, its reply, direct message");
        }
    });
}

#[test]
fn unreachable_user_is_reported_with_help() {
    let tab = "bob couldn't be sent a direct message. The app's Messages tab is off. Turn it on under App \
        Home, or update the app with the output of `muster manifest`. (Slack: \
        `messages_tab_disabled`)\n[Try again]";
    incident_scenario(async |world, _, [alice, ..]| {
        world.slack.disable_messages_tab();
        alice
            .updates(CHANNEL, &[("Incident Commander", "bob")])
            .await;
        assert_failure_is_reported(world, tab);
    });
}

/// Checks that the failure is posted in the channel and that nothing else is logged.
fn assert_failure_is_reported(world: &World, complaint: &str) {
    let alice = world.user("alice");
    let read = alice.reads(CHANNEL).join("\n");
    assert!(read.contains(complaint), "{read}");
    world.expects_unread(2, "announcement, its reply");
    world.expects_warning("A delivery of IR-1 failed: chat.postMessage: messages_tab_disabled");
}
