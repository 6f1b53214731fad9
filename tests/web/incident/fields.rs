//! Changing a field of an incident on its page.

use crate::browser::{Browser, Page};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::html::option_value;

const TITLE: &str = "/incidents/1/fields/title";

/// Opens the form of a field, fills it in and saves it.
async fn saves(browser: &Browser<'_>, field: &str, value: &str) -> Page {
    let form = browser.opens(&format!("/incidents/1?edit={field}")).await;
    let action = format!("/incidents/1/fields/{field}");
    browser.submits(&form, &action, &[(field, value)]).await
}

#[test]
fn each_field_is_changed_as_in_slack_and_marked_on_the_timeline() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        // Muster knows the users who have used it.
        bob.types("#general", "/datadog help").await;
        let browser = alice.signs_in().await;
        let form = browser.opens("/incidents/1?edit=commander").await;
        let bob_id = option_value(&form.html, "bob").unwrap();
        for (field, value, label) in [
            ("title", "Checkout is down", "Title saved."),
            ("severity", "SEV-2", "Severity saved."),
            ("status", "stable", "Status saved."),
            ("commander", bob_id.as_str(), "Incident Commander saved."),
            ("summary", "Payments fail\nfor all", "What happened saved."),
            ("root_cause", "A full disk", "Why it happened saved."),
        ] {
            let saved = saves(&browser, field, value).await;
            assert_eq!(saved.path, format!("/incidents/1?saved={field}"));
            saved.shows(&[label]);
        }
        let page = browser.opens("/incidents/1").await;
        page.shows(&[
            "Checkout is down",
            "SEV-2 High",
            "STABLE",
            "Incident Commander bob",
            "Payments fail for all",
            "A full disk",
            "alice changed severity UNKNOWN → SEV-2 from the web",
        ]);
        // The channel has been renamed.
        let channel = world.incident_channels().remove(0);
        let posts = alice.reads(&channel);
        let has = |text: &str| posts.iter().any(|post| post.contains(text));
        assert!(has("alice changed severity UNKNOWN → SEV-2"), "{posts:?}");
        assert!(!has("from the web"), "{posts:?}");
        world.skips_messages();
    });
}

#[test]
fn invalid_value_stays_in_the_form_with_the_reason() {
    incident_scenario_with_pages(async |_, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let long = "x".repeat(256);
        let page = saves(&browser, "title", &long).await;
        assert_eq!(page.status, 422);
        page.shows(&["This title is 256 characters long; 255 is the most."]);
        assert!(page.html.contains(&format!("value=\"{long}\"")));
        assert_eq!(saves(&browser, "title", " ").await.status, 422);
        assert_eq!(saves(&browser, "severity", "SEV-9").await.status, 422);
        assert_eq!(
            saves(&browser, "commander", "U0NOBODY000").await.status,
            422
        );
        browser
            .opens("/incidents/1")
            .await
            .shows(&["Checkout is slow"]);
    });
}

#[test]
fn form_that_is_sent_twice_is_stored_once() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let form = browser.opens("/incidents/1?edit=title").await;
        for title in ["Checkout is down", "Checkout fails"] {
            let page = browser.submits(&form, TITLE, &[("title", title)]).await;
            page.shows(&["Checkout is down"]);
        }
        let page = browser.opens("/incidents/1").await;
        assert_eq!(page.html.matches("changed the title").count(), 1);
        world.skips_messages();
    });
}

#[test]
fn change_of_another_user_is_not_overwritten() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let form = browser.opens("/incidents/1?edit=title").await;
        bob.types("#general", "/datadog IR-1 title Checkout is down")
            .await;
        let conflict = browser
            .submits(&form, TITLE, &[("title", "Checkout fails")])
            .await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&[
            "bob changed this too",
            "bob changed Title of IR-1 Mon 23 Nov",
            "Now Checkout is down",
            "Yours Checkout fails",
        ]);
        browser
            .opens("/incidents/1")
            .await
            .shows(&["Checkout is down"]);

        // Another field is no conflict.
        let form = browser.opens("/incidents/1?edit=severity").await;
        bob.types("#general", "/datadog IR-1 title Checkout is really down")
            .await;
        let action = "/incidents/1/fields/severity";
        let saved = browser
            .submits(&form, action, &[("severity", "SEV-2")])
            .await;
        saved.shows(&["SEV-2 High", "Checkout is really down"]);

        // **Use mine** meets the change that came after the page of the conflict.
        let again = browser.submits(&conflict, TITLE, &[]).await;
        assert_eq!(again.status, 409);
        let mine = browser.submits(&again, TITLE, &[]).await;
        mine.shows(&["Title saved.", "Checkout fails"]);
        world.deliver_all_advancing().await;
        world.skips_messages();
    });
}

#[test]
fn form_without_a_key_changes_nothing() {
    incident_scenario_with_pages(async |_, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.posts(TITLE, &[("title", "Checkout is down")]).await;
        assert_eq!(page.status, 422);
        page.shows(&["This form has no valid key."]);
        browser
            .opens("/incidents/1")
            .await
            .shows(&["Checkout is slow"]);
    });
}
