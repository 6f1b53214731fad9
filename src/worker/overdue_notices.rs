//! Enqueues overdue notices for assignees of tasks.

use chrono::Duration;

use crate::app::App;
use crate::domain::Timestamp;

/// Delay before the store is queried again after an error.
const STORE_RETRY_DELAY: Duration = Duration::seconds(5);

/// Enqueues the overdue notices that are due. Returns when the next one is due.
pub(crate) async fn enqueue_overdue_notices(app: &App, now: Timestamp) -> Option<Timestamp> {
    let next = match app.store.next_overdue_notice_at().await {
        Ok(Some(next)) if next <= now => app
            .store
            .claim_overdue_notices(now)
            .await
            .map(|()| Some(now)),
        next => next,
    };
    next.unwrap_or_else(|error| {
        tracing::error!("Overdue tasks could not be read: {error}");
        Some(now.plus(STORE_RETRY_DELAY))
    })
}
