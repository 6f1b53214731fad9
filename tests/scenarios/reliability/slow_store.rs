//! A disk that hangs: users get a reply within the ack deadline, started requests complete, and retried
//! requests are applied once.

use std::sync::mpsc;
use std::time::Duration;

use muster::store::IdempotencyKey;
use muster_commands::add_to_incident;
use muster_domain::Rejection;

use crate::support::scenario::{over_both_transports, scenario};
use crate::support::world::World;

const TIMEOUT_REPLY: &str = "This takes longer than Slack waits: the disk of this bot is slow to answer. What you asked \
                    may be stored in a moment, or not at all. ";

const TIMEOUT_WARNING: &str =
    "A request takes longer than 2.5 s; the user was informed and it continues in the background";

#[tokio::test]
async fn submission_is_applied_once_while_the_disk_hangs() {
    over_both_transports(async |world| {
        let alice = world.user("alice");
        alice
            .types("#general", "/datadog incident Checkout is slow")
            .await;
        let hang = DiskHang::start(world).await;
        let form = world.slack.top_modal("alice").unwrap().id;
        let screen = world.slack.submits("alice", &form).await;
        assert_eq!(screen.error, None, "Slack reports no error");
        assert_eq!(
            screen.errors["Title"],
            format!("{TIMEOUT_REPLY}Send the form again in a moment: it is done once.")
        );
        assert_eq!(world.log.take_warnings(), [TIMEOUT_WARNING]);
        assert_eq!(alice.reads("#incidents"), [""; 0], "no announcement");

        hang.end();
        let screen = alice.submits(&[]).await;
        assert_eq!(screen.view, None, "the modal closes: {:?}", screen.errors);
        assert_eq!(
            alice.reads_ephemeral(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        alice.reads_declaration(1);
        assert_eq!(world.slack.channel("incident-2-checkout-is-slow"), None);
    })
    .await;
}

#[tokio::test]
async fn message_action_gets_a_timeout_reply_while_the_disk_hangs() {
    scenario(async |world| {
        let alice = world.user("alice");
        let declared = alice.declares("Checkout is slow").await;
        let ts = alice
            .posts(&declared.channel, "I am working on a fix.")
            .await;
        let hang = DiskHang::start(world).await;
        let action = add_to_incident::ACTION;
        let action_result =
            world
                .slack
                .runs_message_action("alice", &declared.channel, &ts, action);
        assert_eq!(action_result.await.error, None, "Slack reports no error");
        let read = world
            .slack
            .wait_for(|_| alice.reads_ephemeral().pop())
            .await;
        assert_eq!(
            read.unwrap(),
            format!("{TIMEOUT_REPLY}Look before you click it again.")
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
    })
    .await;
}

#[tokio::test]
async fn redelivered_event_is_recorded_once_while_the_disk_hangs() {
    scenario(async |world| {
        let (alice, bob) = (world.user("alice"), world.user("bob"));
        let declared = alice.declares("Checkout is slow").await;
        bob.joins(&declared.channel).await;
        let hang = DiskHang::start(world).await;
        world.slack.archives("bob", &declared.channel).await;
        assert_eq!(world.log.take_warnings(), [TIMEOUT_WARNING]);
        hang.end();
        let event = world.slack.last_request("bob").unwrap();
        let screen = world.slack.redeliver(&event, 1).await;
        assert_eq!(screen.status, Some(200));
        world.deliver_all().await;
        assert_eq!(world.timeline(1).await[1..], ["bob archived the channel"]);
        assert_eq!(alice.reads("#incidents").len(), 1);
    })
    .await;
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
