//! Tests of values: what a user may enter, and what the store keeps.

use proptest::prelude::*;

use super::{clock, settings};
use crate::Settings;
use crate::field::{FieldKind, FieldParser, FieldValue, Number};

fn parse_with(
    settings: &Settings,
    field: &str,
    entered: &[&str],
    current: Option<&FieldValue>,
) -> Result<Option<FieldValue>, String> {
    let clock = clock();
    let parser = FieldParser {
        settings,
        clock: &clock,
    };
    parser.parse(settings.field(field).unwrap(), entered, current)
}

fn parse(field: &str, entered: &[&str]) -> Result<Option<FieldValue>, String> {
    parse_with(&settings(), field, entered, None)
}

fn problem(field: &str, entered: &str) -> String {
    parse(field, &[entered]).unwrap_err()
}

#[test]
fn listed_value_is_found_ignoring_case() {
    let services = parse("services", &[" Checkout", "search", "CHECKOUT", ""]);
    let expected = ["checkout", "search"].map(str::to_owned).to_vec();
    assert_eq!(services, Ok(Some(FieldValue::MultiSelect(expected))));
    let region = Ok(Some(FieldValue::SingleSelect("eu".to_owned())));
    assert_eq!(parse("region", &["EU"]), region);
    assert_eq!(parse("region", &["", " "]), Ok(None));
}

#[test]
fn unlisted_value_is_rejected_with_the_nearest_one() {
    assert_eq!(
        problem("services", "chekout"),
        "“chekout” isn't listed in Services. Did you mean checkout?"
    );
    assert_eq!(
        problem("services", "pay"),
        "“pay” isn't listed in Services. Did you mean payments?"
    );
    assert_eq!(
        problem("region", "antarctica"),
        "“antarctica” isn't listed in Customer region. Pick one of: eu, us."
    );
    let empty = parse_with(&Settings::default(), "services", &["checkout"], None);
    assert_eq!(
        empty.unwrap_err(),
        "“checkout” isn't listed in Services. It has no values yet. An admin can list some."
    );
}

#[test]
fn value_that_the_incident_has_is_accepted_after_it_was_removed_from_the_list() {
    let current = FieldValue::MultiSelect(vec!["legacy".to_owned()]);
    let entered = ["legacy", "search"];
    let parsed = parse_with(&settings(), "services", &entered, Some(&current));
    let expected = entered.map(str::to_owned).to_vec();
    assert_eq!(parsed, Ok(Some(FieldValue::MultiSelect(expected))));
    assert!(problem("services", "legacy").starts_with("“legacy” isn't listed"));
}

#[test]
fn number_keeps_its_digits_and_rejects_words() {
    for (entered, stored) in [
        ("42", "42"),
        ("-3.50", "-3.5"),
        ("+007", "7"),
        ("-0.0", "0"),
        (".5", "0.5"),
        ("123456789012345", "123456789012345"),
    ] {
        let number = Some(FieldValue::Number(stored.parse().unwrap()));
        assert_eq!(parse("a_number", &[entered]), Ok(number), "{entered}");
    }
    let advice = "Enter digits, such as 42 or 3.5.";
    for entered in ["abc", "1,5", "1e9", "--1", "5.", "."] {
        let expected = format!("“{entered}” isn't a number. {advice}");
        assert_eq!(problem("a_number", entered), expected);
    }
    assert!(problem("a_number", "1234567890123456").contains("has more than 15 digits"));
}

#[test]
fn time_may_be_past_or_future_in_the_zone_of_the_user() {
    let time = |entered: &str| {
        let value = parse("a_datetime", &[entered]).unwrap().unwrap();
        value.form_items(&clock()).concat()
    };
    assert_eq!(time("yesterday 23:10"), "2026-11-22 23:10");
    assert_eq!(time("14:05"), "2026-11-23 14:05");
    assert_eq!(time("18:00"), "2026-11-23 18:00");
    assert_eq!(time("tomorrow 9:00"), "2026-11-24 09:00");
    assert_eq!(time("2026-12-24 18:00"), "2026-12-24 18:00");
    let unreadable = problem("a_datetime", "when I get to it");
    assert!(unreadable.starts_with("I can't read “when I get to it” as a time."));
}

#[test]
fn time_that_a_form_displays_to_the_minute_stays_exact() {
    let at = crate::Timestamp::from_epoch_millis(1_795_440_123_456);
    let current = FieldValue::Datetime(at);
    let displayed = current.form_items(&clock()).concat();
    let parsed = parse_with(&settings(), "a_datetime", &[&displayed], Some(&current));
    assert_eq!(parsed, Ok(Some(current)));
}

#[test]
fn long_texts_and_many_values_are_rejected() {
    let long = "x".repeat(10_000);
    let expected = "That's 10000 characters; the limit is 5000. Please shorten it.";
    assert_eq!(problem("a_text", &long), expected);
    assert!(parse("a_text", &["x".repeat(5_000).as_str()]).is_ok());
    assert!(problem("a_text_array", &long).starts_with("That's 10000 characters"));
    let many: Vec<String> = (0..26).map(|number| number.to_string()).collect();
    let expected = "That's 26 values; the limit is 25. Keep the most important ones.";
    assert_eq!(problem("a_text_array", &many.join("\n")), expected);
}

#[test]
fn text_array_has_one_text_per_line() {
    let texts = parse("a_text_array", &[" a \n\nb\na", "c"]);
    let expected = ["a", "b", "c"].map(str::to_owned).to_vec();
    assert_eq!(texts, Ok(Some(FieldValue::TextArray(expected))));
}

fn any_value() -> impl Strategy<Value = FieldValue> {
    let listed = prop::sample::select(vec!["checkout", "payments", "search"]);
    let text = "[a-zA-Z0-9€ü ]{0,20}[a-z]";
    prop_oneof![
        listed.prop_map(|name| FieldValue::MultiSelect(vec![name.to_owned()])),
        prop::sample::select(vec!["eu", "us"])
            .prop_map(|name| FieldValue::SingleSelect(name.to_owned())),
        text.prop_map(|text| FieldValue::Text(text.trim().to_owned())),
        prop::collection::btree_set(text, 1..5).prop_map(|texts| {
            let texts: std::collections::BTreeSet<_> =
                texts.iter().map(|text| text.trim().to_owned()).collect();
            FieldValue::TextArray(texts.into_iter().collect())
        }),
        "-?[0-9]{1,9}(\\.[0-9]{1,5})?".prop_map(|text| FieldValue::Number(text.parse().unwrap())),
        (1_000_000_000_i64..2_000_000_000).prop_map(|seconds| FieldValue::Datetime(
            crate::Timestamp::from_epoch_seconds(seconds)
        )),
    ]
}

fn field_of(value: &FieldValue) -> String {
    match value.kind() {
        FieldKind::SingleSelect => "region".to_owned(),
        FieldKind::MultiSelect => "services".to_owned(),
        kind @ (FieldKind::Text
        | FieldKind::TextArray
        | FieldKind::Number
        | FieldKind::Datetime) => format!("a_{kind}"),
    }
}

proptest! {
    #[test]
    fn stored_value_reads_back(value in any_value()) {
        let again = FieldValue::from_items(value.kind(), value.items());
        prop_assert_eq!(again.as_ref(), Some(&value));
        let json = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(serde_json::from_str::<FieldValue>(&json).unwrap(), value);
    }

    #[test]
    fn form_that_is_submitted_unchanged_changes_nothing(value in any_value()) {
        let items = value.form_items(&clock());
        let entered: Vec<_> = items.iter().map(String::as_str).collect();
        let parsed = parse_with(&settings(), &field_of(&value), &entered, Some(&value));
        prop_assert_eq!(parsed, Ok(Some(value)));
    }

    #[test]
    fn any_text_is_read_or_rejected_with_a_sentence(
        text in "(.|\n){0,60}",
        field in prop::sample::select(vec!["services", "region", "a_text", "a_text_array", "a_number", "a_datetime"]),
    ) {
        if let Err(problem) = parse(field, &[&text]) {
            prop_assert!(problem.ends_with(['.', '?']), "{}", problem);
        }
    }

    #[test]
    fn equal_numbers_have_equal_texts(text in "[-+]?0{0,3}[0-9]{1,9}(\\.[0-9]{1,5}0{0,3})?") {
        let number: Number = text.parse().unwrap();
        prop_assert_eq!(number.as_str().parse::<Number>().unwrap(), number.clone());
        let expected: f64 = text.parse().unwrap();
        prop_assert!((number.to_f64() - expected).abs() < f64::EPSILON * expected.abs().max(1.0));
    }
}
