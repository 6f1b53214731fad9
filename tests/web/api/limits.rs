//! Bodies and queries that are larger, longer or deeper than any that a program needs.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ApiResponse, INCIDENTS, Program, receive};
use crate::harness::scenario::scenario_with_pages;

/// Declares an incident with these attributes besides the required ones.
async fn declares(program: &Program<'_>, attributes: Value) -> ApiResponse {
    let mut body = json!({ "data": { "type": "incidents", "attributes": attributes } });
    body["data"]["attributes"]["title"] = json!("Checkout is slow");
    body["data"]["attributes"]["customer_impacted"] = json!(false);
    program.posts(INCIDENTS, body).await
}

#[test]
fn body_with_very_many_values_is_rejected() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let many = json!({ "fields": { "teams": { "value": vec!["a"; 100_000] } } });
        let response = declares(&program, many).await;
        response.assert_error(400, "The body has more than 10000 values.");
        let some = json!({ "fields": { "teams": { "value": vec!["a"; 1_001] } } });
        let response = declares(&program, some).await;
        let error = "data.attributes.fields.teams.value: has more than 1000 items";
        response.assert_error(400, error);
        let long = json!({ "fields": { "summary": { "value": "a".repeat(65_537) } } });
        let response = declares(&program, long).await;
        let error = "data.attributes.fields.summary.value: is longer than 65536 characters";
        response.assert_error(400, error);
        assert_eq!(program.gets(INCIDENTS).await.numbers(), [0_i64; 0]);
    });
}

#[test]
fn error_contains_only_the_start_of_a_long_value() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let name = "x".repeat(100_000);
        let fields = json!({ "fields": { name: { "value": "a" } } });
        let response = declares(&program, fields).await;
        assert_eq!(response.status, 400);
        let error = response.error();
        assert!(error.len() < 1_100, "{}", error.len());
        assert!(error.starts_with("data.attributes.fields.xxx"), "{error}");
        assert!(error.ends_with("…: isn't a field"), "{error}");
        let severity = json!({ "fields": { "severity": { "value": "x".repeat(60_000) } } });
        let response = declares(&program, severity).await;
        assert_eq!(response.status, 400);
        assert!(response.error().len() < 1_100, "{response:?}");
    });
}

#[test]
fn header_names_ignored_members_in_few_characters() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let long = "x".repeat(100_000);
        let response = declares(&program, json!({ "café": 1, long: 2 })).await;
        assert_eq!(response.status, 201, "{response:?}");
        let ignored = response.headers["muster-ignored"].to_str().unwrap();
        assert!(ignored.starts_with("data.attributes.caf\\u{e9}, data.attributes.xxx"));
        assert!(ignored.len() < 300, "{ignored}");
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn relative_time_beyond_all_times_is_rejected() {
    scenario_with_pages(async |world, _| {
        let program = Program::of_muster(world).await;
        for time in ["now-99999999999999d", "now+9223372036854775807s"] {
            let path = format!(
                "{INCIDENTS}/search?query=created:{}",
                time.replace('+', "%2B")
            );
            let response = program.sends(Method::GET, &path).await;
            let error = format!(
                "query: at character 9: “{time}” isn't a time such as 2026-11-23, \
                 2026-11-23T14:05:00Z or now-7d"
            );
            response.assert_error(400, &error);
        }
    });
}

#[test]
fn deep_json_is_rejected_where_it_is_too_deep() {
    scenario_with_pages(async |world, _| {
        let program = Program::writer(world, "alice").await;
        let body = format!("{}1{}", r#"{"data":"#.repeat(200), "}".repeat(200));
        let request = program.request(Method::POST, INCIDENTS).body(body);
        let response = receive(request).await;
        assert_eq!(response.status, 400);
        assert!(response.error().contains("recursion limit"), "{response:?}");
    });
}
