//! Tests of the substitution: empty values, escaped text, one pass.

use proptest::prelude::*;

use super::Fixture;
use crate::notification::{MessageText, TEMPLATE_VARIABLES};
use crate::{FieldValue, Visibility};

#[test]
fn variable_is_replaced_with_and_without_blanks() {
    let fixture = Fixture::new("Checkout is slow");
    assert_eq!(
        fixture.body("{{incident.id}}: {{  incident.title }}, {{incident.id}}"),
        "IR-7: Checkout is slow, IR-7"
    );
    assert_eq!(
        fixture.subject(" [{{incident.id}}]  {{incident.title}} "),
        "[IR-7] Checkout is slow"
    );
}

#[test]
fn empty_value_is_a_dash_in_a_sentence_and_omits_a_line_of_its_own() {
    let fixture = Fixture::new("Checkout");
    let template = "Cause: {{incident.root_cause}}\n\n  {{incident.summary}}\n\nNext: {{incident.next_update}}";
    assert_eq!(fixture.body(template), "Cause: —\n\nNext: —");
    assert_eq!(
        fixture.body("{{incident.update}}\n{{incident.changes}}\n{{incident.id}}"),
        "IR-7"
    );
    assert_eq!(fixture.subject("{{incident.summary}}"), "—");
}

#[test]
fn list_is_one_bullet_per_item_in_its_own_line_and_joined_in_a_sentence() {
    let mut fixture = Fixture::new("Checkout");
    fixture.changes = vec!["Severity → SEV-1".to_owned(), "- [x](y)\nz".to_owned()];
    assert_eq!(
        fixture.body("{{incident.changes}}"),
        "* Severity → SEV-1\n* \\- \\[x\\](y) z"
    );
    assert_eq!(
        fixture.body("Changed: {{incident.changes}}."),
        "Changed: Severity → SEV-1, - \\[x\\](y) z."
    );
}

#[test]
fn lines_of_a_text_stay_apart_in_their_own_line_and_are_joined_in_a_sentence() {
    let mut fixture = Fixture::new("Checkout");
    fixture.incident.summary = "# The disk\r\nis full.\n\n1. Since noon".to_owned();
    assert_eq!(
        fixture.body("{{incident.summary}}"),
        "\\# The disk\\\nis full.\\\n1\\. Since noon"
    );
    assert_eq!(
        fixture.body("| {{incident.summary}} |"),
        "| \\# The disk is full. 1. Since noon |"
    );
}

#[test]
fn title_cannot_be_a_link_a_heading_or_a_mention() {
    for (title, escaped) in [
        ("[a](https://b.example)", "\\[a\\](https\\://b.example)"),
        ("https://b.example", "https\\://b.example"),
        ("see www.b.example", "see www\\.b.example"),
        ("# Big", "\\# Big"),
        ("- item", "\\- item"),
        ("2) item", "2\\) item"),
        (
            "<@U0BOB000001> <!channel>",
            "\\<\\@U0BOB000001\\> \\<\\!channel\\>",
        ),
        (
            "*bold* & `code` | ~x~",
            "\\*bold\\* \\& \\`code\\` \\| \\~x\\~",
        ),
        ("a\r\nBcc: x@y.example\u{0}", "a Bcc: x\\@y.example"),
        ("🔥 שלום \u{202E}abc", "🔥 שלום abc"),
    ] {
        let fixture = Fixture::new(title);
        assert_eq!(fixture.body("{{incident.title}}"), escaped);
        assert_eq!(
            fixture.body("{{incident.title}} is new"),
            format!("{escaped} is new")
        );
    }
}

#[test]
fn subject_is_one_line_of_plain_text_of_limited_length() {
    let title = "[a](b) *c*\r\nBcc: x@y.example\u{0}\u{202E} 🔥 שלום";
    let subject = Fixture::new(title).subject("{{incident.title}}\n!");
    assert_eq!(subject, "[a](b) *c* Bcc: x@y.example 🔥 שלום !");
    let long = "語".repeat(255);
    let template = "{{incident.title}} {{incident.title}}";
    let subject = Fixture::new(&long).subject(template);
    assert_eq!(subject.chars().count(), 400);
    assert!(subject.ends_with('…'));
}

#[test]
fn addresses_are_links_also_between_brackets_of_the_template() {
    let mut fixture = Fixture::new("Checkout");
    assert_eq!(
        fixture.body("{{incident.url}} [page]({{ incident.url }}) <{{incident.url}}>"),
        "<https://muster.example.com/incidents/7> [page](https://muster.example.com/incidents/7) \
         <https://muster.example.com/incidents/7>"
    );
    fixture.incident.call_url = Some("https://acme.zoom.us/j/1?pwd=a)](b_c".to_owned());
    assert_eq!(
        fixture.body("{{incident.zoom_link}} or {{incident.call_url}}"),
        "[Zoom Meeting 1](https://acme.zoom.us/j/1?pwd=a%29%5D%28b_c) or \
         <https://acme.zoom.us/j/1?pwd=a%29%5D%28b_c>"
    );
    assert_eq!(
        fixture.body("{{incident.slack_channel_link}}"),
        "[\\#incident-7](https://slack.com/app_redirect?channel=C0INCIDENT7)"
    );
    assert_eq!(
        fixture.subject("{{incident.slack_channel_link}}"),
        "#incident-7"
    );
}

#[test]
fn text_without_a_template_shows_the_current_state() {
    let mut fixture = Fixture::new("Checkout is slow");
    let text = MessageText::without_template(&fixture.values());
    assert_eq!(text.subject, "[IR-7] Checkout is slow");
    assert_eq!(
        text.body,
        "**IR-7 Checkout is slow**\n\n* Severity: UNKNOWN\n* Status: ACTIVE\n* Incident Commander: Alice\n\
         * Customer impact: —\n* Declared: Mon 23 Nov 16:20 CET\n* Next update: —\n\n\
         <https://muster.example.com/incidents/7>"
    );
    fixture.incident.visibility = Visibility::Private;
    let text = MessageText::without_template(&fixture.values());
    assert_eq!(text.subject, "A private incident (IR-7)");
}

/// Returns a template with every variable, alone and in a sentence.
fn template_of_all_variables() -> String {
    let rows = TEMPLATE_VARIABLES.iter().map(|variable| {
        let name = variable.name;
        format!("{{{{{name}}}}}\nx {{{{ {name} }}}} y\n")
    });
    rows.collect()
}

proptest! {
    #[test]
    fn text_of_users_is_never_expanded_again(text in ".{0,80}", name in "[a-z_]{1,12}") {
        let injected = format!("{text}{{{{incident.id}}}}{{{{incident.{name}}}}}");
        let mut fixture = Fixture::new(&injected);
        fixture.incident.summary.clone_from(&injected);
        fixture.incident.call_url = Some(injected.clone());
        fixture.changes = vec![injected];
        let value = FieldValue::Text(text);
        fixture.incident.fields.insert("services".to_owned(), value);
        for template in ["{{incident.title}}", "a {{incident.changes}} b", "{{incident.summary}}"] {
            // A body that is filled in again stays as it is.
            let body = fixture.body(template);
            let escaped = r"\{\{incident.id}}";
            prop_assert!(body.contains(escaped), "{body}");
            prop_assert_eq!(fixture.body(&body), body);
            prop_assert!(fixture.subject(template).contains("{{incident.id}}"));
        }
        let body = fixture.body(&template_of_all_variables());
        prop_assert!(body.chars().all(|sign| sign == '\n' || !sign.is_control()));
    }

    #[test]
    fn subject_of_any_text_has_no_control_characters(template in ".{0,300}", title in "(?s).{0,255}") {
        let fixture = Fixture::new(&title);
        for template in [template.as_str(), "{{incident.title}}"] {
            let subject = fixture.subject(template);
            prop_assert!(!subject.chars().any(char::is_control), "{subject:?}");
            prop_assert!(subject.chars().count() <= 400);
        }
    }

    #[test]
    fn any_template_is_checked_and_filled_in(template in "(?s)([{}]{1,3}|incident\\.|[a-z ]|\\PC|\n){0,60}") {
        let fixture = Fixture::new("Checkout");
        fixture.body(&template);
        fixture.subject(&template);
        let problems = fixture.settings.variable_errors(&template);
        prop_assert!(problems.is_empty() || template.contains("{{"));
    }

    #[test]
    fn line_of_a_title_has_no_active_markup(title in "\\PC{0,60}") {
        let body = Fixture::new(&title).body("x {{incident.title}}");
        let mut signs = body.chars();
        while let Some(sign) = signs.next() {
            match sign {
                '\\' => { signs.next(); }
                sign => prop_assert!(!"*_`[]<>#|~&!@".contains(sign), "{body}"),
            }
        }
    }
}
