//! The timeline of an incident: notes, flags, edits, filters and pages.

use crate::harness::scenario::incident_scenario_with_pages;
use crate::incident::entry_before;

const TIMELINE: &str = "/incidents/1/timeline";
const ADD_NOTE: &str = "/incidents/1/actions/add-note";
const EDIT: &str = "/incidents/1/actions/edit-entry";

#[test]
fn note_is_added_with_its_time_and_posted_in_the_channel() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        page.shows(&[
            "Timeline 1",
            "Monday 23 November 2026",
            "14:05",
            "alice declared",
        ]);
        let note = [("text", "Disk is full"), ("at", "10 min ago")];
        let page = browser.submits(&page, ADD_NOTE, &note).await;
        assert_eq!(page.path, "/incidents/1/timeline?saved=add-note");
        page.shows(&[
            "Note added.",
            "14:55 alice added a note: Disk is full",
            "from the web",
            "Timeline 2",
        ]);
        let posts = alice.reads(channel);
        assert!(
            posts.iter().any(|post| post.contains("Disk is full")),
            "{posts:?}"
        );
        world.skips_messages();
    });
}

#[test]
fn rejected_note_stays_in_the_form() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        for (text, at, reason) in [
            (
                "",
                "",
                "Enter a note, e.g. “I found the host causing the issue.”",
            ),
            ("Disk is full", "in 2 hours", "That's in the future."),
            (
                &"x".repeat(2_401),
                "",
                "This text is 2401 characters long; 2400 is the most.",
            ),
        ] {
            let page = browser
                .submits(&page, ADD_NOTE, &[("text", text), ("at", at)])
                .await;
            assert_eq!(page.status, 422);
            page.shows(&[reason, text]);
            assert!(page.html.contains(&format!("value=\"{at}\"")));
        }
        browser.opens(TIMELINE).await.hides(&["added a note"]);
        world.skips_messages();
    });
}

#[test]
fn entry_is_flagged_edited_and_removed() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        alice.types(channel, "/datadog note Disk is ful").await;
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        let id = entry_before(&page, "Disk is ful");
        let flag = "/incidents/1/actions/flag-entry";
        let page = browser.submits(&page, flag, &[("number", &id)]).await;
        page.shows(&["Entry flagged as important.", "Important", "Unflag"]);
        browser
            .opens("/incidents/1/timeline?show=important")
            .await
            .shows(&["Disk is ful"]);

        let form = browser
            .opens(&format!("{TIMELINE}?open=edit-entry&number={id}"))
            .await;
        let page = browser
            .submits(&form, EDIT, &[("text", "Disk is full")])
            .await;
        page.shows(&["Entry saved.", "alice added a note: Disk is full"]);

        // Another user can flag, but not rewrite.
        let of_bob = bob.signs_in().await;
        let page_of_bob = of_bob.opens(TIMELINE).await;
        let remove = "/incidents/1/actions/remove-entry";
        page_of_bob.hides(&[remove, "open=edit-entry"]);
        let stolen = of_bob
            .opens(&format!("{TIMELINE}?open=edit-entry&number={id}"))
            .await;
        stolen.hides(&["name=\"text\" rows=\"4\" data-focus"]);

        let page = browser.submits(&page, remove, &[("number", &id)]).await;
        page.shows(&["Entry removed."]);
        page.hides(&["Disk is full"]);
        world.skips_messages();
    });
}

#[test]
fn edit_of_a_note_that_changed_meanwhile_is_a_conflict() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog note Disk is ful").await;
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        let id = entry_before(&page, "Disk is ful");
        let path = format!("{TIMELINE}?open=edit-entry&number={id}");
        let [first, second] = [browser.opens(&path).await, browser.opens(&path).await];
        browser
            .submits(&first, EDIT, &[("text", "Disk is full")])
            .await;
        let conflict = browser
            .submits(&second, EDIT, &[("text", "Disk fills up")])
            .await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&[
            "alice changed this Mon 23 Nov 15:05, after you opened the page.",
            "Disk fills up",
            "Now: Disk is full",
        ]);
        let saved = browser
            .submits(&conflict, EDIT, &[("text", "Disk fills up")])
            .await;
        saved.shows(&["Entry saved.", "added a note: Disk fills up"]);
        world.skips_messages();
    });
}

#[test]
fn filters_and_order_are_in_the_address() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        alice.types(channel, "/datadog note Disk is full").await;
        alice.types(channel, "/datadog task Free the disk").await;
        let browser = alice.signs_in().await;
        let notes = browser.opens("/incidents/1/timeline?show=notes").await;
        notes.shows(&["Disk is full"]);
        notes.hides(&["Free the disk", "declared"]);
        let tasks = browser.opens("/incidents/1/timeline?show=tasks").await;
        tasks.shows(&["Free the disk"]);
        tasks.hides(&["Disk is full"]);
        browser
            .opens("/incidents/1/timeline?show=messages")
            .await
            .shows(&["No entries like that yet."]);
        let oldest = browser.opens("/incidents/1/timeline?order=oldest").await;
        let text = oldest.text();
        assert!(text.find("declared") < text.find("Disk is full"), "{text}");
        oldest.shows(&["Newest first"]);
        world.skips_messages();
    });
}

#[test]
fn note_is_inserted_between_two_entries() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        world.advance(3600).await;
        alice.types(channel, "/datadog note Disk is full").await;
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        page.shows(&["+ 1 hour without an entry"]);
        let form = browser
            .opens("/incidents/1/timeline?open=add-note&at=2026-11-23+15%3A35")
            .await;
        assert!(
            page.html
                .contains("open=add-note&#38;at=2026-11-23+15%3A35#add-note-0")
        );
        let page = browser
            .submits(&form, ADD_NOTE, &[("text", "Alert fired")])
            .await;
        page.shows(&["15:35 alice added a note: Alert fired"]);
        world.skips_messages();
    });
}

#[test]
fn long_timeline_is_shown_page_by_page() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        for number in 0..55 {
            alice
                .types(channel, &format!("/datadog note step {number}."))
                .await;
        }
        world.skips_messages();
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        page.shows(&["step 54.", "Older entries"]);
        page.hides(&["step 3.", "Newer entries"]);
        let (_, rest) = page.html.split_once("?after=").unwrap();
        let cursor = rest.split('"').next().unwrap();
        let older = browser.opens(&format!("{TIMELINE}?after={cursor}")).await;
        older.shows(&["step 3.", "alice declared", "Newer entries"]);
        older.hides(&["step 54.", "Older entries"]);
    });
}
