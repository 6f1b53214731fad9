//! `/datadog incident timeline`: the paged timeline, with flags, sort order and filter.

use crate::harness::prelude::*;

const TIMELINE_COMMAND: &str = "/datadog incident timeline";

/// Declares an incident with `count` notes, one minute apart.
async fn declare_with_notes(world: &World, count: usize) -> DeclaredIncident {
    let alice = world.user("alice");
    let declared = alice.declares("Checkout is slow").await;
    for (minute, number) in (1..).zip(1..=count) {
        world.advance_to_minute(minute).await;
        let note = format!("/datadog incident note number {number}");
        alice.types(&declared.channel, &note).await;
    }
    world.expects_unread(count, "a post for each note");
    declared
}

/// Opens the timeline list and reads it. Returns its `ts`.
async fn open_list(user: TestUser<'_>, channel: &str) -> String {
    let list = user.opens_list(channel, TIMELINE_COMMAND).await;
    user.reads_ephemeral();
    list
}

/// Reads the user's new list. Returns its heading, the numbers of its notes, and its buttons.
fn read_list(user: TestUser<'_>) -> (String, Vec<String>, String) {
    let read = user.reads_ephemeral();
    let [read_list] = &read[..] else {
        panic!("expected one list, got {read:?}");
    };
    let heading = read_list.lines().next().unwrap().to_owned();
    let turning = read_list.lines().last().unwrap().to_owned();
    let notes = read_list
        .lines()
        .filter_map(|entry| entry.split_once("number "));
    (
        heading,
        notes.map(|(_, number)| number.to_owned()).collect(),
        turning,
    )
}

fn number_texts(numbers: impl IntoIterator<Item = i64>) -> Vec<String> {
    numbers.into_iter().map(|it| it.to_string()).collect()
}

#[test]
fn timeline_list_is_shown_to_the_requester_only() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        world.advance_to_minute(3).await;
        let ts = bob.posts(channel, "I am working on a fix.").await;
        alice.adds_to_incident(channel, &ts).await;
        alice.reads_ephemeral();
        alice.types(channel, TIMELINE_COMMAND).await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Timeline of IR-1 · newest first\n\
                 *2026-11-23*\n14:08 UTC · View message\nbob wrote: I am working on a fix.\n[Flag] [Edit]\n\
                 14:05 UTC\nalice declared this incident.\n[Flag]\n\
                 ---\n[Oldest first] [Important only]"]
        );
        assert_eq!(bob.reads_ephemeral(), [""; 0]);
        assert_eq!(alice.reads(channel), [""; 0]);
    });
}

#[test]
fn timeline_list_separates_the_days_of_the_reader() {
    incident_scenario(async |world, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        // 23:30 in Paris, 17:30 in New York; then 00:10 in Paris, and 18:10 in New York.
        for (minute, note) in [(8 * 60 + 25, "late"), (9 * 60 + 5, "later")] {
            world.advance_to_minute(minute).await;
            let note = format!("/datadog incident note {note}");
            alice.types(channel, &note).await;
        }
        let heads = |user: TestUser<'_>| {
            let list = user.reads_ephemeral().pop().unwrap();
            let heads = list
                .lines()
                .filter(|it| it.starts_with('*') || it.contains("UTC"));
            heads.map(str::to_owned).collect::<Vec<_>>()
        };
        alice.types(channel, TIMELINE_COMMAND).await;
        assert_eq!(
            heads(alice),
            [
                "*2026-11-24*",
                "23:10 UTC",
                "*2026-11-23*",
                "22:30 UTC",
                "14:05 UTC"
            ]
        );
        bob.types(channel, TIMELINE_COMMAND).await;
        assert_eq!(
            heads(bob),
            ["*2026-11-23*", "23:10 UTC", "22:30 UTC", "14:05 UTC"]
        );
        world.expects_unread(3, "two posts, reminder");
    });
}

#[test]
fn timeline_list_is_paged_in_both_sort_orders() {
    over_http(async |world, [alice, ..]| {
        let channel = &declare_with_notes(world, 23).await.channel;
        let list = alice.opens_list(channel, TIMELINE_COMMAND).await;
        let (heading, notes, turning) = read_list(alice);
        assert_eq!(heading, "Timeline of IR-1 · newest first");
        assert_eq!(notes, number_texts((14..=23).rev()));
        assert_eq!(turning, "[Older] [Oldest first] [Important only]");
        for (button, expected, turns) in [
            ("timeline_on", 4..=13, "[Newer] [Older] "),
            ("timeline_on", 1..=3, "[Newer] "),
            ("timeline_back", 4..=13, "[Newer] [Older] "),
            ("timeline_back", 14..=23, "[Older] "),
        ] {
            alice.clicks(channel, &list, button).await;
            let (_, notes, turning) = read_list(alice);
            assert_eq!(notes, number_texts(expected.rev()), "{button}");
            assert_eq!(turning, format!("{turns}[Oldest first] [Important only]"));
        }
        alice.clicks(channel, &list, "timeline_order").await;
        let (heading, notes, turning) = read_list(alice);
        assert_eq!(heading, "Timeline of IR-1 · oldest first");
        assert_eq!(notes, number_texts(1..=9), "the declaration comes first");
        assert_eq!(turning, "[Newer] [Newest first] [Important only]");
        alice.clicks(channel, &list, "timeline_on").await;
        assert_eq!(read_list(alice).1, number_texts(10..=19));
    });
}

#[test]
fn filtered_list_is_empty_when_no_entry_is_important() {
    scenario(async |world, [_, bob, ..]| {
        let channel = &declare_with_notes(world, 3).await.channel;
        bob.joins(channel).await;
        let list = open_list(bob, channel).await;
        bob.clicks(channel, &list, "timeline_only").await;
        let (heading, notes, turning) = read_list(bob);
        assert_eq!(
            heading,
            "Timeline of IR-1 · nothing is flagged as important yet"
        );
        assert_eq!(
            (notes.len(), turning.as_str()),
            (0, "[Oldest first] [All entries]")
        );
        bob.clicks(channel, &list, "timeline_only").await;
        assert_eq!(read_list(bob).1, number_texts((1..=3).rev()));
    });
}

#[test]
fn important_entries_can_be_flagged_and_filtered() {
    scenario(async |world, [alice, bob, ..]| {
        let channel = &declare_with_notes(world, 3).await.channel;
        bob.joins(channel).await;
        let list = open_list(bob, channel).await;
        bob.clicks(channel, &list, "timeline_flag").await;
        let read = bob.reads_ephemeral();
        let flagged = "14:08 UTC · Important\nalice added a note: number 3\n[Unflag]\n";
        assert!(read[0].contains(flagged), "{}", read[0]);
        world.advance(5).await;
        bob.redelivers_last_request().await;
        assert_eq!(
            bob.reads_ephemeral(),
            [""; 0],
            "flagging twice keeps the flag"
        );

        let list = open_list(alice, channel).await;
        alice.clicks(channel, &list, "timeline_only").await;
        let (heading, notes, _) = read_list(alice);
        assert_eq!(heading, "Timeline of IR-1 · important only, newest first");
        assert_eq!(notes, ["3"]);
        alice.clicks(channel, &list, "timeline_flag").await;
        assert_eq!(read_list(alice).1, [""; 0]);
        assert_eq!(alice.reads(channel), [""; 0]);
    });
}

#[test]
fn click_on_a_removed_entry_is_answered() {
    scenario(async |world, [alice, bob, ..]| {
        let channel = &declare_with_notes(world, 1).await.channel;
        bob.joins(channel).await;
        for user in [alice, bob] {
            user.types(channel, TIMELINE_COMMAND).await;
            user.reads_ephemeral();
        }
        let (hers, his) = (alice.last_ephemeral().ts, bob.last_ephemeral().ts);
        alice.clicks(channel, &hers, "timeline_remove").await;
        world.expects_unread(2, "updated list, crossed-out post");
        bob.clicks(channel, &his, "timeline_flag").await;
        assert_eq!(
            bob.reads_ephemeral(),
            ["This timeline entry doesn't exist."]
        );
    });
}
