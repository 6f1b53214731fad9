//! What the channel of an incident is called: as the incident is, until somebody names it by hand.

use muster::sandbox::{Message, Trouble};
use serde_json::json;

use super::world::{World, by_each_door};

const SLOW: &str = "incident-1-checkout-is-slow";
const DOWN: &str = "incident-1-checkout-is-down";

/// How long a channel keeps a new name at least, in seconds.
const KEPT: i64 = 61;

#[tokio::test]
async fn the_channel_follows_the_title_of_its_incident() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        alice.updates(SLOW, &[("Title", "Checkout is down")]).await;
        assert_eq!(world.incident_channels(), [DOWN]);
        assert_eq!(
            alice.reads(DOWN)[1..],
            ["alice changed the title from “Checkout is slow” to “Checkout is down”."]
        );
        assert_eq!(
            renamings(world, DOWN),
            [format!("from \"{SLOW}\" to \"{DOWN}\"")]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed title “Checkout is slow” to “Checkout is down”".to_owned(),
                format!("somebody saw the channel go from #{SLOW} to #{DOWN}"),
            ]
        );
        // What has nothing to do with its name leaves it alone, and nothing is asked.
        let asked = world.slack.calls().len();
        alice
            .updates(DOWN, &[("Severity Level", "SEV-1 Critical")])
            .await;
        let calls = world.slack.calls();
        assert!(
            calls[asked..]
                .iter()
                .all(|it| it.method != "conversations.info"),
            "{calls:?}"
        );
        alice.updates(DOWN, &[("Status", "RESOLVED")]).await;
        world.later(KEPT).await;
        alice.updates(DOWN, &[("Title", "Checkout was down")]).await;
        assert_eq!(world.incident_channels(), ["incident-1-checkout-was-down"]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn of_ten_titles_in_a_minute_the_channel_gets_the_first_and_the_last() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        let channel = world.id(SLOW);
        for number in 1..=10 {
            let text = format!("/datadog incident title Guess {number}");
            alice.says(&channel, &text).await;
            world.leaps(3).await;
        }
        assert_eq!(world.incident_channels(), ["incident-1-guess-1"]);
        world.catches_up().await;
        assert_eq!(world.incident_channels(), ["incident-1-guess-10"]);
        assert_eq!(
            renamings(world, &channel),
            [
                format!("from \"{SLOW}\" to \"incident-1-guess-1\""),
                "from \"incident-1-guess-1\" to \"incident-1-guess-10\"".to_owned(),
            ]
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_somebody_named_is_left_alone_for_good() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        world.slack.renames("alice", SLOW, "war-room").await;
        world.settles().await;
        alice
            .updates("#war-room", &[("Title", "Checkout is down")])
            .await;
        assert_eq!(world.incident_channels(), ["war-room"]);
        // Not even if it is called as we called it, and the title changes once more.
        world.slack.renames("alice", "#war-room", SLOW).await;
        world.settles().await;
        world.later(KEPT).await;
        alice.updates(SLOW, &[("Title", "Checkout is up")]).await;
        assert_eq!(world.incident_channels(), [SLOW]);
        assert_eq!(
            world.timeline(1).await[1..],
            [
                &format!("somebody renamed the channel #{SLOW} to #war-room"),
                "somebody left the channel's name alone",
                "alice changed title “Checkout is slow” to “Checkout is down”",
                &format!("somebody renamed the channel #war-room to #{SLOW}"),
                "alice changed title “Checkout is down” to “Checkout is up”",
            ]
        );
        alice.reads_everything();
        alice.says(SLOW, "/datadog incident timeline").await;
        let told = alice.reads_alone().concat();
        let words = "The channel’s name is left alone from now on: it was given by hand.";
        assert!(told.contains(words), "{told}");
    })
    .await;
}

#[tokio::test]
async fn a_name_that_was_given_by_hand_unheard_is_seen_before_the_channel_is_renamed() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        world.stops().await;
        world.slack.renames("alice", SLOW, "war-room").await;
        world.starts().await;
        alice
            .updates("#war-room", &[("Title", "Checkout is down")])
            .await;
        assert_eq!(world.incident_channels(), ["war-room"]);
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed title “Checkout is slow” to “Checkout is down”",
                &format!("somebody renamed the channel #{SLOW} to #war-room"),
                "somebody left the channel's name alone",
            ]
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_taken_gets_a_suffix() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        world.slack.creates_channel("bob", DOWN).await;
        world.slack.archives("bob", DOWN).await;
        alice.updates(SLOW, &[("Title", "Checkout is down")]).await;
        let second = format!("{DOWN}-2");
        assert_eq!(world.incident_channels(), [DOWN, &second]);
        // It keeps that name while another's is taken, and asks for its own.
        world.later(KEPT).await;
        alice
            .updates(&second, &[("Title", "Checkout is down!")])
            .await;
        assert_eq!(world.incident_channels(), [DOWN, &second]);
        assert_eq!(renamings(world, &second).len(), 1);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_the_template_has_is_followed_and_nothing_else() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.sets(&[(
            "channel_name",
            json!("{{severity}}-inc-{{public_id}}-{{dd}}"),
        )]);
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        alice.submits(&[("Severity Level", "SEV-3 Moderate")]).await;
        let channel = "sev-3-inc-1-23";
        alice
            .updates(channel, &[("Title", "Checkout is down")])
            .await;
        assert!(world.slack.channel(channel).is_some());
        alice
            .updates(channel, &[("Severity Level", "SEV-1 Critical")])
            .await;
        assert_eq!(renamings(world, "sev-1-inc-1-23").len(), 1);

        // A template that names nothing that changes: what somebody calls the channel is told, and no more.
        world.sets(&[("channel_name", json!("inc-{{public_id}}"))]);
        world.later(KEPT).await;
        alice
            .says("#general", "/datadog incident Search is down")
            .await;
        alice.submits(&[]).await;
        alice.updates("inc-2", &[("Title", "Search is slow")]).await;
        assert!(world.slack.channel("inc-2").is_some());
        world.slack.renames("alice", "inc-2", "war-room").await;
        world.settles().await;
        assert_eq!(
            world.timeline(2).await[2..],
            ["somebody renamed the channel #inc-2 to #war-room"]
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_rename_that_slack_refuses_is_told_with_what_to_do() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        let refused = Trouble::Error("not_authorized");
        world.slack.fails("conversations.rename", 1, refused);
        alice.updates(SLOW, &[("Title", "Checkout is down")]).await;
        assert_eq!(world.incident_channels(), [SLOW]);
        let advice = "Slack lets only whoever created the channel do this, or a workspace admin: ask one. \
                      (Slack says `not_authorized`.)";
        let told = alice.reads(SLOW).pop().unwrap();
        let (_, told) = told.split_once('\n').unwrap();
        assert_eq!(told, format!("The channel could not be renamed. {advice}\n[Try again]"));
        assert_eq!(world.log.take().len(), 1);

        // What has nothing to do with the name does not bring it up again.
        alice.updates(SLOW, &[("Severity Level", "SEV-1 Critical")]).await;
        let posts = world.slack.messages(SLOW);
        let told = posts.iter().find(|it| it.as_read().ends_with("[Try again]")).unwrap();
        alice.presses(SLOW, &told.ts, "try_again").await;
        assert_eq!(world.incident_channels(), [DOWN]);
        assert_eq!(
            world.timeline(1).await[2..],
            [
                format!("somebody missed rename_channel: {advice}"),
                "alice changed severity “UNKNOWN” to “SEV-1”".to_owned(),
                format!("somebody saw the channel go from #{SLOW} to #{DOWN}"),
            ]
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_rename_whose_answer_is_lost_is_not_made_twice() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        let lost = Trouble::LostAnswer;
        world.slack.fails("conversations.rename", 1, lost);
        alice.updates(SLOW, &[("Title", "Checkout is down")]).await;
        world.catches_up().await;
        assert_eq!(renamings(world, DOWN).len(), 1);
        assert_eq!(
            world.timeline(1).await[2..],
            [format!(
                "somebody saw the channel go from #{SLOW} to #{DOWN}"
            )]
        );
        // Nor is a title lost that is given meanwhile.
        let lost = Trouble::LostAnswer;
        world.slack.fails("conversations.rename", 1, lost);
        world.later(KEPT).await;
        alice.updates(DOWN, &[("Title", "Checkout is up")]).await;
        let channel = world
            .slack
            .channel("incident-1-checkout-is-up")
            .unwrap()
            .to_string();
        alice
            .updates(&channel, &[("Title", "Checkout is well")])
            .await;
        world.catches_up().await;
        assert_eq!(world.incident_channels(), ["incident-1-checkout-is-well"]);
        assert_eq!(world.timeline(1).await.len(), 7);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_private_channel_and_one_of_a_test_follow_as_well() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident test Checkout is slow")
            .await;
        alice.submits(&[]).await;
        alice
            .updates(&format!("test-{SLOW}"), &[("Title", "Checkout is down")])
            .await;
        let test = format!("test-{DOWN}");
        assert!(world.slack.channel(&test).is_some());
        world.later(KEPT).await;
        alice.says(&test, "/datadog incident private").await;
        // The channel that it left keeps its name.
        let private = format!("{test}-2");
        assert!(world.slack.is_archived(&test) && !world.slack.is_archived(&private));
        alice
            .updates(&private, &[("Title", "Checkout is slow")])
            .await;
        assert!(!world.slack.is_archived(&format!("test-{SLOW}")));
        assert!(world.slack.channel(&test).is_some() && world.slack.channel(&private).is_none());
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_title_that_changes_before_there_is_a_channel_is_followed_once_there_is() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let unavailable = Trouble::Status(503);
        world.slack.fails("conversations.create", 4, unavailable);
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        alice.submits(&[]).await;
        alice.says("#random", "/datadog incident update").await;
        alice.submits(&[("Incident", "1")]).await;
        alice.submits(&[("Title", "Checkout is down")]).await;
        assert_eq!(world.incident_channels(), [""; 0]);
        world.catches_up().await;
        assert_eq!(world.incident_channels(), [DOWN]);
        assert_eq!(renamings(world, DOWN).len(), 1);
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn an_archived_channel_keeps_its_name_and_follows_when_it_is_back() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        world.slack.archives("alice", SLOW).await;
        world.settles().await;
        alice.says("#general", "/datadog incident update").await;
        alice.submits(&[("Incident", "1")]).await;
        alice.submits(&[("Title", "Checkout is down")]).await;
        assert_eq!(world.incident_channels(), [SLOW]);
        world.slack.unarchives("alice", SLOW).await;
        world.settles().await;
        assert_eq!(world.incident_channels(), [DOWN]);
        alice.reads_everything();
    })
    .await;
}

/// Gives from what to what we renamed a channel, as Slack told it there.
fn renamings(world: &World, channel: &str) -> Vec<String> {
    let bot = world.slack.bot_user();
    let is_ours = |it: &Message| it.subtype.as_deref() == Some("channel_name") && it.user == bot;
    let told = world.slack.messages(channel).into_iter().filter(is_ours);
    told.filter_map(|it| {
        let (_, names) = it.text.split_once(" has renamed the channel ")?;
        Some(names.to_owned())
    })
    .collect()
}
