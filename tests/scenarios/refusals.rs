//! Slack says no: done, tried again, or given up with a word in the channel, on the timeline and in the
//! log that says what to do, and a button that tries again, once.

use muster::domain::{Viewer, What};
use muster::sandbox::{PersonKind, Trouble};
use muster_commands::{IncidentId, buttons};
use serde_json::json;

use super::person::Person;
use super::world::{World, by_each_door, over_http};

const CHANNEL: &str = "incident-1-checkout-is-slow";

#[tokio::test]
async fn a_name_that_is_taken_gets_a_suffix() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        world.slack.creates_channel(bob.name, CHANNEL).await;
        world.slack.archives(bob.name, CHANNEL).await;
        let told = alice.declares("Checkout is slow").await;
        assert_eq!(told.channel, "incident-1-checkout-is-slow-2");
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_cannot_be_created_is_given_up_and_tried_again_once() {
    let scope =
        json!({ "error": "missing_scope", "needed": "channels:manage", "provided": "chat:write" });
    let cases = [
        (
            (Trouble::Error("restricted_action"), 1, "restricted_action"),
            "The workspace does not let the app do this: ask a workspace admin to allow it. (Slack says \
             `restricted_action`.)",
        ),
        (
            (Trouble::Error("name_taken"), 20, "name_taken"),
            "Twenty channels of that name are taken: archive and rename old ones. (Slack says \
             `name_taken`.)",
        ),
        (
            (Trouble::ErrorWith(scope), 1, "missing_scope"),
            "The app lacks the scope channels:manage: update it with what `muster manifest` prints, and \
             install it to the workspace again.",
        ),
    ];
    for ((trouble, times, code), advice) in cases {
        by_each_door(async |world| {
            let alice = world.person("alice");
            world.slack.fails("conversations.create", times, trouble.clone());
            alice.says("#general", "/datadog incident Checkout is slow").await;
            alice.submits(&[]).await;
            let why = format!("The incident’s channel could not be created. {advice}");
            assert_eq!(
                alice.reads_alone(),
                [format!("IR-1 is stored, but it has no channel. {why}\n[Try again]")]
            );
            assert_eq!(
                world.log.take(),
                [format!("Gave up a delivery of IR-1: conversations.create: {code}. {advice}")]
            );
            assert_eq!(undelivered(world).await, [advice]);
            let card = alice.reads("#incidents");
            assert!(card[0].ends_with("\nIt has no channel."), "{card:?}");
            assert_eq!(
                alice.reads_thread("#incidents", &card_ts(world)),
                ["alice declared this incident."]
            );

            let pointer = world.slack.ephemerals("alice").pop().unwrap();
            alice.presses("#general", &pointer.ts, buttons::TRY_AGAIN).await;
            world.catches_up().await;
            assert_eq!(
                alice.reads_alone(),
                [
                    "Trying again for IR-1.",
                    "IR-1 is declared: #incident-1-checkout-is-slow is its channel, and you are in it."
                ]
            );
            let read = alice.reads(CHANNEL);
            assert_eq!(read.len(), 2, "the header and the declaration: {read:?}");
            assert!(read[1].starts_with("alice declared this incident."), "{read:?}");
            let card = alice.reads("#incidents");
            assert!(card.len() == 1 && card[0].ends_with("\n[Join Channel] [Subscribe]"), "{card:?}");

            alice.presses("#general", &pointer.ts, buttons::TRY_AGAIN).await;
            assert_eq!(alice.reads_alone(), ["That was tried again already."]);
            assert_eq!(alice.reads(CHANNEL), [""; 0]);
        })
        .await;
    }
}

/// What is refused in the incident's channel: the method, Slack's word, what is told.
const IN_THE_CHANNEL: [(&str, &str, &str); 7] = [
    (
        "conversations.invite",
        "user_not_found",
        "alice could not be brought into the channel. Slack does not know this person here. (Slack \
         says `user_not_found`.)",
    ),
    (
        "conversations.setTopic",
        "restricted_action",
        "The channel’s topic could not be set. The workspace does not let the app do this: ask a \
         workspace admin to allow it. (Slack says `restricted_action`.)",
    ),
    (
        "conversations.setPurpose",
        "access_denied",
        "The channel’s description could not be set. The workspace does not let the app do this: ask a \
         workspace admin to allow it. (Slack says `access_denied`.)",
    ),
    (
        "pins.add",
        "too_many_pins",
        "The header could not be pinned. The channel has 100 pins, as many as Slack allows. (Slack says \
         `too_many_pins`.)",
    ),
    (
        "bookmarks.add",
        "too_many_bookmarks",
        "A link could not be bookmarked. The channel has 100 bookmarks, as many as Slack allows. (Slack \
         says `too_many_bookmarks`.)",
    ),
    (
        "bookmarks.add",
        "brand_new_word",
        "A link could not be bookmarked. Slack says `brand_new_word`.",
    ),
    (
        "pins.add",
        "no_permission",
        "The header could not be pinned. The workspace does not let the app do this: ask a workspace \
         admin to allow it. (Slack says `no_permission`.)",
    ),
];

#[tokio::test]
async fn what_slack_refuses_in_the_channel_is_told_there_with_a_button_that_tries_again_once() {
    for (method, code, told) in IN_THE_CHANNEL {
        over_http(async |world| {
            world.slack.fails(method, 1, Trouble::Error(code));
            a_refusal_is_told_and_tried_again(world, told).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_missing_scope_is_named_wherever_it_is_missing() {
    let body =
        json!({ "error": "missing_scope", "needed": "pins:write", "provided": "chat:write" });
    by_each_door(async |world| {
        world.slack.fails("pins.add", 1, Trouble::ErrorWith(body.clone()));
        let told = "The header could not be pinned. The app lacks the scope pins:write: update it with \
                    what `muster manifest` prints, and install it to the workspace again.";
        a_refusal_is_told_and_tried_again(world, told).await;
    })
    .await;
}

/// Declares an incident of which one thing is refused, and has it tried again.
async fn a_refusal_is_told_and_tried_again(world: &World, told: &str) {
    let (alice, bob) = (world.person("alice"), world.person("bob"));
    declares_with_a_link(&alice).await;
    let read = alice.reads(CHANNEL);
    // It is told together with what else there is to tell.
    assert!(
        read.iter()
            .any(|read| read.ends_with(&format!("{told}\n[Try again]"))),
        "{read:#?}"
    );
    let why = undelivered(world).await;
    assert!(why.len() == 1 && told.ends_with(&why[0]), "{why:?}");
    let warned = world.log.take();
    assert_eq!(warned.len(), 1, "{warned:#?}");
    assert!(
        warned[0].starts_with("Gave up a delivery of IR-1: "),
        "{warned:#?}"
    );
    assert!(warned[0].ends_with(&format!(". {}", why[0])), "{warned:#?}");

    world.slack.joins(bob.name, CHANNEL).await;
    let messages = world.slack.messages(CHANNEL);
    let ts = messages
        .into_iter()
        .find(|it| it.as_read().ends_with("\n[Try again]"))
        .unwrap()
        .ts;
    for answer in ["Trying again for IR-1.", "That was tried again already."] {
        bob.presses(CHANNEL, &ts, buttons::TRY_AGAIN).await;
        assert_eq!(bob.reads_alone(), [answer]);
    }
    assert_eq!(world.slack.pins(CHANNEL).len(), 1);
    assert_eq!(world.slack.bookmarks(CHANNEL).len(), 1);
    assert!(
        world
            .slack
            .members(CHANNEL)
            .contains(&world.slack.person("alice"))
    );
    assert!(world.slack.topic(CHANNEL).starts_with("UNKNOWN"));
    assert_eq!(world.slack.purpose(CHANNEL), "IR-1: Checkout is slow");
    assert_eq!(alice.reads(CHANNEL), [""; 0]);
}

#[tokio::test]
async fn a_post_that_is_refused_is_told_to_who_caused_it_with_a_button_that_tries_again() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        bob.joins(CHANNEL).await;
        world
            .slack
            .fails("chat.postMessage", 1, Trouble::Error("restricted_action"));
        let here = &world.id(CHANNEL);
        bob.updates(here, &[("Title", "Checkout is down")]).await;
        let why = "The workspace does not let the app do this: ask a workspace admin to allow it. (Slack \
                   says `restricted_action`.)";
        assert_eq!(
            bob.reads_alone(),
            [format!(
                "What you did for IR-1 is stored, but its channel was not told. A post could not be sent. \
                 {why}\n[Try again]"
            )]
        );
        assert_eq!(undelivered(world).await, [why]);
        assert_eq!(world.log.take().len(), 1);
        assert_eq!(alice.reads(here).len(), 1, "the header says how things stand");
        assert_eq!(alice.reads("#incidents").len(), 1);

        let ts = world.slack.ephemerals("bob").pop().unwrap().ts;
        bob.presses(here, &ts, buttons::TRY_AGAIN).await;
        assert_eq!(bob.reads_alone(), ["Trying again for IR-1."]);
        assert_eq!(
            alice.reads(here),
            ["bob changed the title from “Checkout is slow” to “Checkout is down”."]
        );
        alice.reads_thread("#incidents", &declared.card);
    })
    .await;
}

#[tokio::test]
async fn a_guest_whom_the_app_may_not_invite_is_named() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.slack.add_person("gus", "Gus Guest", "Europe/Paris", PersonKind::Guest);
        alice.says("#general", "/datadog incident Checkout is slow").await;
        alice.submits(&[("Incident Commander", "gus")]).await;
        let read = alice.reads(CHANNEL);
        assert_eq!(
            read.last().unwrap(),
            "alice declared this incident.\n\
             gus could not be brought into the channel. This person is a guest whom the app may not \
             invite: ask a workspace admin to add them. (Slack says `cant_invite`.)\n[Try again]"
        );
        reads_declaration(world);
        world.reads_all_direct();
        assert_eq!(world.log.take().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_app_itself_as_commander_is_in_its_channel_already() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world.slack.fails(
            "conversations.invite",
            1,
            Trouble::Error("cant_invite_self"),
        );
        alice.declares("Checkout is slow").await;
        assert_eq!(undelivered(world).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn slacks_own_trouble_passes_by_itself() {
    for trouble in [
        Trouble::Error("fatal_error"),
        Trouble::Status(500),
        Trouble::Reset,
    ] {
        by_each_door(async |world| {
            let alice = world.person("alice");
            for method in [
                "conversations.create",
                "chat.postMessage",
                "conversations.invite",
                "pins.add",
            ] {
                world.slack.fails(method, 2, trouble.clone());
            }
            alice
                .says("#general", "/datadog incident Checkout is slow")
                .await;
            alice.submits(&[]).await;
            world.catches_up().await;
            assert_eq!(alice.reads(CHANNEL).len(), 2);
            assert_eq!(world.slack.pins(CHANNEL).len(), 1);
            reads_declaration(world);
            assert_eq!(undelivered(world).await, [""; 0]);
            let warned = world.log.take();
            assert!(
                warned
                    .iter()
                    .all(|line| line.starts_with("Slack does not answer;")),
                "{warned:#?}"
            );
        })
        .await;
    }
}

/// Declares “Checkout is slow” with one link, and reads what is said of it but for the channel.
async fn declares_with_a_link(alice: &Person<'_>) {
    alice
        .says("#general", "/datadog incident Checkout is slow")
        .await;
    alice
        .submits(&[("Signals", "https://graphs.example/1")])
        .await;
    reads_declaration(alice.world);
}

/// Reads what is said of the declaration outside the incident's channel.
fn reads_declaration(world: &World) {
    let alice = world.person("alice");
    assert_eq!(alice.reads_alone().len(), 1);
    assert_eq!(alice.reads("#incidents").len(), 1);
    assert_eq!(alice.reads_thread("#incidents", &card_ts(world)).len(), 1);
}

fn card_ts(world: &World) -> String {
    let messages = world.slack.messages("#incidents");
    let card = messages
        .into_iter()
        .find(|message| message.as_read().starts_with("IR-1 "));
    card.unwrap().ts
}

/// Gives why something was given up, from the timeline of the first incident.
async fn undelivered(world: &World) -> Vec<String> {
    let entries = world
        .store()
        .await
        .timeline(Viewer::Operator, IncidentId(1))
        .await
        .unwrap();
    let why = entries.into_iter().filter_map(|entry| match entry.what {
        What::Undelivered { why, .. } => Some(why),
        _ => None,
    });
    why.collect()
}
