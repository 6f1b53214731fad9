//! Parses Markdown as both bodies show it.

use comrak::nodes::AstNode;
use comrak::{Arena, Options, parse_document};

/// Maximum depth of nested quotes and lists. Deeper text is shown as it was typed, because rendering is recursive.
const MAX_DEPTH: usize = 60;

/// Parses a text. Returns `None` if it is nested too deeply.
pub(super) fn parse<'a>(arena: &'a Arena<'a>, text: &str) -> Option<&'a AstNode<'a>> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    let root = parse_document(arena, text, &options);
    let is_deep = |node: &'a AstNode<'a>| node.ancestors().nth(MAX_DEPTH).is_some();
    (!root.descendants().any(is_deep)).then_some(root)
}

/// Returns whether a link of a user may be followed. Other schemes can run code in some mail programs.
pub(super) fn is_safe_link(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        ["http", "https", "mailto"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
    })
}
