//! Pages of a search, what it includes, and what a user may not see.

use reqwest::Method;
use serde_json::json;

use super::search::search_path;
use super::search_world::searches;
use super::{INCIDENTS, Program};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

const COUNT: i64 = 7;

async fn every_page(program: &Program<'_>, size: usize, query: &str, sort: &str) -> Vec<i64> {
    let mut numbers = Vec::new();
    loop {
        let (offset, size_text) = (numbers.len(), size.to_string());
        let path = search_path(&[
            ("query", query),
            ("sort", sort),
            ("page[size]", &size_text),
            ("page[offset]", &offset.to_string()),
        ]);
        let page = program.gets(&path).await;
        let count = page.result().len();
        let expected = json!({ "offset": offset, "next_offset": offset + count, "size": count });
        assert_eq!(page.body["meta"]["pagination"], expected);
        assert_eq!(page.body["meta"]["total_is_capped"], false);
        numbers.extend(page.result());
        if count < size {
            assert_eq!(page.body["data"]["attributes"]["total"], numbers.len());
            return numbers;
        }
    }
}

#[test]
fn pages_of_any_size_make_up_the_result_in_both_orders() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares_many(COUNT).await;
        let program = Program::of_muster(world).await;
        let ascending: Vec<i64> = (1..=COUNT).collect();
        let descending: Vec<i64> = (1..=COUNT).rev().collect();
        for query in ["*", "state:active", "trouble", "commander:alice"] {
            for size in [1, 2, 3, 7, 8, 100] {
                let created = every_page(&program, size, query, "created").await;
                assert_eq!(created, ascending, "{size} {query}");
                let newest = every_page(&program, size, query, "-created").await;
                assert_eq!(newest, descending, "{size} {query}");
            }
        }
        assert_eq!(searches(&program, "trouble").await.result(), descending);
        for size in ["-1", "0", "101", "1000000000", "ten"] {
            let path = search_path(&[("query", "*"), ("page[size]", size)]);
            let response = program.sends(Method::GET, &path).await;
            let expected = "page[size]: must be a number from 1 to 100";
            assert_eq!((response.status, response.error()), (400, expected));
        }
        for offset in ["7", "1000000000", "18446744073709551615"] {
            let path = search_path(&[("query", "*"), ("page[offset]", offset)]);
            let page = program.gets(&path).await;
            assert_eq!(page.result(), [0; 0], "{offset}");
            assert_eq!(page.body["data"]["attributes"]["total"], COUNT);
        }
    });
}

#[test]
fn result_has_the_incidents_their_references_and_what_is_included() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let first = alice.declares("Checkout is slow").await;
        bob.declares("Search is down").await;
        let link = "/datadog incident link https://example.com/runbook Runbook";
        alice.types(&first.channel, link).await;
        world.deliver_all().await;
        world.skips_messages();
        let program = Program::of_muster(world).await;
        let plain = searches(&program, "*").await;
        assert_eq!(plain.body.get("included"), None);
        let data = &plain.body["data"];
        assert_eq!(data["type"], "incidents_search_results");
        let incidents = data["attributes"]["incidents"].as_array().unwrap();
        let references = &data["relationships"]["incidents_relationship"]["data"];
        for (index, number) in [(0, 2), (1, 1)] {
            let path = format!("{INCIDENTS}/{number}");
            let single = program.gets(&path).await;
            let incident = &incidents[index]["data"];
            assert_eq!(*incident, single.body["data"]);
            let reference = json!({ "type": "incidents", "id": incident["id"] });
            assert_eq!(references[index], reference);
        }
        let path = search_path(&[("query", "checkout"), ("include", "users,attachments")]);
        let included = program.gets(&path).await;
        let included = included.body["included"].as_array().unwrap();
        let types: Vec<_> = included.iter().map(|it| it["type"].as_str()).collect();
        assert_eq!(types, [Some("users"), Some("incident_attachments")]);
        assert_eq!(included[0]["attributes"]["name"], "alice");
    });
}

/// Queries that would find the private incident only.
const HIDDEN: [&str; 7] = [
    "cache",
    "public_id:1",
    "IR-1",
    "visibility:private",
    "commander:alice",
    "responder:alice",
    "NOT search",
];

#[test]
fn private_incident_is_absent_for_outsiders() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        bob.declares("Search is down").await;
        let cause = "/datadog incident note The cache was full";
        alice.types(channel, cause).await;
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all().await;
        world.skips_messages();
        let of_alice = Program::of_user(world, "alice").await;
        assert_eq!(searches(&of_alice, "*").await.result(), [2, 1]);
        assert_eq!(searches(&of_alice, "cache").await.result(), [1]);
        let private = searches(&of_alice, "visibility:private").await;
        assert_eq!(private.result(), [1]);
        for program in [
            Program::of_user(world, "bob").await,
            Program::of_muster(world).await,
        ] {
            let everything = searches(&program, "*").await;
            let attributes = &everything.body["data"]["attributes"];
            assert_eq!(everything.result(), [2]);
            assert_eq!(attributes["total"], 1);
            let text = everything.body.to_string();
            assert!(
                !text.contains("Checkout") && !text.contains("alice"),
                "{text}"
            );
            for query in HIDDEN {
                let response = searches(&program, query).await;
                assert_eq!(response.result(), [0; 0], "{query}");
                let attributes = &response.body["data"]["attributes"];
                assert_eq!(attributes["total"], 0, "{query}");
                assert_eq!(attributes["facets"]["commander"], json!([]), "{query}");
            }
        }
    });
}
