//! Clicking buttons and selecting options in messages, modals and Home views: `block_actions`.

use serde_json::{Value, json};

use crate::Sandbox;
use crate::app_requests::response_effects::ActionResult;
use crate::guide::Observation;
use crate::ids::UserId;
use crate::user_actions::RequestResult;
use crate::user_actions::element_ref::{ElementLocation, ElementRef, MessageRef};
use crate::user_actions::input_values::Input;
use crate::user_actions::select_options::{find_option, select_options};
use crate::user_actions::shortcuts::{interaction_channel, interaction_request};
use crate::workspace::Workspace;
use crate::workspace::channels::Channel;
use crate::workspace::message_json::Metadata;
use crate::workspace::users::merge;
use crate::workspace::view_state;

impl Sandbox {
    /// Clicks a button of a message or selects an option. `value` is the value of a button, the
    /// text or value of an option, or the name of a user or channel.
    #[expect(clippy::too_many_arguments, reason = "names the button as Slack does")]
    pub async fn clicks(
        &self,
        who: &str,
        channel: &str,
        ts: &str,
        action_id: &str,
        value: Option<&str>,
    ) -> ActionResult {
        let input = value.map_or(Input::Empty, Input::from);
        let element_ref = ElementRef {
            location: ElementLocation::Message(MessageRef { channel, ts }),
            block_id: None,
            action_id,
        };
        self.clicks_element(who, element_ref, &input).await
    }

    /// Stores the field values of the page for a message.
    pub(crate) fn store_message_values(&self, message: MessageRef, values: &Value) {
        if values.is_object() {
            self.shared.with(|workspace| {
                workspace.with_message(message.channel, message.ts, |message| {
                    message.values = values.clone();
                });
            });
        }
    }

    /// Clicks a button or sets the value of an element.
    pub(crate) async fn clicks_element(
        &self,
        who: &str,
        element_ref: ElementRef<'_>,
        input: &Input,
    ) -> ActionResult {
        self.send_action(who, |workspace, who| match element_ref.location {
            ElementLocation::View(id) => {
                workspace.view_actions_request(who, id, element_ref, input)
            }
            ElementLocation::Message(message) => {
                workspace.message_actions_request(who, message, element_ref, input)
            }
        })
        .await
    }

    /// Clicks a button of a modal or Home view, or changes an element that dispatches actions.
    pub async fn clicks_in_view(
        &self,
        who: &str,
        view_id: &str,
        action_id: &str,
        value: Option<&str>,
    ) -> ActionResult {
        let input = value.map_or(Input::Empty, Input::from);
        self.clicks_element(who, ElementRef::in_view(view_id, action_id), &input)
            .await
    }
}

impl Workspace {
    fn message_actions_request(
        &mut self,
        who: &UserId,
        message: MessageRef,
        element_ref: ElementRef,
        input: &Input,
    ) -> RequestResult {
        let ts = message.ts;
        let channel = self.visible_channel(who, message.channel)?;
        let id = channel.id.clone();
        let message = channel
            .message_for(ts, Some(who))
            .ok_or("The message was deleted.")?;
        let is_ephemeral = message.only_for.is_some();
        let blocks = message.blocks.clone().unwrap_or(Value::Null);
        let (block_id, element) = element_ref.find(&blocks, input)?;
        let state = self.state_after_action(&element, input)?;
        let mut values = view_state::values(&blocks, &message.values);
        set_element_state(&mut values, &block_id, &element, &state);
        self.with_message(&id, ts, |message| message.values.clone_from(&values));
        let mut payload = self.interaction_payload("block_actions", who);
        let more = json!({
            "container": {"type": "message", "message_ts": ts, "channel_id": id, "is_ephemeral": is_ephemeral},
            "trigger_id": self.new_trigger(who, None), "state": {"values": values},
            "response_url": self.new_response_url("actions", who, &id, Some(ts)),
            "actions": [self.action_json(&block_id, &element, &state)],
        });
        merge(&mut payload, more);
        self.add_message_context(&mut payload, &id, ts);
        Ok(interaction_request(payload, who))
    }

    /// Adds the channel to the payload, and the message unless it is ephemeral.
    fn add_message_context(&self, payload: &mut Value, channel_id: &str, ts: &str) {
        let Some(channel): Option<&Channel> = self.channels.get(channel_id) else {
            return;
        };
        payload["channel"] = interaction_channel(channel);
        if let Some(message) = channel.message(ts) {
            payload["message"] = self.message_json(channel, message, Metadata::Included);
        }
    }

    fn view_actions_request(
        &mut self,
        who: &UserId,
        view_id: &str,
        element_ref: ElementRef,
        input: &Input,
    ) -> RequestResult {
        let view = self.view(view_id).filter(|view| view.user == *who);
        let view = view.ok_or("This form is closed.")?;
        let blocks = view.blocks.clone();
        let (block_id, element) = element_ref.find(&blocks, input)?;
        let state = self.state_after_action(&element, input)?;
        self.with_view(view_id, |view| {
            set_element_state(&mut view.values, &block_id, &element, &state);
        });
        let action = self.action_json(&block_id, &element, &state);
        let trigger_id = self.new_trigger(who, Some(view_id));
        let view = self.view(view_id).ok_or("This form is closed.")?;
        let mut payload = self.interaction_payload("block_actions", who);
        let more = json!({
            "container": {"type": "view", "view_id": view_id}, "trigger_id": trigger_id,
            "view": self.view_json(view), "actions": [action],
        });
        merge(&mut payload, more);
        Ok(interaction_request(payload, who))
    }

    /// Returns the state of an element after the input, or null if it has no state.
    fn state_after_action(&self, element: &Value, input: &Input) -> Result<Value, String> {
        let offered = select_options(element);
        match element["type"].as_str() {
            Some("button" | "workflow_button" | "icon_button" | "feedback_buttons") => {
                Ok(Value::Null)
            }
            Some("overflow") => match input {
                Input::Text(text) => {
                    let choice = find_option(&offered, text)?;
                    Ok(json!({"selected_option": choice.json}))
                }
                Input::State(state) => Ok(json!({"selected_option": state["selected_option"]})),
                Input::Many(_) | Input::Empty => Err("A menu needs one choice.".to_owned()),
            },
            // Only the app knows the options of an external select. The client returns an option
            // that the app sent.
            Some("external_select" | "multi_external_select")
                if matches!(input, Input::State(_)) =>
            {
                let Input::State(state) = input else {
                    return Ok(Value::Null);
                };
                Ok(state.clone())
            }
            Some(_) | None => self.element_state(element, input, &offered),
        }
    }

    /// Returns the entry of `actions` in the payload.
    fn action_json(&mut self, block_id: &str, element: &Value, state: &Value) -> Value {
        if let Some(action_id) = element["action_id"].as_str() {
            self.observe(&Observation::ButtonClick(action_id));
        }
        let mut action = json!({
            "type": element["type"], "action_id": element["action_id"], "block_id": block_id,
            "action_ts": self.next_ts(),
        });
        for name in ["text", "value", "style", "url", "confirm", "placeholder"] {
            if let Some(value) = element.get(name) {
                action[name] = value.clone();
            }
        }
        merge(&mut action, state.clone());
        action
    }
}

/// Stores the new state of an element.
fn set_element_state(values: &mut Value, block_id: &str, element: &Value, state: &Value) {
    if view_state::state_fields(element).is_none() {
        return;
    }
    let action_id = element["action_id"].as_str().unwrap_or_default();
    if let Some(block) = values.get_mut(block_id) {
        block[action_id] = state.clone();
    }
}
