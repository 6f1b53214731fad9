//! Commands as users type them: synonyms, reasons, users and incident numbers.

use crate::harness::prelude::*;
use crate::privacy::outsiders::declare_private;

const CHANNEL: &str = "incident-1-checkout-is-slow";

/// Commands, the changes that they post, and the texts after them: an update with a status, otherwise a note.
const SYNONYMS: [(&str, &str, &str); 5] = [
    ("incident Mitigated", "status ACTIVE → STABLE", ""),
    (
        "INC REOPEN: it is back",
        "status STABLE → ACTIVE",
        "it is back",
    ),
    (
        "ended “until tonight”",
        "status ACTIVE → STABLE",
        "until tonight",
    ),
    ("reopen", "status STABLE → ACTIVE", ""),
    (
        "incident sev2 carts fail",
        "severity UNKNOWN → SEV-2",
        "carts fail",
    ),
];

#[test]
fn synonym_runs_in_an_incidents_channel_and_keeps_the_reason() {
    over_both_transports(async |world, _| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        for (command, change, reason) in SYNONYMS {
            let screen = alice.types(CHANNEL, &format!("/datadog {command}")).await;
            assert_eq!(screen.view, None, "{command}");
            assert_eq!(alice.reads_ephemeral(), [""; 0], "{command}");
            let status = change.split_once(" → ").map(|(_, to)| to);
            let status = status.filter(|_| change.starts_with("status"));
            let posts = match (status, reason) {
                (_, "") => vec![format!("alice changed {change}")],
                (Some(status), _) => vec![format!("{status} by alice\n{reason}")],
                (None, _) => vec![
                    format!("alice changed {change}"),
                    format!("alice added a note: {reason}"),
                ],
            };
            let read = alice.reads(CHANNEL);
            assert_eq!(read[1..].join("\n"), posts.join("\n"), "{command}");
            world.expects_unread(2, "announcement, its reply");
            world.advance(5).await;
        }
        assert_eq!(world.timeline(1).await.len(), 1 + SYNONYMS.len() + 3);
    });
}

#[test]
fn synonym_of_resolve_opens_the_form_or_resolves_with_its_text() {
    scenario(async |world, _| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        for command in ["incident CLOSED", "close", "fixed"] {
            alice.types(CHANNEL, &format!("/datadog {command}")).await;
            assert_eq!(alice.modal().title, "Resolve IR-1", "{command}");
            alice.closes_modal().await;
        }
        let command = "/datadog incident fixed: by rollback";
        alice.types(CHANNEL, command).await;
        let summaries = world.unread_summaries(CHANNEL);
        let fixed = "What fixed it\nby rollback\n";
        assert!(
            summaries.len() == 1 && summaries[0].contains(fixed),
            "{summaries:?}"
        );
        world.expects_unread(4, "header, announcement, announcement reply, post");
    });
}

#[test]
fn missing_command_is_answered_with_what_to_do_instead() {
    scenario(async |world, _| {
        let alice = world.user("alice");
        alice.declares("Checkout is slow").await;
        for (command, reply) in [
            ("merge IR-8", "Incidents can't be merged. "),
            ("page @bob", "Muster doesn't page anyone. "),
            ("escalate", "There's no escalate command. "),
            ("DELETE", "Incidents can't be deleted or cancelled. "),
            ("cancel", "Incidents can't be deleted or cancelled. "),
        ] {
            for channel in [CHANNEL, "#general"] {
                for prefix in ["", "incident "] {
                    let text = format!("/datadog {prefix}{command}");
                    let screen = alice.types(channel, &text).await;
                    assert_eq!(screen.view, None, "{text}");
                    let replies = alice.reads_ephemeral();
                    assert!(
                        replies.len() == 1 && replies[0].starts_with(reply),
                        "{replies:?}"
                    );
                }
            }
        }
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn users_are_invited_and_lead() {
    over_http(async |world, _| {
        let (alice, bob) = (world.user("alice"), world.user("bob"));
        alice.declares("Checkout is slow").await;
        bob.types("#general", "/datadog help").await;
        bob.reads_ephemeral();
        alice.types(CHANNEL, "/datadog incident invite @bob").await;
        let posts = alice.reads(CHANNEL).join("\n");
        assert!(posts.contains("bob"), "{posts}");
        alice.types(CHANNEL, "/datadog incident add @bob").await;
        assert_eq!(alice.reads_ephemeral(), ["They're already in IR-1."]);
        alice
            .types(CHANNEL, "/datadog incident lead @bob please")
            .await;
        assert_eq!(
            alice.reads(CHANNEL)[1..].join("\n"),
            "alice changed commander alice → @bob"
        );
        alice.types(CHANNEL, "/datadog lead me").await;
        assert_eq!(
            alice.reads(CHANNEL)[1..],
            ["alice changed commander bob → @alice"]
        );
        assert_eq!(alice.reads_ephemeral(), [""; 0]);
        alice.types(CHANNEL, "/datadog invite @zed").await;
        let replies = alice.reads_ephemeral();
        assert!(replies[0].starts_with("I can't find “zed”."), "{replies:?}");
        alice.types(CHANNEL, "/datadog incident who").await;
        assert_eq!(alice.modal().title, "Responders of IR-1");
        world.expects_unread(5, "two announcement replies, three direct messages");
    });
}

/// Commands about IR-2 and their replies.
const COMMANDS_WITH_NUMBERS: [(&str, &str); 4] = [
    (
        "incident stable IR-2",
        "Changed the status of IR-2 from ACTIVE to STABLE.",
    ),
    (
        "ir2 reopen",
        "Changed the status of IR-2 from STABLE to ACTIVE.",
    ),
    (
        "incident Sev3 IR–2",
        "Changed the severity of IR-2 from UNKNOWN to SEV-3.",
    ),
    (
        "note IR-2 like IR-1",
        "Added your note to IR-2, at 2026-11-23 14:05 UTC.",
    ),
];

#[test]
fn number_selects_the_incident_in_any_channel() {
    over_both_transports(async |world, _| {
        let alice = world.user("alice");
        let first = alice.declares("Checkout is slow").await;
        alice.declares("Carts are lost").await;
        for (command, reply) in COMMANDS_WITH_NUMBERS {
            for channel in ["#general", &first.channel] {
                let screen = alice.types(channel, &format!("/datadog {command}")).await;
                assert_eq!(screen.view, None, "{command}");
                let replies = alice.reads_ephemeral();
                let [read] = replies.as_slice() else {
                    panic!("{command}: {replies:?}");
                };
                let is_repeated = read.contains(" is already ");
                assert!(read == reply || is_repeated, "{command}: {read}");
            }
        }
        alice
            .types("#general", "/datadog incident timeline ir-2")
            .await;
        let timeline = alice.reads_ephemeral().pop().unwrap();
        assert!(timeline.contains("like IR-1"), "{timeline}");
        alice.types("#general", "/datadog update IR-1").await;
        assert_eq!(alice.modal().title, "Update IR-1");
        assert_eq!(world.timeline(1).await.len(), 1);
        world.expects_unread(
            10,
            "header, announcement, three announcement replies, five posts",
        );
    });
}

#[test]
fn number_alone_shows_an_open_or_resolved_incident() {
    over_http(async |world, _| {
        let (alice, bob) = (world.user("alice"), world.user("bob"));
        alice.declares("Checkout is slow").await;
        for (command, status) in [
            ("IR-1", "ACTIVE"),
            ("incident resolve it is over", ""),
            ("show ir-1", "RESOLVED"),
        ] {
            if status.is_empty() {
                alice.types(CHANNEL, &format!("/datadog {command}")).await;
                world.expects_unread(4, "header, announcement, announcement reply, post");
                continue;
            }
            bob.types("#general", &format!("/datadog {command}")).await;
            let details = bob.reads_ephemeral().pop().unwrap();
            for part in [
                "IR-1 Checkout is slow",
                status,
                "Channel #incident-1-checkout-is-slow",
            ] {
                assert!(details.contains(part), "{part}: {details}");
            }
        }
        alice.types(CHANNEL, "/datadog summary").await;
        let details = alice.reads_ephemeral().pop().unwrap();
        assert!(details.contains("IR-1 Checkout is slow"), "{details}");
    });
}

#[test]
fn hidden_incident_is_answered_like_one_that_does_not_exist() {
    scenario(async |world, _| {
        let (alice, bob) = (world.user("alice"), world.user("bob"));
        declare_private(&alice, &[]).await;
        world.expects_unread(3, "header, welcome, reply");
        for command in [
            "IR-1",
            "show ir-1",
            "incident resolve IR-1",
            "note IR-1 hi",
            "private IR-1",
            "task IR-1",
        ] {
            let hidden = format!("/datadog {command}");
            let missing = hidden.replace("R-1", "R-99").replace("r-1", "r-99");
            let mut replies = Vec::new();
            for text in [hidden, missing] {
                let screen = bob.types("#general", &text).await;
                assert_eq!(screen.view, None, "{text}");
                replies.push(bob.reads_ephemeral().join("\n").replace("IR-99", "IR-1"));
            }
            assert_eq!(replies[0], replies[1], "{command}");
            assert!(replies[0].starts_with("I can't find IR-1."), "{replies:?}");
        }
        alice.types("#general", "/datadog IR-1").await;
        let details = alice.reads_ephemeral().pop().unwrap();
        assert!(details.starts_with("IR-1 "), "{details}");
    });
}

#[test]
fn word_that_asks_for_a_declaration_is_dropped() {
    scenario(async |_, [alice, ..]| {
        for (command, title) in [
            ("incident new Foo is down", "Foo is down"),
            ("incident Declare “resolve now”", "resolve now"),
            ("declare IR-7 again", "IR-7 again"),
            ("incident start", ""),
        ] {
            alice
                .types("#general", &format!("/datadog {command}"))
                .await;
            assert_eq!(alice.field_value("Title"), title, "{command}");
            let form = alice.modal().blocks.to_string();
            let hint = "Only testing? /datadog incident test";
            assert!(form.contains(hint), "{form}");
            alice.closes_modal().await;
        }
        alice.types("#general", "/datadog incident test Foo").await;
        let form = alice.modal();
        assert_eq!(form.submit.as_deref(), Some("Declare Test Incident"));
        assert!(!form.blocks.to_string().contains("Only testing?"));
    });
}
