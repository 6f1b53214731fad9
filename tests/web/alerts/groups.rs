//! The page of alerts: groups with the buttons of their cards, and alerts that no rule matched.

use muster_domain::alert::SourceKind;
use serde_json::json;

use super::intake_scenario_with_pages;
use super::{Sender, rows};
use crate::harness::world::World;

const PATH: &str = "/alerts";

/// The group that an alert belongs to.
const GROUPS: &str =
    "SELECT stage || ' ' || ifnull(incident_id, '-') FROM alert_groups ORDER BY id";

/// Returns a body with an alert of a service.
fn alert(title: &str, service: &str, status: &str) -> String {
    let labels = json!({ "service": service });
    json!({ "title": title, "key": title, "status": status, "severity": "critical", "labels": labels })
        .to_string()
}

/// Sends alerts of two services.
async fn send_two(world: &World) -> Sender<'_> {
    let tool = Sender::new(world, SourceKind::Json).await;
    for (title, service) in [("No orders", "checkout"), ("No logins", "login")] {
        assert_eq!(
            tool.sends(alert(title, service, "firing")).await.status,
            202
        );
    }
    world.deliver_all().await;
    tool
}

#[test]
fn groups_are_listed_with_their_buttons() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        browser.opens(PATH).await.shows(&["No firing alerts."]);
        send_two(world).await;
        let page = browser.opens(PATH).await;
        page.shows(&[
            "No orders",
            "No logins",
            "service checkout",
            "Suggested",
            "Rule All alerts",
        ]);
        browser
            .opens("/alerts?source=99")
            .await
            .hides(&["No orders"]);

        let ignore = "/alert-groups/2/ignore";
        let page = browser.submits(&page, ignore, &[("hours", "24")]).await;
        page.shows(&["No logins", "Ignored by alice"]);
        assert_eq!(rows(world, GROUPS), ["suggested -", "ignored -"]);
    });
}

#[test]
fn incident_is_declared_from_a_group_on_the_page() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let tool = send_two(world).await;
        let form = browser.opens("/incidents/new?alerts=1").await;
        assert!(form.html.contains("value=\"No orders\""));
        browser.submits(&form, "/incidents/new", &[]).await;
        assert_eq!(rows(world, GROUPS), ["attached 1", "suggested -"]);
        world.deliver_all().await;
        browser
            .opens(PATH)
            .await
            .shows(&["Declared by alice", "IR-1"]);
        assert_eq!(
            tool.sends(alert("No orders", "checkout", "resolved"))
                .await
                .status,
            202
        );
        // The other group offers to be added to the incident, which is called “No orders”.
        let firing = browser.opens(PATH).await;
        firing.hides(&["Declared by alice"]);
        browser
            .opens("/alerts?show=resolved")
            .await
            .shows(&["No orders", "resolved after"]);
    });
}

#[test]
fn group_is_added_to_an_incident_on_the_page() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let browser = alice.signs_in().await;
        send_two(world).await;
        let page = browser.opens(PATH).await;
        let add = "/alert-groups/1/add";
        let page = browser.submits(&page, add, &[("incident", "1")]).await;
        page.shows(&["IR-1", "Checkout is slow"]);
        assert_eq!(rows(world, GROUPS), ["attached 1", "suggested -"]);
        browser
            .opens(PATH)
            .await
            .shows(&["Added to an incident by alice"]);
    });
}

#[test]
fn alerts_without_a_rule_are_listed_and_private_groups_are_hidden() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let rule = json!([{ "name": "Logins", "match": ["service=login"], "private": true }]);
        world.change_settings(&[("alert_rules", rule)]);
        let browser = alice.signs_in().await;
        send_two(world).await;
        let page = browser.opens(PATH).await;
        page.shows(&["Without a rule", "No orders"]);
        page.hides(&["No logins"]);
        let hidden = browser.opens("/incidents/new?alerts=1").await;
        hidden.hides(&["No logins"]);
        assert_eq!(
            hidden.status,
            browser.opens("/incidents/new?alerts=9").await.status
        );
    });
}

#[test]
fn admin_ignores_a_group_always_on_the_page_and_others_cannot() {
    intake_scenario_with_pages(async |world, [alice, bob, _]| {
        let tool = send_two(world).await;
        let member = bob.signs_in().await;
        let page = member.opens(PATH).await;
        let always = [("hours", "always")];
        let rejected = member
            .submits(&page, "/alert-groups/1/ignore", &always)
            .await;
        let reason =
            "Only workspace admins can add alert rules. Ask one of them, or choose 24 hours.";
        rejected.shows(&[reason]);
        assert_eq!(rows(world, GROUPS), ["suggested -", "suggested -"]);

        let admin = alice.signs_in().await;
        for group in ["/alert-groups/1/ignore", "/alert-groups/2/ignore"] {
            let page = admin.opens(PATH).await;
            let page = admin.submits(&page, group, &always).await;
            page.shows(&["Ignored by alice"]);
        }
        assert_eq!(rows(world, GROUPS), ["ignored -", "ignored -"]);
        let rules = "SELECT (value ->> 'name') || ': ' || (value -> 'match' ->> 0) || ' ' || (value ->> 'action')
                       FROM json_each((SELECT value FROM settings WHERE key = 'alert_rules'))
                      WHERE value ->> 'name' <> 'All alerts'";
        assert_eq!(
            rows(world, rules),
            [
                "Ignore No logins: title=No logins ignore",
                "Ignore No orders: title=No orders ignore",
            ]
        );
        world.advance(3_600).await;
        tool.sends(alert("No orders", "checkout", "resolved")).await;
        tool.sends(alert("No orders", "checkout", "firing")).await;
        let page = admin.opens(PATH).await;
        page.shows(&["Listed only", "Rule Ignore No orders"]);
    });
}

#[test]
fn omitted_alerts_are_counted_on_the_page() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let tool = Sender::new(world, SourceKind::Grafana).await;
        let body = |omitted: u64| {
            let alert = json!({ "status": "firing", "labels": { "alertname": "Disk" }, "fingerprint": "a" });
            json!({ "truncatedAlerts": omitted, "alerts": [alert] }).to_string()
        };
        let browser = alice.signs_in().await;
        assert_eq!(tool.sends(body(7)).await.status, 202);
        let page = browser.opens(PATH).await;
        page.shows(&["1 alert and 7 more that Grafana left out"]);
        assert_eq!(tool.sends(body(0)).await.status, 202);
        browser.opens(PATH).await.hides(&["left out"]);
    });
}

#[test]
fn group_of_a_private_rule_stays_hidden_when_the_rule_is_renamed() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let set_rule = |name: &str, is_private: bool| {
            let rule = json!([{ "name": name, "private": is_private }]);
            world.change_settings(&[("alert_rules", rule)]);
        };
        set_rule("Secret", true);
        let browser = alice.signs_in().await;
        send_two(world).await;
        browser.opens(PATH).await.hides(&["No logins", "No orders"]);
        set_rule("Renamed", false);
        browser.opens(PATH).await.hides(&["No logins", "No orders"]);
        let page = browser.opens("/incidents/new?alerts=1").await;
        page.hides(&["No orders"]);
    });
}

#[test]
fn description_and_links_are_listed_and_any_page_number_is_accepted() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let tool = Sender::new(world, SourceKind::Json).await;
        let body = json!({
            "title": "No orders", "description": "<b>See</b> the graph.", "url": "https://graph.example/1",
            "labels": { "alertname": "Orders", "severity": "page", "region": "eu" },
        });
        assert_eq!(tool.sends(body.to_string()).await.status, 202);
        let page = browser.opens(PATH).await;
        page.shows(&["<b>See</b> the graph.", "region eu", "30 min"]);
        page.hides(&["alertname", "severity page"]);
        let link = "<a href=\"https://graph.example/1\" rel=\"noreferrer\">Source</a>";
        assert!(page.html.contains(link), "{}", page.html);
        for number in ["-1", "0", "9223372036854775807"] {
            let page = browser.opens(&format!("{PATH}?page={number}")).await;
            assert_eq!(page.status, 200, "{number}");
        }
    });
}

#[test]
fn acknowledged_alert_and_wrong_clock_are_remarked() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let tool = Sender::new(world, SourceKind::PagerDuty).await;
        let event = |action: &str| {
            let payload = json!({
                "summary": "No orders", "source": "prom", "severity": "error",
                "timestamp": "2025-11-23T14:05:00Z",
            });
            json!({ "event_action": action, "dedup_key": "orders", "payload": payload }).to_string()
        };
        tool.sends(event("trigger")).await;
        let page = browser.opens(PATH).await;
        page.shows(&["the clock of its source is off"]);
        page.hides(&["acknowledged"]);
        tool.sends(event("acknowledge")).await;
        let page = browser.opens(PATH).await;
        page.shows(&["acknowledged in its source"]);
    });
}
