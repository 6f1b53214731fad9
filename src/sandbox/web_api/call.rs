//! One call from its arrival to its answer: noted, troubled if a test wants so, limited, checked, done.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::arguments::{Arguments, Received};
use super::{Bodies, Method, Refusal, method};
use crate::sandbox::faults::{Call, Decision, Down, Moment, Trap, Trouble};
use crate::sandbox::limits::Tier;
use crate::sandbox::people::merge;
use crate::sandbox::server::{self, Shared};

/// The largest body that is read, in bytes.
const LARGEST_BODY: usize = 4 << 20;

/// Answers a call of a method.
pub(in crate::sandbox) async fn call(
    shared: &Arc<Shared>,
    name: &str,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return server::cut();
    };
    let content_type = head.headers.get(header::CONTENT_TYPE);
    let received = Received {
        query: head.uri.query().unwrap_or_default(),
        content_type: content_type.and_then(|value| value.to_str().ok()),
        body: &body,
    };
    let found = method(name);
    let bodies = found.map_or(Bodies::JsonOrForm, |found| found.bodies);
    let arguments = Arguments::read(&received, bodies);
    let noted = arguments.as_ref().map_or(Value::Null, Arguments::as_json);
    let at = shared.note_call(name, noted);
    let work = || {
        let arguments = arguments?;
        let found = found.ok_or("unknown_method")?;
        shared.perform(
            found,
            &arguments,
            token(&head.headers, &arguments).as_deref(),
        )
    };
    let response = with_trouble(shared, name, at, work).await;
    shared.hand_over_events();
    response
}

/// Does a call's work, with the trouble that a test staged for this method.
pub(in crate::sandbox) async fn with_trouble(
    shared: &Arc<Shared>,
    name: &str,
    at: usize,
    work: impl FnOnce() -> Result<Response, Refusal>,
) -> Response {
    if let Some(response) = before(shared, name, at).await {
        return response;
    }
    let trouble = shared.with(|workspace| workspace.faults.next_trouble(name));
    if let Some(trouble) = &trouble
        && let Some(response) = refuse_first(shared, trouble, at).await
    {
        return response;
    }
    let response = work().unwrap_or_else(|refusal| {
        shared.note_error(at, &refusal.code);
        refused(&refusal)
    });
    let trap = shared.trap(name, at, Moment::After);
    let decision = match trap {
        Some(trap) => {
            shared.hand_over_events();
            trap.spring().await
        }
        None => Decision::GoOn,
    };
    if decision == Decision::Cut || trouble == Some(Trouble::LostAnswer) {
        shared.note_error(at, "answer_lost");
        shared.hand_over_events();
        return server::cut();
    }
    response
}

/// Waits for the latency and the trap before the work, unless Slack is down: then gives that answer.
async fn before(shared: &Arc<Shared>, name: &str, at: usize) -> Option<Response> {
    while let Some(down) = shared.with(|workspace| workspace.faults.is_down()) {
        match down {
            Down::Hang => shared.until_back().await,
            Down::Reset => {
                shared.note_error(at, "connection_reset");
                return Some(server::cut());
            }
            Down::Status(status) => {
                shared.note_error(at, &status.to_string());
                return Some(plain(status));
            }
            Down::Error(code) => {
                shared.note_error(at, code);
                return Some(refused(&code.into()));
            }
        }
    }
    let latency = shared.with(|workspace| workspace.faults.latency);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let trap = shared.trap(name, at, Moment::Before)?;
    if trap.spring().await == Decision::Cut {
        shared.note_error(at, "connection_reset");
        return Some(server::cut());
    }
    None
}

/// Gives the answer of a trouble that comes before the work; None lets the work be done.
async fn refuse_first(shared: &Arc<Shared>, trouble: &Trouble, at: usize) -> Option<Response> {
    let (word, response) = match trouble {
        Trouble::LostAnswer => return None,
        Trouble::Hang => {
            shared.until_back().await;
            return None;
        }
        Trouble::Error(code) => ((*code).to_owned(), refused(&(*code).into())),
        Trouble::ErrorWith(body) => {
            let code = body["error"].as_str().unwrap_or("fatal_error");
            (code.to_owned(), refused(&Refusal::with(code, body.clone())))
        }
        Trouble::Status(status) => (status.to_string(), plain(*status)),
        Trouble::RateLimited(seconds) => ("ratelimited".to_owned(), rate_limited(*seconds)),
        Trouble::Reset => ("connection_reset".to_owned(), server::cut()),
    };
    shared.note_error(at, &word);
    Some(response)
}

impl Shared {
    /// Notes a call; gives its place in the list.
    pub(in crate::sandbox) fn note_call(&self, method: &str, arguments: Value) -> usize {
        self.change(|workspace| {
            workspace.calls.push(Call {
                method: method.to_owned(),
                arguments,
                at: workspace.now(),
                error: None,
            });
            workspace.calls.len() - 1
        })
    }

    /// Takes the trap that a noted call falls into at this moment.
    fn trap(&self, method: &str, at: usize, moment: Moment) -> Option<Trap> {
        self.with(|workspace| {
            let arguments = &workspace.calls.get(at)?.arguments;
            workspace.faults.trap((method, arguments), moment)
        })
    }

    /// Notes how a call ended.
    pub(in crate::sandbox) fn note_error(&self, at: usize, error: &str) {
        self.with(|workspace| {
            if let Some(call) = workspace.calls.get_mut(at) {
                call.error = Some(error.to_owned());
            }
        });
    }

    /// Limits, checks and does one call.
    fn perform(
        &self,
        method: &Method,
        arguments: &Arguments,
        token: Option<&str>,
    ) -> Result<Response, Refusal> {
        self.change(|workspace| {
            let key = match method.tier {
                Tier::Posting => {
                    format!(
                        "{} {}",
                        method.name,
                        arguments.text("channel")?.unwrap_or_default()
                    )
                }
                _ => method.name.to_owned(),
            };
            let now = workspace.now();
            if let Err(seconds) = workspace.limiter.pass(&key, method.tier, now) {
                return Err(Refusal::with(
                    "ratelimited",
                    json!({"retry_after": seconds}),
                ));
            }
            workspace.check_token(token, method)?;
            let answer = (method.run)(workspace, arguments)?;
            let mut response = accepted(answer, arguments);
            if let Ok(scopes) = workspace.app.scopes.join(",").parse() {
                response.headers_mut().insert("x-oauth-scopes", scopes);
            }
            Ok(response)
        })
    }
}

/// Gives the token of a call: from the header, or from a form.
fn token(headers: &HeaderMap, arguments: &Arguments) -> Option<String> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    match header {
        Some(value) => value.strip_prefix("Bearer ").map(str::to_owned),
        None => arguments.text("token").ok().flatten().map(str::to_owned),
    }
}

fn accepted(answer: Value, arguments: &Arguments) -> Response {
    let mut body = json!({"ok": true});
    if arguments.misses_charset {
        body["warning"] = json!("missing_charset");
        body["response_metadata"] = json!({"warnings": ["missing_charset"]});
    }
    merge(&mut body, answer);
    respond(StatusCode::OK, &body)
}

/// Gives the answer that tells of a refusal.
pub(in crate::sandbox) fn refused(refusal: &Refusal) -> Response {
    match (refusal.code.as_str(), refusal.more["retry_after"].as_u64()) {
        ("ratelimited", Some(seconds)) => rate_limited(seconds),
        _ => respond(StatusCode::OK, &refusal.as_body()),
    }
}

fn rate_limited(seconds: u64) -> Response {
    let body = json!({"ok": false, "error": "ratelimited"});
    let mut response = respond(StatusCode::TOO_MANY_REQUESTS, &body);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, seconds.into());
    response
}

fn respond(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Gives an answer that is no JSON, as a broken server gives it.
fn plain(status: u16) -> Response {
    let mut response = Response::new(Body::from("upstream connect error or disconnect"));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response
}
