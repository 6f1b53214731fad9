//! The bodies of a mail from Markdown.
#![allow(clippy::unwrap_used)]

use super::html::html_of_markdown;
use super::text::text_of_markdown;
use super::*;

const EVERYTHING: &str = "# Update\n\nCheckout is **back**, see [the graph](https://graphs.example.com/1) or \
    https://example.com.\n\n- one\n- two\n  1. first\n  2. second\n\n> quoted\n> text\n\n```\nlet x = 1 < 2;\n```\n\n\
    | Service | State |\n| --- | --- |\n| checkout | `up` |\n\n- [x] rolled back\n- [ ] informed support\n";

#[test]
fn text_keeps_the_words_and_shows_addresses() {
    assert_eq!(
        text_of_markdown(EVERYTHING),
        "Update\n------\n\nCheckout is back, see the graph (https://graphs.example.com/1) or \
         https://example.com.\n\n- one\n- two\n  1. first\n  2. second\n\n> quoted\n> text\n\n    let x = 1 < 2;\n\n\
         Service | State\ncheckout | up\n\n[x] rolled back\n[ ] informed support"
    );
}

#[test]
fn html_has_no_markup_of_users_and_no_pictures() {
    let html = html_of_markdown(
        "<script>alert(1)</script>\n\na <b>b</b> [c](javascript:alert(1)) ![d](https://example.com/d.png) \
         [e](https://example.com/\"onclick=)\n\n<div onclick=x>\n",
    );
    for forbidden in ["<script", "<b>", "javascript:", "<img", "\"onclick", "<div"] {
        assert!(!html.contains(forbidden), "{forbidden}: {html}");
    }
    assert!(
        html.contains("href=\"https://example.com/d.png\""),
        "{html}"
    );
}

#[test]
fn every_element_has_its_own_style() {
    let html = html_of_markdown(EVERYTHING);
    for element in [
        "p",
        "h2",
        "ul",
        "ol start=\"1\"",
        "li",
        "blockquote",
        "table",
        "td",
    ] {
        let tag = format!("<{element} style=\"");
        assert!(html.contains(&tag), "{tag}: {html}");
    }
    assert!(html.contains("let x = 1 &lt; 2;"), "{html}");
}

#[test]
fn deeply_nested_text_is_shown_unchanged() {
    let text = ">".repeat(20_000);
    assert_eq!(text_of_markdown(&text), text);
    assert!(html_of_markdown(&text).contains("&gt;&gt;&gt;"));
    let brackets = "[".repeat(20_000);
    assert!(text_of_markdown(&brackets).contains("[[["));
}

#[test]
fn bodies_start_with_the_state_and_end_with_the_reason() {
    let body = MailBody {
        preview: "ACTIVE · SEV-2".to_owned(),
        heading: "IR-7 Checkout is slow".to_owned(),
        severity_level: 2,
        markdown: "We roll back.".to_owned(),
        links: vec![MailLink {
            label: "Incident page".to_owned(),
            url: "https://muster.example.com/incidents/7".to_owned(),
        }],
        footer: vec![FooterLine {
            text: "Alice sent this to you.".to_owned(),
            link: None,
        }],
    };
    assert_eq!(
        text_body(&body),
        "ACTIVE · SEV-2\n\nIR-7 Checkout is slow\n\nWe roll back.\n\n\
         Incident page: https://muster.example.com/incidents/7\n\n-- \nAlice sent this to you.\n"
    );
    let html = html_body(&body).unwrap();
    let positions = [
        "ACTIVE · SEV-2</p>",
        "<h1",
        "We roll back.",
        "Incident page",
        "Alice sent",
    ];
    let positions = positions.map(|part| html.find(part).unwrap());
    assert!(positions.is_sorted(), "{html}");
}
