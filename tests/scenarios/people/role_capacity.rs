//! A role with the maximum number of holders: every way to assign it to another user is rejected.

use muster_sandbox::{AccountKind, Input};
use serde_json::json;

use crate::harness::prelude::*;

/// Selects the holders of the role and submits the modal.
async fn submit_users(user: &TestUser<'_>, label: &str, users: &[&str]) {
    user.fills_several(label, users).await;
    user.submits_and_closes(&[]).await;
}

/// Creates a role for several users and assigns it to `count` new users.
async fn declare_with_fixers(world: &World, count: usize) {
    let role = json!({ "name": "Fixer", "people": "several" });
    world.change_settings(&[("roles", json!([role]))]);
    let alice = world.user("alice");
    alice.declares("Checkout is slow").await;
    let names: Vec<String> = (1..=count).map(|it| format!("fixer{it}")).collect();
    for name in &names {
        let kind = AccountKind::Member;
        world.slack.add_user(name, name, "Asia/Tokyo", kind);
    }
    alice.types(CHANNEL, "/datadog incident responders").await;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    submit_users(&alice, "Fixer", &names).await;
    world.deliver_all_advancing().await;
    world.expects_unread(count + 2, "a header, a post and the direct messages");
}

#[test]
fn thirty_first_user_is_rejected_when_the_role_is_full() {
    over_both_transports(async |world, [alice, bob, ..]| {
        declare_with_fixers(world, 30).await;
        let before = world.timeline(1).await.len();
        alice
            .types(CHANNEL, "/datadog incident role fixer @bob")
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            [
                "30 people have the role Fixer; the limit is 30. Nothing was changed: remove one first."
            ]
        );
        alice.types(CHANNEL, "/datadog incident responders").await;
        let many: Vec<String> = (1..=30).map(|it| format!("fixer{it}")).collect();
        let many = many.into_iter().chain(["bob".to_owned()]).collect();
        let form = alice.modal();
        let filled = world
            .slack
            .fills("alice", &form.id, "Fixer", Input::Many(many))
            .await;
        assert_eq!(
            filled.unwrap_err(),
            "The field takes up to 30 choices; 31 were made."
        );
        alice.submits(&[]).await;
        assert_eq!(
            world.timeline(1).await.len(),
            before,
            "the timeline is unchanged"
        );
        assert_eq!(bob.reads_direct_messages(), [""; 0]);

        // One holder is removed, so another can be added.
        for command in ["remove @fixer7", "@bob"] {
            alice
                .types(CHANNEL, &format!("/datadog incident role fixer {command}"))
                .await;
        }
        assert_eq!(world.timeline(1).await.len(), before + 2);
        world.expects_unread(6, "header, two posts, two direct messages, reply");
    });
}

#[test]
fn concurrent_assignments_do_not_exceed_the_role_capacity() {
    scenario(async |world, [alice, bob, ..]| {
        let slack = &world.slack;
        declare_with_fixers(world, 29).await;
        bob.joins(CHANNEL).await;
        alice.types(CHANNEL, "/datadog incident responders").await;
        bob.types(CHANNEL, "/datadog incident responders").await;
        let many: Vec<String> = (1..=29).map(|it| format!("fixer{it}")).collect();
        let with =
            |one: &str| -> Vec<String> { many.iter().cloned().chain([one.to_owned()]).collect() };
        let alices = with("alice");
        let alices: Vec<&str> = alices.iter().map(String::as_str).collect();
        submit_users(&alice, "Fixer", &alices).await;
        let before = world.timeline(1).await.len();
        let form = bob.modal();
        let bobs = Input::Many(with("chioma"));
        let filled = slack.fills("bob", &form.id, "Fixer", bobs).await;
        assert_eq!(filled, Ok(()));
        let screen = bob.submits(&[]).await;
        assert_eq!(
            screen.errors["Fixer"],
            "30 people have the role Fixer; the limit is 30. Nothing was changed: remove one first."
        );
        assert_eq!(
            world.timeline(1).await.len(),
            before,
            "the timeline is unchanged"
        );
        slack.closes("bob", &form.id).await;
        world.expects_unread(2, "header, post");
    });
}
