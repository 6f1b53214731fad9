//! `/datadog incident timeline`: what happened, a page at a time, flagged, turned round and narrowed.

use super::person::{Declared, Person};
use super::world::{World, by_each_door, over_http};

const TIMELINE: &str = "/datadog incident timeline";

/// Declares an incident with so many notes, a minute apart.
async fn with_notes(world: &World, count: i64) -> Declared {
    let alice = world.person("alice");
    let declared = alice.declares("Checkout is slow").await;
    for number in 1..=count {
        world.comes_to(number).await;
        let note = format!("/datadog incident note number {number}");
        alice.says(&declared.channel, &note).await;
    }
    alice.reads_everything();
    declared
}

/// Reads the list that is newly on somebody's screen: its heading, and the numbers of the notes on it.
fn list(person: Person<'_>) -> (String, Vec<String>, String) {
    let read = person.reads_alone();
    let [list] = &read[..] else {
        panic!("one list, not {read:?}");
    };
    let heading = list.lines().next().unwrap().to_owned();
    let turning = list.lines().last().unwrap().to_owned();
    let notes = list.lines().filter_map(|line| line.split_once("number "));
    (
        heading,
        notes.map(|(_, number)| number.to_owned()).collect(),
        turning,
    )
}

fn numbers(numbers: impl IntoIterator<Item = i64>) -> Vec<String> {
    numbers.into_iter().map(|it| it.to_string()).collect()
}

#[tokio::test]
async fn the_list_says_when_who_and_what_and_is_only_for_the_asker() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        world.comes_to(3).await;
        let ts = bob.writes(channel, "I am working on a fix.").await;
        alice.chooses(channel, &ts, "add_to_incident").await;
        alice.reads_alone();
        alice.says(channel, TIMELINE).await;
        assert_eq!(
            alice.reads_alone(),
            [
                "Timeline of IR-1 · newest first\n\
                 2026-11-23 14:08 UTC · View message\nbob wrote: I am working on a fix.\n[Flag] [Edit]\n\
                 2026-11-23 14:05 UTC\nalice declared this incident.\n[Flag]\n\
                 ---\n[Oldest first] [Important only]"
            ]
        );
        assert_eq!(bob.reads_alone(), [""; 0]);
        assert_eq!(alice.reads(channel), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn pages_are_turned_in_both_orders() {
    over_http(async |world| {
        let declared = with_notes(world, 23).await;
        let (alice, channel) = (world.person("alice"), declared.channel.as_str());
        alice.says(channel, TIMELINE).await;
        let shown = alice.last_alone().ts;
        let (heading, notes, turning) = list(alice);
        assert_eq!(heading, "Timeline of IR-1 · newest first");
        assert_eq!(notes, numbers((14..=23).rev()));
        assert_eq!(turning, "[Older] [Oldest first] [Important only]");
        for (button, expected, turns) in [
            ("timeline_on", 4..=13, "[Newer] [Older] "),
            ("timeline_on", 1..=3, "[Newer] "),
            ("timeline_back", 4..=13, "[Newer] [Older] "),
            ("timeline_back", 14..=23, "[Older] "),
        ] {
            alice.presses(channel, &shown, button).await;
            let (_, notes, turning) = list(alice);
            assert_eq!(notes, numbers(expected.rev()), "{button}");
            assert_eq!(turning, format!("{turns}[Oldest first] [Important only]"));
        }
        alice.presses(channel, &shown, "timeline_order").await;
        let (heading, notes, turning) = list(alice);
        assert_eq!(heading, "Timeline of IR-1 · oldest first");
        assert_eq!(notes, numbers(1..=9), "the declaration comes first");
        assert_eq!(turning, "[Newer] [Newest first] [Important only]");
        alice.presses(channel, &shown, "timeline_on").await;
        assert_eq!(list(alice).1, numbers(10..=19));
    })
    .await;
}

#[tokio::test]
async fn what_is_important_is_flagged_and_shown_alone() {
    by_each_door(async |world| {
        let declared = with_notes(world, 3).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        bob.says(channel, TIMELINE).await;
        let shown = bob.last_alone().ts;
        bob.reads_alone();
        bob.presses(channel, &shown, "timeline_only").await;
        let (heading, notes, turning) = list(bob);
        assert_eq!(
            heading,
            "Timeline of IR-1 · nothing is flagged as important yet"
        );
        assert_eq!(
            (notes.len(), turning.as_str()),
            (0, "[Oldest first] [All entries]")
        );
        bob.presses(channel, &shown, "timeline_only").await;
        bob.reads_alone();

        bob.presses(channel, &shown, "timeline_flag").await;
        let read = bob.reads_alone();
        let flagged = "2026-11-23 14:08 UTC · Important\nalice added a note: number 3\n[Unflag]\n";
        assert!(read[0].contains(flagged), "{}", read[0]);
        world.leaps(5).await;
        bob.sends_it_again().await;
        assert_eq!(bob.reads_alone(), [""; 0], "once flagged, flagged");

        alice.says(channel, TIMELINE).await;
        let shown = alice.last_alone().ts;
        alice.reads_alone();
        alice.presses(channel, &shown, "timeline_only").await;
        let (heading, notes, _) = list(alice);
        assert_eq!(heading, "Timeline of IR-1 · important only, newest first");
        assert_eq!(notes, ["3"]);
        alice.presses(channel, &shown, "timeline_flag").await;
        assert_eq!(list(alice).1, [""; 0]);
        assert_eq!(alice.reads(channel), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn what_is_gone_meanwhile_is_said() {
    by_each_door(async |world| {
        let declared = with_notes(world, 1).await;
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        for person in [alice, bob] {
            person.says(channel, TIMELINE).await;
            person.reads_alone();
        }
        let (hers, his) = (alice.last_alone().ts, bob.last_alone().ts);
        alice.presses(channel, &hers, "timeline_remove").await;
        alice.reads_alone();
        bob.presses(channel, &his, "timeline_flag").await;
        assert_eq!(
            bob.reads_alone(),
            ["There is no such entry on the timeline."]
        );
    })
    .await;
}
