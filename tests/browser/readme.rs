//! Follows the walk-through of the README to the letter.
//!
//! The steps are read from the README: `code` is typed and sent, **bold** text is clicked, *italic* text is a
//! user to become, #name is a channel to open, and “quoted” text must appear on the page.

use std::fs;
use std::path::Path;

use muster_commands::ACTIONS;

use crate::fixture::Fixture;
use crate::selectors::{button, channel_link, contains_text, message, open_channel};
use crate::window::Window;

const COMPOSER: &str = "//main//textarea";
const STEPS: usize = 10;

/// An action of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action<'t> {
    Type(&'t str),
    Click(&'t str),
    Become(&'t str),
    Open(&'t str),
    See(&'t str),
}

/// Alice opens the page and follows all steps.
pub async fn follow_walkthrough(fixture: &Fixture) {
    let alice = fixture.open_page().await;
    let mut last_text = "";
    let steps = steps();
    assert_eq!(steps.len(), STEPS, "{steps:#?}");
    for step in &steps {
        let actions = read_actions(step);
        assert!(
            actions.iter().any(|it| matches!(it, Action::See(_))),
            "the step has no result: {step}"
        );
        for action in actions {
            perform(&alice, action, last_text).await;
            if let Action::Type(text) = action {
                last_text = text;
            }
        }
    }
    assert!(!alice.is_visible("//dialog").await);
}

/// Returns the steps of the walk-through.
fn steps() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(file).unwrap();
    let (_, section) = readme.split_once("\n## Walk-through\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut steps: Vec<String> = Vec::new();
    for row in section.lines() {
        let next = format!("{}. ", steps.len() + 1);
        match (row.strip_prefix(&next), steps.last_mut()) {
            (Some(text), _) => steps.push(text.to_owned()),
            (None, Some(step)) if row.starts_with("   ") => {
                *step = format!("{step} {}", row.trim_start());
            }
            (None, _) => {}
        }
    }
    steps
}

/// Returns the actions of a step in their order.
fn read_actions(step: &str) -> Vec<Action<'_>> {
    let mut actions = Vec::new();
    let mut rest = step;
    while let Some(start) = rest.find(['`', '*', '#', '“']) {
        let (action, behind) = read_action(&rest[start..]);
        actions.push(action);
        rest = behind;
    }
    actions
}

/// Reads the action at the start of the text. Returns it with the text that follows.
fn read_action(text: &str) -> (Action<'_>, &str) {
    let between = |open: &str, close: &str| text[open.len()..].split_once(close).unwrap();
    if text.starts_with('`') {
        let (code, rest) = between("`", "`");
        (Action::Type(code), rest)
    } else if text.starts_with("**") {
        let (label, rest) = between("**", "**");
        (Action::Click(label), rest)
    } else if text.starts_with('*') {
        let (user, rest) = between("*", "*");
        (Action::Become(user), rest)
    } else if text.starts_with('“') {
        let (words, rest) = between("“", "”");
        (Action::See(words), rest)
    } else {
        let name = &text[1..];
        let is_in_name = |c: char| c.is_alphanumeric() || c == '-';
        let end = name.find(|c| !is_in_name(c)).unwrap_or(name.len());
        (Action::Open(&name[..end]), &name[end..])
    }
}

/// Performs an action. A message action applies to the last text, if that was a message.
async fn perform(user: &Window, action: Action<'_>, last_text: &str) {
    let is_message_action =
        |label: &str| !last_text.starts_with('/') && ACTIONS.iter().any(|it| it.label == label);
    match action {
        Action::Type(text) => {
            user.focuses(COMPOSER).await;
            user.types(text).await;
            user.sends_message().await;
        }
        Action::Click(label) if is_message_action(label) => {
            let message = message(last_text);
            user.selects_message_action(&message, label).await;
        }
        Action::Click(label) => user.clicks(&button(label)).await,
        Action::Become(name) => {
            let link = format!("//a[@data-person][{}]", contains_text(name));
            user.clicks(&link).await;
        }
        Action::Open(channel) => open(user, channel).await,
        Action::See(words) => {
            let page = format!("//*[@id='page'][{}]", contains_text(words));
            user.sees(&page).await;
        }
    }
}

/// Opens a channel, unless the last click opens it.
async fn open(user: &Window, channel: &str) {
    let (link, opened) = (channel_link(channel), open_channel(channel));
    user.sees(&format!("{link} | {opened}")).await;
    if !user.is_visible(&opened).await {
        user.clicks(&link).await;
    }
    user.sees(&opened).await;
}

#[test]
fn actions_are_read_in_order() {
    let step =
        "Become *Bob*. In #incidents-2, press **Join Channel**, type `/dd x` and see “ACTIVE”.";
    let actions = [
        Action::Become("Bob"),
        Action::Open("incidents-2"),
        Action::Click("Join Channel"),
        Action::Type("/dd x"),
        Action::See("ACTIVE"),
    ];
    assert_eq!(read_actions(step), actions);
}
