//! People whom the bot never met, while Slack says who they are, late or not at all.

use std::time::{Duration, Instant};

use muster::sandbox::{Down, Moment, PersonKind, Trouble, Visibility};
use serde_json::json;

use super::person::Person;
use super::world::{World, by_each_door, over_http};

/// Starts the bot anew as one that waits for Slack for a moment only.
async fn waits_a_moment(world: &World) {
    world.stops().await;
    world.patience.set(Some(Duration::from_millis(300)));
    world.starts().await;
}

#[tokio::test]
async fn a_guest_whom_the_bot_never_met_is_asked_after_before_they_declare() {
    by_each_door(async |world| {
        let zone = "Europe/Paris";
        world
            .slack
            .add_person("gus", "Gus Guest", zone, PersonKind::Guest);
        world
            .slack
            .add_channel("partners", Visibility::Public, &["gus"]);
        world.sets(&[("who_declares", json!("no_guests"))]);
        let gus = world.person("gus");
        let seen = gus.says("#partners", "/datadog incident Checkout is slow").await;
        assert_eq!(seen.view, None);
        assert_eq!(
            gus.reads_alone(),
            ["Your team has members declare incidents, and you are here as a guest. Tell a member what you \
              saw: they can declare it in seconds, and bring you into its channel."]
        );
        // A member whom it never met declares as ever.
        world.person("alice").declares("Checkout is slow").await;
    })
    .await;
}

#[tokio::test]
async fn whoever_slack_does_not_tell_of_in_time_declares_all_the_same() {
    over_http(async |world| {
        world.sets(&[("who_declares", json!("no_guests"))]);
        waits_a_moment(world).await;
        let alice = world.person("alice");
        world.slack.fails("users.info", 4, Trouble::Hang);
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        let seen = alice.submits(&[]).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        world.slack.comes_back();
        world.catches_up().await;
        assert!(alice.card(1).is_some());
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn nobody_waits_for_an_answer_while_slack_is_asked_whether_they_are_a_guest() {
    by_each_door(async |world| {
        world.sets(&[("who_declares", json!("no_guests"))]);
        let alice = world.person("alice");
        let held = world.slack.hold("users.info", Moment::Before);
        let typed = "/datadog incident Checkout is slow";
        let begun = Instant::now();
        let seen = world.slack.types("alice", "#general", typed).await;
        let waited = begun.elapsed();
        assert_eq!((seen.status, seen.trouble), (Some(200), None));
        // The form waits for a second; the answer does not.
        assert!(waited < Duration::from_secs(1), "{waited:?}");
        held.release();
        world.settles().await;
        assert_eq!(alice.form().title, "Declare Incident");
        alice.closes().await;
    })
    .await;
}

const CHANNEL: &str = "incident-1-checkout-is-slow";

const WAITS: &str = "I have not met @dora yet, and Slack does not say right now who that is. What you asked is \
                     stored: it is done as soon as Slack says so, and you are told. There is nothing more to \
                     do here.";

const LEADS: &str = "You changed the commander of IR-1 from @alice to @dora.";

/// Has alice declare an incident in a workspace that has people whom the bot never met.
async fn declared(world: &World) {
    world.person("alice").declares("Checkout is slow").await;
    let kinds = [
        ("dora", PersonKind::Person),
        ("gus", PersonKind::Guest),
        ("newbot", PersonKind::Bot),
        ("leo", PersonKind::Person),
    ];
    for (name, kind) in kinds {
        world.slack.add_person(name, name, "Europe/Prague", kind);
    }
    world.slack.deactivates("leo");
}

/// Gives what was told in the incident's channel since, without its header.
fn posts(person: &Person<'_>) -> Vec<String> {
    let mut posts = person.reads(CHANNEL);
    posts.retain(|post| !post.starts_with("IR-1 "));
    posts
}

#[tokio::test]
async fn whoever_names_somebody_whom_the_bot_never_met_is_answered_once() {
    by_each_door(async |world| {
        declared(world).await;
        let alice = world.person("alice");
        let asked = [
            ("incident commander @dora", LEADS),
            (
                "incident role communications lead @dora",
                "@dora has the role Communications Lead in IR-1 now.",
            ),
        ];
        for (typed, told) in asked {
            alice.says(CHANNEL, &format!("/datadog {typed}")).await;
            assert_eq!(alice.reads_alone(), [told]);
        }
        assert_eq!(
            posts(&alice),
            [
                "alice changed the commander from alice to @dora.",
                "alice gave @dora the role Communications Lead.",
            ]
        );
        let dora = world.slack.person("dora");
        assert!(world.slack.members(CHANNEL).contains(&dora));
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_elsewhere_about_a_stranger_is_done_for_the_incident_that_was_chosen() {
    by_each_door(async |world| {
        declared(world).await;
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident commander @dora")
            .await;
        let seen = alice.submits(&[("Incident", "1")]).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        assert_eq!(alice.reads_alone(), [LEADS]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn while_slack_does_not_say_who_somebody_is_what_was_asked_waits_and_is_done_once() {
    by_each_door(async |world| {
        declared(world).await;
        let alice = world.person("alice");
        waits_a_moment(world).await;
        world.slack.fails("users.info", 1, Trouble::Hang);
        alice
            .says(CHANNEL, "/datadog incident commander @dora")
            .await;
        assert_eq!(alice.reads_alone(), [WAITS]);
        assert_eq!(alice.reads(CHANNEL), [""; 0], "nothing is changed yet");
        world.slack.comes_back();
        world.catches_up().await;
        assert_eq!(alice.reads_alone(), [LEADS]);
        let told = "alice changed the commander from alice to @dora.";
        assert_eq!(posts(&alice), [told]);
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn while_slack_is_down_whoever_names_a_stranger_is_answered_at_once() {
    over_http(async |world| {
        declared(world).await;
        let alice = world.person("alice");
        world.slack.goes_down(Down::Status(503));
        alice.says(CHANNEL, "/datadog incident sev2").await;
        world.leaps(10).await;
        alice.reads_alone();
        let typed = "/datadog incident commander @dora";
        let seen = alice.says(CHANNEL, typed).await;
        assert_eq!(seen.status, Some(200));
        assert_eq!(alice.reads_alone(), [WAITS]);
        // It does not matter how the bot goes.
        world.stops().await;
        world.starts().await;
        world.leaps(600).await;
        assert_eq!(
            alice.reads_alone(),
            [""; 0],
            "each is told once that it waits"
        );
        world.slack.comes_back();
        world.catches_up().await;
        assert_eq!(alice.reads_alone(), [LEADS]);
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn an_app_or_whoever_left_is_found_out_and_whoever_named_them_is_told() {
    by_each_door(async |world| {
        declared(world).await;
        world.sets(&[("who_declares", json!("no_guests"))]);
        let alice = world.person("alice");
        let gus = "gus is a guest, and guests do not take part in incidents here. Choose a member.";
        let left = "The account of leo is deactivated. Choose somebody who is here.";
        let app = "newbot is an app. Choose a person.";
        for (name, told) in [("gus", gus), ("leo", left)] {
            alice
                .says(CHANNEL, &format!("/datadog incident commander @{name}"))
                .await;
            assert_eq!(alice.reads_alone(), [told]);
        }
        // Whoever is told late is told what it was about.
        world.slack.fails("users.info", 9, Trouble::Error("internal_error"));
        let typed = "/datadog incident role communications lead @newbot";
        alice.says(CHANNEL, typed).await;
        assert_eq!(alice.reads_alone().len(), 1, "that it waits");
        world.passes(120);
        world.slack.comes_back();
        world.catches_up().await;
        assert_eq!(
            alice.reads_alone(),
            [format!(
                "You asked for @newbot to have the role Communications Lead in IR-1. That was not done. {app}"
            )]
        );
        assert_eq!(world.timeline(1).await.len(), 1, "nothing was changed");
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn what_was_asked_later_counts_though_slack_says_later_who_somebody_is() {
    by_each_door(async |world| {
        declared(world).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        bob.joins(CHANNEL).await;
        alice.reads_everything();
        world.slack.fails("users.info", 9, Trouble::Error("internal_error"));
        alice
            .says(CHANNEL, "/datadog incident commander @dora")
            .await;
        assert_eq!(alice.reads_alone(), [WAITS]);
        world.passes(1);
        bob.says(CHANNEL, "/datadog incident commander me").await;
        bob.reads_alone();
        world.slack.comes_back();
        world.catches_up().await;
        let told = alice.reads_alone();
        assert!(
            told.len() == 1
                && told[0].contains(
                    "Somebody else was given the role Incident Commander meanwhile. Nothing was changed"
                ),
            "{told:?}"
        );
        let told = "bob changed the commander from alice to @bob.";
        assert_eq!(posts(&alice), [told]);
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn a_person_whom_slack_does_not_let_the_app_look_up_is_taken_at_the_word() {
    over_http(async |world| {
        declared(world).await;
        let alice = world.person("alice");
        world
            .slack
            .fails("users.info", 9, Trouble::Error("user_not_visible"));
        alice
            .says(CHANNEL, "/datadog incident commander @dora")
            .await;
        assert_eq!(alice.reads_alone(), [LEADS]);
        world.slack.comes_back();
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn a_form_that_names_an_app_is_stored_and_whoever_sent_it_is_told() {
    by_each_door(async |world| {
        declared(world).await;
        let alice = world.person("alice");
        alice.says(CHANNEL, "/datadog incident update").await;
        world
            .slack
            .fails("users.info", 9, Trouble::Error("internal_error"));
        let fields = [
            ("Incident Commander", "newbot"),
            ("Title", "Checkout is down"),
        ];
        let seen = alice.submits(&fields).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        assert_eq!(alice.reads_alone(), [""; 0]);
        world.slack.comes_back();
        world.catches_up().await;
        let told =
            "newbot is an app. Choose a person. What you stored of IR-1 still names @newbot.";
        assert_eq!(alice.reads_alone(), [told]);
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn a_task_for_an_app_is_stored_and_whoever_gave_it_is_told() {
    by_each_door(async |world| {
        declared(world).await;
        let alice = world.person("alice");
        alice.says(CHANNEL, "/datadog task Roll back @newbot").await;
        let told =
            "newbot is an app. Choose a person. What you stored of IR-1 still names @newbot.";
        assert_eq!(alice.reads_alone(), [told]);
        alice.reads_everything();
        world.log.take();
    })
    .await;
}
