//! Crash test of the return from Sign in with Slack: killed before or after the session is stored. Signing in
//! again works.

use std::time::Instant;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};

use crate::harness::prelude::*;
use crate::harness::{SIGN_IN_URL, WAIT_TIMEOUT};
use crate::redelivery::RequestKillPoint;

/// Sends a request with cookies, and follows no redirect.
async fn get(world: &World, path: &str, cookie: &str) -> reqwest::Result<Response> {
    let client = Client::builder().no_proxy().redirect(Policy::none());
    let client = client.build().unwrap();
    let url = format!("{}{path}", world.address());
    client.get(url).header("cookie", cookie).send().await
}

fn cookie_of(response: &Response) -> String {
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

fn location_of(response: &Response) -> String {
    response.headers()["location"].to_str().unwrap().to_owned()
}

/// Goes to Slack and signs in there as alice. Returns the path back, and the cookie of the attempt.
async fn go_to_slack(world: &World) -> (String, String) {
    let left = get(world, "/sign-in/slack", "").await.unwrap();
    assert_eq!(left.status(), StatusCode::SEE_OTHER);
    let (slack_page, cookie) = (location_of(&left), cookie_of(&left));
    let url = reqwest::Url::parse(&slack_page).unwrap();
    let mut fields: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    fields.push(("user".to_owned(), world.slack.user("alice").to_string()));
    fields.push(("decision".to_owned(), "allow".to_owned()));
    let client = Client::builder().no_proxy().redirect(Policy::none());
    let request = client.build().unwrap().post(url).form(&fields);
    let back = location_of(&request.send().await.unwrap());
    let path = back.strip_prefix(SIGN_IN_URL).unwrap().to_owned();
    (path, cookie)
}

/// Returns from Slack and kills the bot at the kill point.
async fn kill_during_return(world: &mut World, kill_point: RequestKillPoint) -> (String, String) {
    let (path, cookie) = go_to_slack(world).await;
    match kill_point {
        RequestKillPoint::BeforeCommit => {
            let lock = world.lock_store().await;
            let killing = async {
                world.wait_for_earlier_requests().await;
                world.kill_handle().kill();
            };
            let (response, ()) = tokio::join!(get(world, &path, &cookie), killing);
            let status = response.ok().map(|response| response.status());
            assert_ne!(status, Some(StatusCode::SEE_OTHER));
            world.kill_app().await;
            lock.release();
            assert_eq!(world.database.count("web_sessions"), 0);
        }
        RequestKillPoint::BeforeResponse => {
            let (database, killer) = (world.database.clone(), world.kill_handle());
            let watching = tokio::task::spawn_blocking(move || {
                let deadline = Instant::now() + WAIT_TIMEOUT;
                while database.count("web_sessions") == 0 {
                    assert!(Instant::now() < deadline, "no session was stored in time");
                    std::thread::yield_now();
                }
                killer.kill();
            });
            // A response that arrived just before the kill does not matter.
            drop(get(world, &path, &cookie).await);
            watching.await.unwrap();
            world.kill_app().await;
        }
    }
    (path, cookie)
}

#[tokio::test]
async fn user_signs_in_with_slack_again_after_a_crash() {
    run_web_matrix(
        "the return from Sign in with Slack",
        &RequestKillPoint::ALL,
        async |mut world: World, kill_point| {
            world.restart_with_sign_in().await;
            let (path, cookie) = kill_during_return(&mut world, kill_point).await;
            world.start_app().await;
            // The browser repeats its request.
            let repeated = get(&world, &path, &cookie).await.unwrap().status();
            let expected = match kill_point {
                RequestKillPoint::BeforeCommit => StatusCode::SEE_OTHER,
                RequestKillPoint::BeforeResponse => StatusCode::GONE,
            };
            assert_eq!(repeated, expected);

            let (path, cookie) = go_to_slack(&world).await;
            let back = get(&world, &path, &cookie).await.unwrap();
            assert_eq!(back.status(), StatusCode::SEE_OTHER);
            assert_eq!(location_of(&back), "/incidents");
            let page = get(&world, "/me", &cookie_of(&back)).await.unwrap();
            assert_eq!(page.status(), StatusCode::OK);
            assert_eq!(world.database.count("sign_in_attempts"), 0);
            assert_eq!(world.database.count("web_sessions"), 2);
        },
    )
    .await;
}
