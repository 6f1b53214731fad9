//! The document of a canvas: blocks parsed from Markdown, within the limits that Slack enforces
//! (docs.slack.dev/surfaces/canvases).

use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};
use serde::{Deserialize, Serialize};

/// The deepest heading.
const MAX_HEADING_LEVEL: u8 = 3;
/// The maximum number of cells of a table.
const MAX_TABLE_CELLS: usize = 300;

/// A block of a canvas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Block {
    Heading {
        level: u8,
        text: Vec<Inline>,
    },
    Paragraph {
        text: Vec<Inline>,
    },
    List {
        /// The first number; `None` for a bulleted list.
        start: Option<usize>,
        items: Vec<ListItem>,
    },
    Quote {
        blocks: Vec<Block>,
    },
    Code {
        text: String,
    },
    Divider,
    Table {
        rows: Vec<Vec<Vec<Inline>>>,
    },
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ListItem {
    /// Whether the item of a checklist is done.
    pub(crate) checked: Option<bool>,
    pub(crate) blocks: Vec<Block>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Inline {
    Text { text: String },
    Code { text: String },
    Bold { parts: Vec<Inline> },
    Italic { parts: Vec<Inline> },
    Strike { parts: Vec<Inline> },
    Link { url: String, parts: Vec<Inline> },
    Image { url: String, alt: String },
    User { id: String },
    Channel { id: String },
    Break,
}

/// The blocks that may contain other blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Document,
    Quote,
    Item,
}

impl Container {
    fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Quote => "block quote",
            Self::Item => "list item",
        }
    }

    fn allows(self, value: &NodeValue) -> bool {
        match self {
            Self::Document => true,
            Self::Quote => matches!(value, NodeValue::Paragraph),
            Self::Item => matches!(value, NodeValue::Paragraph | NodeValue::List(_)),
        }
    }
}

/// Parses Markdown. The error is the detail of Slack's response.
pub(super) fn parse(markdown: &str) -> Result<Vec<Block>, String> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    let arena = Arena::new();
    blocks(
        parse_document(&arena, markdown, &options),
        Container::Document,
    )
}

fn blocks<'a>(node: &'a AstNode<'a>, container: Container) -> Result<Vec<Block>, String> {
    let checked = node.children().map(|child| {
        let value = child.data().value.clone();
        if container.allows(&value) {
            return block(child, &value);
        }
        let reason = format!(
            "Unsupported block type ({}) within {}",
            block_name(&value),
            container.name()
        );
        Err(content_error(child, &reason))
    });
    checked.collect()
}

fn block<'a>(node: &'a AstNode<'a>, value: &NodeValue) -> Result<Block, String> {
    Ok(match value {
        NodeValue::Heading(heading) if heading.level > MAX_HEADING_LEVEL => {
            let reason = format!("Unsupported heading depth ({})", heading.level);
            return Err(content_error(node, &reason));
        }
        NodeValue::Heading(heading) => Block::Heading {
            level: heading.level,
            text: inlines(node),
        },
        NodeValue::List(list) => Block::List {
            start: (list.list_type == ListType::Ordered).then_some(list.start),
            items: node.children().map(list_item).collect::<Result<_, _>>()?,
        },
        NodeValue::BlockQuote => Block::Quote {
            blocks: blocks(node, Container::Quote)?,
        },
        NodeValue::CodeBlock(code) => Block::Code {
            text: code.literal.trim_end_matches('\n').to_owned(),
        },
        NodeValue::ThematicBreak => Block::Divider,
        NodeValue::Table(_) => table(node)?,
        // HTML has no meaning in a canvas.
        NodeValue::HtmlBlock(html) => Block::Paragraph {
            text: vec![Inline::Text {
                text: html.literal.trim_end().to_owned(),
            }],
        },
        _ => Block::Paragraph {
            text: inlines(node),
        },
    })
}

fn list_item<'a>(node: &'a AstNode<'a>) -> Result<ListItem, String> {
    let checked = match &node.data().value {
        NodeValue::TaskItem(task) => Some(task.symbol.is_some()),
        _ => None,
    };
    Ok(ListItem {
        checked,
        blocks: blocks(node, Container::Item)?,
    })
}

fn table<'a>(node: &'a AstNode<'a>) -> Result<Block, String> {
    let rows: Vec<Vec<Vec<Inline>>> = node
        .children()
        .map(|row| row.children().map(inlines).collect())
        .collect();
    let cells: usize = rows.iter().map(Vec::len).sum();
    if cells > MAX_TABLE_CELLS {
        let reason = format!("Table has {cells} cells, at most {MAX_TABLE_CELLS} are supported");
        return Err(content_error(node, &reason));
    }
    Ok(Block::Table { rows })
}

fn inlines<'a>(node: &'a AstNode<'a>) -> Vec<Inline> {
    node.children().map(inline).collect()
}

fn inline<'a>(node: &'a AstNode<'a>) -> Inline {
    let value = node.data().value.clone();
    match value {
        NodeValue::Text(text) => Inline::Text {
            text: text.into_owned(),
        },
        NodeValue::HtmlInline(text) => Inline::Text { text },
        NodeValue::Code(code) => Inline::Code { text: code.literal },
        NodeValue::SoftBreak => Inline::Text {
            text: " ".to_owned(),
        },
        NodeValue::LineBreak => Inline::Break,
        NodeValue::Emph => Inline::Italic {
            parts: inlines(node),
        },
        NodeValue::Strikethrough => Inline::Strike {
            parts: inlines(node),
        },
        NodeValue::Link(link) => Inline::Link {
            url: link.url,
            parts: inlines(node),
        },
        NodeValue::Image(link) => image(&link.url, node),
        _ => Inline::Bold {
            parts: inlines(node),
        },
    }
}

/// Returns an image. One with the address `@U…` mentions a user, one with `#C…` a channel.
fn image<'a>(url: &str, node: &'a AstNode<'a>) -> Inline {
    match url.split_at_checked(1) {
        Some(("@", id)) => Inline::User { id: id.to_owned() },
        Some(("#", id)) => Inline::Channel { id: id.to_owned() },
        Some(_) | None => Inline::Image {
            url: url.to_owned(),
            alt: super::render_text::render_inlines(&inlines(node)),
        },
    }
}

fn content_error<'a>(node: &'a AstNode<'a>, reason: &str) -> String {
    let position = node.data().sourcepos.to_string();
    let row = position.split(':').next().unwrap_or_default();
    format!("'content' error: line {row}: {reason}")
}

fn block_name(value: &NodeValue) -> &'static str {
    match value {
        NodeValue::Heading(_) => "Heading",
        NodeValue::List(_) => "List",
        NodeValue::BlockQuote => "BlockQuote",
        NodeValue::CodeBlock(_) => "CodeBlock",
        NodeValue::ThematicBreak => "ThematicBreak",
        NodeValue::Table(_) => "Table",
        NodeValue::HtmlBlock(_) => "HtmlBlock",
        _ => "Paragraph",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn content_beyond_slacks_limits_is_rejected_with_its_line() {
        let row = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(10));
        let header = format!("{}{}", row("h"), row("-"));
        let within = format!("{header}{}", row("c").repeat(29));
        assert!(parse(&within).is_ok());
        for (markdown, reason) in [
            ("# a\n\n#### b", "line 3: Unsupported heading depth (4)"),
            (
                "> - a",
                "line 1: Unsupported block type (List) within block quote",
            ),
            (
                "- a\n\n  ```\n  b\n  ```",
                "line 3: Unsupported block type (CodeBlock) within list item",
            ),
            (
                &format!("{header}{}", row("c").repeat(30)),
                "line 1: Table has 310 cells, at most 300 are supported",
            ),
        ] {
            let error = parse(markdown).unwrap_err();
            assert_eq!(error, format!("'content' error: {reason}"));
        }
    }

    #[test]
    fn image_with_the_address_of_a_user_is_a_mention() {
        let text = |markdown: &str| match parse(markdown).unwrap().remove(0) {
            Block::Paragraph { text } => text,
            other => panic!("{other:?}"),
        };
        let user = Inline::User {
            id: "U0ALICE0001".to_owned(),
        };
        assert_eq!(text("![](@U0ALICE0001)"), [user]);
        assert!(matches!(
            text("!\\[\\](@U0ALICE0001)")[..],
            [Inline::Text { .. }]
        ));
    }
}
