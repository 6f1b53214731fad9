//! When rules notify, and what is read then.

use serde_json::json;

use super::{EXEC, ends, incident_channel, notified, reads_exec, set_rule};
use crate::harness::prelude::*;

#[test]
fn declaration_of_a_sev_1_is_posted_to_the_executives() {
    over_both_transports(async |world, [alice, bob, _]| {
        set_rule(world, json!({}));
        alice.declares_with("Checkout is down", &[SEV_1]).await;
        let posts = bob.reads(EXEC);
        let [post] = posts.as_slice() else {
            panic!("{posts:#?}")
        };
        for part in [
            "[IR-1] Checkout is down",
            "alice declared this incident.",
            "Severity: SEV-1",
            "Status: ACTIVE",
            "Incident Commander: alice",
        ] {
            assert!(post.contains(part), "{part}: {post}");
        }
        assert_eq!(notified(world), [r##"Executives ["#exec"]"##]);
        // The incident's channel has no post about it.
        let channel = incident_channel(world);
        let posts = world.slack.messages(&channel);
        assert!(
            posts
                .iter()
                .all(|it| !it.rendered_text().contains("notified"))
        );
        alice.declares("Search is slow").await;
        assert_eq!(reads_exec(&bob), [""; 0]);
        ends(world);
    });
}

#[test]
fn update_that_starts_to_match_notifies_once_and_again_after_it_stopped() {
    scenario(async |world, [alice, bob, _]| {
        set_rule(world, json!({}));
        let channel = alice.declares("Checkout is slow").await.channel;
        assert_eq!(reads_exec(&bob), [""; 0]);
        let raised = [SEV_1, ("Title", "Checkout is down")];
        alice.updates(&channel, &raised).await;
        let posts = reads_exec(&bob);
        assert_eq!(posts.len(), 1, "one notification for one change");
        assert!(posts[0].contains("Severity UNKNOWN → SEV-1"), "{posts:?}");
        let channel = incident_channel(world);
        alice.updates(&channel, &[STABLE]).await;
        assert_eq!(reads_exec(&bob), [""; 0]);
        alice.updates(&channel, &[SEV_3]).await;
        alice.updates(&channel, &[SEV_1]).await;
        assert_eq!(reads_exec(&bob).len(), 1);
        assert_eq!(notified(world).len(), 2);
        ends(world);
    });
}

#[test]
fn chosen_fields_notify_again_while_the_incident_matches() {
    scenario(async |world, [alice, bob, _]| {
        set_rule(
            world,
            json!({ "renotify_on": ["status", "status_update", "customer_impact"] }),
        );
        let channel = alice
            .declares_with("Checkout is down", &[SEV_1])
            .await
            .channel;
        assert_eq!(reads_exec(&bob).len(), 1);
        for (command, expected) in [
            (
                "/datadog incident status stable",
                "alice changed status ACTIVE → STABLE",
            ),
            (
                "/datadog incident update Rolling back.",
                "alice posted an update: Rolling back.",
            ),
            ("/datadog incident impact Cards fail", "alice"),
        ] {
            alice.types(&channel, command).await;
            let posts = reads_exec(&bob);
            assert_eq!(posts.len(), 1, "{command}: {posts:#?}");
            assert!(posts[0].contains(expected), "{command}: {posts:#?}");
        }
        alice
            .types(&channel, "/datadog incident note The disk is full.")
            .await;
        alice.types(&channel, "/datadog task Roll back").await;
        assert_eq!(reads_exec(&bob), [""; 0]);
        ends(world);
    });
}

#[test]
fn group_and_channel_of_one_rule_are_notified_and_its_template_is_the_text() {
    scenario(async |world, [alice, bob, _]| {
        let template = json!([{
            "name": "Pager", "category": "Incident", "subject": "{{incident.id}} is {{incident.severity}}",
            "body": "What: {{incident.changes}}",
        }]);
        world.change_settings(&[("message_templates", template)]);
        world.slack.add_user_group("sre", &["bob", "chioma"]);
        let recipients = json!(["@sre", EXEC, "<@U0ALICE0001>", "@commander"]);
        set_rule(
            world,
            json!({ "recipients": recipients, "template": "Pager" }),
        );
        alice
            .types("#general", "/datadog incident new Checkout is down")
            .await;
        alice.submits_anyway(&[SEV_1]).await;
        world.deliver_all_advancing().await;
        let text = "IR-1 is SEV-1";
        let posts = bob.reads(EXEC);
        assert!(posts.len() == 1 && posts[0].starts_with(text), "{posts:#?}");
        assert!(
            posts[0].contains("What: alice declared this incident."),
            "{posts:#?}"
        );
        // alice is addressed as a person and as the commander.
        for user in ["alice", "bob", "chioma"] {
            let mails = world.slack.mails_to(&format!("{user}@acme.example"));
            let [mail] = mails.try_into().unwrap();
            assert_eq!(mail.subject(), text);
            let changes = "What: alice declared this incident.";
            assert!(mail.text().contains(changes), "{}", mail.text());
        }
        ends(world);
    });
}

#[test]
fn edited_rule_notifies_nothing_that_matches_already() {
    scenario(async |world, [alice, bob, _]| {
        let channel = alice
            .declares_with("Checkout is down", &[SEV_1])
            .await
            .channel;
        set_rule(world, json!({}));
        alice.updates(&channel, &[STABLE]).await;
        assert_eq!(reads_exec(&bob), [""; 0]);
        assert_eq!(notified(world), [""; 0]);
        ends(world);
    });
}
