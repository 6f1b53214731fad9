//! How the team works, changed while the bot runs.

use serde_json::json;

use super::world::by_each_door;

#[tokio::test]
async fn a_running_bot_goes_by_the_scale_as_it_is_now() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let first = alice
            .declares_with("Search is slow", &[("Severity Level", "SEV-5 Minor")])
            .await;
        world.sets(&[
            ("severity_levels", json!(["SEV-0", "SEV-1", "SEV-2"])),
            (
                "severity_labels",
                json!({ "SEV-0": "All hands", "SEV-1": "<Bad> & worse" }),
            ),
        ]);

        bob.joins(&first.channel).await;
        // What is no longer used is shown as it stands, and stays if nobody changes it.
        bob.says(&first.channel, "/datadog incident update").await;
        assert_eq!(bob.field("Severity Level"), "SEV-5");
        bob.submits(&[("Title", "Search is down")]).await;
        assert_eq!(
            bob.reads(&first.channel),
            [
                "IR-1 Search is down\n*Severity*\n:large_yellow_circle: SEV-5\n*Status*\nACTIVE\n\
                 *Incident Commander*\n@alice\n*Customer impact*\nUnknown\n\
                 Declared by alice 2026-11-23 14:05 UTC",
                "bob changed the title from “Search is slow” to “Search is down”.",
            ]
        );
        alice.reads_everything();

        bob.updates(&first.channel, &[("Severity Level", "SEV-0 All hands")])
            .await;
        let header = bob.reads(&first.channel).remove(0);
        assert!(header.contains(":red_circle: SEV-0 All hands"), "{header}");
        alice.reads_everything();

        let second = alice
            .declares_with("Checkout", &[("Severity Level", "SEV-1 <Bad> & worse")])
            .await;
        assert_eq!(
            world.slack.topic(&second.channel),
            format!(
                "SEV-1 &lt;Bad&gt; &amp; worse · ACTIVE · Commander: <@{}>",
                world.slack.person("alice")
            )
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_declares_chooses_a_level_where_unknown_is_not_used() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.sets(&[("severity_unknown", json!(false))]);
        alice.says("#general", "/datadog incident Checkout").await;
        assert_eq!(alice.field("Severity Level"), "");
        alice.submits(&[("Severity Level", "SEV-4 Low")]).await;
        let card = alice.card(1).unwrap();
        assert!(card.as_read().contains("SEV-4 Low"));
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn all_remediation_is_done_where_the_team_says_so() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout").await;
        world.sets(&[("status_completed", json!(true))]);
        alice
            .updates(&declared.channel, &[("Status", "COMPLETED")])
            .await;
        assert_eq!(
            alice.reads(&declared.channel)[1],
            "alice changed the status from ACTIVE to COMPLETED."
        );
        alice.reads_everything();
    })
    .await;
}
