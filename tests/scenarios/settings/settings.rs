//! Team settings that change while the bot is running.

use muster_sandbox::AccountKind;
use serde_json::json;

use crate::harness::prelude::*;

#[test]
fn running_app_uses_the_current_severity_scale() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        let first = alice
            .declares_with("Search is slow", &[("Severity Level", "SEV-5 Minor")])
            .await;
        change_severity_scale(world);

        bob.joins(&first.channel).await;
        // A value that is no longer available is still shown, and stays until it is changed.
        bob.types(&first.channel, "/datadog incident update").await;
        assert_eq!(bob.field_value("Severity Level"), "SEV-5");
        let channel = world.channel_id(&first.channel);
        bob.submits(&[("Title", "Search is down")]).await;
        assert_eq!(
            bob.reads(&channel),
            [
                "IR-1 Search is down\n*Severity*\n🔵 SEV-5\n*Status*\n🔥 ACTIVE\n\
                 *Incident Commander*\n@alice\n*Customer impact*\nUnknown\n\
                 Declared by alice 2026-11-23 14:05 UTC\n\
                 [Update] [Severity] [Resolve] [Note] […]\n[Add Chat] [Add Video Call]",
                "bob changed the title from “Search is slow” to “Search is down”.",
            ]
        );
        world.expects_unread(1, "announcement");

        bob.updates(&channel, &[("Severity Level", "SEV-0 All hands")])
            .await;
        let header = bob.reads(&channel).remove(0);
        assert!(header.contains("🔴 SEV-0 All hands"), "{header}");
        world.expects_unread(2, "announcement, its reply");

        let second = alice
            .declares_with("Checkout", &[("Severity Level", "SEV-1 <Bad> & worse")])
            .await;
        assert_eq!(
            slack.topic(&second.channel),
            format!(
                "SEV-1 &lt;Bad&gt; &amp; worse · ACTIVE · Commander: <@{}>",
                slack.user("alice")
            )
        );
    });
}

/// Changes the scale to three severities, two of which have labels.
fn change_severity_scale(world: &World) {
    world.change_settings(&[
        ("severity_levels", json!(["SEV-0", "SEV-1", "SEV-2"])),
        (
            "severity_labels",
            json!({ "SEV-0": "All hands", "SEV-1": "<Bad> & worse" }),
        ),
    ]);
}

#[test]
fn severity_is_required_when_unknown_is_disabled() {
    scenario(async |world, [alice, ..]| {
        world.change_settings(&[("severity_unknown", json!(false))]);
        alice.types("#general", "/datadog incident Checkout").await;
        assert_eq!(alice.field_value("Severity Level"), "");
        alice.submits(&[SEV_4]).await;
        let announcement = alice.announcement(1).unwrap();
        assert!(announcement.rendered_text().contains("SEV-4 Low"));
        world.expects_unread(4, "header, welcome, announcement, its reply, reply");
    });
}

#[test]
fn completed_status_is_available_when_enabled() {
    scenario(async |world, [alice, ..]| {
        let declared = alice.declares("Checkout").await;
        world.change_settings(&[("status_completed", json!(true))]);
        alice
            .updates(&declared.channel, &[("Status", "COMPLETED")])
            .await;
        assert_eq!(
            alice.reads(&declared.channel)[1],
            "alice changed status ACTIVE → COMPLETED"
        );
        world.expects_unread(2, "announcement, its reply");
    });
}

#[test]
fn only_configured_changes_are_announced() {
    scenario(async |world, [alice, ..]| {
        world.change_settings(&[("announced", json!(["title", "severity"]))]);
        let declared = alice.declares("Checkout is slow").await;
        let changes = [("Title", "Checkout is down"), SEV_1, STABLE];
        let channel = world.channel_id(&declared.channel);
        alice.updates(&channel, &changes).await;
        assert_eq!(
            alice.reads_thread("#incidents", &declared.announcement_ts),
            ["alice updated the incident\n\
                 Title “Checkout is slow” → “Checkout is down”\n\
                 Severity UNKNOWN → SEV-1"]
        );
        // The announcement shows the current state anyway.
        assert!(
            alice
                .announcement(1)
                .unwrap()
                .rendered_text()
                .contains("STABLE")
        );
        world.expects_unread(3, "header, announcement, post");

        world.change_settings(&[("announced", json!([]))]);
        alice.updates(&channel, &[RESOLVED]).await;
        assert_eq!(
            alice.reads_thread("#incidents", &declared.announcement_ts),
            [""; 0]
        );
        world.expects_unread(3, "header, announcement, post");
    });
}

#[test]
fn channel_name_follows_the_configured_template() {
    scenario(async |world, [alice, ..]| {
        world.change_settings(&[(
            "channel_name",
            json!("sev{{severity_number}}-{{yyyy}}{{mm}}{{dd}}-{{title}}"),
        )]);
        alice.types("#general", "/datadog incident Überlast").await;
        alice.submits(&[SEV_2]).await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Declared IR-1. Head to #sev2-20261123-uberlast."]
        );
        world.expects_unread(3, "header, welcome, announcement, its reply");
    });
}

#[test]
fn guests_may_not_declare_when_disabled() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        let zone = "Europe/Paris";
        slack.add_user("gus", "Gus Guest", zone, AccountKind::Guest);
        let gus = world.user("gus");
        let channel = alice.declares("Search is slow").await.channel;
        slack.invites("alice", &channel, "gus").await;
        // A modal that was open when the setting changed is rejected as well, and keeps its input.
        gus.types(&channel, "/datadog incident Checkout is slow")
            .await;
        world.change_settings(&[("who_declares", json!("no_guests"))]);
        let rejected = "Only members can declare incidents here, and you're a guest. Tell a member what \
            you saw: they can declare it in seconds and add you to its channel.";
        let screen = gus.submits(&[]).await;
        assert_eq!(screen.errors["Title"], rejected);
        gus.types(&channel, "/datadog incident Checkout is slow")
            .await;
        assert_eq!(gus.reads_ephemeral(), [rejected]);

        gus.closes_modal().await;
        gus.opens_home().await;
        gus.clicks_at_home("declare_incident").await;
        assert_eq!(gus.reads_direct_messages(), [rejected]);
        // Members can still declare.
        alice.declares("Checkout is slow").await;
    });
}
