//! A role that as many people have as can have it: nobody more is given it, by whatever way.

use muster::sandbox::{Input, PersonKind};
use serde_json::json;

use super::person::Person;
use super::world::{World, by_each_door};

const CHANNEL: &str = "incident-1-checkout-is-slow";

/// Chooses the people who are to have the role, and sends the form.
async fn chooses(person: &Person<'_>, label: &str, people: &[&str]) {
    person.fills_several(label, people).await;
    let seen = person.submits(&[]).await;
    assert_eq!(seen.view, None, "the form closed: {:?}", seen.errors);
}

/// Has a role that several may have, which so many people have, all of them new here.
async fn fixers(world: &World, count: usize) {
    let role = json!({ "name": "Fixer", "people": "several" });
    world.sets(&[("roles", json!([role]))]);
    let alice = world.person("alice");
    alice.declares("Checkout is slow").await;
    let names: Vec<String> = (1..=count).map(|it| format!("fixer{it}")).collect();
    for name in &names {
        let kind = PersonKind::Person;
        world.slack.add_person(name, name, "Asia/Tokyo", kind);
    }
    alice.says(CHANNEL, "/datadog incident responders").await;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    chooses(&alice, "Fixer", &names).await;
    world.catches_up().await;
    reads_all(world);
}

/// Has everybody read everything that was said.
fn reads_all(world: &World) {
    world.person("alice").reads_everything();
    for name in world.slack.person_names() {
        world.unread_by(&name);
        world.briefings_of(&name);
    }
}

#[tokio::test]
async fn a_thirty_first_is_told_that_the_role_is_full_and_nothing_is_changed() {
    by_each_door(async |world| {
        fixers(world, 30).await;
        let alice = world.person("alice");
        let before = world.timeline(1).await.len();
        alice.says(CHANNEL, "/datadog incident role fixer @bob").await;
        assert_eq!(
            alice.reads_alone(),
            ["30 people have the role Fixer, and 30 is the most. Nothing was changed: take it from somebody first."]
        );
        alice.says(CHANNEL, "/datadog incident responders").await;
        let many: Vec<String> = (1..=30).map(|it| format!("fixer{it}")).collect();
        let many = many.into_iter().chain(["bob".to_owned()]).collect();
        let form = alice.form();
        let filled = world.slack.fills("alice", &form.id, "Fixer", Input::Many(many)).await;
        assert_eq!(filled.unwrap_err(), "The field takes 30 choices at most; these are 31.");
        alice.submits(&[]).await;
        assert_eq!(world.timeline(1).await.len(), before, "nothing was changed");
        assert_eq!(world.person("bob").reads_directly(), [""; 0]);

        // One goes, and there is room.
        for typed in ["remove @fixer7", "@bob"] {
            alice.says(CHANNEL, &format!("/datadog incident role fixer {typed}")).await;
        }
        assert_eq!(world.timeline(1).await.len(), before + 2);
        reads_all(world);
    })
    .await;
}

#[tokio::test]
async fn two_who_fill_the_last_place_at_once_do_not_both_get_it() {
    by_each_door(async |world| {
        fixers(world, 29).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        bob.joins(CHANNEL).await;
        alice.says(CHANNEL, "/datadog incident responders").await;
        bob.says(CHANNEL, "/datadog incident responders").await;
        let many: Vec<String> = (1..=29).map(|it| format!("fixer{it}")).collect();
        let with = |one: &str| -> Vec<String> {
            many.iter().cloned().chain([one.to_owned()]).collect()
        };
        let alices = with("alice");
        let alices: Vec<&str> = alices.iter().map(String::as_str).collect();
        chooses(&alice, "Fixer", &alices).await;
        let before = world.timeline(1).await.len();
        let form = bob.form();
        let bobs = Input::Many(with("chioma"));
        let filled = world.slack.fills("bob", &form.id, "Fixer", bobs).await;
        assert_eq!(filled, Ok(()));
        let seen = bob.submits(&[]).await;
        assert_eq!(
            seen.errors["Fixer"],
            "30 people have the role Fixer, and 30 is the most. Nothing was changed: take it from somebody first."
        );
        assert_eq!(world.timeline(1).await.len(), before, "nothing was changed");
        world.slack.closes("bob", &form.id).await;
        reads_all(world);
    })
    .await;
}
