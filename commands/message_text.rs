//! What a Slack message says, as plain text, even if it has no text of its own.

use serde_json::Value;

use crate::typed_text::unescape;
use crate::unreadable::text_at;

/// Gives what a message says: its text, else that of its attachments and blocks, else its files.
///
/// Entities are turned back; mentions stay as Slack writes them. Never empty.
pub(crate) fn of(message: &Value) -> String {
    let own = unescape(text_at(message, "/text").unwrap_or_default());
    if !own.trim().is_empty() {
        return own;
    }
    let mut parts = Vec::new();
    for block in list(message, "blocks") {
        collect(block, &mut parts);
    }
    for attachment in list(message, "attachments") {
        attached(attachment, &mut parts);
    }
    for file in files(message) {
        parts.push(format!("(file: {file})"));
    }
    parts.retain(|part| !part.trim().is_empty());
    if parts.is_empty() {
        parts.push("(a message without text)".to_owned());
    }
    parts.join("\n")
}

/// Gives the names of the files that hang on a message.
pub(crate) fn files(message: &Value) -> Vec<String> {
    list(message, "files").map(file_name).collect()
}

fn file_name(file: &Value) -> String {
    let names = ["/name", "/title", "/id"];
    let name = names.iter().find_map(|pointer| text_at(file, pointer));
    unescape(name.unwrap_or("unnamed"))
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Collects what an attachment says, or its fallback if that is all it has.
fn attached(attachment: &Value, parts: &mut Vec<String>) {
    let before = parts.len();
    for pointer in ["/pretext", "/title", "/text"] {
        parts.extend(text_at(attachment, pointer).map(unescape));
    }
    for field in list(attachment, "fields") {
        let title = text_at(field, "/title").unwrap_or_default();
        let value = text_at(field, "/value").unwrap_or_default();
        parts.push(unescape(
            format!("{title}: {value}").trim_matches([':', ' ']),
        ));
    }
    for block in list(attachment, "blocks") {
        collect(block, parts);
    }
    if parts.len() == before {
        parts.extend(text_at(attachment, "/fallback").map(unescape));
    }
}

/// Collects what a block says, each of its texts as a line.
fn collect(block: &Value, parts: &mut Vec<String>) {
    if block.get("type").and_then(Value::as_str) == Some("rich_text") {
        parts.extend(list(block, "elements").map(rich));
        return;
    }
    match block.get("text") {
        Some(Value::String(text)) => parts.push(unescape(text)),
        Some(text) => parts.extend(text_at(text, "/text").map(unescape)),
        None => parts.extend(text_at(block, "/alt_text").map(str::to_owned)),
    }
    for part in list(block, "fields").chain(list(block, "elements")) {
        collect(part, parts);
    }
}

/// Gives what a piece of rich text says; its text is raw, so nothing is turned back.
fn rich(element: &Value) -> String {
    let kind = element
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let at = |pointer| text_at(element, pointer).unwrap_or_default();
    match kind {
        "text" => at("/text").to_owned(),
        "link" => text_at(element, "/text").unwrap_or(at("/url")).to_owned(),
        "user" => format!("<@{}>", at("/user_id")),
        "channel" => format!("<#{}>", at("/channel_id")),
        "usergroup" => format!("<!subteam^{}>", at("/usergroup_id")),
        "broadcast" => format!("@{}", at("/range")),
        "emoji" => format!(":{}:", at("/name")),
        "rich_text_list" => list(element, "elements")
            .map(rich)
            .collect::<Vec<_>>()
            .join("\n"),
        _ => list(element, "elements").map(rich).collect(),
    }
}
