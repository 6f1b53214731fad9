//! Renders a message as the plain text that a user reads: blocks in order, names instead of IDs,
//! links as their labels.

use serde_json::Value;

use crate::workspace::Workspace;
use crate::workspace::messages::Message;

impl Workspace {
    /// Returns the message with its rendered text, as tests receive it.
    pub(crate) fn with_rendered_text(&self, message: &Message) -> Message {
        let mut rendered = message.clone();
        let blocks = message.blocks.as_ref().and_then(Value::as_array);
        let text = match blocks {
            Some(blocks) if !blocks.is_empty() => self.render_blocks(blocks),
            Some(_) | None => self.render_mrkdwn(&message.text),
        };
        let mut parts = vec![text];
        let attachments = message.attachments.as_ref().and_then(Value::as_array);
        parts.extend(
            attachments
                .into_iter()
                .flatten()
                .map(|one| self.render_attachment(one)),
        );
        parts.retain(|part| !part.is_empty());
        rendered.rendered = parts.join("\n");
        rendered
    }

    /// Renders blocks as plain text. Each block takes one line or more.
    pub(crate) fn render_blocks(&self, blocks: &[Value]) -> String {
        let lines: Vec<String> = blocks
            .iter()
            .map(|block| self.render_block(block))
            .filter(|text| !text.is_empty())
            .collect();
        lines.join("\n")
    }

    /// Renders mrkdwn: mentions as names, links as their labels, without zero-width spaces.
    pub(crate) fn render_mrkdwn(&self, text: &str) -> String {
        let mut read = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            read.push_str(&rest[..start]);
            rest = &rest[start + 1..];
            let Some(end) = rest.find('>') else {
                read.push('<');
                break;
            };
            read.push_str(&self.render_token(&rest[..end]));
            rest = &rest[end + 1..];
        }
        read.push_str(rest);
        read.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
            .replace('\u{200b}', "")
    }

    fn render_attachment(&self, attachment: &Value) -> String {
        if let Some(blocks) = attachment["blocks"].as_array() {
            return self.render_blocks(blocks);
        }
        let parts: Vec<String> = ["pretext", "title", "text", "footer"]
            .iter()
            .filter_map(|name| attachment[*name].as_str())
            .map(|text| self.render_mrkdwn(text))
            .collect();
        parts.join("\n")
    }

    fn render_block(&self, block: &Value) -> String {
        let one = |name: &str| self.render_element(&block[name]);
        let many = |name: &str| -> Vec<String> {
            let items = block[name].as_array().into_iter().flatten();
            items.map(|item| self.render_element(item)).collect()
        };
        let parts = match block["type"].as_str().unwrap_or_default() {
            "section" => {
                let mut parts = vec![one("text")];
                parts.extend(many("fields"));
                parts.push(one("accessory"));
                parts
            }
            "header" | "markdown" => vec![one("text")],
            "context" | "actions" => vec![many("elements").join(" ")],
            "divider" => vec!["---".to_owned()],
            "image" => vec![one("title"), self.render_element(block)],
            "input" => vec![format!("{}: {}", one("label"), one("element"))],
            "rich_text" => many("elements"),
            "video" => vec![one("title")],
            "table" => many("rows"),
            _ => Vec::new(),
        };
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }

    fn render_element(&self, element: &Value) -> String {
        let inner = |name: &str, between: &str| {
            let items = element[name].as_array().into_iter().flatten();
            let read: Vec<String> = items.map(|item| self.render_element(item)).collect();
            read.join(between)
        };
        let text = |name: &str| element[name].as_str().unwrap_or_default().to_owned();
        match element["type"].as_str().unwrap_or_default() {
            "mrkdwn" => self.render_mrkdwn(&text("text")),
            "plain_text" | "text" => text("text").replace('\u{200b}', ""),
            "image" => format!("[{}]", text("alt_text")),
            "button" | "workflow_button" => format!("[{}]", self.render_element(&element["text"])),
            "overflow" => "[…]".to_owned(),
            "rich_text_section" | "rich_text_preformatted" | "rich_text_quote" => {
                inner("elements", "")
            }
            "rich_text_list" => inner("elements", "\n"),
            "link" if element.get("text").is_some() => text("text"),
            "link" => text("url"),
            "user" => self.render_token(&format!("@{}", text("user_id"))),
            "channel" => self.render_token(&format!("#{}", text("channel_id"))),
            "broadcast" => format!("@{}", text("range")),
            "emoji" => format!(":{}:", text("name")),
            "date" => text("fallback"),
            "" if element.is_array() => self.render_row(element),
            "" => element.as_str().unwrap_or_default().to_owned(),
            _ => self.render_select(element),
        }
    }

    /// Renders a select or picker: its initial value, or the placeholder.
    fn render_select(&self, element: &Value) -> String {
        let default = &element["initial_option"]["text"];
        let label = if default.is_object() {
            default
        } else {
            &element["placeholder"]
        };
        format!("[{}]", self.render_element(label))
    }

    fn render_row(&self, row: &Value) -> String {
        let cells = row.as_array().into_iter().flatten();
        let cells: Vec<String> = cells
            .map(|cell| match cell["type"].as_str() {
                Some("raw_text") => cell["text"].as_str().unwrap_or_default().to_owned(),
                Some(_) | None => self.render_block(cell),
            })
            .collect();
        cells.join(" | ")
    }

    fn render_token(&self, token: &str) -> String {
        let (target, label) = match token.split_once('|') {
            Some((target, label)) => (target, Some(label)),
            None => (token, None),
        };
        if let Some(id) = target.strip_prefix('@') {
            let user = self.users.get(id);
            return format!("@{}", user.map_or(id, |user| &user.name));
        }
        if let Some(id) = target.strip_prefix('#') {
            let channel = self.channels.get(id);
            return format!("#{}", channel.map_or(id, |channel| &channel.name));
        }
        match (label, target.strip_prefix('!')) {
            (Some(label), _) => label.to_owned(),
            (None, Some(name)) => format!("@{name}"),
            (None, None) => target.trim_start_matches("mailto:").to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::workspace;

    #[test]
    fn mrkdwn_is_rendered_with_names_and_labels() {
        let workspace = workspace();
        let read = workspace.render_mrkdwn(
            "<@U0BOB000001> in <#C0GENERAL01>: <https://a.example|the page> &lt;b&gt; &amp;amp; <!here> <!date^1^{date}|May 1>",
        );
        assert_eq!(read, "@bob in #general: the page <b> &amp; @here May 1");
    }

    #[test]
    fn blocks_are_rendered_in_order() {
        let workspace = workspace();
        let blocks = json!([
            {"type": "header", "text": {"type": "plain_text", "text": "Checkout"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "By <@U0BOB000001>"}, "fields": [{"type": "mrkdwn", "text": "One"}]},
            {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Join"}}]}
        ]);
        let read = workspace.render_blocks(blocks.as_array().map_or(&[], Vec::as_slice));
        assert_eq!(read, "Checkout\nBy @bob\nOne\n[Join]");
    }
}
