//! The time, from one place.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::Moment;

/// The clock that everything here looks at. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// Gives the clock of this machine.
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// Gives a clock that somebody else sets.
    pub fn set_by(time: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(time))
    }

    /// Gives the time, cut to the millisecond.
    pub fn now(&self) -> Moment {
        Moment::new((self.0)())
    }
}
