//! `/datadog incident note`: what people saw and did, at a time of its own, rewritten, moved and removed.

use muster::sandbox::{Down, Trouble};

use super::person::{Declared, Person};
use super::world::{World, by_each_door};

/// Declares an incident; fifteen minutes pass.
async fn declared(world: &World) -> Declared {
    let declared = world.person("alice").declares("Checkout is slow").await;
    world.comes_to(15).await;
    declared
}

/// Types a note, and reads what is told of it.
async fn notes(person: Person<'_>, channel: &str, text: &str) {
    person
        .says(channel, &format!("/datadog incident note {text}"))
        .await;
    person.reads_alone();
    person.reads(channel);
}

/// Opens the form of the newest entry.
async fn edits_the_newest(person: Person<'_>, channel: &str) {
    person.says(channel, "/datadog incident timeline").await;
    let list = person.last_alone().ts;
    person.presses(channel, &list, "timeline_edit").await;
    person.reads_alone();
}

#[tokio::test]
async fn a_note_is_typed_and_everybody_is_told() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        let found = "/datadog incident note I found the host causing the issue.";
        alice.says(channel, found).await;
        assert_eq!(
            alice.reads_alone(),
            ["Your note is on the timeline of IR-1: 2026-11-23 14:20 UTC."]
        );
        assert_eq!(
            alice.reads(channel),
            ["alice added a note: I found the host causing the issue."]
        );
        let earlier = "/datadog incident note at 14:10 UTC: saw the first error & <b>";
        alice.says(channel, earlier).await;
        assert_eq!(
            alice.reads_alone(),
            ["Your note is on the timeline of IR-1: 2026-11-23 14:10 UTC."]
        );
        assert_eq!(
            alice.reads(channel),
            ["alice added a note: saw the first error & <b>"]
        );
        assert_eq!(
            world.timeline(1).await[1..],
            [
                "alice noted “saw the first error & <b>”",
                "alice noted “I found the host causing the issue.”"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_time_is_read_in_the_zone_of_whoever_types_it() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        // A quarter past three in Paris is a quarter past nine in New York.
        alice
            .says(channel, "/datadog incident note at 15:15 one")
            .await;
        bob.says(channel, "/datadog incident note at 9:15 two")
            .await;
        for person in [alice, bob] {
            assert_eq!(
                person.reads_alone(),
                ["Your note is on the timeline of IR-1: 2026-11-23 14:15 UTC."]
            );
        }
        alice.reads(channel);
    })
    .await;
}

#[tokio::test]
async fn without_words_a_form_asks_for_the_note() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        alice.says(channel, "/datadog incident note").await;
        assert_eq!(alice.field("When"), "now");
        let seen = alice
            .submits(&[("When", "in an hour"), ("Note", "It burns.")])
            .await;
        assert_eq!(
            seen.errors["happened"],
            "“in an hour” is still to come. Type a time that is over, such as 15 minutes ago."
        );
        assert_eq!(alice.field("Note"), "It burns.");
        let seen = alice.submits(&[("When", "10 minutes ago")]).await;
        assert_eq!(seen.view, None);
        assert_eq!(alice.reads(channel), ["alice added a note: It burns."]);
        let at = world.entries(1).await.pop().unwrap().happened_at;
        assert_eq!(at.to_string()[..16], *"2026-11-23T14:10");
    })
    .await;
}

#[tokio::test]
async fn a_note_that_cannot_be_taken_is_told_back() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let note = "/datadog incident note at 25:99 it burns";
        alice.says(&declared.channel, note).await;
        assert_eq!(
            alice.reads_alone(),
            [
                "“25:99” is no time that I can read. Type one such as 15 minutes ago, or yesterday \
                 23:10. Nothing was stored. You typed: at 25:99 it burns"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_note_of_30_000_characters_is_kept_whole() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        let long = "x".repeat(30_000);
        let typed = format!("/datadog incident note {long}");
        alice.says(channel, &typed).await;
        assert_eq!(alice.reads_alone().len(), 1);
        let [told] = &alice.reads(channel)[..] else {
            panic!("one post");
        };
        assert!(told.ends_with('…') && told.len() < 400);
        let kept = world.timeline(1).await.pop().unwrap();
        assert_eq!(kept, format!("alice noted “{long}”"));

        edits_the_newest(alice, channel).await;
        alice.submits(&[("When", "10 minutes ago")]).await;
        alice.reads_alone();
        let kept = world.timeline(1).await.pop().unwrap();
        assert_eq!(kept, format!("alice noted “{long}”"));
    })
    .await;
}

#[tokio::test]
async fn a_note_is_rewritten_and_moved_and_what_was_there_is_kept() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        let channel = declared.channel.as_str();
        notes(alice, channel, "I found the hots.").await;
        edits_the_newest(alice, channel).await;
        assert_eq!(alice.field("Note"), "I found the hots.");
        assert_eq!(alice.field("When"), "2026-11-23 15:20");
        let seen = alice.submits(&[]).await;
        assert_eq!((seen.view, alice.reads_alone()), (None, Vec::new()));

        edits_the_newest(alice, channel).await;
        alice
            .submits(&[("Note", "I found the host."), ("When", "10 minutes ago")])
            .await;
        assert_eq!(
            alice.reads_alone(),
            ["The entry is changed, and what it said before is kept."]
        );
        assert_eq!(
            world.timeline(1).await[1],
            "alice noted “I found the host.”"
        );
        assert_eq!(world.was_before(), ["I found the hots."]);
        let at = world.entries(1).await[1].happened_at;
        assert_eq!(at.to_string()[..16], *"2026-11-23T14:10");
        assert_eq!(alice.reads(channel), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_note_is_removed_by_whoever_wrote_it_and_by_nobody_else() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        notes(alice, channel, "I found the host.").await;
        bob.says(channel, "/datadog incident timeline").await;
        let [list] = &bob.reads_alone()[..] else {
            panic!("one list");
        };
        assert!(
            !list.contains("[Remove]") && !list.contains("[Edit]"),
            "{list}"
        );

        alice.says(channel, "/datadog incident timeline").await;
        let list = alice.last_alone().ts;
        assert!(alice.reads_alone()[0].contains("[Flag] [Edit] [Remove]"));
        alice.presses(channel, &list, "timeline_remove").await;
        let [list] = &alice.reads_alone()[..] else {
            panic!("one list");
        };
        assert!(!list.contains("I found the host."), "{list}");
        assert_eq!(world.timeline(1).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_note_that_arrives_twice_is_added_once() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let alice = world.person("alice");
        notes(alice, &declared.channel, "I found the host.").await;
        alice.sends_it_again().await;
        assert_eq!(alice.reads_alone().len(), 1);
        assert_eq!(alice.reads(&declared.channel), [""; 0]);
        assert_eq!(world.timeline(1).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn whose_zone_nobody_knows_is_told_that_the_time_was_read_in_utc() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let bob = world.person("bob");
        let channel = declared.channel.as_str();
        let unknown = Trouble::Error("user_not_found");
        world.slack.fails("users.info", 4, unknown);
        bob.joins(channel).await;
        bob.says(channel, "/datadog incident note at 14:10 it burns").await;
        assert_eq!(
            bob.reads_alone(),
            [
                "Your note is on the timeline of IR-1: 2026-11-23 14:10 UTC. I do not know your time \
                 zone yet, so I read the time in UTC."
            ]
        );
        bob.reads(channel);
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_while_slack_is_down_is_stored_and_the_form_says_so() {
    by_each_door(async |world| {
        let declared = declared(world).await;
        let [alice, bob, chioma] = ["alice", "bob", "chioma"].map(|name| world.person(name));
        let channel = declared.channel.as_str();
        for (person, asked) in [(bob, "impact"), (chioma, "note"), (alice, "update")] {
            if person.name != "alice" {
                person.joins(channel).await;
            }
            let typed = format!("/datadog incident {asked}");
            person.says(channel, &typed).await;
        }
        world.slack.goes_down(Down::Status(503));
        alice.submits(&[("What happened", "A full disk.")]).await;
        let warned = world.log.take();
        assert!(
            warned[0].starts_with("Slack does not answer;"),
            "{warned:?}"
        );
        let says = |what: &str, told: &str| {
            format!(
                "{what} Slack does not answer us right now: {told} as soon as Slack does. There is \
                 nothing more to do here."
            )
        };
        let seen = bob.submits(&[]).await;
        assert_eq!(
            world.slack.read_view(&seen.view.unwrap()),
            says(
                "The impact of IR-1 is stored.",
                "its channel and its announcement say so"
            )
        );
        let seen = chioma.submits(&[("Note", "It burns.")]).await;
        assert_eq!(
            world.slack.read_view(&seen.view.unwrap()),
            says(
                "Your note is on the timeline of IR-1.",
                "the channel is told"
            )
        );
        world.slack.comes_back();
        world.catches_up().await;
        let read = alice.reads(channel);
        assert_eq!(
            read.last().unwrap(),
            "alice wrote What happened: A full disk.\nbob added an impact.\n\
             chioma added a note: It burns."
        );
        alice.reads_everything();
        world.log.take();
    })
    .await;
}
