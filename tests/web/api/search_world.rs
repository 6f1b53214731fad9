//! Four incidents with different attributes, for the stories of the search.

use serde_json::json;

use super::search::search_path;
use super::{ApiResponse, Program};
use crate::browser::{Browser, OK};
use crate::harness::user::TestUser;
use crate::harness::world::World;

/// Searches for incidents.
pub async fn searches(program: &Program<'_>, query: &str) -> ApiResponse {
    program.gets(&search_path(&[("query", query)])).await
}

/// Defines Services, Teams, a text, a number and a time.
pub fn defines_fields(world: &World) {
    let fields = json!([
        { "name": "services", "type": "multi_select" },
        { "name": "teams", "type": "multi_select" },
        { "name": "a_text", "type": "text" },
        { "name": "a_number", "type": "number" },
        { "name": "a_datetime", "type": "datetime" },
    ]);
    let services = json!(["checkout", "search", "login"]);
    world.change_settings(&[("services", services), ("fields", fields)]);
}

/// Edits a field of an incident on its page.
async fn saves(browser: &Browser<'_>, number: i64, field: &str, value: &str) {
    let page = format!("/incidents/{number}");
    let form = browser.opens(&format!("{page}?edit={field}")).await;
    let (input, was) = (format!("field_{field}"), format!("expected_field_{field}"));
    let key = form.html.split("name=\"key\" value=\"").nth(1).unwrap();
    let key = key.split('"').next().unwrap();
    let fields = [("key", key), (&was, ""), (&input, value)];
    let path = format!("{page}/fields/{field}");
    let saved = browser.posts(&path, &fields).await;
    assert_eq!(saved.status, OK, "{}", saved.text());
}

/// Declares the first incident. Returns its channel.
async fn declares_first(world: &World, alice: &TestUser<'_>, bob: &TestUser<'_>) -> String {
    let severity = [("Severity Level", "SEV-2 High")];
    let first = alice.declares_with("Checkout is slow", &severity).await;
    let impact = "/datadog incident impact since 15 minutes ago Customers cannot pay";
    alice.types(&first.channel, impact).await;
    world.advance(1_800).await;
    for command in ["/datadog incident impact end", "/datadog stable"] {
        alice.types(&first.channel, command).await;
    }
    let summary = [("What happened", "The disk was full")];
    alice.updates(&first.channel, &summary).await;
    bob.joins(&first.channel).await;
    let note = "/datadog incident note Restarted the cache";
    bob.types(&first.channel, note).await;
    world.advance(3_600).await;
    first.channel
}

/// Declares four incidents, two hours, one hour and some seconds ago:
///
/// 1. by alice, stable, SEV-2, had an impact of half an hour, of the service checkout;
/// 2. by bob, resolved, SEV-1, with a postmortem, of the service search;
/// 3. by alice, active;
/// 4. by alice, active, a test.
pub async fn declares_four(world: &World, [alice, bob, _]: [TestUser<'_>; 3]) {
    defines_fields(world);
    let first = declares_first(world, &alice, &bob).await;
    let severity = [("Severity Level", "SEV-1 Critical")];
    let second = bob.declares_with("Search is down", &severity).await;
    world.advance(1_800).await;
    let resolve = "/datadog incident resolve Restarted it";
    bob.types(&second.channel, resolve).await;
    let postmortem = "/datadog incident postmortem https://wiki.example/pm";
    bob.types(&second.channel, postmortem).await;
    world.advance(4_000).await;
    alice.declares("Login fails").await;
    alice
        .types("#general", "/datadog incident test Drill")
        .await;
    alice.submits_and_closes(&[]).await;
    world.deliver_all().await;
    let browser = alice.signs_in().await;
    for (number, field, value) in [
        (2, "services", "search"),
        (1, "services", "checkout"),
        (1, "a_number", "7"),
        (2, "a_number", "70.5"),
        (1, "a_text", "The Postgres primary"),
    ] {
        saves(&browser, number, field, value).await;
    }
    for channel in [&first, &second.channel] {
        bob.types(channel, "/datadog incident note Checked").await;
    }
    world.deliver_all().await;
    world.skips_messages();
}
