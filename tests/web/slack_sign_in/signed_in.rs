//! Users who sign in with Slack.

use muster_sandbox::{AccountKind, Visibility};

use super::{decides, goes_to_slack, leaves};
use crate::browser::{Browser, OK};
use crate::harness::scenario::{incident_scenario_with_sign_in, scenario_with_sign_in};

#[test]
fn user_signs_in_with_slack_and_arrives_at_the_requested_page() {
    incident_scenario_with_sign_in(async |world, _, _| {
        let browser = Browser::new(world);
        let sign_in = browser.opens("/incidents/1").await;
        assert_eq!(sign_in.path, "/sign-in?to=%2Fincidents%2F1");
        let slack_page = leaves(&browser, "/incidents/1").await;
        for part in [
            "response_type=code",
            "scope=openid+profile+email",
            "&team=T",
        ] {
            assert!(slack_page.contains(part), "{slack_page}");
        }
        let back = decides(world, &slack_page, "bob", "allow").await;
        let page = browser.opens(&back).await;
        assert_eq!((page.status, page.path.as_str()), (OK, "/incidents/1"));
        page.shows(&["IR-1", "Checkout is slow"]);
        let cookies: Vec<_> = browser.cookies.borrow().keys().cloned().collect();
        assert_eq!(cookies, ["muster"]);
        // The session is one like any other.
        browser.opens("/me").await.shows(&["bob", "This browser"]);
        // The browser's button Back.
        assert_eq!(browser.opens(&back).await.path, "/incidents");
        assert_eq!(browser.opens("/sign-in/slack?to=/me").await.path, "/me");
        let profile = browser.opens("/me").await;
        browser.submits(&profile, "/sign-out", &[]).await;
        assert_eq!(browser.opens("/me").await.path, "/sign-in?to=%2Fme");
    });
}

#[test]
fn guest_who_signs_in_with_slack_first_sees_only_their_incidents() {
    incident_scenario_with_sign_in(async |world, _, _| {
        let slack = &world.slack;
        slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        slack.add_channel("partners", Visibility::Public, &["gus"]);
        let browser = Browser::new(world);
        let back = goes_to_slack(&browser, world, "gus").await;
        let page = browser.opens(&back).await;
        page.shows(&["No open incidents."]);
        assert_eq!(browser.opens("/incidents/1").await.status, 404);
        assert_eq!(browser.opens("/settings").await.status, 403);
    });
}

#[test]
fn keys_are_fetched_for_an_unknown_one_at_most_once_a_minute() {
    scenario_with_sign_in(async |world, _| {
        let fetches = || {
            let calls = world.slack.calls().into_iter();
            calls
                .filter(|call| call.method == "openid.connect.keys")
                .count()
        };
        for user in ["alice", "bob"] {
            let browser = Browser::new(world);
            let back = goes_to_slack(&browser, world, user).await;
            assert_eq!(browser.opens(&back).await.path, "/incidents");
        }
        assert_eq!(fetches(), 1);
        world.slack.rotate_openid_key();
        let browser = Browser::new(world);
        let back = goes_to_slack(&browser, world, "alice").await;
        assert_eq!(browser.opens(&back).await.status, 403);
        world
            .log
            .accept("Sign in with Slack failed: an ID token was rejected: its key is unknown");
        assert_eq!(fetches(), 1);
        world.advance(60).await;
        let back = goes_to_slack(&browser, world, "alice").await;
        assert_eq!(browser.opens(&back).await.path, "/incidents");
        assert_eq!(fetches(), 2);
        // They are fetched once a day.
        world.advance(24 * 60 * 60).await;
        let browser = Browser::new(world);
        let back = goes_to_slack(&browser, world, "bob").await;
        assert_eq!(browser.opens(&back).await.path, "/incidents");
        assert_eq!(fetches(), 3);
    });
}

#[test]
fn codes_tokens_and_cookies_are_never_logged() {
    scenario_with_sign_in(async |world, _| {
        let browser = Browser::new(world);
        let slack_page = leaves(&browser, "/incidents").await;
        let mut secrets: Vec<String> = browser.cookies.borrow().values().cloned().collect();
        let back = decides(world, &slack_page, "alice", "allow").await;
        for url in [slack_page.as_str(), &format!("http://x{back}")] {
            let url = reqwest::Url::parse(url).unwrap();
            let secret = url
                .query_pairs()
                .filter(|(name, _)| ["state", "nonce", "code"].contains(&name.as_ref()));
            secrets.extend(secret.map(|(_, value)| value.into_owned()));
        }
        world
            .slack
            .set_id_token_flaw(Some(muster_sandbox::IdTokenFlaw::OtherNonce));
        assert_eq!(browser.opens(&back).await.status, 403);
        world.slack.set_id_token_flaw(None);
        let back = goes_to_slack(&browser, world, "alice").await;
        browser.opens(&back).await;
        secrets.extend(browser.cookies.borrow().values().cloned());
        secrets.push(world.slack.client_secret());
        assert_eq!(
            secrets.len(),
            7,
            "cookie, state, nonce, state, code, session, client"
        );
        let log = world.log.everything();
        for secret in &secrets {
            assert!(!log.contains(secret.as_str()), "{secret} in {log}");
        }
        assert!(!log.contains("eyJ"), "an ID token: {log}");
        assert_eq!(world.log.take_warnings().len(), 1);
    });
}
