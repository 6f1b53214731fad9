//! `/datadog incident repair`: recreates what is missing in Slack and reports the result to the user.

use muster_sandbox::{Fault, Outage};

use crate::harness::prelude::*;

const REPAIR_COMMAND: &str = "/datadog incident repair";

const REPAIR_STARTED: &str = "Looking what Slack has of IR-1. What is missing is built again, and a direct message tells \
                       you what it was.";

const CHANNEL_SENTENCE: &str = "Its channel is #incident-1-checkout-is-slow.";

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
        let built = "a new header, the bookmarks that were missing, a new announcement";
        assert_eq!(
            alice.reads_direct_messages(),
            [format!(
                "IR-1 Checkout is slow: built again {built}.\n{CHANNEL_SENTENCE}"
            )]
        );
        let read = alice.reads(CHANNEL);
        assert_eq!(read.len(), 2, "{read:#?}");
        assert!(read[0].starts_with("IR-1 Checkout is slow"), "{read:#?}");
        assert_eq!(read[1], format!("alice had this built again: {built}."));
        assert_eq!(slack.pins(CHANNEL).len(), 1);
        assert_eq!(slack.bookmarks(CHANNEL).len(), 1);
        assert_eq!(alice.reads("#incidents").len(), 1);
        let announcement = alice.announcement(1).unwrap();
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 0);
        assert_eq!(
            world.timeline(1).await[1..],
            [format!("alice repaired {built}")]
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
                "IR-1 Checkout is slow: built again a new channel.\n{CHANNEL_SENTENCE}"
            )]
        );
        let read = alice.reads(CHANNEL);
        assert!(read[0].starts_with("IR-1 Checkout is slow"), "{read:#?}");
        assert_eq!(read[1..], ["alice had this built again: a new channel."]);
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
        let again = "IR-1 Checkout is slow: built again a new channel.";
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
        let hidden = "IR-1 Checkout is slow: nothing could be looked at in its channel.\n\
            Slack does not show its private channel to the app: it was deleted, or the app was taken out of it. \
            If it is still there, type /invite and the app’s name in it, and ask for the repair again.";
        assert_eq!(alice.reads_direct_messages(), [hidden]);
        assert_eq!(world.incident_channels(), [CHANNEL, &private]);

        slack.invite_bot(&private).await;
        world.deliver_all().await;
        alice.types(&private, REPAIR_COMMAND).await;
        let nothing = "IR-1 Checkout is slow: nothing was missing in Slack.";
        assert_eq!(
            alice.reads_direct_messages(),
            [format!("{nothing}\nIts channel is #{private}.")]
        );

        slack.deletes_channel("alice", &private).await;
        world.deliver_all().await;
        repair_from_other_channel(world).await;
        let again = "IR-1 Checkout is slow: built again a new channel.";
        assert_eq!(
            alice.reads_direct_messages().pop().unwrap(),
            format!("{again}\nIts channel is #{private}.")
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
        world
            .expects_warning("Gave up a delivery of IR-1: conversations.rename: restricted_action");
        world.expects_unread(3, "header, announcement, post");
        alice.types(here, REPAIR_COMMAND).await;
        let down = "incident-1-checkout-is-down";
        assert_eq!(world.incident_channels(), [down]);
        assert_eq!(
            alice.reads_direct_messages(),
            [format!(
                "IR-1 Checkout is down: nothing had to be built again.\n\
                 Its channel is given the name that the incident has now.\nIts channel is #{down}."
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
            ["IR-1 Checkout is slow: nothing had to be built again.\n\
              Its channel is archived, and only a person can bring it back, in Slack. It is shown how things \
              stand then.\n\
              Its channel, #incident-1-checkout-is-slow, is archived."]
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
            "IR-1 Checkout is slow: nothing had to be built again.\nIts channel is in use again.\n\
             Its channel is #war-room."
        );
        world.expects_unread(3, "announcement, two replies");
        repair_from_other_channel(world).await;
        assert_eq!(
            alice.reads_direct_messages(),
            ["IR-1 Checkout is slow: nothing had to be built again.\n\
              Its channel has another name, which is noted now.\nIts channel is #war-room."]
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
        world.expects_warning("Slack does not answer;");
    });
}

async fn repair_from_other_channel(world: &World) {
    let alice = world.user("alice");
    alice.types("#general", REPAIR_COMMAND).await;
    alice.submits(&[("Incident", "1")]).await;
}
