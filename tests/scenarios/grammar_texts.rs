//! Arguments as users type them: times, tasks, lists, users and links in a text.

use crate::harness::prelude::*;

const CHANNEL: &str = "incident-1-checkout-is-slow";

#[test]
fn time_at_the_start_of_a_note_needs_no_preposition() {
    scenario(async |world, _| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        world.advance_to_minute(30).await;
        for (command, time, note) in [
            ("note -10m hi", Some("14:25"), "hi"),
            (
                "note 15 minutes earlier: it began",
                Some("14:20"),
                "it began",
            ),
            ("note -5 % of all carts", None, "-5 % of all carts"),
        ] {
            alice.types(CHANNEL, &format!("/datadog {command}")).await;
            // The post does not show the time, so the reply does, unless it is now.
            let at = |time| format!("Added your note to IR-1, at 2026-11-23 {time} UTC.");
            let replies: Vec<String> = time.map(at).into_iter().collect();
            assert_eq!(alice.reads_ephemeral(), replies, "{command}");
            let post = alice.reads(CHANNEL).pop().unwrap();
            assert!(
                post.ends_with(&format!("alice added a note: {note}")),
                "{post}"
            );
        }
    });
}

#[test]
fn tasks_are_listed_and_finished_in_any_order_of_words() {
    incident_scenario(async |_, _, [alice, ..]| {
        alice
            .types(CHANNEL, "/datadog task Restart the host me")
            .await;
        assert_eq!(
            alice.reads(CHANNEL),
            ["alice added task 1 for alice: Restart the host"]
        );
        for command in ["tasks", "task done", "incident tasks", "task LIST"] {
            alice.types(CHANNEL, &format!("/datadog {command}")).await;
            let list = alice.reads_ephemeral().pop().unwrap();
            assert!(
                list.starts_with("Tasks of IR-1 · 0 of 1 done"),
                "{command}: {list}"
            );
        }
        alice.types(CHANNEL, "/datadog task lst").await;
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "Did you mean /datadog task list, or a task called “lst”?\n[Tasks · IR-1] [Add Task “lst”]"
            ]
        );
        alice.types(CHANNEL, "/datadog task 1 done").await;
        assert_eq!(
            alice.reads(CHANNEL),
            ["alice finished task 1: Restart the host"]
        );
        alice.types("#general", "/datadog task 1 reopen IR-1").await;
        let reopened = "alice reopened task 1: Restart the host";
        assert_eq!(alice.reads(CHANNEL), [reopened]);
        alice.types(CHANNEL, "/datadog follow-up").await;
        assert_eq!(alice.modal().title, "Add Follow-up");
        alice.closes_modal().await;
        alice.types(CHANNEL, "/datadog followups").await;
        let list = alice.reads_ephemeral().pop().unwrap();
        assert!(list.starts_with("Follow-ups of IR-1 · none yet"), "{list}");
    });
}

#[test]
fn command_needs_no_incident_before_it() {
    scenario(async |world, _| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        alice.types("#general", "/datadog list").await;
        assert!(
            alice.reads_ephemeral()[0].starts_with("Open incidents (1)\n⚪ IR-1 Checkout is slow")
        );
        alice.types("#general", "/datadog list closed").await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["No incident has been resolved yet."]
        );
        alice.types("#general", "/datadog search checkout").await;
        let list = alice.reads_ephemeral().concat();
        let expected = "Incidents matching “checkout” (1)\n⚪ IR-1 Checkout is slow";
        assert!(list.starts_with(expected), "{list}");
        alice.types("#general", "/datadog list nothing").await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["No incident title contains “nothing”."]
        );
        alice.types(CHANNEL, "/datadog note hi").await;
        assert_eq!(alice.reads(CHANNEL), ["alice added a note: hi"]);
        alice.types(CHANNEL, "/datadog update we found it").await;
        assert_eq!(
            alice.reads(CHANNEL)[1..],
            ["Update from alice\nwe found it"]
        );
        alice.types(CHANNEL, "/datadog resolve").await;
        alice.submits_and_closes(&[]).await;
        alice.types("#general", "/datadog list resolved").await;
        let replies = alice.reads_ephemeral();
        assert!(
            replies
                .last()
                .unwrap()
                .starts_with("Resolved incidents (1)\n⚪ IR-1 Checkout is slow")
        );
        world.expects_unread(5, "header, announcement, two announcement replies, post");
    });
}

#[test]
fn users_at_the_end_of_a_task_are_assigned_and_removed_from_its_text() {
    scenario(async |world, _| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        for (text, post) in [
            (
                "Roll back deploy 991 @bob",
                "alice added task 1 for bob: Roll back deploy 991",
            ),
            ("Ask @bob", "alice added task 2 for bob: Ask @bob"),
            ("Call me", "alice added task 3: Call me"),
            (
                "Tell the shops me due tomorrow 17:00",
                "alice added task 4 for alice, due 2026-11-24 16:00 UTC: Tell the shops",
            ),
        ] {
            alice.types(CHANNEL, &format!("/datadog task {text}")).await;
            assert_eq!(alice.reads(CHANNEL), [post]);
        }
        world.expects_unread(2, "two direct messages");
    });
}

/// Commands with links in other words, and what is posted.
const LINKS: [(&str, &str); 3] = [
    (
        "call zoom.us/j/1",
        "alice set the video call to https://zoom.us/j/1.",
    ),
    (
        "incident chat see https://chat.example",
        "alice set the chat to https://chat.example.",
    ),
    (
        "link The runbook: https://wiki.example/r",
        "alice added the document The runbook.",
    ),
];

#[test]
fn links_are_found_in_a_text() {
    scenario(async |world, _| {
        let alice = world.user("alice");
        alice
            .types("#general", "/datadog incident new Checkout is slow")
            .await;
        alice
            .submits(&[(
                "Signals",
                "graph https://graphs.example/1\ngraphs.example/2",
            )])
            .await;
        world.expects_unread(4, "header, welcome, announcement, reply");
        for (command, post) in LINKS {
            alice.types(CHANNEL, &format!("/datadog {command}")).await;
            assert_eq!(
                alice.reads(CHANNEL).last().map(String::as_str),
                Some(post),
                "{command}"
            );
        }
        let bookmarks = format!("{:?}", world.slack.bookmarks(CHANNEL));
        for url in ["https://graphs.example/1", "https://graphs.example/2"] {
            assert!(bookmarks.contains(url), "{bookmarks}");
        }
        alice.types(CHANNEL, "/datadog link runbook").await;
        assert!(alice.reads_ephemeral()[0].starts_with("“runbook” isn't a link"));
    });
}
