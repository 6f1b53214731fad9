//! The notice of entries that arrived while the newest end of the timeline was out of sight.

use crate::browser::Page;
use crate::harness::scenario::incident_scenario_with_pages;
use crate::incident::entry_before;

const TIMELINE: &str = "/incidents/1/timeline";

/// Returns the value of an attribute of the notice.
fn attribute(page: &Page, name: &str) -> String {
    let (_, notice) = page.html.split_once("<p class=\"new-entries\"").unwrap();
    let (_, value) = notice.split_once(&format!(" data-{name}=\"")).unwrap();
    value.split('"').next().unwrap().to_owned()
}

#[test]
fn new_entries_are_counted_with_the_filter_of_the_page() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let page = browser.opens(TIMELINE).await;
        page.hides(&["new entr"]);
        let since = attribute(&page, "since");
        assert_eq!(attribute(&page, "end"), format!("entry-{since}"));
        bob.types("#general", "/datadog IR-1 note Disk is full")
            .await;
        bob.reads_ephemeral();
        bob.declares("Search is down").await;
        bob.types("#general", "/datadog IR-2 note not here").await;

        let page = browser.opens(&format!("{TIMELINE}?since={since}")).await;
        page.shows(&["1 new entry"]);
        let newest = entry_before(&page, "Disk is full");
        assert!(
            page.html
                .contains(&format!("href=\"{TIMELINE}#entry-{newest}\""))
        );
        assert_eq!(attribute(&page, "since"), since);
        alice.types(channel, "/datadog task Free the disk").await;
        let page = browser.opens(&format!("{TIMELINE}?since={since}")).await;
        page.shows(&["2 new entries"]);
        let tasks = browser
            .opens(&format!("{TIMELINE}?show=tasks&since={since}"))
            .await;
        tasks.shows(&["1 new entry"]);
        let messages = browser
            .opens(&format!("{TIMELINE}?show=messages&since={since}"))
            .await;
        messages.hides(&["new entr"]);
        assert_eq!(attribute(&messages, "end"), "content");
        world.skips_messages();
    });
}

#[test]
fn removed_entry_is_not_new() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = alice.signs_in().await;
        let since = attribute(&browser.opens(TIMELINE).await, "since");
        alice.types(channel, "/datadog note Disk is full").await;
        alice.types(channel, "/datadog task Free the disk").await;
        let page = browser.opens(TIMELINE).await;
        page.hides(&["new entr"]);
        assert_eq!(attribute(&page, "since"), attribute(&page, "last"));
        let note = entry_before(&page, "Disk is full");
        let remove = "/incidents/1/actions/remove-entry";
        browser.submits(&page, remove, &[("number", &note)]).await;
        let page = browser.opens(&format!("{TIMELINE}?since={since}")).await;
        page.shows(&["1 new entry"]);
        world.skips_messages();
    });
}

#[test]
fn notice_leads_to_the_newest_end_from_every_page() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = alice.signs_in().await;
        alice.types(channel, "/datadog note Disk is full").await;
        let oldest = browser
            .opens(&format!("{TIMELINE}?order=oldest&since=0"))
            .await;
        let newest = entry_before(&oldest, "Disk is full");
        let end = format!("href=\"{TIMELINE}?order=oldest#entry-{newest}\"");
        assert!(oldest.html.contains(&end), "{}", oldest.html);

        for number in 0..55 {
            let note = format!("/datadog note step {number}.");
            alice.types(channel, &note).await;
        }
        // The newest end is on another page.
        let start = browser
            .opens(&format!("{TIMELINE}?order=oldest&since=0"))
            .await;
        start.shows(&["57 new entries", "Newer entries"]);
        assert!(
            start
                .html
                .contains(&format!("href=\"{TIMELINE}\">57 new entries"))
        );
        assert!(!start.html.contains(" data-end="));
        world.skips_messages();
    });
}
