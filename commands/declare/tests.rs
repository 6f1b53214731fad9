//! Tests of the form that declares an incident.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use muster_domain::is_blank;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::testing::{any_text, block_kit_errors, submit_unchanged, submit_with};

fn draft(title: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        commander: "U0ALICE0001".into(),
        kind: IncidentKind::Real,
        prefill: Prefill::default(),
    }
}

fn read_with(fields: &[(&str, Value)]) -> Result<Declare, FieldErrors> {
    let form = modal(
        &draft("Checkout is slow"),
        &SeverityScale::default(),
        "/datadog",
    );
    read(
        &submit_with(&form, fields),
        &"U0ALICE0001".into(),
        IncidentKind::Real,
    )
}

fn error_with(fields: &[(&str, Value)]) -> String {
    read_with(fields).unwrap_err().to_string()
}

#[test]
fn title_is_the_only_required_field() {
    let expected = Declare {
        title: "Checkout is slow".to_owned(),
        summary: String::new(),
        severity: Severity::Unknown,
        commander: Some("U0ALICE0001".into()),
        customer_impact: CustomerImpact::Unknown,
        impact_description: String::new(),
        incident_type: muster_domain::DEFAULT_INCIDENT_TYPE,
        detection_method: DetectionMethod::Unknown,
        detected_at: None,
        signals: Vec::new(),
        visibility: Visibility::Public,
        kind: IncidentKind::Real,
        fields: FieldEdits::new(),
    };
    assert_eq!(read_with(&[]), Ok(expected));
    assert_eq!(
        error_with(&[("title", Value::Null)]),
        "An incident needs a title."
    );
}

#[test]
fn options_make_it_private_or_announce_a_test() {
    let ticked = |kind: IncidentKind, ticked: &[&str]| {
        let draft = Draft {
            kind,
            ..draft("Checkout is slow")
        };
        let options: Vec<Value> = ticked.iter().map(|it| json!({ "value": it })).collect();
        let view = submit_with(
            &modal(&draft, &SeverityScale::default(), "/datadog"),
            &[("ticked", json!(options))],
        );
        read(&view, &"U0ALICE0001".into(), kind).map(|it| (it.visibility, it.kind))
    };
    let (real, test) = (IncidentKind::Real, IncidentKind::Test);
    let (public, private) = (Visibility::Public, Visibility::Private);
    let cases = [
        (real, &[][..], (public, real)),
        (real, &["private"], (private, real)),
        (real, &["announce"], (public, real)),
        (test, &[], (public, test)),
        (test, &["private"], (private, test)),
        (test, &["announce"], (public, IncidentKind::AnnouncedTest)),
    ];
    for (kind, options, expected) in cases {
        assert_eq!(ticked(kind, options), Ok(expected), "{kind}: {options:?}");
    }
    let both = ticked(IncidentKind::Test, &["private", "announce"]).unwrap_err();
    assert_eq!(
        both.to_string(),
        "A private incident can't be announced. Choose one of the two."
    );
}

#[test]
fn declarer_becomes_commander_when_none_is_selected() {
    let declare = read_with(&[("commander", Value::Null)]).unwrap();
    assert_eq!(declare.commander, Some("U0ALICE0001".into()));
    let declare = read_with(&[("commander", json!("U0BOB000001"))]).unwrap();
    assert_eq!(declare.commander, Some("U0BOB000001".into()));
}

#[test]
fn signals_are_read_one_per_line_without_duplicates() {
    let input = " https://acme.example/a \r\n\nHTTP://acme.example/b?c=d#e\nhttps://acme.example/a";
    let declare = read_with(&[("signals", json!(input))]).unwrap();
    let links = ["https://acme.example/a", "HTTP://acme.example/b?c=d#e"];
    let urls = declare.signals.iter().map(|signal| signal.url.as_str());
    assert!(urls.eq(links));
}

#[test]
fn signals_are_found_between_words_and_are_named_by_them() {
    let input = "graph https://acme.example/a, acme.example/b\nhttps://acme.example/a";
    let declare = read_with(&[("signals", json!(input))]).unwrap();
    let signals = Signal::find_in("graph https://acme.example/a https://acme.example/b");
    assert_eq!(declare.signals, signals);
}

#[test]
fn invalid_signal_is_reported_with_its_line_number() {
    let input = "https://acme.example\n\nsee the graph";
    assert_eq!(
        error_with(&[("signals", json!(input))]),
        "Line 3 contains a space. Enter one link per line and nothing else."
    );
    for input in [
        "javascript:alert(1)",
        "graph",
        "https://",
        "ftp://a",
        "http:///x",
        "ä",
    ] {
        assert_eq!(
            error_with(&[("signals", json!(input))]),
            "Line 1 isn't a link. Links start with https:// or http://.",
            "{input}"
        );
    }
    let long = format!("https://acme.example/{}", "x".repeat(2_030));
    assert!(error_with(&[("signals", json!(long))]).contains("at most 2048"));
}

#[test]
fn more_than_twenty_signals_are_rejected() {
    let links = |count: u32| {
        let link = |it| format!("https://acme.example/{it}");
        json!((0..count).map(link).collect::<Vec<_>>().join("\n"))
    };
    assert_eq!(
        read_with(&[("signals", links(20))]).unwrap().signals.len(),
        20
    );
    let trouble = error_with(&[("signals", links(21))]);
    assert!(trouble.starts_with("That's 21 links; the limit is 20."));
}

proptest! {
    #[test]
    fn modal_is_within_block_kit_limits(
        title in any_text(),
        commander in "[UW][A-Z0-9]{8,20}|",
        kind in prop::sample::select(&IncidentKind::ALL[..]),
    ) {
        let draft = Draft { title, commander: UserId(commander), kind, prefill: Prefill::default() };
        prop_assert_eq!(block_kit_errors(&modal(&draft, &SeverityScale::default(), "/datadog")), Vec::<String>::new());
    }

    #[test]
    fn field_values_round_trip(
        title in "\\p{L}|\\p{L}[^\r\n]{0,200}\\p{L}",
        severity in prop::sample::select(&Severity::ALL[..]),
    ) {
        // Some letters are invisible fillers.
        prop_assume!(!is_blank(&title));
        let fields = [("title", json!(title)), ("severity", json!(severity))];
        let declare = read_with(&fields).unwrap();
        prop_assert_eq!((declare.title, declare.severity), (title.clone(), severity));
        let view = submit_unchanged(&modal(&draft(&title), &SeverityScale::default(), "/datadog"));
        prop_assert_eq!(read(&view, &"U1".into(), IncidentKind::Real).unwrap().title, title);
    }

    #[test]
    fn any_signals_are_parsed_without_panic(input in "(.|\n)*") {
        let _ = read_with(&[("signals", json!(input))]);
    }
}
