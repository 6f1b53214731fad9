//! The page of the keys.

use muster::secret::Secret;
use muster::store::ApiCredentials;
use reqwest::Method;

use crate::api::{INCIDENTS, Program};
use crate::browser::{Browser, OK, Page};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};
use crate::html;

const PATH: &str = "/settings/api-keys";
const NEW: &str = "/settings/api-keys/new";

/// Returns the value of a field of the form.
fn field(page: &Page, name: &str) -> String {
    let fields = html::form_fields(&page.html, PATH).unwrap();
    let field = fields.into_iter().find(|(known, _)| known == name);
    field.unwrap().1
}

/// Creates a key on the page. Returns its halves and the page after it.
async fn creates_key(browser: &Browser<'_>, acts_as: &str) -> (ApiCredentials, Page) {
    let form = browser.opens(NEW).await;
    let credentials = ApiCredentials {
        key_id: field(&form, "key_id"),
        secret: Secret::new(field(&form, "secret")),
    };
    let token = credentials.bearer_token();
    assert!(form.html.contains(&token), "the token can be copied");
    let fields = [("name", "Grafana"), ("acts_as", acts_as)];
    let page = browser.submits(&form, PATH, &fields).await;
    (credentials, page)
}

#[test]
fn key_is_shown_once_listed_used_and_revoked() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        browser.opens("/settings").await.shows(&["API keys"]);
        browser.opens(PATH).await.shows(&["There are none yet."]);
        let (credentials, page) = creates_key(&browser, "user").await;
        let secret = credentials.secret.reveal().to_owned();
        page.shows(&[
            "Created Grafana.",
            "Grafana · read · acts as alice",
            &credentials.key_id,
            "by alice · never used",
        ]);
        page.hides(&[&secret]);
        let program = Program::with_credentials(world, credentials);
        assert_eq!(program.gets(INCIDENTS).await.numbers(), [1]);
        let page = browser.opens(PATH).await;
        page.shows(&["last used"]);
        page.hides(&[&secret, "never used"]);
        let revoke = "/settings/api-keys/1/revoke";
        let page = browser.opens(revoke).await;
        page.shows(&[
            "Revoke Grafana?",
            "Programs that use it get 403 from now on.",
        ]);
        program.gets(INCIDENTS).await;
        let page = browser.submits(&page, revoke, &[]).await;
        page.shows(&["Revoked Grafana.", "There are none yet.", "acted as alice"]);
        assert_eq!(program.sends(Method::GET, INCIDENTS).await.status, 403);
        let exported = browser.opens("/settings/export").await;
        exported.hides(&["Grafana", &secret]);
        let log = world.log.everything();
        assert!(!log.contains(&secret), "{log}");
    });
}

#[test]
fn time_of_the_last_use_is_written_once_a_minute() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        let (credentials, _) = creates_key(&browser, "muster").await;
        let program = Program::with_credentials(world, credentials);
        let store = world.store().await;
        let mut times = Vec::new();
        for seconds in [0, 59, 1] {
            world.advance(seconds).await;
            program.gets(INCIDENTS).await;
            let keys = store.api_keys().await.unwrap();
            times.push(keys[0].last_used_at.unwrap().epoch_millis());
        }
        assert_eq!([times[1] - times[0], times[2] - times[0]], [0, 60_000]);
    });
}

#[test]
fn key_of_an_admin_sees_private_incidents_only_as_the_admin() {
    scenario_with_pages(async |world, [alice, ..]| {
        alice.types("#general", "/datadog incident Data leak").await;
        alice
            .fills_several("Options", &["Private (visible to responders only)"])
            .await;
        alice.submits_and_closes(&[]).await;
        world.skips_messages();
        let browser = alice.signs_in().await;
        let (credentials, page) = creates_key(&browser, "muster").await;
        page.shows(&["acts as Muster"]);
        let of_muster = Program::with_credentials(world, credentials);
        assert!(of_muster.gets(INCIDENTS).await.numbers().is_empty());
        let page = browser.opens("/settings/api-keys/1/revoke").await;
        browser
            .submits(&page, "/settings/api-keys/1/revoke", &[])
            .await;
        let (credentials, _) = creates_key(&browser, "user").await;
        let of_alice = Program::with_credentials(world, credentials);
        assert_eq!(of_alice.gets(INCIDENTS).await.numbers(), [1]);
    });
}

#[test]
fn only_admins_see_keys() {
    scenario_with_pages(async |_, [alice, bob, _]| {
        let admin = alice.signs_in().await;
        creates_key(&admin, "user").await;
        let member = bob.signs_in().await;
        member.opens("/settings").await.hides(&[PATH]);
        for path in [PATH, NEW, "/settings/api-keys/1/revoke"] {
            let page = member.opens(path).await;
            assert_eq!(page.status, 403, "{path}");
            page.hides(&["Grafana"]);
        }
        let posted = member.posts("/settings/api-keys/1/revoke", &[]).await;
        assert_eq!(posted.status, 403);
        admin.opens(PATH).await.shows(&["Grafana · read"]);
    });
}

#[test]
fn invalid_key_is_rejected_with_what_was_entered() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        creates_key(&browser, "user").await;
        let long = "a".repeat(61);
        for (changed, reason) in [
            (("name", ""), "Enter a name"),
            (("name", long.as_str()), "A name has at most 60 characters."),
            (("name", "grafana"), "There's already a key named grafana."),
            (("scope", "everything"), "Choose what the key may do."),
            (("secret", "short"), "The key isn't one that Muster made."),
        ] {
            let form = browser.opens(NEW).await;
            let fields = [("name", "CI"), changed];
            let page = browser.submits(&form, PATH, &fields).await;
            assert_eq!(page.status, 422, "{reason}");
            page.shows(&[reason]);
            assert_eq!(field(&page, "key_id"), field(&form, "key_id"));
        }
        for id in ["2", "x"] {
            let path = format!("/settings/api-keys/{id}/revoke");
            assert_eq!(browser.opens(&path).await.status, 404);
        }
        assert_eq!(browser.opens(PATH).await.status, OK);
    });
}
