//! `/datadog incident test [title]`: a test incident. It is labelled everywhere, and not announced or counted
//! unless requested.

use crate::harness::prelude::*;

const CHANNEL: &str = "test-incident-1-it-is-only-me";

#[test]
fn test_incident_is_labelled_and_neither_announced_nor_counted() {
    over_both_transports(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice
            .types("#general", "/datadog incident test It is only me")
            .await;
        assert_eq!(alice.modal().title, "Declare Test Incident");
        assert_eq!(alice.field_value("Title"), "It is only me");
        submit_options(&alice, &[]).await;
        assert_eq!(
            alice.reads_ephemeral(),
            [format!("Declared IR-1. Head to #{CHANNEL}.")]
        );
        let read = alice.reads(CHANNEL);
        assert!(
            read[0].starts_with("IR-1 TEST · It is only me\n"),
            "{read:?}"
        );
        assert!(
            slack
                .topic(CHANNEL)
                .starts_with("TEST · UNKNOWN · ACTIVE · ")
        );
        assert_eq!(slack.purpose(CHANNEL), "IR-1: TEST · It is only me");
        assert_eq!(alice.reads("#incidents"), [""; 0]);

        assert_labelled_for_other_users(world).await;

        // Changes of it are not announced either.
        alice.updates(CHANNEL, &[SEV_1]).await;
        assert_eq!(alice.reads(CHANNEL).len(), 2, "the header and the change");
        assert_eq!(alice.reads("#incidents"), [""; 0]);
        assert_not_counted(world).await;
    });
}

#[test]
fn announced_test_is_announced_and_not_counted() {
    scenario(async |world, [alice, ..]| {
        alice.types("#general", "/datadog incident test").await;
        alice.fills(&[("Title", "It is only me")]).await;
        submit_options(&alice, &["Announce it anyway"]).await;
        let announcement = alice.announcement(1).expect("the test is not announced");
        assert!(
            announcement
                .rendered_text()
                .starts_with("IR-1 TEST · It is only me\n")
        );
        alice.reads_declaration(1);
        alice.reads(CHANNEL);
        assert_not_counted(world).await;
    });
}

#[test]
fn private_announced_test_is_rejected_under_the_field() {
    scenario(async |_, [alice, ..]| {
        alice
            .types("#general", "/datadog incident test It is only me")
            .await;
        let both = ["Private (visible to responders only)", "Announce it anyway"];
        alice.fills_several("Options", &both).await;
        let screen = alice.submits(&[]).await;
        assert_eq!(
            screen.errors["Options"],
            "A private incident can't be announced. Choose one of the two."
        );
        assert_eq!(alice.field_value("Title"), "It is only me");
        submit_options(&alice, &both[..1]).await;
        alice.reads_ephemeral();
        let read = alice.reads(CHANNEL);
        assert!(
            read[0].contains("Private: visible to responders only."),
            "{read:?}"
        );
    });
}

#[test]
fn reply_requests_a_retry_when_the_test_modal_is_not_opened() {
    scenario(async |world, [alice, ..]| {
        let rejected = muster_sandbox::Fault::Error("expired_trigger_id");
        world.slack.fail_calls("views.open", 1, rejected);
        alice
            .types("#general", "/datadog incident test It is only me")
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "Slack didn't open the form in time, so nothing was saved. Type it again: /datadog \
                 incident test It is only me"
            ]
        );
        world.expects_warning("A form could not be opened: views.open: expired_trigger_id");
    });
}

/// Checks the label in the list and in the incident picker of a user who is not in the channel.
async fn assert_labelled_for_other_users(world: &World) {
    let bob = world.user("bob");
    bob.types("#general", "/datadog incident list").await;
    let listed = bob.reads_ephemeral();
    assert!(
        listed[0].contains("IR-1 TEST · It is only me\n"),
        "{listed:?}"
    );
    bob.types("#general", "/datadog incident update").await;
    assert_eq!(
        bob.suggested_options("Incident", "").await,
        ["IR-1 · UNKNOWN · TEST · It is only me"]
    );
}

/// Checks that the metrics count no active incident.
async fn assert_not_counted(world: &World) {
    let (_, metrics) = world.get_page("/metrics").await;
    assert!(
        metrics.contains("muster_incidents{status=\"active\"} 0"),
        "{metrics}"
    );
}

/// Ticks options and submits the modal.
async fn submit_options(user: &TestUser<'_>, ticked: &[&str]) {
    user.fills_several("Options", ticked).await;
    user.submits_and_closes(&[]).await;
}
