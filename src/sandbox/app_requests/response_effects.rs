//! Applies the app's response to a request: shows messages, errors and modals to the user who caused it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::Sandbox;
use crate::app_requests::{AppResponse, DeliveryFailure, Request, RequestKind, Retry};
use crate::block_kit;
use crate::block_kit::Surface;
use crate::ids::{ChannelId, UserId};
use crate::server::Shared;
use crate::workspace::Workspace;
use crate::workspace::messages::Message;
use crate::workspace::views::View;

/// The result of a user action, as the user sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActionResult {
    /// The HTTP status of the app's response, or 200 for an acknowledgement over Socket Mode.
    /// `None` if the response timed out, the connection was lost, or no request was sent.
    pub status: Option<u16>,
    /// The ephemeral messages of the response.
    pub ephemeral: Vec<Message>,
    /// The top modal of the user after the action.
    pub view: Option<View>,
    /// The field errors of a submitted modal. Each error is listed under the block ID and under
    /// the label.
    pub errors: BTreeMap<String, String>,
    /// The error text that Slack shows to the user.
    pub error: Option<String>,
    /// The `ts` of the message that the user posted.
    pub ts: Option<String>,
    /// Whether the sandbox itself rejected the action. No request was sent.
    pub was_rejected: bool,
}

/// Slack's error when the response to a submission is missing or invalid.
const NO_CONNECTION: &str = "We had some trouble connecting. Try again?";

impl ActionResult {
    /// Creates the result of a rejected action. No request was sent.
    pub(crate) fn rejected(why: impl Into<String>) -> Self {
        Self {
            error: Some(why.into()),
            was_rejected: true,
            ..Self::default()
        }
    }
}

impl Sandbox {
    /// Sends a request and applies the response, as the original user action did.
    pub async fn deliver(&self, request: &Request) -> ActionResult {
        self.shared.send_and_apply(request, None).await
    }

    /// Resends a request as retry `number`: with Slack's retry headers over HTTP, with
    /// `retry_attempt` over Socket Mode.
    pub async fn redeliver(&self, request: &Request, number: u32) -> ActionResult {
        let reason = "http_timeout";
        self.shared
            .send_and_apply(request, Some(&Retry { number, reason }))
            .await
    }
}

impl Shared {
    /// Sends a request and applies the response.
    pub(crate) async fn send_and_apply(
        self: &Arc<Self>,
        request: &Request,
        retry: Option<&Retry>,
    ) -> ActionResult {
        if let Some(who) = &request.who {
            self.with(|workspace| workspace.last_requests.insert(who.clone(), request.clone()));
        }
        let response = self.deliver(request, retry).await;
        let result = self.change(|workspace| workspace.apply_response(request, &response));
        self.send_pending_events();
        result
    }
}

impl Workspace {
    /// Applies a response and returns the result for the user.
    fn apply_response(&mut self, request: &Request, response: &AppResponse) -> ActionResult {
        let mut result = ActionResult {
            status: response.status,
            ..ActionResult::default()
        };
        match (request.kind, request.payload["type"].as_str()) {
            (RequestKind::Command, _) => {
                self.apply_command_response(&request.payload, response, &mut result);
            }
            (RequestKind::Interaction, Some("view_submission")) => {
                self.apply_submission_response(&request.payload, response, &mut result);
            }
            (RequestKind::Interaction | RequestKind::Options, _) => {
                result.error = interaction_error(response);
            }
            (RequestKind::Event, _) => {}
        }
        if let Some(who) = &request.who {
            if let Some(error) = &result.error {
                self.show_notice(who, error);
            }
            result.view = self.modal_stack(who).last().map(|view| (*view).clone());
        }
        result
    }

    fn apply_command_response(
        &mut self,
        payload: &Value,
        response: &AppResponse,
        result: &mut ActionResult,
    ) {
        let text = |name: &str| payload[name].as_str().unwrap_or_default();
        let failed = |error: &str| format!("{} failed with the error \"{error}\"", text("command"));
        result.error = response.failure.map(|failure| match failure {
            DeliveryFailure::Timeout => failed("operation_timeout"),
            DeliveryFailure::Connection => failed("dispatch_failed"),
            DeliveryFailure::Status => failed("http_service_error"),
        });
        if !response.is_success() || response.body.trim().is_empty() {
            return;
        }
        let json: Option<Value> = serde_json::from_str(&response.body)
            .ok()
            .filter(|_| response.is_json);
        let json = json.unwrap_or_else(|| json!({"text": response.body}));
        let who = UserId::from(text("user_id"));
        let channel = ChannelId::from(text("channel_id"));
        if json["response_type"] == "in_channel" {
            let command = format!("{} {}", text("command"), text("text"));
            self.post(&channel, Message::from_user(&who, command.trim()));
        }
        match self.post_response(&who, &channel, &json) {
            Ok(ts) => {
                let posted = self.channels.get(&channel).and_then(|channel| {
                    let message = channel.message_for(&ts, Some(&who))?;
                    Some(self.with_rendered_text(message))
                });
                result
                    .ephemeral
                    .extend(posted.filter(|message| message.only_for.is_some()));
            }
            // A response without text, blocks or attachments counts as an empty one.
            Err(error) if error.code == "no_text" => {}
            Err(error) => result.error = Some(failed(&error.code)),
        }
    }

    fn apply_submission_response(
        &mut self,
        payload: &Value,
        response: &AppResponse,
        result: &mut ActionResult,
    ) {
        let id = payload["view"]["id"].as_str().unwrap_or_default();
        let Some(view) = self.view(id).cloned() else {
            return;
        };
        let done = if response.is_success() {
            self.apply_response_action(&view, response)
        } else {
            Err(())
        };
        match done {
            Ok(()) => {}
            Err(()) => result.error = Some(NO_CONNECTION.to_owned()),
        }
        if let Some(view) = self.view(id) {
            result.errors = errors_by_block_and_label(view);
        }
    }

    /// Applies the `response_action` of a submission. Returns `Err` if it is invalid.
    fn apply_response_action(&mut self, view: &View, response: &AppResponse) -> Result<(), ()> {
        let body = response.body.trim();
        if body.is_empty() || body == "{}" {
            self.close_view(&view.id);
            return Ok(());
        }
        let json: Value = match serde_json::from_str(body) {
            Ok(json) if response.is_json => json,
            Ok(_) | Err(_) => return Err(()),
        };
        match json["response_action"].as_str() {
            Some("errors") => self.show_errors(view, &json["errors"]),
            Some("clear") => {
                self.clear_modals(&view.user);
                Ok(())
            }
            Some("update") => {
                let content = valid_modal(&json["view"])?;
                self.update_view(&view.id, content, None)
                    .map(|_| ())
                    .map_err(|_| ())
            }
            Some("push") => {
                let content = valid_modal(&json["view"])?;
                let pushed = self.open_modal(&view.user, content, Some(&view.id));
                pushed.map(|_| ()).map_err(|_| ())
            }
            Some(_) | None => Err(()),
        }
    }

    /// Shows errors under the fields. Slack accepts errors only for input blocks of the same modal.
    fn show_errors(&mut self, view: &View, errors: &Value) -> Result<(), ()> {
        let mut texts = BTreeMap::new();
        for (block_id, text) in errors.as_object().ok_or(())? {
            let mut blocks = view.blocks.as_array().into_iter().flatten();
            if !blocks.any(|block| block["block_id"] == **block_id && block["type"] == "input") {
                return Err(());
            }
            texts.insert(block_id.clone(), text.as_str().ok_or(())?.to_owned());
        }
        if texts.is_empty() {
            return Err(());
        }
        self.with_view(&view.id, |view| view.errors = texts)
            .ok_or(())
    }
}

/// Returns the errors of a view by block ID and by label.
pub(crate) fn errors_by_block_and_label(view: &View) -> BTreeMap<String, String> {
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

/// Returns Slack's error text for a failed request of a button, shortcut or select.
fn interaction_error(response: &AppResponse) -> Option<String> {
    response.failure.map(|failure| match failure {
        DeliveryFailure::Timeout => "This app did not answer in time. Try again?".to_owned(),
        DeliveryFailure::Connection => "This app could not be reached. Try again?".to_owned(),
        DeliveryFailure::Status => {
            let status = response.status.unwrap_or_default();
            format!("This app responded with Status Code {status}.")
        }
    })
}

fn valid_modal(view: &Value) -> Result<&Value, ()> {
    if block_kit::check_view(view, Surface::Modal).is_empty() {
        Ok(view)
    } else {
        Err(())
    }
}
