//! Takes in one request: authenticates it, reads it, stores it and answers it.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use crate::alerts::body::{BodyError, IntakeBody};
use crate::alerts::credentials::{Credentials, IntakeContent, routing_key};
use crate::alerts::form_body::json_body;
use crate::alerts::read_body::{ReadBody, read_body};
use crate::alerts::reply::Reply;
use crate::alerts::routes::IntakeState;
use crate::alerts::signature::check_signature;
use crate::alerts::sns_request;
use crate::app::App;
use crate::domain::Timestamp;
use crate::domain::alert::{AlertSource, SourceKind, read_pagerduty_change};
use crate::error::Error;
use crate::secret::Secret;
use crate::store::{AuthenticatedSource, BodyOutcome, ReceivedBatch, ReceivedBody};

/// A request of an authenticated source.
pub(super) struct Intake {
    pub(super) app: App,
    pub(super) source: AlertSource,
    pub(super) headers: HeaderMap,
    /// The body as JSON. Its memory is reserved until the request is answered.
    pub(super) body: IntakeBody,
    /// The token, which is removed from the stored body.
    token: Secret,
    content: IntakeContent,
    pub(super) now: Timestamp,
}

/// Takes in a request.
pub(super) async fn receive(
    state: &IntakeState,
    credentials: Credentials,
    request: Request,
) -> Response {
    let kind = credentials.kind;
    match take_in(state, credentials, request).await {
        Ok(reply) => reply.into_response(),
        Err(IntakeError::Replied(reply)) => reply.into_response(),
        Err(IntakeError::Failed(error)) => Reply::failed(kind, &error).into_response(),
    }
}

/// Why a request is not taken in.
enum IntakeError {
    Replied(Reply),
    Failed(Error),
}

impl From<Reply> for IntakeError {
    fn from(reply: Reply) -> Self {
        Self::Replied(reply)
    }
}

impl From<Error> for IntakeError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

async fn take_in(
    state: &IntakeState,
    credentials: Credentials,
    request: Request,
) -> Result<Reply, IntakeError> {
    let (kind, content) = (credentials.kind, credentials.content);
    // A request without a valid token is answered before its body is read.
    let early = match &credentials.token {
        Some(token) => Some((authenticate(&state.app, kind, token).await?, token.clone())),
        None if kind == SourceKind::PagerDuty => None,
        None => return Err(Reply::unknown_source(kind).into()),
    };
    let (parts, body) = request.into_parts();
    let reading = state.memory.read(&parts.headers, body).await;
    let mut body = reading.map_err(|error| body_reply(kind, error))?;
    let (authenticated, token) = match early {
        Some(early) => early,
        None => {
            let missing = || Reply::rejected(kind, "routing_key is missing.");
            let token = routing_key(&body.content).ok_or_else(missing)?;
            (authenticate_event(&state.app, &token).await?, token)
        }
    };
    let now = state.app.clock.now();
    let signed = std::mem::take(&mut body.content);
    let verified = verify(&authenticated, &parts.headers, &signed, now);
    body.content = json_body(&parts.headers, parts.uri.query(), signed);
    let intake = Intake {
        app: state.app.clone(),
        source: authenticated.source,
        headers: parts.headers,
        body,
        token,
        content,
        now,
    };
    match verified {
        Ok(()) => Ok(intake.run().await?),
        Err(reason) => Ok(intake.reject(&reason).await?),
    }
}

async fn authenticate(
    app: &App,
    kind: SourceKind,
    token: &Secret,
) -> Result<AuthenticatedSource, IntakeError> {
    let authenticated = app.store.authenticate_alert_source(kind, token.reveal());
    let unknown = || Reply::unknown_source(kind);
    Ok(authenticated.await?.ok_or_else(unknown)?)
}

/// Authenticates an event by its routing key. PagerDuty answers 400 to an unknown one, after which no client tries
/// again.
async fn authenticate_event(app: &App, token: &Secret) -> Result<AuthenticatedSource, IntakeError> {
    let kind = SourceKind::PagerDuty;
    let authenticated = app.store.authenticate_alert_source(kind, token.reveal());
    let unknown = || Reply::rejected(kind, "routing_key is unknown.");
    Ok(authenticated.await?.ok_or_else(unknown)?)
}

fn verify(
    authenticated: &AuthenticatedSource,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<(), String> {
    let kind = authenticated.source.identity.kind;
    match &authenticated.secret {
        Some(secret) => check_signature(kind, secret, headers, body, now),
        None => Ok(()),
    }
}

fn body_reply(kind: SourceKind, error: BodyError) -> Reply {
    match error {
        BodyError::TooLarge => Reply::too_large(kind),
        BodyError::Overloaded => Reply::unavailable(kind, "Muster is overloaded."),
        BodyError::Incomplete(status) => Reply::incomplete(kind, status),
    }
}

impl Intake {
    pub(super) fn kind(&self) -> SourceKind {
        self.source.identity.kind
    }

    async fn run(self) -> Result<Reply, Error> {
        if self.kind() == SourceKind::Sns {
            return sns_request::run(self).await;
        }
        if self.content == IntakeContent::Change {
            return self.record_change().await;
        }
        let read = read_body(&self.source, &self.headers, &self.body.content);
        match read {
            Ok(read) => self.record(read).await,
            Err(error) => self.reject(&error.0).await,
        }
    }

    /// Stores the alerts, and answers.
    pub(super) async fn record(self, read: ReadBody) -> Result<Reply, Error> {
        let received = ReceivedBatch {
            batch: read.batch,
            delivery_id: read.delivery_id,
            body: self.received_body(),
        };
        let identity = self.source.identity.clone();
        let recording = self.app.store.record_alerts(identity, received, self.now);
        let recorded = recording.await?;
        let outcome = recorded.sentence();
        Ok(Reply::accepted(self.kind(), &outcome, read.key.as_deref()))
    }

    /// Stores the change, and answers.
    async fn record_change(self) -> Result<Reply, Error> {
        let read = read_pagerduty_change(&self.body.content, self.now);
        let change = match read {
            Ok(change) => change,
            Err(error) => return self.reject(&error.0).await,
        };
        let (source, body) = (self.source.identity.id, self.received_body());
        let recording = self
            .app
            .store
            .record_change_event(source, change, body, self.now);
        recording.await?;
        Ok(Reply::change_accepted())
    }

    /// Stores a body that is not accepted, and answers why.
    pub(super) async fn reject(self, reason: &str) -> Result<Reply, Error> {
        let identity = &self.source.identity;
        tracing::info!(kind = %identity.kind, source = identity.id, "A request with alerts was rejected");
        let outcome = BodyOutcome {
            is_accepted: false,
            sentence: reason.to_owned(),
        };
        self.store_body(outcome).await?;
        Ok(Reply::rejected(self.kind(), reason))
    }

    /// Stores the body without alerts.
    pub(super) async fn store_body(&self, outcome: BodyOutcome) -> Result<(), Error> {
        let (source, body) = (self.source.identity.id, self.received_body());
        let storing = self
            .app
            .store
            .record_alert_body(source, body, outcome, self.now);
        storing.await
    }

    /// Returns the body without the token of the source.
    pub(super) fn received_body(&self) -> ReceivedBody {
        ReceivedBody::without_token(&self.body.content, &self.token)
    }
}
