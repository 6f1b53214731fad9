//! Slack's limits: known before they are hit, and obeyed when Slack names one that we did not know.

use muster::sandbox::{Call, PersonKind, Trouble};
use serde_json::json;

use super::world::{World, by_each_door};

#[tokio::test]
async fn thirty_incidents_declared_at_once_are_all_served_without_a_refusal() {
    by_each_door(async |world| {
        for number in 1..=30 {
            opens_form(world, number).await;
        }
        world.settles().await;
        let before = world.slack.calls().len();
        for number in 1..=30 {
            sends_form(world, number, &[]).await;
        }
        let took = world.catches_up().await;

        for number in 1..=30 {
            let who = format!("declarer{number}");
            let channel = format!("incident-{number}-outage-{number}");
            assert_eq!(world.unread(&channel).len(), 2, "{channel}");
            assert_eq!(world.slack.pins(&channel).len(), 1, "{channel}");
            assert_eq!(world.slack.members(&channel).len(), 2, "{channel}");
            let pointer =
                format!("IR-{number} is declared: #{channel} is its channel, and you are in it.");
            assert_eq!(world.unread_by(&who), [pointer]);
        }
        reads_announcements(world, 30);
        assert_eq!(refused(&world.slack.calls()[before..]), [""; 0]);
        // Twenty channels a minute, and one post a second in the global channel.
        assert!((61..=125).contains(&took), "it took {took} s");
    })
    .await;
}

#[tokio::test]
async fn a_sev_1_does_not_wait_behind_the_bookmarks_and_channels_of_others() {
    by_each_door(async |world| {
        let signals: Vec<_> = (1..=20)
            .map(|number| format!("https://graphs.example/{number}"))
            .collect();
        let signals = signals.join("\n");
        for number in 1..=26 {
            opens_form(world, number).await;
        }
        world.settles().await;
        for number in 1..=25 {
            sends_form(
                world,
                number,
                &[("Severity Level", "SEV-4 Low"), ("Signals", &signals)],
            )
            .await;
        }
        world.settles().await;
        let before = world.slack.calls().len();
        let declared_at = world.now();
        sends_form(world, 26, &[("Severity Level", "SEV-1 Critical")]).await;
        world.catches_up().await;

        let calls = world.slack.calls().split_off(before);
        let channel = "incident-26-outage-26";
        let id = world.slack.channel(channel).unwrap();
        let created: Vec<_> = calls
            .iter()
            .filter(|call| call.method == "conversations.create")
            .collect();
        assert_eq!(created.len(), 6, "five others waited for a channel");
        assert_eq!(created[0].arguments["name"], channel);
        let header = calls
            .iter()
            .position(|call| call.method == "chat.postMessage" && call.arguments["channel"] == *id);
        let header = header.unwrap();
        let waited = calls[header].at.timestamp_millis() - declared_at;
        assert!(waited <= 61_000, "the header came after {waited} ms");
        let bookmarks = |calls: &[Call]| {
            calls
                .iter()
                .filter(|call| call.method == "bookmarks.add")
                .count()
        };
        assert!(
            bookmarks(&calls[..header]) <= 20,
            "{}",
            bookmarks(&calls[..header])
        );
        assert!(
            bookmarks(&calls[header..]) >= 400,
            "{}",
            bookmarks(&calls[header..])
        );
        assert_eq!(refused(&calls), [""; 0]);

        for number in 1..=26 {
            let channel = format!("incident-{number}-outage-{number}");
            let links = if number == 26 { 0 } else { 20 };
            assert_eq!(world.slack.bookmarks(&channel).len(), links, "{channel}");
            assert_eq!(world.unread(&channel).len(), 2, "{channel}");
            assert_eq!(world.unread_by(&format!("declarer{number}")).len(), 1);
        }
        reads_announcements(world, 26);
    })
    .await;
}

#[tokio::test]
async fn names_that_are_taken_are_asked_for_once_each_however_often_slack_says_to_wait() {
    by_each_door(async |world| {
        world.sets(&[("channel_name", json!("inc-{{dd}}"))]);
        let taken: Vec<_> = ["inc-23".to_owned()]
            .into_iter()
            .chain((2..=12).map(|number| format!("inc-23-{number}")))
            .collect();
        for name in &taken {
            let seen = world.slack.creates_channel("bob", name).await;
            assert_eq!(seen.trouble, None);
        }
        for number in 1..=3 {
            opens_form(world, number).await;
        }
        for number in 1..=3 {
            sends_form(world, number, &[]).await;
        }
        let took = world.catches_up().await;
        assert!(took <= 190, "it took {took} s");
        for number in 13..=15 {
            let channel = format!("inc-23-{number}");
            assert_eq!(world.unread(&channel).len(), 2, "{channel}");
        }
        let calls = world.slack.calls();
        for name in &taken {
            let asked = calls.iter().filter(|call| {
                call.arguments["name"] == *name && call.error.as_deref() == Some("name_taken")
            });
            assert_eq!(asked.count(), 3, "{name}: once for each incident");
        }
        for number in 1..=3 {
            assert_eq!(world.unread_by(&format!("declarer{number}")).len(), 1);
        }
        reads_announcements(world, 3);
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_is_renamed_comes_to_a_free_name_however_many_are_taken() {
    by_each_door(async |world| {
        world.sets(&[("channel_name", json!("room-{{title}}"))]);
        let alice = world.person("alice");
        for number in 1..=3 {
            alice.declares(&format!("Outage {number}")).await;
        }
        world.leaps(61).await;
        let taken: Vec<_> = ["room-all-is-down".to_owned()]
            .into_iter()
            .chain((2..=12).map(|number| format!("room-all-is-down-{number}")))
            .collect();
        for name in &taken {
            let seen = world.slack.creates_channel("bob", name).await;
            assert_eq!(seen.trouble, None);
        }
        let before = world.slack.calls().len();
        for number in 1..=3 {
            let here = format!("#room-outage-{number}");
            let retitled = "/datadog incident title All is down";
            world.slack.types("alice", &here, retitled).await;
        }
        let took = world.catches_up().await;
        assert!(took <= 190, "it took {took} s");
        let calls = world.slack.calls().split_off(before);
        let asked = calls.iter().filter(|it| {
            it.method == "conversations.rename" && it.error.as_deref() != Some("ratelimited")
        });
        for name in &taken {
            let asked = asked.clone().filter(|it| it.arguments["name"] == *name);
            assert_eq!(asked.count(), 3, "{name}: once for each incident");
        }
        for number in 13..=15 {
            let channel = format!("room-all-is-down-{number}");
            assert!(world.slack.channel(&channel).is_some(), "{channel}");
        }
        assert_eq!(asked.filter(|it| it.error.is_none()).count(), 3);
        alice.reads_everything();
    })
    .await;
}

#[tokio::test]
async fn a_method_that_slack_closes_is_left_alone_as_long_as_slack_says_and_no_other() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world
            .slack
            .fails("conversations.setTopic", 1, Trouble::RateLimited(30));
        let before = world.slack.calls().len();
        let first = alice.declares("Checkout is slow").await;
        let second = alice.declares("Search is slow").await;
        assert_eq!(world.slack.topic(&first.channel), "");
        assert_eq!(world.slack.topic(&second.channel), "");
        world.catches_up().await;
        assert!(world.slack.topic(&first.channel).starts_with("UNKNOWN"));
        assert!(world.slack.topic(&second.channel).starts_with("UNKNOWN"));

        let calls = world.slack.calls().split_off(before);
        let topics: Vec<_> = calls
            .iter()
            .filter(|call| call.method == "conversations.setTopic")
            .collect();
        let closed_at = topics[0].at;
        let waited: Vec<_> = topics
            .iter()
            .map(|call| (call.at - closed_at).num_seconds())
            .collect();
        assert_eq!(waited, [0, 30, 30]);
        assert_eq!(refused(&calls), ["conversations.setTopic"]);
        let others = calls
            .iter()
            .filter(|call| call.method != "conversations.setTopic");
        let last = others.map(|call| (call.at - closed_at).num_seconds()).max();
        assert!(last < Some(15), "{last:?}");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_that_does_not_say_for_how_long_is_waited_out_for_half_a_minute() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        world
            .slack
            .fails("pins.add", 1, Trouble::Error("ratelimited"));
        let told = alice.declares("Checkout is slow").await;
        assert_eq!(world.slack.pins(&told.channel).len(), 0);
        let took = world.catches_up().await;
        assert!((20..=31).contains(&took), "it took {took} s");
        assert_eq!(world.slack.pins(&told.channel).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_hundred_people_who_come_at_once_are_each_briefed_once_and_hold_up_nobody() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let here = declared.channel.as_str();
        let names: Vec<_> = (1..=100).map(|number| format!("joiner{number}")).collect();
        let before = world.slack.calls().len();
        for name in &names {
            let zone = "Europe/Paris";
            world.slack.add_person(name, name, zone, PersonKind::Person);
            let seen = world.slack.joins(name, here).await;
            assert_eq!(seen.trouble, None);
        }
        let changed_at = world.now();
        world
            .slack
            .types("alice", here, "/datadog incident sev1")
            .await;
        world.settles().await;
        let told = alice.reads(here).pop().unwrap();
        assert_eq!(told, "alice changed the severity from UNKNOWN to SEV-1.");
        let waited = world.now() - changed_at;
        assert!(waited <= 5_000, "the change was told after {waited} ms");
        let took = world.catches_up().await;
        assert!(took <= 90, "the last of them was briefed after {took} s");
        for name in &names {
            assert_eq!(world.briefings_of(name).len(), 1, "{name}");
        }
        let calls = world.slack.calls().split_off(before);
        assert_eq!(refused(&calls), [""; 0]);
        let briefed = calls.iter().filter(|it| it.method == "chat.postEphemeral");
        assert_eq!(briefed.count(), names.len());
        let members = world.slack.members(here).len();
        assert_eq!(members, names.len() + 2);
        alice.reads_everything();
    })
    .await;
}

/// Has somebody new type the command.
async fn opens_form(world: &World, number: i64) {
    let who = format!("declarer{number}");
    world
        .slack
        .add_person(&who, &who, "Europe/Paris", PersonKind::Person);
    let command = format!("/datadog incident Outage {number}");
    world.slack.types(&who, "#general", &command).await;
}

/// Has them send the form, and lets nothing be delivered yet.
async fn sends_form(world: &World, number: i64, fields: &[(&str, &str)]) {
    let who = format!("declarer{number}");
    let view = world.slack.view(&who).expect("a form is open").id;
    for (label, value) in fields {
        let filled = world.slack.fills(&who, &view, label, *value).await;
        assert_eq!(filled, Ok(()), "filling in {label}");
    }
    let seen = world.slack.submits(&who, &view).await;
    assert_eq!((seen.trouble, seen.view), (None, None), "the form closed");
}

/// Reads every card, and the one reply under each.
fn reads_announcements(world: &World, incidents: usize) {
    assert_eq!(world.unread("#incidents").len(), incidents);
    for card in world.slack.messages("#incidents") {
        let replies = world.unread_replies("#incidents", &card.ts);
        assert!(
            replies.len() == 1 || !card.as_read().starts_with("IR-"),
            "{replies:?}"
        );
    }
}

/// Gives the methods of the calls that Slack refused because there were too many.
fn refused(calls: &[Call]) -> Vec<String> {
    let refused = calls
        .iter()
        .filter(|call| call.error.as_deref() == Some("ratelimited"));
    refused.map(|call| call.method.clone()).collect()
}
