//! The grammar: examples, and properties of any text and of any tree.
#![allow(clippy::unwrap_used)]

use std::ops::Bound;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::{IncidentTypeName, Settings, Status, Timestamp};

const STORE: &str = "0123456789abcdef";

fn now() -> Timestamp {
    "2026-11-23T14:05:00.000Z".parse().unwrap()
}

fn condition(query: &str) -> Result<Condition, SearchError> {
    condition_in(&Settings::default(), query)
}

fn condition_in(settings: &Settings, query: &str) -> Result<Condition, SearchError> {
    let ctx = SearchContext {
        settings,
        store_id: STORE,
        now: now(),
    };
    resolve(&parse_query(query)?, &ctx)
}

/// Returns a query as it is displayed.
fn displayed(query: &str) -> String {
    parse_query(query).unwrap().to_string()
}

#[test]
fn operators_bind_as_in_the_grammar() {
    for (query, expected) in [
        ("", "*"),
        ("*", "*"),
        ("a b", "a AND b"),
        ("a AND b OR c d", "a AND b OR c AND d"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("a (b c)", "a AND (b AND c)"),
        ("-a NOT b", "NOT a AND NOT b"),
        ("NOT NOT (a OR b)", "NOT NOT (a OR b)"),
        ("-(a)", "NOT a"),
        (
            "state:(active OR stable resolved)",
            "state:(active OR stable OR resolved)",
        ),
        ("state:((active) OR (stable))", "state:(active OR stable)"),
        ("state:(active)", "state:active"),
        ("STATE:active", "STATE:active"),
        (
            "created:[now-7d TO now] checkout",
            "created:[now-7d TO now] AND checkout",
        ),
        (
            "created:>= 2026-11-23T14:05:00Z",
            "created:>=2026-11-23T14:05:00Z",
        ),
        ("time_to_repair:<-5", "time_to_repair:<-5"),
        ("\"two words\" 'one", "\"two words\" AND 'one"),
        ("title:\"a \\\"b\\\" \\c\"", "title:\"a \\\"b\\\" \\\\c\""),
        ("10:30 and or", "10:30 AND and AND or"),
        ("services:a:b", "services:a:b"),
    ] {
        assert_eq!(displayed(query), expected, "{query}");
    }
}

/// Queries, and the position and the reason for which they are rejected.
const REJECTED: &[(&str, usize, &str)] = &[
    ("(state:active", 1, "this parenthesis isn't closed"),
    ("é (a))", 6, "this parenthesis isn't opened"),
    ("a AND", 6, "a text, a facet or “(” is missing"),
    ("OR a", 1, "a text, a facet or “(” is missing"),
    ("()", 2, "a text, a facet or “(” is missing"),
    ("a NOT", 6, "a text, a facet or “(” is missing"),
    ("a \"b", 3, "this quote isn't closed"),
    ("state:", 7, EXPECTED_VALUE),
    ("state:(active AND stable)", 15, EXPECTED_VALUE),
    ("state:(active", 7, "this parenthesis isn't closed"),
    ("created:[now-7d now]", 10, EXPECTED_RANGE),
    ("created:[now-7d TO", 10, EXPECTED_RANGE),
    (
        "stat:active",
        1,
        "there's no facet “stat”; the nearest is “state”",
    ),
    (
        "a OR servises:b",
        6,
        "there's no facet “servises”; the nearest is “services”",
    ),
    (
        "state:open",
        7,
        "“open” isn't one of active, stable, resolved, completed",
    ),
    ("state:[a TO b]", 7, "this facet has no ranges"),
    (
        "public_id:seven",
        11,
        "“seven” isn't a number such as 7 or IR-7",
    ),
    ("time_to_repair:>long", 16, "“long” isn't a number"),
    ("time_to_repair:nan", 16, "“nan” isn't a number"),
    (
        "created:>yesterday",
        9,
        "“yesterday” isn't a time such as 2026-11-23, 2026-11-23T14:05:00Z or now-7d",
    ),
];

#[test]
fn query_that_does_not_parse_names_the_position_and_the_reason() {
    for (query, position, reason) in REJECTED.iter().copied() {
        let error = condition(query).unwrap_err();
        assert_eq!(
            (error.position, error.reason.as_str()),
            (position, reason),
            "{query}"
        );
    }
    let error = condition("stat:x").unwrap_err().to_string();
    assert!(error.starts_with("at character 1: there's no facet"));
}

const EXPECTED_VALUE: &str =
    "a value is missing; OR separates values, and a text with blanks or keywords needs quotes";

const EXPECTED_RANGE: &str = "a range is missing its bounds, such as [now-7d TO now]";

#[test]
fn query_is_limited_in_length_depth_and_terms() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse_query(&nested(MAX_DEPTH)).is_ok());
    for deep in [
        nested(MAX_DEPTH + 1),
        "-".repeat(1_000),
        "(".repeat(3_000),
        format!("state:{}", nested(1_000)),
    ] {
        let error = parse_query(&deep).unwrap_err();
        assert_eq!(error.reason, "a query is nested at most 20 levels deep");
    }
    assert!(parse_query(&"a ".repeat(MAX_TERMS)).is_ok());
    let many = parse_query(&"a ".repeat(MAX_TERMS + 1)).unwrap_err();
    assert_eq!(
        (many.position, many.reason.as_str()),
        (201, "a query has at most 100 texts and values")
    );
    let long = parse_query(&"é".repeat(LONGEST_QUERY + 1)).unwrap_err();
    assert_eq!(long.position, LONGEST_QUERY + 1);
}

#[test]
fn facets_and_values_ignore_case() {
    let active = Ok(Condition::Statuses(vec![Status::Active]));
    for query in [
        "state:active",
        "Status:ACTIVE",
        "STATE:\"Active\"",
        "state:act*",
    ] {
        assert_eq!(condition(query), active, "{query}");
    }
    let both = condition("impact:*");
    assert_eq!(both, Ok(Condition::Everything));
    let range = NumberRange {
        low: Bound::Included(7.0),
        high: Bound::Included(7.0),
    };
    for query in ["public_id:7", "slug:ir-7"] {
        assert_eq!(condition(query), Ok(Condition::Number(range)), "{query}");
    }
    assert_eq!(
        condition("incident_type:incident"),
        Ok(Condition::Everything)
    );
    assert_eq!(condition("incident_type:other"), Ok(Condition::Nothing));
    let mut settings = Settings::default();
    settings.incident_types.push(IncidentTypeName {
        number: 2,
        name: "Security".to_owned(),
        is_default: false,
    });
    for (query, expected) in [
        ("incident_type:security", Condition::IncidentTypes(vec![2])),
        ("incident_type:Incident", Condition::IncidentTypes(vec![1])),
        ("incident_type:*", Condition::Everything),
        ("incident_type:other", Condition::Nothing),
    ] {
        assert_eq!(condition_in(&settings, query), Ok(expected), "{query}");
    }
}

fn quoted() -> impl Strategy<Value = SearchText> {
    ".{0,8}".prop_map(|text| SearchText {
        text,
        is_quoted: true,
    })
}

/// A text that needs no quotes anywhere.
fn unquoted() -> impl Strategy<Value = SearchText> {
    "[a-z0-9é][a-zA-Z0-9é*.+_-]{0,8}".prop_map(|text| SearchText {
        text,
        is_quoted: false,
    })
}

fn any_text() -> impl Strategy<Value = SearchText> {
    prop_oneof![quoted(), unquoted()]
}

fn any_value() -> impl Strategy<Value = FacetValue> {
    let compared = (select(&Comparison::ALL[..]), any_text());
    let kind = prop_oneof![
        any_text().prop_map(FacetValueKind::Text),
        compared.prop_map(|(comparison, text)| FacetValueKind::Compared(comparison, text)),
        (any_text(), any_text()).prop_map(|(from, to)| FacetValueKind::Range(from, to)),
    ];
    kind.prop_map(|kind| FacetValue { position: 0, kind })
}

fn any_expression() -> impl Strategy<Value = Expression> {
    let text = any_text().prop_map(|text| Expression::Text(TextTerm { position: 0, text }));
    let facet = ("[a-z][a-z_]{0,8}", prop::collection::vec(any_value(), 1..4));
    let facet = facet.prop_map(|(name, values)| {
        Expression::Facet(FacetTerm {
            position: 0,
            name,
            values,
        })
    });
    let leaf = prop_oneof![Just(Expression::Everything), text, facet];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts().prop_map(Expression::And),
            parts().prop_map(Expression::Or),
            inner
                .clone()
                .prop_map(|part| Expression::Not(Box::new(part))),
        ]
    })
}

/// Returns the tree without the positions.
fn without_positions(mut expression: Expression) -> Expression {
    match &mut expression {
        Expression::Everything => {}
        Expression::And(parts) | Expression::Or(parts) => {
            for part in parts {
                *part = without_positions(part.clone());
            }
        }
        Expression::Not(part) => **part = without_positions(part.as_ref().clone()),
        Expression::Text(term) => term.position = 0,
        Expression::Facet(term) => {
            term.position = 0;
            for value in &mut term.values {
                value.position = 0;
            }
        }
    }
    expression
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_rejected_at_one_of_its_characters(
        query in "([a-z]{0,3}|[-()\"\\[\\]:<>=* \\\\]|AND |OR |NOT |TO |state:|é){0,24}|.{0,40}",
    ) {
        match condition(&query) {
            Ok(_) => {
                let parsed = parse_query(&query).unwrap();
                let again = parse_query(&parsed.to_string()).unwrap();
                prop_assert_eq!(without_positions(again), without_positions(parsed));
            }
            Err(error) => {
                prop_assert!((1..=query.chars().count() + 1).contains(&error.position));
                prop_assert!(!error.reason.is_empty());
            }
        }
    }

    #[test]
    fn any_tree_is_displayed_as_a_query_that_parses_to_it(expression in any_expression()) {
        let parsed = parse_query(&expression.to_string());
        prop_assert_eq!(parsed.map(without_positions), Ok(expression));
    }
}
