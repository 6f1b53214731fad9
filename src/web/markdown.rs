//! Markdown as HTML. Raw HTML is shown as text, a link with another scheme than http, https or mailto leads
//! nowhere, and an image becomes a link: loading it would tell another server who reads the page.

use std::fmt;

use askama::filters::HtmlSafe;
use comrak::html::{escape, escape_href};
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, format_html, parse_document};

/// HTML that is shown as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Html(String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// Renders Markdown. `rewrite_link` returns the address of a link.
pub(crate) fn render(text: &str, rewrite_link: impl Fn(&str) -> String) -> Html {
    let mut options = options();
    options.extension.autolink = true;
    options.extension.header_id_prefix = Some(String::new());
    render_with(&options, text, |node| adapt(node, &rewrite_link))
}

/// Renders the body of a notification. An address or a mail address without brackets stays text: it may come from a
/// title.
pub(crate) fn render_message(text: &str) -> Html {
    render_with(&options(), text, |node| adapt(node, &str::to_owned))
}

/// The highest level of the headings in a section of a document; its own heading has the one above.
const SECTION_HEADING: u8 = 3;

/// The addresses that a link in a document may begin with. One of another scheme leads nowhere.
const LINK_STARTS: [&str; 5] = ["https://", "http://", "mailto:", "/", "#"];

/// Renders the text of a section of a document, which users write. Its headings have no anchors, which those of the page
/// could have too, and are below that of the section.
pub(crate) fn render_section(text: &str) -> Html {
    render_section_with(text, str::to_owned)
}

/// Renders the text of a section like [`render_section`]. `rewrite_link` returns the address of a link.
pub(crate) fn render_section_with(text: &str, rewrite_link: impl Fn(&str) -> String) -> Html {
    let mut options = options();
    options.extension.autolink = true;
    let rewrite_link = |url: &str| {
        let start = url.to_ascii_lowercase();
        let is_allowed = LINK_STARTS.iter().any(|it| start.starts_with(it));
        match is_allowed {
            true => rewrite_link(url),
            false => String::new(),
        }
    };
    let html = render_with(&options, text, |node| {
        adapt(node, &rewrite_link);
        lower_heading(node);
        mark_address(node);
    });
    // A disabled checkbox has no label, and it looks like one that works.
    let done = "<input type=\"checkbox\" checked=\"\" disabled=\"\" />";
    let open = "<input type=\"checkbox\" disabled=\"\" />";
    let html = html.0;
    let html = html.replace(done, "<span role=\"img\" aria-label=\"Done\">☑</span>");
    Html(html.replace(open, "<span role=\"img\" aria-label=\"Open\">☐</span>"))
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.render.escape = true;
    options
}

fn render_with(options: &Options<'_>, text: &str, adapt: impl for<'a> Fn(&'a AstNode<'a>)) -> Html {
    let arena = Arena::new();
    let root = parse_document(&arena, text, options);
    let nodes: Vec<_> = root.descendants().collect();
    for node in nodes {
        adapt(node);
    }
    let mut html = String::new();
    // Writing to a string does not fail.
    let _ = format_html(root, options, &mut html);
    Html(html)
}

fn adapt<'a>(node: &'a AstNode<'a>, rewrite_link: &impl Fn(&str) -> String) {
    let value = &mut node.data_mut().value;
    if let NodeValue::Image(link) = value {
        *value = NodeValue::Link(std::mem::take(link));
    }
    if let NodeValue::Link(link) = value {
        link.url = rewrite_link(&link.url);
    }
}

fn lower_heading<'a>(node: &'a AstNode<'a>) {
    if let NodeValue::Heading(heading) = &mut node.data_mut().value {
        heading.level = heading.level.max(SECTION_HEADING);
    }
}

/// Adds a class to a link whose text is its address: in print, the address of another link is added.
fn mark_address<'a>(node: &'a AstNode<'a>) {
    let Some(child) = node.first_child() else {
        return;
    };
    let html = match (&node.data().value, &child.data().value) {
        (NodeValue::Link(link), NodeValue::Text(text))
            if *link.url == **text && link.url.starts_with("http") =>
        {
            let mut html = String::from("<a class=\"address\" href=\"");
            // Writing to a string does not fail.
            let _ = escape_href(&mut html, &link.url, false);
            html.push_str("\">");
            let _ = escape(&mut html, text);
            html.push_str("</a>");
            html
        }
        _ => return,
    };
    child.detach();
    node.data_mut().value = NodeValue::Raw(html);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::testing::incident;
    use crate::domain::{Settings, TemplateValues, Timestamp, UserClock, UserNames};

    /// Returns a template that is filled in from an incident with this title, as HTML.
    fn message_with_title(template: &str, title: &str) -> String {
        let values = TemplateValues {
            incident: &incident(title),
            settings: &Settings::default(),
            contacts: &UserNames::default(),
            clock: &UserClock::new(Timestamp::from_epoch_seconds(0), ""),
            page_url: None,
            channel_url: None,
            changes: &[title.to_owned()],
        };
        render_message(&values.fill_in_body(template)).to_string()
    }

    proptest! {
        #[test]
        fn title_is_text_in_any_place_of_a_message(
            title in "([-*_+=#>|~`<&!@.:()\\[\\]\\\\/1a \\t\\n]|https://|www\\.|<!--|&lt;){0,24}",
        ) {
            let html = message_with_title("x {{incident.title}} y", &title);
            prop_assert_eq!(html.matches('<').count(), 2, "{}", html);
            let html = message_with_title("{{incident.title}}", &title);
            prop_assert!(html.matches('<').count() <= 2, "{}", html);
            let html = message_with_title("{{incident.title}} y\nz", &title);
            prop_assert_eq!(html.matches('<').count(), 2, "{}", html);
            let html = message_with_title("* a\n\n{{incident.changes}}", &title);
            prop_assert!(!html.contains("<a ") && !html.contains("<h"), "{}", html);
        }
    }

    #[test]
    fn markup_of_users_is_harmless() {
        let html = render(
            "<script>alert(1)</script>\n\n[a](javascript:alert(1)) ![b](https://example.com/b.png)",
            str::to_owned,
        )
        .to_string();
        assert!(
            !html.contains("<script") && !html.contains("javascript:"),
            "{html}"
        );
        assert!(!html.contains("<img"), "{html}");
        assert!(
            html.contains("href=\"https://example.com/b.png\""),
            "{html}"
        );
    }

    #[test]
    fn section_of_a_document_has_links_to_pages_only_and_headings_below_its_own() {
        let html = render_section(
            "# Top\n\n<b>x</b> [a](ssh://host) [b](JAVASCRIPT:alert(1)) [c](mailto:ops@example.com) \
             [d](/incidents/1) ![e](//example.com/e.png) https://example.com/f\n\n#### Low\n\n- [x] a\n- [ ] b",
        )
        .to_string();
        assert!(
            html.contains("<h3>Top</h3>") && html.contains("<h4>Low</h4>"),
            "{html}"
        );
        assert!(
            html.contains(">☑</span> a") && html.contains(">☐</span> b"),
            "{html}"
        );
        assert!(
            !html.contains("<input") && !html.contains("<b>") && !html.contains("<img"),
            "{html}"
        );
        assert_eq!(html.matches("href=\"\"").count(), 2, "{html}");
        for address in [
            "mailto:ops@example.com",
            "/incidents/1",
            "https://example.com/f",
        ] {
            assert!(html.contains(&format!("href=\"{address}\"")), "{html}");
        }
    }

    #[test]
    fn address_in_a_message_is_a_link_only_between_brackets() {
        let text = "https\\://a.example www.b.example c\\@d.example <https://e.example>";
        let html = render_message(text).to_string();
        assert_eq!(html.matches("<a ").count(), 1, "{html}");
        assert!(html.contains("https://a.example www.b.example c@d.example"));
    }

    #[test]
    fn section_of_a_postmortem_has_lower_headings_boxes_and_addresses() {
        let text = "# Why\n\n* [x] https://a.example/?b=1&c=2\n* [ ] [d](/incidents/7) <script>\n\n##### Deep";
        let html = render_section_with(text, |link| link.replace("/inc", "https://m.example/inc"));
        let html = html.to_string();
        for expected in [
            "<h3>Why</h3>",
            "<span role=\"img\" aria-label=\"Done\">☑</span> \
             <a class=\"address\" href=\"https://a.example/?b=1&amp;c=2\">https://a.example/?b=1&amp;c=2</a>",
            "<span role=\"img\" aria-label=\"Open\">☐</span> <a href=\"https://m.example/incidents/7\">d</a>",
            "&lt;script&gt;",
            "<h5>Deep</h5>",
        ] {
            assert!(html.contains(expected), "{expected}: {html}");
        }
    }

    #[test]
    fn tables_headings_and_links_are_rendered() {
        let html = render(
            "# Top\n\n| a | b |\n| - | - |\n| 1 | [x](y.md) |\n",
            |link| format!("/help/{link}"),
        );
        let html = html.to_string();
        assert!(
            html.contains("<table>") && html.contains("id=\"top\""),
            "{html}"
        );
        assert!(html.contains("href=\"/help/y.md\""), "{html}");
    }
}
