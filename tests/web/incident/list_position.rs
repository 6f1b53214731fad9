//! The way between the list and its incidents.

use crate::harness::scenario::scenario_with_pages;

#[test]
fn incident_links_to_its_list_and_its_neighbours() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        for title in ["Checkout is slow", "Search is down", "Mails wait"] {
            alice.declares(title).await;
        }
        let browser = bob.signs_in().await;
        browser.opens("/incidents?sort=newest").await;
        let page = browser.opens("/incidents/2").await;
        page.shows(&["Incidents / IR-2"]);
        for part in [
            "href=\"/incidents?sort=newest\"",
            "href=\"/incidents/3\" rel=\"prev\" data-key=\"[\" aria-label=\"Previous: IR-3 Mails wait\"",
            "href=\"/incidents/1\" rel=\"next\" data-key=\"]\" aria-label=\"Next: IR-1 Checkout is slow\"",
        ] {
            assert!(page.html.contains(part), "{part}");
        }
        // The other tabs and the ends of the list.
        let first = browser.opens("/incidents/3/timeline").await;
        assert!(first.html.contains("href=\"/incidents?sort=newest\""));
        first.hides(&["rel=\"prev\""]);
        browser.opens("/incidents/1").await.hides(&["rel=\"next\""]);

        // A list without the incident, and another browser.
        browser.opens("/incidents?q=search").await;
        let other = browser.opens("/incidents/1").await;
        assert!(other.html.contains("href=\"/incidents?q=search\""));
        other.hides(&["rel=\"prev\"", "rel=\"next\""]);
        browser.posts("/sign-out", &[]).await;
        assert!(!browser.cookies.borrow().contains_key("list"));
        world.skips_messages();
    });
}

#[test]
fn neighbours_of_an_incident_are_visible_ones() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        for title in ["Checkout is slow", "Search is down"] {
            alice.declares(title).await;
        }
        let browser = bob.signs_in().await;
        browser.opens("/incidents").await;
        let channel = "incident-2-search-is-down";
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all().await;
        let page = browser.opens("/incidents/1").await;
        page.hides(&["Search is down", "rel=\"prev\"", "rel=\"next\""]);
        // Nothing that a user writes into the cookie breaks a page.
        for list in ["after=x", "%00", "sort=%FF&sort=", "status=x"] {
            let cookie = ("list".to_owned(), list.to_owned());
            browser.cookies.borrow_mut().extend([cookie]);
            assert_eq!(browser.opens("/incidents/1").await.status, 200, "{list}");
        }
        world.skips_messages();
    });
}
