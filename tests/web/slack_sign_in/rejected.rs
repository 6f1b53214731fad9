//! Sign-ins with Slack that are rejected. Each page says why, and leads on.

use muster_sandbox::{Fault, IdTokenFlaw};

use super::{decides, goes_to_slack, leaves};
use crate::browser::{Browser, Page};
use crate::harness::scenario::scenario_with_sign_in;
use crate::harness::world::World;

const EXPIRED: &str =
    "Signing in with Slack works once, for 10 minutes, in the browser that you start it in.";

/// Checks that no user is signed in, and that the page leads on.
async fn assert_rejected(browser: &Browser<'_>, page: &Page, status: u16, reason: &str) {
    assert_eq!(page.status, status, "{}", page.text());
    page.shows(&[
        reason,
        "Or type /datadog web in Slack to get a link.",
        "Try again",
    ]);
    assert!(
        page.html.contains("href=\"/sign-in/slack?to="),
        "{}",
        page.html
    );
    assert!(browser.cookies.borrow().is_empty());
    assert_eq!(browser.opens("/me").await.path, "/sign-in?to=%2Fme");
}

/// Signs in as alice, who is rejected.
async fn is_rejected(world: &World, status: u16, reason: &str) {
    let browser = Browser::new(world);
    let back = goes_to_slack(&browser, world, "alice").await;
    let page = browser.opens(&back).await;
    assert_rejected(&browser, &page, status, reason).await;
}

#[test]
fn token_that_is_not_for_this_sign_in_is_rejected() {
    scenario_with_sign_in(async |world, _| {
        let reason = "Slack's answer doesn't belong to this sign-in, so you aren't signed in.";
        for (flaw, problem) in [
            (IdTokenFlaw::OtherNonce, "it is for another sign-in"),
            (IdTokenFlaw::OtherAudience, "it is for another app"),
            (IdTokenFlaw::OtherIssuer, "another provider issued it"),
            (IdTokenFlaw::Expired, "it has expired"),
            (IdTokenFlaw::Unsigned, "it is not signed with RS256"),
            (IdTokenFlaw::ForgedSignature, "its signature is wrong"),
        ] {
            world.slack.set_id_token_flaw(Some(flaw));
            is_rejected(world, 403, reason).await;
            let text = format!("Sign in with Slack failed: an ID token was rejected: {problem}");
            world.log.accept(&text);
        }
        world
            .slack
            .set_id_token_flaw(Some(IdTokenFlaw::OtherWorkspace));
        is_rejected(world, 403, "You signed in to another Slack workspace").await;
    });
}

#[test]
fn return_from_slack_counts_once_in_its_browser_for_ten_minutes() {
    scenario_with_sign_in(async |world, _| {
        let [browser, other] = [Browser::new(world), Browser::new(world)];
        let back = goes_to_slack(&browser, world, "alice").await;
        // Another browser, such as that of a user who was sent the address.
        let stolen = other.opens(&back).await;
        assert_rejected(&other, &stolen, 410, EXPIRED).await;
        // Another state, as of an attacker's own sign-in; it ends the attempt.
        let wrong = browser.opens(&back.replace("state=", "state=0")).await;
        assert_rejected(&browser, &wrong, 410, EXPIRED).await;
        let ended = browser.opens(&back).await;
        assert_rejected(&browser, &ended, 410, EXPIRED).await;

        let back = goes_to_slack(&browser, world, "alice").await;
        let attempt = browser.cookies.borrow().clone();
        assert_eq!(browser.opens(&back).await.path, "/incidents");
        other.cookies.replace(attempt);
        let replayed = other.opens(&back).await;
        assert_rejected(&other, &replayed, 410, EXPIRED).await;

        let back = goes_to_slack(&other, world, "alice").await;
        world.advance(10 * 60).await;
        let late = other.opens(&back).await;
        assert_rejected(&other, &late, 410, EXPIRED).await;
        let bare = other.opens("/sign-in/slack/back").await;
        assert_rejected(&other, &bare, 410, EXPIRED).await;
    });
}

#[test]
fn user_who_cancels_or_is_rejected_at_slack_reads_why() {
    scenario_with_sign_in(async |world, _| {
        let browser = Browser::new(world);
        let slack_page = leaves(&browser, "/me").await;
        let back = decides(world, &slack_page, "alice", "deny").await;
        let page = browser.opens(&back).await;
        assert_rejected(&browser, &page, 403, "You cancelled signing in at Slack.").await;
        assert!(page.html.contains("/sign-in/slack?to=%2Fme"));
        for (code, status, reason) in [
            (
                "invalid_team_for_non_distributed_app",
                403,
                "You signed in to another Slack workspace",
            ),
            ("<b>", 502, "Slack rejected the sign-in."),
        ] {
            let back = goes_to_slack(&browser, world, "alice").await;
            let state = back.split("state=").nth(1).unwrap().to_owned();
            let path = format!("/sign-in/slack/back?error={code}&state={state}");
            let page = browser.opens(&path).await;
            assert_rejected(&browser, &page, status, reason).await;
            page.hides(&["<b>"]);
        }
    });
}

#[test]
fn user_tries_again_when_slack_does_not_answer() {
    scenario_with_sign_in(async |world, _| {
        let down = "You aren't signed in, because Slack didn't answer.";
        let slack = &world.slack;
        for (method, fault, text) in [
            ("openid.connect.token", Fault::Status(503), "HTTP 503"),
            (
                "openid.connect.token",
                Fault::Error("ratelimited"),
                "ratelimited",
            ),
            (
                "openid.connect.token",
                Fault::Reset,
                "the connection was lost",
            ),
            ("openid.connect.keys", Fault::Status(500), "HTTP 500"),
        ] {
            slack.fail_calls(method, 1, fault);
            is_rejected(world, 503, down).await;
            let text = format!("Sign in with Slack failed: Slack did not answer: {text}");
            world.log.accept(&text);
        }
        // The user is unknown, so their account must be fetched.
        slack.fail_calls("users.info", 1, Fault::Status(500));
        is_rejected(world, 503, down).await;
        slack.fail_calls("openid.connect.token", 1, Fault::Error("bad_client_secret"));
        is_rejected(world, 502, "Slack rejected the sign-in.").await;
        world
            .log
            .accept("Sign in with Slack failed: Slack returned the error bad_client_secret");
        slack.fail_calls("openid.connect.token", 1, Fault::Error("invalid_code"));
        is_rejected(world, 410, EXPIRED).await;

        let browser = Browser::new(world);
        let back = goes_to_slack(&browser, world, "alice").await;
        assert_eq!(browser.opens(&back).await.path, "/incidents");
    });
}

#[test]
fn deactivated_user_does_not_sign_in() {
    scenario_with_sign_in(async |world, _| {
        let browser = Browser::new(world);
        let back = goes_to_slack(&browser, world, "chioma").await;
        world.slack.deactivate_account("chioma");
        let page = browser.opens(&back).await;
        assert_eq!(page.status, 403);
        page.shows(&["Your account is deactivated in Slack, so you can't sign in."]);
        assert!(browser.cookies.borrow().is_empty());
        world.deliver_all().await;
    });
}
