//! The clock of the bot. No other module reads the time.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::Timestamp;

/// The source of the current time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// Returns the system clock.
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// Returns a clock that calls `time`, for tests.
    pub fn from_fn(time: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(time))
    }

    /// Returns the current time, truncated to milliseconds.
    pub fn now(&self) -> Timestamp {
        Timestamp::new((self.0)())
    }
}
