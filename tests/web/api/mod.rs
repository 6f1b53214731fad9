//! The HTTP API, as a program uses it.

mod authentication;
mod clients;
mod config;
mod conformance;
mod errors;
mod incident;
mod incident_list;
mod incidents;
mod keys;
mod limits;
mod openapi;
mod parts;
mod python_client;
mod search;
mod search_facets;
mod search_pages;
mod search_world;
mod timeline;
mod users;
mod users_write;

use muster::store::{AddApiKey, ApiCredentials, IdempotencyKey, new_api_credentials};
use muster_domain::api_key::{KeyIdentity, Scope};
use muster_domain::{Timestamp, UserId};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::harness::world::World;

const INCIDENTS: &str = "/api/v2/incidents";

/// A program with a key.
pub struct Program<'w> {
    world: &'w World,
    credentials: ApiCredentials,
}

/// A response of the API.
#[derive(Debug)]
pub struct ApiResponse {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl ApiResponse {
    /// Returns the only text of an error.
    #[track_caller]
    pub fn error(&self) -> &str {
        let errors = self.body["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{errors:?}");
        errors[0].as_str().unwrap()
    }

    /// Returns the texts of an error.
    #[track_caller]
    pub fn errors(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().unwrap().iter();
        errors.map(|it| it.as_str().unwrap()).collect()
    }

    /// Checks the status and the only text of an error.
    #[track_caller]
    pub fn assert_error(&self, status: u16, error: &str) {
        assert_eq!((self.status, self.error()), (status, error));
    }

    /// Checks the status and the texts of an error, which may have another order.
    #[track_caller]
    pub fn assert_errors(&self, status: u16, expected: &[&str]) {
        let (mut errors, mut expected) = (self.errors(), expected.to_vec());
        errors.sort_unstable();
        expected.sort_unstable();
        assert_eq!((self.status, errors), (status, expected));
    }

    /// Checks the starts of the texts of an error.
    #[track_caller]
    pub fn assert_error_starts(&self, status: u16, starts: &[&str]) {
        let errors = self.errors();
        assert_eq!(
            (self.status, errors.len()),
            (status, starts.len()),
            "{errors:?}"
        );
        for (error, start) in errors.iter().zip(starts) {
            assert!(error.starts_with(start), "{error}\n{start}");
        }
    }

    /// Checks attributes of the resource.
    #[track_caller]
    pub fn assert_attributes(&self, expected: &Value) {
        for (name, expected) in expected.as_object().unwrap() {
            assert_eq!(self.attribute(name), expected, "{name}");
        }
    }

    /// Returns an attribute of the resource.
    pub fn attribute(&self, name: &str) -> &Value {
        &self.body["data"]["attributes"][name]
    }

    /// Returns the number of the incidents in a list.
    pub fn numbers(&self) -> Vec<i64> {
        let data = self.body["data"].as_array().unwrap().iter();
        let numbers = data.map(|it| it["attributes"]["public_id"].as_i64());
        numbers.collect::<Option<_>>().unwrap()
    }
}

impl<'w> Program<'w> {
    /// Returns a program whose key acts as a user and may read.
    pub async fn of_user(world: &'w World, user: &str) -> Self {
        let identity = KeyIdentity::User(user_id(world, user));
        Self::with_key(world, identity, &[Scope::Read]).await
    }

    /// Returns a program whose key acts as a user, and may read and write.
    pub async fn writer(world: &'w World, user: &str) -> Self {
        // Muster knows the users who have used it.
        world.user(user).opens_home().await;
        let identity = KeyIdentity::User(user_id(world, user));
        Self::with_key(world, identity, &[Scope::Read, Scope::Write]).await
    }

    /// Returns a program whose key acts as Muster, and may read and write.
    pub async fn muster_writer(world: &'w World) -> Self {
        Self::with_key(world, KeyIdentity::Muster, &[Scope::Read, Scope::Write]).await
    }

    /// Returns a program whose key acts as Muster and may read.
    pub async fn of_muster(world: &'w World) -> Self {
        Self::with_key(world, KeyIdentity::Muster, &[Scope::Read]).await
    }

    /// Returns a program with a new key.
    pub async fn with_key(world: &'w World, identity: KeyIdentity, scopes: &[Scope]) -> Self {
        let credentials = new_api_credentials();
        let request = AddApiKey {
            name: format!("key {}", credentials.key_id),
            key_id: credentials.key_id.clone(),
            secret: credentials.secret.clone(),
            scopes: scopes.iter().copied().collect(),
            identity,
            created_by: None,
            is_own: false,
        };
        let key = IdempotencyKey::web(&UserId::from("U0ALICE0001"), &credentials.key_id);
        let now = Timestamp::from_epoch_millis(world.now());
        let store = world.store().await;
        store.add_api_key(key, request, now).await.unwrap();
        Self { world, credentials }
    }

    /// Returns a program with these halves of a key.
    pub fn with_credentials(world: &'w World, credentials: ApiCredentials) -> Self {
        Self { world, credentials }
    }

    /// Returns the headers of Datadog's clients.
    pub fn key_headers(&self) -> [(&'static str, &str); 2] {
        [
            ("DD-API-KEY", &self.credentials.key_id),
            ("DD-APPLICATION-KEY", self.credentials.secret.reveal()),
        ]
    }

    /// Sends a request with the key.
    pub async fn sends(&self, method: Method, path: &str) -> ApiResponse {
        receive(self.request(method, path)).await
    }

    /// Returns a request with the key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let headers = self.key_headers().into_iter();
        headers.fold(request_to(self.world, method, path), |it, (name, value)| {
            it.header(name, value)
        })
    }

    /// Sends a body with POST.
    pub async fn posts(&self, path: &str, body: Value) -> ApiResponse {
        receive(self.request(Method::POST, path).json(&body)).await
    }

    /// Sends a body with PATCH.
    pub async fn patches(&self, path: &str, body: Value) -> ApiResponse {
        receive(self.request(Method::PATCH, path).json(&body)).await
    }

    /// Sends a body with PUT.
    pub async fn puts(&self, path: &str, body: Value) -> ApiResponse {
        receive(self.request(Method::PUT, path).json(&body)).await
    }

    /// Deletes a resource.
    pub async fn deletes(&self, path: &str) -> ApiResponse {
        self.sends(Method::DELETE, path).await
    }

    /// Sends a body with POST and an idempotency key.
    pub async fn posts_once(&self, path: &str, key: &str, body: &Value) -> ApiResponse {
        let request = self.request(Method::POST, path);
        receive(request.header("Idempotency-Key", key).json(body)).await
    }

    /// Gets a resource, which must exist.
    #[track_caller]
    pub fn gets(&self, path: &str) -> impl Future<Output = ApiResponse> {
        let caller = std::panic::Location::caller();
        async move {
            let response = self.sends(Method::GET, path).await;
            assert_eq!(response.status, 200, "{caller}: {response:?}");
            response
        }
    }
}

/// Returns a request without a key.
fn request_to(world: &World, method: Method, path: &str) -> RequestBuilder {
    let url = format!("{}{path}", world.base_url.borrow());
    Client::new().request(method, url)
}

/// Sends a request. The body of each response is JSON or empty, and as the OpenAPI document describes it.
async fn receive(request: RequestBuilder) -> ApiResponse {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let (method, path) = (request.method().clone(), request.url().path().to_owned());
    let response = client.execute(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = match text.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}")),
    };
    assert_eq!(headers["cache-control"], "no-store");
    if !body.is_null() {
        assert_eq!(headers["content-type"], "application/json");
    }
    conformance::check_response(&method, &path, status, &body);
    ApiResponse {
        status,
        headers,
        body,
    }
}

fn user_id(world: &World, name: &str) -> UserId {
    UserId(world.slack.user(name).0)
}
