//! Fires the schedule entries that are due: those of incidents enqueue their deliveries, those of Home views
//! publish the view (`views.publish`) if its content has changed.

use crate::domain::Timestamp;
use crate::error::Result;
use crate::slack::blocks::home;
use crate::slack::blocks::open_page::with_sign_in_button;
use crate::store::HomeView;
use crate::worker::poll::{JobSubject, Worker};
use crate::worker::publish_home::{PUBLISH_METHOD, publish_home, view_digest};
use crate::worker::rate_limits::RateLimitKey;

/// Maximum number of views published at the same time.
const MAX_CONCURRENT_JOBS: usize = 8;

/// Maximum number of views loaded before the deliveries are polled again.
const POLL_LIMIT: i64 = 10;

impl Worker {
    /// Claims the entries of incidents if one is due. They enqueue their deliveries now, and the next poll, which
    /// is due at once, starts them.
    pub(super) async fn fire_scheduled(
        &self,
        next_scheduled_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        if next_scheduled_at.is_some_and(|due| due <= now) {
            self.app.store.claim_scheduled(now).await?;
        }
        Ok(())
    }

    /// Publishes the views that are due and have changed. Returns when to poll again.
    pub(super) async fn start_homes(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        let opens_at = self.limits.available_at(&[PUBLISH_METHOD], now);
        if opens_at > now {
            return Ok(Some(opens_at));
        }
        let due = self.app.store.due_home_views(now, POLL_LIMIT).await?;
        let mut next = due.next_due_at;
        for user in due.users {
            if self.is_running(&JobSubject::Home(user.clone())) {
                continue;
            }
            let running = self.running.values();
            let running = running.filter(|it| matches!(it, JobSubject::Home(_)));
            if running.count() >= MAX_CONCURRENT_JOBS {
                break;
            }
            let Some(home) = self.app.store.home_view(user).await? else {
                continue;
            };
            let opens_at = self.publish_if_changed(home, now).await?;
            next = Some(next.map_or(opens_at, |next| next.min(opens_at)));
        }
        Ok(next)
    }

    /// Publishes a view if it has changed and the rate limits allow it. Returns when to poll for the next
    /// one.
    async fn publish_if_changed(&mut self, home: HomeView, now: Timestamp) -> Result<Timestamp> {
        let view = {
            let team = self.app.state.identity().map(|bot| bot.team_id);
            let config = &self.app.config;
            let view = home::home_view(&home, &config.command, team.as_deref());
            with_sign_in_button(view, config)
        };
        let digest = view_digest(&view)?;
        if home.published_digest == digest {
            self.app.store.record_published_home(&home, digest).await?;
            return Ok(now);
        }
        let mut keys = vec![PUBLISH_METHOD];
        // A user who has opened the Home tab does not wait for views in the background.
        if !home.is_requested {
            keys.push(RateLimitKey::BackgroundHomes);
        }
        let opens_at = self.limits.available_at(&keys, now);
        if opens_at > now {
            return Ok(opens_at);
        }
        self.limits.consume(&keys, now);
        let (app, user) = (self.app.clone(), home.user.clone());
        let task = self
            .jobs
            .spawn(async move { publish_home(&app, home, view, digest).await });
        self.running.insert(task.id(), JobSubject::Home(user));
        Ok(now)
    }
}
