//! Writes blocks as Markdown.

use crate::worker::postmortem_export::canvas_markdown::blocks::{Block, ListItem, Marker};
use crate::worker::postmortem_export::canvas_markdown::inline::longest_run;

/// The level of the headings in a section. Sections have the second.
const HEADING: &str = "###";

/// Returns the Markdown of a block, which is empty if the block has no text.
pub(super) fn format_block(block: &Block) -> String {
    match block {
        Block::Heading(text) if text.is_empty() => String::new(),
        Block::Heading(text) => format!("{HEADING} {text}"),
        Block::Paragraph(text) => escaped_lines(text).join("\n"),
        Block::List(items) => format_list(items),
        Block::Quote(texts) => format_quote(texts),
        Block::Code(code) => format_code(code),
        Block::Divider => "---".to_owned(),
        Block::Table(rows) => format_table(rows),
    }
}

fn format_list(items: &[ListItem]) -> String {
    let mut lines = Vec::new();
    // The widths of the markers that contain the current one.
    let mut widths: Vec<usize> = Vec::new();
    for item in items.iter().filter(|item| !item.text.trim().is_empty()) {
        widths.truncate(item.depth);
        let indent = " ".repeat(widths.iter().sum());
        let marker = match item.marker {
            Marker::Bullet => "- ".to_owned(),
            Marker::Number(number) => format!("{number}. "),
            Marker::Open => "- [ ] ".to_owned(),
            Marker::Done => "- [x] ".to_owned(),
        };
        let width = match item.marker {
            Marker::Number(_) => marker.len(),
            Marker::Bullet | Marker::Open | Marker::Done => 2,
        };
        let rest = format!("{indent}{}", " ".repeat(width));
        for (index, row) in escaped_lines(&item.text).iter().enumerate() {
            let prefix = if index == 0 {
                format!("{indent}{marker}")
            } else {
                rest.clone()
            };
            lines.push(format!("{prefix}{row}"));
        }
        widths.push(width);
    }
    lines.join("\n")
}

fn format_quote(texts: &[String]) -> String {
    let paragraphs = texts.iter().map(|text| {
        let lines = escaped_lines(text).into_iter();
        let lines: Vec<String> = lines.map(|row| format!("> {row}")).collect();
        lines.join("\n")
    });
    let paragraphs = paragraphs.filter(|text| !text.is_empty());
    paragraphs.collect::<Vec<_>>().join("\n>\n")
}

fn format_code(code: &str) -> String {
    let fence = "`".repeat((longest_run(code, '`') + 1).max(3));
    format!("{fence}\n{}\n{fence}", code.trim_end_matches('\n'))
}

fn format_table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| format!("| {} |", row.join(" | ")))
        .collect();
    lines.insert(1.min(lines.len()), format!("|{}", " --- |".repeat(columns)));
    lines.join("\n")
}

/// Returns the lines of a text that have content, each escaped at its start: it is not the start of another block.
fn escaped_lines(text: &str) -> Vec<String> {
    let lines = text.split('\n').map(str::trim_start);
    let lines: Vec<String> = lines
        .filter(|row| !row.is_empty() && *row != "\\")
        .map(escape_line_start)
        .collect();
    lines
}

fn escape_line_start(row: &str) -> String {
    let number_end = row.find(|sign: char| !sign.is_ascii_digit());
    match number_end {
        Some(0) if row.starts_with(['-', '+', '=', ':']) => format!("\\{row}"),
        Some(end) if end > 0 && row[end..].starts_with(['.', ')']) => {
            format!("{}\\{}", &row[..end], &row[end..])
        }
        Some(_) | None => row.to_owned(),
    }
}
