//! Slack user groups and channels of services and teams: their members join the channel of the incident.

use muster_sandbox::Fault;
use serde_json::json;

use crate::field::{define_fields, skip_messages};
use crate::harness::prelude::*;

const INCIDENT_CHANNEL: &str = "#incident-1-checkout-is-slow";

fn members(world: &World, channel: &str) -> Vec<&'static str> {
    let members = world.slack.members(channel);
    let names = ["alice", "bob", "chioma"].into_iter();
    names
        .filter(|name| members.contains(&world.slack.user(name)))
        .collect()
}

/// Declares “Checkout is slow” with the service checkout.
async fn declares_with_service(alice: &TestUser<'_>, options: &[&str]) {
    alice.opens_declare_modal().await;
    if !options.is_empty() {
        alice.fills_several("Options", options).await;
    }
    alice.submits_and_closes(&[("Services", "checkout")]).await;
}

#[test]
fn members_of_the_group_join_the_channel_at_the_declaration() {
    over_both_transports(async |world, [alice, ..]| {
        define_fields(world);
        declares_with_service(&alice, &[]).await;
        world.deliver_all_advancing().await;
        assert_eq!(members(world, INCIDENT_CHANNEL), ["alice", "bob", "chioma"]);
        skip_messages(world);
    });
}

#[test]
fn members_join_when_the_service_is_added() {
    incident_scenario(async |world, channel, [alice, ..]| {
        define_fields(world);
        assert_eq!(members(world, channel), ["alice"]);
        alice.updates(channel, &[("Services", "checkout")]).await;
        world.deliver_all_advancing().await;
        assert_eq!(members(world, channel), ["alice", "bob", "chioma"]);
        skip_messages(world);
    });
}

#[test]
fn private_and_test_incidents_invite_no_groups() {
    scenario(async |world, [alice, ..]| {
        define_fields(world);
        declares_with_service(&alice, &["Private (visible to responders only)"]).await;
        alice
            .types("#general", "/datadog incident test Drill")
            .await;
        alice.submits_and_closes(&[("Services", "checkout")]).await;
        world.deliver_all_advancing().await;
        let channels = world.incident_channels();
        assert_eq!(channels.len(), 2, "{channels:?}");
        for channel in channels {
            assert_eq!(members(world, &channel), ["alice"], "{channel}");
        }
        skip_messages(world);
    });
}

#[test]
fn group_that_does_not_exist_is_reported_with_its_name() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.change_settings(&[(
            "services",
            json!([{ "name": "checkout", "slack": "@nobody" }]),
        )]);
        alice.updates(channel, &[("Services", "checkout")]).await;
        world.deliver_all_advancing().await;
        let posts = alice.reads(channel).join("\n");
        assert!(
            posts.contains(
                "Couldn't add a user group to the channel. (@nobody) There is no such user group. Correct it in the \
                 settings."
            ),
            "{posts}"
        );
        drop(world.log.take_warnings());
        skip_messages(world);
    });
}

#[test]
fn missing_scope_is_reported_with_the_way_to_add_it() {
    incident_scenario(async |world, channel, [alice, ..]| {
        define_fields(world);
        let fault = Fault::Error("missing_scope");
        world.slack.fail_calls("usergroups.list", 1, fault);
        alice.updates(channel, &[("Services", "checkout")]).await;
        world.deliver_all_advancing().await;
        let posts = alice.reads(channel).join("\n");
        assert!(posts.contains("muster manifest"), "{posts}");
        drop(world.log.take_warnings());
        skip_messages(world);
    });
}
