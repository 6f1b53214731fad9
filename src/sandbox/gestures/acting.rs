//! Clicking buttons and choosing in messages, modals and the Home tab: `block_actions`.

use serde_json::{Value, json};

use super::super::Sandbox;
use super::super::answers::Seen;
use super::super::channels::Channel;
use super::super::entered::{Input, choices};
use super::super::ids::PersonId;
use super::super::message_json::Metadata;
use super::super::people::merge;
use super::super::view_state;
use super::super::workspace::Workspace;
use super::Made;
use super::shortcuts::{channel_of_interaction, interaction};

/// Which element somebody acts on.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Spot<'a> {
    /// None: in whatever block the element stands.
    pub(in super::super) block_id: Option<&'a str>,
    pub(in super::super) action_id: &'a str,
}

impl<'a> Spot<'a> {
    /// Names an element wherever it stands.
    pub(super) fn anywhere(action_id: &'a str) -> Self {
        Self {
            block_id: None,
            action_id,
        }
    }
}

impl Sandbox {
    /// Clicks a button of a message or chooses in one of its selects; `value` is a button's value, or an
    /// option's text or value, or a name.
    pub async fn clicks(
        &self,
        who: &str,
        channel: &str,
        ts: &str,
        action_id: &str,
        value: Option<&str>,
    ) -> Seen {
        let input = value.map_or(Input::Nothing, Input::from);
        self.clicks_at(who, (channel, ts), Spot::anywhere(action_id), &input)
            .await
    }

    /// Keeps what the page has in a message's fields so far.
    pub(in super::super) fn keeps_in_message(&self, (channel, ts): (&str, &str), values: &Value) {
        if values.is_object() {
            self.shared.with(|workspace| {
                workspace.with_message(channel, ts, |message| message.values = values.clone());
            });
        }
    }

    /// Acts on an element of a message.
    pub(in super::super) async fn clicks_at(
        &self,
        who: &str,
        (channel, ts): (&str, &str),
        spot: Spot<'_>,
        input: &Input,
    ) -> Seen {
        self.sends(who, |workspace, who| {
            workspace.act_in_message(who, (channel, ts), spot, input)
        })
        .await
    }

    /// Clicks a button of a modal or the Home tab, or changes a field that tells the app at once.
    pub async fn acts_in_view(
        &self,
        who: &str,
        view_id: &str,
        action_id: &str,
        value: Option<&str>,
    ) -> Seen {
        let input = value.map_or(Input::Nothing, Input::from);
        self.acts_at(who, view_id, Spot::anywhere(action_id), &input)
            .await
    }

    /// Acts on an element of a view.
    pub(in super::super) async fn acts_at(
        &self,
        who: &str,
        view_id: &str,
        spot: Spot<'_>,
        input: &Input,
    ) -> Seen {
        self.sends(who, |workspace, who| {
            workspace.act_in_view(who, view_id, spot, input)
        })
        .await
    }
}

impl Workspace {
    fn act_in_message(
        &mut self,
        who: &PersonId,
        (channel, ts): (&str, &str),
        spot: Spot,
        input: &Input,
    ) -> Made {
        let found = self.seen_channel(who, channel)?;
        let id = found.id.clone();
        let message = found
            .message_for(ts, Some(who))
            .ok_or("The message was deleted.")?;
        let is_ephemeral = message.only_for.is_some();
        let blocks = message.blocks.clone().unwrap_or(Value::Null);
        let (block_id, element) = find(&blocks, spot, input)?;
        let state = self.state_after(&element, input)?;
        let mut values = view_state::values(&blocks, &message.values);
        keep(&mut values, (&block_id, &element), &state);
        self.with_message(&id, ts, |message| message.values.clone_from(&values));
        let mut payload = self.interaction("block_actions", who);
        let more = json!({
            "container": {"type": "message", "message_ts": ts, "channel_id": id, "is_ephemeral": is_ephemeral},
            "trigger_id": self.new_trigger(who, None), "state": {"values": values},
            "response_url": self.new_response_url("actions", who, (&id, Some(ts))),
            "actions": [self.action((&block_id, &element), &state)],
        });
        merge(&mut payload, more);
        self.add_place(&mut payload, &id, ts);
        Ok(interaction(payload, who))
    }

    /// Adds the channel, and the message unless only one person sees it.
    fn add_place(&self, payload: &mut Value, channel: &str, ts: &str) {
        let Some(found): Option<&Channel> = self.channels.get(channel) else {
            return;
        };
        payload["channel"] = channel_of_interaction(found);
        if let Some(message) = found.message(ts) {
            payload["message"] = self.message_json(found, message, Metadata::Shown);
        }
    }

    fn act_in_view(&mut self, who: &PersonId, view_id: &str, spot: Spot, input: &Input) -> Made {
        let view = self.view(view_id).filter(|view| view.person == *who);
        let view = view.ok_or("This form is closed.")?;
        let blocks = view.blocks.clone();
        let (block_id, element) = find(&blocks, spot, input)?;
        let state = self.state_after(&element, input)?;
        self.with_view(view_id, |view| {
            keep(&mut view.values, (&block_id, &element), &state);
        });
        let action = self.action((&block_id, &element), &state);
        let trigger_id = self.new_trigger(who, Some(view_id));
        let view = self.view(view_id).ok_or("This form is closed.")?;
        let mut payload = self.interaction("block_actions", who);
        let more = json!({
            "container": {"type": "view", "view_id": view_id}, "trigger_id": trigger_id,
            "view": self.view_json(view), "actions": [action],
        });
        merge(&mut payload, more);
        Ok(interaction(payload, who))
    }

    /// Gives the state of an element after somebody acted on it; null if it keeps none.
    fn state_after(&self, element: &Value, input: &Input) -> Result<Value, String> {
        let offered = choices(element);
        match element["type"].as_str() {
            Some("button" | "workflow_button" | "icon_button" | "feedback_buttons") => {
                Ok(Value::Null)
            }
            Some("overflow") => match input {
                Input::Text(text) => {
                    let choice = super::super::entered::pick(&offered, text)?;
                    Ok(json!({"selected_option": choice.json}))
                }
                Input::State(state) => Ok(json!({"selected_option": state["selected_option"]})),
                Input::Many(_) | Input::Nothing => Err("A menu needs one choice.".to_owned()),
            },
            // What an external select offers is known to the app alone; it gave the option that comes back here.
            Some("external_select" | "multi_external_select")
                if matches!(input, Input::State(_)) =>
            {
                let Input::State(state) = input else {
                    return Ok(Value::Null);
                };
                Ok(state.clone())
            }
            Some(_) | None => self.entered(element, input, &offered),
        }
    }

    /// Gives the action as the app is told of it.
    fn action(&mut self, (block_id, element): (&str, &Value), state: &Value) -> Value {
        let mut action = json!({
            "type": element["type"], "action_id": element["action_id"], "block_id": block_id,
            "action_ts": self.next_ts(),
        });
        for name in ["text", "value", "style", "url", "confirm", "placeholder"] {
            if let Some(given) = element.get(name) {
                action[name] = given.clone();
            }
        }
        merge(&mut action, state.clone());
        action
    }
}

/// Puts an element's new state where the others are.
fn keep(values: &mut Value, (block_id, element): (&str, &Value), state: &Value) {
    if view_state::state_fields(element).is_none() {
        return;
    }
    let action_id = element["action_id"].as_str().unwrap_or_default();
    if let Some(block) = values.get_mut(block_id) {
        block[action_id] = state.clone();
    }
}

/// Finds the element that is acted on. Several buttons may share an action id in different blocks: then their
/// value tells them apart.
pub(super) fn find(blocks: &Value, spot: Spot, input: &Input) -> Result<(String, Value), String> {
    let mut found = Vec::new();
    for block in blocks.as_array().into_iter().flatten() {
        let block_id = block["block_id"].as_str().unwrap_or_default();
        if spot.block_id.is_some_and(|wanted| wanted != block_id) {
            continue;
        }
        let row = block["elements"].as_array().into_iter().flatten();
        let single = [block.get("accessory"), block.get("element")];
        for element in row.chain(single.into_iter().flatten()) {
            if element["action_id"] == spot.action_id {
                found.push((block_id.to_owned(), element.clone()));
            }
        }
    }
    if let Input::Text(value) = input
        && found.iter().any(|(_, element)| element["type"] == "button")
    {
        found.retain(|(_, element)| element["value"] == **value);
    }
    let first = found.into_iter().next();
    first.ok_or_else(|| format!("There is nothing to click called {}.", spot.action_id))
}
