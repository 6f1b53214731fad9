//! The list of incidents.

use crate::browser::OK;
use crate::harness::scenario::scenario_with_pages;

#[test]
fn list_shows_open_incidents_by_status_and_severity() {
    scenario_with_pages(async |_, [alice, bob, _]| {
        let browser = bob.signs_in().await;
        let empty = browser.opens("/incidents").await;
        empty.shows(&["No open incidents.", "/datadog incident Checkout is slow"]);

        alice
            .declares_with("Checkout is slow", &[("Severity Level", "SEV-2 High")])
            .await;
        alice
            .declares_with("Search is down", &[("Severity Level", "SEV-1 Critical")])
            .await;
        let list = browser.opens("/incidents").await;
        assert_eq!(list.status, OK);
        list.shows(&[
            "Open 2",
            "ACTIVE",
            "SEV-1 IR-2 Search is down",
            "SEV-2 IR-1 Checkout is slow",
        ]);
        let text = list.text();
        assert!(
            text.find("Search is down") < text.find("Checkout is slow"),
            "{text}"
        );
        browser
            .opens("/incidents?show=mine")
            .await
            .shows(&["You aren't in any open incident."]);
    });
}

#[test]
fn list_has_pages_and_does_not_count_hidden_incidents() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        alice.declares_many(12).await;
        alice.types("#general", "/datadog IR-12 private").await;
        world.deliver_all().await;
        world.skips_messages();
        let browser = bob.signs_in().await;
        let first = browser.opens("/incidents").await;
        first.shows(&["Open 11", "Page 1 of 2", "Next"]);
        let second = browser.opens("/incidents?show=open&page=2").await;
        second.shows(&["Page 2 of 2", "Previous"]);
        for page in [first, second] {
            page.hides(&["IR-12"]);
        }
    });
}
