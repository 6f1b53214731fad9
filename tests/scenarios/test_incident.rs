//! `/datadog incident test [title]`: a test incident, marked wherever it stands, not announced and not
//! counted unless that was asked for.

use super::person::Person;
use super::world::by_each_door;

const CHANNEL: &str = "test-incident-1-it-is-only-me";

#[tokio::test]
async fn a_test_incident_is_marked_and_neither_announced_nor_counted() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice
            .says("#general", "/datadog incident test It is only me")
            .await;
        assert_eq!(alice.form().title, "Declare Test Incident");
        assert_eq!(alice.field("Title"), "It is only me");
        submits(&alice, &[]).await;
        assert_eq!(
            alice.reads_alone(),
            [format!(
                "IR-1 is declared: #{CHANNEL} is its channel, and you are in it."
            )]
        );
        let read = alice.reads(CHANNEL);
        assert!(
            read[0].starts_with("IR-1 TEST · It is only me\n"),
            "{read:?}"
        );
        assert!(
            world
                .slack
                .topic(CHANNEL)
                .starts_with("TEST · UNKNOWN · ACTIVE · ")
        );
        assert_eq!(world.slack.purpose(CHANNEL), "IR-1: TEST · It is only me");
        assert_eq!(alice.reads("#incidents"), [""; 0]);

        bob.says("#general", "/datadog incident list").await;
        let listed = bob.reads_alone();
        assert!(
            listed[0].contains("IR-1 TEST · It is only me · UNKNOWN"),
            "{listed:?}"
        );
        bob.says("#general", "/datadog incident update").await;
        assert_eq!(
            bob.offered("Incident", "").await,
            ["IR-1 · UNKNOWN · TEST · It is only me"]
        );

        // What happens to it is announced as little.
        alice
            .updates(CHANNEL, &[("Severity Level", "SEV-1 Critical")])
            .await;
        assert_eq!(alice.reads(CHANNEL).len(), 2, "the header and the change");
        assert_eq!(alice.reads("#incidents"), [""; 0]);
        let (_, metrics) = world.gets("/metrics").await;
        assert!(
            metrics.contains("muster_incidents{status=\"active\"} 0"),
            "{metrics}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_test_is_announced_if_that_is_asked_for_and_still_not_counted() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice.says("#general", "/datadog incident test").await;
        alice.fills(&[("Title", "It is only me")]).await;
        submits(&alice, &["Announce it all the same"]).await;
        let card = alice.card(1).expect("it is announced");
        assert!(card.as_read().starts_with("IR-1 TEST · It is only me\n"));
        alice.reads_of_declaration(1);
        alice.reads(CHANNEL);
        let (_, metrics) = world.gets("/metrics").await;
        assert!(
            metrics.contains("muster_incidents{status=\"active\"} 0"),
            "{metrics}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_said_under_the_field_and_nothing_is_lost() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        alice
            .says("#general", "/datadog incident test It is only me")
            .await;
        let both = [
            "Private: only those who take part know of it",
            "Announce it all the same",
        ];
        alice.fills_several("Options", &both).await;
        let seen = alice.submits(&[]).await;
        assert_eq!(
            seen.errors["Options"],
            "What is private is not announced. Please tick one of the two."
        );
        assert_eq!(alice.field("Title"), "It is only me");
        submits(&alice, &both[..1]).await;
        alice.reads_alone();
        let read = alice.reads(CHANNEL);
        assert!(
            read[0].contains("Private: only those who take part know of it."),
            "{read:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_form_for_a_test_that_slack_does_not_open_is_asked_for_again() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let refused = muster::sandbox::Trouble::Error("expired_trigger_id");
        world.slack.fails("views.open", 1, refused);
        alice
            .says("#general", "/datadog incident test It is only me")
            .await;
        assert_eq!(
            alice.reads_alone(),
            [
                "Slack did not open the form in time, and nothing was stored. \
                 Type it again: /datadog incident test It is only me"
            ]
        );
        assert_eq!(world.log.take().len(), 1);
    })
    .await;
}

/// Ticks options and sends the form.
async fn submits(person: &Person<'_>, ticked: &[&str]) {
    person.fills_several("Options", ticked).await;
    let seen = person.submits(&[]).await;
    assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
}
