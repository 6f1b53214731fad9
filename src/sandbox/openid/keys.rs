//! The provider's keys. They are fixed and public, because `ring` cannot generate RSA keys: they protect nothing, and
//! only tokens of this sandbox are signed with them.

use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use crate::Sandbox;
use crate::web_api::LoggedCall;

/// A test key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TestKey {
    #[default]
    First,
    Second,
}

impl TestKey {
    pub(super) fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    /// Returns the ID of the key.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::First => "sandbox-test-key-1",
            Self::Second => "sandbox-test-key-2",
        }
    }

    /// Returns the key; `None` if the file is no RSA key, which a test of the sandbox excludes.
    fn pair(self) -> Option<RsaKeyPair> {
        let file: &[u8] = match self {
            Self::First => include_bytes!("test_keys/key_1.der"),
            Self::Second => include_bytes!("test_keys/key_2.der"),
        };
        RsaKeyPair::from_pkcs8(file).ok()
    }

    /// Signs a text with RS256.
    pub(super) fn sign(self, text: &str) -> Option<Vec<u8>> {
        let pair = self.pair()?;
        let mut signature = vec![0; pair.public().modulus_len()];
        let random = SystemRandom::new();
        pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
            .ok()?;
        Some(signature)
    }

    /// Returns the public key as JSON (RFC 7517).
    fn to_json(self) -> Option<Value> {
        let pair = self.pair()?;
        let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
        Some(json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id(),
            "n": URL_SAFE_NO_PAD.encode(public.n), "e": URL_SAFE_NO_PAD.encode(public.e),
        }))
    }
}

/// Serves the public key.
pub(super) async fn serve(State(sandbox): State<Sandbox>) -> Response {
    let shared = &sandbox.shared;
    let key = shared.with(|workspace| workspace.openid.key);
    let call = LoggedCall::new(shared, "openid.connect.keys", Value::Null);
    call.run_with_faults(|| {
        let keys: Vec<_> = key.to_json().into_iter().collect();
        let mut response = Response::new(Body::from(json!({ "keys": keys }).to_string()));
        *response.status_mut() = StatusCode::OK;
        let kind = header::HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        Ok(response)
    })
    .await
}
