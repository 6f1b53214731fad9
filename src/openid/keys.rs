//! The provider's public keys (RFC 7517). They are kept for a day. A key that is not among them makes them be
//! fetched again, at most once a minute: a token may name any key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use reqwest::Client;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::domain::Timestamp;
use crate::openid::{SignInError, unreachable};

/// How long the keys are kept.
const TTL: Duration = Duration::hours(24);

/// The shortest time between two fetches.
const MIN_INTERVAL: Duration = Duration::minutes(1);

/// A public RSA key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) modulus: Vec<u8>,
    pub(super) exponent: Vec<u8>,
}

/// The keys by their IDs.
type Keys = Vec<(String, Key)>;

/// The keys that were fetched last.
pub(super) struct KeyCache {
    url: String,
    state: Mutex<Fetched>,
}

#[derive(Default)]
struct Fetched {
    keys: Keys,
    /// When the keys were fetched.
    fetched_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<KeyEntry>,
}

#[derive(Deserialize)]
struct KeyEntry {
    #[serde(default)]
    kty: String,
    #[serde(default)]
    kid: String,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
}

impl KeyCache {
    /// Creates an empty cache for the keys at an address.
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            state: Mutex::default(),
        }
    }

    /// Returns the key with this ID.
    pub(super) async fn find(
        &self,
        http: &Client,
        id: &str,
        now: Timestamp,
    ) -> Result<Key, SignInError> {
        let mut state = self.state.lock().await;
        let is_within = |at: Option<Timestamp>, limit: Duration| {
            at.is_some_and(|at| now.duration_since(at) < limit)
        };
        if is_within(state.fetched_at, TTL)
            && let Some(key) = find(&state.keys, id)
        {
            return Ok(key);
        }
        if is_within(state.fetched_at, MIN_INTERVAL) {
            return Err(SignInError::InvalidToken("its key is unknown"));
        }
        state.keys = self.fetch(http).await?;
        state.fetched_at = Some(now);
        find(&state.keys, id).ok_or(SignInError::InvalidToken("its key is unknown"))
    }

    /// Fetches the keys. Those that are no RSA keys are left out.
    pub(super) async fn fetch(&self, http: &Client) -> Result<Keys, SignInError> {
        let response = http.get(&self.url).send().await;
        let response = response.and_then(reqwest::Response::error_for_status);
        let response = response.map_err(|error| unreachable(&error))?;
        let keys: KeySet = response.json().await.map_err(|error| unreachable(&error))?;
        let keys = keys.keys.into_iter().filter(|key| key.kty == "RSA");
        Ok(keys.filter_map(KeyEntry::into_key).collect())
    }
}

impl KeyEntry {
    fn into_key(self) -> Option<(String, Key)> {
        let decode = |number: &str| URL_SAFE_NO_PAD.decode(number).ok();
        let key = Key {
            modulus: decode(&self.n)?,
            exponent: decode(&self.e)?,
        };
        Some((self.kid, key))
    }
}

fn find(keys: &Keys, id: &str) -> Option<Key> {
    let mut keys = keys.iter();
    keys.find(|(known, _)| known == id)
        .map(|(_, key)| key.clone())
}
