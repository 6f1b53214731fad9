//! The timeline of an incident, and how long it had each status.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ApiResponse, Program};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::harness::user::TestUser;
use crate::harness::world::World;
use crate::incident::entry_before;

const TIMELINE: &str = "/api/v2/incidents/1/timeline";

/// Returns an attribute of each entry.
fn each(response: &ApiResponse, name: &str) -> Vec<Value> {
    let data = response.body["data"].as_array().unwrap().iter();
    data.map(|it| it["attributes"][name].clone()).collect()
}

/// Adds a note, changes the status, and posts a message, which is marked as important.
async fn works(world: &World, channel: &str, [alice, bob]: [&TestUser<'_>; 2]) {
    alice
        .types(channel, "/datadog incident note Restarted *the* cache")
        .await;
    world.advance(60).await;
    bob.joins(channel).await;
    bob.types(channel, "/datadog stable").await;
    let ts = bob.posts(channel, "Graphs look fine").await;
    bob.reacts(channel, &ts, "pushpin").await;
    world.deliver_all().await;
    let browser = alice.signs_in().await;
    let page = browser.opens("/incidents/1/timeline").await;
    let id = entry_before(&page, "Graphs look fine");
    let flag = "/incidents/1/actions/flag-entry";
    browser.submits(&page, flag, &[("number", &id)]).await;
    world.deliver_all().await;
    world.skips_messages();
}

#[test]
fn timeline_has_the_entries_with_author_text_and_source() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        works(world, channel, [&alice, &bob]).await;
        let program = Program::of_muster(world).await;
        let response = program.gets(&format!("{TIMELINE}?page[size]=100")).await;
        let data = response.body["data"].as_array().unwrap();
        let of_type = |name: &str| {
            let is_type = |it: &&Value| it["attributes"]["cell_type"] == name;
            data.iter().rfind(is_type).unwrap()
        };
        let note = of_type("markdown");
        assert_eq!(note["type"], "incident_timeline_cells");
        assert_eq!(note["id"].as_str().unwrap().len(), 36);
        let attributes = &note["attributes"];
        let content = json!({ "content": "Restarted *the* cache" });
        assert_eq!(attributes["content"], content);
        assert_eq!(attributes["source"], "slack");
        assert_eq!(attributes["important"], false);
        let author = &attributes["author"]["data"];
        assert_eq!(author["type"], "users");
        assert_eq!(author["attributes"]["name"], "alice");
        assert_eq!(attributes["created"], attributes["modified"]);
        let change = &of_type("update")["attributes"];
        let text = change["content"]["content"].as_str().unwrap();
        assert!(text.contains("bob") && text.contains("STABLE"), "{text}");
        let message = &of_type("message")["attributes"];
        assert_eq!(message["content"]["content"], "Graphs look fine");
        assert_eq!(message["important"], true);
        let times = each(&response, "display_timestamp");
        assert!(times.is_sorted_by_key(ToString::to_string), "{times:?}");
    });
}

#[test]
fn timeline_is_paged_and_filtered() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        works(world, channel, [&alice, &bob]).await;
        let program = Program::of_muster(world).await;
        let whole = program.gets(&format!("{TIMELINE}?page[size]=100")).await;
        let whole = whole.body["data"].as_array().unwrap().clone();
        let mut pages = Vec::new();
        loop {
            let offset = pages.len();
            let path = format!("{TIMELINE}?page[size]=2&page[offset]={offset}");
            let page = program.gets(&path).await;
            let data = page.body["data"].as_array().unwrap();
            let pagination = &page.body["meta"]["pagination"];
            assert_eq!(pagination["next_offset"], offset + data.len());
            pages.extend(data.clone());
            if data.len() < 2 {
                break;
            }
        }
        assert_eq!(pages, whole);
        for (filter, types) in [
            ("filter[important]=true", vec!["message"]),
            ("filter[kind]=message,markdown", vec!["markdown", "message"]),
            ("filter[kind]=message&filter[important]=false", vec![]),
            ("filter[kind]=task", vec![]),
        ] {
            let page = program.gets(&format!("{TIMELINE}?{filter}")).await;
            let expected: Vec<Value> = types.into_iter().map(Value::from).collect();
            assert_eq!(each(&page, "cell_type"), expected, "{filter}");
        }
    });
}

#[test]
fn query_of_a_timeline_that_a_client_would_misread_is_rejected() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::of_muster(world).await;
        for (query, expected) in [
            (
                "page[size]=101",
                "page[size]: must be a number from 1 to 100",
            ),
            (
                "filter[important]=yes",
                "filter[important]: “yes” isn't one of true, false",
            ),
            (
                "filter[author]=alice",
                "filter[author]: unknown filter; there are filter[important], filter[kind]",
            ),
        ] {
            let response = program
                .sends(Method::GET, &format!("{TIMELINE}?{query}"))
                .await;
            assert_eq!((response.status, response.error()), (400, expected));
        }
        let kind = program
            .sends(Method::GET, &format!("{TIMELINE}?filter[kind]=note"))
            .await;
        assert!(
            kind.error()
                .starts_with("filter[kind]: “note” isn't one of update")
        );
    });
}

#[test]
fn timeline_of_a_private_incident_does_not_exist_for_others() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all().await;
        world.skips_messages();
        let of_alice = Program::of_user(world, "alice").await;
        of_alice.gets(TIMELINE).await;
        let program = Program::of_muster(world).await;
        let unknown = "/api/v2/incidents/99/timeline";
        let unknown = program.sends(Method::GET, unknown).await;
        for query in ["", "?page[size]=0", "?filter[kind]=nothing"] {
            let path = format!("{TIMELINE}{query}");
            let hidden = program.sends(Method::GET, &path).await;
            assert_eq!((hidden.status, &hidden.body), (404, &unknown.body));
        }
    });
}

#[test]
fn incident_has_the_periods_of_its_statuses_and_severities() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        world.advance(600).await;
        for command in ["severity SEV-1", "stable"] {
            alice.types(channel, &format!("/datadog {command}")).await;
        }
        world.advance(300).await;
        alice
            .types(channel, "/datadog incident resolve Restarted it")
            .await;
        world.advance(60).await;
        world.deliver_all().await;
        world.skips_messages();
        let program = Program::of_muster(world).await;
        let incident = program.gets("/api/v2/incidents/1").await;
        let attributes = &incident.body["data"]["attributes"];
        let analytics = &attributes["field_analytics"];
        let lasts = |field: &str, value: &str, seconds: i64| {
            let analytics = &analytics[field][value];
            let duration = analytics["duration"].as_i64().unwrap();
            assert!((seconds..seconds + 30).contains(&duration), "{analytics}");
            analytics["spans"][0].clone()
        };
        let active = lasts("state", "active", 600);
        let stable = lasts("state", "stable", 300);
        let resolved = lasts("state", "resolved", 60);
        assert_eq!(active["end"], stable["start"]);
        assert_eq!(stable["end"], resolved["start"]);
        assert_eq!(resolved["end"], Value::Null);
        lasts("severity", "SEV-1", 360);
        let list = program.gets("/api/v2/incidents").await;
        let listed = &list.body["data"][0]["attributes"]["field_analytics"];
        assert_eq!(listed, analytics);
    });
}
