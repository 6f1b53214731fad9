//! Formats the text of a block: emphasis, code, links, images.

use comrak::nodes::{AstNode, NodeValue};

use crate::domain::text::markdown::escape_inline;

/// A line break within a block.
pub(super) const LINE_BREAK: &str = "\\\n";

/// Returns the text of a node as Markdown. Text of users has no markup, and mentions no one.
pub(super) fn text<'a>(node: &'a AstNode<'a>) -> String {
    node.children().map(part).collect()
}

/// Returns the text of a node on one line.
pub(super) fn single_line<'a>(node: &'a AstNode<'a>) -> String {
    let text = text(node).replace(LINE_BREAK, " ").replace('\n', " ");
    text.trim().to_owned()
}

fn part<'a>(node: &'a AstNode<'a>) -> String {
    let value = node.data().value.clone();
    match value {
        NodeValue::Text(text) => escape_inline(&text),
        NodeValue::HtmlInline(html) => escape_inline(&html),
        NodeValue::Code(code) => code_span(&code.literal),
        NodeValue::SoftBreak => "\n".to_owned(),
        NodeValue::LineBreak => LINE_BREAK.to_owned(),
        NodeValue::Emph => emphasized("*", &text(node)),
        NodeValue::Strong => emphasized("**", &text(node)),
        // Four tildes would start a code block.
        NodeValue::Strikethrough if is_in_strikethrough(node) => text(node),
        NodeValue::Strikethrough => emphasized("~~", &text(node)),
        NodeValue::Link(target) => {
            let label = text(node);
            link(&label, &target.url).unwrap_or(label)
        }
        NodeValue::Image(target) => image(&target.url, &single_line(node)),
        _ => text(node),
    }
}

/// Returns whether a node is in a strikethrough.
fn is_in_strikethrough<'a>(node: &'a AstNode<'a>) -> bool {
    let is_strike = |node: &'a AstNode<'a>| matches!(node.data().value, NodeValue::Strikethrough);
    node.ancestors().skip(1).any(is_strike)
}

/// Returns a text between markers. White space at its ends is moved out: a marker next to it has no effect.
pub(super) fn emphasized(marker: &str, text: &str) -> String {
    let is_blank = |sign: char| sign.is_whitespace() || sign == '\\';
    let start = text.len() - text.trim_start().len();
    let inner = text.trim_start().trim_end();
    // A line break at the end would take the marker to the next line.
    if inner.chars().all(is_blank) || inner.ends_with('\\') {
        return text.to_owned();
    }
    let (before, after) = (&text[..start], &text[start + inner.len()..]);
    format!("{before}{marker}{inner}{marker}{after}")
}

fn code_span(literal: &str) -> String {
    let literal = literal.replace(['\n', '\r'], " ");
    if literal.trim().is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&literal, '`') + 1);
    let pad = if literal.starts_with(['`', ' ']) || literal.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{literal}{pad}{fence}")
}

/// Returns the length of the longest run of a character.
pub(super) fn longest_run(text: &str, sign: char) -> usize {
    let runs = text.split(|other| other != sign).map(str::len);
    runs.max().unwrap_or(0)
}

/// Returns a link with a label in Markdown; `None` if the address has a scheme that Slack does not open.
pub(super) fn link(label: &str, url: &str) -> Option<String> {
    let is_followed = ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| has_prefix(url, scheme));
    let label = match label.trim() {
        "" => escape_inline(url),
        label => label.to_owned(),
    };
    is_followed.then(|| format!("[{label}]({})", escape_url(url)))
}

/// Returns an image if Slack can load it from the internet, otherwise a link. The address of a mention, `@U…` or
/// `#C…`, becomes text.
fn image(url: &str, alt: &str) -> String {
    if is_public_image(url) {
        return format!("![{alt}]({})", escape_url(url));
    }
    if url.starts_with(['@', '#']) {
        return escape_inline(&format!("![]({url})"));
    }
    let label = if alt.is_empty() {
        escape_inline(url)
    } else {
        alt.to_owned()
    };
    link(&label, url).unwrap_or(label)
}

/// Returns whether an address is on the public internet. An address of Slack is a file or a message, which a canvas
/// would embed.
fn is_public_image(url: &str) -> bool {
    const PRIVATE_ZONES: [&str; 6] = ["local", "localhost", "internal", "lan", "home", "corp"];
    let Some(host) = reqwest::Url::parse(url)
        .ok()
        .filter(|url| url.scheme() == "https" && has_prefix(url.as_str(), "https://"))
        .and_then(|url| url.domain().map(str::to_ascii_lowercase))
    else {
        return false;
    };
    let is_slack = host == "slack.com" || host.ends_with(".slack.com");
    let zone = host.rsplit_once('.').map(|(_, zone)| zone);
    !is_slack && zone.is_some_and(|zone| !zone.is_empty() && !PRIVATE_ZONES.contains(&zone))
}

fn has_prefix(url: &str, prefix: &str) -> bool {
    url.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Encodes the characters that would end a link's address, or would be read as something else.
fn escape_url(url: &str) -> String {
    let mut escaped = String::with_capacity(url.len());
    for (at, sign) in url.char_indices() {
        match sign {
            '&' if is_entity(&url[at + 1..]) => escaped.push_str("&amp;"),
            '(' | ')' | '<' | '>' | '[' | ']' | '\\' | '`' | '"' | '|' => {
                push_encoded(&mut escaped, sign);
            }
            sign if sign.is_whitespace() || sign.is_control() => push_encoded(&mut escaped, sign),
            sign => escaped.push(sign),
        }
    }
    escaped
}

fn push_encoded(escaped: &mut String, sign: char) {
    let mut bytes = [0; 4];
    for byte in sign.encode_utf8(&mut bytes).bytes() {
        escaped.push_str(&format!("%{byte:02X}"));
    }
}

/// Returns whether the text after an ampersand makes it an HTML entity.
fn is_entity(rest: &str) -> bool {
    let name = rest.trim_start_matches(|sign: char| sign.is_ascii_alphanumeric() || sign == '#');
    name.len() < rest.len() && name.starts_with(';')
}
