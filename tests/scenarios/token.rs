//! A token that is no good is waited for, for a day: then what is owed is given up, and can be tried again.

use muster::sandbox::Down;
use muster_commands::buttons;

use super::world::by_each_door;

const CHANNEL: &str = "incident-1-checkout-is-slow";
const DAY: i64 = 24 * 60 * 60;

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
async fn after_a_day_it_is_given_up_and_a_person_can_have_it_tried_again() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.says("#general", "/datadog incident Checkout is slow").await;
        world.slack.goes_down(Down::Error("invalid_auth"));
        alice.submits(&[]).await;
        assert_eq!(world.log.take().len(), 1);
        world.leaps(DAY - 60).await;
        assert_eq!(world.log.take(), [""; 0]);
        world.leaps(10 * 60).await;
        let gone = "Slack did not take the app’s token for a whole day: install the app again and set the \
                    new SLACK_BOT_TOKEN.";
        let warned = world.log.take();
        let line = format!("Gave up a delivery of IR-1: conversations.create: invalid_auth. {gone}");
        assert_eq!(warned, [line]);

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
