//! Signed requests as Slack sends them. Each kind was recorded once in the sandbox; the copies differ only
//! where they must.

use chrono::Utc;
use muster_sandbox::{HoldPoint, Sandbox, signature};
use serde_json::{Value, json};

use super::load::Batch;
use super::slack::{Slack, USER};

/// The number of incidents that updates are spread over: the first ones.
pub const UPDATED_INCIDENTS: usize = 200;

/// The placeholder for the view ID.
const VIEW_PLACEHOLDER: &str = "V0000PLACE";

/// The placeholder for the incident's number.
const INCIDENT_PLACEHOLDER: i64 = 4_242_424_242;

/// The placeholder for the text.
const TEXT_PLACEHOLDER: &str = "TextToBeFilledIn";

/// The requests for one workspace.
pub struct Requests {
    secret: String,
    declare: String,
    update: String,
    next_number: usize,
}

impl Requests {
    /// The number of submissions that recording sends.
    pub const RECORDED_SUBMISSIONS: usize = 2;

    /// Records each kind of request. The bot must be running.
    pub fn record(slack: &Slack) -> Self {
        let form = slack.open_modal("#general", "/datadog incident Checkout is slow");
        // The invitation is an event of the same user, so it waits until the submission is recorded.
        let creating = slack
            .sandbox
            .hold_call("conversations.create", HoldPoint::Before);
        let mut declare = slack.submit_modal(&form);
        creating.release();
        let names = |slack: &Sandbox| {
            let names = slack.channel_names();
            names.into_iter().find(|name| name.starts_with("incident-"))
        };
        let channel = slack
            .block_on(slack.sandbox.wait_for(names))
            .expect("no channel was created");
        wait_for_invitation(slack);
        let form = slack.open_modal(&channel, "/datadog incident update");
        let mut update = slack.submit_modal(&form);
        let title = "/view/state/values/title/title/value";
        set_value(&mut declare.payload, title, json!(TEXT_PLACEHOLDER));
        let summary = "/view/state/values/summary/summary/value";
        set_value(&mut update.payload, summary, json!(TEXT_PLACEHOLDER));
        let metadata = json!({ "incident": INCIDENT_PLACEHOLDER }).to_string();
        let path = "/view/private_metadata";
        set_value(&mut update.payload, path, json!(metadata));
        for form in [&mut declare, &mut update] {
            set_value(&mut form.payload, "/view/id", json!(VIEW_PLACEHOLDER));
        }
        Self {
            secret: slack.sandbox.signing_secret(),
            declare: declare.body(),
            update: update.body(),
            next_number: 0,
        }
    }

    /// Builds submissions that each declare a new incident, signed now.
    pub fn declarations(&mut self, count: usize) -> Batch {
        self.submissions(count, |requests| &requests.declare)
    }

    /// Builds submissions that each update one of the first [`UPDATED_INCIDENTS`] incidents in turn.
    pub fn updates(&mut self, count: usize) -> Batch {
        self.submissions(count, |requests| &requests.update)
    }

    /// Builds submissions that all update one incident.
    pub fn updates_of_incident(&mut self, incident: i64, count: usize) -> Batch {
        let first = self.next_number;
        self.next_number += count;
        let each = (first..self.next_number).map(|number| {
            let body = fill_template(&self.update, number)
                .replace(&INCIDENT_PLACEHOLDER.to_string(), &incident.to_string());
            signed_request(&self.secret, "/slack/interactions", &body)
        });
        Batch::Sequence(each.collect())
    }

    fn submissions(&mut self, count: usize, form: fn(&Self) -> &str) -> Batch {
        let first = self.next_number;
        self.next_number += count;
        let each = (first..self.next_number).map(|number| {
            let body = fill_template(form(self), number).replace(
                &INCIDENT_PLACEHOLDER.to_string(),
                &(1 + number % UPDATED_INCIDENTS).to_string(),
            );
            signed_request(&self.secret, "/slack/interactions", &body)
        });
        Batch::Sequence(each.collect())
    }
}

/// Fills in the placeholders of a submission.
fn fill_template(form: &str, number: usize) -> String {
    form.replace(VIEW_PLACEHOLDER, &format!("V{number:09}"))
        .replace(TEXT_PLACEHOLDER, &distinct_title(number))
}

/// Returns a title that the duplicate guard does not take for another one.
fn distinct_title(number: usize) -> String {
    format!("Host{number}+is+slow")
}

/// Builds a command with a text reply, signed now. The bot must be running.
pub fn signed_command(slack: &Slack, text: &str) -> Batch {
    signed_command_in_channel(slack, None, text)
}

/// Builds a command in a channel that exists only in the bot's store.
pub fn signed_command_in_channel(slack: &Slack, channel: Option<&str>, text: &str) -> Batch {
    let command = slack.type_command("#general", text);
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
    Batch::Repeated(signed_request(
        &slack.sandbox.signing_secret(),
        command.path(),
        &body,
    ))
}

/// Builds the options request of the incident picker, with the text typed so far.
pub fn signed_block_suggestion(slack: &Slack, text: &str) -> Batch {
    let payload = json!({
        "type": "block_suggestion", "user": { "id": slack.sandbox.user(USER) },
        "container": { "type": "view", "view_id": "V0NRGY9W858" },
        "action_id": "incident", "block_id": "incident", "value": text,
    });
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &payload.to_string())
        .finish();
    Batch::Repeated(signed_request(
        &slack.sandbox.signing_secret(),
        "/slack/interactions",
        &body,
    ))
}

fn signed_request(secret: &str, path: &str, body: &str) -> Vec<u8> {
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

/// Waits until the user's invitation is delivered. No other event of this user follows.
fn wait_for_invitation(slack: &Slack) {
    let is_invited = |sandbox: &Sandbox| {
        let is_delivered = |kind| {
            let event = sandbox.last_event(kind);
            event.is_some_and(|it| it.who == Some(sandbox.user(USER)))
        };
        let mut kinds = ["member_joined_channel", "message"].into_iter();
        kinds.all(is_delivered).then_some(())
    };
    slack
        .block_on(slack.sandbox.wait_for(is_invited))
        .expect("the user was not invited");
}

fn set_value(payload: &mut Value, path: &str, value: Value) {
    let Some(target) = payload.pointer_mut(path) else {
        panic!("{path} is missing in {payload}");
    };
    *target = value;
}
