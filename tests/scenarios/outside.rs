//! Looking at every surface of the bot as somebody outside: none tells that there is a private incident.

use muster::sandbox::Message;

use super::person::Person;
use super::world::World;

/// A title that stands nowhere else.
pub const SECRET: &str = "Payroll leaked";

/// What nobody outside may read.
const TELLTALE: [&str; 4] = ["Payroll", "payroll", "IR-1", "incident-1"];

/// The option that makes an incident private from the first.
pub const PRIVATE: &str = "Private: only those who take part know of it";

/// What is answered where there is nothing to list.
pub const NONE_OPEN: &str = "No incident is open. /datadog incident declares one.";

/// What is answered about an incident that there is not, or that is not for the asker.
pub const NO_SUCH: &str = "There is no such incident.";

/// What only fits in an incident's channel, and what lists, asks or does something elsewhere.
const TYPED: [&str; 18] = [
    "",
    "incident repair",
    "incident timeline",
    "incident links",
    "incident link https://runbook.example",
    "incident responders",
    "incident role Incident Commander @bob",
    "incident commander @bob",
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
];

/// Declares a private incident in #general.
pub async fn declares_private(person: &Person<'_>, fields: &[(&str, &str)]) {
    person
        .says("#general", &format!("/datadog incident {SECRET}"))
        .await;
    person.fills_several("Options", &[PRIVATE]).await;
    let seen = person.submits(fields).await;
    assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
}

/// Reads all that those inside can read.
pub fn everything_inside_is_read(world: &World, people: &[&str]) {
    for name in world.slack.channel_names() {
        if name.starts_with("incident-1-") {
            world.unread(&name);
        }
    }
    for person in people {
        world.briefings_of(person);
        world.unread_by(person);
        if let Some(direct) = world.slack.direct_message(person) {
            world.unread(&direct);
        }
    }
}

/// Gives the channel of the first incident as it is now.
pub fn channel(world: &World) -> String {
    let names = world.slack.channel_names().into_iter();
    let mut ours = names.filter(|name| name.starts_with("incident-1-"));
    ours.find(|name| !world.slack.is_archived(name))
        .expect("the incident has a channel")
}

/// Looks at every surface of the bot as somebody outside: none tells that there is such an incident.
pub async fn outside_is_nothing(world: &World, bob: &Person<'_>) {
    for typed in ["/datadog incident list", "/datadog incident update"] {
        bob.says("#general", typed).await;
        assert_eq!(bob.reads_alone(), [NONE_OPEN], "{typed}");
    }
    let ts = bob.writes("#general", "Something is odd.").await;
    bob.chooses("#general", &ts, "add_to_incident").await;
    assert_eq!(bob.reads_alone(), [NONE_OPEN]);
    for typed in TYPED {
        types(bob, typed).await;
    }
    is_silent(&bob.opens_home().await);
    for channel in ["#general", "#random", "#incidents"] {
        for message in world.slack.messages(channel) {
            let replies = world.slack.replies(channel, &message.ts);
            for message in [message].into_iter().chain(replies) {
                if message.user == world.slack.bot_user() && !message.deleted {
                    is_silent(message.as_read());
                }
            }
        }
    }
    assert_eq!(bob.reads_direct(), [""; 0], "nothing is told directly");
    for page in ["/metrics", "/readyz", "/healthz"] {
        let (_, text) = world.gets(page).await;
        is_silent(&text);
    }
}

/// Types something outside of any incident's channel: what is answered tells nothing, and no form does.
async fn types(bob: &Person<'_>, typed: &str) {
    let before = bob.world.slack.modals(bob.name);
    let seen = bob.says("#general", &format!("/datadog {typed}")).await;
    assert_eq!(
        bob.world.slack.modals(bob.name),
        before,
        "{typed}: {seen:?}"
    );
    let told = bob.reads_alone();
    assert_eq!(told.len(), 1, "{typed}: {told:?}");
    is_silent(&told[0]);
}

/// Sees that a text tells nothing of the incident.
pub fn is_silent(text: &str) {
    for word in TELLTALE {
        assert!(!text.contains(word), "“{word}” stands in: {text}");
    }
}

/// A button that somebody may press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// Its `action_id`.
    pub name: String,
    /// What it carries.
    pub value: String,
}

/// Gives every button on some messages, each once.
pub fn buttons<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<Button> {
    let mut found: Vec<Button> = Vec::new();
    for message in messages {
        let blocks = message.blocks.iter().filter_map(|blocks| blocks.as_array());
        for block in blocks.flatten() {
            let several = block["elements"].as_array().into_iter().flatten();
            for element in several.chain([&block["accessory"]]) {
                let text = |name: &str| element[name].as_str().unwrap_or_default().to_owned();
                let button = Button {
                    name: text("action_id"),
                    value: text("value"),
                };
                if text("type") == "button" && !found.contains(&button) {
                    found.push(button);
                }
            }
        }
    }
    found
}

impl Person<'_> {
    /// Presses a button of another message than it stands on: in #general, as nobody can in Slack; gives what
    /// they are told then.
    pub async fn presses_as_if(&self, button: &Button) -> Vec<String> {
        let slack = &self.world.slack;
        self.says("#general", "/datadog").await;
        let tray = self.last_alone();
        let [declare, ..] = &buttons([&tray])[..] else {
            panic!("the tray has buttons");
        };
        assert_ne!(button, declare);
        self.presses("#general", &tray.ts, "tray help").await;
        self.reads_alone();
        // Slack lets an app answer once a second.
        self.world.leaps(1).await;
        let mut pressed = slack.last_request(self.name).expect("they pressed it");
        pressed.payload["actions"][0]["action_id"] = button.name.as_str().into();
        pressed.payload["actions"][0]["value"] = button.value.as_str().into();
        let trigger = format!("forged {} {}", button.name, button.value);
        pressed.payload["trigger_id"] = trigger.into();
        let seen = slack.deliver(&pressed).await;
        self.did(seen).await;
        self.reads_alone()
    }
}
