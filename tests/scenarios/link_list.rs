//! `/datadog incident links`: the links of an incident, to add and to remove.

use super::link::bookmarks;
use super::world::{by_each_door, over_http};

const NONE: &str = "Links of IR-1\nThere are none yet.\n[Add Document] [Add Chat] [Add Video Call]";

#[tokio::test]
async fn a_link_is_removed_from_the_list_the_header_and_the_bookmarks() {
    by_each_door(async |world| {
        let (alice, bob) = (world.person("alice"), world.person("bob"));
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        bob.joins(channel).await;
        alice.says(channel, "/datadog incident links").await;
        assert_eq!(alice.reads_alone(), [NONE]);
        alice
            .says(channel, "/datadog incident link https://a.example Runbook")
            .await;
        alice
            .says(channel, "/datadog incident call https://zoom.us/j/1")
            .await;
        alice.reads(channel);

        let list = "Links of IR-1\n\
                    Video call: https://zoom.us/j/1\n[Remove]\n\
                    Runbook\n[Remove]\n\
                    [Add Document] [Add Chat] [Add Video Call]";
        for person in [alice, bob] {
            person.says(channel, "/datadog incident links").await;
            assert_eq!(person.reads_alone(), [list]);
        }
        let (of_alice, of_bob) = (alice.last_alone().ts, bob.last_alone().ts);
        let runbook = "1 link_document 1";
        alice
            .picks(channel, &of_alice, "remove_link", runbook)
            .await;
        let shorter = "Links of IR-1\n\
                       Video call: https://zoom.us/j/1\n[Remove]\n\
                       [Add Document] [Add Chat] [Add Video Call]";
        assert_eq!(alice.reads_alone(), [shorter]);
        assert_eq!(
            alice.reads(channel).pop().unwrap(),
            "alice removed the document Runbook."
        );
        // Bob still sees it in his list.
        bob.picks(channel, &of_bob, "remove_link", runbook).await;
        assert_eq!(bob.reads_alone(), ["This document was removed already."]);
        bob.picks(channel, &of_bob, "remove_link", "1 link_call 0")
            .await;
        assert_eq!(bob.reads_alone(), [NONE]);
        assert_eq!(
            bob.reads(channel).pop().unwrap(),
            "bob removed the video call https://zoom.us/j/1."
        );
        assert_eq!(bookmarks(world, channel), []);
        assert_eq!(
            world.timeline(1).await[3..],
            [
                "alice removed the document Runbook https://a.example",
                "bob changed the video call from https://zoom.us/j/1 to none",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_link_is_added_from_the_list() {
    by_each_door(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        alice.says(channel, "/datadog incident links").await;
        let list = alice.last_alone().ts;
        alice.reads_alone();
        alice.presses(channel, &list, "link_document").await;
        alice
            .submits(&[("Link", "https://a.example"), ("Name", "Runbook")])
            .await;
        assert_eq!(
            alice.reads(channel).pop().unwrap(),
            "alice added the document Runbook."
        );
    })
    .await;
}

#[tokio::test]
async fn many_documents_are_paged_and_a_hundred_are_the_most() {
    over_http(async |world| {
        let alice = world.person("alice");
        let declared = alice.declares("Checkout is slow").await;
        let channel = declared.channel.as_str();
        for number in 1..=100 {
            let typed = format!("/datadog incident link https://a.example/{number} D{number}");
            alice.says(channel, &typed).await;
        }
        alice.says(channel, "/datadog incident link https://b.example").await;
        assert_eq!(
            alice.reads_alone(),
            ["This incident has 100 documents, as many as it can have. Nothing was added: remove one of \
              them first."]
        );
        world.catches_up().await;
        assert_eq!(world.slack.bookmarks(channel).len(), 100);
        alice.reads(channel);

        alice.says(channel, "/datadog incident links").await;
        let list = alice.last_alone().ts;
        let titles = |read: &str| -> Vec<String> {
            let lines = read.lines().filter(|line| line.starts_with('D'));
            lines.map(str::to_owned).collect()
        };
        let first = alice.reads_alone().pop().unwrap();
        assert_eq!(titles(&first).len(), 20);
        assert!(first.ends_with("[Add Video Call] [Later]"), "{first}");
        alice.presses(channel, &list, "links_later").await;
        let second = alice.reads_alone().pop().unwrap();
        assert_eq!(titles(&second)[0], "D21");
        assert!(second.ends_with("[Earlier] [Later]"), "{second}");
        alice.presses(channel, &list, "links_earlier").await;
        assert_eq!(alice.reads_alone(), [first]);
    })
    .await;
}
