//! Formats a postmortem as the Markdown of a Slack canvas, within Slack's limits. Pure.
//!
//! Slack rejects the whole content for one heading below the third level, a list in a quote or a table with more
//! than 300 cells (docs.slack.dev/surfaces/canvases), so everything that it does not support is rewritten.

mod blocks;
mod format;
mod inline;
#[cfg(test)]
mod tests;

use comrak::{Arena, Options, parse_document};

use crate::domain::text::markdown::{escape_inline, escape_line};
use crate::worker::postmortem_export::canvas_markdown::blocks::Blocks;

/// The maximum size of a canvas, in bytes. Slack: 1 MiB of Markdown.
const MAX_BYTES: usize = 1 << 20;

/// Maximum depth of nested quotes and lists. Deeper text keeps no markup, because formatting is recursive.
const MAX_DEPTH: usize = 60;

/// A document for a canvas.
pub(crate) struct CanvasDocument<'a> {
    /// The heading, in plain text.
    pub(crate) heading: &'a str,
    /// The Markdown below the heading.
    pub(crate) introduction: &'a str,
    /// The sections.
    pub(crate) sections: Vec<CanvasSection<'a>>,
    /// The address of the complete document.
    pub(crate) page_url: Option<&'a str>,
}

/// A section of the document.
pub(crate) struct CanvasSection<'a> {
    /// The heading, in plain text.
    pub(crate) heading: &'a str,
    /// The content, in Markdown.
    pub(crate) body: &'a str,
}

/// Returns the Markdown of a canvas. What does not fit is replaced by a sentence with a link to the page.
pub(crate) fn canvas_markdown(document: &CanvasDocument<'_>) -> String {
    let mut blocks = vec![heading_line("#", document.heading)];
    blocks.extend(body_blocks(document.introduction));
    for section in &document.sections {
        blocks.push(heading_line("##", section.heading));
        blocks.extend(body_blocks(section.body));
    }
    join_within(&blocks, MAX_BYTES, &too_long(document.page_url))
}

fn heading_line(level: &str, text: &str) -> String {
    format!("{level} {}", escape_inline(text.trim()))
}

fn body_blocks(markdown: &str) -> Vec<String> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options);
    if root
        .descendants()
        .any(|node| node.ancestors().nth(MAX_DEPTH).is_some())
    {
        let lines = markdown.lines().filter(|text| !text.trim().is_empty());
        return lines.map(escape_line).collect();
    }
    let mut blocks = Blocks::default();
    blocks.add_children(root);
    blocks.format()
}

fn too_long(page_url: Option<&str>) -> String {
    let page = page_url.and_then(|url| inline::link("the postmortem's page", url));
    match page {
        Some(page) => {
            format!("The postmortem is longer than a canvas can be. The rest is on {page}.")
        }
        None => "The postmortem is longer than a canvas can be. The rest is left out.".to_owned(),
    }
}

/// Joins blocks. If they are longer than `max_bytes` together, the last ones are replaced by a sentence.
fn join_within(blocks: &[String], max_bytes: usize, too_long: &str) -> String {
    const SEPARATOR: &str = "\n\n";
    let size = |block: &String| block.len() + SEPARATOR.len();
    if blocks.iter().map(size).sum::<usize>() <= max_bytes {
        return blocks.join(SEPARATOR);
    }
    let mut left = max_bytes.saturating_sub(too_long.len());
    let mut fitting: Vec<&str> = Vec::new();
    for block in blocks {
        let Some(rest) = left.checked_sub(size(block)) else {
            break;
        };
        left = rest;
        fitting.push(block);
    }
    fitting.push(too_long);
    fitting.join(SEPARATOR)
}
