//! The search of the list, and what an outsider sees of a private incident.

use super::hides_incident;
use crate::browser::{Browser, OK};
use crate::harness::scenario::incident_scenario_with_pages;

/// Returns whether the search words find IR-1.
async fn finds_incident(browser: &Browser<'_>, words: &str) -> bool {
    let words = words.replace(' ', "+");
    let page = browser.opens(&format!("/incidents?q={words}")).await;
    page.html.contains("/incidents/1\"")
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
            assert!(finds_incident(&browser, words).await, "{words}");
        }
        assert!(!finds_incident(&browser, "unrelated").await, "unrelated");
        let page = browser.opens("/incidents?q=gateway").await;
        page.shows(&["1 “gateway” × open ×"]);
        hides_incident(world, &alice, "IR-1").await;
        for words in ["checkout", "certificate", "gateway"] {
            assert!(!finds_incident(&browser, words).await, "{words}");
            assert!(finds_incident(&of_alice, words).await, "{words}");
        }
    });
}

/// Returns the whole content of a page, without the key of its form.
pub(super) async fn content(browser: &Browser<'_>, path: &str) -> String {
    let page = browser.opens(path).await;
    assert_eq!(page.status, OK, "{path}");
    if path.contains(".csv") {
        return page.html;
    }
    let (before, key) = page.html.split_once("name=\"key\" value=\"").unwrap();
    let (_, after) = key.split_once('"').unwrap();
    format!("{before}{after}")
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
