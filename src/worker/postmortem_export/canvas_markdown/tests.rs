//! Tests of the Markdown of canvases: examples, and properties for any text.

use comrak::nodes::{AstNode, NodeValue};
use proptest::prelude::*;

use super::*;

const PAGE: &str = "https://muster.example/incidents/7/postmortem";

fn document(body: &str) -> String {
    let markdown = canvas_markdown(&CanvasDocument {
        heading: "Postmortem of IR-7: Checkout is slow",
        introduction: "",
        sections: vec![CanvasSection {
            heading: "Summary",
            body,
        }],
        page_url: Some(PAGE),
    });
    let head = "# Postmortem of IR-7: Checkout is slow\n\n## Summary";
    let body = markdown.strip_prefix(head);
    body.map(|body| body.trim_start_matches('\n').to_owned())
        .unwrap_or(markdown)
}

#[test]
fn text_keeps_its_markup() {
    for unchanged in [
        "**Slow** for *all* customers, ~~not~~ `db-1`.",
        "- one\n- two\n  1. three",
        "1. one\n2. two",
        "- [ ] open\n- [x] done",
        "> quoted\n>\n> text",
        "```\nSELECT 1;\n```",
        "[Deploy 991](https://ci.example/991?a=1&b=2)",
        "| Service | Owner |\n| --- | --- |\n| checkout | Alice |",
        "![Latency](https://graphs.example/1.png)",
        "one\\\ntwo",
    ] {
        let unchanged = unchanged.replace("  1. three", "  - three");
        assert_eq!(document(&unchanged), unchanged);
    }
}

#[test]
fn what_a_canvas_does_not_support_is_rewritten() {
    for (markdown, expected) in [
        ("# Deep\n\n##### Deeper", "### Deep\n\n### Deeper"),
        ("<b>bold</b>", "\\<b\\>bold\\</b\\>"),
        ("<div>\n-x\n</div>", "\\<div\\>\\\n\\-x\\\n\\</div\\>"),
        ("> # Head\n> - a\n> - b", "> **Head**\n>\n> • a\\\n> • b"),
        ("> ```\n> x\n> ```", "```\nx\n```"),
        (
            "1. a\n\n   ```\n   x\n   ```\n2. b",
            "1. a\n\n```\nx\n```\n\n2. b",
        ),
        ("- a\n\n  b\n  > c", "- a\\\n  b\\\n  c"),
        ("[run](javascript:alert(1))", "run"),
        (
            "![](http://graphs.example/1.png)",
            "[http://graphs.example/1.png](http://graphs.example/1.png)",
        ),
        (
            "![Graph](https://10.0.0.7/1.png)",
            "[Graph](https://10.0.0.7/1.png)",
        ),
        (
            "![](https://acme.slack.com/archives/C1/p1)",
            "[https://acme.slack.com/archives/C1/p1](https://acme.slack.com/archives/C1/p1)",
        ),
        (
            "| What | Where |\n| - | - |\n| graph | [1](https://a.example/1) |\n| log | |",
            "- **What**: graph\\\n  **Where**: [1](https://a.example/1)\n- **What**: log",
        ),
    ] {
        assert_eq!(document(markdown), expected, "{markdown}");
    }
}

#[test]
fn name_never_becomes_a_mention() {
    for (markdown, expected) in [
        ("![](@U0ALICE0001)", "\\!\\[\\](@U0ALICE0001)"),
        ("![](#C0INCIDENTS)", "\\!\\[\\](\\#C0INCIDENTS)"),
        ("\\![](@U0ALICE0001)", "\\!"),
        (
            "<@U0ALICE0001> <!channel>",
            "\\<@U0ALICE0001\\> \\<\\!channel\\>",
        ),
        ("@alice", "@alice"),
    ] {
        assert_eq!(document(markdown), expected, "{markdown}");
    }
}

#[test]
fn large_table_becomes_a_list() {
    let table = format!("| a | b |\n| - | - |\n{}", "| 1 | 2 |\n".repeat(150));
    let list = document(&table);
    assert_eq!(list.lines().count(), 300);
    assert!(list.starts_with("- **a**: 1\\\n  **b**: 2\n"), "{list}");
}

#[test]
fn document_that_is_too_long_ends_with_a_link_to_the_page() {
    let paragraph = format!("{}\n\n", "word ".repeat(1000));
    let body = paragraph.repeat(300);
    let markdown = document(&body);
    assert!(markdown.len() < MAX_BYTES);
    assert!(markdown.len() > MAX_BYTES - 6_000);
    let last = markdown.lines().last();
    let expected = format!(
        "The postmortem is longer than a canvas can be. The rest is on [the postmortem's page]({PAGE})."
    );
    assert_eq!(last, Some(&*expected));
    let blocks = ["one".to_owned(), "two".to_owned()];
    assert_eq!(join_within(&blocks, 9, "…"), "one\n\n…");
}

#[test]
fn deeply_nested_text_has_no_markup() {
    let markdown = document(&format!("{}deep", "> ".repeat(10_000)));
    assert!(markdown.starts_with("\\> \\> ") && markdown.ends_with(" deep"));
}

/// Pieces of Markdown.
const PIECES: [&str; 40] = [
    "# ",
    "#### ",
    "> ",
    "- ",
    "1. ",
    "- [ ] ",
    "* ",
    "```",
    "~~~",
    "---",
    "===",
    "| a | b |\n| - | - |\n",
    "|",
    ":-",
    "![](@U1)",
    "![x](https://a.example/x)",
    "[a](https://b.example)",
    "<div>",
    "<b>",
    "**",
    "*",
    "~~",
    "~",
    "`",
    "``",
    "\\",
    "&amp;",
    "&#10;",
    "\n",
    "\n\n",
    "    ",
    "  ",
    "\t",
    "](",
    ")",
    "[",
    "!",
    "@",
    "http://c.example",
    "abc",
];

/// Returns texts that look like Markdown.
fn any_markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
        ".{0,8}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Returns why a canvas would reject a node or mention a user.
fn problem<'a>(node: &'a AstNode<'a>) -> Option<&'static str> {
    let parent = node.parent().map(|parent| parent.data().value.clone());
    let value = node.data().value.clone();
    match (&value, parent) {
        (NodeValue::Heading(heading), _) if heading.level > 3 => Some("deep heading"),
        (NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_), _) => Some("HTML"),
        (NodeValue::Image(link), _) if !link.url.starts_with("https://") => Some("image"),
        (NodeValue::Table(_), _) if node.descendants().count() > 1_000 => Some("large table"),
        (NodeValue::Paragraph, Some(NodeValue::BlockQuote)) => None,
        (_, Some(NodeValue::BlockQuote)) => Some("block in a quote"),
        (
            NodeValue::Paragraph | NodeValue::List(_),
            Some(NodeValue::Item(_) | NodeValue::TaskItem(_)),
        ) => None,
        (_, Some(NodeValue::Item(_) | NodeValue::TaskItem(_))) => Some("block in an item"),
        _ => None,
    }
}

fn problems(markdown: &str) -> Vec<&'static str> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options);
    root.descendants().filter_map(problem).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn any_text_is_within_the_limits_of_a_canvas_and_mentions_no_one(
        body in any_markdown(),
        heading in ".{0,30}",
    ) {
        let markdown = canvas_markdown(&CanvasDocument {
            heading: &heading,
            introduction: &body,
            sections: vec![CanvasSection { heading: &heading, body: &body }],
            page_url: None,
        });
        prop_assert_eq!(problems(&markdown), Vec::<&str>::new(), "{}", markdown);
    }

    /// No text is lost, and a code block does not swallow what follows.
    #[test]
    fn section_after_any_text_keeps_its_heading(body in any_markdown()) {
        let section = |heading, body| CanvasSection { heading, body };
        let markdown = canvas_markdown(&CanvasDocument {
            heading: "Title",
            introduction: "",
            sections: vec![section("First", &body), section("Last", "end")],
            page_url: None,
        });
        let arena = Arena::new();
        let root = parse_document(&arena, &markdown, &Options::default());
        let is_section = |node: &&AstNode<'_>| matches!(&node.data().value, NodeValue::Heading(it) if it.level == 2);
        prop_assert_eq!(root.children().filter(is_section).count(), 2, "{}", markdown);
    }

    #[test]
    fn no_size_is_exceeded(sizes in proptest::collection::vec(0_usize..200, 0..20), max in 20_usize..1_000) {
        let blocks: Vec<String> = sizes.iter().map(|size| "x".repeat(*size)).collect();
        prop_assert!(join_within(&blocks, max, "The rest is cut.").len() <= max);
    }
}
