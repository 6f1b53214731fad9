//! What people do on the page: each `do` is one gesture. An error is a sentence for the person.

use serde_json::{Map, Value, json};

use super::Sandbox;
use super::answers::Seen;
use super::entered::Input;
use super::gestures::{Asked, Spot};

/// Does one thing and gives the fields of the answer beside `ok`.
pub(super) async fn act(sandbox: &Sandbox, wanted: &Value) -> Result<Value, String> {
    let text = |name: &str| wanted[name].as_str().unwrap_or_default();
    let who = text("as");
    let (channel, ts, name) = (text("channel"), text("ts"), text("name"));
    let seen = match text("do") {
        "type" => return said(&types(sandbox, wanted).await),
        "click" | "act" => return acted(sandbox, wanted).await,
        "suggest" => return suggested(sandbox, wanted).await,
        "submit" => return submitted(sandbox, wanted).await,
        "open_im" => return opened(sandbox, who, text("user")),
        "read" => return read(sandbox, who, channel),
        "dismiss" => {
            sandbox.dismisses(who, ts);
            return Ok(json!({}));
        }
        "shortcut" => sandbox.shortcut(who, text("callback_id")).await,
        "message_action" => {
            let callback_id = text("callback_id");
            sandbox.message_action(who, channel, ts, callback_id).await
        }
        "close" if wanted["all"] == true => sandbox.closes_all(who, text("view")).await,
        "close" => sandbox.closes(who, text("view")).await,
        "react" => sandbox.reacts(who, channel, ts, name).await,
        "unreact" => sandbox.unreacts(who, channel, ts, name).await,
        "edit" => sandbox.edits(who, channel, ts, text("text")).await,
        "delete" => sandbox.deletes(who, channel, ts).await,
        "join" => sandbox.joins(who, channel).await,
        "leave" => sandbox.leaves(who, channel).await,
        "archive" => sandbox.archives(who, channel).await,
        "unarchive" => sandbox.unarchives(who, channel).await,
        "rename" => sandbox.renames(who, channel, name).await,
        "create_channel" if wanted["private"] == true => {
            sandbox.creates_private_channel(who, name).await
        }
        "create_channel" => sandbox.creates_channel(who, name).await,
        "remove" => sandbox.removes(who, channel, text("user")).await,
        "invite" => sandbox.invites(who, channel, text("user")).await,
        "open_home" => sandbox.opens_home(who).await,
        "open_messages" => sandbox.opens_app_messages(who).await,
        unknown => return Err(format!("The sandbox does not know how to do “{unknown}”.")),
    };
    said(&seen)
}

/// What was sent and went wrong is told as a notice on the screen; only what could not be done at all is an error.
fn said(seen: &Seen) -> Result<Value, String> {
    match &seen.trouble {
        Some(sentence) if seen.was_refused => Err(sentence.clone()),
        Some(_) | None => Ok(json!({})),
    }
}

async fn types(sandbox: &Sandbox, wanted: &Value) -> Seen {
    let text = |name: &str| wanted[name].as_str().unwrap_or_default();
    let (who, channel, typed) = (text("as"), text("channel"), text("text"));
    match wanted["thread"].as_str() {
        Some(thread) => sandbox.types_in_thread(who, channel, thread, typed).await,
        None => sandbox.types(who, channel, typed).await,
    }
}

async fn acted(sandbox: &Sandbox, wanted: &Value) -> Result<Value, String> {
    let text = |name: &str| wanted[name].as_str().unwrap_or_default();
    let spot = Spot {
        block_id: wanted["block_id"].as_str(),
        action_id: text("action_id"),
    };
    let input = input(wanted);
    let who = text("as");
    let seen = if wanted["do"] == "click" {
        sandbox.keeps_in_message((text("channel"), text("ts")), &wanted["values"]);
        sandbox
            .clicks_at(who, (text("channel"), text("ts")), spot, &input)
            .await
    } else {
        sandbox.keeps_in_view(text("view"), &wanted["values"]);
        sandbox.acts_at(who, text("view"), spot, &input).await
    };
    said(&seen)
}

/// Gives what was chosen or typed: a button's value, an option's value, or the state of a field.
fn input(wanted: &Value) -> Input {
    if let Some(option) = wanted["option"].as_str() {
        return Input::Text(option.to_owned());
    }
    let fields = wanted.as_object().into_iter().flatten();
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
        None if is_button && state.len() < 2 => Input::Nothing,
        Some(_) | None => Input::State(Value::Object(state)),
    }
}

async fn suggested(sandbox: &Sandbox, wanted: &Value) -> Result<Value, String> {
    let text = |name: &str| wanted[name].as_str().unwrap_or_default();
    let asked = match wanted["view"].as_str() {
        Some(view) => Asked::View(view),
        None => Asked::Message(text("channel"), text("ts")),
    };
    let spot = Spot {
        block_id: wanted["block_id"].as_str(),
        action_id: text("action_id"),
    };
    let told = sandbox
        .suggestions(text("as"), asked, spot, text("query"))
        .await?;
    Ok(match told.get("option_groups") {
        Some(groups) => json!({"option_groups": groups}),
        None => json!({"options": told["options"]}),
    })
}

async fn submitted(sandbox: &Sandbox, wanted: &Value) -> Result<Value, String> {
    let view = wanted["view"].as_str().unwrap_or_default();
    sandbox.fills_all(view, &wanted["values"])?;
    let seen = sandbox
        .submits(wanted["as"].as_str().unwrap_or_default(), view)
        .await;
    match seen.trouble {
        Some(sentence) => Err(sentence),
        None => Ok(json!({"errors": sandbox.errors_in(view)})),
    }
}

fn opened(sandbox: &Sandbox, who: &str, user: &str) -> Result<Value, String> {
    let channel = sandbox.opens_direct_message(who, user);
    let channel = channel.ok_or("There is nobody of that name.")?;
    Ok(json!({"channel": channel}))
}

fn read(sandbox: &Sandbox, who: &str, channel: &str) -> Result<Value, String> {
    let who = sandbox.person(who);
    let done = sandbox.shared.change(|workspace| {
        workspace.with_channel(channel, |found| {
            let last = found.messages.last().map(|message| message.ts.clone());
            found.read.insert(who, last.unwrap_or_default());
        })
    });
    done.map(|()| json!({}))
        .ok_or_else(|| "This channel does not exist any more.".to_owned())
}
