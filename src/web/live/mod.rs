//! `/incidents/7/events` and `/incidents/events`: tell a page that something changed, as server-sent events.
//!
//! An event has no content. The page reads itself again, so that the ordinary read decides what its user may
//! see, and a lost event costs nothing.

mod limits;

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::http::{HeaderName, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Interval, interval};
use tokio_util::sync::CancellationToken;

use crate::domain::IncidentId;
use crate::error::{Error, Result};
use crate::store::CommittedChange;
use crate::web::error_page::ErrorPage;
use crate::web::layout::PageResult;
use crate::web::pages::IncidentPath;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(crate) use limits::StreamLimits;
use limits::StreamPermit;

/// How often a stream without events sends a comment, so that proxies keep it open. It ends then if its session
/// has ended.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// The headers of a stream. The second asks nginx not to hold events back.
pub(crate) const HEADERS: [(HeaderName, &str); 2] = [
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("x-accel-buffering"), "no"),
];

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes
        .get(Access::SignedIn, "/incidents/events", list_events)
        .get(Access::SignedIn, "/incidents/{id}/events", incident_events)
}

async fn list_events(
    signed_in: SignedIn,
    Extension(stop): Extension<CancellationToken>,
) -> PageResult {
    LiveStream::open(signed_in, None, stop)
}

async fn incident_events(
    signed_in: SignedIn,
    path: IncidentPath,
    Extension(stop): Extension<CancellationToken>,
) -> PageResult {
    let stream = LiveStream::open(signed_in.clone(), Some(path.id), stop)?;
    // Read after the stream is open, so that no change is lost in between.
    let viewer = signed_in.viewer.clone();
    signed_in.store().incident(viewer, path.id).await?;
    Ok(stream)
}

/// The state of a stream.
struct LiveStream {
    signed_in: SignedIn,
    /// The incident; `None` for all that the user may see.
    incident: Option<IncidentId>,
    changes: Receiver<CommittedChange>,
    keep_alive: Interval,
    stop: CancellationToken,
    is_over: bool,
    _permit: StreamPermit,
}

impl LiveStream {
    fn open(
        signed_in: SignedIn,
        incident: Option<IncidentId>,
        stop: CancellationToken,
    ) -> PageResult {
        let limits = signed_in.app.state.live_streams();
        let permit = StreamLimits::open(limits, &signed_in.user.id);
        let stream = Self {
            changes: signed_in.app.store.committed_changes(),
            incident,
            keep_alive: interval(KEEP_ALIVE),
            stop,
            is_over: false,
            _permit: permit.ok_or_else(ErrorPage::too_many_streams)?,
            signed_in,
        };
        Ok(stream.into_response())
    }

    /// Waits for the next event; `None` if the stream ends.
    async fn next(mut self) -> Option<(std::result::Result<Event, Infallible>, Self)> {
        while !self.is_over {
            let event = tokio::select! {
                biased;
                () = self.stop.cancelled() => return None,
                received = self.changes.recv() => self.event_of(received).await,
                _ = self.keep_alive.tick() => self.keep_alive_comment().await,
            };
            match event {
                Ok(Some(event)) => return Some((Ok(event), self)),
                Ok(None) => {}
                Err(error) => {
                    tracing::debug!("A stream of events ends: {error}");
                    return None;
                }
            }
        }
        None
    }

    /// Returns the comment that keeps the stream open.
    async fn keep_alive_comment(&mut self) -> Result<Option<Event>> {
        self.check_session().await?;
        Ok(Some(Event::default().comment("")))
    }

    /// Returns the event of a change, and of those that wait behind it, if it concerns the page.
    async fn event_of(
        &mut self,
        received: std::result::Result<CommittedChange, RecvError>,
    ) -> Result<Option<Event>> {
        let mut changes = Vec::new();
        let mut has_missed = false;
        match received {
            Ok(change) => changes.push(change),
            Err(RecvError::Lagged(_)) => has_missed = true,
            Err(RecvError::Closed) => return Err(Error::Unauthorized),
        }
        loop {
            match self.changes.try_recv() {
                Ok(change) => changes.push(change),
                Err(TryRecvError::Lagged(_)) => has_missed = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let revision = changes.last().map_or(0, |change| change.revision);
        changes.retain(|change| self.incident.is_none_or(|own| own == change.incident));
        if changes.is_empty() && !has_missed {
            return Ok(None);
        }
        self.check_session().await?;
        let changed = Event::default().event("changed").data(revision.to_string());
        match self.incident {
            Some(id) if !self.is_visible(id).await? => {
                self.is_over = true;
                Ok(Some(Event::default().event("gone").data("")))
            }
            Some(_) => Ok(Some(changed)),
            None if has_missed || self.is_any_visible(&changes).await? => Ok(Some(changed)),
            None => Ok(None),
        }
    }

    /// Returns whether the list of the user contains, or contained, one of the incidents.
    async fn is_any_visible(&self, changes: &[CommittedChange]) -> Result<bool> {
        for change in changes {
            if change.is_hidden_now || self.is_visible(change.incident).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn is_visible(&self, id: IncidentId) -> Result<bool> {
        let viewer = self.signed_in.viewer.clone();
        match self.signed_in.store().incident(viewer, id).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Checks that the session has not ended.
    async fn check_session(&self) -> Result<()> {
        let user = self.signed_in.user.id.clone();
        let now = self.signed_in.app.clock.now();
        let sessions = self.signed_in.store().web_sessions(user, now).await?;
        let is_valid = |id: i64| sessions.iter().any(|session| session.id == id);
        match is_valid(self.signed_in.session.id) {
            true => Ok(()),
            false => Err(Error::Unauthorized),
        }
    }
}

impl IntoResponse for LiveStream {
    fn into_response(self) -> Response {
        (HEADERS, Sse::new(Box::pin(unfold(self, Self::next)))).into_response()
    }
}
