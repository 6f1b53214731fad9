//! Private incidents and tests: a rule notifies of them only if it says so.

use serde_json::json;

use super::{EXEC, ends, incident_channel, notified, reads_exec, set_rule};
use crate::harness::prelude::*;
use crate::privacy::outsiders::PRIVATE_OPTION;

#[test]
fn private_incident_is_notified_only_by_a_rule_for_private_ones() {
    scenario(async |world, [alice, bob, _]| {
        set_rule(world, json!({}));
        alice
            .types("#general", "/datadog incident new Credentials leaked")
            .await;
        alice
            .submits_anyway(&[SEV_1, ("Options", PRIVATE_OPTION)])
            .await;
        world.deliver_all_advancing().await;
        let channel = incident_channel(world);
        alice
            .types(&channel, "/datadog incident status stable")
            .await;
        assert_eq!(reads_exec(&bob), [""; 0]);
        assert_eq!(notified(world), [""; 0]);
        // It starts to match when it becomes public.
        alice.types(&channel, "/datadog incident public").await;
        world.deliver_all_advancing().await;
        let posts = reads_exec(&bob);
        assert_eq!(posts.len(), 1, "{posts:#?}");
        assert!(posts[0].contains("made this incident public"), "{posts:#?}");
        ends(world);
    });
}

#[test]
fn subject_about_a_private_incident_does_not_name_it() {
    scenario(async |world, [alice, bob, _]| {
        set_rule(world, json!({ "visibility": "private" }));
        alice
            .types("#general", "/datadog incident new Credentials leaked")
            .await;
        alice
            .submits_anyway(&[SEV_1, ("Options", PRIVATE_OPTION)])
            .await;
        world.deliver_all_advancing().await;
        let posts = bob.reads(EXEC);
        assert_eq!(posts.len(), 1, "{posts:#?}");
        assert!(
            posts[0].starts_with("A private incident (IR-1)"),
            "{posts:#?}"
        );
        ends(world);
    });
}

#[test]
fn test_incident_is_notified_only_if_the_rule_says_so() {
    for (tests, expected) in [(false, 0), (true, 1)] {
        scenario(async |world, [alice, bob, _]| {
            set_rule(world, json!({ "tests": tests }));
            alice
                .types("#general", "/datadog incident test Drill")
                .await;
            alice.submits_and_closes(&[SEV_1]).await;
            world.deliver_all_advancing().await;
            assert_eq!(reads_exec(&bob).len(), expected);
            ends(world);
        });
    }
}
