//! Links of the clipboard become signals or documents of an incident.

use super::{PATH, adds, assert_listed, key_of_button, presses, ticked};
use crate::browser::{Browser, OK, Page};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};
use crate::html::option_value;

const ADD: &str = "/clipboard/add-to-incident";

/// Adds two links.
async fn adds_two(browser: &Browser<'_>) {
    adds(browser, "https://graphs.example.com/a", "Error rate").await;
    adds(browser, "https://logs.example.com/b", "Logs").await;
}

/// Checks that a page links these addresses.
fn links_to(page: &Page, addresses: [&str; 3]) {
    for address in addresses {
        let link = format!("href=\"https://{address}\"");
        assert!(page.html.contains(&link), "{address}");
    }
}

#[test]
fn selected_links_become_the_signals_of_a_declared_incident() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        adds_two(&browser).await;
        let title = "see graphs.example.com/d";
        adds(&browser, "https://graphs.example.com/c", title).await;
        let page = browser.opens("/clipboard?all=1").await;
        page.shows(&["Declare Incident", "Remove"]);
        let items: Vec<_> = ticked(&page)
            .iter()
            .map(|id| format!("item={id}"))
            .collect();
        let address = format!("/incidents/new?{}&incident=", items.join("&"));
        let form = browser.opens(&address).await;
        form.shows(&[
            "https://graphs.example.com/c Logs: https://logs.example.com/b \
             Error rate: https://graphs.example.com/a",
        ]);
        let fields = [("title", "Checkout is slow"), ("severity", "SEV-2")];
        let declared = browser.submits(&form, "/incidents/new", &fields).await;
        assert_eq!(
            (declared.status, declared.path.as_str()),
            (OK, "/incidents/1")
        );
        declared.shows(&["Error rate", "Logs", "https://graphs.example.com/c"]);
        links_to(
            &declared,
            [
                "graphs.example.com/a",
                "logs.example.com/b",
                "graphs.example.com/c",
            ],
        );
        declared.hides(&["graphs.example.com/d"]);
        // The links stay until they are removed.
        let titles = ["see graphs.example.com/d", "Logs", "Error rate"];
        assert_listed(&browser, &titles).await;
        world.skips_messages();
    });
}

#[test]
fn selected_links_are_added_to_an_incident_once() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        adds_two(&browser).await;
        let page = browser.opens("/clipboard?all=1").await;
        let incident = option_value(&page.html, "IR-1 Checkout is slow").unwrap();
        let fields = [("item", "2"), ("item", "1"), ("incident", &incident)];
        for _ in 0..2 {
            let added = presses(&browser, &page, ADD, &fields).await;
            assert_eq!((added.status, added.path.as_str()), (OK, "/clipboard?to=1"));
            added.shows(&["The links are documents of IR-1 now. IR-1 Checkout is slow"]);
        }
        let remediation = browser.opens("/incidents/1/remediation").await;
        for url in ["https://graphs.example.com/a", "https://logs.example.com/b"] {
            let link = format!("href=\"{url}\"");
            assert_eq!(remediation.html.matches(&link).count(), 1, "{url}");
        }
        let timeline = browser.opens("/incidents/1/timeline").await;
        let text = timeline.text();
        assert_eq!(text.matches("from the web").count(), 2, "{text}");

        let again = browser.opens(PATH).await;
        let rejected = presses(&browser, &again, ADD, &fields).await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["IR-1 has these documents already. Nothing was added."]);
        assert_eq!(ticked(&rejected), ["2", "1"]);
        assert!(rejected.html.contains("<option value=\"1\" selected>"));
        world.skips_messages();
    });
}

#[test]
fn incident_and_links_must_be_selected() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        adds_two(&browser).await;
        let page = browser.opens(PATH).await;
        let nothing = presses(&browser, &page, ADD, &[("incident", "1")]).await;
        assert_eq!(nothing.status, 422);
        nothing.shows(&["Select at least one link first."]);
        let nowhere = [("item", "1"), ("incident", "")];
        let nowhere = presses(&browser, &page, ADD, &nowhere).await;
        assert_eq!(nowhere.status, 422);
        nowhere.shows(&["Choose the incident that gets the links."]);
        assert_eq!(ticked(&nowhere), ["1"]);
        world.skips_messages();
    });
}

#[test]
fn links_of_other_users_and_hidden_incidents_do_not_exist() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let of_alice = alice.signs_in().await;
        adds_two(&of_alice).await;
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all().await;
        let of_bob = bob.signs_in().await;
        adds(&of_bob, "https://wiki.example.com", "Wiki").await;
        let page = of_bob.opens("/clipboard?all=1&added=1&to=1").await;
        assert_eq!(ticked(&page), ["3"]);
        page.hides(&["graphs.example.com", "Error rate", "IR-1"]);
        let declare = of_bob.opens("/incidents/new?item=1&item=3").await;
        declare.shows(&["Wiki: https://wiki.example.com"]);
        declare.hides(&["graphs.example.com"]);

        let key = key_of_button(&page, "/clipboard/remove");
        let key = ("key", key.as_str());
        of_bob
            .posts("/clipboard/remove", &[("item", "1"), ("item", "2"), key])
            .await;
        assert_listed(&of_alice, &["Logs", "Error rate"]).await;
        let [hidden, missing] =
            ["1", "99"].map(|id| [("item", "3"), ("incident", id), ("key", "a1")]);
        let hidden = of_bob.posts(ADD, &hidden).await;
        let missing = of_bob.posts(ADD, &missing).await;
        assert_eq!((hidden.status, missing.status), (404, 404));
        assert_eq!(hidden.html, missing.html);
        world.skips_messages();
    });
}
