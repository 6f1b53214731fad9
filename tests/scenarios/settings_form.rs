//! `/datadog settings`: for those who look after the workspace.

use muster::sandbox::{PersonKind, Trouble};

use super::person::Person;
use super::world::{World, by_each_door};

/// Gives somebody who looks after the workspace.
fn olga(world: &World) -> Person<'_> {
    let zone = "Europe/Oslo";
    world
        .slack
        .add_person("olga", "Olga Owner", zone, PersonKind::Admin);
    world.person("olga")
}

#[tokio::test]
async fn an_admin_changes_how_the_team_works() {
    by_each_door(async |world| {
        let (alice, olga) = (world.person("alice"), olga(world));
        olga.says("#general", "/datadog settings").await;
        let labels = "SEV-1: Critical\nSEV-2: High\nSEV-3: Moderate\nSEV-4: Low\nSEV-5: Minor";
        assert_eq!(olga.field("What the levels are called"), labels);
        assert_eq!(olga.field("Reminders"), "SEV-1: 30\nSEV-2: 30");
        assert_eq!(olga.field("Archive after"), "0");
        let seen = olga
            .submits(&[
                ("Severity levels", "SEV-0 to SEV-2"),
                ("What the levels are called", "SEV-0: All hands"),
                ("COMPLETED comes after RESOLVED", "Yes"),
                ("Channel names", "inc-{{public_id}}"),
            ])
            .await;
        let view = seen.view.expect("it says what was changed");
        assert_eq!(
            view.blocks[0]["text"]["text"],
            "Changed: severity_levels, severity_labels, status_completed, channel_name. It holds from \
             now on; what is posted already stays as it is until it changes."
        );
        olga.sends_it_again().await;

        alice.says("#general", "/datadog incident Checkout").await;
        alice
            .submits(&[("Severity Level", "SEV-0 All hands")])
            .await;
        assert_eq!(
            alice.reads_alone(),
            ["IR-1 is declared: #inc-1 is its channel, and you are in it."]
        );
        alice.reads_everything();

        // Saved untouched, it changes nothing and says nothing.
        olga.says("#general", "/datadog settings").await;
        assert_eq!(olga.field("Channel names"), "inc-{{public_id}}");
        assert_eq!(olga.submits(&[]).await.view, None);
    })
    .await;
}

#[tokio::test]
async fn an_admin_changes_the_roles_the_descriptions_and_what_is_announced() {
    by_each_door(async |world| {
        let (alice, olga) = (world.person("alice"), olga(world));
        olga.says("#general", "/datadog settings").await;
        let heard = "declared, severity, status, commander";
        assert_eq!(olga.field("What the global channel hears of"), heard);
        assert_eq!(olga.field("Ask for an unknown severity after"), "60");
        let roles = "Communications Lead (one): You tell the people who wait.\nScribe (several)";
        olga.fills_several("What the global channel hears of", &["Another title"])
            .await;
        let seen = olga
            .submits(&[
                ("When to choose which level", "SEV-1: All is lost."),
                ("Roles", roles),
                ("Ask for an unknown severity after", "0"),
            ])
            .await;
        let view = seen.view.expect("it says what was changed");
        let told = view.blocks[0]["text"]["text"].as_str().unwrap();
        let changed = "Changed: severity_descriptions, roles, announced, reminder_minutes_unknown.";
        assert!(told.starts_with(changed), "{told}");
        olga.says("#general", "/datadog settings").await;
        assert_eq!(olga.field("Roles"), roles);
        // Two at once change each their own.
        world.sets(&[("archive_after_days", serde_json::json!(9))]);
        olga.submits(&[("UNKNOWN can be chosen", "No")]).await;
        olga.says("#general", "/datadog settings").await;
        assert_eq!(olga.field("Archive after"), "9");

        alice.says("#general", "/datadog incident Checkout").await;
        alice.submits(&[("Severity Level", "SEV-1 Critical")]).await;
        alice.reads_everything();
        let here = "incident-1-checkout";
        alice
            .updates(here, &[("Status", "STABLE"), ("Title", "Carts")])
            .await;
        let card = alice.card(1).unwrap();
        assert_eq!(
            alice.reads_thread("#incidents", &card.ts),
            ["alice changed the title from “Checkout” to “Carts”."]
        );
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_told_under_its_field_and_nothing_is_changed() {
    by_each_door(async |world| {
        let olga = olga(world);
        olga.says("#general", "/datadog settings").await;
        let seen = olga
            .submits(&[
                ("What the levels are called", "SEV-1: Bad\nSEV-2: bad"),
                ("Channel names", "- -"),
                ("Roles", "Scribe (one)\nResponder (several)"),
                ("Archive after", "400"),
            ])
            .await;
        for (label, what) in [
            (
                "What the levels are called",
                "This calls both SEV-1 and SEV-2 “bad”. Give each a name of its own.",
            ),
            (
                "Channel names",
                "This gives no name. A channel's name has letters or digits: {{public_id}}.",
            ),
            (
                "Roles",
                "This names Responder, which is there without being named.",
            ),
            ("Archive after", "This is 400 days; 365 is the most."),
        ] {
            assert_eq!(seen.errors[label], what);
        }
        olga.says("#general", "/datadog settings").await;
        assert_eq!(olga.field("Archive after"), "0");
    })
    .await;
}

#[tokio::test]
async fn others_get_one_line() {
    by_each_door(async |world| {
        let bob = world.person("bob");
        let seen = bob.says("#general", "/datadog settings").await;
        assert_eq!(seen.view, None);
        assert_eq!(
            bob.reads_alone(),
            [
                "Settings are for workspace admins. Ask one of them; whoever runs this bot can change them \
                 too, with muster settings."
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn an_admin_whom_slack_does_not_know_at_the_moment_is_told_to_try_again() {
    by_each_door(async |world| {
        let olga = olga(world);
        olga.says("#general", "/datadog help").await;
        olga.reads_alone();
        world.slack.fails("users.info", 1, Trouble::Error("fatal_error"));
        olga.says("#general", "/datadog settings").await;
        assert_eq!(
            olga.reads_alone(),
            [
                "Slack did not say whether you are a workspace admin. Type it again: /datadog settings"
            ]
        );
        let log = world.log.take();
        assert!(log[0].contains("Whether somebody is an admin could not be found out"), "{log:?}");
    })
    .await;
}
