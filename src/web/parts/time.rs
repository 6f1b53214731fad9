//! A time on a page: in the user's zone, with UTC as its tooltip.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::{Timestamp, UserClock};

/// A time on a page.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/time.html", config = "src/web/askama.toml")]
pub(crate) struct Time {
    iso: String,
    utc: String,
    local: String,
}

impl HtmlSafe for Time {}

impl Time {
    pub(crate) fn new(at: Timestamp, clock: &UserClock) -> Self {
        Self {
            iso: at.to_string(),
            utc: at.to_datetime().format("%Y-%m-%d %H:%M:%S UTC").to_string(),
            local: clock.display(at),
        }
    }

    /// Returns the time of day, for a list with headings of days.
    pub(crate) fn of_day(at: Timestamp, clock: &UserClock) -> Self {
        let full = clock.format(at);
        let (_, time) = full.rsplit_once(' ').unwrap_or_default();
        Self {
            local: time.to_owned(),
            ..Self::new(at, clock)
        }
    }
}
