//! A disk that hangs: users get a reply within the ack deadline, started requests complete, and retried
//! requests are applied once.

use std::sync::mpsc;
use std::time::Duration;

use muster::store::IdempotencyKey;
use muster_commands::add_to_incident;
use muster_domain::Rejection;

use crate::harness::prelude::*;

const TIMEOUT_REPLY: &str = "This is taking too long: Muster's disk is slow to respond. Your request may \
    or may not be saved. ";

const TIMEOUT_WARNING: &str =
    "A request takes longer than 2.5 s; the user was informed and it continues in the background";

#[test]
fn submission_is_applied_once_while_the_disk_hangs() {
    over_both_transports(async |world, [alice, ..]| {
        let slack = &world.slack;
        alice.opens_declare_modal().await;
        let hang = DiskHang::start(world).await;
        let form = slack.top_modal("alice").unwrap().id;
        let screen = slack.submits("alice", &form).await;
        assert_eq!(screen.error, None, "Slack reports no error");
        assert_eq!(
            screen.errors["Title"],
            format!("{TIMEOUT_REPLY}Submit the form again in a moment: it's applied only once.")
        );
        assert_eq!(world.log.take_warnings(), [TIMEOUT_WARNING]);
        assert_eq!(alice.reads("#incidents"), [""; 0], "no announcement");

        hang.end();
        alice.submits_and_closes(&[]).await;
        assert_eq!(alice.reads_ephemeral(), [DECLARED_REPLY]);
        alice.reads_declaration(1);
        assert_eq!(slack.channel("incident-2-checkout-is-slow"), None);
    });
}

#[test]
fn message_action_gets_a_timeout_reply_while_the_disk_hangs() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let slack = &world.slack;
        let ts = alice.posts(channel, "I am working on a fix.").await;
        let hang = DiskHang::start(world).await;
        let action = add_to_incident::ACTION;
        let action_result = slack.runs_message_action("alice", channel, &ts, action);
        assert_eq!(action_result.await.error, None, "Slack reports no error");
        let read = slack.wait_for(|_| alice.reads_ephemeral().pop()).await;
        assert_eq!(
            read.unwrap(),
            format!("{TIMEOUT_REPLY}Check before you click it again.")
        );
        assert_eq!(world.log.take_warnings(), [TIMEOUT_WARNING]);

        // Slack accepts one response per second at a response URL.
        world.advance_clock(1);
        hang.end();
        world.deliver_all().await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “I am working on a fix.”"]
        );
        alice.reads_ephemeral();
    });
}

#[test]
fn redelivered_event_is_recorded_once_while_the_disk_hangs() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        let slack = &world.slack;
        bob.joins(channel).await;
        let hang = DiskHang::start(world).await;
        slack.archives("bob", channel).await;
        assert_eq!(world.log.take_warnings(), [TIMEOUT_WARNING]);
        hang.end();
        let event = slack.last_request("bob").unwrap();
        let screen = slack.redeliver(&event, 1).await;
        assert_eq!(screen.status, Some(200));
        world.deliver_all().await;
        assert_eq!(world.timeline(1).await[1..], ["bob archived the channel"]);
        assert_eq!(alice.reads("#incidents").len(), 1);
    });
}

/// Blocks the write thread, as a disk that does not respond.
struct DiskHang(mpsc::Sender<()>);

impl DiskHang {
    async fn start(world: &World) -> Self {
        // Slack waits 3 s. On a busy machine, the bot's limit of 2.5 s may take longer.
        world.slack.set_ack_timeout(Duration::from_secs(20));
        let store = world.store().await;
        let (end, ended) = mpsc::channel();
        let (begin, begun) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            let stuck = store.declare(
                IdempotencyKey::view("stuck"),
                muster_domain::Timestamp::from_epoch_seconds(0),
                move |_, _| {
                    let _ = begin.send(());
                    let _ = ended.recv();
                    Err(Rejection("The disk hung.".to_owned()).into())
                },
            );
            drop(stuck.await);
        });
        begun.await.unwrap();
        Self(end)
    }

    fn end(self) {
        drop(self.0);
    }
}
