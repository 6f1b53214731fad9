//! Mails as bytes: snapshots, headers, and what parsers read of any text.
#![allow(clippy::unwrap_used)]

mod second_parser;

use std::path::Path;

use mail_parser::{HeaderValue, MessageParser};
use proptest::prelude::*;

use super::*;
use crate::mail::body::{FooterLine, MailBody, MailLink, html_body, text_body};

const ROOT: &str = "<ir-7.r0123456789abcdef.f00d@example.com>";

fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox::new(Some(name.to_owned()), address.parse().unwrap())
}

fn body() -> MailBody {
    MailBody {
        preview: "ACTIVE · SEV-1 Critical · customers affected for 42 min".to_owned(),
        heading: "IR-7 Größere Störung: checkout is slow 🔥".to_owned(),
        severity_level: 1,
        markdown: "Checkout fails for **about 20 %** of the carts since 14:05 UTC.\n\n\
            - The last deploy is being rolled back.\n- Next update by 15:00 UTC.\n\n\
            > “Payment timed out” is what customers see.\n\nGraph: https://graphs.example.com/checkout"
            .to_owned(),
        links: vec![
            MailLink {
                label: "Incident page".to_owned(),
                url: "https://muster.example.com/incidents/7".to_owned(),
            },
            MailLink {
                label: "Slack channel".to_owned(),
                url: "https://slack.com/app_redirect?team=T1&channel=C7".to_owned(),
            },
        ],
        footer: vec![
            FooterLine {
                text: "Alice Okafor sent this to you.".to_owned(),
                link: None,
            },
            FooterLine {
                text: "Replies aren't read.".to_owned(),
                link: None,
            },
        ],
    }
}

fn message() -> MailMessage {
    let body = body();
    MailMessage {
        message_id: ROOT.to_owned(),
        root_id: None,
        from: mailbox("Muster", "muster@example.com"),
        to: mailbox("Bob Lindqvist", "bob@example.com"),
        reply_to: None,
        subject: "[IR-7] Größere Störung: checkout is slow 🔥".to_owned(),
        date: Timestamp::from_epoch_seconds(1_795_447_205),
        text: text_body(&body),
        html: html_body(&body).unwrap(),
        labels: MailLabels {
            incident: IncidentId(7),
            severity: Severity::Sev1,
            status: Status::Active,
            importance: Importance::for_severity(Severity::Sev1),
        },
        unsubscribe_url: None,
    }
}

fn later_message() -> MailMessage {
    MailMessage {
        message_id: "<ir-7.d4711.f00d@example.com>".to_owned(),
        root_id: Some(ROOT.to_owned()),
        reply_to: Some(mailbox("Incidents", "incidents@example.com")),
        unsubscribe_url: Some("https://muster.example.com/unsubscribe/abc".to_owned()),
        labels: MailLabels {
            severity: Severity::Sev3,
            importance: Importance::for_severity(Severity::Sev3),
            ..message().labels
        },
        ..message()
    }
}

fn assert_snapshot(name: &str, content: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/mail/{name}.eml"));
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(&path, content).unwrap();
    }
    let stored = std::fs::read(&path).unwrap_or_default();
    assert!(
        content == stored,
        "{name} differs from its snapshot; UPDATE_FIXTURES=1 rewrites it"
    );
}

#[test]
fn mails_match_their_snapshots() {
    assert_snapshot("first", &compose(&message()).unwrap());
    assert_snapshot("later", &compose(&later_message()).unwrap());
}

#[test]
fn equal_messages_have_equal_bytes() {
    assert_eq!(compose(&message()).unwrap(), compose(&message()).unwrap());
}

#[test]
fn later_mail_refers_to_the_first_one() {
    let content = compose(&later_message()).unwrap();
    let parsed = MessageParser::new().parse(&content).unwrap();
    let root = ROOT.trim_matches(['<', '>']);
    assert_eq!(parsed.in_reply_to().as_text(), Some(root));
    assert_eq!(parsed.references().as_text(), Some(root));
    let first = compose(&message()).unwrap();
    let first = MessageParser::new().parse(&first).unwrap();
    assert_eq!(first.message_id(), Some(root));
    assert!(matches!(first.references(), HeaderValue::Empty));
}

#[test]
fn headers_keep_automatic_replies_away_and_name_the_incident() {
    let text = String::from_utf8(compose(&message()).unwrap()).unwrap();
    for header in [
        "Auto-Submitted: auto-generated\r\n",
        "X-Auto-Response-Suppress: All\r\n",
        "List-Id: <incidents.example.com>\r\n",
        "Importance: high\r\n",
        "X-Muster-Incident: IR-7\r\n",
        "X-Muster-Severity: SEV-1\r\n",
        "X-Muster-Status: active\r\n",
        "Date: ",
    ] {
        assert!(text.contains(header), "{header}: {text}");
    }
    assert!(!text.contains("List-Unsubscribe"), "{text}");
    let later = String::from_utf8(compose(&later_message()).unwrap()).unwrap();
    assert!(!later.contains("Importance"), "{later}");
    let unsubscribe = "List-Unsubscribe: <https://muster.example.com/unsubscribe/abc>\r\n\
        List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
    assert!(later.contains(unsubscribe), "{later}");
}

#[test]
fn mail_stays_below_the_size_at_which_mail_programs_cut_it() {
    let size = compose(&message()).unwrap().len();
    assert!(size < 20_000, "{size}");
}

#[test]
fn line_breaks_in_a_title_make_no_header() {
    let attack = "Checkout\r\nBcc: eve@example.com\r\n\r\n<b>hello</b>\u{0}";
    let mut message = message();
    message.subject = attack.to_owned();
    message.to = mailbox(attack, "bob@example.com");
    let content = compose(&message).unwrap();
    let parsed = MessageParser::new().parse(&content).unwrap();
    assert_eq!(
        parsed.subject(),
        Some("Checkout Bcc: eve@example.com <b>hello</b>")
    );
    assert!(parsed.bcc().is_none() && parsed.to().unwrap().iter().count() == 1);
    assert_eq!(parsed.text_body_count(), 1);
}

/// Returns whether every line is short enough for SMTP, and ends with CRLF.
fn has_valid_lines(content: &[u8]) -> bool {
    let text = std::str::from_utf8(content).unwrap();
    text.is_ascii()
        && text.split("\r\n").all(|row| {
            row.len() <= 998 && !row.chars().any(|sign| sign.is_control() && sign != '\t')
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_read_back_as_it_was_written(
        subject in "\\PC{0,300}|[ -~\\r\\n\\t]{0,80}|[a-z]{900,1500}",
        name in "\\PC{0,60}|[ -~\\r\\n]{0,40}",
        text in any::<String>(),
    ) {
        let mut message = message();
        message.subject.clone_from(&subject);
        message.to = mailbox(&name, "bob@example.com");
        message.text.clone_from(&text);
        let content = compose(&message).unwrap();
        prop_assert!(has_valid_lines(&content));

        let parsed = MessageParser::new().parse(&content).unwrap();
        prop_assert_eq!(parsed.subject().unwrap_or_default(), one_line(&subject));
        let to = parsed.to().and_then(|to| to.first()).unwrap();
        prop_assert_eq!(to.name.as_deref().unwrap_or_default(), one_line(&name));
        prop_assert_eq!(to.address.as_deref(), Some("bob@example.com"));
        let read = parsed.body_text(0).unwrap_or_default().replace("\r\n", "\n");
        prop_assert_eq!(read, printable(&text));
        prop_assert_eq!(parsed.headers().len(), 14);
    }

    #[test]
    fn any_markdown_becomes_two_bodies(text in any::<String>()) {
        let body = MailBody { markdown: text, ..body() };
        let html = html_body(&body).unwrap();
        prop_assert!(!html.contains("<script"));
        let message = MailMessage { text: text_body(&body), html, ..message() };
        prop_assert!(has_valid_lines(&compose(&message).unwrap()));
    }
}
