//! Quick edits in an incident channel, such as `/datadog incident severity SEV-2`, `status stable`,
//! `reopen`, `title …` and `commander @ann`.

use muster_commands::add_to_incident;
use muster_sandbox::{AccountKind, Outage};

use crate::harness::prelude::*;

/// The command after `incident`, the ephemeral reply, and the post in the channel.
const QUICK_EDITS: [(&str, &str, &str); 12] = [
    (
        "severity SEV-2",
        "",
        "alice changed severity UNKNOWN → SEV-2",
    ),
    ("sev 3", "", "alice changed severity SEV-2 → SEV-3"),
    ("sev1", "", "alice changed severity SEV-3 → SEV-1"),
    ("SEV critical", "IR-1 is already SEV-1.", ""),
    ("status stable", "", "alice changed status ACTIVE → STABLE"),
    ("stable", "IR-1 is already STABLE.", ""),
    ("reopen", "", "alice changed status STABLE → ACTIVE"),
    (
        "title Checkout is <down> & out",
        "",
        "alice changed the title from “Checkout is slow” to “Checkout is <down> & out”.",
    ),
    (
        "title “Checkout is slow”",
        "",
        "alice changed the title from “Checkout is <down> & out” to “Checkout is slow”.",
    ),
    (
        // He is unresolved at first, so the request is deferred and answered when it is done.
        "commander @bob",
        "Changed the commander of IR-1 from @alice to @bob.",
        "alice changed commander alice → @bob",
    ),
    ("ic me", "", "alice changed commander bob → @alice"),
    ("ic @ALICE", "@alice is already the commander of IR-1.", ""),
];

#[test]
fn quick_edit_changes_one_field_and_posts_the_activity() {
    incident_over_both_transports(async |world, _, [alice, bob, ..]| {
        let here = &world.channel_id(CHANNEL);
        for (command, reply_text, posted) in QUICK_EDITS {
            let screen = alice
                .types(here, &format!("/datadog incident {command}"))
                .await;
            assert_eq!(screen.view, None, "{command} opens no modal");
            let replies: Vec<&str> = [reply_text]
                .into_iter()
                .filter(|it| !it.is_empty())
                .collect();
            assert_eq!(alice.reads_ephemeral(), replies, "{command}");
            let read = alice.reads(here);
            let posts: Vec<&str> = read
                .iter()
                .filter(|it| !it.starts_with("IR-1 "))
                .map(String::as_str)
                .collect();
            let expected: Vec<&str> = [posted].into_iter().filter(|it| !it.is_empty()).collect();
            assert_eq!(posts, expected, "{command}");
        }
        world.deliver_all_advancing().await;
        let glance = MessageText {
            severity: "🔴 SEV-1 Critical",
            next_update: "2026-11-23 14:35 UTC",
            ..MessageText::default()
        };
        let header = world
            .slack
            .messages(CHANNEL)
            .into_iter()
            .find(|it| it.rendered_text().starts_with("IR-1 "));
        assert_eq!(header.unwrap().rendered_text(), glance.header());
        let read = bob.reads_direct_messages();
        assert_eq!(read.len(), 2, "got and lost the role: {read:#?}");
        // Plus the two entries for the channel renames that follow the title.
        assert_eq!(world.timeline(1).await.len(), 1 + 9 + 2);
        world.expects_unread(8, "announcement, seven announcement replies");
    });
}

#[test]
fn redelivered_quick_edit_is_applied_once() {
    incident_scenario(async |world, _, [alice, bob, ..]| {
        bob.joins(CHANNEL).await;
        alice.types(CHANNEL, "/datadog incident sev2").await;
        bob.types(CHANNEL, "/datadog incident sev3").await;
        alice.redelivers_last_request().await;
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        assert_eq!(bob.reads_ephemeral(), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 3);
        world.expects_unread(
            6,
            "header, announcement, two announcement replies, two posts",
        );
    });
}

#[test]
fn title_that_begins_with_a_quick_edit_keyword_gets_a_question() {
    incident_scenario(async |_, _, [alice, ..]| {
        for (title, command, label) in [
            ("status page is down", "status", "Change Incident · IR-1"),
            (
                "severity of alerts is wrong",
                "severity",
                "Change Incident · IR-1",
            ),
        ] {
            for channel in [CHANNEL, "#general"] {
                let screen = alice
                    .types(channel, &format!("/datadog incident {title}"))
                    .await;
                assert_eq!(screen.view, None, "{title}");
                assert_eq!(
                    alice.reads_ephemeral(),
                    [format!(
                        "Did you mean /datadog {command}, or a new incident called “{title}”?\n\
                         [{label}] [Declare “{title}”]"
                    )]
                );
            }
        }
    });
}

const REJECTED_VALUES: [(&str, &str); 10] = [
    (
        "severity SEV-9",
        "I don't know the severity “SEV-9”. Pick one of: UNKNOWN, SEV-1 Critical, SEV-2 High, SEV-3 \
         Moderate, SEV-4 Low, SEV-5 Minor.",
    ),
    (
        "status dead",
        "I don't know the status “dead”. Pick one of: ACTIVE, STABLE, RESOLVED.",
    ),
    (
        "status",
        "Which status? Pick one of: ACTIVE, STABLE, RESOLVED.",
    ),
    (
        "title",
        "An incident needs a title. E.g. “/datadog incident title Checkout is down”.",
    ),
    (
        "commander",
        "Who should be commander? E.g. “/datadog incident commander @ann”.",
    ),
    (
        "commander @zed",
        "I can't find “zed”. Pick them from the list Slack shows when you type @.",
    ),
    (
        "ic @alic",
        "I can't find “alic”. Did you mean @alice? Or pick from the list Slack shows when you type @.",
    ),
    (
        "ic @Sam",
        "Several people are called “Sam”: @sam1 (Sam), @sam2 (Sam). Type one of these, or pick from the \
         list Slack shows when you type @.",
    ),
    ("ic @muster", "I can't be assigned. Pick a person."),
    (
        "ic @leo",
        "leo's account is deactivated. Pick an active member.",
    ),
];

#[test]
fn unknown_value_is_rejected_with_the_valid_values() {
    let long = "x".repeat(256);
    let title = format!("title {long}");
    let too_long = [(
        title.as_str(),
        "This title is 256 characters long; 255 is the most. Please shorten it. E.g. “/datadog incident \
         title Checkout is down”.",
    )];
    incident_scenario(async |world, _, [alice, ..]| {
        fetch_ambiguous_users(world).await;
        for (command, expected) in REJECTED_VALUES.into_iter().chain(too_long) {
            let screen = alice
                .types(CHANNEL, &format!("/datadog incident {command}"))
                .await;
            assert_eq!(screen.view, None, "{command}");
            let read = alice.reads_ephemeral();
            assert_eq!(read, [expected], "{command}");
        }
        assert_title_hint(&alice).await;
        assert_eq!(
            world.timeline(1).await.len(),
            2,
            "the timeline is unchanged"
        );
    });
}

/// Checks that a rejection outside incident channels says how to declare an incident with this title.
async fn assert_title_hint(alice: &TestUser<'_>) {
    alice
        .types("#general", "/datadog incident severity SEV-9")
        .await;
    let hint = "To declare an incident with this title, put it in quotes: /datadog incident \"severity \
        SEV-9\".";
    let read = alice.reads_ephemeral();
    assert!(read.len() == 1 && read[0].ends_with(hint), "{read:#?}");
}

/// Has the bot fetch several users: two with the same display name, and one who is deactivated and known from
/// a message.
async fn fetch_ambiguous_users(world: &World) {
    let (slack, alice) = (&world.slack, world.user("alice"));
    for name in ["sam1", "sam2", "leo"] {
        slack.add_user(name, "Sam", "Europe/Paris", AccountKind::Member);
    }
    // Users who join an incident channel are fetched; adding a message from elsewhere fetches its author.
    let ts = world.user("leo").posts("#general", "I am off.").await;
    slack.deactivate_account("leo");
    alice
        .uses_message_action("#general", &ts, add_to_incident::ACTION)
        .await;
    alice.submits(&[("Incident", "1")]).await;
    alice.reads_ephemeral();
    slack.clear_display_names();
    for name in ["sam1", "sam2"] {
        world.user(name).types("#general", "/datadog help").await;
        world.user(name).reads_ephemeral();
    }
}

#[test]
fn quick_edits_are_batched_in_one_message_while_slack_is_down() {
    incident_over_http(async |world, _, [alice, bob, ..]| {
        let slack = &world.slack;
        bob.types("#general", "/datadog help").await;
        bob.reads_ephemeral();
        slack.start_outage(Outage::Status(503));
        world.advance(10).await;
        for command in ["ic @bob", "ic me", "ic @bob"] {
            alice
                .types(CHANNEL, &format!("/datadog incident {command}"))
                .await;
        }
        let replies = alice.reads_ephemeral();
        assert_eq!(
            replies.last().unwrap().as_str(),
            "Changed the commander of IR-1 from @alice to @bob. Slack isn't responding right now: others \
             will see it when it's back."
        );
        slack.end_outage();
        world.deliver_all_advancing().await;
        let direct = bob.reads_direct_messages();
        let [notes] = direct.as_slice() else {
            panic!("expected one message, got {direct:#?}");
        };
        let lines: Vec<&str> = notes.lines().collect();
        assert_eq!(
            lines.len(),
            5,
            "expected two messages and the channel: {notes}"
        );
        assert_eq!(lines[0], lines[2]);
        world.expects_unread(4, "header, announcement, its reply, post");
        world.expects_warning("Slack isn't responding;");
    });
}
