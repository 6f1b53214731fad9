//! Several people change an incident: nobody undoes what another did.

use super::update::has_one_card;
use super::world::by_each_door;

/// That the channel is called as the incident.
const FOLLOWED: &str = "somebody saw the channel go from #incident-1-checkout-is-slow to \
     #incident-1-checkout-is-down";

#[tokio::test]
async fn a_form_that_was_open_meanwhile_changes_only_what_its_person_changed() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        bob.joins(&declared.channel).await;
        alice
            .says(&declared.channel, "/datadog incident update")
            .await;
        let bobs = [("Severity Level", "SEV-1 Critical"), ("Status", "STABLE")];
        bob.updates(&declared.channel, &bobs).await;
        alice.submits(&[("Title", "Checkout is down")]).await;

        assert_eq!(
            world.timeline(1).await[1..],
            [
                "bob changed severity “UNKNOWN” to “SEV-1”, status “active” to “stable”",
                "alice changed title “Checkout is slow” to “Checkout is down”",
                FOLLOWED,
            ]
        );
        assert!(alice.card(1).unwrap().as_read().starts_with(
            "IR-1 Checkout is down\n*Severity*\n:red_circle: SEV-1 Critical\n*Status*\nSTABLE\n"
        ));
        has_one_card(world, &declared);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn two_people_at_once_do_not_undo_each_other() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        bob.joins(&declared.channel).await;
        alice
            .says(&declared.channel, "/datadog incident update")
            .await;
        bob.says(&declared.channel, "/datadog incident update")
            .await;
        tokio::join!(
            alice.submits(&[("Severity Level", "SEV-1 Critical")]),
            bob.submits(&[("Title", "Checkout is down"), ("Incident Commander", "bob")]),
        );
        let mut changes = world.timeline(1).await.split_off(1);
        changes.sort();
        assert_eq!(
            changes,
            [
                "alice changed severity “UNKNOWN” to “SEV-1”",
                "bob changed title “Checkout is slow” to “Checkout is down”, \
                 commander “alice” to “bob”",
                FOLLOWED,
            ]
        );
        assert_eq!(
            world.slack.topic("incident-1-checkout-is-down"),
            "SEV-1 Critical · ACTIVE · Commander: <@U0BOB000001>"
        );
        has_one_card(world, &declared);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_another_did_already_is_not_done_again() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        bob.joins(&declared.channel).await;
        alice
            .says(&declared.channel, "/datadog incident update")
            .await;
        bob.updates(&declared.channel, &[("Status", "RESOLVED")])
            .await;
        alice.reads_everything();

        world.comes_to(10).await;
        alice.submits(&[("Status", "RESOLVED")]).await;
        assert_eq!(alice.reads(&declared.channel), [""; 0]);
        assert_eq!(alice.reads("#incidents"), [""; 0]);
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob changed status “active” to “resolved”"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_form_that_arrives_twice_changes_once() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        bob.joins(&declared.channel).await;
        alice
            .updates(&declared.channel, &[("Severity Level", "SEV-2 High")])
            .await;
        bob.updates(&declared.channel, &[("Severity Level", "SEV-4 Low")])
            .await;
        alice.reads_everything();

        alice.sends_it_again().await;
        assert_eq!(alice.reads(&declared.channel), [""; 0]);
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed severity “UNKNOWN” to “SEV-2”",
                "bob changed severity “SEV-2” to “SEV-4”",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn an_incident_that_somebody_resolved_meanwhile_can_be_changed() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        bob.joins(&declared.channel).await;
        alice
            .says(&declared.channel, "/datadog incident update")
            .await;
        bob.updates(&declared.channel, &[("Status", "RESOLVED")])
            .await;
        alice.reads_everything();

        let late = [
            ("Severity Level", "SEV-3 Moderate"),
            ("Why it happened", "A full disk."),
        ];
        let seen = alice.submits(&late).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        assert_eq!(
            alice.reads(&declared.channel).pop().unwrap(),
            "alice changed the severity from UNKNOWN to SEV-3.\n\
             alice wrote Why it happened: A full disk."
        );
        assert_eq!(
            alice.reads_thread("#incidents", &declared.card),
            ["alice changed the severity from UNKNOWN to SEV-3."]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "bob changed status “active” to “resolved”",
                "alice changed severity “UNKNOWN” to “SEV-3”, root cause “” to “A full disk.”",
            ]
        );
        let card = alice.card(1).unwrap();
        assert!(
            card.as_read().contains("*Status*\nRESOLVED\n"),
            "{}",
            card.as_read()
        );
        alice.reads("#incidents");
    })
    .await;
}
