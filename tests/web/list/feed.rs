//! The feed of a list.

use super::hides_incident;
use crate::browser::{Browser, OK, Page};
use crate::harness::scenario::scenario_with_pages;
use crate::harness::user::TestUser;
use crate::harness::world::World;
use crate::html;

/// Returns the path of the feed from the page that shows its address.
fn feed_path(profile: &Page) -> String {
    let (_, rest) = profile.html.split_once("id=\"feed-address\"").unwrap();
    let address = html::attribute(rest, "value").unwrap();
    let at = address.find("/incidents.atom").unwrap();
    address[at..].to_owned()
}

/// Declares two public incidents and a private one.
async fn declares_incidents(world: &World, user: &TestUser<'_>) {
    for (title, severity) in [
        ("Checkout <b>is</b> slow & \u{1F525}", "SEV-2 High"),
        ("Search is down", "SEV-1 Critical"),
        ("Secrets leaked", "SEV-1 Critical"),
    ] {
        user.declares_with(title, &[("Severity Level", severity)])
            .await;
    }
    hides_incident(world, user, "IR-3").await;
}

#[test]
fn feed_contains_the_newest_public_incidents_of_a_list() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        declares_incidents(world, &alice).await;
        let path = feed_path(&browser.posts("/me/feed", &[]).await);

        let reader = Browser::new(world);
        let feed = reader.opens(&path).await;
        assert_eq!(feed.status, OK);
        assert_eq!(
            feed.headers["content-type"],
            "application/atom+xml; charset=utf-8"
        );
        assert!(feed.html.starts_with("<?xml"), "{}", feed.html);
        feed.shows(&[
            "IR-2 SEV-1: Search is down",
            "ACTIVE. Incident Commander: alice.",
        ]);
        assert!(
            feed.html
                .contains("IR-1 SEV-2: Checkout &#60;b&#62;is&#60;/b&#62; slow &#38; \u{1F525}")
        );
        assert!(
            feed.html.find("IR-2") < feed.html.find("IR-1"),
            "{}",
            feed.html
        );
        feed.hides(&["IR-3", "Secrets"]);
        let worst = reader
            .opens(&format!("{path}&severity=SEV-1&visibility=private"))
            .await;
        worst.shows(&["IR-2"]);
        worst.hides(&["IR-1", "IR-3"]);

        let of_bob = feed_path(&bob.signs_in().await.posts("/me/feed", &[]).await);
        assert_ne!(of_bob, path);
    });
}

#[test]
fn feed_ends_with_its_address_and_with_the_account() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let reader = Browser::new(world);
        let expired = async |path: &str| {
            let page = reader.opens(path).await;
            assert_eq!(page.status, 404, "{path}");
            page.shows(&["Feed not found", "Create a new one on your profile page."]);
        };
        for path in [
            "/incidents.atom",
            "/incidents.atom?token=",
            "/incidents.atom?token=0000",
        ] {
            expired(path).await;
        }
        let browser = alice.signs_in().await;
        browser.opens("/me").await.hides(&["Delete address"]);
        let first = feed_path(&browser.posts("/me/feed", &[]).await);
        let profile = browser.opens("/me").await;
        profile.shows(&["You have an address. A new one replaces it."]);
        profile.hides(&["/incidents.atom?token="]);
        let second = feed_path(&browser.submits(&profile, "/me/feed", &[]).await);
        expired(&first).await;
        assert_eq!(reader.opens(&second).await.status, OK);
        browser.posts("/me/feed/delete", &[]).await;
        expired(&second).await;

        let of_bob = feed_path(&bob.signs_in().await.posts("/me/feed", &[]).await);
        assert_eq!(reader.opens(&of_bob).await.status, OK);
        world.slack.deactivate_account("bob");
        world.deliver_all().await;
        expired(&of_bob).await;
    });
}
