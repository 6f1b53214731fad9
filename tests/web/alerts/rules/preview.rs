//! The preview of an alert rule: the past alerts that it decides about, and what it would have done.

use muster_domain::alert::SourceKind;
use serde_json::json;

use super::EDIT;
use crate::alerts::{Sender, intake_scenario_with_pages, rows};
use crate::browser::{Browser, Page};

/// The fields of a rule that declares incidents.
const CRITICAL: [(&str, &str); 4] = [
    ("name", "Critical"),
    ("match", "severity=critical"),
    ("action", "declare"),
    ("title", "{{title}} in {{labels.region}}"),
];

/// Sends an alert of a service.
async fn sends(tool: &Sender<'_>, title: &str, service: &str, status: &str) {
    let severity = if service == "mail" {
        "info"
    } else {
        "critical"
    };
    let labels = json!({ "service": service, "region": "eu" });
    let body = json!({
        "title": title, "key": title, "status": status, "severity": severity, "labels": labels,
    });
    assert_eq!(tool.sends(body.to_string()).await.status, 202);
}

async fn previews(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Page {
    let form = browser.opens(path).await;
    let preview = [("preview", "yes")];
    let fields: Vec<_> = fields.iter().chain(&preview).copied().collect();
    browser.submits(&form, EDIT, &fields).await
}

#[test]
fn preview_shows_what_the_rule_would_have_done_with_the_alerts_of_a_day() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = previews(&browser, EDIT, &CRITICAL).await;
        page.shows(&[
            "Nothing is saved yet.",
            "No alert fired in the last 24 hours.",
        ]);

        let tool = Sender::new(world, SourceKind::Json).await;
        sends(&tool, "No orders", "checkout", "firing").await;
        sends(&tool, "Queue is long", "mail", "firing").await;
        world.advance(60).await;
        sends(&tool, "No orders", "checkout", "resolved").await;
        sends(&tool, "No logins", "login", "firing").await;
        world.advance(180).await;
        let page = previews(&browser, EDIT, &CRITICAL).await;
        page.shows(&[
            "2 of 3 alerts of the last 24 hours match.",
            "1 incident declared",
            "1 group resolved within 2 min: nothing done",
            "No logins critical",
            "Incident declared: SEV-2 No logins in eu",
            "No orders critical",
            "Resolved before the hold ended",
            "service login, mail, checkout",
        ]);
        assert_eq!(
            rows(world, "SELECT key FROM settings WHERE key = 'alert_rules'"),
            [""; 0],
            "nothing is stored"
        );
        assert_eq!(rows(world, "SELECT id FROM incidents"), [""; 0]);
        world.advance(24 * 3600).await;
        previews(&browser, EDIT, &CRITICAL)
            .await
            .shows(&["No alert fired in the last 24 hours."]);
    });
}

#[test]
fn preview_respects_the_order_of_the_rules() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let tool = Sender::new(world, SourceKind::Json).await;
        for number in 0..7 {
            sends(&tool, &format!("Job {number}"), "jobs", "firing").await;
            world.advance(60).await;
        }
        let fields = [
            ("name", "Jobs"),
            ("match", "service=jobs"),
            ("action", "ignore"),
        ];
        let page = previews(&browser, EDIT, &fields).await;
        page.shows(&[
            "7 of 7 alerts of the last 24 hours match.",
            "1 group listed only",
            "Job 6",
        ]);
        page.hides(&["Job 1"]);
        let last: Vec<_> = fields
            .iter()
            .copied()
            .chain([("position", "All alerts")])
            .collect();
        previews(&browser, EDIT, &last).await.shows(&[
            "None of the 7 alerts of the last 24 hours matches.",
            "7 more alerts would match, but rules before this one decide.",
        ]);
        // A stored rule is previewed at once, also while it is off or snoozed.
        let rule = json!({
            "name": "Jobs", "match": ["service=jobs"], "threshold": 9, "enabled": false,
            "snoozed_until": "2030-01-01T00:00:00.000Z",
        });
        world.change_settings(&[("alert_rules", json!([rule]))]);
        browser.opens(&format!("{EDIT}?name=Jobs")).await.shows(&[
            "7 of 7 alerts of the last 24 hours match.",
            "1 group with fewer than 9 alerts: nothing done",
        ]);
        let rejected = previews(&browser, EDIT, &[("name", "Jobs"), ("threshold", "0")]).await;
        rejected.shows(&["There's already a rule Jobs.", "Must be 1 to 1000, not 0."]);
    });
}
