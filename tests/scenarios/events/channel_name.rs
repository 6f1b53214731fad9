//! The name of an incident channel: it follows the title until a user renames the channel.

use muster_sandbox::{Fault, Message};
use serde_json::json;

use crate::harness::prelude::*;

const SLOW_CHANNEL: &str = "incident-1-checkout-is-slow";
const DOWN_CHANNEL: &str = "incident-1-checkout-is-down";

/// The minimum time between two renames of a channel, in seconds.
const SECONDS_BETWEEN_RENAMES: i64 = 61;

#[test]
fn channel_is_renamed_when_the_title_changes() {
    incident_over_both_transports(async |world, _, [alice, ..]| {
        alice
            .updates(SLOW_CHANNEL, &[("Title", "Checkout is down")])
            .await;
        assert_eq!(world.incident_channels(), [DOWN_CHANNEL]);
        assert_eq!(
            alice.reads(DOWN_CHANNEL)[1..],
            ["alice changed the title from “Checkout is slow” to “Checkout is down”."]
        );
        assert_eq!(
            app_renames(world, DOWN_CHANNEL),
            [format!("from \"{SLOW_CHANNEL}\" to \"{DOWN_CHANNEL}\"")]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed title “Checkout is slow” to “Checkout is down”".to_owned(),
                format!("somebody saw the channel go from #{SLOW_CHANNEL} to #{DOWN_CHANNEL}"),
            ]
        );
        change_severity_without_rename(world).await;
        alice.updates(DOWN_CHANNEL, &[RESOLVED]).await;
        world.advance_stepwise(SECONDS_BETWEEN_RENAMES).await;
        alice
            .updates(DOWN_CHANNEL, &[("Title", "Checkout was down")])
            .await;
        assert_eq!(world.incident_channels(), ["incident-1-checkout-was-down"]);
        world.expects_unread(
            7,
            "header, announcement, two announcement replies, three posts",
        );
    });
}

#[test]
fn channel_gets_first_and_last_title_when_ten_arrive_in_a_minute() {
    incident_scenario(async |world, _, [alice, ..]| {
        let channel = world.channel_id(SLOW_CHANNEL);
        for number in 1..=10 {
            let text = format!("/datadog incident title Guess {number}");
            alice.types(&channel, &text).await;
            world.advance(3).await;
        }
        assert_eq!(world.incident_channels(), ["incident-1-guess-1"]);
        world.deliver_all_advancing().await;
        assert_eq!(world.incident_channels(), ["incident-1-guess-10"]);
        assert_eq!(
            app_renames(world, &channel),
            [
                format!("from \"{SLOW_CHANNEL}\" to \"incident-1-guess-1\""),
                "from \"incident-1-guess-1\" to \"incident-1-guess-10\"".to_owned(),
            ]
        );
        world.expects_unread(12, "header, announcement, 10 posts, 10 replies");
    });
}

#[test]
fn channel_renamed_by_a_user_keeps_its_name() {
    incident_scenario(async |world, _, [alice, ..]| {
        rename_by_alice(world, SLOW_CHANNEL, "war-room").await;
        alice
            .updates("#war-room", &[("Title", "Checkout is down")])
            .await;
        assert_eq!(world.incident_channels(), ["war-room"]);
        // Renaming the channel back does not re-enable it, even when the title changes again.
        rename_by_alice(world, "#war-room", SLOW_CHANNEL).await;
        world.advance_stepwise(SECONDS_BETWEEN_RENAMES).await;
        alice
            .updates(SLOW_CHANNEL, &[("Title", "Checkout is up")])
            .await;
        assert_eq!(world.incident_channels(), [SLOW_CHANNEL]);
        assert_eq!(
            world.timeline(1).await[1..],
            [
                &format!("somebody renamed the channel #{SLOW_CHANNEL} to #war-room"),
                "somebody left the channel's name alone",
                "alice changed title “Checkout is slow” to “Checkout is down”",
                &format!("somebody renamed the channel #war-room to #{SLOW_CHANNEL}"),
                "alice changed title “Checkout is down” to “Checkout is up”",
            ]
        );
        world.expects_unread(4, "header, announcement, two posts");
        alice
            .types(SLOW_CHANNEL, "/datadog incident timeline")
            .await;
        let reply = alice.reads_ephemeral().concat();
        let words = "The channel was renamed by hand, so its name no longer changes automatically.";
        assert!(reply.contains(words), "{reply}");
    });
}

#[test]
fn user_rename_is_detected_when_its_event_was_missed() {
    incident_scenario(async |world, _, [alice, ..]| {
        world.stop().await;
        world
            .slack
            .renames_channel("alice", SLOW_CHANNEL, "war-room")
            .await;
        world.start().await;
        alice
            .updates("#war-room", &[("Title", "Checkout is down")])
            .await;
        assert_eq!(world.incident_channels(), ["war-room"]);
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed title “Checkout is slow” to “Checkout is down”",
                &format!("somebody renamed the channel #{SLOW_CHANNEL} to #war-room"),
                "somebody left the channel's name alone",
            ]
        );
        world.expects_unread(3, "header, announcement, post");
    });
}

#[test]
fn renamed_channel_gets_a_suffix_when_the_name_is_taken() {
    incident_scenario(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        slack.creates_channel("bob", DOWN_CHANNEL).await;
        slack.archives("bob", DOWN_CHANNEL).await;
        alice
            .updates(SLOW_CHANNEL, &[("Title", "Checkout is down")])
            .await;
        let second = format!("{DOWN_CHANNEL}-2");
        assert_eq!(world.incident_channels(), [DOWN_CHANNEL, &second]);
        // While the new name is taken, the channel keeps its name; the bot retries the requested one.
        world.advance_stepwise(SECONDS_BETWEEN_RENAMES).await;
        alice
            .updates(&second, &[("Title", "Checkout is down!")])
            .await;
        assert_eq!(world.incident_channels(), [DOWN_CHANNEL, &second]);
        assert_eq!(app_renames(world, &second).len(), 1);
        world.expects_unread(4, "header, announcement, two posts");
    });
}

#[test]
fn rename_follows_only_fields_in_the_template() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        world.change_settings(&[(
            "channel_name",
            json!("{{severity}}-inc-{{public_id}}-{{dd}}"),
        )]);
        alice.opens_declare_modal().await;
        alice.submits(&[SEV_3]).await;
        let channel = "sev-3-inc-1-23";
        alice
            .updates(channel, &[("Title", "Checkout is down")])
            .await;
        assert!(slack.channel(channel).is_some());
        alice.updates(channel, &[SEV_1]).await;
        assert_eq!(app_renames(world, "sev-1-inc-1-23").len(), 1);

        // With a template without changeable variables, a rename by a user is only recorded.
        world.change_settings(&[("channel_name", json!("inc-{{public_id}}"))]);
        world.advance_stepwise(SECONDS_BETWEEN_RENAMES).await;
        alice
            .types("#general", "/datadog incident new Search is down")
            .await;
        alice.submits(&[]).await;
        alice.updates("inc-2", &[("Title", "Search is slow")]).await;
        assert!(slack.channel("inc-2").is_some());
        rename_by_alice(world, "inc-2", "war-room").await;
        assert_eq!(
            world.timeline(2).await[2..],
            ["somebody renamed the channel #inc-2 to #war-room"]
        );
        world.expects_unread(
            12,
            "two headers, two welcomes, two announcements, three announcement \
            replies, three posts, two replies",
        );
    });
}

#[test]
fn rejected_rename_is_reported_with_help() {
    incident_scenario(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        let rejected = Fault::Error("not_authorized");
        slack.fail_calls("conversations.rename", 1, rejected);
        alice
            .updates(SLOW_CHANNEL, &[("Title", "Checkout is down")])
            .await;
        assert_eq!(world.incident_channels(), [SLOW_CHANNEL]);
        let advice = "Only the channel's creator or a workspace admin can do this. Ask one of them. \
            (Slack: `not_authorized`)";
        let post = alice.reads(SLOW_CHANNEL).pop().unwrap();
        let (_, failure) = post.split_once('\n').unwrap();
        assert_eq!(
            failure,
            format!("Couldn't rename the channel. {advice}\n[Try again]")
        );
        world.expects_warning("A delivery of IR-1 failed: conversations.rename: not_authorized");

        // Changes that do not affect the name do not post the failure again.
        alice.updates(SLOW_CHANNEL, &[SEV_1]).await;
        let posts = slack.messages(SLOW_CHANNEL);
        let failure = posts
            .iter()
            .find(|it| it.rendered_text().ends_with("[Try again]"))
            .unwrap();
        alice
            .clicks(SLOW_CHANNEL, &failure.ts, "retry_delivery")
            .await;
        assert_eq!(world.incident_channels(), [DOWN_CHANNEL]);
        assert_eq!(
            world.timeline(1).await[2..],
            [
                format!("somebody missed rename_channel: {advice}"),
                "alice changed severity “UNKNOWN” to “SEV-1”".to_owned(),
                format!("somebody saw the channel go from #{SLOW_CHANNEL} to #{DOWN_CHANNEL}"),
            ]
        );
        world.expects_unread(5, "header, announcement, its reply, post, reply");
    });
}

#[test]
fn rename_is_made_once_when_the_response_is_lost() {
    incident_scenario(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        let lost = Fault::LostResponse;
        slack.fail_calls("conversations.rename", 1, lost);
        alice
            .updates(SLOW_CHANNEL, &[("Title", "Checkout is down")])
            .await;
        world.deliver_all_advancing().await;
        assert_eq!(app_renames(world, DOWN_CHANNEL).len(), 1);
        assert_eq!(
            world.timeline(1).await[2..],
            [format!(
                "somebody saw the channel go from #{SLOW_CHANNEL} to #{DOWN_CHANNEL}"
            )]
        );
        // A title that changes in the meantime is applied as well.
        let lost = Fault::LostResponse;
        slack.fail_calls("conversations.rename", 1, lost);
        world.advance_stepwise(SECONDS_BETWEEN_RENAMES).await;
        alice
            .updates(DOWN_CHANNEL, &[("Title", "Checkout is up")])
            .await;
        let channel = slack
            .channel("incident-1-checkout-is-up")
            .unwrap()
            .to_string();
        alice
            .updates(&channel, &[("Title", "Checkout is well")])
            .await;
        world.deliver_all_advancing().await;
        assert_eq!(world.incident_channels(), ["incident-1-checkout-is-well"]);
        assert_eq!(world.timeline(1).await.len(), 7);
        world.expects_unread(5, "header, announcement, three posts");
    });
}

#[test]
fn private_and_test_channels_are_renamed() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice
            .types("#general", "/datadog incident test Checkout is slow")
            .await;
        alice.submits(&[]).await;
        alice
            .updates(
                &format!("test-{SLOW_CHANNEL}"),
                &[("Title", "Checkout is down")],
            )
            .await;
        let test = format!("test-{DOWN_CHANNEL}");
        assert!(slack.channel(&test).is_some());
        world.advance_stepwise(SECONDS_BETWEEN_RENAMES).await;
        alice.types(&test, "/datadog incident private").await;
        // The old channel keeps its name.
        let private = format!("{test}-2");
        assert!(slack.is_archived(&test) && !slack.is_archived(&private));
        alice
            .updates(&private, &[("Title", "Checkout is slow")])
            .await;
        assert!(!slack.is_archived(&format!("test-{SLOW_CHANNEL}")));
        assert!(slack.channel(&test).is_some() && slack.channel(&private).is_none());
        world.expects_unread(9, "two headers, welcome, four posts, two replies");
    });
}

#[test]
fn title_changed_before_the_channel_exists_names_the_channel() {
    scenario(async |world, [alice, ..]| {
        let unavailable = Fault::Status(503);
        world
            .slack
            .fail_calls("conversations.create", 4, unavailable);
        alice.opens_declare_modal().await;
        alice.submits(&[]).await;
        alice.types("#random", "/datadog incident update").await;
        alice.submits(&[("Incident", "1")]).await;
        alice.submits(&[("Title", "Checkout is down")]).await;
        assert_eq!(world.incident_channels(), [""; 0]);
        world.deliver_all_advancing().await;
        assert_eq!(world.incident_channels(), [DOWN_CHANNEL]);
        assert_eq!(app_renames(world, DOWN_CHANNEL).len(), 1);
        world.expects_unread(4, "header, welcome, announcement, its reply, reply");
    });
}

#[test]
fn archived_channel_is_renamed_when_unarchived() {
    incident_scenario(async |world, _, [alice, ..]| {
        let slack = &world.slack;
        slack.archives("alice", SLOW_CHANNEL).await;
        world.deliver_all().await;
        alice.types("#general", "/datadog incident update").await;
        alice.submits(&[("Incident", "1")]).await;
        alice.submits(&[("Title", "Checkout is down")]).await;
        assert_eq!(world.incident_channels(), [SLOW_CHANNEL]);
        slack.unarchives("alice", SLOW_CHANNEL).await;
        world.deliver_all().await;
        assert_eq!(world.incident_channels(), [DOWN_CHANNEL]);
        world.expects_unread(2, "header, announcement");
    });
}

/// Changes the severity. As this does not affect the name, the bot does not call Slack about the channel.
async fn change_severity_without_rename(world: &World) {
    let requests = world.slack.calls().len();
    let fields = [SEV_1];
    world.user("alice").updates(DOWN_CHANNEL, &fields).await;
    let calls = world.slack.calls();
    assert!(
        calls[requests..]
            .iter()
            .all(|it| it.method != "conversations.info"),
        "{calls:?}"
    );
}

/// Renames a channel as alice.
async fn rename_by_alice(world: &World, channel: &str, name: &str) {
    world.slack.renames_channel("alice", channel, name).await;
    world.deliver_all().await;
}

/// Returns the renames by the bot, old and new name, from Slack's messages in the channel.
fn app_renames(world: &World, channel: &str) -> Vec<String> {
    let app = world.slack.bot_user();
    let is_ours = |it: &Message| it.subtype.as_deref() == Some("channel_name") && it.user == app;
    let renames = world.slack.messages(channel).into_iter().filter(is_ours);
    renames
        .filter_map(|it| {
            let (_, names) = it.text.split_once(" has renamed the channel ")?;
            Some(names.to_owned())
        })
        .collect()
}
