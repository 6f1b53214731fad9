//! A disk that hangs: whoever asked is told in time, what is under way goes on, and what is asked again is
//! done once.

use std::sync::mpsc;
use std::time::Duration;

use muster::domain::Refusal;
use muster::store::Key;
use muster_commands::add_to_incident;

use super::world::{World, by_each_door};

const TOLD: &str = "This takes longer than Slack waits: the disk of this bot is slow to answer. What you asked \
                    may be stored in a moment, or not at all. ";

const WARNED: &str =
    "A request takes longer than 2.5 s, so the person was told; it goes on beside that";

#[tokio::test]
async fn a_form_that_the_disk_keeps_waiting_stays_open_and_is_done_once() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        let hang = Hang::begins(world).await;
        let form = world.slack.view("alice").unwrap().id;
        let seen = world.slack.submits("alice", &form).await;
        assert_eq!(seen.trouble, None, "Slack has nothing to say itself");
        assert_eq!(
            seen.errors["Title"],
            format!("{TOLD}Send the form again in a moment: it is done once.")
        );
        assert_eq!(world.log.take(), [WARNED]);
        assert_eq!(alice.reads("#incidents"), [""; 0], "nobody else was told");

        hang.ends();
        let seen = alice.submits(&[]).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        assert_eq!(
            alice.reads_alone(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        alice.reads_of_declaration(1);
        assert_eq!(world.slack.channel("incident-2-checkout-is-slow"), None);
    })
    .await;
}

#[tokio::test]
async fn a_click_that_the_disk_keeps_waiting_is_answered_aside_and_done() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let told = alice.declares("Checkout is slow").await;
        let ts = alice.writes(&told.channel, "I am working on a fix.").await;
        let hang = Hang::begins(world).await;
        let action = add_to_incident::ACTION;
        let chosen = world
            .slack
            .message_action("alice", &told.channel, &ts, action);
        assert_eq!(
            chosen.await.trouble,
            None,
            "Slack has nothing to say itself"
        );
        let read = world.slack.until(|_| alice.reads_alone().pop()).await;
        assert_eq!(
            read.unwrap(),
            format!("{TOLD}Look before you click it again.")
        );
        assert_eq!(world.log.take(), [WARNED]);

        // Slack takes one answer a second at an address.
        world.passes(1);
        hang.ends();
        world.settles().await;
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “I am working on a fix.”"]
        );
        alice.reads_alone();
    })
    .await;
}

#[tokio::test]
async fn an_event_that_the_disk_keeps_waiting_comes_again_and_is_noted_once() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let told = alice.declares("Checkout is slow").await;
        bob.joins(&told.channel).await;
        let hang = Hang::begins(world).await;
        world.slack.archives("bob", &told.channel).await;
        assert_eq!(world.log.take(), [WARNED]);
        hang.ends();
        let event = world.slack.last_request("bob").unwrap();
        let seen = world.slack.redelivers(&event, 1).await;
        assert_eq!(seen.status, Some(200));
        world.settles().await;
        assert_eq!(world.timeline(1).await[1..], ["bob archived the channel"]);
        assert_eq!(alice.reads("#incidents").len(), 1);
    })
    .await;
}

/// A disk that does not answer the one thread that writes.
struct Hang(mpsc::Sender<()>);

impl Hang {
    async fn begins(world: &World) -> Self {
        // Slack waits 3 s; a busy machine may take longer for the 2.5 s of the bot.
        world.slack.patience(Duration::from_secs(20));
        let store = world.store().await;
        let (end, ended) = mpsc::channel();
        let (begin, begun) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            let stuck = store.declare(Key::view("stuck"), move |_, _| {
                let _ = begin.send(());
                let _ = ended.recv();
                Err(Refusal("The disk hung.".to_owned()).into())
            });
            drop(stuck.await);
        });
        begun.await.unwrap();
        Self(end)
    }

    fn ends(self) {
        drop(self.0);
    }
}
