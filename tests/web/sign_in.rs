//! Signing in by a one-time link from Slack.

use crate::browser::{Browser, OK};
use crate::harness::prelude::*;
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

/// The hidden parts of a link that does not work.
const EXPIRED: &str = "A sign-in link works once, for 10 minutes.";

#[test]
fn link_from_slack_signs_in_and_opens_the_incident() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = Browser::new(world);
        let signed_out = browser.opens("/incidents/1").await;
        assert_eq!(signed_out.path, "/sign-in?to=%2Fincidents%2F1");
        signed_out.shows(&["Type this in any channel in Slack", "/datadog web IR-1"]);

        alice.types("#general", "/datadog web IR-1").await;
        assert_eq!(
            alice.reads_ephemeral(),
            ["Open IR-1 in your browser. Works once, for 10 minutes, for you.\n[Open Page]"]
        );
        let link = alice.gets_sign_in_link("/datadog web IR-1").await;
        let question = browser.opens(&link).await;
        question.shows(&["Continue as alice?", "The link opens IR-1."]);
        assert!(browser.cookies.borrow().is_empty());

        let incident = browser.posts(&link, &[]).await;
        assert_eq!(
            (incident.status, incident.path.as_str()),
            (OK, "/incidents/1")
        );
        incident.shows(&["Checkout is slow", "IR-1"]);
        assert_eq!(browser.opens("/").await.path, "/incidents");
        assert_eq!(browser.opens("/sign-in?to=/me").await.path, "/me");
    });
}

#[test]
fn link_works_once_and_for_ten_minutes() {
    scenario_with_pages(async |world, [alice, ..]| {
        let link = alice.gets_sign_in_link("/datadog web").await;
        let first = Browser::new(world);
        assert_eq!(first.posts(&link, &[]).await.status, OK);
        // Pressed twice.
        assert_eq!(first.posts(&link, &[]).await.path, "/incidents");
        let other = Browser::new(world);
        for used in [other.opens(&link).await, other.posts(&link, &[]).await] {
            assert_eq!(used.status, 410);
            used.shows(&["Link expired", EXPIRED, "Type /datadog web in Slack"]);
        }
        assert!(other.cookies.borrow().is_empty());

        let late = alice.gets_sign_in_link("/datadog web").await;
        world.advance(10 * 60).await;
        assert_eq!(other.posts(&late, &[]).await.status, 410);
        assert_eq!(other.opens("/sign-in/0000").await.status, 410);
    });
}

#[test]
fn program_that_previews_links_does_not_use_them_up() {
    scenario_with_pages(async |world, [alice, ..]| {
        let link = alice.gets_sign_in_link("/datadog web").await;
        for _ in 0..3 {
            assert_eq!(Browser::new(world).opens(&link).await.status, OK);
        }
        let browser = Browser::new(world);
        assert_eq!(browser.posts(&link, &[]).await.path, "/incidents");
    });
}

#[test]
fn sixth_unused_link_replaces_the_first() {
    scenario_with_pages(async |world, [alice, ..]| {
        let mut links = Vec::new();
        for _ in 0..6 {
            links.push(alice.gets_sign_in_link("/datadog web").await);
            world.advance(1).await;
        }
        let browser = Browser::new(world);
        assert_eq!(browser.opens(&links[0]).await.status, 410);
        assert_eq!(browser.opens(&links[1]).await.status, OK);
        assert_eq!(browser.opens(&links[5]).await.status, OK);
    });
}

#[test]
fn link_of_another_user_asks_before_it_replaces_the_session() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let link = bob.gets_sign_in_link("/datadog web").await;
        let question = browser.opens(&link).await;
        question.shows(&["Continue as bob?", "You're signed in as alice."]);
        browser.opens("/me").await.shows(&["alice"]);

        let before = browser.cookies.borrow().clone();
        browser.posts(&link, &[]).await;
        browser.opens("/me").await.shows(&["bob"]);
        // The session of alice has ended.
        let old = Browser::new(world);
        old.cookies.replace(before);
        assert_eq!(old.opens("/me").await.path, "/sign-in?to=%2Fme");
    });
}

#[test]
fn session_ends_when_the_account_is_deactivated() {
    scenario_with_pages(async |world, [_, bob, _]| {
        let browser = bob.signs_in().await;
        let link = bob.gets_sign_in_link("/datadog web").await;
        world.slack.deactivate_account("bob");
        world.deliver_all().await;
        assert_eq!(browser.opens("/me").await.path, "/sign-in?to=%2Fme");
        assert_eq!(Browser::new(world).posts(&link, &[]).await.status, 410);
    });
}

#[test]
fn session_ends_after_a_week_without_use_and_after_thirty_days() {
    const DAY: i64 = 24 * 60 * 60;
    scenario_with_pages(async |world, [alice, bob, _]| {
        let (used, unused) = (alice.signs_in().await, bob.signs_in().await);
        for _ in 0..4 {
            world.advance(6 * DAY).await;
            assert_eq!(used.opens("/me").await.path, "/me");
        }
        assert_eq!(unused.opens("/me").await.path, "/sign-in?to=%2Fme");
        world.advance(6 * DAY).await;
        assert_eq!(used.opens("/me").await.path, "/sign-in?to=%2Fme");
    });
}

#[test]
fn signing_out_ends_the_session() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let stolen = Browser::new(world);
        stolen.cookies.replace(browser.cookies.borrow().clone());
        let profile = browser.opens("/me").await;
        let left = browser.submits(&profile, "/sign-out", &[]).await;
        assert_eq!(left.path, "/sign-in");
        assert!(browser.cookies.borrow().is_empty());
        assert_eq!(stolen.opens("/me").await.path, "/sign-in?to=%2Fme");
    });
}

#[test]
fn without_an_address_the_command_says_what_to_set() {
    scenario(async |_, [alice, ..]| {
        alice.types("#general", "/datadog web").await;
        let replies = alice.reads_ephemeral();
        assert!(replies[0].contains("set PUBLIC_URL"), "{replies:?}");
    });
}
