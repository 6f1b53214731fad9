//! Who may send requests.

use muster::secret::Secret;
use muster::store::{ApiCredentials, IdempotencyKey, new_api_credentials};
use muster_domain::Timestamp;
use muster_domain::api_key::{KeyIdentity, Scope};
use reqwest::Method;
use serde_json::json;

use super::{ApiResponse, INCIDENTS, Program, receive, request_to, user_id};
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};
use crate::harness::world::World;

/// Sends a request with these headers.
async fn get_with(world: &World, path: &str, headers: &[(&str, &str)]) -> ApiResponse {
    let mut request = request_to(world, Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    receive(request).await
}

/// Checks that a request is rejected like one without a key.
#[track_caller]
fn assert_forbidden(response: &ApiResponse) {
    assert_eq!(response.status, 403, "{response:?}");
    assert_eq!(response.body, json!({ "errors": ["Forbidden"] }));
}

/// Returns headers that prove nothing, similar to that of a key.
fn wrong_authorizations(credentials: &ApiCredentials) -> [String; 5] {
    let wrong = ApiCredentials {
        secret: new_api_credentials().secret,
        ..credentials.clone()
    };
    let token = credentials.bearer_token();
    [
        format!("Bearer {}", wrong.bearer_token()),
        "Bearer ddpat_0123".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {token}"),
        token,
    ]
}

#[test]
fn request_without_a_valid_key_is_rejected_in_datadogs_words() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::of_user(world, "alice").await;
        let [id, secret] = program.key_headers().map(|(_, value)| value);
        let foreign = new_api_credentials();
        let (foreign_id, foreign_secret) = (&foreign.key_id, foreign.secret.reveal());
        let token = program.credentials.bearer_token();
        let pairs: [&[(&str, &str)]; 6] = [
            &[],
            &[("dd-api-key", id)],
            &[("dd-application-key", secret)],
            &[("dd-api-key", id), ("dd-application-key", foreign_secret)],
            &[("dd-api-key", foreign_id), ("dd-application-key", secret)],
            &[("dd-api-key", secret), ("dd-application-key", id)],
        ];
        for path in [INCIDENTS, "/api/v2/incidents/1", "/api/v2/current_user"] {
            for headers in pairs {
                assert_forbidden(&get_with(world, path, headers).await);
            }
            for authorization in wrong_authorizations(&program.credentials) {
                let headers = [("authorization", authorization.as_str())];
                assert_forbidden(&get_with(world, path, &headers).await);
            }
        }
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        let response = get_with(world, INCIDENTS, &headers).await;
        assert_eq!(response.numbers(), [1]);
        let log = world.log.everything();
        assert!(!log.contains(secret) && !log.contains(foreign_secret));
    });
}

#[test]
fn key_ends_when_it_is_revoked_and_when_its_account_is_deactivated() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        alice.declares("Checkout is slow").await;
        bob.declares("Search is down").await;
        let of_alice = Program::of_user(world, "alice").await;
        let of_bob = Program::of_user(world, "bob").await;
        let of_muster = Program::of_muster(world).await;
        for program in [&of_alice, &of_bob, &of_muster] {
            assert_eq!(program.gets(INCIDENTS).await.numbers(), [1, 2]);
        }
        let store = world.store().await;
        let now = Timestamp::from_epoch_millis(world.now());
        let key = IdempotencyKey::web(&user_id(world, "alice"), "revoke");
        let revoked = store.revoke_api_key(key, 1, now).await.unwrap();
        assert_eq!(revoked.key_id, of_alice.credentials.key_id);
        world.slack.deactivate_account("bob");
        world.deliver_all().await;
        for program in [&of_alice, &of_bob] {
            assert_forbidden(&program.sends(Method::GET, INCIDENTS).await);
            let validated = program.sends(Method::GET, "/api/v1/validate").await;
            assert_forbidden(&validated);
        }
        of_muster.gets(INCIDENTS).await;
        world.skips_messages();
    });
}

#[test]
fn key_without_the_scope_is_rejected_with_its_name() {
    incident_scenario_with_pages(async |world, _, _| {
        let identity = KeyIdentity::User(user_id(world, "alice"));
        let scopes = [Scope::Write, Scope::Settings];
        let program = Program::with_key(world, identity, &scopes).await;
        for path in [INCIDENTS, "/api/v2/incidents/1", "/api/v2/users"] {
            let response = program.sends(Method::GET, path).await;
            assert_eq!(response.status, 403);
            let expected = "doesn't have the scope read (incident_read).";
            assert!(response.error().ends_with(expected), "{response:?}");
        }
        let response = program.gets("/api/v2/validate_keys").await;
        assert_eq!(response.body, json!({ "status": "ok" }));
    });
}

#[test]
fn keys_are_validated_by_their_first_half_or_both() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::of_muster(world).await;
        let first = program.key_headers()[0];
        let response = get_with(world, "/api/v1/validate", &[first]).await;
        assert_eq!(response.body, json!({ "valid": true }));
        let response = get_with(world, "/api/v2/validate", &[first]).await;
        let data = &response.body["data"];
        assert_eq!(data["type"], "validate_v2");
        assert_eq!(data["attributes"]["valid"], true);
        assert_eq!(data["attributes"]["api_key_scopes"], json!([]));
        let authorization = format!("Bearer {}", program.credentials.bearer_token());
        for path in ["/api/v1/validate", "/api/v2/validate_keys"] {
            let headers = [("authorization", authorization.as_str())];
            assert_eq!(get_with(world, path, &headers).await.status, 200, "{path}");
        }
        for path in ["/api/v1/validate", "/api/v2/validate"] {
            let response = get_with(world, path, &[]).await;
            assert_eq!(
                (response.status, response.error()),
                (403, "API key required")
            );
            let unknown = [("dd-api-key", "0123456789abcdef0123456789abcdef")];
            assert_forbidden(&get_with(world, path, &unknown).await);
        }
        let half = get_with(world, "/api/v2/validate_keys", &[first]).await;
        assert_forbidden(&half);
    });
}

#[test]
fn private_incident_does_not_exist_for_keys_of_others() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        bob.declares("Search is down").await;
        alice.types(channel, "/datadog incident private").await;
        world.deliver_all().await;
        world.skips_messages();
        let of_alice = Program::of_user(world, "alice").await;
        let visible = of_alice.gets("/api/v2/incidents/1").await;
        let attributes = &visible.body["data"]["attributes"];
        assert_eq!(attributes["visibility"], "private");
        let uuid = visible.body["data"]["id"].as_str().unwrap();
        assert_eq!(of_alice.gets(INCIDENTS).await.numbers(), [1, 2]);
        for program in [
            Program::of_user(world, "bob").await,
            Program::of_muster(world).await,
        ] {
            let unknown = program.sends(Method::GET, "/api/v2/incidents/99").await;
            for id in ["1", "IR-1", uuid] {
                let path = format!("{INCIDENTS}/{id}?include=nothing");
                let hidden = program.sends(Method::GET, &path).await;
                assert_eq!((hidden.status, &hidden.body), (404, &unknown.body));
            }
            for query in [
                "",
                "?page[size]=1",
                "?sort=-modified",
                "?filter[state]=active",
            ] {
                let list = program.gets(&format!("{INCIDENTS}{query}")).await;
                assert_eq!(list.numbers(), [2], "{query}");
            }
            let end = program.gets(&format!("{INCIDENTS}?page[offset]=1")).await;
            assert_eq!(end.body["meta"]["pagination"]["size"], 0);
        }
    });
}

#[test]
fn credentials_are_hidden_in_debug_output() {
    let credentials = ApiCredentials {
        key_id: "0123".to_owned(),
        secret: Secret::new("4567"),
    };
    assert!(!format!("{credentials:?}").contains("4567"));
}
