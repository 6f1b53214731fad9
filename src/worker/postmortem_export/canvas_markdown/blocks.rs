//! Collects the blocks of a Markdown document in the forms that a canvas supports: quotes contain only text, items of
//! lists only text and lists, and headings are at the top level.

use comrak::nodes::{AstNode, ListType, NodeValue};

use crate::domain::text::markdown::escape_line;
use crate::worker::postmortem_export::canvas_markdown::format::format_block;
use crate::worker::postmortem_export::canvas_markdown::inline::{
    LINE_BREAK, emphasized, single_line, text,
};

/// Maximum number of cells of a table.
const MAX_TABLE_CELLS: usize = 300;

/// Maximum depth of lists in lists.
const MAX_LIST_DEPTH: usize = 5;

/// A block of a canvas. Texts are Markdown.
pub(super) enum Block {
    Heading(String),
    Paragraph(String),
    List(Vec<ListItem>),
    Quote(Vec<String>),
    Code(String),
    Divider,
    Table(Vec<Vec<String>>),
}

/// An item of a list, at a depth from 0.
pub(super) struct ListItem {
    pub(super) depth: usize,
    pub(super) marker: Marker,
    pub(super) text: String,
}

/// The marker of an item.
#[derive(Clone, Copy)]
pub(super) enum Marker {
    Bullet,
    Number(usize),
    Open,
    Done,
}

/// The kind and the depth of a list. A list in a list has the kind of the outer one.
#[derive(Clone, Copy)]
struct ListContext {
    is_ordered: bool,
    depth: usize,
}

/// The blocks of a document.
#[derive(Default)]
pub(super) struct Blocks(Vec<Block>);

impl Blocks {
    /// Returns the Markdown of each block.
    pub(super) fn format(&self) -> Vec<String> {
        let formatted = self.0.iter().map(format_block);
        formatted.filter(|block| !block.is_empty()).collect()
    }

    /// Adds the children of a node.
    pub(super) fn add_children<'a>(&mut self, node: &'a AstNode<'a>) {
        for child in node.children() {
            self.add(child);
        }
    }

    fn add<'a>(&mut self, node: &'a AstNode<'a>) {
        let value = node.data().value.clone();
        match value {
            NodeValue::Heading(_) => self.0.push(Block::Heading(single_line(node))),
            NodeValue::List(list) => {
                let is_ordered = list.list_type == ListType::Ordered;
                let depth = 0;
                self.add_list(node, ListContext { is_ordered, depth });
            }
            NodeValue::BlockQuote => self.add_quote(node),
            NodeValue::CodeBlock(code) => self.0.push(Block::Code(code.literal)),
            NodeValue::HtmlBlock(html) => self.0.push(Block::Paragraph(literal(&html.literal))),
            NodeValue::ThematicBreak => self.0.push(Block::Divider),
            NodeValue::Table(_) => self.add_table(node),
            _ => self.0.push(Block::Paragraph(text(node))),
        }
    }

    fn add_list<'a>(&mut self, list: &'a AstNode<'a>, context: ListContext) {
        let start = match &list.data().value {
            NodeValue::List(list) => list.start,
            _ => 1,
        };
        for (index, item) in list.children().enumerate() {
            let marker = match (&item.data().value, context.is_ordered) {
                (NodeValue::TaskItem(task), _) if task.symbol.is_some() => Marker::Done,
                (NodeValue::TaskItem(_), _) => Marker::Open,
                (_, true) => Marker::Number(start + index),
                (_, false) => Marker::Bullet,
            };
            self.push_item(ListItem {
                depth: context.depth,
                marker,
                text: String::new(),
            });
            for child in item.children() {
                self.add_to_item(child, context);
            }
        }
    }

    /// Adds a child of a list's item. What an item cannot contain interrupts the list.
    fn add_to_item<'a>(&mut self, node: &'a AstNode<'a>, context: ListContext) {
        let value = node.data().value.clone();
        match value {
            NodeValue::Paragraph => self.extend_item(&text(node)),
            NodeValue::Heading(_) => self.extend_item(&emphasized("**", &single_line(node))),
            NodeValue::HtmlBlock(html) => self.extend_item(&literal(&html.literal)),
            NodeValue::List(_) => {
                let depth = (context.depth + 1).min(MAX_LIST_DEPTH);
                self.add_list(node, ListContext { depth, ..context });
            }
            NodeValue::BlockQuote => {
                for child in node.children() {
                    self.add_to_item(child, context);
                }
            }
            _ => self.add(node),
        }
    }

    fn push_item(&mut self, item: ListItem) {
        match self.0.last_mut() {
            Some(Block::List(items)) => items.push(item),
            _ => self.0.push(Block::List(vec![item])),
        }
    }

    fn extend_item(&mut self, text: &str) {
        let Some(Block::List(items)) = self.0.last_mut() else {
            self.0.push(Block::Paragraph(text.to_owned()));
            return;
        };
        if let Some(item) = items.last_mut() {
            if !item.text.is_empty() {
                item.text.push_str(LINE_BREAK);
            }
            item.text.push_str(text);
        }
    }

    fn add_quote<'a>(&mut self, quote: &'a AstNode<'a>) {
        for child in quote.children() {
            let value = child.data().value.clone();
            match value {
                NodeValue::Paragraph => self.push_quote(text(child)),
                NodeValue::Heading(_) => self.push_quote(emphasized("**", &single_line(child))),
                NodeValue::HtmlBlock(html) => self.push_quote(literal(&html.literal)),
                NodeValue::BlockQuote => self.add_quote(child),
                NodeValue::List(_) => self.add_quoted_list(child),
                _ => self.add(child),
            }
        }
    }

    /// Adds a list in a quote as lines of text.
    fn add_quoted_list<'a>(&mut self, list: &'a AstNode<'a>) {
        let mut blocks = Self::default();
        blocks.add(list);
        for block in blocks.0 {
            match block {
                Block::List(items) => {
                    let lines: Vec<String> = items.iter().map(quoted_item).collect();
                    self.push_quote(lines.join(LINE_BREAK));
                }
                Block::Paragraph(text) => self.push_quote(text),
                Block::Heading(_)
                | Block::Quote(_)
                | Block::Code(_)
                | Block::Divider
                | Block::Table(_) => self.0.push(block),
            }
        }
    }

    fn push_quote(&mut self, text: String) {
        match self.0.last_mut() {
            Some(Block::Quote(texts)) => texts.push(text),
            _ => self.0.push(Block::Quote(vec![text])),
        }
    }

    /// Adds a table. One that is too large, or has links, which Slack does not draw in cells, becomes a list.
    fn add_table<'a>(&mut self, table: &'a AstNode<'a>) {
        let rows: Vec<Vec<String>> = table
            .children()
            .map(|row| row.children().map(single_line).collect())
            .collect();
        let is_link = |node: &AstNode<'a>| {
            matches!(node.data().value, NodeValue::Link(_) | NodeValue::Image(_))
        };
        let cells: usize = rows.iter().map(Vec::len).sum();
        let has_pipe = rows.iter().flatten().any(|cell| cell.contains('|'));
        if cells <= MAX_TABLE_CELLS && !has_pipe && !table.descendants().any(is_link) {
            self.0.push(Block::Table(rows));
            return;
        }
        let Some((header, rows)) = rows.split_first() else {
            return;
        };
        let items = rows.iter().map(|row| ListItem {
            depth: 0,
            marker: Marker::Bullet,
            text: labelled_cells(header, row),
        });
        self.0.push(Block::List(items.collect()));
    }
}

/// Returns the cells of a row, each after the header of its column.
fn labelled_cells(header: &[String], row: &[String]) -> String {
    let cells = header.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
    let cells = cells.map(|(header, cell)| match header.as_str() {
        "" => cell.clone(),
        header => format!("{}: {cell}", emphasized("**", header)),
    });
    cells.collect::<Vec<_>>().join(LINE_BREAK)
}

fn quoted_item(item: &ListItem) -> String {
    let text = &item.text;
    match item.marker {
        Marker::Bullet => format!("• {text}"),
        Marker::Number(number) => format!("{number}\\. {text}"),
        Marker::Open => format!("☐ {text}"),
        Marker::Done => format!("☑ {text}"),
    }
}

/// Returns text that is not Markdown, such as HTML, as it was typed.
fn literal(text: &str) -> String {
    let lines: Vec<String> = text.trim_end().lines().map(escape_line).collect();
    lines.join(LINE_BREAK)
}
