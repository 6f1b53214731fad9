//! The user's profile.

use crate::browser::Browser;
use crate::harness::scenario::scenario_with_pages;

#[test]
fn sessions_are_listed_and_ended() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let [laptop, phone] = [alice.signs_in().await, alice.signs_in().await];
        let of_bob = bob.signs_in().await;
        let profile = laptop.opens("/me").await;
        profile.shows(&["alice", "This browser", "Sign out", "End"]);
        let (_, rest) = profile.html.split_once("/me/sessions/").unwrap();
        let action = format!("/me/sessions/{}", rest.split('"').next().unwrap());
        // No user ends the session of another one.
        of_bob.posts(&action, &[]).await;
        assert_eq!(phone.opens("/me").await.path, "/me");
        let after = laptop.submits(&profile, &action, &[]).await;
        after.hides(&["/me/sessions/"]);
        assert_eq!(phone.opens("/me").await.path, "/sign-in?to=%2Fme");
        assert_eq!(
            Browser::new(world).opens("/me").await.path,
            "/sign-in?to=%2Fme"
        );
    });
}

#[test]
fn single_letter_shortcuts_are_switched_off_for_the_browser() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let is_off = |html: &str| html.contains("data-shortcuts=\"off\"");
        for (shortcuts, off) in [("off", true), ("other", false), ("off", true), ("", false)] {
            let fields = [("shortcuts", shortcuts)];
            let page = browser.posts("/me/shortcuts", &fields).await;
            assert_eq!(is_off(&page.html), off, "{shortcuts}");
            let list = browser.opens("/incidents").await;
            assert_eq!(is_off(&list.html), off, "{shortcuts}");
        }
    });
}

#[test]
fn theme_is_chosen_for_the_browser() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        for (theme, applied) in [("dark", "dark"), ("light", "light"), ("neon", ""), ("", "")] {
            let page = browser.posts("/me/theme", &[("theme", theme)]).await;
            assert!(
                page.html.contains(&format!("data-theme=\"{applied}\"")),
                "{theme}"
            );
        }
    });
}
