//! ID tokens: JSON Web Tokens that Slack signs with RS256 (RFC 7519, OpenID Connect Core 3.1.3.7).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::domain::{Timestamp, UserId};
use crate::openid::SignInError;
use crate::openid::keys::Key;

/// How far the clocks may differ.
const LEEWAY: Duration = Duration::seconds(60);

/// The required contents of the token of a sign-in.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// Checks the nonce.
    pub is_nonce: &'a (dyn Fn(&str) -> bool + Send + Sync),
    /// The ID of the workspace.
    pub team: &'a str,
}

/// A token whose signature is not checked yet.
pub(super) struct IdToken<'a> {
    header: Header,
    /// The signed part.
    signed: &'a str,
    signature: Vec<u8>,
    claims: Claims,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    exp: i64,
    #[serde(default)]
    nonce: String,
    #[serde(rename = "https://slack.com/team_id")]
    team: String,
    #[serde(rename = "https://slack.com/user_id")]
    user: UserId,
}

/// One audience, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl<'a> IdToken<'a> {
    /// Reads a token.
    pub(super) fn parse(token: &'a str) -> Result<Self, SignInError> {
        let malformed = SignInError::InvalidToken("it is malformed");
        let parts = token.rsplit_once('.').and_then(|(signed, signature)| {
            let (header, claims) = signed.split_once('.')?;
            Some((signed, header, claims, signature))
        });
        let (signed, header, claims, signature) = parts.ok_or(malformed.clone())?;
        Ok(Self {
            header: parse_part(header).ok_or(malformed.clone())?,
            signed,
            signature: URL_SAFE_NO_PAD
                .decode(signature)
                .map_err(|_| malformed.clone())?,
            claims: parse_part(claims).ok_or(malformed)?,
        })
    }

    /// Returns the ID of the key that signed the token.
    pub(super) fn key_id(&self) -> &str {
        &self.header.kid
    }

    /// Checks the signature.
    pub(super) fn check_signature(&self, key: &Key) -> Result<(), SignInError> {
        if self.header.alg != "RS256" {
            return Err(SignInError::InvalidToken("it is not signed with RS256"));
        }
        let key = RsaPublicKeyComponents {
            n: &key.modulus,
            e: &key.exponent,
        };
        let signed = self.signed.as_bytes();
        key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, &self.signature)
            .map_err(|_| SignInError::InvalidToken("its signature is wrong"))
    }

    /// Checks the claims. Returns the user.
    pub(super) fn check_claims(
        self,
        issuer: &str,
        client_id: &str,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> Result<UserId, SignInError> {
        let claims = self.claims;
        let is_for_us = match &claims.aud {
            Audience::One(audience) => audience == client_id,
            Audience::Several(audiences) => {
                matches!(audiences.as_slice(), [audience] if audience == client_id)
            }
        };
        let expires_at = Timestamp::from_epoch_seconds(claims.exp);
        let problem = if claims.iss != issuer {
            "another provider issued it"
        } else if !is_for_us {
            "it is for another app"
        } else if expires_at.plus(LEEWAY) <= now {
            "it has expired"
        } else if !(expected.is_nonce)(&claims.nonce) {
            "it is for another sign-in"
        } else if claims.team != expected.team {
            return Err(SignInError::OtherWorkspace);
        } else {
            return Ok(claims.user);
        };
        Err(SignInError::InvalidToken(problem))
    }
}

/// Decodes a part of a token.
fn parse_part<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&json).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn token(header: &Value, claims: &Value) -> String {
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        format!("{}.{}.c2ln", encode(header), encode(claims))
    }

    fn claims() -> Value {
        json!({
            "iss": "https://slack.com", "aud": "1.2", "exp": 1_000, "nonce": "n1",
            "https://slack.com/team_id": "T1", "https://slack.com/user_id": "U1",
        })
    }

    /// Checks claims that differ in one of them.
    fn check(name: &str, value: Value, now: i64) -> Result<UserId, SignInError> {
        let mut claims = claims();
        claims[name] = value;
        let token = token(&json!({ "alg": "RS256", "kid": "k1" }), &claims);
        let expected = Expected {
            is_nonce: &|nonce| nonce == "n1",
            team: "T1",
        };
        let token = IdToken::parse(&token)?;
        let now = Timestamp::from_epoch_seconds(now);
        token.check_claims("https://slack.com", "1.2", &expected, now)
    }

    #[test]
    fn claims_must_match_the_sign_in() {
        let user = Ok(UserId::from("U1"));
        assert_eq!(check("x", json!(1), 1_059), user);
        assert_eq!(check("aud", json!(["1.2"]), 0), user);
        for (name, value, now) in [
            ("x", json!(1), 1_060),
            ("iss", json!("https://slack.com.evil.example"), 0),
            ("aud", json!("1.3"), 0),
            ("aud", json!(["1.2", "1.3"]), 0),
            ("nonce", json!(""), 0),
            ("nonce", Value::Null, 0),
            ("https://slack.com/user_id", Value::Null, 0),
        ] {
            let result = check(name, value, now);
            assert!(
                matches!(result, Err(SignInError::InvalidToken(_))),
                "{name}: {result:?}"
            );
        }
        let other = check("https://slack.com/team_id", json!("T2"), 0);
        assert_eq!(other, Err(SignInError::OtherWorkspace));
    }

    #[test]
    fn malformed_or_unsigned_token_is_rejected() {
        let unsigned = token(&json!({ "alg": "none", "kid": "k1" }), &claims());
        let symmetric = token(&json!({ "alg": "HS256", "kid": "k1" }), &claims());
        let key = Key {
            modulus: vec![1; 256],
            exponent: vec![1, 0, 1],
        };
        for token in [&unsigned, &symmetric] {
            let token = IdToken::parse(token).ok().unwrap();
            assert!(token.check_signature(&key).is_err());
        }
        for malformed in ["", ".", "..", "a.b.c", "e30.e30.", "e30.e30.!"] {
            assert!(IdToken::parse(malformed).is_err(), "{malformed}");
        }
    }
}
