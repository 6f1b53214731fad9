//! Somebody of the workspace, and what they can do: type, fill in, click, read.

use muster::sandbox::{Input, Message, Seen, View};
use muster_commands::{Level, Scale};
use serde_json::Value;

use super::world::World;

/// Somebody of the workspace.
#[derive(Clone, Copy)]
pub struct Person<'w> {
    pub world: &'w World,
    pub name: &'w str,
}

/// An incident that somebody declared, with everything about it read.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Its number.
    pub number: i64,
    /// The name of its channel.
    pub channel: String,
    /// Its card in the global channel.
    pub card: String,
}

impl Person<'_> {
    /// Types something and sends it; gives what is then on their screen.
    pub async fn says(&self, channel: &str, text: &str) -> Seen {
        let seen = self.world.slack.types(self.name, channel, text).await;
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
        // A form is opened beside the answer.
        Seen {
            view: self.world.slack.view(self.name),
            ..seen
        }
    }

    /// Looks at the form on their screen.
    pub fn form(&self) -> View {
        self.world.slack.view(self.name).expect("a form is open")
    }

    /// Gives what stands in a field of the form on their screen: a text, an option's value, a person, a
    /// day; of several, each after a comma.
    pub fn field(&self, label: &str) -> String {
        let form = self.form();
        let state = form.value(label).expect("the form has this field");
        let fields = state.as_object().into_iter().flatten();
        let held = fields.filter(|(name, _)| *name != "type" && *name != "timezone");
        held.map(|(_, value)| as_chosen(value)).collect()
    }

    /// Fills in the form on their screen by its labels, as people do.
    pub async fn fills(&self, fields: &[(&str, &str)]) {
        let view = self.form();
        for (label, value) in fields {
            let filled = self
                .world
                .slack
                .fills(self.name, &view.id, label, *value)
                .await;
            assert_eq!(filled, Ok(()), "filling in {label}");
        }
    }

    /// Empties a field of the form on their screen.
    pub async fn empties(&self, label: &str) {
        let (slack, view) = (&self.world.slack, self.form());
        let emptied = slack.fills(self.name, &view.id, label, Input::Nothing);
        assert_eq!(emptied.await, Ok(()), "emptying {label}");
    }

    /// Types into a field that asks for its options; gives what is then offered.
    pub async fn offered(&self, label: &str, typed: &str) -> Vec<String> {
        let form = self.form();
        let action = label.to_lowercase();
        let offered = self
            .world
            .slack
            .suggests(self.name, &form.id, &action, typed);
        offered
            .await
            .into_iter()
            .map(|option| option.text)
            .collect()
    }

    /// Fills in the form on their screen and sends it.
    pub async fn submits(&self, fields: &[(&str, &str)]) -> Seen {
        self.fills(fields).await;
        let view = self.form();
        let seen = self.world.slack.submits(self.name, &view.id).await;
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
        seen
    }

    /// Changes the incident of a channel: types the command, fills in the form and sends it.
    pub async fn updates(&self, channel: &str, fields: &[(&str, &str)]) -> Seen {
        self.says(channel, "/datadog incident update").await;
        self.submits(fields).await
    }

    /// Sends their last request once more, as Slack does when it heard no answer.
    pub async fn sends_it_again(&self) -> Seen {
        let slack = &self.world.slack;
        let request = slack.last_request(self.name).expect("they did something");
        let seen = slack.redelivers(&request, 1).await;
        self.world.settles().await;
        seen
    }

    /// Joins a channel.
    pub async fn joins(&self, channel: &str) {
        let seen = self.world.slack.joins(self.name, channel).await;
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
    }

    /// Writes a message; gives its `ts`.
    pub async fn writes(&self, channel: &str, text: &str) -> String {
        let seen = self.says(channel, text).await;
        seen.ts.expect("the message was posted")
    }

    /// Writes a reply to a message; gives its `ts`.
    pub async fn replies(&self, channel: &str, thread: &str, text: &str) -> String {
        let slack = &self.world.slack;
        let seen = slack
            .types_in_thread(self.name, channel, thread, text)
            .await;
        self.world.settles().await;
        seen.ts.expect("the reply was posted")
    }

    /// Rewrites a message of theirs.
    pub async fn edits(&self, channel: &str, ts: &str, text: &str) {
        let seen = self.world.slack.edits(self.name, channel, ts, text).await;
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
    }

    /// Chooses an action in the menu of a message.
    pub async fn chooses(&self, channel: &str, ts: &str, action: &str) -> Seen {
        let slack = &self.world.slack;
        let seen = slack.message_action(self.name, channel, ts, action).await;
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
        Seen {
            view: slack.view(self.name),
            ..seen
        }
    }

    /// Presses a button of a message.
    pub async fn presses(&self, channel: &str, ts: &str, button: &str) -> Seen {
        let slack = &self.world.slack;
        let seen = slack.clicks(self.name, channel, ts, button, None).await;
        assert_eq!(seen.trouble, None, "Slack itself complained");
        self.world.settles().await;
        // A form is opened beside the answer.
        Seen {
            view: slack.view(self.name),
            ..seen
        }
    }

    /// Reads what the bot newly wrote or changed in a channel.
    pub fn reads(&self, channel: &str) -> Vec<String> {
        self.world.unread(channel)
    }

    /// Reads what the bot newly wrote under a message.
    pub fn reads_thread(&self, channel: &str, ts: &str) -> Vec<String> {
        self.world.unread_replies(channel, ts)
    }

    /// Reads what only they see.
    pub fn reads_alone(&self) -> Vec<String> {
        self.world.unread_by(self.name)
    }

    /// Reads what the bot newly wrote to them directly.
    pub fn reads_directly(&self) -> Vec<String> {
        let direct = self.world.slack.direct_message(self.name);
        direct.map_or_else(Vec::new, |direct| self.world.unread(&direct))
    }

    /// Declares an incident in #general with a title, and reads everything that is said of it.
    pub async fn declares(&self, title: &str) -> Declared {
        self.declares_with(title, &[]).await
    }

    /// Declares an incident in #general with more than a title, and reads everything that is said of it.
    pub async fn declares_with(&self, title: &str, fields: &[(&str, &str)]) -> Declared {
        self.says("#general", &format!("/datadog incident {title}"))
            .await;
        let seen = self.submits(fields).await;
        assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
        let pointer = self.reads_alone();
        let [pointer] = pointer.as_slice() else {
            panic!("one pointer, not {pointer:?}");
        };
        let (number, channel) = pointer
            .strip_prefix("IR-")
            .and_then(|rest| rest.strip_suffix(" is its channel, and you are in it."))
            .and_then(|rest| rest.split_once(" is declared: #"))
            .unwrap_or_else(|| panic!("no pointer: {pointer}"));
        let number = number.parse().unwrap();
        self.reads_of_declaration(number);
        Declared {
            number,
            channel: channel.to_owned(),
            card: self.card(number).expect("the incident is announced").ts,
        }
    }

    /// Declares so many incidents, of every severity, and reads all that is said of them.
    pub async fn declares_many(&self, count: i64) {
        let scale = Scale::default();
        let severities = scale.levels().iter().map(Level::in_words).cycle();
        for (number, severity) in (1..=count).zip(severities) {
            let title = format!("Trouble {number} in Ünit {}", number % 10);
            self.says("#general", &format!("/datadog incident {title}"))
                .await;
            self.submits(&[("Severity Level", &severity)]).await;
            // Slack lets twenty channels be created in a minute.
            self.world.leaps(4).await;
        }
        self.reads_everything();
    }

    /// Reads everything that is said of a new incident.
    pub fn reads_of_declaration(&self, number: i64) {
        self.reads_alone();
        self.world.reads_all_direct();
        let begins = format!("incident-{number}-");
        for channel in self.world.slack.channel_names() {
            if format!("{channel}-").starts_with(&begins) {
                self.reads(&channel);
            }
        }
        self.reads("#incidents");
        let card = self.card(number).expect("the incident is announced");
        self.reads_thread("#incidents", &card.ts);
    }

    /// Reads everything that there is, wherever it stands.
    pub fn reads_everything(&self) {
        self.reads_alone();
        self.world.reads_all_direct();
        for channel in self.world.slack.channel_names() {
            self.reads(&channel);
            for message in self.world.slack.messages(&channel) {
                self.reads_thread(&channel, &message.ts);
            }
        }
    }

    /// Looks at the card of an incident in the global channel.
    pub fn card(&self, number: i64) -> Option<Message> {
        let begins = format!("IR-{number} ");
        let messages = self.world.slack.messages("#incidents");
        messages
            .into_iter()
            .find(|message| message.as_read().starts_with(&begins))
    }
}

/// Gives what was entered as a person would name it.
fn as_chosen(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(several) => {
            let several: Vec<String> = several.iter().map(as_chosen).collect();
            several.join(", ")
        }
        Value::Object(option) => option.get("value").map(as_chosen).unwrap_or_default(),
        Value::Null | Value::Bool(_) => String::new(),
    }
}
