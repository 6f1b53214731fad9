//! Resolving while an impact goes on: the form asks when it ended, as soon as RESOLVED is chosen; and whoever
//! is not asked is told that it ended now.

use muster::sandbox::Trouble;

use super::person::Person;
use super::world::{World, by_each_door, over_http};

const CHANNEL: &str = "incident-1-checkout-is-slow";

const UPDATE: &str = "/datadog incident update";

/// What somebody is told whose form did not ask.
const ENDED_NOW: &str = "IR-1 is RESOLVED. The impact ended now, too; if it ended earlier, /datadog incident impact \
                         edit says when.";

/// Declares an incident with an impact that began at 14:05, and lets 30 minutes pass.
async fn hurts(world: &World) -> Person<'_> {
    let alice = world.person("alice");
    alice.declares("Checkout is slow").await;
    alice
        .says(CHANNEL, "/datadog incident impact since 14:05 UTC it burns")
        .await;
    alice.reads_everything();
    world.comes_to(30).await;
    alice
}

#[tokio::test]
async fn as_soon_as_resolved_is_chosen_the_form_asks_when_the_impact_ended() {
    by_each_door(async |world| {
        let (alice, bob) = (hurts(world).await, world.person("bob"));
        alice.says(CHANNEL, UPDATE).await;
        let labels = alice.form().labels();
        assert!(!labels.contains(&"Impact ended".to_owned()), "{labels:?}");
        alice.fills(&[("Title", "Checkout is down")]).await;
        // What bob changes meanwhile is not changed back.
        bob.joins(CHANNEL).await;
        bob.says(CHANNEL, "/datadog incident sev2").await;
        alice.picks_in_form("status", "RESOLVED").await;
        let form = alice.form().blocks.to_string();
        let says = "An impact goes on since 2026-11-23 15:05. Type when it ended, such as now, 15 minutes ago or \
                    14:05.";
        assert!(form.contains(says), "{form}");
        assert_eq!(alice.field("Impact ended"), "now");
        assert_eq!(alice.field("Title"), "Checkout is down");
        bob.reads_everything();

        let seen = alice.submits(&[("Impact ended", "2 hours ago")]).await;
        let early = "An impact cannot end before it started. Type a later time, such as now.";
        assert_eq!(seen.errors["Impact ended"], early);
        alice.submits(&[("Impact ended", "10 minutes ago")]).await;
        let read = alice.reads("incident-1-checkout-is-down");
        assert_eq!(
            read[1..],
            ["alice changed the title from “Checkout is slow” to “Checkout is down”.\n\
              alice changed the status from ACTIVE to RESOLVED.\n\
              alice ended the impact at 2026-11-23 14:25 UTC."]
        );
        assert!(read[0].contains("ended after 20 minutes"), "{}", read[0]);
        assert!(read[0].contains("SEV-2"), "{}", read[0]);
        assert_eq!(alice.reads_alone(), [""; 0]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn with_another_status_it_no_longer_asks() {
    over_http(async |world| {
        let alice = hurts(world).await;
        alice.says(CHANNEL, UPDATE).await;
        alice.picks_in_form("status", "RESOLVED").await;
        alice.fills(&[("Impact ended", "14:10")]).await;
        alice.picks_in_form("status", "STABLE").await;
        let labels = alice.form().labels();
        assert!(!labels.contains(&"Impact ended".to_owned()), "{labels:?}");
        alice.submits(&[]).await;
        assert_eq!(
            alice.reads(CHANNEL).pop().unwrap(),
            "alice changed the status from ACTIVE to STABLE."
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn whoever_was_not_asked_is_told_that_the_impact_ended_now() {
    by_each_door(async |world| {
        let alice = hurts(world).await;
        // Slack shows no other form in time; or the form is sent before it could.
        for shown_anew in [Some("internal_error"), None] {
            alice.says(CHANNEL, UPDATE).await;
            if let Some(error) = shown_anew {
                world.slack.fails("views.update", 1, Trouble::Error(error));
                alice.picks_in_form("status", "RESOLVED").await;
            }
            alice.submits(&[("Status", "RESOLVED")]).await;
            assert_eq!(alice.reads_alone(), [ENDED_NOW]);
            let told = alice.reads(CHANNEL).pop().unwrap();
            assert_eq!(
                told,
                "alice changed the status from ACTIVE to RESOLVED.\nalice ended the impact."
            );
            alice.says(CHANNEL, "/datadog incident reopen").await;
            alice
                .says(CHANNEL, "/datadog incident impact it burns again")
                .await;
            alice.reads_everything();
        }
    })
    .await;
}

#[tokio::test]
async fn the_button_to_resolve_asks_when_the_impact_ended() {
    by_each_door(async |world| {
        let alice = hurts(world).await;
        alice.says(CHANNEL, "/datadog incident stable").await;
        alice.says(CHANNEL, "/datadog").await;
        let tray = alice.last_alone().ts;
        alice.presses(CHANNEL, &tray, "tray incident resolve").await;
        let form = alice.form();
        assert_eq!(
            (form.title.as_str(), form.submit.as_deref()),
            ("Resolve IR-1", Some("Resolve"))
        );
        assert_eq!(alice.field("Status"), "resolved");
        assert_eq!(alice.field("Impact ended"), "now");
        alice.reads_everything();
        alice.submits(&[("Impact ended", "14:10 UTC")]).await;
        alice.sends_it_again().await;
        assert_eq!(
            alice.reads(CHANNEL).pop().unwrap(),
            "alice changed the status from STABLE to RESOLVED.\n\
             alice ended the impact at 2026-11-23 14:10 UTC."
        );
        assert_eq!(alice.reads_alone(), [""; 0]);
        let late = "IR-1 is RESOLVED. Say when the impact ended, or reopen the incident first.";
        alice
            .says(CHANNEL, "/datadog incident impact once more")
            .await;
        assert_eq!(alice.reads_alone(), [late]);
        // Without an impact there is nothing to ask.
        for typed in ["reopen", "stable"] {
            alice
                .says(CHANNEL, &format!("/datadog incident {typed}"))
                .await;
        }
        alice.says(CHANNEL, "/datadog").await;
        let tray = alice.last_alone().ts;
        alice.reads_everything();
        let seen = alice.presses(CHANNEL, &tray, "tray incident resolve").await;
        assert_eq!(seen.view, None);
        assert_eq!(
            alice.reads_alone(),
            ["You changed the status of IR-1 from STABLE to RESOLVED."]
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn typed_it_is_resolved_at_once_and_the_impact_ends_now() {
    by_each_door(async |world| {
        let alice = hurts(world).await;
        alice.says(CHANNEL, "/datadog incident resolve").await;
        assert_eq!(
            alice.reads_alone(),
            ["You changed the status of IR-1 from ACTIVE to RESOLVED. The impact ended now, too; if it ended \
              earlier, /datadog incident impact edit says when."]
        );
        alice.reads_everything();
    })
    .await;
}
