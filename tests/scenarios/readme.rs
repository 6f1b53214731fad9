//! What the README tells a newcomer, followed to the letter: what it says to type is read out of it, and typed.

use std::collections::HashSet;
use std::fs;
use std::mem::discriminant;
use std::path::Path;

use muster::sandbox::View;
use muster_commands::slash::{self, Slash};
use muster_commands::{ACTIONS, COMMANDS, SHORTCUTS};

use super::person::Person;
use super::world::{World, over_http};

fn readme() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    fs::read_to_string(file).unwrap()
}

/// Gives what stands between two signs, each time.
fn between<'t>(text: &'t str, sign: &str) -> Vec<&'t str> {
    text.split(sign).skip(1).step_by(2).collect()
}

/// A line of the table of what people can do: what is typed or clicked, and what happens then.
struct Row {
    done: String,
    says: String,
}

fn rows() -> Vec<Row> {
    let readme = readme();
    let (_, table) = readme.split_once("| Typed or clicked | ").unwrap();
    let lines = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let [done, says] = cells.try_into().expect("two cells");
        Row {
            done: done.trim().to_owned(),
            says: says.trim().to_owned(),
        }
    });
    let rows: Vec<Row> = rows.collect();
    assert!(rows.len() > 20, "{} rows", rows.len());
    rows
}

impl Row {
    /// Gives everything that this row says to type, once as short and once as long as it goes.
    fn typed(&self) -> Vec<String> {
        let (done, more) = (between(&self.done, "`"), between(&self.says, "`"));
        let is_typed = done.first().is_some_and(|first| first.starts_with('/'));
        let of_incident = done
            .first()
            .is_some_and(|it| it.starts_with("/datadog incident"));
        let whole = |code: &&str| match code.split(' ').next().unwrap_or_default() {
            "/datadog" => (*code).to_owned(),
            "incident" | "task" | "followup" => format!("/datadog {code}"),
            _ if of_incident => format!("/datadog incident {code}"),
            _ => format!("/datadog {code}"),
        };
        let codes = done.iter().chain(&more).filter(|_| is_typed).map(whole);
        let mut typed: Vec<String> = codes.flat_map(|code| [short(&code), long(&code)]).collect();
        typed.dedup();
        typed
    }
}

/// Gives a command without what may be left out.
fn short(code: &str) -> String {
    let parts = code
        .split('[')
        .map(|part| part.split_once(']').map_or(part, |(_, rest)| rest));
    let words: String = parts.collect();
    filled_in(&words)
}

/// Gives a command with all that it may have.
fn long(code: &str) -> String {
    let titled = code.replace("[title]", "[Checkout is down]");
    filled_in(&titled.replace(['[', ']'], ""))
}

/// Puts something in the place of what stands for something.
fn filled_in(code: &str) -> String {
    let filled = code
        .replace("<url>", "https://example.com/runbook")
        .replace('…', "Checkout is down")
        .replace("@ann", "@bob")
        .replace("impact end time", "impact end 1 minute ago");
    filled.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(typed: &str) -> Slash {
    slash::read(typed.trim_start_matches("/datadog"))
}

/// Types something in the channel of an incident of its own; gives the form that is open then, and how much
/// is told.
async fn types(person: &Person<'_>, typed: &str) -> (Option<View>, usize) {
    let world = person.world;
    world.leaps(10).await;
    let channel = world
        .person("alice")
        .declares("Checkout is slow")
        .await
        .channel;
    person.reads_everything();
    // Whoever looks after the workspace need not be in it.
    let place = if person.name == "olga" {
        "#general"
    } else {
        channel.as_str()
    };
    person.says(place, typed).await;
    let told = person.reads(&channel).len() + person.reads_alone().len();
    let told = told + person.reads_directly().len();
    let form = world.slack.view(person.name);
    if form.is_some() {
        person.closes().await;
    }
    reads_all(world);
    (form, told)
}

fn reads_all(world: &World) {
    for name in world.slack.person_names() {
        world.person(&name).reads_everything();
    }
}

#[tokio::test]
async fn a_newcomer_types_what_the_readme_says_first() {
    over_http(async |world| {
        let readme = readme();
        let (_, first) = readme
            .split_once("Open the first address in a browser, type ")
            .unwrap();
        let (typed, button) = (between(first, "`")[0], between(first, "**")[0]);
        let alice = world.person("alice");
        alice.says("#general", typed).await;
        assert_eq!(alice.form().submit.as_deref(), Some(button));
        let seen = alice.submits(&[]).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        assert_eq!(
            alice.reads_alone(),
            ["IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."]
        );
        alice.reads_of_declaration(1);
    })
    .await;
}

#[tokio::test]
async fn whatever_the_readme_says_can_be_typed_does_what_it_says() {
    over_http(async |world| {
        let person = world.person("alice");
        for row in rows() {
            let is_for_admins = row.says.contains("for workspace admins");
            let opens = row.says.starts_with("opens the form")
                || row.says.starts_with("in an incident's channel: the form");
            for typed in row.typed() {
                let (form, told) = types(&person, &typed).await;
                let is_unknown = matches!(read(&typed), Slash::Unknown(_));
                assert!(!is_unknown, "{typed} is not understood");
                if opens || is_for_admins {
                    assert!(form.is_some(), "{typed} opens a form");
                } else {
                    assert!(form.is_some() || told > 0, "{typed} says something");
                }
                if row.says.starts_with("shows") {
                    assert_eq!((form, told), (None, 1), "{typed} shows something");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_time_that_the_readme_names_is_read() {
    over_http(async |world| {
        let alice = world.person("alice");
        let channel = alice.declares("Checkout is slow").await.channel;
        let readme = readme();
        let (_, times) = readme
            .split_once("Times are read in your own zone")
            .unwrap();
        let (times, _) = times.split_once("\n\n").unwrap();
        let times = between(times, "`");
        assert!(times.len() > 6, "{times:?}");
        for time in times {
            let typed = format!("/datadog incident note at {time} it burns");
            alice.says(&channel, &typed).await;
            let told = alice.reads_alone().pop().unwrap();
            assert!(
                told.starts_with("Your note is on the timeline of IR-1: "),
                "{time}: {told}"
            );
        }
        alice.reads_everything();
    })
    .await;
}

#[test]
fn nothing_that_can_be_done_is_missing_in_the_readme() {
    let rows = rows();
    let typed = rows.iter().flat_map(Row::typed);
    let known: HashSet<_> = typed.map(|typed| discriminant(&read(&typed))).collect();
    for command in COMMANDS {
        let asked = slash::read(&long(command.typed));
        assert!(known.contains(&discriminant(&asked)), "{}", command.typed);
    }
    let is_told = |begins: &str| rows.iter().any(|row| row.done.starts_with(begins));
    for action in ACTIONS {
        let begins = format!("**{}**, in a message's menu", action.label);
        assert!(is_told(&begins), "{begins}");
    }
    for action in SHORTCUTS {
        let begins = format!("**{}**, among the shortcuts", action.label);
        assert!(is_told(&begins), "{begins}");
    }
}
