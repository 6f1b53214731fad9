//! Requests that are rejected before a page handles them.

use reqwest::Method;

use crate::browser::Browser;
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

#[test]
fn form_of_another_site_is_rejected() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let own = world.base_url.borrow().clone();
        let path = "/incidents/1/fields/title";
        for (name, value, status) in [
            ("origin", "https://evil.example", 403),
            ("origin", "null", 403),
            ("sec-fetch-site", "cross-site", 403),
            ("sec-fetch-site", "same-site", 403),
            ("sec-fetch-site", "same-origin", 303),
            ("origin", own.as_str(), 303),
        ] {
            let request = browser.request(Method::POST, path).header(name, value);
            let key = format!("{}{status}", value.len());
            let request = request.form(&[("key", key.as_str()), ("title", "Checkout is slow")]);
            let response = request.send().await.unwrap();
            assert_eq!(response.status().as_u16(), status, "{name}: {value}");
            let text = response.text().await.unwrap();
            assert_eq!(text.contains("Request from another site"), status == 403);
        }
    });
}

#[test]
fn large_body_unknown_path_and_wrong_method_are_pages() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let large = "x".repeat(300 * 1024);
        let page = browser.posts("/me/theme", &[("theme", &large)]).await;
        assert_eq!(page.status, 413);
        page.shows(&["Form too large", "Nothing was changed."]);

        let anonymous = Browser::new(world);
        for browser in [&browser, &anonymous] {
            let unknown = browser.opens("/nowhere").await;
            assert_eq!(unknown.status, 404);
            unknown.shows(&["There's no page at this address."]);
            let wrong = browser.posts("/incidents", &[]).await;
            assert_eq!(wrong.status, 405);
            wrong.shows(&["Nothing was changed."]);
        }
    });
}

#[test]
fn session_survives_a_restart() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        world.stop().await;
        world.start().await;
        assert_eq!(browser.opens("/me").await.path, "/me");
    });
}
