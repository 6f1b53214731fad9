//! `openid.connect.token`: exchanges a code for an ID token. A code can be used once, for ten minutes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use serde_json::{Value, json};

use super::{Code, IdTokenFlaw};
use crate::ids;
use crate::rate_limits::Tier;
use crate::web_api::{Arguments, Bodies, Method, MethodResult, TokenKind};
use crate::workspace::Workspace;

/// How long a code can be used.
const CODE_TTL: Duration = Duration::minutes(10);

/// How long an ID token is valid, in seconds.
const TOKEN_SECONDS: i64 = 300;

/// The Web API methods of this module.
pub(crate) const METHODS: &[Method] = &[Method {
    name: "openid.connect.token",
    tier: Tier::Four,
    bodies: Bodies::FormOnly,
    token: TokenKind::None,
    scopes: &[],
    handler: exchange_code,
}];

fn exchange_code(workspace: &mut Workspace, arguments: &Arguments) -> MethodResult {
    let text = |name: &str| arguments.string(name).map(Option::unwrap_or_default);
    if text("client_id")? != workspace.app.client_id() {
        return Err("invalid_client_id".into());
    }
    if text("client_secret")? != workspace.app.client_secret() {
        return Err("bad_client_secret".into());
    }
    if text("grant_type")? != "authorization_code" {
        return Err("invalid_grant_type".into());
    }
    let code = workspace.openid.codes.remove(text("code")?);
    let code = code.ok_or("invalid_code")?;
    if workspace.now() - code.issued_at >= CODE_TTL {
        return Err("invalid_code".into());
    }
    if text("redirect_uri")? != code.redirect_uri {
        return Err("bad_redirect_uri".into());
    }
    let access_token = ids::secret(&format!("user token {}", workspace.next_serial()), 32);
    Ok(json!({
        "access_token": format!("xoxp-{access_token}"),
        "token_type": "Bearer",
        "id_token": id_token(workspace, &code),
    }))
}

/// Returns a signed ID token.
fn id_token(workspace: &Workspace, code: &Code) -> String {
    let (key, flaw) = (workspace.openid.key, workspace.openid.flaw);
    let is_signed = flaw != Some(IdTokenFlaw::Unsigned);
    let algorithm = if is_signed { "RS256" } else { "none" };
    let header = json!({ "alg": algorithm, "typ": "JWT", "kid": key.id() });
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = format!("{}.{}", encode(&header), encode(&claims(workspace, code)));
    let signing_key = match flaw {
        Some(IdTokenFlaw::ForgedSignature) => key.other(),
        Some(
            IdTokenFlaw::OtherNonce
            | IdTokenFlaw::OtherAudience
            | IdTokenFlaw::OtherIssuer
            | IdTokenFlaw::OtherWorkspace
            | IdTokenFlaw::Expired
            | IdTokenFlaw::Unsigned,
        )
        | None => key,
    };
    let signature = signing_key.sign(&signed).filter(|_| is_signed);
    format!(
        "{signed}.{}",
        URL_SAFE_NO_PAD.encode(signature.unwrap_or_default())
    )
}

/// Returns the claims. Without a nonce in the request, Slack puts an empty one into the token.
fn claims(workspace: &Workspace, code: &Code) -> Value {
    let now = workspace.now().timestamp();
    let user = workspace.users.get(&code.user);
    let name = user.map_or("", |user| user.real_name.as_str());
    let mut claims = json!({
        "iss": workspace.url, "sub": code.user, "aud": workspace.app.client_id(),
        "exp": now + TOKEN_SECONDS, "iat": now, "auth_time": now,
        "nonce": code.nonce, "at_hash": ids::secret("at_hash", 22),
        "https://slack.com/team_id": workspace.team.id,
        "https://slack.com/user_id": code.user,
        "email": format!("{}@{}.example", code.user, workspace.team.domain),
        "email_verified": true, "locale": "en-US", "name": name,
        "https://slack.com/team_name": workspace.team.name,
    });
    let (name, value) = match workspace.openid.flaw {
        Some(IdTokenFlaw::OtherNonce) => ("nonce", json!("another")),
        Some(IdTokenFlaw::OtherAudience) => ("aud", json!("1000000000001.7")),
        Some(IdTokenFlaw::OtherIssuer) => ("iss", json!("https://slack.example")),
        Some(IdTokenFlaw::OtherWorkspace) => ("https://slack.com/team_id", json!("T0OTHER0001")),
        Some(IdTokenFlaw::Expired) => ("exp", json!(now - TOKEN_SECONDS)),
        Some(IdTokenFlaw::Unsigned | IdTokenFlaw::ForgedSignature) | None => return claims,
    };
    claims[name] = value;
    claims
}
