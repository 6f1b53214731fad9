//! `/datadog incident links`: the list of links, with buttons to add and to remove.

use crate::harness::prelude::*;
use crate::link::link::channel_bookmarks;

/// The value of the button of the call of IR-1, on the first page of a list.
const CALL_ON_FIRST_PAGE: &str = "1 link_call 0";

/// The value of the button of the document Runbook, on the first page of a list.
const RUNBOOK_ON_FIRST_PAGE: &str = "1 link_document 1";

const CALL_AND_RUNBOOK: &str = "Links of IR-1\n\
                                Video call: https://zoom.us/j/1\n[Remove]\n\
                                Runbook\n[Remove]\n\
                                [Add Document] [Add Chat] [Add Video Call]";

const CALL_ONLY: &str = "Links of IR-1\n\
                         Video call: https://zoom.us/j/1\n[Remove]\n\
                         [Add Document] [Add Chat] [Add Video Call]";

const NO_LINKS: &str = "Links of IR-1\nNo links yet.\n[Add Document] [Add Chat] [Add Video Call]";

/// Has bob remove both links from a list that still contains the removed document.
async fn remove_links_from_outdated_list(bob: &TestUser<'_>, channel: &str, list: &str) {
    bob.selects(channel, list, "remove_link", RUNBOOK_ON_FIRST_PAGE)
        .await;
    assert_eq!(
        bob.reads_ephemeral(),
        ["This document has already been removed."]
    );
    bob.selects(channel, list, "remove_link", CALL_ON_FIRST_PAGE)
        .await;
    assert_eq!(bob.reads_ephemeral(), [NO_LINKS]);
    assert_eq!(
        bob.reads(channel).pop().unwrap(),
        "bob removed the video call https://zoom.us/j/1."
    );
}

#[test]
fn removing_a_link_updates_list_header_and_bookmarks() {
    incident_over_both_transports(async |world, channel, [alice, bob, ..]| {
        bob.joins(channel).await;
        alice.types(channel, "/datadog incident links").await;
        assert_eq!(alice.reads_ephemeral(), [NO_LINKS]);
        alice
            .types(channel, "/datadog incident link https://a.example Runbook")
            .await;
        alice
            .types(channel, "/datadog incident call https://zoom.us/j/1")
            .await;
        alice.reads(channel);

        for user in [alice, bob] {
            user.types(channel, "/datadog incident links").await;
            assert_eq!(user.reads_ephemeral(), [CALL_AND_RUNBOOK]);
        }
        let (of_alice, of_bob) = (alice.last_ephemeral().ts, bob.last_ephemeral().ts);
        alice
            .selects(channel, &of_alice, "remove_link", RUNBOOK_ON_FIRST_PAGE)
            .await;
        assert_eq!(alice.reads_ephemeral(), [CALL_ONLY]);
        assert_eq!(
            alice.reads(channel).pop().unwrap(),
            "alice removed the document Runbook."
        );
        remove_links_from_outdated_list(&bob, channel, &of_bob).await;
        assert_eq!(channel_bookmarks(world, channel), []);
        assert_eq!(
            world.timeline(1).await[3..],
            [
                "alice removed the document Runbook https://a.example",
                "bob changed the video call from https://zoom.us/j/1 to none",
            ]
        );
    });
}

#[test]
fn link_can_be_added_from_the_list() {
    incident_scenario(async |_, channel, [alice, ..]| {
        let list = alice.opens_list(channel, "/datadog incident links").await;
        alice.reads_ephemeral();
        alice.clicks(channel, &list, "link_document").await;
        alice
            .submits(&[("Link", "https://a.example"), ("Name", "Runbook")])
            .await;
        assert_eq!(
            alice.reads(channel).pop().unwrap(),
            "alice added the document Runbook."
        );
    });
}

#[test]
fn documents_are_paged_and_limited_to_a_hundred() {
    incident_over_http(async |world, channel, [alice, ..]| {
        for number in 1..=100 {
            let command = format!("/datadog incident link https://a.example/{number} D{number}");
            alice.types(channel, &command).await;
        }
        alice
            .types(channel, "/datadog incident link https://b.example")
            .await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["This incident has 100 documents, the maximum. Nothing was added: remove one first."]
        );
        world.deliver_all_advancing().await;
        assert_eq!(world.slack.bookmarks(channel).len(), 100);
        alice.reads(channel);

        let list = alice.opens_list(channel, "/datadog incident links").await;
        let titles = |read: &str| -> Vec<String> {
            let lines = read.lines().filter(|entry| entry.starts_with('D'));
            lines.map(str::to_owned).collect()
        };
        let first = alice.reads_ephemeral().pop().unwrap();
        assert_eq!(titles(&first).len(), 20);
        assert!(first.ends_with("[Add Video Call] [Later]"), "{first}");
        alice.clicks(channel, &list, "links_later").await;
        let second = alice.reads_ephemeral().pop().unwrap();
        assert_eq!(titles(&second)[0], "D21");
        assert!(second.ends_with("[Earlier] [Later]"), "{second}");
        alice.clicks(channel, &list, "links_earlier").await;
        assert_eq!(alice.reads_ephemeral(), [first]);
    });
}
