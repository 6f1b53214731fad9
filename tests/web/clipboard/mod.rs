//! The clipboard of a user: adding, merging, selecting and removing links.

mod handbook;
mod incident;

use muster::store::IdempotencyKey;
use muster_domain::{AddToClipboard, Timestamp, UserId};

use crate::browser::{Browser, OK, Page};
use crate::harness::scenario::scenario_with_pages;
use crate::html::{attribute, form_fields};

const PATH: &str = "/clipboard";

/// Fills in the form that adds a link and sends it.
async fn adds(browser: &Browser<'_>, url: &str, title: &str) -> Page {
    let form = browser.opens("/clipboard/new").await;
    let fields = [("url", url), ("title", title)];
    browser.submits(&form, PATH, &fields).await
}

/// Presses a button below the list with these items selected.
async fn presses(
    browser: &Browser<'_>,
    page: &Page,
    action: &str,
    fields: &[(&str, &str)],
) -> Page {
    let key = key_of_button(page, action);
    let key = [("key", key.as_str())];
    browser.posts(action, &[fields, &key].concat()).await
}

/// Returns the idempotency key of a button.
fn key_of_button(page: &Page, action: &str) -> String {
    let buttons = page.html.split("<button ").skip(1);
    let mut tags = buttons.filter_map(|rest| rest.split('>').next());
    let button = tags.find(|tag| tag.contains(&format!("formaction=\"{action}\"")));
    attribute(button.unwrap(), "value").unwrap()
}

/// Returns the selected items.
fn ticked(page: &Page) -> Vec<String> {
    let fields = form_fields(&page.html, "/incidents/new").unwrap_or_default();
    let items = fields.into_iter().filter(|(name, _)| name == "item");
    items.map(|(_, id)| id).collect()
}

/// Checks that the clipboard lists these titles and no others, in this order.
async fn assert_listed(browser: &Browser<'_>, titles: &[&str]) {
    let page = browser.opens(PATH).await;
    let rows = page.html.split("<span class=\"what\">").skip(1);
    let listed: Vec<_> = rows.filter_map(|row| row.split("</span>").next()).collect();
    assert_eq!(listed, titles);
}

#[test]
fn link_is_added_by_the_form_and_listed_first() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let empty = browser.opens(PATH).await;
        empty.shows(&["Your clipboard is empty.", "Add to Muster"]);
        empty.hides(&["Select All", "Declare Incident</button>"]);
        let first = adds(&browser, "https://graphs.example.com/a", "Error rate").await;
        assert_eq!(
            (first.status, first.path.as_str()),
            (OK, "/clipboard?added=1")
        );
        first.shows(&["Added “Error rate”.", "1 of 500 links"]);
        let second = adds(&browser, "graphs.example.com/b?from=1", "").await;
        second.shows(&[
            "Added “graphs.example.com/b”.",
            "2 of 500 links",
            "https://graphs.example.com/b?from=1 · added",
        ]);
        assert_listed(&browser, &["graphs.example.com/b", "Error rate"]).await;
        browser.opens("/incidents").await.shows(&["Clipboard"]);
        let declare = browser.opens("/incidents/new").await;
        declare.shows(&["Collect them on your clipboard"]);
    });
}

#[test]
fn bookmark_opens_the_form_filled_in_and_adds_nothing_by_itself() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens(PATH).await;
        let (_, field) = page.html.split_once("<input id=\"bookmark\"").unwrap();
        let script = attribute(field, "value").unwrap();
        let form = format!("{}/clipboard/new", world.base_url.borrow());
        let expected = format!(
            "javascript:void(open('{form}?url='+encodeURIComponent(location.href)\
             +'&title='+encodeURIComponent(document.title)))"
        );
        assert_eq!(script, expected);
        page.hides(&["href=\"javascript:"]);

        let long = "x".repeat(300);
        let path =
            format!("/clipboard/new?url=https%3A%2F%2Fa.example%2F%3Fq%3D1&title=Errors+{long}");
        let form = browser.opens(&path).await;
        let fields = form_fields(&form.html, PATH).unwrap();
        let url = ("url".to_owned(), "https://a.example/?q=1".to_owned());
        assert!(fields.contains(&url), "{fields:?}");
        assert_listed(&browser, &[]).await;
        let added = browser.submits(&form, PATH, &[]).await;
        added.shows(&["Added “Errors xxx", "https://a.example/?q=1"]);
    });
}

#[test]
fn same_address_again_moves_to_the_top_with_its_new_title() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        adds(&browser, "https://graphs.example.com/a", "Errors").await;
        adds(&browser, "https://graphs.example.com/b", "Latency").await;
        let merged = adds(&browser, "HTTPS://graphs.example.com/a", "Error rate").await;
        merged.shows(&["Added “Error rate”.", "2 of 500 links"]);
        assert_listed(&browser, &["Error rate", "Latency"]).await;

        // A form that is sent again after another change stores nothing.
        let form = browser.opens("/clipboard/new").await;
        for title in ["Logs", "Errors again"] {
            let fields = [("url", "https://logs.example.com"), ("title", title)];
            browser.submits(&form, PATH, &fields).await;
        }
        assert_listed(&browser, &["Logs", "Error rate", "Latency"]).await;
    });
}

#[test]
fn rejected_link_is_named_under_its_field_and_the_input_stays() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        for url in ["javascript:alert(1)", "data:text/html,x", "the graph", ""] {
            let page = adds(&browser, url, "<b>Errors").await;
            assert_eq!(page.status, 422, "{url}");
            page.hides(&["href=\"javascript:", "<b>Errors"]);
            let fields = form_fields(&page.html, PATH).unwrap();
            for (name, value) in [("url", url), ("title", "<b>Errors")] {
                let field = (name.to_owned(), value.to_owned());
                assert!(fields.contains(&field), "{fields:?}");
            }
        }
        let page = adds(&browser, "javascript:alert(1)", &"x".repeat(201)).await;
        page.shows(&[
            "This isn't a link. Links start with https:// or http://.",
            "This title is 201 characters long; 200 is the most.",
        ]);
        let page = adds(&browser, "https://a.example/ b", "").await;
        page.shows(&["This contains a space."]);
        let page = browser.posts(PATH, &[("url", "https://a.example")]).await;
        assert_eq!(page.status, 422);
        page.shows(&["This form has no valid key."]);
        assert_listed(&browser, &[]).await;
    });
}

#[test]
fn select_all_ticks_every_box_without_javascript() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        for name in ["a", "b", "c"] {
            adds(
                &browser,
                &format!("https://graphs.example.com/{name}"),
                name,
            )
            .await;
        }
        let page = browser.opens(PATH).await;
        assert_eq!(ticked(&page), [""; 0]);
        assert!(
            page.html
                .contains("<a href=\"/clipboard?all=1\">Select All</a>")
        );
        let page = browser.opens("/clipboard?all=1").await;
        assert_eq!(ticked(&page), ["3", "2", "1"]);
        page.shows(&["Select none"]);
    });
}

#[test]
fn selected_links_are_removed_once() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        for name in ["a", "b", "c"] {
            adds(
                &browser,
                &format!("https://graphs.example.com/{name}"),
                name,
            )
            .await;
        }
        let remove = "/clipboard/remove";
        let page = browser.opens(PATH).await;
        for _ in 0..2 {
            let items = [("item", "1"), ("item", "3")];
            let removed = presses(&browser, &page, remove, &items).await;
            assert_eq!(
                (removed.status, removed.path.as_str()),
                (OK, "/clipboard?removed=2")
            );
            removed.shows(&["Removed 2 links.", "1 of 500 links"]);
        }
        assert_listed(&browser, &["b"]).await;
        let nothing = presses(&browser, &page, remove, &[]).await;
        assert_eq!(nothing.status, 422);
        nothing.shows(&["Select at least one link first."]);
        assert_listed(&browser, &["b"]).await;
    });
}

#[test]
fn full_clipboard_accepts_only_links_that_it_has() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let store = world.store().await;
        let now = Timestamp::from_epoch_millis(world.now());
        for number in 0..500 {
            let url = format!("https://graphs.example.com/{number}");
            let request = AddToClipboard::new(&url, "");
            let user = UserId(world.slack.user("alice").0);
            let key = IdempotencyKey::web(&user, &format!("k{number}"));
            let added = store.add_to_clipboard(key, user, request, now);
            added.await.unwrap();
        }
        let page = adds(&browser, "https://graphs.example.com/new", "New").await;
        assert_eq!(page.status, 422);
        page.shows(&["Your clipboard has 500 links, the maximum. Remove some, then add this one."]);
        let page = adds(&browser, "https://graphs.example.com/0", "First").await;
        page.shows(&["Added “First”.", "500 of 500 links"]);
    });
}
