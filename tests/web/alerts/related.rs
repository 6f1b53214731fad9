//! Alerts that look related to an incident that a user declares: on its page, and declared by a program.

use muster_domain::alert::SourceKind;
use serde_json::json;

use super::{Sender, intake_scenario_with_pages, rows};
use crate::api::Program;
use crate::harness::world::World;

const ATTACH: &str = "/incidents/1/attach-alerts";

/// The groups and their incidents.
const GROUPS: &str =
    "SELECT title || ' ' || ifnull(incident_id, '-') FROM alert_groups ORDER BY id";

/// Reports an alert without a service.
async fn report(world: &World, title: &str) {
    let tool = Sender::new(world, SourceKind::Json).await;
    let alert = json!({ "title": title, "url": "https://prom.example/1" });
    assert_eq!(tool.sends(alert.to_string()).await.status, 202);
    world.deliver_all().await;
}

#[test]
fn related_alerts_are_attached_on_the_page_of_the_incident() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        for title in ["Checkout fails", "Checkout is slow", "Disk is full"] {
            report(world, title).await;
        }
        let browser = alice.signs_in().await;
        let form = browser.opens("/incidents/new").await;
        let fields = [("title", "Checkout is broken")];
        let page = browser.submits(&form, "/incidents/new", &fields).await;
        page.shows(&[
            "2 alerts look related: Checkout is slow, Checkout fails",
            "Attach",
        ]);
        let attached = browser.submits(&page, ATTACH, &[]).await;
        attached.shows(&["alice added the alert Checkout fails"]);
        attached.hides(&["look related"]);
        assert_eq!(
            rows(world, GROUPS),
            ["Checkout fails 1", "Checkout is slow 1", "Disk is full -"]
        );
        let signals = rows(world, "SELECT url FROM signals WHERE incident_id = 1");
        assert_eq!(signals, ["https://prom.example/1"]);
        // The form of another tab.
        let again = browser.posts(ATTACH, &[("key", "c0ffee")]).await;
        again.shows(&["These alerts already belong to IR-1."]);
        world.deliver_all_advancing().await;
    });
}

#[test]
fn outsider_of_a_private_incident_and_unrelated_alerts_attach_nothing() {
    intake_scenario_with_pages(async |world, [alice, bob, _]| {
        report(world, "Payroll export fails").await;
        let browser = alice.signs_in().await;
        let form = browser.opens("/incidents/new").await;
        let fields = [("title", "Payroll export failed"), ("ticked", "private")];
        let page = browser.submits(&form, "/incidents/new", &fields).await;
        page.shows(&["1 alert looks related: Payroll export fails"]);
        let outsider = bob.signs_in().await;
        let hidden = outsider.posts(ATTACH, &[("key", "c0ffee")]).await;
        let missing = outsider
            .posts("/incidents/99/attach-alerts", &[("key", "c0ffee")])
            .await;
        assert_eq!(
            (hidden.status, hidden.text()),
            (missing.status, missing.text())
        );
        assert_eq!(hidden.status, 404);
        assert_eq!(rows(world, GROUPS), ["Payroll export fails -"]);
        alice.declares("Login is down").await;
        let path = "/incidents/2/attach-alerts";
        let none = browser.posts(path, &[("key", "c0ffee")]).await;
        none.shows(&["No alerts look related to IR-2."]);
        world.deliver_all_advancing().await;
    });
}

#[test]
fn related_alerts_are_offered_when_a_program_declares() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        report(world, "Checkout fails").await;
        let program = Program::writer(world, "alice").await;
        let attributes = json!({ "title": "Checkout failing", "customer_impacted": false });
        let body = json!({ "data": { "type": "incidents", "attributes": attributes } });
        let created = program.posts("/api/v2/incidents", body).await;
        assert_eq!(created.status, 201, "{created:?}");
        world.deliver_all().await;
        let channel = world.incident_channels().pop().unwrap();
        let posts = alice.reads(&channel);
        let offer = "1 alert looks related: Checkout fails.\n[Attach]";
        assert!(posts.iter().any(|it| it == offer), "{posts:?}");
        let page = alice.signs_in().await.opens("/incidents/1").await;
        page.shows(&["1 alert looks related: Checkout fails"]);
    });
}
