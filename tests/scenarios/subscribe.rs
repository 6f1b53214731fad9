//! **Subscribe** on the announcement: a word in private at each change that is announced, until it is ended.

use super::person::{Declared, Person};
use super::world::by_each_door;

const SUBSCRIBED: &str = "You are subscribed to IR-1: each change that is announced is sent to you \
                          directly. Press Subscribe once more to end it.";
const ENDED: &str = "You are no longer subscribed to IR-1.";

async fn subscribes(person: &Person<'_>, incident: &Declared) {
    person
        .presses("#incidents", &incident.card, "subscribe")
        .await;
    assert_eq!(person.reads_alone(), [SUBSCRIBED]);
}

/// Gives what a subscriber is told.
fn told(what: &str, incident: &Declared) -> String {
    format!(
        "IR-1 Checkout is slow: {what}\nIts channel is #{}.\n[Unsubscribe]",
        incident.channel
    )
}

#[tokio::test]
async fn whoever_subscribes_is_told_of_each_change_that_is_announced() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let incident = alice.declares("Checkout is slow").await;
        subscribes(&bob, &incident).await;
        let members = world.slack.members(&incident.channel);
        assert!(
            !members.contains(&world.slack.person("bob")),
            "he only follows it"
        );
        alice
            .updates(&incident.channel, &[("Severity Level", "SEV-1 Critical")])
            .await;
        let severity = told(
            "alice changed the severity from UNKNOWN to SEV-1.",
            &incident,
        );
        assert_eq!(bob.reads_direct(), [severity]);
        alice
            .updates(&incident.channel, &[("What happened", "A slow query.")])
            .await;
        assert!(bob.reads_direct().is_empty(), "that is not announced");
        alice
            .updates(&incident.channel, &[("Status", "resolved")])
            .await;
        let status = told(
            "alice changed the status from ACTIVE to RESOLVED.",
            &incident,
        );
        assert_eq!(bob.reads_direct(), [status]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_subscription_is_ended_on_the_card_and_in_what_is_told() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let incident = alice.declares("Checkout is slow").await;
        subscribes(&bob, &incident).await;
        bob.presses("#incidents", &incident.card, "subscribe").await;
        assert_eq!(bob.reads_alone(), [ENDED]);
        subscribes(&bob, &incident).await;
        alice
            .updates(&incident.channel, &[("Severity Level", "SEV-1 Critical")])
            .await;
        assert_eq!(bob.reads_direct().len(), 1);
        let direct = world.slack.direct_message("bob").unwrap();
        let ts = bob.last_direct().ts;
        for _ in 0..2 {
            bob.presses(&direct, &ts, "unsubscribe").await;
            assert_eq!(bob.reads_alone(), [ENDED]);
        }
        alice
            .updates(&incident.channel, &[("Severity Level", "SEV-3 Moderate")])
            .await;
        assert!(bob.reads_direct().is_empty());
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_press_that_slack_sends_again_subscribes_once() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let incident = alice.declares("Checkout is slow").await;
        subscribes(&bob, &incident).await;
        world.later(60).await;
        bob.sends_it_again().await;
        assert_eq!(bob.reads_alone(), [SUBSCRIBED], "and it was not ended");
        alice
            .updates(&incident.channel, &[("Severity Level", "SEV-1 Critical")])
            .await;
        assert_eq!(bob.reads_direct().len(), 1);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn whoever_makes_a_change_is_not_told_of_it() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let incident = alice.declares("Checkout is slow").await;
        subscribes(&alice, &incident).await;
        alice
            .updates(&incident.channel, &[("Severity Level", "SEV-1 Critical")])
            .await;
        assert!(alice.reads_direct().is_empty());
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_subscriber_who_cannot_be_told_bothers_nobody() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let incident = alice.declares("Checkout is slow").await;
        subscribes(&bob, &incident).await;
        world.slack.switches_messages_tab_off();
        alice
            .updates(&incident.channel, &[("Severity Level", "SEV-1 Critical")])
            .await;
        let told = alice.reads(&incident.channel).join("\n");
        assert!(told.contains("alice changed the severity"), "{told}");
        assert!(!told.contains("bob"), "{told}");
        alice.reads_everything();
        assert_eq!(world.log.take().len(), 1, "whoever runs the bot is told");
        alice
            .updates(&incident.channel, &[("Severity Level", "SEV-3 Moderate")])
            .await;
        alice.reads_everything();
    })
    .await;
}
