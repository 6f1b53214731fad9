//! The Home view: its content, when it is published, its pages and its buttons.

use muster_sandbox::{Fault, Outage};

use crate::harness::prelude::*;

/// Counts the `views.publish` calls.
fn count_publishes(world: &World) -> usize {
    let calls = world.slack.calls();
    calls
        .iter()
        .filter(|call| call.method == "views.publish")
        .count()
}

const EMPTY_HOME: &str = "[Declare Incident]\nMy incidents\nYou aren't in any open incident.\nMy tasks\n\
                       No open tasks.\nOpen incidents\nNo open incidents.\n\
                       All incidents: `/datadog list all` · All commands: `/datadog help`";

/// Returns the Home view without open incidents, after one was resolved.
fn home_after(resolved: &str) -> String {
    let (lists, hint) = EMPTY_HOME.rsplit_once('\n').unwrap();
    format!("{lists}\nRecently resolved\n{resolved}\n{hint}")
}

#[test]
fn home_shows_open_incidents_when_opened() {
    over_both_transports(async |world, [alice, bob, ..]| {
        assert_eq!(bob.opens_home().await, EMPTY_HOME);
        let incident = alice.declares("Checkout is slow").await;
        assert_eq!(
            bob.reads_home(),
            "[Declare Incident]\nMy incidents\nYou aren't in any open incident.\n\
             My tasks\nNo open tasks.\nOpen incidents (1)\n\
             ⚪ IR-1 Checkout is slow\n[Open]\n🔥 ACTIVE · UNKNOWN · @alice · 2026-11-23 14:05 UTC\n\
             All incidents: `/datadog list all` · All commands: `/datadog help`"
        );
        let home = alice.opens_home().await;
        assert!(
            home.contains("My incidents (1)\n⚪ IR-1 Checkout is slow\n[Open]\n🔥 ACTIVE"),
            "{home}"
        );
        world.advance_to_minute(10).await;
        alice
            .updates(&incident.channel, &[("Status", "resolved")])
            .await;
        let resolved = "⚪ IR-1 Checkout is slow\n[Open]\n\
            ✅ RESOLVED · UNKNOWN · @alice · 2026-11-23 14:15 UTC, after 10 min · No postmortem";
        assert_eq!(bob.reads_home(), home_after(resolved));
        world.expects_unread(4, "header, announcement, its reply, post");
    });
}

#[test]
fn home_is_published_only_when_its_content_changes() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        assert_eq!(count_publishes(world), 0, "no user has opened it");
        bob.opens_home().await;
        assert_eq!(count_publishes(world), 1);
        bob.opens_home().await;
        world.advance_stepwise(3600).await;
        assert_eq!(count_publishes(world), 1, "its content is unchanged");
        alice
            .updates(channel, &[("What happened", "A slow query.")])
            .await;
        assert_eq!(count_publishes(world), 1, "it does not show this field");
        alice
            .updates(channel, &[("Title", "Checkout is down")])
            .await;
        assert_eq!(count_publishes(world), 2);
        assert!(bob.reads_home().contains("IR-1 Checkout is down"));
        world.expects_unread(5, "header, announcement, two posts, reminder");
    });
}

#[test]
fn home_is_updated_after_a_restart() {
    scenario(async |world, [alice, bob, ..]| {
        bob.opens_home().await;
        world.stop().await;
        world.start().await;
        assert_eq!(count_publishes(world), 1);
        alice.declares("Checkout is slow").await;
        assert!(bob.reads_home().contains("IR-1 Checkout is slow"));
    });
}

#[test]
fn incident_can_be_declared_from_the_home() {
    scenario(async |_, [alice, ..]| {
        alice.opens_home().await;
        let screen = alice.clicks_at_home("declare_incident").await;
        assert_eq!(screen.view.unwrap().title, "Declare Incident");
        alice
            .submits_and_closes(&[("Title", "Checkout is slow")])
            .await;
        alice.reads_declaration(1);
        let home = alice.reads_home();
        assert!(
            home.contains("My incidents (1)\n⚪ IR-1 Checkout is slow\n[Open]\n🔥 ACTIVE"),
            "{home}"
        );
    });
}

#[test]
fn direct_message_reports_a_home_modal_that_is_not_opened() {
    scenario(async |world, [alice, ..]| {
        alice.opens_home().await;
        let rejected = Fault::Error("expired_trigger_id");
        world.slack.fail_calls("views.open", 1, rejected);
        alice.clicks_at_home("declare_incident").await;
        assert_eq!(
            alice.reads_direct_messages(),
            [
                "Slack didn't open the form in time, so nothing was saved. Press Declare Incident again."
            ]
        );
        world.expects_warning("A form could not be opened: views.open: expired_trigger_id");
    });
}

#[test]
fn home_shows_changes_made_while_slack_was_down() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        let slack = &world.slack;
        bob.opens_home().await;
        alice.types(channel, "/datadog incident update").await;
        alice.fills(&[("Title", "Checkout is down")]).await;
        slack.start_outage(Outage::Reset);
        alice.submits(&[]).await;
        slack.end_outage();
        world.advance_stepwise(60).await;
        assert!(bob.reads_home().contains("IR-1 Checkout is down"));
        world.expects_unread(3, "header, announcement, post");
        world.expects_warning("Slack isn't responding;");
    });
}

#[test]
fn rejected_home_is_not_published_until_opened_again() {
    scenario(async |world, [alice, bob, ..]| {
        bob.opens_home().await;
        let rejected = Fault::Error("not_enabled");
        world.slack.fail_calls("views.publish", 1, rejected);
        alice.declares("Checkout is slow").await;
        assert_eq!(bob.reads_home(), EMPTY_HOME);
        let warnings = world.log.take_warnings();
        assert!(
            warnings[0].contains("retried when they open it"),
            "{warnings:?}"
        );
        bob.opens_home().await;
        assert!(bob.reads_home().contains("IR-1 Checkout is slow"));
    });
}

#[test]
fn home_is_paged() {
    scenario(async |world, [alice, bob, ..]| {
        alice.declares_many(30).await;
        let first = bob.opens_home().await;
        assert!(first.contains("Open incidents (30)"), "{first}");
        assert!(first.contains("Page 1 of 2\n[Next]"), "{first}");
        bob.clicks_at_home("home_next").await;
        let second = bob.reads_home();
        assert!(second.contains("Page 2 of 2\n[Previous]"), "{second}");
        let rendered = |text: &str| text.matches(" IR-").count();
        assert_eq!((rendered(&first), rendered(&second)), (15, 15));

        // Incidents move from the second page to the first as others are resolved.
        for number in 1..=15 {
            let channel = format!("incident-{number}-trouble-{number}-in-unit-{}", number % 10);
            alice.updates(&channel, &[("Status", "resolved")]).await;
        }
        world.deliver_all_advancing().await;
        world.advance_stepwise(120).await;
        assert!(bob.reads_home().contains("Open incidents (15)"));
        assert!(!bob.reads_home().contains("Page"));
        world.expects_unread(
            60,
            "a header, an announcement, its reply and a post for each of fifteen",
        );
    });
}

#[test]
fn home_shows_open_tasks_of_the_user() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        bob.opens_home().await;
        alice
            .types(channel, "/datadog task Roll back the release @bob")
            .await;
        alice
            .types(channel, "/datadog followup Write it down @bob")
            .await;
        assert_eq!(bob.reads_direct_messages().len(), 2);
        let tasks = |home: &str| {
            let (_, tasks) = home.split_once("My tasks").unwrap();
            let (tasks, _) = tasks.split_once("\nOpen incidents").unwrap();
            tasks.to_owned()
        };
        let follow_up = "Write it down\n[Done]\nIR-1 · follow-up 2";
        assert_eq!(
            tasks(&bob.reads_home()),
            format!(" (2)\nRoll back the release\n[Done]\nIR-1 · task 1\n{follow_up}")
        );
        bob.types(channel, "/datadog task done 1").await;
        assert_eq!(tasks(&bob.reads_home()), format!(" (1)\n{follow_up}"));
        // Follow-ups remain when the incident is resolved.
        alice.updates(channel, &[("Status", "resolved")]).await;
        assert_eq!(tasks(&bob.reads_home()), format!(" (1)\n{follow_up}"));
        assert!(bob.reads_home().contains("No open incidents."));
        bob.types(channel, "/datadog task done 2").await;
        assert!(tasks(&bob.reads_home()).starts_with("\nNo open tasks."));
        world.expects_unread(8, "header, announcement, its reply, five posts");
    });
}
