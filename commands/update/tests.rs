//! Tests of the update modal.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::testing::{
    any_text, block_kit_errors, request_length, submit_unchanged, submit_with, submitted_view,
};

fn defaults() -> UpdateDefaults {
    UpdateDefaults {
        incident: IncidentId(7),
        title: "Checkout is slow".to_owned(),
        severity: Severity::Sev2,
        status: Status::Active,
        detection_method: DetectionMethod::Monitor,
        summary: "Carts time out.".to_owned(),
        root_cause: String::new(),
        commander: "U0ALICE0001".into(),
        impact_since: None,
    }
}

fn modal_of(initial: &UpdateDefaults) -> SlackModalView {
    super::modal(initial, &SeverityScale::default(), &Status::DEFAULTS)
}

fn changed(field: &str, value: Value) -> Result<Update, FieldErrors> {
    read(&submit_with(&modal_of(&defaults()), &[(field, value)]))
}

/// Asserts that changing one field requests exactly this update.
fn assert_update(field: &str, value: Value, ask: impl Fn(&mut Update)) {
    let mut update = Update::default();
    ask(&mut update);
    assert_eq!(changed(field, value), Ok(update));
}

#[test]
fn only_changed_fields_are_read() {
    assert_update("title", json!(" It is down "), |it| {
        it.title = Some("It is down".to_owned());
    });
    assert_update("severity", json!("UNKNOWN"), |it| {
        it.severity = Some(Severity::Unknown);
    });
    assert_update("status", json!("stable"), |it| {
        it.status = Some(Status::Stable);
    });
    assert_update("detection_method", json!("other"), |it| {
        it.detection_method = Some(DetectionMethod::Other);
    });
    assert_update("summary", Value::Null, |it| {
        it.summary = Some(String::new());
    });
    assert_update("root_cause", json!("A full disk.\r\nAgain. "), |it| {
        it.root_cause = Some("A full disk.\nAgain.".to_owned());
    });
    assert_update("commander", json!("U0BOB000001"), |it| {
        it.commander = Some(Some("U0BOB000001".into()));
    });
}

#[test]
fn impact_end_is_read_if_the_status_closes_the_incident() {
    let form = modal_of(&UpdateDefaults {
        status: Status::Resolved,
        impact_since: Some("2026-11-23 13:50".to_owned()),
        ..defaults()
    });
    assert_eq!(block_kit_errors(&form), Vec::<String>::new());
    let asks = |fields: &[(&str, Value)]| {
        let update = read(&submit_with(&form, fields)).unwrap();
        (update.status, update.impact_end)
    };
    let (completed, stable) = (Some(Status::Completed), Some(Status::Stable));
    let earlier = ("impact_end", json!("14:00"));
    assert_eq!(
        asks(&[("status", json!("completed")), earlier.clone()]),
        (completed, Some("14:00".to_owned()))
    );
    let emptied = [("status", json!("completed")), ("impact_end", Value::Null)];
    assert_eq!(asks(&emptied), (completed, None));
    assert_eq!(
        asks(&[("status", json!("stable")), earlier]),
        (stable, None)
    );
}

#[test]
fn title_and_commander_are_required() {
    let trouble = |field| changed(field, Value::Null).unwrap_err().to_string();
    assert_eq!(trouble("title"), "An incident needs a title.");
    assert_eq!(
        trouble("commander"),
        "An incident needs a commander. Pick one."
    );
}

#[test]
fn unused_status_is_offered_only_when_it_is_current() {
    let labels = |status| {
        let options = status_options(status, &Status::DEFAULTS).into_iter();
        options.map(|(label, _)| label).collect::<Vec<_>>()
    };
    assert_eq!(labels(Status::Active), ["ACTIVE", "STABLE", "RESOLVED"]);
    let expected = ["ACTIVE", "STABLE", "RESOLVED", "COMPLETED"];
    assert_eq!(labels(Status::Completed), expected);
}

#[test]
fn oversized_text_is_left_out_and_not_truncated() {
    let summary = "x".repeat(LONGEST_TEXT + 1);
    let form = modal_of(&UpdateDefaults {
        summary,
        ..defaults()
    });
    assert_eq!(block_kit_errors(&form), Vec::<String>::new());
    assert_eq!(read(&submit_unchanged(&form)), Ok(Update::default()));
    let view = submitted_view(&form, &[]).to_string();
    assert!(view.contains("What happened: this text is 1201 characters long"));
}

#[test]
fn longest_texts_fit_slacks_request_limit() {
    for sign in ["障", "ä", "🔥", "\\"] {
        let text = sign.repeat(LONGEST_TEXT / sign.encode_utf16().count());
        let initial = UpdateDefaults {
            title: sign.repeat(255),
            summary: text.clone(),
            root_cause: text,
            impact_since: Some("2026-11-23 13:50".to_owned()),
            ..defaults()
        };
        let form = modal_of(&UpdateDefaults {
            status: Status::Resolved,
            ..initial
        });
        let private_metadata = PrivateMetadata {
            response_url: Some("https://hooks.slack.com/commands/T0/1/".repeat(4)),
            ..PrivateMetadata::for_incident(IncidentId(i64::MAX))
        };
        let form = with_metadata(form, &private_metadata);
        let brought = request_length(&form);
        assert!(brought < 64 * 1024, "{sign}: {brought}");
    }
}

#[test]
fn modal_contains_the_incident_in_its_metadata() {
    let metadata = modal_of(&defaults()).private_metadata.unwrap();
    let incident = PrivateMetadata::parse(&metadata).incident;
    assert_eq!(incident, Some(IncidentId(7)));
}

fn any_defaults() -> impl Strategy<Value = UpdateDefaults> {
    let words = (
        select(&Severity::ALL[..]),
        select(&Status::ALL[..]),
        select(&DetectionMethod::ALL[..]),
    );
    let texts = (any_text(), any_text(), any_text());
    let since = prop::option::of(".{0,20}");
    (0..i64::MAX, words, texts, since).prop_map(|(number, words, texts, since)| UpdateDefaults {
        impact_since: since,
        incident: IncidentId(number),
        severity: words.0,
        status: words.1,
        detection_method: words.2,
        title: texts.2,
        summary: texts.0,
        root_cause: texts.1,
        ..defaults()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn unchanged_modal_changes_nothing(initial in any_defaults()) {
        prop_assert_eq!(read(&submit_unchanged(&modal_of(&initial))), Ok(Update::default()));
    }

    #[test]
    fn modal_is_within_block_kit_limits(initial in any_defaults()) {
        prop_assert_eq!(block_kit_errors(&modal_of(&initial)), Vec::<String>::new());
    }
}
