//! The members about customer impact, which act on the oldest impact.

use serde_json::json;

use super::change;
use crate::api::Program;
use crate::harness::scenario::scenario_with_pages;

const INCIDENT: &str = "/api/v2/incidents/1";

/// Adds an impact that continues.
async fn adds_impact(program: &Program<'_>) {
    let start = "2026-11-23T14:00:00.000Z";
    let added = json!({
        "customer_impacted": true,
        "customer_impact_scope": "Carts time out",
        "customer_impact_start": start,
    });
    let added = program.patches(INCIDENT, change(added)).await;
    assert_eq!(added.status, 200, "{added:?}");
    added.assert_attributes(&json!({
        "customer_impacted": true,
        "customer_impact_start": start,
        "customer_impact_end": null,
    }));
}

#[test]
fn impact_is_added_edited_and_ended() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::writer(world, "alice").await;
        adds_impact(&program).await;
        let end = "2026-11-23T14:03:00.000Z";
        let edited = json!({ "customer_impact_scope": "Carts fail", "customer_impact_end": end });
        let edited = program.patches(INCIDENT, change(edited)).await;
        edited.assert_attributes(&json!({
            "customer_impact_scope": "Carts fail",
            "customer_impact_end": end,
            "customer_impact_duration": 180,
        }));
        let impacts = &edited.body["data"]["relationships"]["impacts"]["data"];
        assert_eq!(impacts.as_array().map(Vec::len), Some(1));

        let reopened = program
            .patches(INCIDENT, change(json!({ "customer_impact_end": null })))
            .await;
        assert_eq!(reopened.attribute("customer_impact_end"), &json!(null));
        let page = alice.signs_in().await.opens("/incidents/1").await;
        page.shows(&["Carts fail"]);
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn impact_needs_a_description_and_ends_after_its_start() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.declares("Checkout is slow").await;
        let program = Program::writer(world, "alice").await;
        let missing = program
            .patches(INCIDENT, change(json!({ "customer_impacted": true })))
            .await;
        let error =
            "data.attributes.customer_impact_scope: is missing, and customer_impacted is true";
        missing.assert_error(400, error);
        adds_impact(&program).await;
        for (attributes, error) in [
            (
                json!({ "customer_impacted": false }),
                "data.attributes.customer_impacted: can't be false while the incident has impacts. Delete them instead",
            ),
            (
                json!({ "customer_impact_end": "2026-11-23T13:00:00Z" }),
                "An impact can't end before it starts. Enter a later time, e.g. “now”.",
            ),
        ] {
            let response = program.patches(INCIDENT, change(attributes)).await;
            response.assert_error(400, error);
        }
        let page = alice.signs_in().await.opens("/incidents/1").await;
        page.shows(&["Carts time out"]);
        world.deliver_all().await;
        world.skips_messages();
    });
}
