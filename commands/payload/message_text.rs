//! The plain text of a Slack message, including messages without `text`.

use serde_json::Value;

use crate::payload::payload_error::text_at;
use crate::slash::mrkdwn_decode::unescape;

/// Returns the plain text of a message: its `text` and attachments; without `text`, its blocks and
/// link previews; without those, its file names.
///
/// Entities are decoded. Mentions stay encoded. The result is never empty.
pub(crate) fn plain_text(message: &Value) -> String {
    let mut parts = Vec::new();
    let own = unescape(text_at(message, "/text").unwrap_or_default());
    let has_own = !own.trim().is_empty();
    if has_own {
        parts.push(own);
    } else {
        for block in array_items(message, "blocks") {
            collect_block(block, &mut parts);
        }
    }
    for attachment in array_items(message, "attachments") {
        if !has_own || !is_link_preview(attachment) {
            collect_attachment(attachment, &mut parts);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    if parts.is_empty() {
        parts.extend(file_names(message).map(|file| format!("(file: {file})")));
    }
    if parts.is_empty() {
        parts.push("(a message without text)".to_owned());
    }
    parts.join("\n")
}

/// Returns whether Slack added the attachment to preview a link.
fn is_link_preview(attachment: &Value) -> bool {
    ["/from_url", "/original_url", "/app_unfurl_url"]
        .iter()
        .any(|path| text_at(attachment, path).is_some())
}

/// Returns the names of the attached files.
pub(crate) fn file_names(message: &Value) -> impl Iterator<Item = String> {
    array_items(message, "files").map(file_name)
}

fn file_name(file: &Value) -> String {
    let names = ["/name", "/title", "/id"];
    let name = names.iter().find_map(|path| text_at(file, path));
    unescape(name.unwrap_or("unnamed"))
}

fn array_items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Collects the texts of an attachment, or else its fallback.
fn collect_attachment(attachment: &Value, parts: &mut Vec<String>) {
    let before = parts.len();
    for path in ["/pretext", "/title", "/text"] {
        parts.extend(text_at(attachment, path).map(unescape));
    }
    for field in array_items(attachment, "fields") {
        let title = text_at(field, "/title").unwrap_or_default();
        let value = text_at(field, "/value").unwrap_or_default();
        parts.push(unescape(
            format!("{title}: {value}").trim_matches([':', ' ']),
        ));
    }
    for block in array_items(attachment, "blocks") {
        collect_block(block, parts);
    }
    if parts.len() == before {
        parts.extend(text_at(attachment, "/fallback").map(unescape));
    }
}

/// Collects the texts of a block, one per line.
fn collect_block(block: &Value, parts: &mut Vec<String>) {
    if block.get("type").and_then(Value::as_str) == Some("rich_text") {
        parts.extend(array_items(block, "elements").map(rich_text));
        return;
    }
    match block.get("text") {
        Some(Value::String(text)) => parts.push(unescape(text)),
        Some(text) => parts.extend(text_at(text, "/text").map(unescape)),
        None => parts.extend(text_at(block, "/alt_text").map(str::to_owned)),
    }
    for part in array_items(block, "fields").chain(array_items(block, "elements")) {
        collect_block(part, parts);
    }
}

/// Returns the text of a rich text element, in which Slack does not escape entities.
fn rich_text(element: &Value) -> String {
    let kind = element
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let at = |path| text_at(element, path).unwrap_or_default();
    match kind {
        "text" => at("/text").to_owned(),
        "link" => text_at(element, "/text").unwrap_or(at("/url")).to_owned(),
        "user" => format!("<@{}>", at("/user_id")),
        "channel" => format!("<#{}>", at("/channel_id")),
        "usergroup" => format!("<!subteam^{}>", at("/usergroup_id")),
        "broadcast" => format!("@{}", at("/range")),
        "emoji" => format!(":{}:", at("/name")),
        "rich_text_list" => array_items(element, "elements")
            .map(rich_text)
            .collect::<Vec<_>>()
            .join("\n"),
        _ => array_items(element, "elements").map(rich_text).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn message_without_text_lists_its_files_or_a_placeholder() {
        let files =
            json!({ "text": "", "files": [{ "name": "graph.png" }, { "title": "a &amp; b" }, {}] });
        assert_eq!(
            plain_text(&files),
            "(file: graph.png)\n(file: a & b)\n(file: unnamed)"
        );
        assert_eq!(plain_text(&json!(null)), "(a message without text)");
        assert_eq!(
            plain_text(&json!({ "text": 7, "blocks": {}, "files": null })),
            "(a message without text)"
        );
    }

    #[test]
    fn blocks_are_read_when_the_text_is_empty() {
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
        let expected = "Disk full\na < b\nhost: db-1\na graph\n\
                    ask &amp; <@U0BOB000001>:fire:https://acme.example\none\ntwo";
        assert_eq!(plain_text(&message), expected);
    }

    #[test]
    fn attachments_are_included_and_link_previews_are_not() {
        let alert = json!({ "text": "Triggered", "attachments": [
            { "title": "CPU &gt; 90 %", "text": "on db-1", "fallback": "x", "fields": [
                { "title": "Host", "value": "db-1" }, { "value": "alone" },
            ] },
            { "from_url": "https://acme.example", "title": "A page" },
        ] });
        assert_eq!(
            plain_text(&alert),
            "Triggered\nCPU > 90 %\non db-1\nHost: db-1\nalone"
        );
        let shared = json!({ "text": "", "attachments": [{ "from_url": "https://a", "text": "It is down" }] });
        assert_eq!(plain_text(&shared), "It is down");
        assert_eq!(
            plain_text(&json!({ "attachments": [{ "fallback": "Alert" }] })),
            "Alert"
        );
    }

    proptest! {
        #[test]
        fn escaped_text_round_trips(text in ".*\\S.*") {
            let sent = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            prop_assert_eq!(plain_text(&json!({ "text": sent })), text);
        }
    }
}
