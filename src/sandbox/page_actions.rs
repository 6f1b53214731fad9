//! The user actions of the page, selected by `do`. An error is a sentence for the user.

use chrono::Duration;
use serde_json::{Map, Value, json};

use super::Sandbox;
use crate::app_requests::response_effects::ActionResult;
use crate::user_actions::element_ref::{ElementLocation, ElementRef, MessageRef};
use crate::user_actions::input_values::Input;

/// How far the button **30 minutes later** moves the clock.
const ADVANCE_BY: Duration = Duration::minutes(30);

/// Performs one action and returns the fields of the response other than `ok`.
pub(super) async fn perform(sandbox: &Sandbox, action: &Value) -> Result<Value, String> {
    let (who, channel) = (text(action, "as"), text(action, "channel"));
    match text(action, "do") {
        "click" | "act" => click_element(sandbox, action).await,
        "suggest" => suggest_options(sandbox, action).await,
        "submit" => submit_view(sandbox, action).await,
        "open_im" => open_direct_message(sandbox, who, text(action, "user")),
        "read" => mark_read(sandbox, who, channel),
        "advance" => {
            sandbox.advance(ADVANCE_BY)?;
            Ok(json!({}))
        }
        "dismiss" => {
            sandbox.dismisses_message(who, text(action, "ts"));
            Ok(json!({}))
        }
        name => match perform_on_message(sandbox, action).await {
            Some(result) => result_json(&result),
            None => match perform_on_channel_or_app(sandbox, action).await {
                Some(result) => result_json(&result),
                None => Err(format!("The sandbox has no action “{name}”.")),
            },
        },
    }
}

async fn perform_on_message(sandbox: &Sandbox, action: &Value) -> Option<ActionResult> {
    let text = |name: &str| text(action, name);
    let (who, channel, ts, name) = (text("as"), text("channel"), text("ts"), text("name"));
    Some(match text("do") {
        "type" => match action["thread"].as_str() {
            Some(thread) => {
                let reply = sandbox.types_in_thread(who, channel, thread, text("text"));
                reply.await
            }
            None => sandbox.types(who, channel, text("text")).await,
        },
        "edit" => sandbox.edits(who, channel, ts, text("text")).await,
        "delete" => sandbox.deletes(who, channel, ts).await,
        "react" => sandbox.adds_reaction(who, channel, ts, name).await,
        "unreact" => sandbox.removes_reaction(who, channel, ts, name).await,
        "message_action" => {
            let shortcut = sandbox.runs_message_action(who, channel, ts, text("callback_id"));
            shortcut.await
        }
        _ => return None,
    })
}

async fn perform_on_channel_or_app(sandbox: &Sandbox, action: &Value) -> Option<ActionResult> {
    let text = |name: &str| text(action, name);
    let (who, channel, name) = (text("as"), text("channel"), text("name"));
    Some(match text("do") {
        "join" => sandbox.joins(who, channel).await,
        "leave" => sandbox.leaves(who, channel).await,
        "archive" => sandbox.archives(who, channel).await,
        "unarchive" => sandbox.unarchives(who, channel).await,
        "rename" => sandbox.renames_channel(who, channel, name).await,
        "create_channel" if action["private"] == true => {
            sandbox.creates_private_channel(who, name).await
        }
        "create_channel" => sandbox.creates_channel(who, name).await,
        "remove" => sandbox.removes(who, channel, text("user")).await,
        "invite" => sandbox.invites(who, channel, text("user")).await,
        "delete_canvas" => sandbox.deletes_canvas(who, text("canvas")).await,
        "open_home" => sandbox.opens_home(who).await,
        "open_messages" => sandbox.opens_messages_tab(who).await,
        "shortcut" => sandbox.runs_shortcut(who, text("callback_id")).await,
        "close" if action["all"] == true => sandbox.closes_all(who, text("view")).await,
        "close" => sandbox.closes(who, text("view")).await,
        _ => return None,
    })
}

/// Returns a field of the action as text, or an empty text.
fn text<'a>(action: &'a Value, name: &str) -> &'a str {
    action[name].as_str().unwrap_or_default()
}

/// Returns the error if the action was rejected. Errors after the request was sent appear as a
/// notice on the page.
fn result_json(result: &ActionResult) -> Result<Value, String> {
    match &result.error {
        Some(sentence) if result.was_rejected => Err(sentence.clone()),
        Some(_) | None => Ok(json!({})),
    }
}

async fn click_element(sandbox: &Sandbox, action: &Value) -> Result<Value, String> {
    let element_ref = parse_element_ref(action);
    match element_ref.location {
        ElementLocation::View(id) => sandbox.store_view_values(id, &action["values"]),
        ElementLocation::Message(message) => {
            sandbox.store_message_values(message, &action["values"]);
        }
    }
    let (who, input) = (text(action, "as"), parse_input(action));
    result_json(&sandbox.clicks_element(who, element_ref, &input).await)
}

/// Parses the element of an action: in a view if the action names one, otherwise in a message.
fn parse_element_ref(action: &Value) -> ElementRef<'_> {
    let message = MessageRef {
        channel: text(action, "channel"),
        ts: text(action, "ts"),
    };
    let view = action["view"].as_str().map(ElementLocation::View);
    ElementRef {
        location: view.unwrap_or(ElementLocation::Message(message)),
        block_id: action["block_id"].as_str(),
        action_id: text(action, "action_id"),
    }
}

/// Parses the input: the value of a button or option, or the state of a field.
fn parse_input(action: &Value) -> Input {
    if let Some(option) = action["option"].as_str() {
        return Input::Text(option.to_owned());
    }
    let fields = action.as_object().into_iter().flatten();
    let state: Map<String, Value> = fields
        .filter(|(name, _)| {
            name.starts_with("selected_")
                || matches!(name.as_str(), "type" | "value" | "rich_text_value")
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let is_button = state.get("type").is_none_or(|kind| kind == "button");
    match state.get("value") {
        Some(Value::String(value)) if is_button => Input::Text(value.clone()),
        None if is_button && state.len() < 2 => Input::Empty,
        Some(_) | None => Input::State(Value::Object(state)),
    }
}

async fn suggest_options(sandbox: &Sandbox, action: &Value) -> Result<Value, String> {
    let json = sandbox
        .fetch_suggestions(
            text(action, "as"),
            parse_element_ref(action),
            text(action, "query"),
        )
        .await?;
    Ok(match json.get("option_groups") {
        Some(groups) => json!({"option_groups": groups}),
        None => json!({"options": json["options"]}),
    })
}

async fn submit_view(sandbox: &Sandbox, action: &Value) -> Result<Value, String> {
    let view = text(action, "view");
    sandbox.set_field_states(view, &action["values"])?;
    let result = sandbox.submits(text(action, "as"), view).await;
    match result.error {
        Some(sentence) => Err(sentence),
        None => Ok(json!({"errors": sandbox.view_errors(view)})),
    }
}

fn open_direct_message(sandbox: &Sandbox, who: &str, user: &str) -> Result<Value, String> {
    let channel = sandbox.opens_direct_message(who, user);
    let channel = channel.ok_or("There is no user with this name.")?;
    Ok(json!({"channel": channel}))
}

fn mark_read(sandbox: &Sandbox, who: &str, channel: &str) -> Result<Value, String> {
    let who = sandbox.user(who);
    let done = sandbox.shared.change(|workspace| {
        workspace.with_channel(channel, |channel| {
            let last = channel.messages.last().map(|message| message.ts.clone());
            channel.last_read.insert(who, last.unwrap_or_default());
        })
    });
    done.map(|()| json!({}))
        .ok_or_else(|| "This channel no longer exists.".to_owned())
}
