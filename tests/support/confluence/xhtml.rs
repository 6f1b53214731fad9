//! The storage format as Confluence reads it: well-formed, without unknown elements.

use roxmltree::{Document, Node};

const ELEMENTS: [&str; 26] = [
    "page",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "br",
    "hr",
    "code",
    "strong",
    "em",
    "s",
    "a",
    "ol",
    "ul",
    "li",
    "blockquote",
    "table",
    "tbody",
    "tr",
    "th",
    "td",
    "pre",
    "span",
];

const MACROS: [&str; 9] = [
    "structured-macro",
    "parameter",
    "plain-text-body",
    "rich-text-body",
    "task-list",
    "task",
    "task-id",
    "task-status",
    "task-body",
];

/// Elements of which each begins a line of the text.
const BLOCKS: [&str; 10] = [
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "li",
    "tr",
    "hr",
    "task",
    "structured-macro",
];

fn in_page(body: &str) -> String {
    format!("<page xmlns:ac=\"ac\" xmlns:ri=\"ri\">{body}</page>")
}

/// Returns why Confluence would reject a content.
pub(super) fn check(body: &str) -> Result<(), String> {
    let page = in_page(body);
    let document = Document::parse(&page).map_err(|error| error.to_string())?;
    let mut elements = document.descendants().filter(Node::is_element);
    elements.try_for_each(check_element)
}

fn check_element(node: Node<'_, '_>) -> Result<(), String> {
    let name = node.tag_name();
    let known: &[&str] = match name.namespace() {
        None => &ELEMENTS,
        Some(_) => &MACROS,
    };
    if !known.contains(&name.name()) {
        return Err(format!("Unknown element {}", name.name()));
    }
    match node.attributes().find(|it| it.name().starts_with("on")) {
        Some(attribute) => Err(format!("Unknown attribute {}", attribute.name())),
        None => Ok(()),
    }
}

/// Returns the text of a content: one line for each block that has one.
pub(super) fn text(body: &str) -> Vec<String> {
    let page = in_page(body);
    let document = Document::parse(&page).unwrap();
    let mut rows = vec![String::new()];
    for node in document.descendants() {
        let name = node.tag_name().name();
        if BLOCKS.contains(&name) {
            rows.push(String::new());
        }
        let is_hidden = node.ancestors().any(|it| {
            let hidden = ["parameter", "task-id"];
            hidden.contains(&it.tag_name().name())
        });
        if let (true, false, Some(text)) = (node.is_text(), is_hidden, node.text()) {
            let is_cell = node.ancestors().any(|it| it.has_tag_name("tr"));
            let row = rows.last_mut().unwrap();
            if is_cell && !row.is_empty() && !row.ends_with(' ') {
                row.push_str(" | ");
            }
            row.push_str(text);
        }
    }
    rows.retain(|row| !row.trim().is_empty());
    rows
}
