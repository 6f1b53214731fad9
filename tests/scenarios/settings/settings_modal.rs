//! `/datadog settings`: the settings modal for workspace admins.

use muster_sandbox::{AccountKind, Fault};

use crate::harness::prelude::*;

/// Returns the workspace admin.
fn add_admin(world: &World) -> TestUser<'_> {
    let zone = "Europe/Oslo";
    world
        .slack
        .add_user("olga", "Olga Owner", zone, AccountKind::Admin);
    world.user("olga")
}

#[test]
fn admin_changes_settings_in_the_modal() {
    over_both_transports(async |world, [alice, ..]| {
        let olga = add_admin(world);
        olga.types("#general", "/datadog settings").await;
        let labels = "SEV-1: Critical\nSEV-2: High\nSEV-3: Moderate\nSEV-4: Low\nSEV-5: Minor";
        assert_eq!(olga.field_value("What the levels are called"), labels);
        assert_eq!(olga.field_value("Reminders"), "SEV-1: 30\nSEV-2: 30");
        assert_eq!(olga.field_value("Archive after"), "0");
        let screen = olga
            .submits(&[
                ("Severity levels", "SEV-0 to SEV-2"),
                ("What the levels are called", "SEV-0: All hands"),
                ("COMPLETED comes after RESOLVED", "Yes"),
                ("Channel names", "inc-{{public_id}}"),
            ])
            .await;
        let view = screen.view.expect("no reply lists the changes");
        assert_eq!(
            view.blocks[0]["text"]["text"],
            "Changed: severity_levels, severity_labels, status_completed, channel_name. It holds from \
             now on; what is posted already stays as it is until it changes."
        );
        olga.redelivers_last_request().await;

        alice.types("#general", "/datadog incident Checkout").await;
        alice
            .submits(&[("Severity Level", "SEV-0 All hands")])
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["IR-1 is declared: #inc-1 is its channel, and you are in it."]
        );
        world.expects_unread(3, "header, welcome, announcement, its reply");

        // An unchanged submission changes nothing and posts nothing.
        olga.types("#general", "/datadog settings").await;
        assert_eq!(olga.field_value("Channel names"), "inc-{{public_id}}");
        assert_eq!(olga.submits(&[]).await.view, None);
    });
}

#[test]
fn admin_changes_roles_descriptions_and_announced_changes() {
    scenario(async |world, [alice, ..]| {
        let olga = add_admin(world);
        olga.types("#general", "/datadog settings").await;
        let heard = "declared, severity, status, commander";
        assert_eq!(olga.field_value("What the global channel hears of"), heard);
        assert_eq!(olga.field_value("Ask for an unknown severity after"), "60");
        let roles = "Communications Lead (one): You tell the people who wait.\nScribe (several)";
        olga.fills_several("What the global channel hears of", &["Another title"])
            .await;
        let screen = olga
            .submits(&[
                ("When to choose which level", "SEV-1: All is lost."),
                ("Roles", roles),
                ("Ask for an unknown severity after", "0"),
            ])
            .await;
        let view = screen.view.expect("no reply lists the changes");
        let notice = view.blocks[0]["text"]["text"].as_str().unwrap();
        let changed = "Changed: severity_descriptions, roles, announced, reminder_minutes_unknown.";
        assert!(notice.starts_with(changed), "{notice}");
        olga.types("#general", "/datadog settings").await;
        assert_eq!(olga.field_value("Roles"), roles);
        // Concurrent changes of different settings are both kept.
        world.change_settings(&[("archive_after_days", serde_json::json!(9))]);
        olga.submits(&[("UNKNOWN can be chosen", "No")]).await;
        olga.types("#general", "/datadog settings").await;
        assert_eq!(olga.field_value("Archive after"), "9");

        alice.types("#general", "/datadog incident Checkout").await;
        alice.submits(&[SEV_1]).await;
        world.expects_unread(4, "header, welcome, announcement, reply");
        assert_only_the_title_is_announced(&alice).await;
    });
}

/// Changes the status and the title of an incident. The announcement reply is about the title only.
async fn assert_only_the_title_is_announced(alice: &TestUser<'_>) {
    alice
        .updates("incident-1-checkout", &[STABLE, ("Title", "Carts")])
        .await;
    let announcement = alice.announcement(1).unwrap();
    assert_eq!(
        alice.reads_thread("#incidents", &announcement.ts),
        ["alice changed the title from “Checkout” to “Carts”."]
    );
    alice.world.expects_unread(3, "header, announcement, post");
}

#[test]
fn invalid_settings_are_rejected_under_their_fields() {
    scenario(async |world, _| {
        let olga = add_admin(world);
        olga.types("#general", "/datadog settings").await;
        let screen = olga
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
            assert_eq!(screen.errors[label], what);
        }
        olga.types("#general", "/datadog settings").await;
        assert_eq!(olga.field_value("Archive after"), "0");
    });
}

#[test]
fn settings_are_rejected_for_non_admins() {
    scenario(async |_, [_, bob, ..]| {
        let screen = bob.types("#general", "/datadog settings").await;
        assert_eq!(screen.view, None);
        assert_eq!(
            bob.reads_ephemeral(),
            [
                "Settings are for workspace admins. Ask one of them; whoever runs this bot can change them \
                 too, with muster settings."
            ]
        );
    });
}

#[test]
fn settings_reply_requests_a_retry_when_users_info_fails() {
    scenario(async |world, _| {
        let olga = add_admin(world);
        olga.types("#general", "/datadog help").await;
        olga.reads_ephemeral();
        world
            .slack
            .fail_calls("users.info", 1, Fault::Error("fatal_error"));
        olga.types("#general", "/datadog settings").await;
        assert_eq!(
            olga.reads_ephemeral(),
            [
                "Slack did not say whether you are a workspace admin. Type it again: /datadog settings"
            ]
        );
        let log = world.log.take_warnings();
        assert!(
            log[0].contains("Cannot fetch whether the user is a workspace admin"),
            "{log:?}"
        );
    });
}
