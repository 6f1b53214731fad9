//! Options of external selects, which the app suggests for a query: `block_suggestion`.

use serde_json::{Value, json};

use crate::Sandbox;
use crate::app_requests::{Request, RequestKind};
use crate::ids::UserId;
use crate::user_actions::RequestResult;
use crate::user_actions::element_ref::{ElementLocation, ElementRef, MessageRef};
use crate::user_actions::input_values::Input;
use crate::user_actions::select_options::{SelectOption, find_option, select_options};
use crate::user_actions::shortcuts::interaction_channel;
use crate::workspace::Workspace;
use crate::workspace::message_json::Metadata;
use crate::workspace::users::merge;
use crate::workspace::view_state::Field;

/// The maximum number of options
/// (docs.slack.dev/reference/block-kit/block-elements/select-menu-element).
const MAX_OPTIONS: usize = 100;

impl Sandbox {
    /// Requests the options of an external select in a view, as typing `query` does. Any error
    /// results in an empty list, as in Slack.
    pub async fn suggested_options(
        &self,
        who: &str,
        view_id: &str,
        action_id: &str,
        query: &str,
    ) -> Vec<SelectOption> {
        let element_ref = ElementRef::in_view(view_id, action_id);
        let json = self.fetch_suggestions(who, element_ref, query).await;
        select_options(&json.unwrap_or_default())
    }

    /// Returns the app's `options` or `option_groups`. The error is a sentence.
    pub(crate) async fn fetch_suggestions(
        &self,
        who: &str,
        element_ref: ElementRef<'_>,
        query: &str,
    ) -> Result<Value, String> {
        let request = self.shared.change(|workspace| {
            let who = workspace.active_user(who)?;
            let request = workspace.suggestion_request(&who, element_ref, query)?;
            workspace.last_requests.insert(who, request.clone());
            Ok::<_, String>(request)
        })?;
        let response = self.shared.deliver(&request, None).await;
        let json: Value = serde_json::from_str(&response.body).unwrap_or_default();
        let offered = select_options(&json);
        let is_list = json["options"].is_array() || json["option_groups"].is_array();
        if !response.is_success() || !response.is_json || !is_list || offered.len() > MAX_OPTIONS {
            return Err("The app sent no options. Try again?".to_owned());
        }
        if let ElementLocation::View(view_id) = element_ref.location {
            self.shared.with(|workspace| {
                let known = workspace
                    .suggested_options
                    .entry(view_id.to_owned())
                    .or_default();
                known.extend(offered);
            });
        }
        Ok(json)
    }

    /// Replaces a text that was typed into an external select with the option that the app
    /// suggests for it.
    pub(crate) async fn resolve_external_input(
        &self,
        who: &str,
        view_id: &str,
        field: Field<'_>,
        input: Input,
    ) -> Result<Input, String> {
        let element = field.element;
        let several = element["type"] == "multi_external_select";
        if !several && element["type"] != "external_select" {
            return Ok(input);
        }
        let texts = match &input {
            Input::Text(text) => vec![text.clone()],
            Input::Many(texts) => texts.clone(),
            Input::State(_) | Input::Empty => return Ok(input),
        };
        let element_ref = ElementRef {
            location: ElementLocation::View(view_id),
            block_id: Some(field.block_id()),
            action_id: field.action_id(),
        };
        let mut selected = Vec::new();
        for text in texts {
            let json = self.fetch_suggestions(who, element_ref, &text).await?;
            let offered = select_options(&json);
            selected.push(find_option(&offered, &text)?.json.clone());
        }
        let state = if several {
            json!({"type": element["type"], "selected_options": selected})
        } else {
            json!({"type": element["type"], "selected_option": selected.pop()})
        };
        Ok(Input::State(state))
    }
}

impl Workspace {
    fn suggestion_request(
        &mut self,
        who: &UserId,
        element_ref: ElementRef,
        query: &str,
    ) -> RequestResult {
        let (blocks, context) = match element_ref.location {
            ElementLocation::View(view_id) => self.view_context(who, view_id)?,
            ElementLocation::Message(message) => self.message_context(who, message)?,
        };
        let (block_id, element) = element_ref.find(&blocks, &Input::Empty)?;
        let least = element["min_query_length"].as_u64().unwrap_or(3);
        if (query.chars().count() as u64) < least {
            return Err(format!(
                "The app receives a query of at least {least} characters."
            ));
        }
        let mut payload = self.interaction_payload("block_suggestion", who);
        merge(&mut payload, context);
        let field = json!({
            "action_id": element["action_id"], "block_id": block_id, "value": query,
        });
        merge(&mut payload, field);
        Ok(Request {
            kind: RequestKind::Options,
            payload,
            who: Some(who.clone()),
        })
    }

    fn view_context(&self, who: &UserId, view_id: &str) -> Result<(Value, Value), String> {
        let view = self.view(view_id).filter(|view| view.user == *who);
        let view = view.ok_or("This form is closed.")?;
        let context = json!({
            "container": {"type": "view", "view_id": view_id}, "view": self.view_json(view),
        });
        Ok((view.blocks.clone(), context))
    }

    fn message_context(
        &self,
        who: &UserId,
        MessageRef { channel, ts }: MessageRef,
    ) -> Result<(Value, Value), String> {
        let channel = self.visible_channel(who, channel)?;
        let message = channel
            .message_for(ts, Some(who))
            .ok_or("The message was deleted.")?;
        let container = json!({
            "type": "message", "message_ts": ts, "channel_id": channel.id,
            "is_ephemeral": message.only_for.is_some(),
        });
        let context = json!({
            "container": container, "channel": interaction_channel(channel),
            "message": self.message_json(channel, message, Metadata::Included),
        });
        Ok((message.blocks.clone().unwrap_or_default(), context))
    }
}
