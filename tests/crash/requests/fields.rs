//! Crash tests for fields that the team defines: their modals, their form, and the groups that they invite.

use muster::clock::Clock;
use muster::store::OfflineSettings;
use muster_commands::{declare, resolve, update};
use serde_json::json;

use crate::deliveries::declare_and_deliver;
use crate::harness::prelude::*;
use crate::web_form::{WebForm, test_prepared_form_redelivery};

const UPDATE: &str = "/datadog incident update";

/// Lists two services, the second with the user group of bob and chioma, and requires a region of resolved incidents.
fn define_fields(world: &World) {
    let region = json!({
        "name": "region", "type": "single_select", "values": ["eu", "us"], "required": "resolved",
    });
    let settings = [
        (
            "services",
            json!(["search", { "name": "checkout", "slack": "@oncall" }]),
        ),
        (
            "fields",
            json!([{ "name": "services", "type": "multi_select" }, region]),
        ),
    ];
    let settings = settings.map(|(key, value)| (key.to_owned(), value));
    let mut offline = OfflineSettings::open(world.database.path().as_ref()).unwrap();
    let changed = offline.change(|before| before.with_values(settings), Clock::system().now());
    assert_eq!(changed.unwrap().unwrap().len(), 2);
}

fn values(world: &World) -> Vec<String> {
    let values = "SELECT field || ' ' || value FROM field_values ORDER BY field, position";
    world.database.query(values)
}

/// Kills the bot while it lists the members of a group.
pub async fn kill_during_service_change(kind: DeliveryKind) {
    let case = DeliveryCase::create(kind, "a changed service");
    let prepare = async |world: &World| define_fields(world);
    let act = async |world: &World, (): &()| {
        let fields = [("Services", "checkout")];
        let form = world.open_modal("alice", CHANNEL, UPDATE, &fields).await;
        world.submit_modal("alice", &form).await;
    };
    kill_during(case, prepare, act, |world, ()| {
        assert_eq!(values(world), ["services checkout"]);
        assert_event_count(world, "updated", 1);
        let members = world.slack.members(CHANNEL);
        for name in ["alice", "bob", "chioma"] {
            assert!(members.contains(&world.slack.user(name)), "{name}");
        }
        world.assert_all_is_done();
    })
    .await;
}

#[tokio::test]
async fn redelivered_declare_modal_stores_fields_once() {
    run_matrix(
        "the declaration modal with fields",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            define_fields(&world);
            let text = "/datadog incident Checkout is slow";
            let fields = [("Services", "search")];
            let form = world.open_modal("alice", "#general", text, &fields).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            let request_name = RequestName::Modal(declare::CALLBACK_ID);
            kill_and_redeliver(&mut world, kill_point, request_name, gesture).await;
            assert_eq!(world.database.count("incidents"), 1);
            assert_eq!(values(&world), ["services search"]);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_update_modal_changes_a_field_once() {
    run_matrix(
        "the update modal with fields",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            define_fields(&world);
            declare_and_deliver(&world).await;
            let fields = [("Services", "search"), ("Region", "eu")];
            let form = world.open_modal("alice", CHANNEL, UPDATE, &fields).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            let request_name = RequestName::Modal(update::CALLBACK_ID);
            kill_and_redeliver(&mut world, kill_point, request_name, gesture).await;
            assert_eq!(values(&world), ["region eu", "services search"]);
            assert_event_count(&world, "updated", 2);
        },
    )
    .await;
}

#[tokio::test]
async fn redelivered_resolve_modal_stores_the_required_field_once() {
    run_matrix(
        "the resolve modal with a required field",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            define_fields(&world);
            declare_and_deliver(&world).await;
            let text = "/datadog incident resolve Rolled back.";
            let fields = [("Region", "us")];
            let form = world.open_modal("alice", CHANNEL, text, &fields).await;
            let slack = world.slack.clone();
            let gesture = slack.submits("alice", &form);
            let request_name = RequestName::Modal(resolve::CALLBACK_ID);
            kill_and_redeliver(&mut world, kill_point, request_name, gesture).await;
            assert_eq!(values(&world), ["region us"]);
            assert_event_count(&world, "updated", 2);
            assert_event_count(&world, "status_update", 1);
        },
    )
    .await;
}

#[tokio::test]
async fn repeated_form_of_a_configured_field_changes_it_once() {
    let form = WebForm {
        route: "/incidents/{id}/fields/{name}",
        path: "/incidents/1/fields/services",
        user: "alice",
        fields: &[("field_services", "search")],
        prepared_by: &[],
        sent_before: None,
    };
    test_prepared_form_redelivery(&form, define_fields, |world| {
        assert_eq!(values(world), ["services search"]);
        assert_event_count(world, "updated", 1);
    })
    .await;
}
