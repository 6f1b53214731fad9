//! Changes in PagerDuty's form: stored, and shown on the incidents of their time.

use muster_domain::alert::SourceKind;
use muster_domain::{IncidentId, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use super::{IntakeResponse, Sender, intake_scenario, intake_scenario_with_pages};
use super::{receive, request_to, rows};
use crate::harness::prelude::RESOLVED;
use crate::harness::world::World;
use crate::support::binary::{muster, run};

const PATH: &str = "/v2/change/enqueue";

async fn sends(world: &World, path: &str, event: &Value) -> IntakeResponse {
    receive(request_to(world, Method::POST, path).json(event)).await
}

/// Returns a change at a number of minutes from now.
fn change(world: &World, tool: &Sender<'_>, summary: &str, minutes: i64) -> Value {
    let at = Timestamp::from_epoch_millis(world.now() + minutes * 60_000);
    json!({
        "routing_key": tool.token,
        "payload": {
            "summary": summary, "source": "ci", "timestamp": at,
            "custom_details": { "version": "1.2" },
        },
        "links": [{ "href": "https://ci.example/77", "text": "Build" }, { "href": "javascript:alert(1)" }],
    })
}

fn summaries(world: &World) -> Vec<String> {
    rows(world, "SELECT summary FROM change_events ORDER BY id")
}

#[test]
fn changes_of_the_time_of_an_incident_are_on_its_page_and_in_its_export() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let tool = Sender::new(world, SourceKind::PagerDuty).await;
        for (summary, minutes) in [("Deployed search", -61), ("Deployed <b>checkout</b>", -59)] {
            let event = change(world, &tool, summary, minutes);
            assert_eq!(sends(world, PATH, &event).await.status, 202);
        }
        let incident = alice.declares("Checkout is slow").await;
        world.advance(600).await;
        let event = change(world, &tool, "Rolled back checkout", 0);
        sends(world, "/alerts/pagerduty/v2/change/enqueue", &event).await;
        let browser = alice.signs_in().await;
        let page = browser.opens("/incidents/1").await;
        page.shows(&[
            "Changes",
            "Rolled back checkout",
            "Deployed <b>checkout</b>",
            "ci · version 1.2 · from source",
            "Build",
        ]);
        page.hides(&["Deployed search", "javascript:"]);
        let (new, old) = (page.html.find("Rolled back"), page.html.find("Deployed"));
        assert!(new < old, "the newest is first");

        alice.updates(&incident.channel, &[RESOLVED]).await;
        world.advance(600).await;
        let event = change(world, &tool, "Deployed payments", 0);
        sends(world, PATH, &event).await;
        let page = browser.opens("/incidents/1").await;
        page.hides(&["Deployed payments"]);
        assert_exported(world);
    });
}

/// Checks the changes in the export.
fn assert_exported(world: &World) {
    let database = world.database_path();
    let folder = database.with_file_name("exported");
    let mut command = muster(database.parent().unwrap());
    command.env("DATABASE_PATH", &database).arg("export");
    let (code, _, stderr) = run(command.arg(&folder));
    assert_eq!(code, 0, "{stderr}");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let json: Value = serde_json::from_str(&read(&format!("{}.json", IncidentId(1)))).unwrap();
    let changes = json["changes"].as_array().unwrap().iter();
    let summaries: Vec<_> = changes.map(|it| it["summary"].as_str().unwrap()).collect();
    assert_eq!(
        summaries,
        ["Rolled back checkout", "Deployed <b>checkout</b>"]
    );
    assert_eq!(json["changes"][0]["source"], "ci");
    assert_eq!(json["changes"][0]["details"], json!({ "version": "1.2" }));
    let markdown = read("IR-1.md");
    let row = ": Rolled back checkout (ci) · Build: <https://ci.example/77>";
    assert!(
        markdown.contains("## Changes") && markdown.contains(row),
        "{markdown}"
    );
}

#[test]
fn change_is_answered_as_pagerduty_does_and_stored_once() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::PagerDuty).await;
        let event = change(world, &tool, "Deployed checkout", 0);
        for _ in 0..2 {
            let response = sends(world, PATH, &event).await;
            assert_eq!(response.status, 202);
            let expected = json!({ "status": "success", "message": "Change event processed" });
            assert_eq!(response.body, expected);
        }
        let untimed = json!({ "routing_key": tool.token, "payload": { "summary": "Flag on" } });
        for seconds in [0, 0, 3_600] {
            world.advance(seconds).await;
            assert_eq!(sends(world, PATH, &untimed).await.status, 202);
        }
        assert_eq!(
            summaries(world),
            ["Deployed checkout", "Flag on", "Flag on"]
        );
        let outcomes = tool.outcomes(2).await;
        let repeated = "The same change was received before, so nothing was stored.";
        assert_eq!(outcomes, ["Change: Flag on", repeated]);
        let bodies = rows(world, "SELECT CAST(body AS TEXT) FROM alert_bodies");
        assert!(bodies.iter().all(|it| !it.contains(&tool.token)));
        assert!(super::alerts(world).is_empty());
        // A clock that is a year off counts as the time of receipt.
        let off = change(world, &tool, "Deployed login", 525_600);
        sends(world, PATH, &off).await;
        let late = "SELECT happened_at = received_at FROM change_events ORDER BY id DESC LIMIT 1";
        let is_now: bool = world
            .open_database()
            .query_row(late, [], |row| row.get(0))
            .unwrap();
        assert!(is_now);
        world.advance(31 * 24 * 3_600).await;
        let store = world.store().await;
        let now = Timestamp::from_epoch_millis(world.now());
        store.delete_expired(now).await.unwrap();
        assert_eq!(summaries(world), [""; 0]);
    });
}

#[test]
fn invalid_changes_are_rejected_as_pagerduty_does() {
    intake_scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::PagerDuty).await;
        let key = &tool.token;
        let other = Sender::new(world, SourceKind::Json).await;
        for (event, reason) in [
            (json!({}), "routing_key is missing."),
            (
                json!({ "routing_key": other.token }),
                "routing_key is unknown.",
            ),
            (json!({ "routing_key": key }), "payload is missing."),
            (
                json!({ "routing_key": key, "payload": { "source": "ci" } }),
                "payload.summary is missing.",
            ),
            (
                json!({ "routing_key": key, "payload": { "summary": "a", "timestamp": "soon" } }),
                "payload.timestamp must be a time such as 2026-11-23T14:05:00Z.",
            ),
        ] {
            let response = sends(world, PATH, &event).await;
            assert_eq!(response.status, 400, "{reason}");
            let expected = json!({
                "status": "invalid event", "message": "Event object is invalid", "errors": [reason],
            });
            assert_eq!(response.body, expected);
        }
        assert_eq!(summaries(world), [""; 0]);
        assert_eq!(tool.outcomes(9).await.len(), 3, "those with a known key");
    });
}
