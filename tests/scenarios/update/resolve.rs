//! Resolving an incident: the short form, the text after `resolve`, and the closing summary.

use muster_sandbox::Outage;

use crate::harness::prelude::*;

const RESOLVE: &str = "/datadog incident resolve";
const MINUTE: i64 = 60;

/// Opens the form of an ongoing impact and an open task.
async fn open_resolve_modal(alice: &TestUser<'_>, channel: &str) {
    alice.types(channel, RESOLVE).await;
    let form = alice.modal();
    assert_eq!(form.title, "Resolve IR-1");
    assert_eq!(alice.field_value("Impact ended"), "now");
    assert_eq!(alice.field_value("Severity Level"), "UNKNOWN");
    let text = form.blocks.to_string();
    for part in ["1 task is still open:", "1. Roll back the release"] {
        assert!(text.contains(part), "{text}");
    }
}

/// The summary of an incident with a task and a follow-up.
const CLOSING_SUMMARY: &str = ":white_check_mark: *IR-1 is RESOLVED* after 20 min\n\
             *Severity*\n🟠 SEV-2 High\n*Customer impact*\n15 min\n\
             *Incident Commander*\nalice\n*Responders*\nbob\n\
             What fixed it\nRolled back deploy 991.\n\
             Why it happened\nA missing index.\n\
             Open tasks: 1\n1. Roll back the release · bob\n\
             Open follow-ups: 1\n2. Add an alert\n\
             [Generate Postmortem] [Add Follow-up] [Timeline] [Reopen]";

#[test]
fn form_asks_for_what_matters_and_names_open_tasks() {
    over_both_transports(async |world, [alice, bob, ..]| {
        let impacted = [("Customer impact", "Yes")];
        let declared = alice.declares_with("Checkout is slow", &impacted).await;
        let channel = &declared.channel;
        bob.joins(channel).await;
        for command in ["task Roll back the release @bob", "followup Add an alert"] {
            alice.types(channel, &format!("/datadog {command}")).await;
        }
        world.expects_unread(3, "two posts, direct message");
        world.advance(20 * MINUTE).await;
        open_resolve_modal(&alice, channel).await;
        let fields = [
            ("Impact ended", "5 minutes ago"),
            ("What fixed it", "Rolled back deploy 991."),
            ("Why it happened", "A missing index."),
            SEV_2,
        ];
        alice.submits_and_closes(&fields).await;
        alice.redelivers_last_request().await;
        let read = alice.reads(channel);
        assert_eq!(read.len(), 2, "header, changes: {read:#?}");
        assert_eq!(world.unread_summaries(channel), [CLOSING_SUMMARY]);
        let thread = alice.reads_thread("#incidents", &declared.announcement_ts);
        let replies = [
            "alice changed severity UNKNOWN → SEV-2",
            "RESOLVED by alice\nRolled back deploy 991.",
        ];
        assert_eq!(thread, replies);
        assert_eq!(
            world.timeline(1).await.last().map(String::as_str),
            Some("alice updated “Rolled back deploy 991.”")
        );
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        world.expects_unread(1, "announcement");
    });
}

#[test]
fn text_after_resolve_resolves_at_once() {
    incident_over_both_transports(async |world, channel, [alice, ..]| {
        alice
            .types(channel, &format!("{RESOLVE} Fixed by rollback."))
            .await;
        alice.redelivers_last_request().await;
        assert_eq!(world.slack.top_modal("alice"), None);
        alice.reads(channel);
        let summaries = world.unread_summaries(channel);
        let [summary] = summaries.as_slice() else {
            panic!("one summary: {summaries:#?}");
        };
        for part in [
            "\nWhat fixed it\nFixed by rollback.\n",
            "*Customer impact*\nNone recorded",
            "\nNo open tasks or follow-ups.\n",
        ] {
            assert!(summary.contains(part), "{summary}");
        }
        // The incident is resolved already: the text is kept, without a second summary.
        alice
            .types(channel, &format!("{RESOLVE} It was the cache."))
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["IR-1 is already RESOLVED. Posted your text as an update."]
        );
        assert_eq!(
            alice.reads(channel)[1..],
            ["Update from alice\nIt was the cache."]
        );
        alice.types(channel, RESOLVE).await;
        assert_eq!(alice.reads_ephemeral(), ["IR-1 is already RESOLVED."]);
        assert_eq!(world.unread_summaries(channel), [""; 0]);
        world.expects_unread(3, "announcement, its two replies");
    });
}

#[test]
fn each_resolution_posts_a_summary() {
    incident_scenario(async |world, channel, [alice, ..]| {
        for attempt in 1..=2 {
            alice
                .types(channel, &format!("{RESOLVE} Attempt {attempt}"))
                .await;
            assert_eq!(world.unread_summaries(channel).len(), 1);
            alice.types(channel, "/datadog incident reopen").await;
        }
        alice.updates(channel, &[RESOLVED]).await;
        let last = world.unread_summaries(channel).pop().unwrap();
        assert!(!last.contains("What fixed it"), "{last}");
        world.expects_unread(
            12,
            "header, announcement, five announcement replies, five posts",
        );
    });
}

#[test]
fn impact_that_ends_before_it_started_is_rejected_under_its_field() {
    over_http(async |world, [alice, ..]| {
        let impacted = [("Customer impact", "Yes")];
        let channel = alice
            .declares_with("Checkout is slow", &impacted)
            .await
            .channel;
        alice.types(&channel, RESOLVE).await;
        for (input, error) in [
            ("yesterday", "Add a time of day"),
            ("1 hour ago", "An impact can't end before"),
        ] {
            let screen = alice.submits(&[("Impact ended", input)]).await;
            let errors = format!("{:?}", screen.errors);
            assert!(errors.contains(error), "{errors}");
        }
        assert_eq!(world.unread_summaries(&channel), [""; 0]);
    });
}

#[test]
fn resolution_during_an_outage_is_posted_later_and_not_if_it_was_reopened() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.slack.start_outage(Outage::Status(503));
        world.advance(120).await;
        alice.types(channel, &format!("{RESOLVE} First try")).await;
        alice.types(channel, "/datadog incident reopen").await;
        world.advance(MINUTE).await;
        alice.types(channel, &format!("{RESOLVE} Second try")).await;
        world.slack.end_outage();
        world.deliver_all_advancing().await;
        let summaries = world.unread_summaries(channel);
        assert_eq!(summaries.len(), 1, "{summaries:#?}");
        assert!(summaries[0].contains("Second try"), "{summaries:#?}");
        world.expects_unread(
            8,
            "header, announcement, three announcement replies, post, two replies",
        );
        world.expects_warning("Slack isn't responding;");
    });
}

#[test]
fn resolving_from_another_channel_confirms() {
    incident_scenario(async |world, _, [alice, ..]| {
        alice
            .types("#general", "/datadog resolve IR-1 Rolled back.")
            .await;
        assert_eq!(alice.reads_ephemeral(), ["Resolved IR-1."]);
        world.expects_unread(4, "header, announcement, its reply, post");
    });
}

#[test]
fn resolution_with_a_text_is_one_reply_and_one_direct_message() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        let announcement = alice.announcement(1).unwrap().ts;
        bob.clicks("#incidents", &announcement, "subscribe").await;
        bob.reads_ephemeral();
        alice
            .types(channel, &format!("{RESOLVE} Fixed by rollback."))
            .await;
        let resolved = "RESOLVED by alice\nFixed by rollback.";
        assert_eq!(alice.reads_thread("#incidents", &announcement), [resolved]);
        let messages = bob.reads_direct_messages();
        assert_eq!(messages.len(), 1, "{messages:#?}");
        let begins = format!("IR-1 Checkout is slow: {resolved}\n");
        assert!(messages[0].starts_with(&begins), "{messages:#?}");
        assert_eq!(
            alice.reads(channel)[1..],
            ["alice changed status ACTIVE → RESOLVED"]
        );
        assert_eq!(world.unread_summaries(channel).len(), 1);
        world.expects_unread(1, "announcement");
    });
}

#[test]
fn text_after_a_status_is_one_post_and_one_reply() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let announcement = alice.announcement(1).unwrap().ts;
        alice
            .types(channel, "/datadog incident stable until tonight")
            .await;
        let stable = "STABLE by alice\nuntil tonight";
        assert_eq!(alice.reads(channel)[1..], [stable]);
        assert_eq!(alice.reads_thread("#incidents", &announcement), [stable]);
        // The settings may hide the status, not the update.
        world.change_settings(&[("announced", serde_json::json!([]))]);
        alice
            .types(channel, "/datadog incident reopen it is back")
            .await;
        assert_eq!(alice.reads(channel)[1..], ["ACTIVE by alice\nit is back"]);
        assert_eq!(
            alice.reads_thread("#incidents", &announcement),
            ["Update from alice\nit is back"]
        );
    });
}
