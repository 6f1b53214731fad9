//! The user actions of the page, selected by `do`. An error is a sentence for the user.

use serde_json::{Map, Value, json};

use super::Sandbox;
use crate::app_requests::response_effects::ActionResult;
use crate::user_actions::input_values::Input;
use crate::user_actions::{ElementRef, SelectLocation};

/// Performs one action and returns the fields of the response other than `ok`.
pub(super) async fn perform(sandbox: &Sandbox, action: &Value) -> Result<Value, String> {
    let text = |name: &str| action[name].as_str().unwrap_or_default();
    let who = text("as");
    let (channel, ts, name) = (text("channel"), text("ts"), text("name"));
    let result = match text("do") {
        "type" => return result_json(&type_text(sandbox, action).await),
        "click" | "act" => return click_element(sandbox, action).await,
        "suggest" => return suggest_options(sandbox, action).await,
        "submit" => return submit_view(sandbox, action).await,
        "open_im" => return open_direct_message(sandbox, who, text("user")),
        "read" => return mark_read(sandbox, who, channel),
        "dismiss" => {
            sandbox.dismisses_message(who, ts);
            return Ok(json!({}));
        }
        "shortcut" => sandbox.runs_shortcut(who, text("callback_id")).await,
        "message_action" => {
            let callback_id = text("callback_id");
            sandbox
                .runs_message_action(who, channel, ts, callback_id)
                .await
        }
        "close" if action["all"] == true => sandbox.closes_all(who, text("view")).await,
        "close" => sandbox.closes(who, text("view")).await,
        "react" => sandbox.adds_reaction(who, channel, ts, name).await,
        "unreact" => sandbox.removes_reaction(who, channel, ts, name).await,
        "edit" => sandbox.edits(who, channel, ts, text("text")).await,
        "delete" => sandbox.deletes(who, channel, ts).await,
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
        "open_home" => sandbox.opens_home(who).await,
        "open_messages" => sandbox.opens_messages_tab(who).await,
        unknown => return Err(format!("The sandbox has no action “{unknown}”.")),
    };
    result_json(&result)
}

/// Returns the error if the action was rejected. Errors after the request was sent appear as a
/// notice on the page.
fn result_json(result: &ActionResult) -> Result<Value, String> {
    match &result.error {
        Some(sentence) if result.was_rejected => Err(sentence.clone()),
        Some(_) | None => Ok(json!({})),
    }
}

async fn type_text(sandbox: &Sandbox, action: &Value) -> ActionResult {
    let text = |name: &str| action[name].as_str().unwrap_or_default();
    let (who, channel, content) = (text("as"), text("channel"), text("text"));
    match action["thread"].as_str() {
        Some(thread) => sandbox.types_in_thread(who, channel, thread, content).await,
        None => sandbox.types(who, channel, content).await,
    }
}

async fn click_element(sandbox: &Sandbox, action: &Value) -> Result<Value, String> {
    let text = |name: &str| action[name].as_str().unwrap_or_default();
    let element_ref = ElementRef {
        block_id: action["block_id"].as_str(),
        action_id: text("action_id"),
    };
    let input = parse_input(action);
    let who = text("as");
    let result = if action["do"] == "click" {
        sandbox.store_message_values((text("channel"), text("ts")), &action["values"]);
        sandbox
            .clicks_element(who, (text("channel"), text("ts")), element_ref, &input)
            .await
    } else {
        sandbox.store_view_values(text("view"), &action["values"]);
        sandbox
            .clicks_view_element(who, text("view"), element_ref, &input)
            .await
    };
    result_json(&result)
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
    let text = |name: &str| action[name].as_str().unwrap_or_default();
    let location = match action["view"].as_str() {
        Some(view) => SelectLocation::View(view),
        None => SelectLocation::Message(text("channel"), text("ts")),
    };
    let element_ref = ElementRef {
        block_id: action["block_id"].as_str(),
        action_id: text("action_id"),
    };
    let json = sandbox
        .fetch_suggestions(text("as"), location, element_ref, text("query"))
        .await?;
    Ok(match json.get("option_groups") {
        Some(groups) => json!({"option_groups": groups}),
        None => json!({"options": json["options"]}),
    })
}

async fn submit_view(sandbox: &Sandbox, action: &Value) -> Result<Value, String> {
    let view = action["view"].as_str().unwrap_or_default();
    sandbox.set_field_states(view, &action["values"])?;
    let result = sandbox
        .submits(action["as"].as_str().unwrap_or_default(), view)
        .await;
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
        .ok_or_else(|| "This channel does not exist any more.".to_owned())
}
