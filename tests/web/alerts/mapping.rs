//! The mapping of a source of JSON: its editor, the trial with a body, and its effect.

use muster_domain::alert::SourceKind;
use serde_json::json;

use super::intake_scenario_with_pages;
use super::{Sender, alerts, rows};
use crate::browser::OK;

const PATH: &str = "/settings/alert-sources/1/mapping";

pub(super) const MAPPING: &str = "each = \"/problems\"
title = [\"/name\", \"/text\"]
key = [\"/id\"]
status = [\"/state\"]
resolved = [\"gone\"]
severity = [\"/level\"]

[labels]
host = \"/where/host\"
";

/// Returns a body with two alerts.
pub(super) fn body(state: &str) -> String {
    json!({ "problems": [
        { "id": 7, "name": "Disk is full", "state": state, "level": "high", "where": { "host": "db-1" } },
        { "id": 8, "text": "CPU is busy", "state": "on" },
    ] })
    .to_string()
}

#[test]
fn mapping_is_tried_with_a_stored_body() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let tool = Sender::new(world, SourceKind::Json).await;
        let rejected = tool.sends(body("on")).await;
        assert_eq!(rejected.status, 400);
        let page = browser.opens("/settings/alert-sources/1").await;
        page.shows(&[
            "Mapping none",
            "Try a mapping with it",
            "Alert 1 has no \"title\".",
        ]);
        let form = browser.opens(&format!("{PATH}?body=1")).await;
        assert!(form.html.contains("Disk is full"), "the body is filled in");
        let tried = browser
            .submits(&form, PATH, &[("mapping", MAPPING), ("action", "try")])
            .await;
        tried.shows(&[
            "Disk is full firing · high",
            "key 7 · host=db-1",
            "CPU is busy firing",
        ]);
        assert!(alerts(world).is_empty(), "a trial stores nothing");
    });
}

#[test]
fn saved_mapping_is_used_until_it_is_removed() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let tool = Sender::new(world, SourceKind::Json).await;
        let form = browser.opens(PATH).await;
        let fields = [("mapping", MAPPING), ("action", "save")];
        let saved = browser.submits(&form, PATH, &fields).await;
        saved.shows(&["Saved the mapping.", "Mapping custom"]);
        assert_eq!(tool.sends(body("on")).await.status, 202);
        assert_eq!(tool.sends(body("gone")).await.status, 202);
        assert_eq!(
            alerts(world),
            ["Disk is full resolved 1", "CPU is busy firing 2"]
        );
        assert_eq!(
            rows(world, "SELECT labels FROM alerts WHERE id = 1"),
            ["{\"host\":\"db-1\"}"]
        );
        let form = browser.opens(PATH).await;
        assert!(
            form.html.contains("[labels]\nhost = &#34;/where/host&#34;"),
            "{}",
            form.html
        );
        let removed = browser.submits(&form, PATH, &[("action", "remove")]).await;
        removed.shows(&["Mapping none"]);
        assert_eq!(tool.sends(body("on")).await.status, 400);
    });
}

#[test]
fn invalid_mapping_is_rejected_with_what_was_entered() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        Sender::new(world, SourceKind::Json).await;
        let form = browser.opens(PATH).await;
        for (mapping, reason) in [
            ("title = ", "The mapping isn't valid"),
            ("titel = [\"/a\"]", "unknown field `titel`"),
            ("key = [\"/a\"]", "The mapping has no title."),
            (
                "title = [\"name\"]",
                "A JSON Pointer starts with a slash: /name.",
            ),
        ] {
            for action in ["try", "save"] {
                let fields = [("mapping", mapping), ("action", action)];
                let page = browser.submits(&form, PATH, &fields).await;
                assert_eq!(page.status, 422, "{mapping}");
                page.shows(&[reason, mapping]);
            }
        }
        let fields = [("mapping", MAPPING), ("body", "{}"), ("action", "try")];
        let page = browser.submits(&form, PATH, &fields).await;
        assert_eq!(page.status, OK);
        page.shows(&["There's no list at /problems."]);
        Sender::new(world, SourceKind::Sentry).await;
        assert_eq!(
            browser
                .opens("/settings/alert-sources/2/mapping")
                .await
                .status,
            404
        );
    });
}
