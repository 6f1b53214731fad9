//! The users of a scenario: they type, fill in, click and read.

use muster_domain::{SeverityLevel, SeverityScale};
use muster_sandbox::{ActionResult, Input, Message, View};
use serde_json::Value;

use crate::harness::world::World;
use crate::support::workspace::fill_fields;

/// A user of the workspace.
#[derive(Clone, Copy)]
pub struct TestUser<'w> {
    pub world: &'w World,
    pub name: &'w str,
}

/// A declared incident. All messages about the declaration have been read.
#[derive(Clone, Debug)]
pub struct DeclaredIncident {
    /// The incident's number.
    pub number: i64,
    /// The name of the incident's channel.
    pub channel: String,
    /// The `ts` of the announcement.
    pub announcement_ts: String,
}

impl TestUser<'_> {
    /// Sends a text or a command. Returns the screen after it.
    pub async fn types(&self, channel: &str, text: &str) -> ActionResult {
        let screen = self.world.slack.types(self.name, channel, text).await;
        self.after_action(screen).await
    }

    /// Returns the open modal.
    pub fn modal(&self) -> View {
        self.world
            .slack
            .top_modal(self.name)
            .expect("no modal is open")
    }

    /// Returns the value of a field in the open modal: a text, an option's value, a user or a date. Several
    /// values are separated by commas.
    pub fn field_value(&self, label: &str) -> String {
        let form = self.modal();
        let state = form.value(label).expect("the modal has no such field");
        let fields = state.as_object().into_iter().flatten();
        let values = fields.filter(|(name, _)| *name != "type" && *name != "timezone");
        values.map(|(_, value)| input_text(value)).collect()
    }

    /// Fills in the open modal. Fields are identified by their labels.
    pub async fn fills(&self, fields: &[(&str, &str)]) {
        let view_id = self.modal().id;
        fill_fields(&self.world.slack, self.name, &view_id, fields).await;
    }

    /// Clears a field of the open modal.
    pub async fn clears(&self, label: &str) {
        let (slack, view) = (&self.world.slack, self.modal());
        let emptied = slack.fills(self.name, &view.id, label, Input::Empty);
        assert_eq!(emptied.await, Ok(()), "emptying {label}");
    }

    /// Types into a select with external options. Returns the offered options.
    pub async fn suggested_options(&self, label: &str, text: &str) -> Vec<String> {
        let form = self.modal();
        let action = label.to_lowercase();
        let slack = &self.world.slack;
        let offered = slack.suggested_options(self.name, &form.id, &action, text);
        offered
            .await
            .into_iter()
            .map(|option| option.text)
            .collect()
    }

    /// Fills in the open modal and submits it.
    pub async fn submits(&self, fields: &[(&str, &str)]) -> ActionResult {
        self.fills(fields).await;
        let view = self.modal();
        let screen = self.world.slack.submits(self.name, &view.id).await;
        assert_eq!(screen.error, None, "Slack reports an error");
        self.world.deliver_all().await;
        screen
    }

    /// Fills in the open modal and submits it; the bot accepts it.
    pub async fn submits_and_closes(&self, fields: &[(&str, &str)]) {
        let screen = self.submits(fields).await;
        assert_eq!(screen.view, None, "the modal closes: {:?}", screen.errors);
    }

    /// Submits the declare modal, and declares another incident if a similar one is open.
    pub async fn submits_anyway(&self, fields: &[(&str, &str)]) {
        let screen = self.submits(fields).await;
        let is_guard = |view: View| view.title == "Already declared?";
        if screen.view.is_some_and(is_guard) {
            self.submits_and_closes(&[]).await;
        }
    }

    /// Opens the modal that declares “Checkout is slow”.
    pub async fn opens_declare_modal(&self) {
        self.types("#general", "/datadog incident Checkout is slow")
            .await;
    }

    /// Types a command whose reply is an ephemeral list. Returns the `ts` of the reply.
    pub async fn opens_list(&self, channel: &str, command: &str) -> String {
        self.types(channel, command).await;
        self.last_ephemeral().ts
    }

    /// Updates the incident of a channel through the update modal.
    pub async fn updates(&self, channel: &str, fields: &[(&str, &str)]) -> ActionResult {
        self.types(channel, "/datadog incident update").await;
        self.submits(fields).await
    }

    /// Redelivers the user's last request, as Slack does without an acknowledgement.
    pub async fn redelivers_last_request(&self) -> ActionResult {
        let slack = &self.world.slack;
        let request = slack
            .last_request(self.name)
            .expect("the user has sent no request");
        let screen = slack.redeliver(&request, 1).await;
        self.world.deliver_all().await;
        screen
    }

    /// Joins a channel.
    pub async fn joins(&self, channel: &str) {
        self.after_action(self.world.slack.joins(self.name, channel).await)
            .await;
    }

    /// Posts a message. Returns its `ts`.
    pub async fn posts(&self, channel: &str, text: &str) -> String {
        let screen = self.types(channel, text).await;
        screen.ts.expect("the message was not posted")
    }

    /// Posts a reply in a thread. Returns its `ts`.
    pub async fn replies(&self, channel: &str, thread: &str, text: &str) -> String {
        let slack = &self.world.slack;
        let replied = slack.types_in_thread(self.name, channel, thread, text);
        let screen = self.after_action(replied.await).await;
        screen.ts.expect("the reply was not posted")
    }

    /// Edits a message of the user.
    pub async fn edits(&self, channel: &str, ts: &str, text: &str) {
        let edited = self.world.slack.edits(self.name, channel, ts, text).await;
        self.after_action(edited).await;
    }

    /// Selects a message action.
    pub async fn uses_message_action(&self, channel: &str, ts: &str, action: &str) -> ActionResult {
        let slack = &self.world.slack;
        let ran = slack.runs_message_action(self.name, channel, ts, action);
        self.after_action(ran.await).await
    }

    /// Selects the message action **Add to Incident**.
    pub async fn adds_to_incident(&self, channel: &str, ts: &str) -> ActionResult {
        self.uses_message_action(channel, ts, "add_to_incident")
            .await
    }

    /// Clicks a button of a message.
    pub async fn clicks(&self, channel: &str, ts: &str, button: &str) -> ActionResult {
        let slack = &self.world.slack;
        let click = slack.clicks(self.name, channel, ts, button, None);
        self.after_action(click.await).await
    }

    /// Returns the bot's new or edited messages in a channel.
    pub fn reads(&self, channel: &str) -> Vec<String> {
        self.world.unread(channel)
    }

    /// Returns the bot's new replies in a thread.
    pub fn reads_thread(&self, channel: &str, ts: &str) -> Vec<String> {
        self.world.unread_replies(channel, ts)
    }

    /// Returns the user's unread ephemeral messages.
    pub fn reads_ephemeral(&self) -> Vec<String> {
        self.world.unread_ephemerals(self.name)
    }

    /// Declares an incident in #general with a title, and reads all messages about it.
    pub async fn declares(&self, title: &str) -> DeclaredIncident {
        self.declares_with(title, &[]).await
    }

    /// Declares an incident in #general with more fields, and reads all messages about it.
    pub async fn declares_with(&self, title: &str, fields: &[(&str, &str)]) -> DeclaredIncident {
        self.types("#general", &format!("/datadog incident new {title}"))
            .await;
        self.submits_anyway(fields).await;
        let private_reply = self.reads_ephemeral();
        let [private_reply] = private_reply.as_slice() else {
            panic!("expected one reply, got {private_reply:?}");
        };
        let (number, channel) = private_reply
            .strip_prefix("Declared IR-")
            .and_then(|rest| rest.strip_suffix("."))
            .and_then(|rest| rest.split_once(". Head to #"))
            .unwrap_or_else(|| panic!("no channel in the reply: {private_reply}"));
        let number = number.parse().unwrap();
        self.reads_declaration(number);
        DeclaredIncident {
            number,
            channel: channel.to_owned(),
            announcement_ts: self
                .announcement(number)
                .expect("the incident is not announced")
                .ts,
        }
    }

    /// Declares `count` incidents with every severity, and reads all messages about them.
    pub async fn declares_many(&self, count: i64) {
        let scale = SeverityScale::default();
        let severities = scale
            .levels()
            .iter()
            .map(SeverityLevel::display_name)
            .cycle();
        for (number, severity) in (1..=count).zip(severities) {
            let title = format!("Trouble {number} in Ünit {}", number % 10);
            self.types("#general", &format!("/datadog incident {title}"))
                .await;
            self.submits(&[("Severity Level", &severity)]).await;
            // Slack allows twenty new channels per minute.
            self.world.advance(4).await;
        }
        // A reply, the header, the welcome and the announcement.
        let unread = usize::try_from(4 * count).unwrap();
        self.world.expects_unread(unread, "the declarations");
    }

    /// Reads all messages about a new incident.
    pub fn reads_declaration(&self, number: i64) {
        self.reads_ephemeral();
        self.world.read_all_direct_messages();
        let begins = format!("incident-{number}-");
        for channel in self.world.slack.channel_names() {
            if format!("{channel}-").starts_with(&begins) {
                self.reads(&channel);
            }
        }
        self.reads("#incidents");
        let announcement = self
            .announcement(number)
            .expect("the incident is not announced");
        self.reads_thread("#incidents", &announcement.ts);
    }

    /// Returns the announcement of an incident.
    pub fn announcement(&self, number: i64) -> Option<Message> {
        let begins = format!("IR-{number} ");
        let messages = self.world.slack.messages("#incidents");
        messages
            .into_iter()
            .find(|message| message.rendered_text().starts_with(&begins))
    }
}

/// Returns an input value as the user sees it.
fn input_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(several) => {
            let several: Vec<String> = several.iter().map(input_text).collect();
            several.join(", ")
        }
        Value::Object(option) => option.get("value").map(input_text).unwrap_or_default(),
        Value::Null | Value::Bool(_) => String::new(),
    }
}
