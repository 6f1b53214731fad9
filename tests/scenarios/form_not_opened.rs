//! A form that Slack does not open: the person is told how to ask again, and has lost nothing.

use muster::sandbox::{Down, Trouble};

use super::world::{World, by_each_door};

const TYPED: &str = "/datadog incident Checkout is slow";

/// How the log begins when a form could not be opened.
const UNOPENED: &str = "A form could not be opened: views.open: ";

#[tokio::test]
async fn a_form_that_slack_does_not_open_is_asked_for_again() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        slack_opens_no_form(world);
        let seen = alice
            .says("#general", "/datadog inc “Checkout & cart are slow”")
            .await;
        assert_eq!(seen.view, None);
        assert_eq!(
            alice.reads_alone(),
            [
                "Slack did not open the form in time, and nothing was stored. \
              Type it again: /datadog incident Checkout & cart are slow"
            ]
        );
        was_warned(world);

        let declared = alice.declares("Checkout is slow").await;
        for channel in [declared.channel.as_str(), "#general"] {
            slack_opens_no_form(world);
            alice.says(channel, "/datadog incident update").await;
            assert_eq!(
                alice.reads_alone(),
                [
                    "Slack did not open the form in time, and nothing was stored. \
                  Type it again: /datadog incident update"
                ]
            );
            was_warned(world);
        }

        let ts = alice.writes("#general", "Customers call.").await;
        slack_opens_no_form(world);
        alice.chooses("#general", &ts, "add_to_incident").await;
        assert_eq!(
            alice.reads_alone(),
            [
                "Slack did not open the form in time, and nothing was stored. \
              Choose “Add to Incident” again."
            ]
        );
        was_warned(world);
    })
    .await;
}

#[tokio::test]
async fn a_form_of_which_slack_says_nothing_may_be_open_all_the_same() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.slack.fails("views.open", 1, Trouble::LostAnswer);
        let seen = alice.says("#general", TYPED).await;
        assert!(seen.view.is_some(), "it is open");
        assert_eq!(
            alice.reads_alone(),
            [format!(
                "If Slack opened no form, nothing was stored. Type it again: {TYPED}"
            )]
        );
        assert_eq!(
            world.log.take(),
            [format!("{UNOPENED}the connection broke")]
        );
    })
    .await;
}

#[tokio::test]
async fn while_slack_is_down_a_command_is_answered_without_slack() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        // Whoever finds out cannot be told: no way leads to them but through Slack.
        world.slack.goes_down(Down::Status(503));
        alice.says("#general", TYPED).await;
        world.leaps(2).await;
        let warned = world.log.take();
        let expected = [
            UNOPENED,
            "Somebody could not be answered: response_url: ",
            "Slack does not answer; what is owed is kept and sent later.",
        ];
        assert_eq!(warned.len(), expected.len(), "{warned:#?}");
        for (warned, expected) in warned.iter().zip(expected) {
            assert!(warned.starts_with(expected), "{warned}");
        }

        let seen = alice.says("#general", TYPED).await;
        assert_eq!(seen.view, None);
        assert_eq!(
            alice.reads_alone(),
            [format!(
                "Slack does not answer us right now. If no form opens, nothing was stored. \
                 Type it again: {TYPED}"
            )]
        );
        assert_eq!(world.log.take(), [format!("{UNOPENED}Slack answered 503")]);
        world.slack.comes_back();
        world.leaps(10).await;
        let seen = alice.says("#general", TYPED).await;
        assert!(seen.view.is_some(), "the form is open");
    })
    .await;
}

fn slack_opens_no_form(world: &World) {
    let late = Trouble::Error("expired_trigger_id");
    world.slack.fails("views.open", 1, late);
}

fn was_warned(world: &World) {
    let said = ["A form could not be opened: views.open: expired_trigger_id"];
    assert_eq!(world.log.take(), said);
}
