//! Follows the README and the handbook: types every command that they list.

use std::collections::HashSet;
use std::fs;
use std::mem::discriminant;
use std::path::Path;

use muster::handbook::find_topic;
use muster_commands::slash::{self, ParsedCommand};
use muster_commands::{ACTIONS, COMMANDS, SHORTCUTS};
use muster_sandbox::View;

use crate::harness::prelude::*;

fn read_readme() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    fs::read_to_string(file).unwrap()
}

/// Returns the page of the handbook about the commands.
fn commands_page() -> &'static str {
    find_topic("commands").unwrap().text
}

/// Returns the texts between two occurrences of `sign`.
fn texts_between<'t>(text: &'t str, sign: &str) -> Vec<&'t str> {
    text.split(sign).skip(1).step_by(2).collect()
}

/// A row of the handbook's table of actions: the command or click, and its effect.
struct Row {
    command: String,
    effect: String,
}

fn command_table() -> Vec<Row> {
    let (_, table) = commands_page().split_once("| Typed or clicked | ").unwrap();
    let lines = table.lines().skip(2).take_while(|row| row.starts_with('|'));
    let rows = lines.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [done, says] = cells.try_into().expect("the row has fewer than two cells");
        Row {
            command: done.trim().to_owned(),
            effect: says.trim().to_owned(),
        }
    });
    let rows: Vec<Row> = rows.collect();
    assert!(rows.len() > 20, "{} rows", rows.len());
    rows
}

impl Row {
    /// Returns the commands of the row, each in its shortest and in its longest form.
    fn commands(&self) -> Vec<String> {
        let (done, more) = (
            texts_between(&self.command, "`"),
            texts_between(&self.effect, "`"),
        );
        let is_command = done.first().is_some_and(|first| first.starts_with('/'));
        let of_incident = done
            .first()
            .is_some_and(|it| it.starts_with("/datadog incident"));
        let whole = |code: &&str| match code.split(' ').next().unwrap_or_default() {
            "/datadog" => (*code).to_owned(),
            "incident" | "task" | "followup" => format!("/datadog {code}"),
            _ if of_incident => format!("/datadog incident {code}"),
            _ => format!("/datadog {code}"),
        };
        let codes = done.iter().chain(&more).filter(|_| is_command).map(whole);
        let mut commands: Vec<String> = codes
            .flat_map(|code| [shortest_command(&code), longest_command(&code)])
            .collect();
        commands.dedup();
        commands
    }
}

/// Returns a command without its optional parts.
fn shortest_command(code: &str) -> String {
    let parts = code
        .split('[')
        .map(|part| part.split_once(']').map_or(part, |(_, rest)| rest));
    let words: String = parts.collect();
    fill_placeholders(&words)
}

/// Returns a command with all its optional parts.
fn longest_command(code: &str) -> String {
    let titled = code.replace("[title]", "[Checkout is down]");
    fill_placeholders(&titled.replace(['[', ']'], ""))
}

/// Replaces the placeholders of a command.
fn fill_placeholders(code: &str) -> String {
    let filled = code
        .replace("<url>", "https://example.com/runbook")
        .replace('…', "Checkout is down")
        .replace("@ann", "@bob")
        .replace("impact end time", "impact end 1 minute ago");
    filled.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn parse(command: &str) -> ParsedCommand {
    slash::parse(command.trim_start_matches("/datadog"))
}

/// Types a command in the channel of a new incident. Returns the open modal and the number of replies.
async fn type_in_new_incident(user: &TestUser<'_>, command: &str) -> (Option<View>, usize) {
    let world = user.world;
    world.advance(10).await;
    let channel = world
        .user("alice")
        .declares("Checkout is slow")
        .await
        .channel;
    // The workspace admin need not be in the channel.
    let origin = if user.name == "olga" {
        "#general"
    } else {
        channel.as_str()
    };
    user.types(origin, command).await;
    let replies = world.take_all_unread().len();
    let form = world.slack.top_modal(user.name);
    if form.is_some() {
        user.closes_modal().await;
    }
    (form, replies)
}

#[test]
fn first_command_of_the_readme_declares_an_incident() {
    over_http(async |_, [alice, ..]| {
        let readme = read_readme();
        let (_, first) = readme.split_once("\n1. ").unwrap();
        let command = texts_between(first, "`")[0];
        let (_, rest) = first.split_once(command).unwrap();
        let button = texts_between(rest, "**")[0];
        alice.types("#general", command).await;
        assert_eq!(alice.modal().submit.as_deref(), Some(button));
        alice.submits_and_closes(&[]).await;
        assert_eq!(alice.reads_ephemeral(), [DECLARED_REPLY]);
        alice.reads_declaration(1);
    });
}

#[test]
fn commands_in_the_readme_are_understood() {
    let readme = read_readme();
    // Outside code blocks, which contain no commands of Slack.
    let text: String = readme.split("```").step_by(2).collect();
    let codes = texts_between(&text, "`").into_iter();
    let commands: Vec<&str> = codes.filter(|code| code.starts_with("/datadog ")).collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        for command in [shortest_command(command), longest_command(command)] {
            let parsed = parse(&command);
            assert!(!matches!(parsed, ParsedCommand::Unknown(_)), "{command}");
        }
    }
}

#[test]
fn commands_in_the_handbook_have_the_documented_effect() {
    over_http(async |world, _| {
        let user = world.user("alice");
        for row in command_table() {
            let is_for_admins = row.effect.contains("for workspace admins");
            let opens = row.effect.starts_with("opens the form")
                || row.effect.starts_with("in an incident's channel: the form");
            for command in row.commands() {
                let (form, replies) = type_in_new_incident(&user, &command).await;
                let is_unknown = matches!(parse(&command), ParsedCommand::Unknown(_));
                assert!(!is_unknown, "{command} is not understood");
                if opens || is_for_admins {
                    assert!(form.is_some(), "{command} opens a modal");
                } else {
                    assert!(form.is_some() || replies > 0, "{command} gets a reply");
                }
                if row.effect.starts_with("shows") {
                    assert_eq!((form, replies), (None, 1), "{command} shows a result");
                }
            }
        }
    });
}

#[test]
fn times_in_the_handbook_are_parsed() {
    incident_over_http(async |world, channel, [alice, ..]| {
        let (_, times) = commands_page()
            .split_once("Times are read in your own zone")
            .unwrap();
        let paragraph = times.split("\n\n").next().unwrap();
        let times = texts_between(paragraph, "`");
        assert!(times.len() > 6, "{times:?}");
        for time in &times {
            let command = format!("/datadog incident note at {time} it burns");
            alice.types(channel, &command).await;
            let reply = alice.reads_ephemeral().pop().unwrap();
            assert!(
                reply.starts_with("Added your note to IR-1, at "),
                "{time}: {reply}"
            );
        }
        world.expects_unread(times.len(), "a post for each note");
    });
}

#[test]
fn handbook_documents_all_commands_actions_and_shortcuts() {
    let rows = command_table();
    let documented = rows.iter().flat_map(Row::commands);
    let known: HashSet<_> = documented
        .map(|command| discriminant(&parse(&command)))
        .collect();
    for command in COMMANDS {
        let parsed = slash::parse(&longest_command(command.usage));
        assert!(known.contains(&discriminant(&parsed)), "{}", command.usage);
    }
    let is_documented = |begins: &str| rows.iter().any(|row| row.command.starts_with(begins));
    for action in ACTIONS {
        let begins = format!("**{}**, in a message's menu", action.label);
        assert!(is_documented(&begins), "{begins}");
    }
    for action in SHORTCUTS {
        let begins = format!("**{}**, among the shortcuts", action.label);
        assert!(is_documented(&begins), "{begins}");
    }
}
