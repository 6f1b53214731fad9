//! The text body: complete and pleasant to read without the HTML.

use comrak::Arena;
use comrak::nodes::{AstNode, ListType, NodeValue};

use super::{FooterLine, MailBody, MailLink, markdown};

/// The line above the footer. Mail programs know it as the start of a signature.
const RULE: &str = "-- ";

/// Returns the text body.
pub(crate) fn text_body(body: &MailBody) -> String {
    let mut blocks = vec![body.preview.clone(), body.heading.clone()];
    let text = text_of_markdown(&body.markdown);
    blocks.extend(Some(text).filter(|text| !text.is_empty()));
    let links: Vec<String> = body.links.iter().map(link_line).collect();
    blocks.extend(Some(links.join("\n")).filter(|links| !links.is_empty()));
    let footer: Vec<String> = body.footer.iter().map(footer_line).collect();
    blocks.push(format!("{RULE}\n{}", footer.join("\n")));
    format!("{}\n", blocks.join("\n\n"))
}

fn link_line(link: &MailLink) -> String {
    format!("{}: {}", link.label, link.url)
}

fn footer_line(row: &FooterLine) -> String {
    match &row.link {
        Some(link) => format!("{} {}", row.text, link_line(link)),
        None => row.text.clone(),
    }
}

/// Returns Markdown as text.
pub(super) fn text_of_markdown(text: &str) -> String {
    let arena = Arena::new();
    match markdown::parse(&arena, text) {
        Some(root) => blocks(root, "\n\n"),
        None => text.to_owned(),
    }
}

/// Returns the blocks of a node, with a separator between them.
fn blocks<'a>(node: &'a AstNode<'a>, separator: &str) -> String {
    let blocks: Vec<String> = node.children().map(block).collect();
    blocks.join(separator)
}

fn block<'a>(node: &'a AstNode<'a>) -> String {
    let value = node.data().value.clone();
    match value {
        NodeValue::Heading(_) => {
            let text = inline(node);
            let row = "-".repeat(text.chars().count());
            format!("{text}\n{row}")
        }
        NodeValue::List(list) => {
            let start = (list.list_type == ListType::Ordered).then_some(list.start);
            let separator = if list.tight { "\n" } else { "\n\n" };
            list_items(node, start, separator)
        }
        NodeValue::BlockQuote => indented(&blocks(node, "\n\n"), "> ", "> "),
        NodeValue::CodeBlock(code) => indented(code.literal.trim_end(), "    ", "    "),
        NodeValue::HtmlBlock(html) => html.literal.trim_end().to_owned(),
        NodeValue::ThematicBreak => "* * *".to_owned(),
        NodeValue::Table(_) => blocks(node, "\n"),
        NodeValue::TableRow(_) => {
            let cells: Vec<String> = node.children().map(inline).collect();
            cells.join(" | ")
        }
        _ => inline(node),
    }
}

fn list_items<'a>(node: &'a AstNode<'a>, start: Option<usize>, separator: &str) -> String {
    let items = node.children().enumerate().map(|(index, item)| {
        let marker = match (start, &item.data().value) {
            (Some(start), _) => format!("{}. ", start + index),
            (None, NodeValue::TaskItem(task)) if task.symbol.is_some() => "[x] ".to_owned(),
            (None, NodeValue::TaskItem(_)) => "[ ] ".to_owned(),
            (None, _) => "- ".to_owned(),
        };
        let rest = " ".repeat(marker.len());
        indented(&blocks(item, separator), &marker, &rest)
    });
    items.collect::<Vec<_>>().join(separator)
}

/// Returns a text with one prefix before its first line and another before the rest.
fn indented(text: &str, first: &str, rest: &str) -> String {
    let lines = text.split('\n').enumerate().map(|(index, row)| {
        let prefix = if index == 0 { first } else { rest };
        format!("{prefix}{row}").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the words of a node. Emphasis is left out, and a link is followed by its address.
fn inline<'a>(node: &'a AstNode<'a>) -> String {
    node.children().map(inline_part).collect()
}

fn inline_part<'a>(node: &'a AstNode<'a>) -> String {
    let value = node.data().value.clone();
    match value {
        NodeValue::Text(text) => text.into_owned(),
        NodeValue::Code(code) => code.literal,
        NodeValue::HtmlInline(html) => html,
        NodeValue::SoftBreak | NodeValue::LineBreak => "\n".to_owned(),
        NodeValue::Link(link) | NodeValue::Image(link) => {
            let label = inline(node);
            let is_label = label.is_empty() || label == link.url || is_mail_link(&link.url, &label);
            match is_label {
                true if label.is_empty() => link.url,
                true => label,
                false => format!("{label} ({})", link.url),
            }
        }
        _ => inline(node),
    }
}

fn is_mail_link(url: &str, label: &str) -> bool {
    url.strip_prefix("mailto:") == Some(label)
}
