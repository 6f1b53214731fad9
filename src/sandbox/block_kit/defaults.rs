//! The defaults that Slack adds to blocks: missing IDs, `emoji` and `verbatim`.

use serde_json::{Value, json};

use crate::ids;

/// Returns the blocks of a message with Slack's defaults.
pub(crate) fn blocks_with_defaults(blocks: &Value, serial: u64) -> Value {
    let mut blocks = blocks.clone();
    fill_ids(&mut blocks, serial);
    fill_texts(&mut blocks);
    blocks
}

/// Returns a view with Slack's defaults.
pub(crate) fn view_with_defaults(view: &Value, serial: u64) -> Value {
    let mut view = view.clone();
    if let Some(blocks) = view.get_mut("blocks") {
        fill_ids(blocks, serial);
    }
    fill_texts(&mut view);
    view
}

fn fill_ids(blocks: &mut Value, serial: u64) {
    for (n, block) in blocks.as_array_mut().into_iter().flatten().enumerate() {
        let new_id = |kind: &str| ids::secret(&format!("{kind} {serial} {n}"), 5);
        if block.get("block_id").is_none() {
            block["block_id"] = json!(new_id("block"));
        }
        for single in ["element", "accessory"] {
            if let Some(element) = block.get_mut(single) {
                fill_action_id(element, &new_id(single));
            }
        }
        if block["type"] == "actions" {
            let row = block["elements"].as_array_mut().into_iter().flatten();
            for (m, element) in row.enumerate() {
                fill_action_id(element, &new_id(&format!("element {m}")));
            }
        }
    }
}

fn fill_action_id(element: &mut Value, made: &str) {
    if element["type"] != "image" && element.get("action_id").is_none() {
        element["action_id"] = json!(made);
    }
}

fn fill_texts(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let kind = fields.get("type").and_then(Value::as_str);
            let preset = match kind {
                Some("plain_text") => Some(("emoji", true)),
                Some("mrkdwn") => Some(("verbatim", false)),
                Some(_) | None => None,
            };
            if let Some((name, preset)) = preset {
                fields.entry(name).or_insert(json!(preset));
            }
            fields.values_mut().for_each(fill_texts);
        }
        Value::Array(items) => items.iter_mut().for_each(fill_texts),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
