//! Requests as Slack sends them, signed, in as many copies as are wanted: each was typed or submitted
//! once in the sandbox, and differs from the others only in what must differ.

use chrono::Utc;
use muster::sandbox::{Moment, Sandbox, signature};
use serde_json::{Value, json};

use super::load::Batch;
use super::slack::{Slack, WHO};

/// On how many incidents updates are spread: those that were declared first.
pub const UPDATED: usize = 200;

/// What stands for the id of a view in a form that is to be submitted many times.
const VIEW: &str = "V0000PLACE";

/// What stands for the number of an incident.
const INCIDENT: i64 = 4_242_424_242;

/// What stands for the text that was filled in.
const TEXT: &str = "TextToBeFilledIn";

/// The requests of this workspace.
pub struct Requests {
    secret: String,
    declare: String,
    update: String,
    made: usize,
}

impl Requests {
    /// How many submissions recording takes.
    pub const RECORDED: usize = 2;

    /// Types and submits everything once. The bot must be there.
    pub fn record(slack: &Slack) -> Self {
        let form = slack.opens("#general", "/datadog incident Checkout is slow");
        // Being invited is something that happens to the same person: it waits until the form is recorded.
        let creating = slack.sandbox.hold("conversations.create", Moment::Before);
        let mut declare = slack.submits(&form);
        creating.release();
        let names = |slack: &Sandbox| {
            let names = slack.channel_names();
            names.into_iter().find(|name| name.starts_with("incident-"))
        };
        let channel = slack.runs(slack.sandbox.until(names)).expect("a channel");
        // Once the bot was told of it, nothing else happens to this person.
        let is_in = |slack: &Sandbox| {
            let is_told = |kind| {
                slack
                    .last_event(kind)
                    .is_some_and(|it| it.who == Some(slack.person(WHO)))
            };
            ["member_joined_channel", "message"]
                .into_iter()
                .all(is_told)
                .then_some(())
        };
        slack
            .runs(slack.sandbox.until(is_in))
            .expect("an invitation");
        let form = slack.opens(&channel, "/datadog incident update");
        let mut update = slack.submits(&form);
        set(
            &mut declare.payload,
            "/view/state/values/title/title/value",
            json!(TEXT),
        );
        set(
            &mut update.payload,
            "/view/state/values/summary/summary/value",
            json!(TEXT),
        );
        let carried = json!({ "incident": INCIDENT }).to_string();
        set(
            &mut update.payload,
            "/view/private_metadata",
            json!(carried),
        );
        for form in [&mut declare, &mut update] {
            set(&mut form.payload, "/view/id", json!(VIEW));
        }
        Self {
            secret: slack.sandbox.signing_secret(),
            declare: declare.body(),
            update: update.body(),
            made: 0,
        }
    }

    /// Gives submissions that each declare an incident of its own, signed now.
    pub fn declarations(&mut self, count: usize) -> Batch {
        self.submissions(count, |requests| &requests.declare)
    }

    /// Gives submissions that each change an incident, one after the other of the first [`UPDATED`].
    pub fn updates(&mut self, count: usize) -> Batch {
        self.submissions(count, |requests| &requests.update)
    }

    /// Gives submissions that each change one incident.
    pub fn updates_of(&mut self, incident: i64, count: usize) -> Batch {
        let first = self.made;
        self.made += count;
        let each = (first..self.made).map(|number| {
            let body = filled_in(&self.update, number)
                .replace(&INCIDENT.to_string(), &incident.to_string());
            signed(&self.secret, "/slack/interactions", &body)
        });
        Batch::Once(each.collect())
    }

    fn submissions(&mut self, count: usize, form: fn(&Self) -> &str) -> Batch {
        let first = self.made;
        self.made += count;
        let each = (first..self.made).map(|number| {
            let body = filled_in(form(self), number)
                .replace(&INCIDENT.to_string(), &(1 + number % UPDATED).to_string());
            signed(&self.secret, "/slack/interactions", &body)
        });
        Batch::Once(each.collect())
    }
}

/// Gives a form as it is submitted for the so many-th time.
fn filled_in(form: &str, number: usize) -> String {
    form.replace(VIEW, &format!("V{number:09}"))
        .replace(TEXT, &format!("Checkout+is+slow+for+{number}"))
}

/// Gives a command that is answered with words, signed now. The bot must be there.
pub fn signed_command(slack: &Slack, text: &str) -> Batch {
    signed_command_in(slack, None, text)
}

/// Gives a command that is typed in a channel of which only the bot knows.
pub fn signed_command_in(slack: &Slack, channel: Option<&str>, text: &str) -> Batch {
    let command = slack.types("#general", text);
    let mut body = command.body();
    if let Some(channel) = channel {
        let fields = form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect::<Vec<_>>();
        let moved = fields.iter().map(|(name, value)| match name.as_str() {
            "channel_id" => (name.as_str(), channel),
            _ => (name.as_str(), value.as_str()),
        });
        body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(moved)
            .finish();
    }
    Batch::Repeated(signed(
        &slack.sandbox.signing_secret(),
        command.path(),
        &body,
    ))
}

/// Gives the question which open incidents there are, with what was typed so far.
pub fn signed_question(slack: &Slack, typed: &str) -> Batch {
    let payload = json!({
        "type": "block_suggestion", "user": { "id": slack.sandbox.person(WHO) },
        "container": { "type": "view", "view_id": "V0NRGY9W858" },
        "action_id": "incident", "block_id": "incident", "value": typed,
    });
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &payload.to_string())
        .finish();
    Batch::Repeated(signed(
        &slack.sandbox.signing_secret(),
        "/slack/interactions",
        &body,
    ))
}

fn signed(secret: &str, path: &str, body: &str) -> Vec<u8> {
    let now = Utc::now().timestamp();
    let signature = signature(secret, now, body);
    format!(
        "POST {path} HTTP/1.1\r\nhost: muster.example.com\r\n\
         user-agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\naccept: application/json,*/*\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\
         x-slack-request-timestamp: {now}\r\nx-slack-signature: {signature}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn set(payload: &mut Value, pointer: &str, value: Value) {
    let Some(place) = payload.pointer_mut(pointer) else {
        panic!("no {pointer} in {payload}");
    };
    *place = value;
}
