//! `/datadog help` and unknown commands: every command gets an ephemeral reply.

use muster_commands::COMMANDS;

use crate::harness::prelude::*;

const HELP_TEXT: &str = "Type these after /datadog, or /datadog alone for buttons:\n\
    Declare  incident [title] · list [resolved] · show IR-7 · web · incident test [title]\n\
    Run  update [text] · impact [since 15 minutes ago] · note [text] · notify #exec · timeline · severity SEV-2 · stable · \
    resolve [text] · commander @ann · invite @ann · link <url>\n\
    Follow up  task [text] [due tomorrow 17:00] · task list · task done 1 · followup [text] · postmortem\n\
    Admin  private · repair · settings\n\
    In an incident's channel, commands apply to that incident. Elsewhere, add its number: \
    /datadog resolve IR-7\n\
    In a message's ⋯ menu: Add to Incident · Declare Incident\n\
    [Show all]";

#[test]
fn help_fits_one_screen_and_is_shown_to_the_requester_only() {
    over_both_transports(async |_, [alice, bob, ..]| {
        assert_eq!(HELP_TEXT.lines().count(), 8);
        for command in [
            "/datadog help",
            "/datadog HELP me",
            "/datadog ?",
            "/datadog incident help",
        ] {
            let screen = alice.types("#general", command).await;
            assert_eq!(screen.ephemeral.len(), 1, "{command}");
            assert_eq!(alice.reads_ephemeral(), [HELP_TEXT], "{command}");
        }
        let channel = alice.declares("Checkout is slow").await.channel;
        alice.types(&channel, "/datadog help").await;
        assert_eq!(alice.reads_ephemeral(), [HELP_TEXT]);
        assert_eq!(bob.reads_ephemeral(), [""; 0]);
        assert_eq!(bob.reads("#general"), [""; 0]);
    });
}

#[test]
fn show_all_lists_every_command_by_group() {
    over_http(async |world, _| {
        let alice = world.user("alice");
        alice.types("#general", "/datadog help").await;
        alice.reads_ephemeral();
        let ts = world.slack.ephemeral_messages("alice").pop().unwrap().ts;
        alice.clicks("#general", &ts, "action_menu help all").await;
        let visible = world.slack.ephemeral_messages("alice").pop().unwrap();
        let text = visible.rendered_text();
        let headings = [
            "Declare",
            "Run",
            "Follow up",
            "Admin",
            "In a message's ⋯ menu",
            "Shortcuts",
        ];
        let lines: Vec<&str> = text.lines().collect();
        let matched: Vec<&str> = headings
            .into_iter()
            .filter(|heading| lines.contains(heading))
            .collect();
        assert_eq!(matched, headings, "{text}");
        for command in COMMANDS.iter().filter(|it| !it.usage.is_empty()) {
            let usage = format!("/datadog {}  ", command.usage);
            assert!(text.contains(&usage), "{usage}: {text}");
        }
        alice.reads_ephemeral();
        alice.types("#general", "/datadog help all").await;
        assert_eq!(alice.reads_ephemeral(), [text]);
    });
}

/// Unknown commands, where no incident is open.
const QUESTIONS: [(&str, &str); 7] = [
    (
        "incident updat",
        "Did you mean /datadog update, or a new incident called “updat”?\n[Declare “updat”]",
    ),
    (
        "inc lits",
        "Did you mean /datadog list, or a new incident called “lits”?\n[List Incidents] [Declare “lits”]",
    ),
    (
        "incidnet Checkout is slow",
        "Did you mean /datadog incident Checkout is slow?\n[Declare Incident]",
    ),
    (
        "hlep",
        "Did you mean /datadog help, or a new incident called “hlep”?\n[Help] [Declare “hlep”]",
    ),
    (
        "Checkout is slow",
        "Unknown command “Checkout is slow”. Try /datadog incident <title> to declare, or /datadog help.\n\
         [Declare “Checkout is slow”]",
    ),
    (
        "<!channel> *what* now, @bob?",
        "Unknown command “<!channel> *what* now, @bob?”. Try /datadog incident <title> to declare, or \
         /datadog help.\n[Declare “<!channel> *what* now, @bob?”]",
    ),
    (
        "🔥",
        "Unknown command “🔥”. Try /datadog incident <title> to declare, or /datadog help.\n[Declare “🔥”]",
    ),
];

#[test]
fn unknown_command_gets_a_question_with_buttons() {
    scenario(async |_, [alice, ..]| {
        for (command, question) in QUESTIONS {
            let screen = alice
                .types("#general", &format!("/datadog {command}"))
                .await;
            assert_eq!(screen.view, None, "{command}");
            let [message] = screen.ephemeral.as_slice() else {
                panic!("expected one line for {command}");
            };
            assert!(
                !message.text.contains("<!") && !message.text.contains("<@"),
                "{}",
                message.text
            );
            assert_eq!(alice.reads_ephemeral(), [question]);
        }
        // A text that is too long for a button.
        let long = "x".repeat(3_000);
        alice.types("#general", &format!("/datadog {long}")).await;
        let cut = "x".repeat(99);
        assert_eq!(
            alice.reads_ephemeral(),
            [format!(
                "Unknown command “{cut}…”. Try /datadog incident <title> to declare, or /datadog help."
            )]
        );
    });
}
