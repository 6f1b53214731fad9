//! `/datadog incident update` where no channel says which incident is meant: the form asks.

use super::world::{by_each_door, over_http};

#[tokio::test]
async fn elsewhere_the_form_asks_which_incident_first() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        alice.declares("Checkout is slow").await;
        let search = alice
            .declares_with("Search is down", &[("Severity Level", "SEV-1 Critical")])
            .await;
        bob.says("#random", "/datadog incident edit").await;
        let form = bob.form();
        assert_eq!(
            (form.title.as_str(), form.submit.as_deref()),
            ("Update Incident", Some("Continue"))
        );
        assert_eq!(form.labels(), ["Incident"]);
        assert_eq!(
            bob.offered("Incident", "").await,
            [
                "IR-2 · SEV-1 · Search is down",
                "IR-1 · UNKNOWN · Checkout is slow"
            ]
        );
        let seen = bob.submits(&[]).await;
        assert_eq!(
            seen.errors["Incident"],
            "Please complete this required field."
        );

        bob.submits(&[("Incident", "2")]).await;
        assert_eq!(bob.form().title, "Update IR-2");
        assert_eq!(bob.field("Title"), "Search is down");
        let seen = bob.submits(&[("Status", "STABLE")]).await;
        assert_eq!(seen.view, None, "the form closed");
        let told = "bob changed the status from ACTIVE to STABLE.";
        assert_eq!(bob.reads(&search.channel).pop().unwrap(), told);
        assert_eq!(bob.reads_thread("#incidents", &search.card), [told]);
        assert_eq!(bob.reads("#random"), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 1);
        bob.reads("#incidents");
    })
    .await;
}

#[tokio::test]
async fn an_incident_that_was_resolved_after_it_was_offered_can_still_be_chosen() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        bob.says("#random", "/datadog incident update").await;
        bob.fills(&[("Incident", "1")]).await;
        alice
            .updates(&declared.channel, &[("Status", "RESOLVED")])
            .await;
        bob.submits(&[]).await;
        assert_eq!(bob.field("Status"), "resolved");
        bob.submits(&[("Status", "ACTIVE")]).await;
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice changed status “active” to “resolved”",
                "bob changed status “resolved” to “active”",
            ]
        );
        bob.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn without_an_incident_there_is_nothing_to_choose_from_and_one_that_is_over_can_be_chosen() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let line = "No incident is open. /datadog incident declares one.";
        let seen = alice.says("#general", "/datadog incident update").await;
        assert_eq!(seen.view, None);
        assert_eq!(alice.reads_alone(), [line]);

        let declared = alice.declares("Checkout is slow").await;
        alice
            .updates(&declared.channel, &[("Status", "RESOLVED")])
            .await;
        alice.reads_everything();
        alice.says("#general", "/datadog incident update").await;
        assert_eq!(
            alice.offered("Incident", "").await,
            ["IR-1 · UNKNOWN · RESOLVED · Checkout is slow"]
        );
        let seen = alice.submits(&[("Incident", "1")]).await;
        assert_eq!(seen.view.unwrap().title, "Update IR-1");
    })
    .await;
}

#[tokio::test]
async fn among_a_hundred_and_fifty_incidents_one_is_found_by_its_words_or_its_number() {
    over_http(async |world| {
        let alice = world.person("alice");
        alice.declares_many(150).await;
        alice.says("#general", "/datadog incident update").await;
        let all = alice.offered("Incident", "").await;
        // Slack shows no more than a hundred: the worst, then the newest.
        assert_eq!(all.len(), 100);
        assert_eq!(all[0], "IR-146 · SEV-1 · Trouble 146 in Ünit 6");
        assert_eq!(
            alice.offered("Incident", "ünit 9").await.len(),
            15,
            "whatever the case"
        );
        assert_eq!(
            alice.offered("Incident", "trouble 33").await,
            ["IR-33 · SEV-2 · Trouble 33 in Ünit 3"]
        );
        assert_eq!(
            alice.offered("Incident", "IR-150").await,
            ["IR-150 · SEV-5 · Trouble 150 in Ünit 0"]
        );
        assert_eq!(alice.offered("Incident", "no such thing").await, [""; 0]);
        alice.submits(&[("Incident", "33")]).await;
        assert_eq!(alice.field("Title"), "Trouble 33 in Ünit 3");
    })
    .await;
}
