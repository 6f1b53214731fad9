//! How long what is owed is waited for: as long as a token is no good, and a day while Slack takes nothing.

use muster::sandbox::{Down, Moment, Sandbox};
use muster_commands::buttons;

use super::world::{by_each_door, over_http};

const CHANNEL: &str = "incident-1-checkout-is-slow";

#[tokio::test]
async fn what_is_owed_waits_until_the_token_is_good_again() {
    for code in ["invalid_auth", "token_revoked", "account_inactive"] {
        by_each_door(async |world| {
            let alice = world.person("alice");
            alice.says("#general", "/datadog incident Checkout is slow").await;
            world.slack.goes_down(Down::Error(code));
            alice.submits(&[]).await;
            world.leaps(10 * 60).await;
            world.later(20).await;
            assert_eq!(
                world.log.take(),
                [format!(
                    "Slack does not take SLACK_BOT_TOKEN: install the app again and set the new token. \
                     What is owed is kept and sent later. conversations.create: {code}"
                )]
            );
            let (status, page) = world.gets("/readyz").await;
            assert_eq!(status, 503);
            assert!(page.contains("Slack does not take SLACK_BOT_TOKEN: install the app again"), "{page}");

            world.slack.comes_back();
            // Slack is asked every few seconds: nobody waits for the next attempt.
            let took = world.catches_up().await;
            assert!(took < 15, "it took {took} s");
            assert_eq!(world.gets("/readyz").await.0, 200);
            assert_eq!(alice.reads(CHANNEL).len(), 2);
            assert_eq!(alice.reads("#incidents").len(), 1);
            assert_eq!(alice.reads_alone().len(), 1);
            let card = world.slack.messages("#incidents").pop().unwrap();
            assert_eq!(alice.reads_thread("#incidents", &card.ts).len(), 1);
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_due_does_not_wait_for_a_slack_that_does_not_say_who_we_are() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        world.slack.goes_down(Down::Status(503));
        alice.submits(&[]).await;
        world.log.take();
        world.stops().await;
        world.slack.comes_back();
        world.leaps(60).await;

        let held = world.slack.hold("auth.test", Moment::Before);
        let goes_on = async {
            held.reached().await;
            let is_there = |slack: &Sandbox| slack.channel(CHANNEL);
            let channel = world.slack.until(is_there).await;
            assert!(channel.is_some(), "the channel waits for nobody");
            held.release();
        };
        tokio::join!(world.starts(), goes_on);
        world.catches_up().await;
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_no_good_for_days_costs_nothing_but_the_time() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        world.slack.goes_down(Down::Error("invalid_auth"));
        alice.submits(&[]).await;
        for _ in 0..300 {
            world.leaps(15 * 60).await;
        }
        assert_eq!(world.log.take().len(), 1, "it is said once");

        world.slack.comes_back();
        world.catches_up().await;
        assert_eq!(alice.reads(CHANNEL).len(), 2);
        assert_eq!(alice.reads("#incidents").len(), 1);
        let card = world.slack.messages("#incidents").pop().unwrap();
        assert_eq!(alice.reads_thread("#incidents", &card.ts).len(), 1);
        let direct = world.slack.direct_message("alice").unwrap();
        assert_eq!(alice.reads(&direct).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_slack_did_not_take_for_a_day_is_given_up_and_a_person_can_have_it_tried_again() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.says("#general", "/datadog incident Checkout is slow").await;
        world.slack.goes_down(Down::Status(503));
        alice.submits(&[]).await;
        assert_eq!(world.log.take().len(), 1);
        for _ in 0..24 * 12 - 1 {
            world.leaps(5 * 60).await;
        }
        assert_eq!(world.log.take(), [""; 0]);
        world.leaps(10 * 60).await;
        let gone = "Slack did not take it for a whole day.";
        let line = "Gave up a delivery of IR-1: conversations.create: Slack answered 503.";
        assert_eq!(world.log.take(), [format!("{line} {gone}")]);

        world.slack.comes_back();
        world.catches_up().await;
        let direct = world.slack.direct_message("alice").unwrap();
        assert_eq!(
            alice.reads(&direct),
            [format!(
                "IR-1 is stored, but it has no channel. The incident’s channel could not be created. \
                 {gone}\n[Try again]"
            )]
        );
        let card = alice.reads("#incidents");
        assert!(card[0].ends_with("\nIt has no channel."), "{card:?}");
        let card = world.slack.messages("#incidents").pop().unwrap();
        assert_eq!(alice.reads_thread("#incidents", &card.ts).len(), 1);

        let pointer = world.slack.messages(&direct).pop().unwrap();
        alice.presses(&direct, &pointer.ts, buttons::TRY_AGAIN).await;
        world.catches_up().await;
        assert_eq!(alice.reads_alone(), ["Trying again for IR-1."]);
        assert_eq!(
            alice.reads(&direct),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        assert_eq!(alice.reads(CHANNEL).len(), 2);
        assert_eq!(alice.reads("#incidents").len(), 1);
    })
    .await;
}
