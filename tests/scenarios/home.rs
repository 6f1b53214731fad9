//! The app's Home: what stands there, when it is published anew and when not, its pages and its button.

use muster::sandbox::{Down, Trouble};

use super::world::{World, by_each_door};

/// Gives how often somebody's Home was published.
fn published(world: &World) -> usize {
    let calls = world.slack.calls();
    calls
        .iter()
        .filter(|call| call.method == "views.publish")
        .count()
}

const NOTHING: &str = "[Declare Incident]\nMy incidents\nYou take part in no open incident.\nMy tasks\n\
                       You have no open task.\nOpen incidents\nNo incident is open.\n`/datadog help` shows what can be typed.";

#[tokio::test]
async fn whoever_opens_the_home_sees_how_things_stand() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        assert_eq!(bob.opens_home().await, NOTHING);
        let incident = alice.declares("Checkout is slow").await;
        assert_eq!(
            bob.reads_home(),
            format!(
                "[Declare Incident]\nMy incidents\nYou take part in no open incident.\nMy tasks\nYou have no open task.\nOpen incidents (1)\n\
                 ACTIVE\nIR-1 Checkout is slow · UNKNOWN · @alice · 2026-11-23 14:05 UTC · #{}\n\
                 `/datadog help` shows what can be typed.",
                incident.channel
            )
        );
        let home = alice.opens_home().await;
        assert!(home.contains("My incidents (1)\nACTIVE\nIR-1 Checkout is slow"), "{home}");
        alice
            .updates(&incident.channel, &[("Status", "resolved")])
            .await;
        assert_eq!(bob.reads_home(), NOTHING);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_home_is_published_when_what_it_shows_has_changed_and_not_otherwise() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let incident = alice.declares("Checkout is slow").await;
        assert_eq!(published(world), 0, "nobody has opened it");
        bob.opens_home().await;
        assert_eq!(published(world), 1);
        bob.opens_home().await;
        world.later(3600).await;
        assert_eq!(published(world), 1, "it says that already");
        alice
            .updates(&incident.channel, &[("What happened", "A slow query.")])
            .await;
        assert_eq!(published(world), 1, "it does not show that");
        alice
            .updates(&incident.channel, &[("Title", "Checkout is down")])
            .await;
        assert_eq!(published(world), 2);
        assert!(bob.reads_home().contains("IR-1 Checkout is down"));
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_home_is_followed_across_a_restart() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        bob.opens_home().await;
        world.stops().await;
        world.starts().await;
        assert_eq!(published(world), 1);
        alice.declares("Checkout is slow").await;
        assert!(bob.reads_home().contains("IR-1 Checkout is slow"));
    })
    .await;
}

#[tokio::test]
async fn an_incident_is_declared_at_home() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.opens_home().await;
        let seen = alice.presses_at_home("declare_incident").await;
        assert_eq!(seen.view.unwrap().title, "Declare Incident");
        let seen = alice.submits(&[("Title", "Checkout is slow")]).await;
        assert_eq!(seen.view, None);
        alice.reads_of_declaration(1);
        let home = alice.reads_home();
        assert!(
            home.contains("My incidents (1)\nACTIVE\nIR-1 Checkout is slow"),
            "{home}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_form_that_slack_does_not_open_at_home_is_told_directly() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.opens_home().await;
        let refused = Trouble::Error("expired_trigger_id");
        world.slack.fails("views.open", 1, refused);
        alice.presses_at_home("declare_incident").await;
        assert_eq!(
            alice.reads_direct(),
            ["Slack did not open the form in time, and nothing was stored. Press Declare Incident once more."]
        );
        assert_eq!(world.log.take().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_changes_while_slack_is_down_is_shown_once_it_is_back() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let incident = alice.declares("Checkout is slow").await;
        bob.opens_home().await;
        alice
            .says(&incident.channel, "/datadog incident update")
            .await;
        alice.fills(&[("Title", "Checkout is down")]).await;
        world.slack.goes_down(Down::Reset);
        alice.submits(&[]).await;
        world.slack.comes_back();
        world.later(60).await;
        assert!(bob.reads_home().contains("IR-1 Checkout is down"));
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn a_home_that_slack_refuses_is_left_alone_until_it_is_opened_again() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        bob.opens_home().await;
        let refused = Trouble::Error("not_enabled");
        world.slack.fails("views.publish", 1, refused);
        let incident = alice.declares("Checkout is slow").await;
        assert_eq!(bob.reads_home(), NOTHING);
        let told = world.log.take();
        assert!(
            told[0].contains("left alone until they open it again"),
            "{told:?}"
        );
        bob.opens_home().await;
        assert!(bob.reads_home().contains(&incident.channel));
    })
    .await;
}

#[tokio::test]
async fn the_pages_of_a_home_are_turned() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares_many(30).await;
        let first = bob.opens_home().await;
        assert!(first.contains("Open incidents (30)"), "{first}");
        assert!(first.contains("Page 1 of 2\n[Next]"), "{first}");
        bob.presses_at_home("home_next").await;
        let second = bob.reads_home();
        assert!(second.contains("Page 2 of 2\n[Previous]"), "{second}");
        let shown = |text: &str| text.matches("\nIR-").count();
        assert_eq!((shown(&first), shown(&second)), (25, 5));

        // What is on the second page moves to the first as others are resolved.
        for number in 1..=5 {
            let channel = format!("incident-{number}-trouble-{number}-in-unit-{number}");
            alice.updates(&channel, &[("Status", "resolved")]).await;
        }
        world.catches_up().await;
        world.later(120).await;
        assert!(bob.reads_home().contains("Open incidents (25)"));
        assert!(!bob.reads_home().contains("Page"));
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn whoever_has_a_task_sees_it_at_home_until_it_is_done() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = &alice.declares("Checkout is slow").await.channel;
        bob.opens_home().await;
        alice
            .says(channel, "/datadog task Roll back the release @bob")
            .await;
        alice
            .says(channel, "/datadog followup Write it down @bob")
            .await;
        assert_eq!(bob.reads_direct().len(), 2);
        let tasks = |home: &str| {
            let (_, tasks) = home.split_once("My tasks").unwrap();
            let (tasks, _) = tasks.split_once("\nOpen incidents").unwrap();
            tasks.to_owned()
        };
        let follow_up = format!("IR-1 Write it down @bob · follow-up 2 · #{channel}\n[Done]");
        assert_eq!(
            tasks(&bob.reads_home()),
            format!(
                " (2)\nIR-1 Roll back the release @bob · task 1 · #{channel}\n[Done]\n{follow_up}"
            )
        );
        bob.says(channel, "/datadog task done 1").await;
        assert_eq!(tasks(&bob.reads_home()), format!(" (1)\n{follow_up}"));
        // What is to be done afterwards stays when the incident is over.
        alice.updates(channel, &[("Status", "resolved")]).await;
        assert_eq!(tasks(&bob.reads_home()), format!(" (1)\n{follow_up}"));
        assert!(bob.reads_home().contains("No incident is open."));
        bob.says(channel, "/datadog task done 2").await;
        assert_eq!(bob.reads_home(), NOTHING);
        alice.reads_everything();
        bob.reads_everything();
    })
    .await;
}
