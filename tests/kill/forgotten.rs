//! No request is forgotten: whatever the grammar knows, and the bot listens to, is killed here, or stores
//! nothing.

use std::fs;
use std::path::Path;

use muster_commands::link::LinkKind;
use muster_commands::manifest::EVENTS;
use muster_commands::task::TaskKind;
use muster_commands::{ACTIONS, COMMANDS, SHORTCUTS};

/// The commands that store nothing by themselves: they open a form, or show something.
const SHOW: [&str; 9] = [
    "tray",
    "declare",
    "update",
    "timeline",
    "list",
    "test_incident",
    "responders",
    "settings",
    "help",
];

/// The buttons that store nothing: they open a form, turn a page, or lead to a channel.
const LEAD: [&str; 12] = [
    "buttons::DECLARE",
    "buttons::JOIN_CHANNEL",
    "buttons::POST_UPDATE",
    "home::NEXT",
    "home::PREVIOUS",
    "link_buttons::EARLIER",
    "link_buttons::LATER",
    "timeline::BACK",
    "timeline::EDIT",
    "timeline::ON",
    "timeline::ONLY",
    "timeline::ORDER",
];

/// What opens a form, which is killed when it is sent.
const OPEN: [&str; 2] = ["declare_incident", "declare_incident_anywhere"];

/// The events that store nothing about an incident; a Home is killed with the Homes.
const PASS: [&str; 3] = ["app_home_opened", "app_uninstalled", "tokens_revoked"];

/// Gives the files of this program without white space, so that it does not matter how lines are broken.
fn cases() -> String {
    let folder = top().join("tests/kill");
    let files = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let texts = files.map(|file| fs::read_to_string(file).unwrap());
    let texts: String = texts.collect();
    texts.split_whitespace().collect()
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Gives the names, such as `note::FORM`, that the listener knows in one of its functions.
fn known_in(function: &str) -> Vec<String> {
    let listener = fs::read_to_string(top().join("src/slack/listener.rs")).unwrap();
    let begins = format!("async fn {function}(");
    let (_, rest) = listener.split_once(&begins).expect("the listener has it");
    let (body, _) = rest.split_once("\n}\n").expect("it ends");
    let is_of_name = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == ':';
    let words = body.split(|sign: char| !is_of_name(sign));
    let is_name = |word: &&str| {
        word.split_once("::").is_some_and(|(module, name)| {
            let upper = |sign: char| sign.is_ascii_uppercase() || sign == '_';
            !name.is_empty() && name.chars().all(upper) && !module.is_empty()
        })
    };
    let names: Vec<String> = words.filter(is_name).map(str::to_owned).collect();
    assert!(names.len() > 2, "the listener knows too little: {names:?}");
    names
}

#[test]
fn no_command_is_forgotten() {
    let cases = cases();
    for name in COMMANDS.iter().map(|command| command.name) {
        let is_killed = cases.contains(&format!("Ask::Typed(\"{name}\")"));
        assert!(is_killed != SHOW.contains(&name), "the command {name}");
    }
}

#[test]
fn no_form_is_forgotten() {
    let cases = cases();
    let links = LinkKind::ALL.map(|kind| format!("link_is_sent(LinkKind::{kind:?},"));
    let tasks = TaskKind::ALL.map(|kind| format!("Ask::Form(TaskKind::{kind:?}.as_str())"));
    let known = known_in("submitted").into_iter();
    let known = known.map(|name| format!("Ask::Form({name})"));
    for killed in known.chain(links).chain(tasks) {
        assert!(cases.contains(&killed), "nobody kills {killed}");
    }
}

#[test]
fn no_button_is_forgotten() {
    let cases = cases();
    let of_tasks = ["task::DONE", "task::REOPEN"].map(str::to_owned);
    for name in known_in("pressed").into_iter().chain(of_tasks) {
        let ways = ["presses(", "Ask::Button("];
        let is_killed = ways
            .iter()
            .any(|way| cases.contains(&format!("{way}{name}")));
        assert!(
            is_killed != LEAD.contains(&name.as_str()),
            "the button {name}"
        );
    }
    // Whatever a tray offers is what can be typed: one of its buttons stands for all.
    assert!(
        cases.contains("presses(\"tray"),
        "no button of a tray is pressed"
    );
}

#[test]
fn nothing_in_a_menu_is_forgotten() {
    let (cases, known) = (cases(), known_in("chosen"));
    assert_eq!(known.len(), ACTIONS.len() + SHORTCUTS.len(), "{known:?}");
    for name in ACTIONS.iter().chain(SHORTCUTS).map(|action| action.name) {
        let is_killed = cases.contains(&format!("Ask::Menu({name}::ACTION)"));
        assert!(is_killed != OPEN.contains(&name), "{name}, in a menu");
    }
}

#[test]
fn no_event_is_forgotten() {
    let cases = cases();
    let of_messages = [
        "message",
        "messagemessage_changed",
        "messagemessage_deleted",
    ];
    // What happens to a private channel is read as what happens to a public one.
    let of_channels = EVENTS.iter().filter(|it| !it.starts_with("message."));
    let of_channels = of_channels.map(|it| it.replace("group_", "channel_"));
    for event in of_channels.chain(of_messages.map(str::to_owned)) {
        let is_killed = cases.contains(&format!("Ask::Told(\"{event}\")"));
        assert!(
            is_killed != PASS.contains(&event.as_str()),
            "the event {event}"
        );
    }
}
