//! A canvas as plain text, for tests: what a reader sees, with a marker before each kind of block.

use crate::canvas::document::{Block, Inline, ListItem};

/// Returns the text of blocks, with an empty line between them.
pub(crate) fn render_blocks(blocks: &[Block]) -> String {
    let blocks: Vec<String> = blocks.iter().map(render_block).collect();
    blocks.join("\n\n")
}

fn render_block(block: &Block) -> String {
    match block {
        Block::Heading { level, text } => {
            format!(
                "{} {}",
                "#".repeat(usize::from(*level)),
                render_inlines(text)
            )
        }
        Block::Paragraph { text } => render_inlines(text),
        Block::List { start, items } => render_list(*start, items),
        Block::Quote { blocks } => prefix_lines(&render_blocks(blocks), "> ", "> "),
        Block::Code { text } => prefix_lines(text, "    ", "    "),
        Block::Divider => "---".to_owned(),
        Block::Table { rows } => {
            let rows = rows.iter().map(|cells| {
                let cells: Vec<String> = cells.iter().map(|cell| render_inlines(cell)).collect();
                cells.join(" | ")
            });
            rows.collect::<Vec<_>>().join("\n")
        }
    }
}

fn render_list(start: Option<usize>, items: &[ListItem]) -> String {
    let items = items.iter().enumerate().map(|(index, item)| {
        let marker = match (start, item.checked) {
            (Some(start), _) => format!("{}. ", start + index),
            (None, Some(true)) => "☑ ".to_owned(),
            (None, Some(false)) => "☐ ".to_owned(),
            (None, None) => "• ".to_owned(),
        };
        let blocks: Vec<String> = item.blocks.iter().map(render_block).collect();
        let rest = " ".repeat(marker.chars().count());
        prefix_lines(&blocks.join("\n"), &marker, &rest)
    });
    items.collect::<Vec<_>>().join("\n")
}

/// Returns a text with one prefix before its first line and another before the rest.
fn prefix_lines(text: &str, first: &str, rest: &str) -> String {
    let lines = text.split('\n').enumerate().map(|(index, row)| {
        let prefix = if index == 0 { first } else { rest };
        format!("{prefix}{row}").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns a text. A link is followed by its address, and a mention is in angle brackets.
pub(super) fn render_inlines(parts: &[Inline]) -> String {
    parts.iter().map(render_inline).collect()
}

fn render_inline(part: &Inline) -> String {
    match part {
        Inline::Text { text } | Inline::Code { text } => text.clone(),
        Inline::Bold { parts } | Inline::Italic { parts } | Inline::Strike { parts } => {
            render_inlines(parts)
        }
        Inline::Link { url, parts } => {
            let label = render_inlines(parts);
            if label == *url {
                label
            } else {
                format!("{label} ({url})")
            }
        }
        Inline::Image { url, alt } => format!("[image {alt}: {url}]"),
        Inline::User { id } => format!("<@{id}>"),
        Inline::Channel { id } => format!("<#{id}>"),
        Inline::Break => "\n".to_owned(),
    }
}

/// Returns the users and channels that the blocks mention.
pub(super) fn mentions(blocks: &[Block]) -> Vec<String> {
    let mut ids = Vec::new();
    blocks
        .iter()
        .for_each(|block| mentions_of_block(block, &mut ids));
    ids
}

fn mentions_of_block(block: &Block, ids: &mut Vec<String>) {
    match block {
        Block::Heading { text, .. } | Block::Paragraph { text } => mentions_of_text(text, ids),
        Block::List { items, .. } => {
            let blocks = items.iter().flat_map(|item| &item.blocks);
            blocks.for_each(|block| mentions_of_block(block, ids));
        }
        Block::Quote { blocks } => {
            blocks
                .iter()
                .for_each(|block| mentions_of_block(block, ids));
        }
        Block::Code { .. } | Block::Divider => {}
        Block::Table { rows } => {
            let cells = rows.iter().flatten();
            cells.for_each(|cell| mentions_of_text(cell, ids));
        }
    }
}

fn mentions_of_text(parts: &[Inline], ids: &mut Vec<String>) {
    for part in parts {
        match part {
            Inline::User { id } | Inline::Channel { id } => ids.push(id.clone()),
            Inline::Bold { parts }
            | Inline::Italic { parts }
            | Inline::Strike { parts }
            | Inline::Link { parts, .. } => mentions_of_text(parts, ids),
            Inline::Text { .. } | Inline::Code { .. } | Inline::Image { .. } | Inline::Break => {}
        }
    }
}
