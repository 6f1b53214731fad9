//! Message action “Add to Incident” outside an incident channel: the modal asks for the incident.

use muster_sandbox::Visibility;

use crate::harness::prelude::*;

#[test]
fn message_action_opens_incident_picker_in_other_channels() {
    incident_over_both_transports(async |world, _, [alice, bob, ..]| {
        alice.declares("Search is down").await;
        let ts = bob.posts("#incidents", "Customers call.").await;
        bob.adds_to_incident("#incidents", &ts).await;
        let form = bob.modal();
        assert_eq!(
            (form.title.as_str(), form.submit.as_deref()),
            ("Add to Incident", Some("Add"))
        );
        assert_eq!(
            bob.suggested_options("Incident", "").await,
            [
                "IR-2 · UNKNOWN · Search is down",
                "IR-1 · UNKNOWN · Checkout is slow"
            ]
        );
        let screen = bob.submits(&[]).await;
        assert_eq!(
            screen.errors["Incident"],
            "Please complete this required field."
        );
        bob.submits_and_closes(&[("Incident", "1")]).await;
        assert_eq!(bob.reads_ephemeral(), ["Added to the timeline of IR-1."]);
        assert_eq!(
            world.timeline(1).await[1..],
            ["bob wrote “Customers call.”"]
        );
        assert_eq!(world.slack.reactions("#incidents", &ts)[0].name, "pushpin");
    });
}

#[test]
fn message_can_be_added_to_another_incident_but_not_twice_to_one() {
    incident_over_both_transports(async |world, _, [alice, bob, ..]| {
        alice.declares("Search is down").await;
        let ts = post_and_add_message(&bob, "#incidents", "Customers call.").await;
        assert_eq!(bob.reads_ephemeral(), ["Added to the timeline of IR-1."]);
        // Adding the message again shows an error under the field; another incident can still be selected.
        bob.adds_to_incident("#incidents", &ts).await;
        let screen = bob.submits(&[("Incident", "1")]).await;
        assert_eq!(screen.errors["Incident"], "Already on the timeline.");
        bob.submits_and_closes(&[("Incident", "2")]).await;
        assert_eq!(bob.reads_ephemeral(), ["Added to the timeline of IR-2."]);
        assert_eq!(world.timeline(1).await.len(), 2);
        assert_eq!(world.timeline(2).await.len(), 2);
    });
}

#[test]
fn redelivered_picker_submission_adds_message_once() {
    incident_scenario(async |world, _, [alice, ..]| {
        post_and_add_message(&alice, "#random", "Customers call.").await;
        world.advance(5).await;
        alice.redelivers_last_request().await;
        let added = "Added to the timeline of IR-1.";
        assert_eq!(alice.reads_ephemeral(), [added, added]);
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “Customers call.”"]
        );
    });
}

#[test]
fn message_edited_while_the_picker_is_open_is_added_as_edited() {
    incident_scenario(async |world, _, [alice, bob, ..]| {
        let ts = bob.posts("#incidents", "Custmers call.").await;
        alice.adds_to_incident("#incidents", &ts).await;
        bob.edits("#incidents", &ts, "Customers call.").await;
        alice.submits_and_closes(&[("Incident", "1")]).await;
        assert_eq!(alice.reads_ephemeral(), ["Added to the timeline of IR-1."]);
        let text = ["bob wrote “Customers call.”"];
        assert_eq!(world.timeline(1).await[1..], text);
        // Edits of the message are applied from now on.
        bob.edits("#incidents", &ts, "Customers write.").await;
        let text = ["bob wrote “Customers write.”"];
        assert_eq!(world.timeline(1).await[1..], text);
    });
}

#[test]
fn message_deleted_while_the_picker_is_open_is_not_added() {
    incident_scenario(async |world, _, [alice, bob, ..]| {
        let ts = bob.posts("#incidents", "Wrong channel.").await;
        alice.adds_to_incident("#incidents", &ts).await;
        bob.deletes("#incidents", &ts).await;
        let screen = alice.submits(&[("Incident", "1")]).await;
        assert_eq!(
            screen.errors["Incident"],
            "That message has been deleted, so there's nothing to add. Close this form."
        );
        assert_eq!(world.timeline(1).await.len(), 1);
    });
}

#[test]
fn message_can_be_added_from_channels_without_the_app() {
    scenario(async |world, [alice, ..]| {
        let slack = &world.slack;
        slack.add_channel("secret", Visibility::Private, &["alice"]);
        let direct = slack.opens_direct_message("alice", "bob").unwrap();
        alice.declares("Checkout is slow").await;
        for (origin, link) in [("#general", true), ("#secret", false), (&direct, false)] {
            let ts = post_and_add_message(&alice, origin, "Customers call.").await;
            assert_eq!(alice.reads_ephemeral(), ["Added to the timeline of IR-1."]);
            let last = slack.ephemeral_messages("alice").pop().unwrap();
            assert_eq!(Some(last.channel), slack.channel(origin));
            // There is no pushpin and no permalink: Slack returns none for a channel that the bot is not in.
            assert_eq!(slack.reactions(origin, &ts), []);
            let entry = world.entries(1).await.pop().unwrap();
            let permalink = slack.permalink(origin, &ts).filter(|_| link);
            assert_eq!(
                entry.message.unwrap().permalink,
                permalink.unwrap_or_default()
            );
        }
        assert_eq!(
            world.timeline(1).await[1..],
            ["alice wrote “Customers call.”"; 3]
        );
    });
}

#[test]
fn message_action_opens_no_modal_when_no_incident_is_open() {
    scenario(async |_, [alice, ..]| {
        let ts = alice.posts("#random", "Customers call.").await;
        let screen = alice.adds_to_incident("#random", &ts).await;
        assert_eq!(screen.view, None);
        assert_eq!(alice.reads_ephemeral(), [NO_OPEN_INCIDENT]);
    });
}

#[test]
fn long_message_is_stored_completely() {
    // Over HTTP, the message actions have more than 200 KB.
    for (words, length) in [
        ("word & <wörd> \" ", 30_000),
        ("letters ", 38_000),
        ("データベースが応答しません。", 12_000),
    ] {
        over_both_transports(async |world, _| {
            let alice = world.user("alice");
            assert_message_is_stored_completely(&alice, words, length).await;
        });
    }
}

/// Adds a message of `length` characters from another channel and checks that the timeline has all of it,
/// also after an edit.
async fn assert_message_is_stored_completely(alice: &TestUser<'_>, words: &str, length: usize) {
    alice.declares("Checkout is slow").await;
    let words = words.chars().cycle();
    let text: String = words.take(length - 1).chain(['.']).collect();
    let ts = post_and_add_message(alice, "#incidents", &text).await;
    assert_eq!(alice.reads_ephemeral(), ["Added to the timeline of IR-1."]);
    let expected = format!("alice wrote “{text}”");
    assert!(alice.world.timeline(1).await.pop().unwrap() == expected);

    let edited = text.replace('.', "!");
    alice.edits("#incidents", &ts, &edited).await;
    let expected = format!("alice wrote “{edited}”");
    assert!(alice.world.timeline(1).await.pop().unwrap() == expected);
}

/// Posts a message and adds it to the first incident. Returns its `ts`.
async fn post_and_add_message(user: &TestUser<'_>, origin: &str, text: &str) -> String {
    let ts = user.posts(origin, text).await;
    user.adds_to_incident(origin, &ts).await;
    user.submits_and_closes(&[("Incident", "1")]).await;
    ts
}
