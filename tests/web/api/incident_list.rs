//! Lists: pages, filters, orders.

use reqwest::Method;
use serde_json::json;

use super::{ApiResponse, INCIDENTS, Program};
use crate::harness::scenario::scenario_with_pages;
use crate::harness::user::TestUser;
use crate::harness::world::World;

const COUNT: i64 = 7;

async fn all_pages(program: &Program<'_>, size: usize, rest: &str) -> Vec<i64> {
    let mut numbers = Vec::new();
    loop {
        let offset = numbers.len();
        let path = format!("{INCIDENTS}?page%5Bsize%5D={size}&page%5Boffset%5D={offset}{rest}");
        let page = program.gets(&path).await;
        let count = page.numbers().len();
        let expected = json!({ "offset": offset, "next_offset": offset + count, "size": count });
        assert_eq!(page.body["meta"]["pagination"], expected);
        numbers.extend(page.numbers());
        if count < size {
            return numbers;
        }
    }
}

/// Returns the only error of a list.
async fn rejected(program: &Program<'_>, query: &str) -> String {
    let path = format!("{INCIDENTS}?{query}");
    let response = program.sends(Method::GET, &path).await;
    assert_eq!(response.status, 400, "{query}: {response:?}");
    response.error().to_owned()
}

#[test]
fn pages_of_any_size_make_up_the_list_in_every_order() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares_many(COUNT).await;
        let program = Program::of_muster(world).await;
        let ascending: Vec<i64> = (1..=COUNT).collect();
        let descending: Vec<i64> = (1..=COUNT).rev().collect();
        for (rest, expected) in [
            ("", &ascending),
            ("&sort=created", &ascending),
            ("&sort=-created", &descending),
            ("&filter[state]=active,stable", &ascending),
        ] {
            for size in [1, 2, 3, 6, 7, 8, 100] {
                let pages = all_pages(&program, size, rest).await;
                assert_eq!(pages, *expected, "{size} {rest}");
            }
        }
        for (sort, reverse) in [("modified", "-modified")] {
            let whole = all_pages(&program, 100, &format!("&sort={sort}")).await;
            let mut sorted = whole.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, ascending);
            let by_two = all_pages(&program, 2, &format!("&sort={sort}")).await;
            assert_eq!(by_two, whole);
            let mut backwards = all_pages(&program, 3, &format!("&sort={reverse}")).await;
            backwards.reverse();
            assert_eq!(backwards, whole);
        }
        let default = program.gets(INCIDENTS).await;
        assert_eq!(default.numbers(), ascending);
    });
}

#[test]
fn page_that_a_client_would_misread_is_rejected() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::of_muster(world).await;
        for size in [
            "-1",
            "0",
            "101",
            "1000000000",
            "99999999999999999999",
            "ten",
            "1.5",
        ] {
            let error = rejected(&program, &format!("page[size]={size}")).await;
            assert_eq!(error, "page[size]: must be a number from 1 to 100");
        }
        for offset in ["-1", "ten", "99999999999999999999999"] {
            let error = rejected(&program, &format!("page[offset]={offset}")).await;
            assert_eq!(error, "page[offset]: must be a number from 0");
        }
        for offset in [
            "1",
            "1000000000",
            "9223372036854775807",
            "18446744073709551615",
        ] {
            let path = format!("{INCIDENTS}?page[offset]={offset}");
            let page = program.gets(&path).await;
            assert_eq!(page.body["data"], json!([]), "{offset}");
        }
        let empty = format!("{INCIDENTS}?page[size]=&page[offset]=");
        assert_eq!(program.gets(&empty).await.numbers(), [1]);
    });
}

#[test]
fn all_mistakes_of_a_query_are_named_together() {
    scenario_with_pages(async |world, _| {
        let program = Program::of_muster(world).await;
        let query = "page[size]=0&include=todos&sort=title&filter[state]=open&filter[severity]=SEV-11\
                     &filter[since]=yesterday&filter[stat]=active";
        let path = format!("{INCIDENTS}?{query}");
        let response = program.sends(Method::GET, &path).await;
        let errors = response.body["errors"].as_array().unwrap();
        let mut names: Vec<_> = errors
            .iter()
            .map(|it| it.as_str().unwrap().split(':').next().unwrap())
            .collect();
        names.sort_unstable();
        let expected = [
            "filter[severity]",
            "filter[since]",
            "filter[stat]",
            "filter[state]",
            "include",
            "page[size]",
            "sort",
        ];
        assert_eq!((response.status, names.as_slice()), (400, &expected[..]));
        let known = "filter[state]: “open” isn't one of active, stable, resolved, completed";
        assert!(errors.contains(&json!(known)), "{errors:?}");
    });
}

/// Declares an incident, and an hour later another one, which is resolved. The first one changes last.
async fn declares_two(world: &World, alice: &TestUser<'_>) {
    let severity = |name: &'static str| [("Severity Level", name)];
    let first = alice
        .declares_with("Checkout is slow", &severity("SEV-2 High"))
        .await;
    world.advance(3600).await;
    let second = alice
        .declares_with("Search is down", &severity("SEV-1 Critical"))
        .await;
    alice
        .types(&second.channel, "/datadog incident resolve Restarted it")
        .await;
    world.advance(60).await;
    alice
        .types(&first.channel, "/datadog incident note Still slow")
        .await;
    world.deliver_all().await;
    world.skips_messages();
}

#[test]
fn list_is_filtered_by_state_severity_and_time() {
    scenario_with_pages(async |world, [alice, ..]| {
        declares_two(world, &alice).await;
        let program = Program::of_muster(world).await;
        let list = async |query: &str| program.gets(&format!("{INCIDENTS}?{query}")).await;
        let created = |list: &ApiResponse| {
            let created = &list.body["data"][0]["attributes"]["created"];
            created.as_str().unwrap().to_owned()
        };
        let at = created(&list("sort=-created").await);
        let with_zone = at.replace('Z', "+00:00");
        for (query, expected) in [
            ("filter[state]=active", vec![1]),
            ("filter[state]=resolved&filter[state]=active", vec![1, 2]),
            ("filter%5Bstate%5D=completed", vec![]),
            ("filter[severity]=SEV-1,UNKNOWN", vec![2]),
            ("filter[severity]=SEV-2&filter[state]=resolved", vec![]),
            (&format!("filter[since]={at}"), vec![2]),
            (&format!("filter[since]={with_zone}"), vec![2]),
            (&format!("filter[until]={at}"), vec![1]),
            (&format!("filter[since]={at}&filter[until]={at}"), vec![]),
            ("sort=modified", vec![2, 1]),
            ("sort=-modified", vec![1, 2]),
            ("unknown=1", vec![1, 2]),
        ] {
            assert_eq!(list(query).await.numbers(), expected, "{query}");
        }
        let included = list("include=users&page[size]=100").await;
        let included = included.body["included"].as_array().unwrap();
        assert_eq!(included.len(), 1, "alice, once: {included:?}");
    });
}
