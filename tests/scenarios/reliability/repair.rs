//! `/datadog incident repair`: recreates what is missing in Slack and reports the result to the user.

use muster_sandbox::{Fault, Outage};

use crate::harness::prelude::*;

const REPAIR_COMMAND: &str = "/datadog incident repair";

const REPAIR_STARTED: &str = "Checking IR-1. I'll recreate anything missing and DM you.";

const CHANNEL_SENTENCE: &str = "Channel: #incident-1-checkout-is-slow";

#[test]
fn repair_informs_only_the_requester_when_nothing_is_missing() {
    incident_over_both_transports(async |world, _, [alice, bob, ..]| {
        bob.joins(CHANNEL).await;
        bob.types(CHANNEL, REPAIR_COMMAND).await;
        assert_eq!(bob.reads_ephemeral(), [REPAIR_STARTED]);
        let nothing =
            format!("IR-1 Checkout is slow: nothing was missing in Slack.\n{CHANNEL_SENTENCE}");
        assert_eq!(bob.reads_direct_messages(), [nothing]);
        bob.redelivers_last_request().await;
        assert_eq!(bob.reads_ephemeral(), [REPAIR_STARTED]);
        assert_eq!(bob.reads_direct_messages(), [""; 0], "one repair");
        assert_eq!(alice.reads(CHANNEL), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn repair_recreates_deleted_header_announcement_and_bookmark() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        let links = [("Signals", "https://graphs.example/1")];
        let declared = alice.declares_with("Checkout is slow", &links).await;
        let app = slack.bot_user();
        let header = slack.pins(CHANNEL).pop().unwrap();
        slack.deletes(&app, CHANNEL, &header).await;
        slack
            .deletes(&app, "incidents", &declared.announcement_ts)
            .await;
        slack.removes_bookmark("alice", CHANNEL, "Signal 1").await;

        alice.types(CHANNEL, REPAIR_COMMAND).await;
        assert_eq!(alice.reads_ephemeral(), [REPAIR_STARTED]);
        let built = "the header, the missing bookmarks and the announcement";
        assert_eq!(
            alice.reads_direct_messages(),
            [format!(
                "IR-1 Checkout is slow: recreated {built}.\n{CHANNEL_SENTENCE}"
            )]
        );
        let read = alice.reads(CHANNEL);
        assert_eq!(read.len(), 2, "{read:#?}");
        assert!(read[0].starts_with("IR-1 Checkout is slow"), "{read:#?}");
        assert_eq!(read[1], format!("alice recreated {built}."));
        assert_eq!(slack.pins(CHANNEL).len(), 1);
        assert_eq!(slack.bookmarks(CHANNEL).len(), 1);
        assert_eq!(alice.reads("#incidents").len(), 1);
        let announcement = alice.announcement(1).unwrap();
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 0);
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice repaired the header, the missing bookmarks, the announcement"]
        );
    });
}

#[test]
fn repair_from_another_channel_recreates_a_deleted_channel() {
    incident_scenario(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        slack.deletes_channel("alice", CHANNEL).await;
        world.deliver_all().await;
        assert!(alice.reads("#incidents")[0].ends_with("Its channel was deleted."));
        alice.reads_ephemeral();

        alice.types("#general", REPAIR_COMMAND).await;
        let screen = alice.submits(&[]).await;
        assert_eq!(
            screen.errors["Incident"],
            "Please complete this required field."
        );
        alice.submits(&[("Incident", "1")]).await;
        assert_eq!(
            alice.reads_ephemeral().len(),
            1,
            "the reply that the repair has started"
        );
        assert_eq!(
            alice.reads_direct_messages(),
            [format!(
                "IR-1 Checkout is slow: recreated the channel.\n{CHANNEL_SENTENCE}"
            )]
        );
        let read = alice.reads(CHANNEL);
        assert!(read[0].starts_with("IR-1 Checkout is slow"), "{read:#?}");
        assert_eq!(read[1..], ["alice recreated the channel."]);
        let announcement = alice.reads("#incidents");
        assert_eq!(announcement.len(), 1, "edited in place: {announcement:?}");
        assert!(slack.members(CHANNEL).contains(&slack.user("alice")));
    });
}

#[test]
fn repair_recreates_a_channel_whose_deletion_was_not_reported() {
    scenario(async |world, _| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        world.stop().await;
        world.slack.deletes_channel("alice", CHANNEL).await;
        world.start().await;
        repair_from_other_channel(world).await;
        let again = "IR-1 Checkout is slow: recreated the channel.";
        assert_eq!(
            alice.reads_direct_messages(),
            [format!("{again}\n{CHANNEL_SENTENCE}")]
        );
        assert_eq!(world.incident_channels(), [CHANNEL]);
        world.expects_unread(3, "header, post, reply");
    });
}

#[test]
fn repair_reports_hidden_and_recreates_deleted_private_channel() {
    incident_scenario(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        alice.types(CHANNEL, "/datadog incident private").await;
        world.expects_unread(4, "header, two posts, reply");
        let private = format!("{CHANNEL}-2");
        let app = slack.bot_user().to_string();
        slack.removes("alice", &private, &app).await;
        world.deliver_all().await;
        repair_from_other_channel(world).await;
        let hidden = "IR-1 Checkout is slow: its channel couldn't be checked.\nThe app can't see its \
            private channel: the channel was deleted, or the app was removed from it. If it still exists, \
            type /invite and the app's name in it, then repair again.";
        assert_eq!(alice.reads_direct_messages(), [hidden]);
        assert_eq!(world.incident_channels(), [CHANNEL, &private]);

        slack.invite_bot(&private).await;
        world.deliver_all().await;
        alice.types(&private, REPAIR_COMMAND).await;
        let nothing = "IR-1 Checkout is slow: nothing was missing in Slack.";
        assert_eq!(
            alice.reads_direct_messages(),
            [format!("{nothing}\nChannel: #{private}")]
        );

        slack.deletes_channel("alice", &private).await;
        world.deliver_all().await;
        repair_from_other_channel(world).await;
        let again = "IR-1 Checkout is slow: recreated the channel.";
        assert_eq!(
            alice.reads_direct_messages().pop().unwrap(),
            format!("{again}\nChannel: #{private}")
        );
        assert_eq!(world.incident_channels(), [CHANNEL, &private]);
        let alices = slack.user("alice");
        assert!(slack.members(&private).contains(&alices));
        assert!(alice.announcement(1).is_none(), "it is announced");
        world.expects_unread(4, "header, post, two replies");
    });
}

#[test]
fn repair_corrects_the_channel_name() {
    incident_scenario(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        let here = &world.channel_id(CHANNEL);
        let rejected = Fault::Error("restricted_action");
        slack.fail_calls("conversations.rename", 1, rejected);
        alice.updates(here, &[("Title", "Checkout is down")]).await;
        assert_eq!(world.incident_channels(), [CHANNEL]);
        world.expects_warning("A delivery of IR-1 failed: conversations.rename: restricted_action");
        world.expects_unread(3, "header, announcement, post");
        alice.types(here, REPAIR_COMMAND).await;
        let down = "incident-1-checkout-is-down";
        assert_eq!(world.incident_channels(), [down]);
        assert_eq!(
            alice.reads_direct_messages(),
            [format!(
                "IR-1 Checkout is down: nothing had to be recreated.\nIts channel is being renamed to \
                 match the incident.\nChannel: #{down}"
            )]
        );
        // A name that a user chose is not changed.
        slack.renames_channel("alice", here, "war-room").await;
        world.deliver_all().await;
        alice.types(here, REPAIR_COMMAND).await;
        assert_eq!(world.incident_channels(), ["war-room"]);
        world.expects_unread(3, "direct message, two replies");
    });
}

#[test]
fn repair_records_channel_events_missed_while_the_app_was_stopped() {
    incident_scenario(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        world.stop().await;
        slack.archives("alice", CHANNEL).await;
        world.start().await;
        repair_from_other_channel(world).await;
        assert_eq!(
            alice.reads_direct_messages(),
            [
                "IR-1 Checkout is slow: nothing had to be recreated.\nIts channel is archived. Only a person \
                can unarchive it, in Slack; Muster updates it then.\nChannel: #incident-1-checkout-is-slow \
                (archived)"
            ]
        );
        assert_eq!(alice.reads("#incidents").len(), 1);

        world.stop().await;
        slack.unarchives("alice", CHANNEL).await;
        slack.renames_channel("alice", CHANNEL, "war-room").await;
        world.start().await;
        repair_from_other_channel(world).await;
        // The direct message about the role names the current channel as well.
        assert_eq!(
            alice.reads_direct_messages().pop().unwrap(),
            "IR-1 Checkout is slow: nothing had to be recreated.\nIts channel is no longer \
             archived.\nChannel: #war-room"
        );
        world.expects_unread(3, "announcement, two replies");
        repair_from_other_channel(world).await;
        assert_eq!(
            alice.reads_direct_messages(),
            [
                "IR-1 Checkout is slow: nothing had to be recreated.\nIts channel was renamed in Slack; \
                Muster has saved the new name.\nChannel: #war-room"
            ]
        );
        world.expects_unread(1, "reply");
    });
}

#[test]
fn repair_waits_while_slack_is_down() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.types("#general", REPAIR_COMMAND).await;
        assert_eq!(alice.reads_ephemeral(), [NO_OPEN_INCIDENT]);
        alice.declares("Checkout is slow").await;
        slack.start_outage(Outage::Status(503));
        alice.types(CHANNEL, REPAIR_COMMAND).await;
        assert_eq!(alice.reads_ephemeral(), [REPAIR_STARTED]);
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(alice.reads_direct_messages().len(), 1);
        world.expects_warning("Slack isn't responding;");
    });
}

async fn repair_from_other_channel(world: &World) {
    let alice = world.user("alice");
    alice.types("#general", REPAIR_COMMAND).await;
    alice.submits(&[("Incident", "1")]).await;
}
