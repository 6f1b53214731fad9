//! The facets of a search.

use serde_json::{Value, json};

use super::Program;
use super::search::search_path;
use super::search_world::{declares_four, searches};
use crate::harness::scenario::scenario_with_pages;

/// Returns the names and counts of a facet.
fn counts(facet: &Value) -> Vec<(String, u64)> {
    let items = facet.as_array().unwrap().iter();
    let count = |it: &Value| {
        let name = it["name"].as_str().unwrap().to_owned();
        (name, it["count"].as_u64().unwrap())
    };
    items.map(count).collect()
}

#[track_caller]
fn assert_counts(facet: &Value, expected: &[(&str, u64)]) {
    let expected = expected.iter();
    let expected = expected.map(|(name, count)| ((*name).to_owned(), *count));
    let expected: Vec<_> = expected.collect();
    assert_eq!(counts(facet), expected);
}

/// The facets of the four incidents.
const COUNTS: [(&str, &[(&str, u64)]); 12] = [
    ("state", &[("active", 2), ("stable", 1), ("resolved", 1)]),
    (
        "severity",
        &[
            ("UNKNOWN", 2),
            ("SEV-1", 1),
            ("SEV-2", 1),
            ("SEV-3", 0),
            ("SEV-4", 0),
            ("SEV-5", 0),
        ],
    ),
    ("impact", &[("none", 3), ("customer", 1)]),
    ("customer_impacted", &[("false", 3), ("true", 1)]),
    ("postmortem", &[("No", 3), ("Yes", 1)]),
    ("visibility", &[("organization", 4), ("private", 0)]),
    ("is_test", &[("false", 3), ("true", 1)]),
    ("commander", &[("alice", 3), ("bob", 1)]),
    ("responder", &[("alice", 4), ("bob", 2)]),
    ("created_by", &[("alice", 3), ("bob", 1)]),
    ("last_modified_by", &[("alice", 2), ("bob", 2)]),
    ("incident_type", &[("Incident", 4)]),
];

#[test]
fn facets_count_the_whole_result() {
    scenario_with_pages(async |world, users| {
        declares_four(world, users).await;
        let program = Program::of_muster(world).await;
        let path = search_path(&[("query", "*"), ("page[size]", "1")]);
        let response = program.gets(&path).await;
        let facets = &response.body["data"]["attributes"]["facets"];
        for (name, expected) in COUNTS {
            assert_counts(&facets[name], expected);
        }
        assert_eq!(facets["declared_by"], facets["created_by"]);
        let user = &facets["commander"][1];
        let incident = program.gets("/api/v2/incidents/2").await;
        let commander = &incident.body["data"]["attributes"]["commander"]["data"];
        assert_eq!(user["uuid"], commander["id"]);
        for name in ["email", "handle"] {
            assert_eq!(user[name], commander["attributes"][name]);
        }
    });
}

/// Checks the durations, of which each has one value.
fn assert_durations(facets: &Value) {
    for (name, min, max) in [
        ("time_to_resolve", 1_800.0, 2_000.0),
        ("time_to_repair", 1_800.0, 2_000.0),
        ("time_to_detect", 840.0, 960.0),
    ] {
        let facet = &facets[name][0];
        assert_eq!(facet["name"], name);
        for bound in ["min", "max"] {
            let seconds = facet["aggregates"][bound].as_f64().unwrap();
            assert!((min..=max).contains(&seconds), "{name} {facet}");
        }
    }
}

#[test]
fn fields_and_durations_are_facets() {
    scenario_with_pages(async |world, users| {
        declares_four(world, users).await;
        let program = Program::of_muster(world).await;
        let response = searches(&program, "*").await;
        let facets = &response.body["data"]["attributes"]["facets"];
        let fields = facets["fields"].as_array().unwrap();
        let names: Vec<_> = fields.iter().map(|it| it["name"].as_str()).collect();
        let expected = [
            "detection_method",
            "services",
            "teams",
            "a_text",
            "a_number",
            "a_datetime",
        ];
        assert_eq!(names, expected.map(Some));
        assert_eq!(
            fields[0]["facets"][0],
            json!({ "name": "unknown", "count": 4 })
        );
        let services = [("checkout", 1), ("search", 1), ("login", 0)];
        assert_counts(&fields[1]["facets"], &services);
        for free in [2, 3, 4, 5] {
            assert_eq!(fields[free]["facets"], json!([]));
        }
        let numbers = json!({ "min": 7.0, "max": 70.5 });
        assert_eq!(fields[4]["aggregates"], numbers);
        assert_durations(facets);
    });
}

#[test]
fn facets_of_a_part_count_only_that_part() {
    scenario_with_pages(async |world, users| {
        declares_four(world, users).await;
        let program = Program::of_muster(world).await;
        let response = searches(&program, "state:active").await;
        let facets = &response.body["data"]["attributes"]["facets"];
        assert_counts(
            &facets["state"],
            &[("active", 2), ("stable", 0), ("resolved", 0)],
        );
        assert_counts(&facets["commander"], &[("alice", 2)]);
        let nothing = json!({ "min": null, "max": null });
        for name in ["time_to_resolve", "time_to_repair", "time_to_detect"] {
            assert_eq!(facets[name][0]["aggregates"], nothing);
        }
        let empty = searches(&program, "missing").await;
        let facets = &empty.body["data"]["attributes"]["facets"];
        assert_eq!(facets["commander"], json!([]));
        assert_eq!(counts(&facets["severity"]).len(), 6);
        assert_eq!(facets["incident_type"][0]["count"], 0);
    });
}
