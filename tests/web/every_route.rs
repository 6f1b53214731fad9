//! The rules for every route, from the list of routes itself.

use muster::web::{Access, Method, Route, routes};
use muster_sandbox::{AccountKind, Visibility};
use reqwest::header::HeaderMap;

use crate::browser::Browser;
use crate::harness::scenario::incident_scenario_with_pages;

/// Replaces the parameters of a path.
fn example(path: &str) -> String {
    path.replace("{id}", "1")
        .replace("{name}", "title")
        .replace("{action}", "add-note")
        .replace("{number}", "1")
        .replace("{token}", "0000")
        .replace("{tense}", "past")
        .replace("{topic}", "install")
        .replace("{group}", "archiving")
        .replace("{file}", "app.css")
}

fn has_security_headers(headers: &HeaderMap) -> bool {
    let policy = headers["content-security-policy"].to_str().unwrap();
    policy.starts_with("default-src 'none'; script-src 'self';")
        && !policy.contains("unsafe")
        && headers["x-content-type-options"] == "nosniff"
        && headers["referrer-policy"] == "same-origin"
        && headers["cross-origin-opener-policy"] == "same-origin"
        && headers["cache-control"] == "no-store"
}

#[test]
fn every_route_has_security_headers_and_asks_to_sign_in() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let anonymous = Browser::new(world);
        let of_alice = alice.signs_in().await;
        assert!(routes().len() > 10);
        for route in routes() {
            let path = example(route.path);
            let method = match route.method {
                Method::Get => reqwest::Method::GET,
                Method::Post => reqwest::Method::POST,
            };
            let request = anonymous.request(method.clone(), &path);
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            assert!(has_security_headers(response.headers()), "{path}");
            match (route.access, route.method) {
                (Access::SignedIn | Access::Member | Access::Admin, Method::Get) => {
                    let target = response.headers()["location"].to_str().unwrap();
                    assert!(target.starts_with("/sign-in?to="), "{path}: {target}");
                }
                (Access::SignedIn | Access::Member | Access::Admin, Method::Post) => {
                    assert_eq!(status, 401, "{path}");
                }
                (Access::Public, _) => assert!([200, 303, 404, 410].contains(&status), "{path}"),
            }
            if path.ends_with("/events") {
                // The response has no end.
                let request = of_alice.request(method, &path);
                let response = request.send().await.unwrap();
                assert_eq!(response.status(), 200, "{path}");
                assert!(has_security_headers(response.headers()), "{path}");
            } else if route.method == Method::Get {
                let page = of_alice.opens(&path).await;
                assert!(has_security_headers(&page.headers), "{path}");
                assert!(
                    [200, 404, 410].contains(&page.status),
                    "{path}: {}",
                    page.status
                );
            }
        }
    });
}

/// Returns the status of a request to a route, without following redirects.
async fn status_of(browser: &Browser<'_>, route: &Route) -> u16 {
    let method = match route.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
    };
    let request = browser.request(method, &example(route.path));
    let response = request.send().await.unwrap();
    response.status().as_u16()
}

#[test]
fn each_route_is_for_the_users_that_its_access_names() {
    incident_scenario_with_pages(async |world, _, [alice, bob, chioma]| {
        let slack = &world.slack;
        slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        slack.add_channel("partners", Visibility::Public, &["gus"]);
        let guest = world.user("gus").signs_in_from("#partners").await;
        let (admin, member) = (alice.signs_in().await, bob.signs_in().await);
        let deactivated = chioma.signs_in().await;
        slack.deactivate_account("chioma");
        world.deliver_all().await;
        let is_denied = |status: u16| status == 403;
        let is_signed_out = |status: u16| status == 303 || status == 401;
        let ends_session =
            |route: &&Route| ["/sign-out", "/me/sessions/{id}/end"].contains(&route.path);
        for route in routes().iter().filter(|route| !ends_session(route)) {
            let [by_guest, by_member] = [&guest, &member].map(|it| status_of(it, route));
            let (by_guest, by_member) = (by_guest.await, by_member.await);
            let path = route.path;
            assert_eq!(
                is_denied(by_guest),
                matches!(route.access, Access::Member | Access::Admin),
                "{path}: a guest gets {by_guest}"
            );
            assert_eq!(
                is_denied(by_member),
                route.access == Access::Admin,
                "{path}: a member gets {by_member}"
            );
            let by_admin = status_of(&admin, route).await;
            assert!(!is_denied(by_admin), "{path}: an admin gets {by_admin}");
            let by_deactivated = status_of(&deactivated, route).await;
            assert!(
                route.access == Access::Public || is_signed_out(by_deactivated),
                "{path}: a deactivated user gets {by_deactivated}"
            );
        }
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn assets_are_cached_and_found_from_every_page() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens("/incidents").await;
        let anonymous = Browser::new(world);
        let mut count = 0;
        for part in page.html.split("\"/assets/").skip(1) {
            let path = format!("/assets/{}", part.split('"').next().unwrap());
            let asset = anonymous.opens(&path).await;
            assert_eq!(asset.status, 200, "{path}");
            let cached = asset.headers["cache-control"].to_str().unwrap();
            assert!(cached.contains("immutable"), "{path}");
            assert!(!asset.html.is_empty());
            count += 1;
        }
        assert_eq!(count, 5);
    });
}

#[test]
fn pages_can_be_installed() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let anonymous = Browser::new(world);
        let sign_in = anonymous.opens("/sign-in").await;
        let link = "<link rel=\"manifest\" href=\"/manifest.webmanifest\">";
        assert!(sign_in.html.contains(link));
        let manifest = anonymous.opens("/manifest.webmanifest").await;
        assert_eq!(
            manifest.headers["content-type"],
            "application/manifest+json"
        );
        let manifest: serde_json::Value = serde_json::from_str(&manifest.html).unwrap();
        assert_eq!(manifest["display"], "standalone");
        assert_eq!(manifest["scope"], "/");
        assert_icons_exist(&anonymous, manifest["icons"].as_array().unwrap()).await;

        let browser = alice.signs_in().await;
        let shortcuts = manifest["shortcuts"].as_array().unwrap().iter();
        let shortcuts: Vec<_> = shortcuts.map(|it| it["url"].as_str().unwrap()).collect();
        assert_eq!(shortcuts, ["/incidents/new", "/incidents", "/tasks"]);
        for path in shortcuts
            .into_iter()
            .chain([manifest["start_url"].as_str().unwrap()])
        {
            assert_eq!(browser.opens(path).await.path, path);
        }
    });
}

/// Checks that the icons of the manifest exist in all sizes that a browser asks for.
async fn assert_icons_exist(browser: &Browser<'_>, icons: &[serde_json::Value]) {
    for icon in icons {
        let request = browser.request(reqwest::Method::GET, icon["src"].as_str().unwrap());
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{icon}");
        let content_type = &response.headers()["content-type"];
        assert_eq!(content_type, icon["type"].as_str().unwrap());
        if icon["type"] == "image/png" {
            let size = png_size(&response.bytes().await.unwrap());
            assert_eq!(icon["sizes"], size);
        }
    }
    for sizes in ["192x192", "512x512"] {
        assert!(icons.iter().any(|icon| icon["sizes"] == sizes), "{sizes}");
    }
    assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
}

/// Returns the size of a PNG image, as in a manifest.
fn png_size(image: &[u8]) -> String {
    let number = |at: usize| u32::from_be_bytes(image[at..at + 4].try_into().unwrap());
    format!("{}x{}", number(16), number(20))
}
