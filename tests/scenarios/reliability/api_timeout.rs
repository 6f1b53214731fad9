//! How long deliveries are retried: as long as the token is invalid, and for a day while Slack fails.

use muster_commands::payload::button_click;
use muster_sandbox::{HoldPoint, Outage, Sandbox};

use crate::harness::prelude::*;

#[test]
fn deliveries_wait_while_the_token_is_invalid() {
    for code in ["invalid_auth", "token_revoked", "account_inactive"] {
        over_both_transports(async |world, [alice, ..]| {
            let slack = &world.slack;
            alice.opens_declare_modal().await;
            slack.start_outage(Outage::Error(code));
            alice.submits(&[]).await;
            world.advance(10 * 60).await;
            world.advance_stepwise(20).await;
            assert_eq!(
                world.log.take_warnings(),
                [format!(
                    "Slack rejected SLACK_BOT_TOKEN. Reinstall the app and set the new token. \
                     Deliveries are queued and sent later. conversations.create: {code}"
                )]
            );
            let (status, page) = world.get_page("/readyz").await;
            assert_eq!(status, 503);
            assert!(
                page.contains("Slack rejected SLACK_BOT_TOKEN. Reinstall the app"),
                "{page}"
            );

            slack.end_outage();
            // The health probe runs every few seconds, so deliveries do not wait for their next attempt.
            let took = world.deliver_all_advancing().await;
            assert!(took < 15, "it took {took} s");
            assert_eq!(world.get_page("/readyz").await.0, 200);
            assert_eq!(alice.reads(CHANNEL).len(), 2);
            assert_eq!(alice.reads("#incidents").len(), 1);
            assert_eq!(alice.reads_ephemeral().len(), 1);
            let announcement = slack.messages("#incidents").pop().unwrap();
            assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 0);
        });
    }
}

#[test]
fn deliveries_do_not_wait_while_auth_test_hangs() {
    over_http(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        slack.start_outage(Outage::Status(503));
        alice.submits(&[]).await;
        world.expects_warning("Slack isn't responding;");
        world.stop().await;
        slack.end_outage();
        world.advance(60).await;

        let pending_call = slack.hold_call("auth.test", HoldPoint::Before);
        let goes_on = async {
            pending_call.wait_for_call().await;
            let is_there = |slack: &Sandbox| slack.channel(CHANNEL);
            let channel = slack.wait_for(is_there).await;
            assert!(
                channel.is_some(),
                "the channel is created before auth.test responds"
            );
            pending_call.release();
        };
        tokio::join!(world.start(), goes_on);
        world.deliver_all_advancing().await;
        alice.reads_declaration(1);
    });
}

#[test]
fn deliveries_are_sent_after_days_with_an_invalid_token() {
    over_http(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        slack.start_outage(Outage::Error("invalid_auth"));
        alice.submits(&[]).await;
        for _ in 0..300 {
            world.advance(15 * 60).await;
        }
        world.expects_warning("Slack rejected SLACK_BOT_TOKEN");

        slack.end_outage();
        world.deliver_all_advancing().await;
        assert_eq!(alice.reads(CHANNEL).len(), 2);
        assert_eq!(alice.reads("#incidents").len(), 1);
        let announcement = slack.messages("#incidents").pop().unwrap();
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 0);
        let direct = slack.direct_message_channel("alice").unwrap();
        assert_eq!(alice.reads(&direct).len(), 1);
    });
}

#[test]
fn delivery_fails_after_a_day_and_can_be_retried() {
    over_http(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        slack.start_outage(Outage::Status(503));
        alice.submits(&[]).await;
        world.expects_warning("Slack isn't responding;");
        for _ in 0..24 * 12 - 1 {
            world.advance(5 * 60).await;
        }
        assert_eq!(world.log.take_warnings(), [""; 0]);
        world.advance(10 * 60).await;
        let gone = "Slack didn't accept it for a whole day.";
        let entry = "A delivery of IR-1 failed: conversations.create: Slack answered 503.";
        assert_eq!(world.log.take_warnings(), [format!("{entry} {gone}")]);

        slack.end_outage();
        world.deliver_all_advancing().await;
        let direct = slack.direct_message_channel("alice").unwrap();
        assert_eq!(
            alice.reads(&direct),
            [format!(
                "IR-1 is saved, but has no channel. Couldn't create the incident's channel. {gone}\n[Try again]"
            )]
        );
        let text = alice.reads("#incidents").concat();
        assert!(text.ends_with("\nIt has no channel."), "{text}");
        let announcement = slack.messages("#incidents").pop().unwrap();
        assert_eq!(alice.reads_thread("#incidents", &announcement.ts).len(), 0);

        let private_reply = slack.messages(&direct).pop().unwrap();
        alice
            .clicks(&direct, &private_reply.ts, button_click::RETRY_DELIVERY)
            .await;
        world.deliver_all_advancing().await;
        assert_eq!(alice.reads_ephemeral(), ["Trying again for IR-1."]);
        assert_eq!(alice.reads(&direct), [DECLARED_REPLY]);
        assert_eq!(alice.reads(CHANNEL).len(), 2);
        assert_eq!(alice.reads("#incidents").len(), 1);
    });
}
