//! Checks that each request kind known to the `commands` crate and the dispatcher has a crash test or stores
//! nothing.

use std::fs;
use std::path::Path;

use muster::web::{Method, routes};
use muster_commands::manifest::EVENTS;
use muster_commands::{ACTIONS, COMMANDS, SHORTCUTS};
use muster_domain::{LinkKind, TaskKind};

/// The commands that change nothing that others see: they open a modal, show a list, or create a sign-in link,
/// of which another one replaces a lost one.
const READ_ONLY_COMMANDS: [&str; 12] = [
    "notify",
    "action_menu",
    "declare",
    "timeline",
    "list",
    "show",
    "web",
    "unsupported",
    "test_incident",
    "responders",
    "settings",
    "help",
];

/// The buttons that store nothing: they open a modal, turn a page, or lead to a channel.
const READ_ONLY_BUTTONS: [&str; 22] = [
    "alert_buttons::ADD_OTHER",
    "alert_buttons::DECLARE",
    "button_click::DECLARE",
    "button_click::DECLARE_ANOTHER",
    "button_click::JOIN_CHANNEL",
    "button_click::OPEN_CHANNEL",
    "button_click::OPEN_PAGE",
    "button_click::POST_UPDATE",
    "button_click::SIGN_IN",
    "home::NEXT",
    "impact_buttons::EDIT_DRAFT",
    "home::PREVIOUS",
    "link_buttons::EARLIER",
    "link_buttons::LATER",
    "list_buttons::NEXT",
    "list_buttons::PREVIOUS",
    "postmortem::OPEN",
    "timeline::PREVIOUS",
    "timeline::EDIT",
    "timeline::NEXT",
    "timeline::FILTER",
    "timeline::ORDER",
];

/// The forms of pages that change no incident: they concern one browser or feed reader, and sending them again
/// changes nothing more.
const FORMS_OF_A_BROWSER: [&str; 8] = [
    // Sends a test at once, and stores nothing.
    "/settings/webhooks/{id}/test",
    "/sign-in/{token}",
    "/sign-out",
    "/me/theme",
    "/me/shortcuts",
    "/me/feed",
    "/me/feed/delete",
    "/me/sessions/{id}/end",
];

/// The actions that open a modal. Its submission has a crash test.
const MODAL_OPENERS: [&str; 2] = ["declare_incident", "declare_shortcut"];

/// The events that do not change an incident. The Home view has its own crash tests.
const IGNORED_EVENTS: [&str; 5] = [
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "tokens_revoked",
    "user_change",
];

/// Returns the sources of this test binary without whitespace, so that line breaks do not matter.
fn test_sources() -> String {
    let folders = [
        "deliveries",
        "requests",
        "requests/declaration",
        "requests/roles",
        "requests/web",
    ]
    .map(|folder| project_root().join("tests/crash").join(folder));
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let paths = entries.map(|it| it.unwrap().path());
    let texts: String = paths
        .filter(|path| path.is_file())
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    texts.split_whitespace().collect()
}

fn project_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the names, such as `note::FORM`, that a function of the dispatcher handles.
fn constants_in_handler(function: &str) -> Vec<String> {
    let listener = fs::read_to_string(project_root().join("src/slack/dispatch.rs")).unwrap();
    let begins = format!("async fn {function}(");
    let (_, rest) = listener
        .split_once(&begins)
        .expect("the dispatcher has no such function");
    let (body, _) = rest.split_once("\n}\n").expect("the function has no end");
    let is_of_name = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == ':';
    let words = body.split(|sign: char| !is_of_name(sign));
    let is_name = |token: &&str| {
        token.split_once("::").is_some_and(|(module, name)| {
            let upper = |sign: char| sign.is_ascii_uppercase() || sign == '_';
            !name.is_empty() && name.chars().all(upper) && !module.is_empty()
        })
    };
    let names: Vec<String> = words.filter(is_name).map(str::to_owned).collect();
    assert!(
        names.len() > 2,
        "the dispatcher handles too few names: {names:?}"
    );
    names
}

#[test]
fn every_command_is_tested() {
    let cases = test_sources();
    for name in COMMANDS.iter().map(|command| command.name) {
        let is_killed = cases.contains(&format!("RequestName::Command(\"{name}\")"));
        assert!(
            is_killed != READ_ONLY_COMMANDS.contains(&name),
            "the crash test of the command {name}"
        );
    }
}

#[test]
fn every_modal_is_tested() {
    let cases = test_sources();
    let links = LinkKind::ALL.map(|kind| format!("test_link_modal_redelivery(LinkKind::{kind:?},"));
    let tasks =
        TaskKind::ALL.map(|kind| format!("RequestName::Modal(TaskKind::{kind:?}.as_str())"));
    let known = constants_in_handler("handle_submission").into_iter();
    let known = known.map(|name| format!("RequestName::Modal({name})"));
    for killed in known.chain(links).chain(tasks) {
        assert!(cases.contains(&killed), "no crash test for {killed}");
    }
}

#[test]
fn every_button_is_tested() {
    let cases = test_sources();
    let of_tasks = ["task::DONE", "task::REOPEN", "task::REMOVE"].map(str::to_owned);
    for name in constants_in_handler("handle_click")
        .into_iter()
        .chain(of_tasks)
    {
        let ways = ["test_button_redelivery(", "RequestName::Button("];
        let is_killed = ways
            .iter()
            .any(|way| cases.contains(&format!("{way}{name}")));
        assert!(
            is_killed != READ_ONLY_BUTTONS.contains(&name.as_str()),
            "the crash test of the button {name}"
        );
    }
    // The buttons of the action menu run commands, so testing one of them is sufficient.
    assert!(
        cases.contains("test_button_redelivery(\"action_menu"),
        "no crash test for a button of the action menu"
    );
}

#[test]
fn every_form_of_a_page_is_tested() {
    let cases = test_sources();
    let forms = routes().into_iter();
    for form in forms.filter(|route| route.method == Method::Post) {
        let is_killed = cases.contains(&format!("route:\"{}\"", form.path));
        assert!(
            is_killed != FORMS_OF_A_BROWSER.contains(&form.path),
            "the crash test of the form {}",
            form.path
        );
    }
}

#[test]
fn every_shortcut_and_message_action_is_tested() {
    let (cases, known) = (test_sources(), constants_in_handler("handle_shortcut"));
    assert_eq!(known.len(), ACTIONS.len() + SHORTCUTS.len(), "{known:?}");
    for name in ACTIONS.iter().chain(SHORTCUTS).map(|action| action.name) {
        let is_killed = cases.contains(&format!("RequestName::MessageAction({name}::ACTION)"));
        assert!(
            is_killed != MODAL_OPENERS.contains(&name),
            "the crash test of the action or shortcut {name}"
        );
    }
}

#[test]
fn every_event_is_tested() {
    let cases = test_sources();
    let of_messages = [
        "message",
        "messagemessage_changed",
        "messagemessage_deleted",
    ];
    // Events of private channels are handled like those of public channels.
    let of_channels = EVENTS.iter().filter(|it| !it.starts_with("message."));
    let of_channels = of_channels.map(|it| it.replace("group_", "channel_"));
    for event in of_channels.chain(of_messages.map(str::to_owned)) {
        let is_killed = cases.contains(&format!("RequestName::Event(\"{event}\")"));
        assert!(
            is_killed != IGNORED_EVENTS.contains(&event.as_str()),
            "the crash test of the event {event}"
        );
    }
}
