//! The search: its grammar, its facets, its pages, and what a user may not see.

use reqwest::Method;
use serde_json::{Value, json};

use super::search_world::{declares_four, defines_fields, searches};
use super::{ApiResponse, INCIDENTS, Program};
use crate::harness::scenario::scenario_with_pages;

/// Returns the only error of a search.
async fn rejected(program: &Program<'_>, query: &str) -> String {
    let path = search_path(&[("query", query)]);
    let response = program.sends(Method::GET, &path).await;
    assert_eq!(response.status, 400, "{query}: {response:?}");
    response.error().to_owned()
}

/// Returns the path of a search with these parameters.
pub fn search_path(parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    format!("{INCIDENTS}/search?{}", query.finish())
}

impl ApiResponse {
    /// Returns the numbers of the incidents in a result.
    #[track_caller]
    pub fn result(&self) -> Vec<i64> {
        let attributes = &self.body["data"]["attributes"];
        let incidents = attributes["incidents"].as_array().unwrap().iter();
        let numbers = incidents.map(|it| it["data"]["attributes"]["public_id"].as_i64());
        numbers.collect::<Option<_>>().unwrap()
    }
}

/// Facets and their values, and the numbers of the incidents, the highest first.
const FACETS: [(&str, &[i64]); 57] = [
    ("state:active", &[4, 3]),
    ("status:Stable", &[1]),
    ("STATE:(active OR stable OR resolved)", &[4, 3, 2, 1]),
    ("state:completed", &[]),
    ("severity:sev-2", &[1]),
    ("severity:(SEV-1 UNKNOWN)", &[4, 3, 2]),
    ("severity:SEV-*", &[2, 1]),
    ("customer_impacted:true", &[1]),
    ("impact:customer", &[1]),
    ("impact:none", &[4, 3, 2]),
    ("is_test:true", &[4]),
    ("is_test:false", &[3, 2, 1]),
    ("postmortem:Yes", &[2]),
    ("postmortem:no state:active", &[4, 3]),
    ("visibility:organization", &[4, 3, 2, 1]),
    ("visibility:private", &[]),
    ("detection_method:unknown", &[4, 3, 2, 1]),
    ("services:Checkout", &[1]),
    ("services:(checkout OR search)", &[2, 1]),
    ("services:ch*", &[1]),
    ("services:*", &[2, 1]),
    ("-services:*", &[4, 3]),
    ("services:unknown", &[]),
    ("teams:*", &[]),
    ("a_number:7", &[1]),
    ("a_number:>7", &[2]),
    ("a_number:[7 TO 70]", &[1]),
    ("a_number:[* TO *]", &[2, 1]),
    ("a_text:postgres", &[1]),
    ("public_id:2", &[2]),
    ("slug:IR-3", &[3]),
    ("public_id:[2 TO 3]", &[3, 2]),
    ("title:down", &[2]),
    ("title:\"is slow\"", &[1]),
    ("title:ch*ow", &[2, 1]),
    ("title:slow*check", &[]),
    ("title:check*low", &[1]),
    ("summary:*", &[1]),
    ("summary:\"disk was full\"", &[1]),
    ("root_cause:*", &[]),
    ("commander:alice", &[4, 3, 1]),
    ("commander:@bob", &[2]),
    ("commander:b*", &[2]),
    ("responder:bob", &[2, 1]),
    ("created_by:alice", &[4, 3, 1]),
    ("declared_by:bob", &[2]),
    ("last_modified_by:bob", &[2, 1]),
    ("commander:nobody", &[]),
    ("incident_type:Incident", &[4, 3, 2, 1]),
    ("incident_type:Security", &[]),
    ("time_to_resolve:[1 TO 100000]", &[2]),
    // The impact is entered some seconds after the declaration, once the messages of the channel are posted.
    ("time_to_detect:[880 TO 900]", &[1]),
    ("time_to_repair:<=86400", &[1]),
    ("time_to_repair:>86400", &[]),
    ("time_to_internal_response:0", &[4, 3, 2, 1]),
    ("customer_impact_duration:>=1800", &[1]),
    ("customer_impact_duration:*", &[1]),
];

#[test]
fn each_facet_finds_its_incidents() {
    scenario_with_pages(async |world, users| {
        declares_four(world, users).await;
        let program = Program::of_muster(world).await;
        for (query, expected) in FACETS {
            let response = searches(&program, query).await;
            assert_eq!(response.result(), expected, "{query}");
            let total = &response.body["data"]["attributes"]["total"];
            assert_eq!(*total, json!(expected.len()), "{query}");
        }
        let incident = program.gets("/api/v2/incidents/2").await;
        let attributes = &incident.body["data"]["attributes"];
        let uuid = attributes["commander"]["data"]["id"].as_str().unwrap();
        for query in [
            format!("commander:{uuid}"),
            format!("commander:{}", uuid.to_uppercase()),
            "commander:bob@*".to_owned(),
        ] {
            assert_eq!(searches(&program, &query).await.result(), [2], "{query}");
        }
        let type_id = attributes["incident_type_uuid"].as_str().unwrap();
        let query = format!("incident_type:{type_id} public_id:2");
        assert_eq!(searches(&program, &query).await.result(), [2]);
    });
}

#[test]
fn times_are_dates_ranges_and_distances_from_now() {
    scenario_with_pages(async |world, users| {
        declares_four(world, users).await;
        let program = Program::of_muster(world).await;
        let second = program.gets("/api/v2/incidents/2").await;
        let attributes = &second.body["data"]["attributes"];
        let created = attributes["created"].as_str().unwrap();
        let day = &created[..10];
        for (query, expected) in [
            (format!("created:{created}"), vec![2]),
            (format!("created:\"{created}\""), vec![2]),
            (format!("created:>{created}"), vec![4, 3]),
            (format!("declared:>={created}"), vec![4, 3, 2]),
            (format!("created:<{created}"), vec![1]),
            (format!("created:[{created} TO *]"), vec![4, 3, 2]),
            (format!("created:[* TO {created}]"), vec![2, 1]),
            (format!("created:<{day}"), vec![]),
            (format!("created:>={day}"), vec![4, 3, 2, 1]),
            ("created:>now-90m".to_owned(), vec![4, 3]),
            ("created:[now-1w TO now]".to_owned(), vec![4, 3, 2, 1]),
            ("created:>now".to_owned(), vec![]),
            ("resolved:*".to_owned(), vec![2]),
            ("resolved:>now-1d".to_owned(), vec![2]),
            ("-resolved:>now-1d".to_owned(), vec![4, 3, 1]),
            ("resolved:<now-1d".to_owned(), vec![]),
            ("-resolved:<now-1d".to_owned(), vec![4, 3, 2, 1]),
            (
                "modified:>now-1d detected:<now".to_owned(),
                vec![4, 3, 2, 1],
            ),
            (format!("a_datetime:{day}"), vec![]),
        ] {
            let response = searches(&program, &query).await;
            assert_eq!(response.result(), expected, "{query}");
        }
    });
}

/// The numbers of the incidents.
const EVERYTHING: &[i64] = &[4, 3, 2, 1];

/// Queries with operators, and the numbers of the incidents, the highest first.
const OPERATORS: &[(&str, &[i64])] = &[
    ("", EVERYTHING),
    ("   ", EVERYTHING),
    ("*", EVERYTHING),
    ("checkout", &[1]),
    ("CHECKOUT SLOW", &[1]),
    ("\"slow checkout\"", &[]),
    ("\"checkout is\"", &[1]),
    ("check*slow", &[1]),
    ("slow*check", &[1]),
    ("restarted", &[2, 1]),
    ("\"the cache\"", &[1]),
    ("IR-3", &[3]),
    ("3 AND state:active", &[3]),
    ("is", &[2, 1]),
    ("checkout OR search", &[2, 1]),
    ("restarted NOT checkout", &[2]),
    ("restarted -checkout", &[2]),
    ("NOT restarted", &[4, 3]),
    ("NOT (checkout OR search)", &[4, 3]),
    ("state:active OR severity:SEV-1 AND checkout", &[4, 3]),
    ("(state:active OR severity:SEV-1) AND search", &[2]),
    ("(state:active OR restarted) -is_test:true", &[3, 2, 1]),
    ("NOT NOT checkout", &[1]),
    ("-(-checkout)", &[1]),
    ("\"100% _done_\"", &[]),
    ("\"\"", EVERYTHING),
    ("障害", &[]),
    ("missing", &[]),
];

#[test]
fn operators_texts_and_quotes_combine() {
    scenario_with_pages(async |world, users| {
        declares_four(world, users).await;
        let program = Program::of_muster(world).await;
        for (query, expected) in OPERATORS.iter().copied() {
            assert_eq!(
                searches(&program, query).await.result(),
                expected,
                "{query}"
            );
        }
    });
}

/// Queries that are rejected, and the error.
const REJECTED: &[(&str, &str)] = &[
    (
        "a stat:active",
        "query: at character 3: there's no facet “stat”; the nearest is “state”",
    ),
    (
        "a_numbr:1",
        "query: at character 1: there's no facet “a_numbr”; the nearest is “a_number”",
    ),
    (
        "  state:open",
        "query: at character 9: “open” isn't one of active, stable, resolved, completed",
    ),
    (
        "(a OR b",
        "query: at character 1: this parenthesis isn't closed",
    ),
    (
        "a_number:many",
        "query: at character 10: “many” isn't a number",
    ),
];

#[test]
fn query_that_cannot_be_searched_for_is_rejected_with_the_position() {
    scenario_with_pages(async |world, _| {
        defines_fields(world);
        let program = Program::of_muster(world).await;
        for (query, expected) in REJECTED.iter().copied() {
            assert_eq!(rejected(&program, query).await, expected);
        }
        let deep = rejected(&program, &"(".repeat(1_000)).await;
        assert!(deep.ends_with("a query is nested at most 20 levels deep"));
        let path = format!("{INCIDENTS}/search?sort=title&page[size]=0&include=todos");
        let response = program.sends(Method::GET, &path).await;
        let mut errors: Vec<&str> = response.body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        errors.sort_unstable();
        assert_eq!(
            errors,
            [
                "include: “todos” isn't one of users, attachments",
                "page[size]: must be a number from 1 to 100",
                "query: is missing",
                "sort: “title” isn't one of -created, created",
            ]
        );
    });
}
