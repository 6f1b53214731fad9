//! What the app's answer to a request does on the screen of the person who caused it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::Sandbox;
use super::block_kit::{self, Surface};
use super::ids::{ChannelId, PersonId};
use super::messages::Message;
use super::requests::{Delivered, Failure, Request, RequestKind, Retry};
use super::server::Shared;
use super::views::View;
use super::workspace::Workspace;

/// What a person sees right after what they did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// The HTTP status of the app's answer (200 for an acknowledgement over a socket). None: there was no answer in
    /// time, the connection was lost, or nothing was sent at all.
    pub status: Option<u16>,
    /// The messages for this person alone that stood in the answer.
    pub ephemeral: Vec<Message>,
    /// The modal that is then on top of the person's screen.
    pub view: Option<View>,
    /// What is shown under the fields of a form that was sent: by the block's id, and by its label too.
    pub errors: BTreeMap<String, String>,
    /// What Slack itself says when something went wrong.
    pub trouble: Option<String>,
    /// The message that the person posted.
    pub ts: Option<String>,
    /// Slack itself did not let it be done: nothing was sent.
    pub was_refused: bool,
}

/// What Slack shows when a form's answer is missing or makes no sense.
const NO_CONNECTION: &str = "We had some trouble connecting. Try again?";

impl Seen {
    /// Tells that what the person wanted cannot be done; nothing was sent.
    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self {
            trouble: Some(why.into()),
            was_refused: true,
            ..Self::default()
        }
    }
}

impl Sandbox {
    /// Sends a request and shows its answer, as the gesture that made it did.
    pub async fn deliver(&self, request: &Request) -> Seen {
        self.shared.send(request, None).await
    }

    /// Sends a request once more as Slack's `number`th retry: with the retry headers, or `retry_attempt`.
    pub async fn redelivers(&self, request: &Request, number: u32) -> Seen {
        let reason = "http_timeout";
        self.shared
            .send(request, Some(&Retry { number, reason }))
            .await
    }
}

impl Shared {
    /// Sends a request and shows its answer.
    pub(super) async fn send(self: &Arc<Self>, request: &Request, retry: Option<&Retry>) -> Seen {
        if let Some(who) = &request.who {
            self.with(|workspace| workspace.sent.insert(who.clone(), request.clone()));
        }
        let answer = self.deliver(request, retry).await;
        let seen = self.change(|workspace| workspace.take_answer(request, &answer));
        self.hand_over_events();
        seen
    }
}

impl Workspace {
    /// Shows an answer, and gives what the person then sees.
    fn take_answer(&mut self, request: &Request, answer: &Delivered) -> Seen {
        let mut seen = Seen {
            status: answer.status,
            ..Seen::default()
        };
        match (request.kind, request.payload["type"].as_str()) {
            (RequestKind::Command, _) => self.command_answered(&request.payload, answer, &mut seen),
            (RequestKind::Interaction, Some("view_submission")) => {
                self.form_answered(&request.payload, answer, &mut seen);
            }
            (RequestKind::Interaction | RequestKind::Options, _) => {
                seen.trouble = plain_trouble(answer);
            }
            (RequestKind::Event, _) => {}
        }
        if let Some(who) = &request.who {
            if let Some(trouble) = &seen.trouble {
                self.notify(who, trouble);
            }
            seen.view = self.screen_of(who).last().map(|view| (*view).clone());
        }
        seen
    }

    fn command_answered(&mut self, payload: &Value, answer: &Delivered, seen: &mut Seen) {
        let text = |name: &str| payload[name].as_str().unwrap_or_default();
        let failed = |error: &str| format!("{} failed with the error \"{error}\"", text("command"));
        seen.trouble = answer.failure.map(|failure| match failure {
            Failure::Timeout => failed("operation_timeout"),
            Failure::Connection => failed("dispatch_failed"),
            Failure::Status => failed("http_service_error"),
        });
        if !answer.is_good() || answer.body.trim().is_empty() {
            return;
        }
        let told: Option<Value> = serde_json::from_str(&answer.body)
            .ok()
            .filter(|_| answer.is_json);
        let told = told.unwrap_or_else(|| json!({"text": answer.body}));
        let who = PersonId::from(text("user_id"));
        let channel = ChannelId::from(text("channel_id"));
        if told["response_type"] == "in_channel" {
            let typed = format!("{} {}", text("command"), text("text"));
            self.post(&channel, Message::by(&who, typed.trim()));
        }
        match self.show_answer(&who, &channel, &told) {
            Ok(ts) => {
                let shown = self.channels.get(&channel).and_then(|found| {
                    let message = found.message_for(&ts, Some(&who))?;
                    Some(self.as_shown(message))
                });
                seen.ephemeral
                    .extend(shown.filter(|message| message.only_for.is_some()));
            }
            // A body without anything to show is an answer like an empty one.
            Err(refusal) if refusal.code == "no_text" => {}
            Err(refusal) => seen.trouble = Some(failed(&refusal.code)),
        }
    }

    fn form_answered(&mut self, payload: &Value, answer: &Delivered, seen: &mut Seen) {
        let id = payload["view"]["id"].as_str().unwrap_or_default();
        let Some(view) = self.view(id).cloned() else {
            return;
        };
        let done = if answer.is_good() {
            self.follow_form(&view, answer)
        } else {
            Err(())
        };
        match done {
            Ok(()) => {}
            Err(()) => seen.trouble = Some(NO_CONNECTION.to_owned()),
        }
        if let Some(view) = self.view(id) {
            seen.errors = errors_by_name(view);
        }
    }

    /// Does what the answer to a form says; Err if it makes no sense.
    fn follow_form(&mut self, view: &View, answer: &Delivered) -> Result<(), ()> {
        let body = answer.body.trim();
        if body.is_empty() || body == "{}" {
            self.close_view(&view.id);
            return Ok(());
        }
        let told: Value = match serde_json::from_str(body) {
            Ok(told) if answer.is_json => told,
            Ok(_) | Err(_) => return Err(()),
        };
        match told["response_action"].as_str() {
            Some("errors") => self.show_errors(view, &told["errors"]),
            Some("clear") => {
                self.clear_screen(&view.person);
                Ok(())
            }
            Some("update") => {
                let content = checked(&told["view"])?;
                self.update_view(&view.id, content, None)
                    .map(|_| ())
                    .map_err(|_| ())
            }
            Some("push") => {
                let content = checked(&told["view"])?;
                let pushed = self.open_modal(&view.person, content, Some(&view.id));
                pushed.map(|_| ()).map_err(|_| ())
            }
            Some(_) | None => Err(()),
        }
    }

    /// Shows errors under the fields. Slack takes them only under input blocks of this form.
    fn show_errors(&mut self, view: &View, errors: &Value) -> Result<(), ()> {
        let mut shown = BTreeMap::new();
        for (block_id, text) in errors.as_object().ok_or(())? {
            let mut blocks = view.blocks.as_array().into_iter().flatten();
            if !blocks.any(|block| block["block_id"] == **block_id && block["type"] == "input") {
                return Err(());
            }
            shown.insert(block_id.clone(), text.as_str().ok_or(())?.to_owned());
        }
        if shown.is_empty() {
            return Err(());
        }
        self.with_view(&view.id, |view| view.errors = shown)
            .ok_or(())
    }
}

/// Gives the errors of a view by block id and by label.
pub(super) fn errors_by_name(view: &View) -> BTreeMap<String, String> {
    let mut errors = view.errors.clone();
    for (block_id, text) in &view.errors {
        let mut blocks = view.blocks.as_array().into_iter().flatten();
        let label = blocks
            .find(|block| block["block_id"] == **block_id)
            .and_then(|block| block["label"]["text"].as_str());
        if let Some(label) = label {
            errors.insert(label.to_owned(), text.clone());
        }
    }
    errors
}

/// What Slack shows at a button, shortcut or select whose request failed.
fn plain_trouble(answer: &Delivered) -> Option<String> {
    answer.failure.map(|failure| match failure {
        Failure::Timeout => "This app did not answer in time. Try again?".to_owned(),
        Failure::Connection => "This app could not be reached. Try again?".to_owned(),
        Failure::Status => {
            let status = answer.status.unwrap_or_default();
            format!("This app responded with Status Code {status}.")
        }
    })
}

fn checked(view: &Value) -> Result<&Value, ()> {
    if block_kit::check_view(view, Surface::Modal).is_empty() {
        Ok(view)
    } else {
        Err(())
    }
}
