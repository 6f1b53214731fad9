//! `views.open` fails: the user is asked to repeat the command, and the typed text is kept.

use muster_sandbox::{Fault, Outage};

use crate::harness::prelude::*;

const DECLARE_COMMAND: &str = "/datadog incident Checkout is slow";

/// The beginning of the log message after `views.open` failed.
const MODAL_WARNING: &str = "A form could not be opened: views.open: ";

#[test]
fn reply_requests_a_retry_when_a_modal_is_not_opened() {
    over_both_transports(async |world, [alice, ..]| {
        fail_next_modal(world);
        let screen = alice
            .types("#general", "/datadog inc “Checkout & cart are slow”")
            .await;
        assert_eq!(screen.view, None);
        assert_retry_is_requested(
            &alice,
            "Type it again: /datadog incident Checkout & cart are slow",
        );

        let declared = alice.declares("Checkout is slow").await;
        for channel in [declared.channel.as_str(), "#general"] {
            fail_next_modal(world);
            alice.types(channel, "/datadog incident update").await;
            assert_retry_is_requested(&alice, "Type it again: /datadog incident update");
        }

        let ts = alice.posts("#general", "Customers call.").await;
        fail_next_modal(world);
        alice.adds_to_incident("#general", &ts).await;
        assert_retry_is_requested(&alice, "Choose “Add to Incident” again.");
    });
}

#[test]
fn reply_is_conditional_when_the_outcome_of_views_open_is_unknown() {
    scenario(async |world, [alice, ..]| {
        world.slack.fail_calls("views.open", 1, Fault::LostResponse);
        let screen = alice.types("#general", DECLARE_COMMAND).await;
        assert!(screen.view.is_some(), "the modal is open");
        assert_eq!(
            alice.reads_ephemeral(),
            [format!(
                "If no form opened, nothing was saved. Type it again: {DECLARE_COMMAND}"
            )]
        );
        assert_eq!(
            world.log.take_warnings(),
            [format!("{MODAL_WARNING}the connection broke")]
        );
    });
}

#[test]
fn command_is_acknowledged_with_a_reply_while_slack_is_down() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        // The first user affected by the outage cannot be informed: Slack is the only way to reach them.
        slack.start_outage(Outage::Status(503));
        alice.types("#general", DECLARE_COMMAND).await;
        world.advance(2).await;
        let warned = world.log.take_warnings();
        let expected = [
            MODAL_WARNING,
            "Cannot reply to the user: response_url: ",
            "Slack isn't responding; deliveries are queued and sent later.",
        ];
        assert_eq!(warned.len(), expected.len(), "{warned:#?}");
        for (warned, expected) in warned.iter().zip(expected) {
            assert!(warned.starts_with(expected), "{warned}");
        }

        let screen = alice.types("#general", DECLARE_COMMAND).await;
        assert_eq!(screen.view, None);
        assert_eq!(
            alice.reads_ephemeral(),
            [format!(
                "Slack isn't responding right now. If no form opens, nothing was saved. Type it again: \
                 {DECLARE_COMMAND}"
            )]
        );
        assert_eq!(
            world.log.take_warnings(),
            [format!("{MODAL_WARNING}Slack answered 503")]
        );
        slack.end_outage();
        world.advance(10).await;
        let screen = alice.types("#general", DECLARE_COMMAND).await;
        assert!(screen.view.is_some(), "the modal is open");
    });
}

fn fail_next_modal(world: &World) {
    let late = Fault::Error("expired_trigger_id");
    world.slack.fail_calls("views.open", 1, late);
}

/// Checks the reply to the user, which ends with `request`, and the logged warning.
#[track_caller]
fn assert_retry_is_requested(user: &TestUser<'_>, request: &str) {
    let reply = format!("Slack didn't open the form in time, so nothing was saved. {request}");
    assert_eq!(user.reads_ephemeral(), [reply]);
    let warning = ["A form could not be opened: views.open: expired_trigger_id"];
    assert_eq!(user.world.log.take_warnings(), warning);
}
