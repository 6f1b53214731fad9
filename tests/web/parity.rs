//! Everything that Slack can do to an incident can be done on its page. The table is checked against the commands,
//! the buttons and the message actions of Slack, and against the actions, fields and routes of the pages.

use std::fs;
use std::path::Path;

use muster::web::{action_names, field_names, routes};
use muster_commands::{ACTIONS, COMMANDS, SHORTCUTS};

/// The counterpart on the pages of something that Slack offers.
#[derive(Clone, Copy)]
enum OnPage {
    /// These actions: `POST /incidents/{id}/actions/{action}`.
    Actions(&'static [&'static str]),
    /// These fields: `POST /incidents/{id}/fields/{name}`.
    Fields(&'static [&'static str]),
    /// This route.
    Route(&'static str),
    /// Nothing, for this reason.
    Nothing(&'static str),
}

use OnPage::{Actions, Fields, Nothing, Route};

const LINKS: OnPage = Actions(&[
    "add-document",
    "remove-document",
    "set-chat",
    "remove-chat",
    "set-call",
    "remove-call",
]);
const INCIDENT: OnPage = Route("/incidents/{id}");
const TIMELINE: OnPage = Route("/incidents/{id}/timeline");
const REMEDIATION: OnPage = Route("/incidents/{id}/remediation");
const REMINDER: OnPage = Nothing("it answers a message of Muster in Slack, which no page shows");
const OF_SLACK: OnPage = Nothing("it is about a message, a list or a modal of Slack");

/// The commands, by their first word.
const BY_COMMAND: &[(&str, OnPage)] = &[
    ("", INCIDENT),
    ("incident", Route("/incidents/new")),
    ("update", Actions(&["post-update"])),
    (
        "impact",
        Actions(&["add-impact", "end-impact", "edit-impact", "remove-impact"]),
    ),
    ("note", Actions(&["add-note", "edit-entry", "remove-entry"])),
    ("notify", Route("/incidents/{id}/notifications/new")),
    ("timeline", TIMELINE),
    ("list", Route("/incidents")),
    ("show", INCIDENT),
    ("web", INCIDENT),
    ("test", Route("/incidents/new")),
    ("private", Actions(&["make-private"])),
    ("public", Actions(&["make-public"])),
    ("severity", Fields(&["severity"])),
    ("status", Actions(&["stabilize", "reopen", "complete"])),
    ("resolve", Actions(&["resolve"])),
    ("title", Fields(&["title"])),
    ("commander", Fields(&["commander"])),
    ("responders", Actions(&["assign-roles"])),
    ("invite", Actions(&["assign-roles"])),
    ("role", Actions(&["assign-roles"])),
    ("link", LINKS),
    ("chat", LINKS),
    ("call", LINKS),
    ("links", LINKS),
    ("task", Actions(&["add-task", "edit-task", "remove-task"])),
    ("task", REMEDIATION),
    ("done", Actions(&["finish-task", "reopen-task"])),
    (
        "followup",
        Actions(&["add-follow-up", "edit-task", "remove-task"]),
    ),
    ("postmortem", Route("/incidents/{id}/postmortem")),
    ("repair", Actions(&["repair"])),
    (
        "settings",
        Nothing("it changes the settings, not an incident"),
    ),
    ("help", Route("/help")),
    ("merge", Nothing("the commands that Muster does not have")),
];

/// The fields of the form of `/datadog incident update`.
const BY_UPDATE_FIELD: [&str; 7] = [
    "title",
    "severity",
    "status",
    "commander",
    "detection_method",
    "summary",
    "root_cause",
];

/// The buttons, message actions and shortcuts, by the constants of their IDs.
const BY_BUTTON: &[(&str, OnPage)] = &[
    ("button_click::POST_UPDATE", Actions(&["post-update"])),
    ("button_click::SNOOZE", REMINDER),
    ("button_click::STOP_REMINDERS", REMINDER),
    ("task_notice::DONE", Actions(&["finish-task"])),
    ("task_notice::SNOOZE", REMINDER),
    ("link_buttons::REMOVE", LINKS),
    ("link_buttons::EARLIER", OF_SLACK),
    ("link_buttons::LATER", OF_SLACK),
    ("suggest_call::SUGGEST_CALL", Actions(&["set-call"])),
    ("list_buttons::PREVIOUS", Route("/incidents")),
    ("list_buttons::NEXT", Route("/incidents")),
    ("button_click::RETRY_DELIVERY", Actions(&["retry-delivery"])),
    ("timeline::PREVIOUS", TIMELINE),
    ("timeline::NEXT", TIMELINE),
    ("timeline::ORDER", TIMELINE),
    ("timeline::FILTER", TIMELINE),
    ("timeline::FLAG", Actions(&["flag-entry", "unflag-entry"])),
    ("timeline::EDIT", Actions(&["edit-entry", "edit-impact"])),
    (
        "timeline::REMOVE",
        Actions(&["remove-entry", "remove-impact"]),
    ),
    ("impact_buttons::REMOVE", Actions(&["remove-impact"])),
    ("impact_buttons::ADD_ANYWAY", Actions(&["add-impact"])),
    ("impact_buttons::EDIT_DRAFT", Actions(&["add-impact"])),
    ("button_click::SUBSCRIBE", Actions(&["subscribe"])),
    ("button_click::UNSUBSCRIBE", Actions(&["subscribe"])),
    ("button_click::TAKE_COMMAND", Fields(&["commander"])),
    ("button_click::JOIN_INCIDENT", Route("/incidents/{id}/join")),
    ("button_click::DECLARE_ANOTHER", Route("/incidents/new")),
    ("postmortem::OPEN", Route("/incidents/{id}/postmortem")),
    ("button_click::DECLARE", Route("/incidents/new")),
    ("alert_buttons::DECLARE", Route("/incidents/new")),
    ("alert_buttons::ADD", Route("/alert-groups/{id}/add")),
    ("alert_buttons::ADD_OTHER", Route("/alert-groups/{id}/add")),
    ("alert_buttons::IGNORE", Route("/alert-groups/{id}/ignore")),
    (
        "alert_buttons::IGNORE_HOUR",
        Route("/alert-groups/{id}/ignore"),
    ),
    (
        "alert_buttons::IGNORE_DAY",
        Route("/alert-groups/{id}/ignore"),
    ),
    (
        "alert_buttons::IGNORE_ALWAYS",
        Route("/alert-groups/{id}/ignore"),
    ),
    (
        "alert_buttons::ATTACH",
        Route("/incidents/{id}/attach-alerts"),
    ),
    ("alert_buttons::SET_STABLE", Fields(&["status"])),
    ("alert_buttons::REOPEN", Fields(&["status"])),
    ("home::PREVIOUS", Route("/incidents")),
    ("home::NEXT", Route("/incidents")),
    ("home::DONE", Route("/tasks/{id}/{number}/done")),
    ("button_click::SIGN_IN", Route("/sign-in/{token}")),
    ("button_click::JOIN_CHANNEL", OF_SLACK),
    ("button_click::OPEN_CHANNEL", OF_SLACK),
    ("button_click::OPEN_PAGE", INCIDENT),
    ("add_to_incident::ACTION", OF_SLACK),
    ("declare_from_message::ACTION", OF_SLACK),
    ("declare_from_message::SHORTCUT", Route("/incidents/new")),
];

/// The actions of the pages that no command or button of Slack corresponds to.
const ONLY_ON_PAGES: [&str; 1] = ["restore-entry"];

/// Returns the constants that the dispatcher of Slack's requests handles in a function.
fn handled(function: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/slack/dispatch.rs");
    let source = fs::read_to_string(path).unwrap();
    let (_, rest) = source.split_once(&format!("fn {function}(")).unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == ':';
    let words = body.split(|sign: char| !is_part(sign));
    let constants = words.filter(|name| {
        name.split_once("::").is_some_and(|(_, name)| {
            name.len() > 2
                && name
                    .chars()
                    .all(|sign| sign.is_ascii_uppercase() || sign == '_')
        })
    });
    constants.map(str::to_owned).collect()
}

fn table() -> impl Iterator<Item = &'static (&'static str, OnPage)> {
    BY_COMMAND.iter().chain(BY_BUTTON)
}

#[test]
fn every_command_has_its_counterpart_on_the_page() {
    let known: Vec<_> = BY_COMMAND.iter().map(|(name, _)| *name).collect();
    let words: Vec<_> = COMMANDS
        .iter()
        .map(|command| command.words.first().copied().unwrap_or(command.name))
        .collect();
    assert_eq!(words, known);
}

#[test]
fn every_button_and_message_action_has_its_counterpart_on_the_page() {
    let known = |name: &String| BY_BUTTON.iter().any(|(it, _)| it == name);
    let mut handled_ids = handled("handle_click");
    handled_ids.extend(handled("handle_shortcut"));
    let missing: Vec<_> = handled_ids.iter().filter(|name| !known(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(ACTIONS.len() + SHORTCUTS.len(), 3);
    for (name, _) in BY_BUTTON {
        assert!(handled_ids.iter().any(|it| it == name), "{name} is gone");
    }
}

#[test]
fn every_counterpart_exists_and_every_action_of_a_page_is_in_the_table() {
    let (actions, fields) = (action_names(), field_names());
    let paths: Vec<_> = routes().iter().map(|route| route.path).collect();
    let mut used: Vec<&str> = ONLY_ON_PAGES.to_vec();
    for (name, counterpart) in table() {
        match counterpart {
            Actions(names) => {
                assert!(names.iter().all(|it| actions.contains(it)), "{name}");
                used.extend(*names);
            }
            Fields(names) => assert!(names.iter().all(|it| fields.contains(it)), "{name}"),
            Route(path) => assert!(paths.contains(path), "{name}: {path}"),
            Nothing(reason) => assert!(!reason.is_empty(), "{name}"),
        }
    }
    let unused: Vec<_> = actions.iter().filter(|it| !used.contains(it)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn form_of_slack_and_the_page_have_the_same_fields() {
    for field in BY_UPDATE_FIELD {
        assert!(field_names().contains(&field), "{field}");
    }
    assert_eq!(field_names().len(), BY_UPDATE_FIELD.len());
}
