//! The XHTML of each kind of Markdown. Any text becomes well-formed XHTML, which an independent parser reads.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::*;

/// The elements that may occur, and the attributes of each.
const ELEMENTS: &[(&str, &[&str])] = &[
    ("page", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("p", &[]),
    ("br", &[]),
    ("hr", &[]),
    ("code", &[]),
    ("strong", &[]),
    ("em", &[]),
    ("s", &[]),
    ("a", &["href"]),
    ("ol", &["start"]),
    ("ul", &[]),
    ("li", &[]),
    ("blockquote", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("tr", &[]),
    ("th", &[]),
    ("td", &[]),
    ("task-list", &[]),
    ("task", &[]),
    ("task-id", &[]),
    ("task-status", &[]),
    ("task-body", &[]),
    ("structured-macro", &["name"]),
    ("parameter", &["name"]),
    ("plain-text-body", &[]),
];

fn xhtml(markdown: &str) -> String {
    let mut page = StorageFormat::default();
    page.markdown(markdown);
    page.into_string()
}

/// Declares the namespaces, as Confluence does.
fn in_page(xhtml: &str) -> String {
    format!("<page xmlns:ac=\"ac\" xmlns:ri=\"ri\">{xhtml}</page>")
}

fn check(node: Node<'_, '_>) -> Result<(), String> {
    let name = node.tag_name().name();
    let (_, attributes) = ELEMENTS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or(format!("the element {name}"))?;
    for attribute in node.attributes() {
        if !attributes.contains(&attribute.name()) {
            return Err(format!("the attribute {} of {name}", attribute.name()));
        }
    }
    let is_in_link = node.ancestors().skip(1).any(|it| it.has_tag_name("a"));
    if name == "a" && (is_in_link || !is_safe(node.attribute("href").unwrap())) {
        return Err("a link".to_owned());
    }
    node.children().filter(Node::is_element).try_for_each(check)
}

fn check_page(xhtml: &str) -> Result<(), String> {
    let page = in_page(xhtml);
    let document = Document::parse(&page).map_err(|error| format!("{error} in {xhtml}"))?;
    check(document.root_element()).map_err(|what| format!("{what} in {xhtml}"))
}

fn text_of(xhtml: &str) -> String {
    let page = in_page(xhtml);
    let document = Document::parse(&page).unwrap();
    let texts = document.descendants().filter(Node::is_text);
    texts.filter_map(|node| node.text()).collect()
}

/// Fragments of Markdown, HTML and XML from which hostile texts are made.
const FRAGMENTS: &str = "([-*_+=#>|~`<&!@.:()\\[\\]\\\\/1a \\t\\n\"']|\\PC|\\x00|\\x0b|\\r|\u{fffe}|\u{1b}|]]>|<!\\[CDATA\\[|\
                         ```|~~~|\n    |\n> |\n- |\n1\\. |\n- \\[ \\] |\n- \\[x\\] |\n\n|\\| - \\||<script>|</p>|\
                         <b onclick=x>|<!--|-->|&nbsp;|&lt;|&#0;|<\\?xml|<!DOCTYPE|javascript:|https://|www\\.|\
                         !\\[|\\]\\(|<ac:link>|mailto:){0,40}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_markdown_becomes_well_formed_xhtml(text in FRAGMENTS) {
        // Only the elements and attributes in the list above occur, so that there is no script.
        prop_assert_eq!(check_page(&xhtml(&text)), Ok(()), "{}", text);
    }

    #[test]
    fn any_code_is_shown_unchanged(code in "(\\]|>|\\]\\]>|<|&|[a-z \\n]|<!\\[CDATA\\[){0,30}x") {
        let xhtml = xhtml(&format!("````\n{code}\n````"));
        prop_assert_eq!(text_of(&xhtml), code);
    }

    #[test]
    fn any_heading_is_shown_without_forbidden_characters(text in "(\\PC|[\\x00-\\x1f]|<|&|\"){0,30}") {
        let mut page = StorageFormat::default();
        page.heading(&text);
        page.marker(&text);
        prop_assert_eq!(check_page(&page.into_string()), Ok(()));
    }
}

#[test]
fn text_lists_and_tables_are_written() {
    for (markdown, expected) in [
        ("# A\n\n## *B*", "<h3>A</h3><h4><em>B</em></h4>"),
        (
            "a **b** ~~c~~ `<d>`  \ne\nf",
            "<p>a <strong>b</strong> <s>c</s> <code>&lt;d&gt;</code><br />e\nf</p>",
        ),
        (
            "- a\n  - b\n\n3. c",
            "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul><ol start=\"3\"><li><p>c</p></li></ol>",
        ),
        ("> a\n\n---", "<blockquote><p>a</p></blockquote><hr />"),
        (
            "| a | b |\n| - | - |\n| 1 | **2** |",
            "<table><tbody><tr><th><p>a</p></th><th><p>b</p></th></tr>\
             <tr><td><p>1</p></td><td><p><strong>2</strong></p></td></tr></tbody></table>",
        ),
    ] {
        assert_eq!(xhtml(markdown), expected);
        assert_eq!(check_page(expected), Ok(()));
    }
}

#[test]
fn tasks_are_numbered_across_sections() {
    let mut page = StorageFormat::default();
    page.markdown("- [x] Roll back *991*");
    page.markdown("- [ ] Add an alert");
    let expected = "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>\
                    <ac:task-body>Roll back <em>991</em></ac:task-body></ac:task></ac:task-list>\
                    <ac:task-list><ac:task><ac:task-id>2</ac:task-id><ac:task-status>incomplete</ac:task-status>\
                    <ac:task-body>Add an alert</ac:task-body></ac:task></ac:task-list>";
    assert_eq!(page.into_string(), expected);
    assert_eq!(
        xhtml("- [x] a\n  - b\n- c"),
        "<ul><li><p>☑ a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>"
    );
}

#[test]
fn code_is_a_macro_with_a_known_language() {
    let code = |parameter: &str| {
        format!(
            "<ac:structured-macro ac:name=\"code\">{parameter}<ac:plain-text-body>\
             <![CDATA[a[b[0]]]]><![CDATA[>1 & <2]]></ac:plain-text-body></ac:structured-macro>"
        )
    };
    let language = "<ac:parameter ac:name=\"language\">sql</ac:parameter>";
    assert_eq!(xhtml("```sql\na[b[0]]>1 & <2\n```"), code(language));
    assert_eq!(xhtml("```promql\na[b[0]]>1 & <2\n```"), code(""));
}

#[test]
fn links_lead_to_the_web_or_to_mail() {
    assert_eq!(
        xhtml("[a](https://example.com/?a=1&b=\"2\") https://b.example <bob@example.com>"),
        "<p><a href=\"https://example.com/?a=1&amp;b=&quot;2&quot;\">a</a> \
         <a href=\"https://b.example\">https://b.example</a> \
         <a href=\"mailto:bob@example.com\">bob@example.com</a></p>"
    );
    assert_eq!(
        xhtml(
            "[a](javascript:alert(1)) [b](/x) ![c](https://c.example/c.png) ![](https://d.example)"
        ),
        "<p>a b <a href=\"https://c.example/c.png\">c</a> <a href=\"https://d.example\">https://d.example</a></p>"
    );
    assert_eq!(
        xhtml("[![a](https://a.example)](https://b.example)"),
        "<p><a href=\"https://b.example\">a</a></p>"
    );
}

#[test]
fn html_is_text() {
    assert_eq!(
        xhtml("<script>alert(1)</script>\n\na <b onclick=\"x\">b</b> &nbsp; \u{7}"),
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><p>a &lt;b onclick=&quot;x&quot;&gt;b&lt;/b&gt; \u{a0} </p>"
    );
}

#[test]
fn deep_nesting_is_shown_verbatim() {
    let text = format!("{}deep", "> ".repeat(5_000));
    let xhtml = xhtml(&text);
    assert_eq!(text_of(&xhtml), text);
    assert_eq!(check_page(&xhtml), Ok(()));
}
