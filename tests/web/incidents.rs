//! The list of incidents: its groups, its facets, its pages, and what it does with bad addresses.

use crate::browser::{Browser, OK, Page};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};
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

#[test]
fn facets_count_what_another_choice_would_find() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        for (title, severity) in [
            ("Checkout is slow", "SEV-2 High"),
            ("Checkout is down", "SEV-1 Critical"),
            ("Search is slow", "SEV-2 High"),
        ] {
            alice
                .declares_with(title, &[("Severity Level", severity)])
                .await;
        }
        alice.types("#general", "/datadog IR-3 stable").await;
        world.deliver_all().await;
        world.skips_messages();
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

/// Opens the list with search words, and checks whether it finds IR-1.
async fn searches(browser: &Browser<'_>, words: &str, finds: bool) {
    let words = words.replace(' ', "+");
    let page = browser.opens(&format!("/incidents?q={words}")).await;
    assert_eq!(page.html.contains("/incidents/1\""), finds, "{words}");
}

#[test]
fn search_reads_titles_texts_timelines_and_channels() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let of_alice = alice.signs_in().await;
        for (field, text) in [
            ("summary", "Carts time out in Lisbon"),
            ("root_cause", "An expired certificate"),
        ] {
            let page = of_alice.opens(&format!("/incidents/1?edit={field}")).await;
            let action = format!("/incidents/1/fields/{field}");
            of_alice.submits(&page, &action, &[(field, text)]).await;
        }
        alice
            .types(channel, "/datadog note The gateway returns 502")
            .await;
        world.deliver_all().await;
        world.skips_messages();
        let browser = bob.signs_in().await;
        for words in [
            "checkout",
            "lisbon carts",
            "certificate",
            "gateway",
            "incident-1-check",
        ] {
            searches(&browser, words, true).await;
        }
        searches(&browser, "unrelated", false).await;
        let page = browser.opens("/incidents?q=gateway").await;
        page.shows(&["1 “gateway” × open ×"]);
        hides_incident(world, &alice, "IR-1").await;
        for words in ["checkout", "certificate", "gateway"] {
            searches(&browser, words, false).await;
            searches(&of_alice, words, true).await;
        }
    });
}

/// Returns the whole content of a page.
async fn content(browser: &Browser<'_>, path: &str) -> String {
    let page = browser.opens(path).await;
    assert_eq!(page.status, OK, "{path}");
    page.html
}

#[test]
fn private_incident_changes_nothing_that_an_outsider_sees() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        let of_bob = bob.signs_in().await;
        let paths = [
            "/incidents",
            "/incidents?status=any&group=severity",
            "/incidents?q=secret",
            "/incidents?visibility=private",
            "/incidents?mine=yes&status=any",
            "/incidents.csv?status=any",
        ];
        let mut before = Vec::new();
        for path in paths {
            before.push(content(&of_bob, path).await);
        }
        alice
            .types("#general", "/datadog incident Secret breach")
            .await;
        let option = "Private (visible to responders only)";
        alice.fills_several("Options", &[option]).await;
        let severity = [("Severity Level", "SEV-1 Critical")];
        alice.submits_and_closes(&severity).await;
        world.deliver_all().await;
        world.skips_messages();
        for (path, before) in paths.into_iter().zip(before) {
            assert_eq!(content(&of_bob, path).await, before, "{path}");
        }
        let of_alice = alice.signs_in().await;
        let list = of_alice.opens("/incidents").await;
        list.shows(&["Open 2", "IR-2 Secret breach Private", "Private 1"]);
        let csv = of_alice.opens("/incidents.csv").await;
        assert!(csv.html.contains("IR-2,Secret breach,active,SEV-1,alice,"));
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

#[test]
fn unknown_filters_are_named_and_ignored() {
    incident_scenario_with_pages(async |_, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser
            .opens("/incidents?color=red&severity=SEV-99&status=active&q=%00")
            .await;
        assert_eq!(page.status, OK);
        page.shows(&[
            "Ignored, because the list has no such filter: color, severity=SEV-99.",
            "IR-1 Checkout is slow",
        ]);
        let script = "/incidents?q=%3Cscript%3Ealert(1)%3C/script%3E&%3Cb%3E=1";
        let page = browser.opens(script).await;
        page.hides(&["<script>", "<b>"]);
        page.shows(&["“<script>alert(1)</script>”", "no such filter: <b>."]);
    });
}

#[test]
fn hand_made_cursor_leads_to_the_first_page() {
    incident_scenario_with_pages(async |_, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        for cursor in ["x", "0.0", "99.1.1", "-1.1.1", "0.99999999999999999999.1"] {
            let path = format!("/incidents?q=checkout&after={cursor}");
            let page = browser.opens(&path).await;
            assert_eq!(page.status, 400, "{cursor}");
            page.shows(&["Start from the first page."]);
            assert_eq!(link(&page, "First page"), "/incidents?q=checkout");
        }
        let csv = browser.opens("/incidents.csv?after=x").await;
        assert_eq!(csv.status, 400);
        let past_the_end = browser.opens("/incidents?after=0.0.1").await;
        assert_eq!(past_the_end.status, OK);
    });
}
