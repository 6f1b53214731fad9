//! Checks every surface of the bot as a user without access: none reveals a private incident.

use muster_sandbox::Message;

use crate::harness::prelude::*;

/// A title that occurs nowhere else.
pub const SECRET_TITLE: &str = "Payroll leaked";

/// Texts that a user without access must not see.
const SECRET_WORDS: [&str; 4] = ["Payroll", "payroll", "IR-1", "incident-1"];

/// The option that declares an incident as private.
pub const PRIVATE_OPTION: &str = "Private (visible to responders only)";

/// The reply for an incident that does not exist or that the user may not see.
pub const NO_SUCH_INCIDENT: &str = "This incident doesn't exist.";

/// Commands that require an incident channel, and commands that list, ask or act elsewhere.
const COMMANDS: [&str; 22] = [
    "",
    "incident repair",
    "incident timeline",
    "incident links",
    "incident link https://runbook.example",
    "incident responders",
    "incident role Incident Commander @bob",
    "incident commander @bob",
    "incident update I know of it.",
    "incident resolve I fixed it.",
    "incident note I know of it.",
    "incident impact",
    "incident impact end",
    "incident stable",
    "incident title Something else",
    "incident private",
    "incident public",
    "task list",
    "task Look at it",
    "followup list",
    "postmortem",
    "postmortem https://wiki.example/pm",
];

/// Declares a private incident in #general.
pub async fn declare_private(user: &TestUser<'_>, fields: &[(&str, &str)]) {
    user.types("#general", &format!("/datadog incident {SECRET_TITLE}"))
        .await;
    user.fills_several("Options", &[PRIVATE_OPTION]).await;
    user.submits_and_closes(fields).await;
}

/// Reads the unread messages in the incident's channels and of these responders, without briefings.
#[must_use]
pub fn read_as_responders(world: &World, users: &[&str]) -> Vec<String> {
    let channels = world.slack.channel_names().into_iter();
    let channels = channels.filter(|name| name.starts_with("incident-1-"));
    let mut read: Vec<String> = channels.flat_map(|name| world.unread(&name)).collect();
    for user in users {
        read.extend(world.unread_ephemerals(user));
        read.extend(world.user(user).reads_direct_messages());
    }
    read
}

/// Reads as these responders, and checks the number of messages.
#[track_caller]
pub fn expects_responders_read(world: &World, users: &[&str], count: usize, messages: &str) {
    let read = read_as_responders(world, users);
    assert_eq!(read.len(), count, "{messages}: {read:#?}");
}

/// Returns the name of the first incident's current channel.
pub fn current_channel(world: &World) -> String {
    let names = world.slack.channel_names().into_iter();
    let mut ours = names.filter(|name| name.starts_with("incident-1-"));
    ours.find(|name| !world.slack.is_archived(name))
        .expect("the incident has no channel")
}

/// Checks every surface of the bot as a user without access: none reveals the incident.
pub async fn assert_hidden_from_outsider(world: &World, bob: &TestUser<'_>) {
    for command in ["/datadog incident list", "/datadog incident update"] {
        bob.types("#general", command).await;
        assert_eq!(bob.reads_ephemeral(), [NO_OPEN_INCIDENT], "{command}");
    }
    let ts = bob.posts("#general", "Something is odd.").await;
    bob.adds_to_incident("#general", &ts).await;
    assert_eq!(bob.reads_ephemeral(), [NO_OPEN_INCIDENT]);
    for command in COMMANDS {
        assert_command_reveals_nothing(bob, command).await;
    }
    assert_reveals_nothing(&bob.opens_home().await);
    for channel in ["#general", "#random", "#incidents"] {
        for message in world.slack.messages(channel) {
            let replies = world.slack.replies(channel, &message.ts);
            for message in [message].into_iter().chain(replies) {
                if message.user == world.slack.bot_user() && !message.deleted {
                    assert_reveals_nothing(message.rendered_text());
                }
            }
        }
    }
    assert_eq!(
        bob.reads_direct_messages(),
        [""; 0],
        "no direct message is sent"
    );
    for page in ["/metrics", "/readyz", "/healthz"] {
        let (_, text) = world.get_page(page).await;
        assert_reveals_nothing(&text);
    }
}

/// Types a command outside incident channels and checks that neither the reply nor the modal reveals the
/// incident.
async fn assert_command_reveals_nothing(bob: &TestUser<'_>, command: &str) {
    let before = bob.world.slack.modal_count(bob.name);
    let screen = bob.types("#general", &format!("/datadog {command}")).await;
    assert_eq!(
        bob.world.slack.modal_count(bob.name),
        before,
        "{command}: {screen:?}"
    );
    let replies = bob.reads_ephemeral();
    assert_eq!(replies.len(), 1, "{command}: {replies:?}");
    assert_reveals_nothing(&replies[0]);
}

/// Checks that a text does not reveal the incident.
pub fn assert_reveals_nothing(text: &str) {
    for secret in SECRET_WORDS {
        assert!(
            !text.contains(secret),
            "the text contains “{secret}”: {text}"
        );
    }
}

/// A button that a user can click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// The button's `action_id`.
    pub action_id: String,
    /// The button's `value`.
    pub value: String,
}

/// Returns the buttons of the messages, without duplicates.
pub fn buttons<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<Button> {
    let mut unique: Vec<Button> = Vec::new();
    for message in messages {
        let blocks = message.blocks.iter().filter_map(|blocks| blocks.as_array());
        for block in blocks.flatten() {
            let several = block["elements"].as_array().into_iter().flatten();
            for element in several.chain([&block["accessory"]]) {
                let text = |name: &str| element[name].as_str().unwrap_or_default().to_owned();
                let button = Button {
                    action_id: text("action_id"),
                    value: text("value"),
                };
                if text("type") == "button" && !unique.contains(&button) {
                    unique.push(button);
                }
            }
        }
    }
    unique
}

impl TestUser<'_> {
    /// Clicks a button in a message in #general that does not contain it, which is impossible in Slack.
    /// Returns the ephemeral replies.
    pub async fn clicks_forged_button(&self, button: &Button) -> Vec<String> {
        let slack = &self.world.slack;
        self.types("#general", "/datadog").await;
        let menu = self.last_ephemeral();
        let [declare, ..] = &buttons([&menu])[..] else {
            panic!("the action menu has no buttons");
        };
        assert_ne!(button, declare);
        self.clicks("#general", &menu.ts, "action_menu help").await;
        self.reads_ephemeral();
        // Slack accepts one response per second.
        self.world.advance(1).await;
        let mut click = slack
            .last_request(self.name)
            .expect("the click sent no request");
        click.payload["actions"][0]["action_id"] = button.action_id.as_str().into();
        click.payload["actions"][0]["value"] = button.value.as_str().into();
        let trigger = format!("forged {} {}", button.action_id, button.value);
        click.payload["trigger_id"] = trigger.into();
        let forged = slack.deliver(&click).await;
        self.after_action(forged).await;
        self.reads_ephemeral()
    }
}
