//! Tests of parsing tasks.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> ParsedCommand {
    crate::slash::parse(text)
}

fn task(command: TaskCommand) -> ParsedCommand {
    ParsedCommand::Task(TaskKind::Task, command)
}

fn add(description: &str, users: &[UserRef]) -> ParsedCommand {
    task(TaskCommand::Add {
        description: description.to_owned(),
        users: users.to_vec(),
    })
}

#[test]
fn command_adds_lists_or_opens_the_modal() {
    let bob = UserRef::Mentioned(Mention::Id("U0BOB000001".into()));
    assert_eq!(
        parse("task Roll back <@U0BOB000001|bob>"),
        add("Roll back @bob", &[bob])
    );
    let commands = [
        ("", task(TaskCommand::OpenModal)),
        ("LIST", task(TaskCommand::List)),
        ("list all hosts", add("list all hosts", &[])),
        ("done 3", task(TaskCommand::Done(3))),
        ("3 done", task(TaskCommand::Done(3))),
        ("#3 Done", task(TaskCommand::Done(3))),
        ("reopen #3", task(TaskCommand::Reopen(3))),
        ("3 reopen", task(TaskCommand::Reopen(3))),
        ("done", task(TaskCommand::List)),
        ("reopen", task(TaskCommand::List)),
        ("done soon", add("done soon", &[])),
        ("3 hosts", add("3 hosts", &[])),
        ("“done”", add("done", &[])),
    ];
    for (args, command) in commands {
        assert_eq!(parse(&format!("task {args}")), command, "{args}");
        assert_eq!(parse(&format!("incident task {args}")), command, "{args}");
    }
    assert_eq!(parse("tasks"), task(TaskCommand::List));
    assert_eq!(parse("done 3"), task(TaskCommand::Done(3)));
    let follow_up = |command| ParsedCommand::Task(TaskKind::FollowUp, command);
    for (text, command) in [
        ("follow-up", TaskCommand::OpenModal),
        ("Follow‑Up", TaskCommand::OpenModal),
        ("follow up", TaskCommand::OpenModal),
        ("followups", TaskCommand::List),
        ("follow-ups", TaskCommand::List),
        ("follow ups", TaskCommand::List),
        ("follow-up done 2", TaskCommand::Done(2)),
    ] {
        assert_eq!(parse(text), follow_up(command), "{text}");
    }
}

#[test]
fn typo_of_list_or_done_gets_a_question() {
    for text in ["lst", "lsit", "dnoe", "dome"] {
        let ParsedCommand::Unknown(unknown) = parse(&format!("task {text}")) else {
            panic!("{text}");
        };
        assert_eq!(unknown.command.as_deref(), Some("task list"));
        let other = unknown.alternative.unwrap();
        assert_eq!(other.label(), format!("Add Task “{text}”"));
        assert_eq!(parse(&other.command()), add(text, &[]));
    }
}

#[test]
fn me_at_the_end_is_an_assignee() {
    let me = [UserRef::Me];
    assert_eq!(parse("task Restart it me"), add("Restart it", &me));
    assert_eq!(parse("task Restart it @me"), add("Restart it @me", &me));
    let bob = UserRef::Mentioned(Mention::Name("bob".to_owned()));
    assert_eq!(
        parse("task Restart it @bob me"),
        add("Restart it @bob", &[bob, UserRef::Me])
    );
    for text in ["Call me", "Give the keys to me", "me"] {
        assert_eq!(parse(&format!("task {text}")), add(text, &[]), "{text}");
    }
}

#[test]
fn users_at_the_end_of_a_description_are_removed() {
    for (description, expected) in [
        ("Restart it @bob", "Restart it"),
        ("Restart it, @bob", "Restart it"),
        ("Restart it - @bob, @ann and @me.", "Restart it"),
        ("Restart it @bob & @ann", "Restart it"),
        ("Ask @bob", "Ask @bob"),
        ("Send it to @bob", "Send it to @bob"),
        ("Let @bob restart it", "Let @bob restart it"),
        ("Tell @here", "Tell @here"),
        ("Wait for it @channel", "Wait for it @channel"),
        ("@bob", "@bob"),
        ("Look and", "Look and"),
    ] {
        assert_eq!(without_trailing_users(description), expected);
    }
}

#[test]
fn description_with_only_mentions_is_rejected() {
    for description in ["", " ", "@bob", "@bob @ann"] {
        let why = description_error(TaskKind::FollowUp, description);
        let expected = "What should be done?";
        assert_eq!(why.as_deref(), Some(expected), "{description}");
    }
    assert_eq!(description_error(TaskKind::Task, "🔥"), None);
    let why = description_error(TaskKind::Task, &"x".repeat(2_001)).unwrap();
    assert!(why.starts_with("This task is 2001 characters long. Shorten it to 2000."));
}

proptest! {
    #[test]
    fn description_is_parsed_verbatim(rest in ".*") {
        let escaped = rest.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        if let ParsedCommand::Task(_, TaskCommand::Add { description, users }) =
            parse(&format!("task {escaped}"))
            && !users.contains(&UserRef::Me)
        {
            prop_assert_eq!(description, unquoted(rest.trim()));
        }
        let _ = TaskButton::parse(&rest);
    }

    #[test]
    fn removing_users_keeps_the_beginning(text in "[a-z ,@]*") {
        prop_assert!(text.trim().starts_with(without_trailing_users(&text)));
    }
}
