//! What a Slack message says, as plain text, even if it has no text of its own.

use serde_json::Value;

use crate::typed_text::unescape;
use crate::unreadable::text_at;

/// Gives what a message says: its text and what an app attached to it; else what its blocks and
/// previews say; else the names of its files.
///
/// Entities are turned back; mentions stay as Slack writes them. Never empty.
pub(crate) fn of(message: &Value) -> String {
    let mut parts = Vec::new();
    let own = unescape(text_at(message, "/text").unwrap_or_default());
    let has_own = !own.trim().is_empty();
    if has_own {
        parts.push(own);
    } else {
        for block in list(message, "blocks") {
            collect(block, &mut parts);
        }
    }
    for attachment in list(message, "attachments") {
        if !has_own || !is_preview(attachment) {
            attached(attachment, &mut parts);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    if parts.is_empty() {
        parts.extend(files(message).map(|file| format!("(file: {file})")));
    }
    if parts.is_empty() {
        parts.push("(a message without text)".to_owned());
    }
    parts.join("\n")
}

/// Tells whether Slack attached this by itself, to show where a link leads.
fn is_preview(attachment: &Value) -> bool {
    ["/from_url", "/original_url", "/app_unfurl_url"]
        .iter()
        .any(|pointer| text_at(attachment, pointer).is_some())
}

/// Gives the names of the files that hang on a message.
pub(crate) fn files(message: &Value) -> impl Iterator<Item = String> {
    list(message, "files").map(file_name)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_without_text_still_says_something() {
        let files =
            json!({ "text": "", "files": [{ "name": "graph.png" }, { "title": "a &amp; b" }, {}] });
        assert_eq!(
            of(&files),
            "(file: graph.png)\n(file: a & b)\n(file: unnamed)"
        );
        assert_eq!(of(&json!(null)), "(a message without text)");
        assert_eq!(
            of(&json!({ "text": 7, "blocks": {}, "files": null })),
            "(a message without text)"
        );
    }

    #[test]
    fn blocks_speak_where_the_text_does_not() {
        let message = json!({ "text": " ", "blocks": [
            { "type": "header", "text": { "type": "plain_text", "text": "Disk full" } },
            { "type": "section", "text": { "type": "mrkdwn", "text": "a &lt; b" }, "fields": [
                { "type": "mrkdwn", "text": "host: db-1" },
            ] },
            { "type": "context", "elements": [{ "type": "image", "alt_text": "a graph" }] },
            { "type": "divider" },
            { "type": "rich_text", "elements": [
                { "type": "rich_text_section", "elements": [
                    { "type": "text", "text": "ask &amp; " },
                    { "type": "user", "user_id": "U0BOB000001" },
                    { "type": "emoji", "name": "fire" },
                    { "type": "link", "url": "https://acme.example" },
                ] },
                { "type": "rich_text_list", "elements": [
                    { "type": "rich_text_section", "elements": [{ "type": "text", "text": "one" }] },
                    { "type": "rich_text_section", "elements": [{ "type": "text", "text": "two" }] },
                ] },
            ] },
        ] });
        let said = "Disk full\na < b\nhost: db-1\na graph\n\
                    ask &amp; <@U0BOB000001>:fire:https://acme.example\none\ntwo";
        assert_eq!(of(&message), said);
    }

    #[test]
    fn what_an_app_attached_is_said_and_what_slack_previews_is_not() {
        let alert = json!({ "text": "Triggered", "attachments": [
            { "title": "CPU &gt; 90 %", "text": "on db-1", "fallback": "x", "fields": [
                { "title": "Host", "value": "db-1" }, { "value": "alone" },
            ] },
            { "from_url": "https://acme.example", "title": "A page" },
        ] });
        assert_eq!(
            of(&alert),
            "Triggered\nCPU > 90 %\non db-1\nHost: db-1\nalone"
        );
        let shared = json!({ "text": "", "attachments": [{ "from_url": "https://a", "text": "It is down" }] });
        assert_eq!(of(&shared), "It is down");
        assert_eq!(
            of(&json!({ "attachments": [{ "fallback": "Alert" }] })),
            "Alert"
        );
    }

    proptest! {
        #[test]
        fn any_text_of_a_message_is_kept(text in ".*\\S.*") {
            let sent = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            prop_assert_eq!(of(&json!({ "text": sent })), text);
        }
    }
}
