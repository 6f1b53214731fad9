//! Who is an admin or owner of the workspace. Slack is asked when it matters, and its answer is cached for five
//! minutes: pages ask with each request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::app::App;
use crate::domain::{Timestamp, UserId};

/// How long an answer is cached.
const TTL: chrono::Duration = chrono::Duration::minutes(5);

/// How long a page waits for Slack.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The responses of Slack, by user. Kept in memory only.
#[derive(Debug, Default)]
pub struct AdminRights(Mutex<HashMap<UserId, KnownRights>>);

/// A response of Slack.
#[derive(Clone, Copy, Debug)]
struct KnownRights {
    is_admin: bool,
    fetched_at: Timestamp,
}

impl KnownRights {
    fn is_fresh(self, now: Timestamp) -> bool {
        now.duration_since(self.fetched_at) < TTL
    }
}

impl AdminRights {
    fn known(&self, user: &UserId, now: Timestamp) -> Option<bool> {
        let responses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rights = responses.get(user).filter(|rights| rights.is_fresh(now));
        rights.map(|rights| rights.is_admin)
    }

    fn record(&self, user: &UserId, rights: KnownRights) {
        let mut responses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        responses.retain(|_, known| known.is_fresh(rights.fetched_at));
        responses.insert(user.clone(), rights);
    }
}

/// Returns whether a user is an admin or owner of the workspace; `None` if Slack did not answer.
pub(crate) async fn is_admin(app: &App, user: &UserId) -> Option<bool> {
    let rights = app.state.admin_rights();
    if let Some(is_admin) = rights.known(user, app.clock.now()) {
        return Some(is_admin);
    }
    match tokio::time::timeout(TIMEOUT, app.slack.is_admin(user)).await {
        Ok(Ok(is_admin)) => {
            let fetched_at = app.clock.now();
            rights.record(
                user,
                KnownRights {
                    is_admin,
                    fetched_at,
                },
            );
            Some(is_admin)
        }
        Ok(Err(error)) => {
            tracing::warn!("Cannot fetch whether the user is a workspace admin: {error}");
            None
        }
        Err(_) => {
            tracing::warn!("Cannot fetch whether the user is a workspace admin: no answer in 3 s");
            None
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn response_is_cached_for_five_minutes() {
        let (rights, start) = (AdminRights::default(), Timestamp::from_epoch_seconds(0));
        let user = UserId::from("U1");
        assert_eq!(rights.known(&user, start), None);
        let admin = KnownRights {
            is_admin: true,
            fetched_at: start,
        };
        rights.record(&user, admin);
        let after = |seconds| start.plus(chrono::Duration::seconds(seconds));
        assert_eq!(rights.known(&user, after(299)), Some(true));
        assert_eq!(rights.known(&user, after(300)), None);
    }
}
