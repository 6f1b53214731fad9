//! The list of incidents: its groups, its facets and its pages.

mod addresses;
mod feed;
mod fields;
mod saved_views;
mod search;

use crate::browser::{OK, Page};
use crate::harness::scenario::scenario_with_pages;
use crate::harness::user::TestUser;
use crate::harness::world::World;
use crate::html;

/// Returns the address of the link with this text.
fn link(page: &Page, text: &str) -> String {
    let links = page.html.split("<a ").skip(1);
    let mut links = links.filter_map(|link| link.split("</a>").next());
    let link = links.find(|link| link.ends_with(&format!(">{text}")));
    let link = link.unwrap_or_else(|| panic!("no link {text:?}: {}", page.html));
    html::attribute(link, "href").unwrap()
}

/// Makes an incident private.
async fn hides_incident(world: &World, commander: &TestUser<'_>, id: &str) {
    commander
        .types("#general", &format!("/datadog {id} private"))
        .await;
    world.deliver_all().await;
    world.skips_messages();
}

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
            "2 Open ×",
            "ACTIVE 2",
            "SEV-1 IR-2 Search is down",
            "SEV-2 IR-1 Checkout is slow",
            "Last activity just now alice just now",
        ]);
        let text = list.text();
        assert!(
            text.find("Search is down") < text.find("Checkout is slow"),
            "{text}"
        );
        let oldest = browser.opens("/incidents?sort=oldest&group=none").await;
        oldest.shows(&["SEV-2 IR-1 Checkout is slow ACTIVE"]);
        let text = oldest.text();
        assert!(
            text.find("Checkout is slow") < text.find("Search is down"),
            "{text}"
        );
        browser
            .opens("/incidents?mine=yes")
            .await
            .shows(&["Mine 0", "You aren't in any open incident."]);
    });
}

/// Declares two active incidents and a stable one.
async fn declares_three(world: &World, user: &TestUser<'_>) {
    for (title, severity) in [
        ("Checkout is slow", "SEV-2 High"),
        ("Checkout is down", "SEV-1 Critical"),
        ("Search is slow", "SEV-2 High"),
    ] {
        user.declares_with(title, &[("Severity Level", severity)])
            .await;
    }
    user.types("#general", "/datadog IR-3 stable").await;
    world.deliver_all().await;
    world.skips_messages();
}

#[test]
fn facets_count_what_another_choice_would_find() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        declares_three(world, &alice).await;
        let browser = bob.signs_in().await;
        let list = browser
            .opens("/incidents?status=active&severity=SEV-2")
            .await;
        list.shows(&[
            "1 Active × SEV-2 ×",
            "ACTIVE 1 STABLE 1 RESOLVED 0",
            "SEV-1 Critical 1 SEV-2 High 1",
            "IR-1 Checkout is slow",
        ]);
        list.hides(&["Checkout is down", "Search is slow"]);
        // A submitted form contains the marked status and the one that lifts the restriction.
        let submitted = "/incidents?q=&status=any&status=active&severity=SEV-2&sort=urgency&from=";
        browser
            .opens(submitted)
            .await
            .shows(&["1 Active × SEV-2 ×", "IR-1 Checkout is slow"]);
        let every_status = link(&list, "×");
        assert_eq!(every_status, "/incidents?status=any&severity=SEV-2");
        browser.opens(&every_status).await.shows(&[
            "2 SEV-2 ×",
            "IR-1 Checkout is slow",
            "IR-3 Search is slow",
        ]);
        browser
            .opens("/incidents?status=resolved&q=nothing")
            .await
            .shows(&["No incident matches.", "Show all incidents"]);
    });
}

#[test]
fn list_continues_on_the_next_page() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        alice.declares_many(52).await;
        hides_incident(world, &alice, "IR-52").await;
        let browser = bob.signs_in().await;
        let first = browser.opens("/incidents?sort=newest&group=none").await;
        first.shows(&["51 Open ×", "IR-51 ", "IR-2 ", "Next page"]);
        first.hides(&["IR-52", "/incidents/1\"", "First page"]);
        let second = browser.opens(&link(&first, "Next page")).await;
        second.shows(&["51 Open ×", "IR-1 ", "First page"]);
        second.hides(&["IR-52", "/incidents/2\"", "Next page"]);
        assert_eq!(
            link(&second, "First page"),
            "/incidents?sort=newest&group=none"
        );
        let csv = browser.opens("/incidents.csv").await;
        assert_eq!(csv.html.lines().count(), 52);
        assert!(!csv.html.contains("IR-52"));
        assert_eq!(
            csv.headers["content-type"],
            "text/csv; charset=utf-8; header=present"
        );
        assert_eq!(
            csv.headers["content-disposition"],
            "attachment; filename=\"incidents.csv\""
        );
    });
}
