//! `/datadog` alone: the action tray, and its buttons, each of which does what its words do when typed.

use serde_json::json;

use super::person::Person;
use super::store_trouble::Lock;
use super::world::{by_each_door, over_http};

const CHANNEL: &str = "incident-1-checkout-is-slow";

/// Shows the tray in a channel; gives what is read and the message's `ts`.
async fn shows(person: &Person<'_>, channel: &str) -> (Vec<String>, String) {
    person.says(channel, "/datadog").await;
    let tray = person.world.slack.ephemerals(person.name).pop().unwrap();
    (person.reads_alone(), tray.ts)
}

/// Gives what is read without how long the incident took: a second or two, by what Slack lets through.
fn without_length(read: &str) -> String {
    match read.split_once(" after ") {
        Some((before, rest)) => format!("{before}.\n{}", rest.split_once(".\n").unwrap().1),
        None => read.to_owned(),
    }
}

#[tokio::test]
async fn in_an_incidents_channel_the_buttons_fit_how_it_stands() {
    let trays = [
        (
            "IR-1 Checkout is slow is ACTIVE.\n[Edit Incident] [Edit Responders] [Add Impact] [New Task] [Set to Stable]\n\
             [Timeline]",
            "stable",
            "STABLE",
        ),
        (
            "IR-1 Checkout is slow is STABLE.\n[Edit Incident] [Edit Responders] [New Task] [Resolve Incident] [Timeline]",
            "resolve",
            "RESOLVED",
        ),
        (
            "IR-1 Checkout is slow is RESOLVED.\n[Edit Incident] [Create Follow-up] [Reopen] [Timeline]",
            "reopen",
            "ACTIVE",
        ),
    ];
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        for (tray, button, status) in trays {
            let (read, ts) = shows(&alice, CHANNEL).await;
            assert_eq!(without_length(&read[0]), tray);
            alice
                .presses(CHANNEL, &ts, &format!("tray incident {button}"))
                .await;
            alice.sends_it_again().await;
            let told = alice.reads_alone();
            assert_eq!(told.len(), 2, "{told:?}");
            assert!(told[0].ends_with(&format!(" to {status}.")), "{told:?}");
            alice.reads_everything();
        }
        assert_eq!(world.timeline(1).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn of_what_is_over_it_says_how_long_that_took() {
    over_http(async |world| {
        let alice = world.person("alice");
        // Nobody is reminded of anything: so nothing that Slack holds up moves the clock.
        world.sets(&[("reminder_minutes", json!({}))]);
        let severity = [("Severity Level", "SEV-3 Moderate")];
        alice.declares_with("Checkout is slow", &severity).await;
        for (minute, typed) in [
            (40, "stable"),
            (72, "resolve"),
            (80, "reopen"),
            (90, "resolve"),
        ] {
            world.comes_to(minute).await;
            alice
                .says(CHANNEL, &format!("/datadog incident {typed}"))
                .await;
            alice.reads_everything();
            let (read, _) = shows(&alice, CHANNEL).await;
            let took = match minute {
                72 => "RESOLVED after 1 hour 12 minutes: ACTIVE 40 minutes, STABLE 32 minutes.\n",
                // What it was resolved in between is no part of either.
                90 => "RESOLVED after 1 hour 30 minutes: ACTIVE 50 minutes, STABLE 32 minutes.\n",
                40 => "STABLE.\n",
                _ => "ACTIVE.\n",
            };
            assert!(read[0].contains(&format!(" is {took}")), "{read:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn elsewhere_the_buttons_declare_list_and_help() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let (read, ts) = shows(&alice, "#general").await;
        assert_eq!(
            read,
            ["What would you like to do?\n[Declare Incident] [List Incidents] [Help]"]
        );
        alice.presses("#general", &ts, "tray incident list").await;
        assert_eq!(
            alice.reads_alone(),
            ["No incident is open. /datadog incident declares one."]
        );
        alice.presses("#general", &ts, "tray help").await;
        let help = alice.reads_alone();
        assert!(
            help.len() == 1 && help[0].starts_with("What you can type\n"),
            "{help:?}"
        );

        alice.presses("#general", &ts, "tray incident").await;
        alice.submits(&[("Title", "Checkout is slow")]).await;
        assert_eq!(
            alice.reads_alone(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_button_that_shows_a_form_opens_it_at_once() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        let forms = [
            ("tray incident update", "Update IR-1"),
            ("tray incident responders", "Responders of IR-1"),
        ];
        for (button, title) in forms {
            let (_, ts) = shows(&alice, CHANNEL).await;
            alice.presses(CHANNEL, &ts, button).await;
            assert_eq!(alice.form().title, title);
            alice.submits(&[]).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_button_cannot_do_is_said_to_whoever_pressed_it() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        let (_, ts) = shows(&alice, CHANNEL).await;
        let lock = Lock::take(world);
        alice.presses(CHANNEL, &ts, "tray incident stable").await;
        let told = alice.reads_alone();
        assert!(
            told.len() == 1 && told[0].starts_with("Nothing was stored"),
            "{told:?}"
        );
        lock.ends();
        assert_eq!(world.log.take().len(), 1);
    })
    .await;
}
