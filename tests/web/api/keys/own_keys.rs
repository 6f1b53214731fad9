//! The keys that members create for themselves on their profile.

use muster::secret::Secret;
use muster::store::ApiCredentials;
use reqwest::Method;
use serde_json::json;

use crate::api::{INCIDENTS, Program};
use crate::browser::{Browser, Page};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};
use crate::html;

const PATH: &str = "/me/api-keys";
const LIST: &str = "/me#api-keys";
const NEW: &str = "/me/api-keys/new";
const REVOKE: &str = "/me/api-keys/1/revoke";

/// Creates a key with scopes. Returns its halves and the page after it.
async fn creates_key(browser: &Browser<'_>, name: &str, scope: &str) -> (ApiCredentials, Page) {
    let form = browser.opens(NEW).await;
    let fields = html::form_fields(&form.html, PATH).unwrap();
    let field = |name: &str| {
        let mut fields = fields.iter().filter(|(known, _)| known == name);
        fields.next().unwrap().1.clone()
    };
    let credentials = ApiCredentials {
        key_id: field("key_id"),
        secret: Secret::new(field("secret")),
    };
    let fields = [("name", name), ("scope", scope)];
    (credentials, browser.submits(&form, PATH, &fields).await)
}

#[test]
fn key_of_a_member_acts_as_the_member_until_the_account_is_deactivated() {
    incident_scenario_with_pages(async |world, _, [alice, bob, _]| {
        let browser = bob.signs_in().await;
        let form = browser.opens(NEW).await;
        form.shows(&["The key acts as you", "Declare and change incidents"]);
        form.hides(&["Change settings", "Muster: sees public incidents only"]);
        let (credentials, page) = creates_key(&browser, "Notebook", "write").await;
        assert_eq!(page.path, LIST);
        page.shows(&["Notebook · write", "by bob · never used"]);
        page.hides(&[credentials.secret.reveal()]);
        let program = Program::with_credentials(world, credentials);
        let attributes = json!({ "title": "Search is slow", "customer_impacted": false });
        let body = json!({ "data": { "type": "incidents", "attributes": attributes } });
        let created = program.posts(INCIDENTS, body).await;
        assert_eq!(created.status, 201, "{created:?}");
        let declarer = &created.attribute("created_by")["data"]["attributes"]["name"];
        assert_eq!(*declarer, "bob");
        // The scope that the key does not have is still rejected.
        let read = program.sends(Method::GET, INCIDENTS).await;
        assert_eq!(read.status, 403);
        browser.opens("/me").await.shows(&["last used"]);
        let admin = alice.signs_in().await;
        let listed = admin.opens("/settings/api-keys").await;
        listed.shows(&["Notebook · write · acts as bob"]);
        world.slack.deactivate_account("bob");
        world.deliver_all().await;
        let body = json!({ "data": { "type": "incidents", "attributes": { "title": "x" } } });
        let rejected = program.posts(INCIDENTS, body).await;
        assert_eq!(rejected.status, 403);
        assert_eq!(rejected.body, json!({ "errors": ["Forbidden"] }));
        world.skips_messages();
    });
}

#[test]
fn member_manages_own_keys_only() {
    scenario_with_pages(async |world, [alice, bob, chioma]| {
        let (of_bob, of_alice) = (bob.signs_in().await, alice.signs_in().await);
        let (credentials, _) = creates_key(&of_bob, "Notebook", "read").await;
        let program = Program::with_credentials(world, credentials);
        program.gets(INCIDENTS).await;
        for other in [chioma.signs_in().await, of_alice] {
            other.opens("/me").await.hides(&["Notebook"]);
            assert_eq!(other.opens(REVOKE).await.status, 404);
            assert_eq!(other.posts(REVOKE, &[]).await.status, 404);
        }
        program.gets(INCIDENTS).await;
        let page = of_bob.opens(REVOKE).await;
        page.shows(&["Revoke Notebook?", "read · acts as bob"]);
        let page = of_bob.submits(&page, REVOKE, &[]).await;
        assert_eq!(page.path, LIST);
        page.hides(&["Notebook"]);
        let rejected = program.sends(Method::GET, INCIDENTS).await;
        assert_eq!(rejected.status, 403);
    });
}

#[test]
fn key_beyond_what_a_member_may_have_is_rejected() {
    scenario_with_pages(async |world, [_, bob, _]| {
        let browser = bob.signs_in().await;
        let (_, page) = creates_key(&browser, "Terraform", "settings").await;
        assert_eq!(page.status, 422);
        page.shows(&["Only an admin can create a key that changes settings."]);
        let form = browser.opens(NEW).await;
        let fields = [("name", "Bot"), ("acts_as", "muster")];
        browser.submits(&form, PATH, &fields).await;
        let store = world.store().await;
        let keys = store.api_keys().await.unwrap();
        let user = crate::api::user_id(world, "bob");
        assert_eq!(keys[0].identity.user(), Some(&user));
        for number in 2..=10 {
            let (_, page) = creates_key(&browser, &number.to_string(), "read").await;
            assert_eq!(page.path, LIST, "{number}");
        }
        let (_, page) = creates_key(&browser, "11", "read").await;
        assert_eq!(page.status, 422);
        page.shows(&["You have 10 keys, the maximum. Revoke one first."]);
    });
}
