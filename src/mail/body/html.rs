//! The HTML body: one column, no pictures, readable in light and dark.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use comrak::Arena;
use comrak::nodes::{AstNode, ListType, NodeValue};

use super::html_style as style;
use super::markdown::{is_safe_link, parse};
use super::{FooterLine, MailBody, MailLink};
use crate::error::{Error, Result};

/// HTML that is inserted as it is.
struct Html(String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

#[derive(Template)]
#[template(path = "mail.html", config = "src/mail/askama.toml")]
struct Page<'a> {
    preview: &'a str,
    heading: &'a str,
    color: &'static str,
    level: usize,
    text: Html,
    links: &'a [MailLink],
    footer: &'a [FooterLine],
}

/// Returns the HTML body.
pub(crate) fn html_body(body: &MailBody) -> Result<String> {
    let page = Page {
        preview: &body.preview,
        heading: &body.heading,
        color: style::severity_color(body.severity_level),
        level: body.severity_level,
        text: Html(html_of_markdown(&body.markdown)),
        links: &body.links,
        footer: &body.footer,
    };
    page.render().map_err(Error::internal)
}

/// Returns Markdown as HTML with inline styles. HTML in the text is shown as text.
pub(super) fn html_of_markdown(text: &str) -> String {
    let arena = Arena::new();
    match parse(&arena, text) {
        Some(root) => children(root),
        None => element("p", style::PARAGRAPH, &escape(text)),
    }
}

fn children<'a>(node: &'a AstNode<'a>) -> String {
    node.children().map(html_of).collect()
}

fn html_of<'a>(node: &'a AstNode<'a>) -> String {
    let value = node.data().value.clone();
    match value {
        NodeValue::Text(text) => escape(&text),
        NodeValue::SoftBreak | NodeValue::LineBreak => "<br>\n".to_owned(),
        NodeValue::Code(code) => {
            let text = escape(&code.literal);
            format!(
                "<code class=\"code\" style=\"{}\">{text}</code>",
                style::CODE
            )
        }
        NodeValue::Strong => element("strong", "", &children(node)),
        NodeValue::Emph => element("em", "", &children(node)),
        NodeValue::Strikethrough => element("s", "", &children(node)),
        NodeValue::HtmlInline(html) => escape(&html),
        NodeValue::Link(link) | NodeValue::Image(link) => link_html(&link.url, &children(node)),
        NodeValue::Document => children(node),
        _ => block_html(node),
    }
}

fn block_html<'a>(node: &'a AstNode<'a>) -> String {
    let value = node.data().value.clone();
    match value {
        NodeValue::Heading(_) => element("h2", style::HEADING, &children(node)),
        NodeValue::List(list) if list.list_type == ListType::Ordered => format!(
            "<ol start=\"{}\" style=\"{}\">{}</ol>\n",
            list.start,
            style::LIST,
            children(node)
        ),
        NodeValue::List(_) => element("ul", style::LIST, &children(node)),
        NodeValue::Item(_) => element("li", style::ITEM, &item_html(node)),
        NodeValue::TaskItem(task) => {
            let symbol = if task.symbol.is_some() {
                "☑ "
            } else {
                "☐ "
            };
            element("li", style::ITEM, &format!("{symbol}{}", item_html(node)))
        }
        NodeValue::BlockQuote => element("blockquote", style::QUOTE, &children(node)),
        NodeValue::CodeBlock(code) => format!(
            "<pre class=\"code\" style=\"{}\">{}</pre>\n",
            style::CODE_BLOCK,
            escape(code.literal.trim_end())
        ),
        NodeValue::HtmlBlock(html) => element("p", style::PARAGRAPH, &escape(&html.literal)),
        NodeValue::ThematicBreak => format!("<hr style=\"{}\">\n", style::RULE),
        NodeValue::Table(_) => element("table", style::TABLE, &children(node)),
        NodeValue::TableRow(_) => element("tr", "", &children(node)),
        NodeValue::TableCell => element("td", style::CELL, &children(node)),
        NodeValue::Paragraph => element("p", style::PARAGRAPH, &children(node)),
        _ => children(node),
    }
}

/// Returns the content of a list item. A single paragraph gets no margin of its own.
fn item_html<'a>(item: &'a AstNode<'a>) -> String {
    let blocks = item.children().map(|block| match block.data().value {
        NodeValue::Paragraph => children(block),
        _ => html_of(block),
    });
    blocks.collect()
}

fn element(name: &str, style: &str, content: &str) -> String {
    let attribute = match style {
        "" => String::new(),
        style => format!(" style=\"{style}\""),
    };
    let end = if is_block(name) { "\n" } else { "" };
    format!("<{name}{attribute}>{content}</{name}>{end}")
}

fn is_block(name: &str) -> bool {
    !matches!(name, "strong" | "em" | "s" | "td")
}

fn link_html(url: &str, label: &str) -> String {
    if !is_safe_link(url) {
        return label.to_owned();
    }
    let (url, style) = (escape(url), style::LINK);
    let label = if label.is_empty() { &url } else { label };
    format!("<a class=\"link\" href=\"{url}\" style=\"{style}\">{label}</a>")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
