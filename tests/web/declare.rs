//! Declaring an incident on its page.

use muster_sandbox::{AccountKind, Visibility};
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::harness::scenario::scenario_with_pages;
use crate::harness::world::World;
use crate::html::{form_fields, option_value};

const PATH: &str = "/incidents/new";

/// Opens the form, fills it in and sends it.
async fn declares(browser: &Browser<'_>, fields: &[(&str, &str)]) -> Page {
    let form = browser.opens(PATH).await;
    browser.submits(&form, PATH, fields).await
}

fn assert_channel_has_members(world: &World, channel: &str, names: &[&str]) {
    assert_eq!(world.incident_channels(), [channel]);
    for name in names {
        let user = world.slack.user(name);
        assert!(world.slack.members(channel).contains(&user), "{name}");
    }
}

/// Checks that a form holds these values.
fn assert_holds(form: &Page, expected: &[(&str, &str)]) {
    let fields = form_fields(&form.html, PATH).unwrap();
    for (name, value) in expected {
        let field = ((*name).to_owned(), (*value).to_owned());
        assert!(fields.contains(&field), "{fields:?}");
    }
}

#[test]
fn incident_declared_on_the_page_has_its_channel_and_its_announcement() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        // Muster knows the users who have used it.
        bob.types("#general", "/datadog help").await;
        let browser = alice.signs_in().await;
        let form = browser.opens(PATH).await;
        form.shows(&[
            "Only testing?",
            "SEV-2 High",
            "Private: visible to responders only",
        ]);
        let bob_id = option_value(&form.html, "bob").unwrap();
        let fields = [
            ("title", "Checkout is slow"),
            ("severity", "SEV-2"),
            ("commander", &bob_id),
            ("customer_impact", "yes"),
            ("summary", "p99 is 8 s"),
            (
                "signals",
                "https://graphs.example.com/a\ngraphs.example.com/b",
            ),
        ];
        let page = browser.submits(&form, PATH, &fields).await;
        assert_eq!((page.status, page.path.as_str()), (200, "/incidents/1"));
        let page = browser.opens("/incidents/1").await;
        page.shows(&[
            "IR-1",
            "Checkout is slow",
            "SEV-2 High",
            "Incident Commander bob",
            "Customers affected",
            "p99 is 8 s",
            "https://graphs.example.com/a",
            "https://graphs.example.com/b",
            "alice declared this incident. from the web",
            "Open channel",
        ]);
        assert_channel_has_members(world, "incident-1-checkout-is-slow", &["alice", "bob"]);
        assert!(alice.announcement(1).is_some());
        world.skips_messages();
    });
}

#[test]
fn form_that_is_sent_twice_declares_one_incident() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let form = browser.opens(PATH).await;
        for _ in 0..2 {
            let fields = [("title", "Checkout is slow")];
            let page = browser.submits(&form, PATH, &fields).await;
            assert_eq!(page.path, "/incidents/1");
        }
        assert_eq!(world.incident_channels(), ["incident-1-checkout-is-slow"]);
        world.skips_messages();
    });
}

#[test]
fn invalid_fields_are_named_together_and_the_input_stays() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let invalid = [
            ("title", " "),
            ("severity", "SEV-9"),
            ("signals", "javascript:alert(1)"),
            ("summary", "It <b>burns</b>"),
            ("ticked", "private"),
        ];
        let page = declares(&browser, &invalid).await;
        assert_eq!(page.status, 422);
        page.shows(&[
            "Nothing is declared yet.",
            "An incident needs a title.",
            "Line 1 isn't a link. Links start with https:// or http://.",
            "SEV-9",
        ]);
        page.hides(&["<b>burns", "href=\"javascript:"]);
        assert_holds(
            &page,
            &[
                ("signals", "javascript:alert(1)"),
                ("summary", "It <b>burns</b>"),
                ("ticked", "private"),
            ],
        );
        let unknown_commander = [("title", "Checkout is slow"), ("commander", "U0NOBODY000")];
        let page = declares(&browser, &unknown_commander).await;
        assert_eq!(page.status, 422);
        page.shows(&["Muster doesn't know this user."]);
        let page = browser
            .posts(
                PATH,
                &[("title", "Checkout is slow"), ("severity", "SEV-2")],
            )
            .await;
        assert_eq!(page.status, 422);
        page.shows(&["This form has no valid key."]);
        assert_eq!(world.incident_channels(), [""; 0]);
    });
}

#[test]
fn link_fills_in_the_form_and_declares_nothing() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let link = format!(
            "{PATH}?title=Checkout+is+slow&severity=sev-1&summary=p99%20is%208%20s\
             &signal=https://graphs.example.com/a&signal=javascript:alert(1)&signal=http://b.example.com"
        );
        let form = browser.opens(&link).await;
        assert_eq!(form.status, 200);
        form.shows(&["1 signal of the link left out"]);
        form.hides(&["javascript:"]);
        assert_holds(
            &form,
            &[
                ("title", "Checkout is slow"),
                ("severity", "SEV-1"),
                ("summary", "p99 is 8 s"),
                (
                    "signals",
                    "https://graphs.example.com/a\nhttp://b.example.com",
                ),
            ],
        );
        assert_eq!(world.incident_channels(), [""; 0]);
        browser
            .submits(&form, PATH, &[])
            .await
            .shows(&["SEV-1 Critical", "p99 is 8 s"]);
        world.skips_messages();
    });
}

#[test]
fn test_incident_is_marked_and_announced_only_if_selected() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let form = browser.opens("/incidents/new?test=1").await;
        form.shows(&[
            "Declare Test Incident",
            "This declares a test",
            "Announce it all the same",
        ]);
        let both = [("title", "Drill"), ("ticked", "private")];
        let page = browser.submits(&form, PATH, &both).await;
        page.shows(&["TEST", "Private", "Drill"]);
        assert!(alice.announcement(1).is_none());

        let form = browser.opens("/incidents/new?test=1").await;
        let announced = [("title", "Drill"), ("ticked", "announce")];
        browser
            .submits(&form, PATH, &announced)
            .await
            .shows(&["TEST"]);
        assert!(alice.announcement(2).is_some());
        world.skips_messages();
    });
}

#[test]
fn private_incident_is_known_to_its_responders_alone() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let fields = [("title", "Leaked key"), ("ticked", "private")];
        let page = declares(&browser, &fields).await;
        page.shows(&["Leaked key", "Private"]);
        let of_bob = bob.signs_in().await;
        assert_eq!(of_bob.opens("/incidents/1").await.status, 404);
        let similar = declares(&of_bob, &[("title", "Leaked key")]).await;
        assert_eq!(similar.path, "/incidents/2", "the guard reveals nothing");
        world.skips_messages();
    });
}

#[test]
fn guest_may_not_declare_when_only_members_may() {
    scenario_with_pages(async |world, _| {
        let slack = &world.slack;
        slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        slack.add_channel("partners", Visibility::Public, &["gus"]);
        let gus = world.user("gus");
        let browser = gus.signs_in_from("#partners").await;
        let form = browser.opens(PATH).await;
        assert_eq!(form.status, 200);
        world.change_settings(&[("who_declares", json!("no_guests"))]);
        let rejection = "Only members can declare incidents here, and you're a guest.";
        let page = browser.opens(PATH).await;
        assert_eq!(page.status, 403);
        page.shows(&[rejection]);
        page.hides(&["<form"]);
        // A form that was open when the setting changed is rejected as well.
        let fields = [("title", "Checkout is slow")];
        let page = browser.submits(&form, PATH, &fields).await;
        assert_eq!(page.status, 422);
        page.shows(&[rejection]);
        assert_eq!(
            form_fields(&page.html, PATH).unwrap()[1].1,
            "Checkout is slow"
        );
        world.skips_messages();
    });
}
