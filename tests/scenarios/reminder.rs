//! Reminders: an incident that is active, and of which nobody says how things stand.

use muster::sandbox::Down;
use serde_json::json;

use super::person::{Declared, Person};
use super::world::{World, by_each_door};

const MINUTE: i64 = 60;
const BUTTONS: &str = "[Post update] [Snooze 30 min] [Stop]";

fn nudge(long: &str) -> String {
    format!("@alice, nobody has said for {long} how things stand.\n{BUTTONS}")
}

/// Has alice declare an incident that is as bad as it gets.
async fn critical(alice: Person<'_>) -> Declared {
    let severity = ("Severity Level", "SEV-1 Critical");
    alice.declares_with("Checkout is slow", &[severity]).await
}

/// Reads what is newly posted in a channel, beside the header, which says when the next update is due.
fn posts(person: &Person<'_>, channel: &str) -> Vec<String> {
    let mut read = person.reads(channel);
    read.retain(|it| !it.starts_with("IR-1 "));
    read
}

/// Gives the last reminder in a channel.
fn last(world: &World, channel: &str) -> String {
    let messages = world.slack.messages(channel);
    let mut reminders = messages
        .iter()
        .filter(|message| message.as_read().ends_with(BUTTONS));
    reminders.next_back().unwrap().ts.clone()
}

#[tokio::test]
async fn an_active_incident_of_which_nobody_says_anything_is_nudged_in_its_channel() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = critical(alice).await.channel;
        world.leaps(29 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [""; 0]);
        world.leaps(MINUTE).await;
        assert_eq!(posts(&alice, &channel), [nudge("30 minutes")]);
        world.leaps(30 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [nudge("1 hour")]);

        // Whoever posts an update has said how things stand.
        bob.joins(&channel).await;
        let ts = last(world, &channel);
        bob.presses(&channel, &ts, "post_update").await;
        bob.submits(&[("What happened", "A cable was cut.")]).await;
        bob.reads_everything();
        world.leaps(29 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [""; 0]);
        world.leaps(MINUTE).await;
        assert_eq!(posts(&alice, &channel), [nudge("30 minutes")]);

        // So has whoever puts something on the timeline.
        let ts = bob.writes(&channel, "I am working on a fix.").await;
        bob.chooses(&channel, &ts, "add_to_incident").await;
        bob.reads_everything();
        world.leaps(29 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [""; 0]);

        bob.updates(&channel, &[("Status", "RESOLVED")]).await;
        bob.reads_everything();
        world.leaps(24 * 60 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn only_the_severities_that_the_team_says_are_nudged() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let severity = ("Severity Level", "SEV-3 Moderate");
        let channel = alice
            .declares_with("Search is slow", &[severity])
            .await
            .channel;
        let channel = world.id(&channel);
        world.leaps(24 * 60 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [""; 0]);

        world.sets(&[("reminder_minutes", json!({ "SEV-3": 90 }))]);
        alice
            .updates(&channel, &[("Title", "Search is slower")])
            .await;
        alice.reads_everything();
        world.leaps(90 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [nudge("1 hour 30 minutes")]);
        world.sets(&[("reminder_minutes", json!({}))]);
        world.leaps(90 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_nudge_is_put_off_for_half_an_hour_once_or_twice_over() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = critical(alice).await.channel;
        world.leaps(30 * MINUTE).await;
        posts(&alice, &channel);
        world.leaps(10 * MINUTE).await;
        let ts = last(world, &channel);
        let told = "The next reminder of IR-1 comes in 30 minutes, if it is still needed then.";
        for _ in 0..2 {
            alice.presses(&channel, &ts, "snooze_reminder").await;
            assert_eq!(alice.reads_alone(), [told]);
            // Slack lets an app answer once a second.
            world.leaps(1).await;
        }
        alice.sends_it_again().await;
        alice.reads_alone();
        world.leaps(29 * MINUTE - 1).await;
        assert_eq!(posts(&alice, &channel), [""; 0]);
        world.leaps(MINUTE).await;
        assert_eq!(posts(&alice, &channel), [nudge("1 hour 10 minutes")]);
    })
    .await;
}

#[tokio::test]
async fn reminders_that_somebody_stopped_do_not_come_back_until_the_incident_does() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = world.id(&critical(alice).await.channel);
        world.leaps(30 * MINUTE).await;
        posts(&alice, &channel);
        let ts = last(world, &channel);
        alice.presses(&channel, &ts, "stop_reminders").await;
        let stopped = "alice stopped the reminders to post an update.";
        assert_eq!(posts(&alice, &channel), [stopped]);
        alice.sends_it_again().await;
        assert_eq!(posts(&alice, &channel), [""; 0]);
        let left =
            "There are no such reminders of IR-1 any more: they were stopped, or are not needed.";
        for button in ["stop_reminders", "snooze_reminder"] {
            alice.presses(&channel, &ts, button).await;
            assert_eq!(alice.reads_alone(), [left]);
        }
        alice.updates(&channel, &[("Title", "Checkout")]).await;
        alice.reads_everything();
        world.leaps(24 * 60 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [""; 0]);
        assert_eq!(
            world.timeline(1).await[1],
            "alice stopped the reminders of update"
        );

        for status in ["RESOLVED", "ACTIVE"] {
            alice.updates(&channel, &[("Status", status)]).await;
        }
        alice.reads_everything();
        world.leaps(30 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [nudge("30 minutes")]);
    })
    .await;
}

#[tokio::test]
async fn a_severity_that_stays_unknown_is_asked_for() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = alice.declares("Checkout is slow").await.channel;
        world.leaps(60 * MINUTE).await;
        let asked = "@alice, the severity has been UNKNOWN for 1 hour. How bad is it?";
        assert_eq!(posts(&alice, &channel), [format!("{asked}\n{BUTTONS}")]);
        let ts = last(world, &channel);
        alice.presses(&channel, &ts, "post_update").await;
        alice.submits(&[("Severity Level", "SEV-4 Low")]).await;
        alice.reads_everything();
        world.leaps(24 * 60 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_restart_loses_no_reminder_and_a_day_without_the_bot_brings_one() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let channel = critical(alice).await.channel;
        world.leaps(20 * MINUTE).await;
        world.stops().await;
        world.starts().await;
        world.leaps(10 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [nudge("30 minutes")]);
        world.stops().await;
        world.starts().await;
        assert_eq!(posts(&alice, &channel), [""; 0]);

        world.stops().await;
        world.leaps(24 * 60 * MINUTE - 30 * MINUTE).await;
        world.starts().await;
        assert_eq!(posts(&alice, &channel), [nudge("1 day")]);
        world.leaps(29 * MINUTE).await;
        assert_eq!(posts(&alice, &channel), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_day_without_slack_brings_one_reminder_and_none_that_is_not_needed_any_more() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = critical(alice).await.channel;
        let ts = alice.writes(&channel, "I am working on a fix.").await;
        world.slack.goes_down(Down::Status(503));
        for _ in 0..8 {
            world.leaps(30 * MINUTE).await;
        }
        world.slack.comes_back();
        world.catches_up().await;
        assert_eq!(posts(&alice, &channel), [nudge("4 hours")]);

        world.slack.goes_down(Down::Status(503));
        world.leaps(31 * MINUTE).await;
        bob.joins(&channel).await;
        alice.chooses(&channel, &ts, "add_to_incident").await;
        world.slack.comes_back();
        world.catches_up().await;
        assert_eq!(posts(&alice, &channel), [""; 0]);
        world.log.take();
        alice.reads_everything();
    })
    .await;
}
