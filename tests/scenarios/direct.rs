//! What people are told directly, in a message of their own: once, and with what to do if it cannot be.

use muster::sandbox::Trouble;

use super::world::{World, by_each_door, over_http};

const CHANNEL: &str = "incident-1-checkout-is-slow";

impl World {
    /// Reads everything that was written to somebody directly.
    pub fn reads_all_direct(&self) {
        for person in self.slack.person_names() {
            self.person(&person).reads_directly();
        }
    }
}

/// What somebody is told whom alice made the commander.
fn leads(title: &str) -> String {
    format!(
        "alice gave you the role Incident Commander in IR-1 {title}.\n\
         You lead the response: decide what is done next, hand out roles, and keep severity and status \
         true.\nIts channel is #{CHANNEL}."
    )
}

#[tokio::test]
async fn whoever_is_made_the_commander_is_told_directly_once() {
    by_each_door(async |world| {
        let (alice, bob, chioma) = (
            world.person("alice"),
            world.person("bob"),
            world.person("chioma"),
        );
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        alice.submits(&[("Incident Commander", "bob")]).await;
        alice.sends_it_again().await;
        assert_eq!(bob.reads_directly(), [leads("Checkout is slow")]);
        assert_eq!(alice.reads_directly(), [""; 0]);
        alice.reads_everything();

        alice
            .updates(CHANNEL, &[("Incident Commander", "chioma")])
            .await;
        alice.sends_it_again().await;
        assert_eq!(chioma.reads_directly(), [leads("Checkout is slow")]);
        assert_eq!(bob.reads_directly(), [""; 0]);

        // Who takes it themselves knows it.
        bob.updates(CHANNEL, &[("Incident Commander", "bob")]).await;
        assert_eq!(bob.reads_directly(), [""; 0]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn without_a_channel_the_commander_is_told_that_there_is_none() {
    over_http(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        world.slack.fails(
            "conversations.create",
            1,
            Trouble::Error("restricted_action"),
        );
        alice
            .says("#general", "/datadog incident Checkout is slow")
            .await;
        alice.submits(&[("Incident Commander", "bob")]).await;
        let told = leads("Checkout is slow")
            .replace(&format!("Its channel is #{CHANNEL}."), "It has no channel.");
        assert_eq!(bob.reads_directly(), [told]);
        alice.reads_everything();
        world.log.take();
    })
    .await;
}

#[tokio::test]
async fn whoever_cannot_be_written_to_is_named_with_what_to_do() {
    let tab = "bob could not be told directly. The app cannot be written to in private: switch its Messages \
               tab on, under App Home, or update it with what `muster manifest` prints. (Slack says \
               `messages_tab_disabled`.)\n[Try again]";
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.declares("Checkout is slow").await;
        world.slack.switches_messages_tab_off();
        alice
            .updates(CHANNEL, &[("Incident Commander", "bob")])
            .await;
        is_complained_of(world, tab);
    })
    .await;
}

/// Sees that the channel is told of somebody who could not be, and nobody else complains.
fn is_complained_of(world: &World, complaint: &str) {
    let alice = world.person("alice");
    let read = alice.reads(CHANNEL).join("\n");
    assert!(read.contains(complaint), "{read}");
    alice.reads_everything();
    assert_eq!(world.log.take().len(), 1);
}
