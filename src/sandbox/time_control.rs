//! The clock of the sandbox, which users can move forward so that reminders become due.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Duration;

use crate::Sandbox;
use crate::guide::Observation;
use crate::workspace::Clock;

/// Called after the clock was moved forward.
type AdvanceHook = Arc<dyn Fn() + Send + Sync>;

/// The host's clock plus an offset.
pub(crate) struct TimeControl {
    clock: Clock,
    offset_seconds: Arc<AtomicI64>,
    on_advance: Mutex<Option<AdvanceHook>>,
}

impl TimeControl {
    /// Creates a clock that is ahead of the host's clock by this number of seconds.
    pub(crate) fn new(host_clock: Clock, offset_seconds: i64) -> Self {
        let offset = Arc::new(AtomicI64::new(offset_seconds));
        let seconds = Arc::clone(&offset);
        Self {
            clock: Arc::new(move || {
                host_clock() + Duration::seconds(seconds.load(Ordering::SeqCst))
            }),
            offset_seconds: offset,
            on_advance: Mutex::new(None),
        }
    }

    pub(crate) fn clock(&self) -> Clock {
        Arc::clone(&self.clock)
    }

    pub(crate) fn offset_seconds(&self) -> i64 {
        self.offset_seconds.load(Ordering::SeqCst)
    }

    fn hook(&self) -> Option<AdvanceHook> {
        let hook = self.on_advance.lock();
        hook.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Sandbox {
    /// Returns the clock of the sandbox. An app that uses it follows the button **30 minutes later**.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.shared.time.clock()
    }

    /// Sets the function that is called after the clock was moved forward. The page offers the button
    /// only if there is one, because an app that does not follow the clock would reject the requests.
    pub fn on_advance(&self, hook: impl Fn() + Send + Sync + 'static) {
        let slot = self.shared.time.on_advance.lock();
        *slot.unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(hook));
        self.shared.change(|_| ());
    }

    /// Returns whether the clock can be moved forward.
    pub(crate) fn can_advance(&self) -> bool {
        self.shared.time.hook().is_some()
    }

    /// Moves the clock forward. Fails if the host does not support it.
    pub fn advance(&self, duration: Duration) -> Result<(), String> {
        let hook = self.shared.time.hook();
        let hook = hook.ok_or("The clock of this sandbox can't be moved.")?;
        self.shared.change(|workspace| {
            let offset = &self.shared.time.offset_seconds;
            offset.fetch_add(duration.num_seconds().max(0), Ordering::SeqCst);
            workspace.observe(&Observation::TimeAdvanced);
        });
        hook();
        Ok(())
    }
}
