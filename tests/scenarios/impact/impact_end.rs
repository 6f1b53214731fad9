//! Resolving during an impact: the modal asks for its end as soon as RESOLVED is selected. Without that
//! field, the impact ends now and the user is informed.

use muster_sandbox::Fault;

use crate::harness::prelude::*;

const UPDATE_COMMAND: &str = "/datadog incident update";

/// The message to a user whose modal did not ask for the end.
const IMPACT_ENDED_REPLY: &str = "IR-1 is RESOLVED. Customer impact marked as ended now. Wrong time? \
    /datadog incident impact edit";

/// Declares an incident with an impact that began at 14:05, and lets 30 minutes pass.
async fn declare_with_impact(world: &World) {
    let alice = world.user("alice");
    alice.declares("Checkout is slow").await;
    alice
        .types(CHANNEL, "/datadog incident impact since 14:05 UTC it burns")
        .await;
    world.expects_unread(3, "header, announcement, post, reply");
    world.advance_to_minute(30).await;
}

#[test]
fn selecting_resolved_adds_the_impact_end_field() {
    over_both_transports(async |world, [alice, bob, ..]| {
        declare_with_impact(world).await;
        alice.types(CHANNEL, UPDATE_COMMAND).await;
        let labels = alice.modal().labels();
        assert!(!labels.contains(&"Impact ended".to_owned()), "{labels:?}");
        alice.fills(&[("Title", "Checkout is down")]).await;
        // Concurrent changes by bob are not overwritten.
        bob.joins(CHANNEL).await;
        bob.types(CHANNEL, "/datadog incident sev2").await;
        alice.selects_in_modal("status", "RESOLVED").await;
        let form = alice.modal().blocks.to_string();
        let says = "Customer impact has been ongoing since 2026-11-23 15:05. E.g. “now”, “15 minutes ago”, \
                    “14:05”.";
        assert!(form.contains(says), "{form}");
        assert_eq!(alice.field_value("Impact ended"), "now");
        assert_eq!(alice.field_value("Title"), "Checkout is down");
        world.expects_unread(4, "header, announcement, its reply, post, reply");

        let screen = alice.submits(&[("Impact ended", "2 hours ago")]).await;
        let early = "An impact can't end before it starts. Enter a later time, e.g. “now”.";
        assert_eq!(screen.errors["Impact ended"], early);
        alice.submits(&[("Impact ended", "10 minutes ago")]).await;
        let read = alice.reads("incident-1-checkout-is-down");
        assert_eq!(
            read[1..],
            ["alice updated the incident\n\
              Title “Checkout is slow” → “Checkout is down”\n\
              Status ACTIVE → RESOLVED\n\
              alice ended the impact at 2026-11-23 14:25 UTC."]
        );
        assert!(read[0].contains("ended after 20 min"), "{}", read[0]);
        assert!(read[0].contains("SEV-2"), "{}", read[0]);
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        world.expects_unread(2, "announcement, its reply");
    });
}

#[test]
fn selecting_another_status_removes_the_impact_end_field() {
    over_http(async |world, [alice, ..]| {
        declare_with_impact(world).await;
        alice.types(CHANNEL, UPDATE_COMMAND).await;
        alice.selects_in_modal("status", "RESOLVED").await;
        alice.fills(&[("Impact ended", "14:10")]).await;
        alice.selects_in_modal("status", "STABLE").await;
        let labels = alice.modal().labels();
        assert!(!labels.contains(&"Impact ended".to_owned()), "{labels:?}");
        alice.submits(&[]).await;
        assert_eq!(
            alice.reads(CHANNEL).pop().unwrap(),
            "alice changed status ACTIVE → STABLE"
        );
        world.expects_unread(2, "announcement, its reply");
    });
}

#[test]
fn user_is_informed_of_the_impact_end_when_the_field_was_not_shown() {
    scenario(async |world, [alice, ..]| {
        declare_with_impact(world).await;
        // Slack does not update the modal in time, or the user submits it first.
        for shown_anew in [Some("internal_error"), None] {
            alice.types(CHANNEL, UPDATE_COMMAND).await;
            if let Some(error) = shown_anew {
                world
                    .slack
                    .fail_calls("views.update", 1, Fault::Error(error));
                alice.selects_in_modal("status", "RESOLVED").await;
            }
            alice.submits(&[RESOLVED]).await;
            assert_eq!(alice.reads_ephemeral(), [IMPACT_ENDED_REPLY]);
            let post = alice.reads(CHANNEL).pop().unwrap();
            assert_eq!(
                post,
                "alice changed status ACTIVE → RESOLVED\nalice ended the impact."
            );
            alice.types(CHANNEL, "/datadog incident reopen").await;
            alice
                .types(CHANNEL, "/datadog incident impact it burns again")
                .await;
            world.expects_unread(
                5,
                "header, two announcement replies, two posts, two replies",
            );
        }
    });
}

/// Reopens the resolved incident and clicks the button again: nothing asks for the end of an impact.
async fn assert_resolve_button_asks_for_no_impact(world: &World, alice: &TestUser<'_>) {
    for command in ["reopen", "stable"] {
        alice
            .types(CHANNEL, &format!("/datadog incident {command}"))
            .await;
    }
    let tray = alice.opens_list(CHANNEL, "/datadog").await;
    world.expects_unread(
        8,
        "header, announcement, three announcement replies, two posts",
    );
    let screen = alice
        .clicks(CHANNEL, &tray, "action_menu incident resolve")
        .await;
    let form = screen.view.expect("the form opens");
    assert_eq!(form.value("Impact ended"), None, "no impact is ongoing");
    alice.submits_and_closes(&[]).await;
    world.expects_unread(4, "header, announcement, its reply, post");
}

#[test]
fn resolve_button_opens_a_modal_with_the_impact_end_field() {
    scenario(async |world, [alice, ..]| {
        declare_with_impact(world).await;
        alice.types(CHANNEL, "/datadog incident stable").await;
        let tray = alice.opens_list(CHANNEL, "/datadog").await;
        alice
            .clicks(CHANNEL, &tray, "action_menu incident resolve")
            .await;
        let form = alice.modal();
        assert_eq!(
            (form.title.as_str(), form.submit.as_deref()),
            ("Resolve IR-1", Some("Resolve"))
        );
        assert_eq!(alice.field_value("Impact ended"), "now");
        world.expects_unread(5, "header, announcement, its reply, post, menu");
        alice.submits(&[("Impact ended", "14:10 UTC")]).await;
        alice.redelivers_last_request().await;
        let read = alice.reads(CHANNEL);
        assert_eq!(
            read[1],
            "alice changed status STABLE → RESOLVED\n\
             alice ended the impact at 2026-11-23 14:10 UTC."
        );
        assert_eq!(world.unread_summaries(CHANNEL).len(), 1);
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        let late = "IR-1 is RESOLVED. Enter when the impact ended, or reopen the incident first.";
        alice
            .types(CHANNEL, "/datadog incident impact once more")
            .await;
        assert_eq!(alice.reads_ephemeral(), [late]);
        assert_resolve_button_asks_for_no_impact(world, &alice).await;
    });
}

#[test]
fn resolve_command_with_a_text_resolves_and_ends_the_impact() {
    scenario(async |world, [alice, ..]| {
        declare_with_impact(world).await;
        alice
            .types(CHANNEL, "/datadog incident resolve Rolled back.")
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Customer impact marked as ended now. Wrong time? /datadog incident impact edit"]
        );
        world.expects_unread(4, "header, announcement, its reply, post");
    });
}
