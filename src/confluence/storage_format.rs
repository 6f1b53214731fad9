//! Markdown in Confluence's storage format: XHTML, of which Confluence rejects a whole page for one wrong character.
//!
//! This writer closes each element that it opens and escapes all text. HTML in the Markdown is shown as text, a link
//! with another scheme than http, https or mailto is text, and an image becomes a link.
//! confluence.atlassian.com/doc/confluence-storage-format-790796544.html

use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};

/// Maximum depth of nested quotes and lists. Deeper text is shown as it was typed, because writing is recursive.
const MAX_DEPTH: usize = 60;

/// The level of the headings of sections. Headings inside a section are below it.
const SECTION_LEVEL: u8 = 2;

/// The lowest level of a heading.
const LOWEST_LEVEL: u8 = 6;

/// Languages that the code macro knows in all editions. For others, Data Center shows an error in place of the code.
const LANGUAGES: [&str; 12] = [
    "bash",
    "css",
    "diff",
    "groovy",
    "java",
    "javascript",
    "perl",
    "php",
    "powershell",
    "python",
    "ruby",
    "sql",
];

/// A text in the storage format that is being written.
#[derive(Debug, Default)]
pub(crate) struct StorageFormat {
    xhtml: String,
    /// The number of tasks so far. Their IDs are unique in a page.
    tasks: usize,
    /// The number of open links: a link inside a link is text.
    links: usize,
}

impl StorageFormat {
    /// Adds the heading of a section.
    pub(crate) fn heading(&mut self, text: &str) {
        let name = format!("h{SECTION_LEVEL}");
        self.element(&name, |page| page.text(text));
    }

    /// Adds an invisible mark, which survives changes to the page by users.
    pub(crate) fn marker(&mut self, name: &str) {
        self.element("p", |page| {
            page.macro_element("anchor", |page| page.parameter("", name));
        });
    }

    /// Adds a text in Markdown.
    pub(crate) fn markdown(&mut self, text: &str) {
        let arena = Arena::new();
        let mut options = Options::default();
        options.extension.table = true;
        options.extension.tasklist = true;
        options.extension.strikethrough = true;
        options.extension.autolink = true;
        let root = parse_document(&arena, text, &options);
        match root.descendants().any(is_deep) {
            true => self.element("p", |page| page.text(text)),
            false => self.node(root),
        }
    }

    /// Returns the text so far.
    pub(crate) fn as_str(&self) -> &str {
        &self.xhtml
    }

    /// Returns the text.
    pub(crate) fn into_string(self) -> String {
        self.xhtml
    }

    fn children<'a>(&mut self, node: &'a AstNode<'a>) {
        for child in node.children() {
            self.node(child);
        }
    }

    fn node<'a>(&mut self, node: &'a AstNode<'a>) {
        let value = node.data().value.clone();
        match value {
            NodeValue::Text(text) => self.text(&text),
            NodeValue::SoftBreak => self.xhtml.push('\n'),
            NodeValue::LineBreak => self.xhtml.push_str("<br />"),
            NodeValue::Code(code) => self.element("code", |page| page.text(&code.literal)),
            NodeValue::Strong => self.element("strong", |page| page.children(node)),
            NodeValue::Emph => self.element("em", |page| page.children(node)),
            NodeValue::Strikethrough => self.element("s", |page| page.children(node)),
            NodeValue::HtmlInline(html) => self.text(&html),
            NodeValue::Link(link) => self.anchor(&link.url, |page| page.children(node)),
            NodeValue::Image(link) => self.anchor(&link.url, |page| page.image(node, &link.url)),
            _ => self.block(node),
        }
    }

    fn block<'a>(&mut self, node: &'a AstNode<'a>) {
        let value = node.data().value.clone();
        match value {
            NodeValue::Paragraph => self.element("p", |page| page.children(node)),
            NodeValue::Heading(heading) => {
                let level = LOWEST_LEVEL.min(heading.level.saturating_add(SECTION_LEVEL));
                self.element(&format!("h{level}"), |page| page.children(node));
            }
            NodeValue::List(_) if is_simple_task_list(node) => {
                self.element("ac:task-list", |page| page.tasks(node));
            }
            NodeValue::List(list) if list.list_type == ListType::Ordered => {
                self.open("ol", &[("start", &list.start.to_string())]);
                self.children(node);
                self.close("ol");
            }
            NodeValue::List(_) => self.element("ul", |page| page.children(node)),
            NodeValue::Item(_) => self.element("li", |page| page.children(node)),
            NodeValue::TaskItem(_) => self.element("li", |page| page.task_item(node)),
            NodeValue::BlockQuote => self.element("blockquote", |page| page.children(node)),
            NodeValue::CodeBlock(code) => self.code(&code.info, &code.literal),
            NodeValue::HtmlBlock(html) => {
                self.element("p", |page| page.text(html.literal.trim_end()));
            }
            NodeValue::ThematicBreak => self.xhtml.push_str("<hr />"),
            NodeValue::Table(_) => self.element("table", |page| {
                page.element("tbody", |page| page.children(node));
            }),
            NodeValue::TableRow(is_header) => self.row(node, if is_header { "th" } else { "td" }),
            _ => self.children(node),
        }
    }

    fn row<'a>(&mut self, row: &'a AstNode<'a>, cell_name: &str) {
        self.element("tr", |page| {
            for cell in row.children() {
                page.element(cell_name, |page| {
                    page.element("p", |page| page.children(cell));
                });
            }
        });
    }

    /// Writes a task of a list that Confluence's task lists cannot contain.
    fn task_item<'a>(&mut self, item: &'a AstNode<'a>) {
        let symbol = if is_done(item) { "☑ " } else { "☐ " };
        for (index, block) in item.children().enumerate() {
            let is_text = matches!(block.data().value, NodeValue::Paragraph);
            match is_text && index == 0 {
                true => self.element("p", |page| {
                    page.text(symbol);
                    page.children(block);
                }),
                false => self.node(block),
            }
        }
    }

    fn tasks<'a>(&mut self, list: &'a AstNode<'a>) {
        for item in list.children() {
            let is_done = is_done(item);
            self.tasks += 1;
            let id = self.tasks.to_string();
            self.element("ac:task", |page| {
                page.element("ac:task-id", |page| page.text(&id));
                let status = if is_done { "complete" } else { "incomplete" };
                page.element("ac:task-status", |page| page.text(status));
                page.element("ac:task-body", |page| {
                    // A task contains text, without a paragraph.
                    item.children()
                        .for_each(|paragraph| page.children(paragraph));
                });
            });
        }
    }

    fn code(&mut self, info: &str, code: &str) {
        let language = info.split_whitespace().next().unwrap_or_default();
        let known = LANGUAGES.into_iter().find(|known| *known == language);
        self.macro_element("code", |page| {
            if let Some(language) = known {
                page.parameter("language", language);
            }
            page.element("ac:plain-text-body", |page| {
                let code = without_forbidden(code.trim_end_matches('\n'));
                // The end of a section inside it is divided between two.
                let code = code.replace("]]>", "]]]]><![CDATA[>");
                page.xhtml.push_str("<![CDATA[");
                page.xhtml.push_str(&code);
                page.xhtml.push_str("]]>");
            });
        });
    }

    fn macro_element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.open("ac:structured-macro", &[("ac:name", name)]);
        content(self);
        self.close("ac:structured-macro");
    }

    fn parameter(&mut self, name: &str, value: &str) {
        self.open("ac:parameter", &[("ac:name", name)]);
        self.text(value);
        self.close("ac:parameter");
    }

    fn anchor(&mut self, url: &str, label: impl FnOnce(&mut Self)) {
        let is_link = self.links == 0 && is_safe(url);
        if is_link {
            self.open("a", &[("href", url)]);
        }
        self.links += 1;
        label(self);
        self.links -= 1;
        if is_link {
            self.close("a");
        }
    }

    /// Writes the description of an image, or its address if there is none.
    fn image<'a>(&mut self, node: &'a AstNode<'a>, url: &str) {
        match node.first_child() {
            Some(_) => self.children(node),
            None => self.text(url),
        }
    }

    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.open(name, &[]);
        content(self);
        self.close(name);
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.xhtml.push('<');
        self.xhtml.push_str(name);
        for (attribute, value) in attributes {
            self.xhtml.push(' ');
            self.xhtml.push_str(attribute);
            self.xhtml.push_str("=\"");
            self.text(value);
            self.xhtml.push('"');
        }
        self.xhtml.push('>');
    }

    fn close(&mut self, name: &str) {
        self.xhtml.push_str("</");
        self.xhtml.push_str(name);
        self.xhtml.push('>');
    }

    fn text(&mut self, text: &str) {
        for sign in text.chars().filter(|sign| is_allowed(*sign)) {
            match sign {
                '&' => self.xhtml.push_str("&amp;"),
                '<' => self.xhtml.push_str("&lt;"),
                '>' => self.xhtml.push_str("&gt;"),
                '"' => self.xhtml.push_str("&quot;"),
                other => self.xhtml.push(other),
            }
        }
    }
}

fn is_deep<'a>(node: &'a AstNode<'a>) -> bool {
    node.ancestors().nth(MAX_DEPTH).is_some()
}

/// Returns whether a list consists of tasks of one paragraph each, as Confluence's task lists do.
fn is_simple_task_list<'a>(list: &'a AstNode<'a>) -> bool {
    list.children().all(|item| {
        let is_task = matches!(item.data().value, NodeValue::TaskItem(_));
        let mut blocks = item.children();
        let is_paragraph = blocks
            .next()
            .is_some_and(|block| matches!(block.data().value, NodeValue::Paragraph));
        is_task && is_paragraph && blocks.next().is_none()
    })
}

fn is_done<'a>(item: &'a AstNode<'a>) -> bool {
    matches!(&item.data().value, NodeValue::TaskItem(task) if task.symbol.is_some())
}

/// Returns whether a link of a user may be followed.
fn is_safe(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        ["http", "https", "mailto"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
    })
}

/// Returns whether XML 1.0 allows a character. Others cannot be written, not even escaped. A carriage return is
/// allowed, but read as a line feed.
fn is_allowed(sign: char) -> bool {
    match sign {
        '\t' | '\n' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => other >= ' ',
    }
}

fn without_forbidden(text: &str) -> String {
    text.chars().filter(|sign| is_allowed(*sign)).collect()
}

#[cfg(test)]
mod tests;
