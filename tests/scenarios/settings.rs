//! How the team works, changed while the bot runs.

use muster::sandbox::PersonKind;
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
        let channel = world.id(&first.channel);
        bob.submits(&[("Title", "Search is down")]).await;
        assert_eq!(
            bob.reads(&channel),
            [
                "IR-1 Search is down\n*Severity*\n:large_yellow_circle: SEV-5\n*Status*\nACTIVE\n\
                 *Incident Commander*\n@alice\n*Customer impact*\nUnknown\n\
                 Declared by alice 2026-11-23 14:05 UTC\n[Add Chat] [Add Video Call]",
                "bob changed the title from “Search is slow” to “Search is down”.",
            ]
        );
        alice.reads_everything();

        bob.updates(&channel, &[("Severity Level", "SEV-0 All hands")])
            .await;
        let header = bob.reads(&channel).remove(0);
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

#[tokio::test]
async fn the_global_channel_hears_of_what_the_team_wants_it_to() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.sets(&[("announced", json!(["title", "severity"]))]);
        let declared = alice.declares("Checkout is slow").await;
        let changes = [
            ("Title", "Checkout is down"),
            ("Severity Level", "SEV-1 Critical"),
            ("Status", "STABLE"),
        ];
        let channel = world.id(&declared.channel);
        alice.updates(&channel, &changes).await;
        assert_eq!(
            alice.reads_thread("#incidents", &declared.card),
            [
                "alice changed the title from “Checkout is slow” to “Checkout is down”.\n\
                 alice changed the severity from UNKNOWN to SEV-1."
            ]
        );
        // The card shows how things stand all the same.
        assert!(alice.card(1).unwrap().as_read().contains("STABLE"));
        alice.reads_everything();

        world.sets(&[("announced", json!([]))]);
        alice.updates(&channel, &[("Status", "RESOLVED")]).await;
        assert_eq!(alice.reads_thread("#incidents", &declared.card), [""; 0]);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn channels_are_named_as_the_team_names_them() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.sets(&[(
            "channel_name",
            json!("sev{{severity_number}}-{{yyyy}}{{mm}}{{dd}}-{{title}}"),
        )]);
        alice.says("#general", "/datadog incident Überlast").await;
        alice.submits(&[("Severity Level", "SEV-2 High")]).await;
        assert_eq!(
            alice.reads_alone(),
            ["IR-1 is declared: #sev2-20261123-uberlast is its channel, and you are in it."]
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn guests_do_not_declare_where_the_team_says_so() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let zone = "Europe/Paris";
        world
            .slack
            .add_person("gus", "Gus Guest", zone, PersonKind::Guest);
        let gus = world.person("gus");
        let channel = alice.declares("Search is slow").await.channel;
        world.slack.invites("alice", &channel, "gus").await;
        // A form that was open when the setting changed is refused as well, and keeps what was typed.
        gus.says(&channel, "/datadog incident Checkout is slow").await;
        world.sets(&[("who_declares", json!("no_guests"))]);
        let refused = "Your team has members declare incidents, and you are here as a guest. Tell a \
                       member what you saw: they can declare it in seconds, and bring you into its \
                       channel.";
        let seen = gus.submits(&[]).await;
        assert_eq!(seen.errors["Title"], refused);
        gus.says(&channel, "/datadog incident Checkout is slow").await;
        assert_eq!(gus.reads_alone(), [refused]);

        gus.closes().await;
        gus.opens_home().await;
        gus.presses_at_home("declare_incident").await;
        assert_eq!(gus.reads_direct(), [refused]);
        // Whoever is no guest declares as ever.
        alice.declares("Checkout is slow").await;
    })
    .await;
}
