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
        assert_eq!(olga.field_value("Severity labels"), labels);
        assert_eq!(
            olga.field_value("Update reminders (minutes)"),
            "SEV-1: 30\nSEV-2: 30"
        );
        assert_eq!(olga.field_value("Archive channels after (days)"), "0");
        let screen = olga
            .submits(&[
                ("Severity levels", "SEV-0 to SEV-2"),
                ("Severity labels", "SEV-0: All hands"),
                ("Use a “Completed” status after Resolved", "Yes"),
                ("Channel name", "inc-{{public_id}}"),
            ])
            .await;
        let view = screen.view.expect("no reply lists the changes");
        assert_eq!(
            view.blocks[0]["text"]["text"],
            "Changed: Severity levels, Severity labels, Use a “Completed” status after Resolved, Channel name. \
             Applies from now on; existing posts aren't changed."
        );
        olga.redelivers_last_request().await;

        alice.types("#general", "/datadog incident Checkout").await;
        alice
            .submits(&[("Severity Level", "SEV-0 All hands")])
            .await;
        assert_eq!(alice.reads_ephemeral(), ["Declared IR-1. Head to #inc-1."]);
        world.expects_unread(3, "header, welcome, announcement, its reply");

        // An unchanged submission changes nothing and posts nothing.
        olga.types("#general", "/datadog settings").await;
        assert_eq!(olga.field_value("Channel name"), "inc-{{public_id}}");
        assert_eq!(olga.submits(&[]).await.view, None);
    });
}

#[test]
fn admin_changes_roles_descriptions_and_announced_changes() {
    scenario(async |world, [alice, ..]| {
        let olga = add_admin(world);
        olga.types("#general", "/datadog settings").await;
        let heard = "severity, status, commander";
        assert_eq!(olga.field_value("Changes to announce"), heard);
        assert_eq!(
            olga.field_value("Unknown severity reminder (minutes)"),
            "60"
        );
        let roles = "Communications Lead (one): You tell the people who wait.\nScribe (several)";
        olga.fills_several("Changes to announce", &["New title"])
            .await;
        let screen = olga
            .submits(&[
                ("Severity descriptions", "SEV-1: All is lost."),
                ("Roles", roles),
                ("Unknown severity reminder (minutes)", "0"),
            ])
            .await;
        let view = screen.view.expect("no reply lists the changes");
        let notice = view.blocks[0]["text"]["text"].as_str().unwrap();
        let changed = "Changed: Severity descriptions, Roles, Changes to announce, Unknown severity reminder \
                       (minutes).";
        assert!(notice.starts_with(changed), "{notice}");
        olga.types("#general", "/datadog settings").await;
        assert_eq!(olga.field_value("Roles"), roles);
        // Concurrent changes of different settings are both kept.
        world.change_settings(&[("archive_after_days", serde_json::json!(9))]);
        olga.submits(&[("Allow “Unknown” severity", "No")]).await;
        olga.types("#general", "/datadog settings").await;
        assert_eq!(olga.field_value("Archive channels after (days)"), "9");

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
                ("Severity labels", "SEV-1: Bad\nSEV-2: bad"),
                ("Channel name", "- -"),
                ("Roles", "Scribe (one)\nResponder (several)"),
                ("Archive channels after (days)", "400"),
            ])
            .await;
        for (label, what) in [
            (
                "Severity labels",
                "Must have unique labels: SEV-1 and SEV-2 are both “bad”.",
            ),
            (
                "Channel name",
                "Must produce a name: use letters, digits or a variable such as {{public_id}}.",
            ),
            ("Roles", "Can't include Responder, which is built in."),
            (
                "Archive channels after (days)",
                "Must be at most 365 days, not 400.",
            ),
        ] {
            assert_eq!(screen.errors[label], what);
        }
        olga.types("#general", "/datadog settings").await;
        assert_eq!(olga.field_value("Archive channels after (days)"), "0");
    });
}

#[test]
fn unreadable_and_invalid_settings_are_reported_together() {
    scenario(async |world, _| {
        let olga = add_admin(world);
        olga.types("#general", "/datadog settings").await;
        let screen = olga
            .submits(&[
                ("Unknown severity reminder (minutes)", "abc"),
                ("Archive channels after (days)", "99999"),
                ("Roles", "Scribe"),
                ("Channel name", "inc-{{public_id}}"),
            ])
            .await;
        let expected = [
            (
                "Archive channels after (days)",
                "Must be at most 365 days, not 99999.",
            ),
            (
                "Roles",
                "Line 1: use the format “Scribe (one): You take notes”.",
            ),
            (
                "Unknown severity reminder (minutes)",
                "Enter a whole number of minutes, such as 60 (0 = never).",
            ),
        ];
        for (label, error) in expected {
            assert_eq!(screen.errors[label], error);
        }
        olga.types("#general", "/datadog settings").await;
        assert_eq!(
            olga.field_value("Channel name"),
            "incident-{{public_id}}-{{title}}"
        );
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
                "Only workspace admins can change settings. Ask one of them, or your Muster admin, who can \
                 use muster settings in a terminal."
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
                "Slack didn't confirm that you're a workspace admin. Type it again: /datadog settings"
            ]
        );
        let log = world.log.take_warnings();
        assert!(
            log[0].contains("Cannot fetch whether the user is a workspace admin"),
            "{log:?}"
        );
    });
}
