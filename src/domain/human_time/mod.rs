//! Human-readable times, parsed in the user's time zone: “15 minutes ago”, “14:05”, “friday 17:00”.
//!
//! `interim` parses them after they have been rewritten into an unambiguous form. On its own it takes “15m”
//! as future and “12am” after a day as noon, and drops a word after “4 July” or “3pm”. It calculates in local
//! time without daylight-saving changes; this module converts local time to timestamps.

mod ast;
mod day;
mod deadline;
mod error;
mod lexicon;
mod next_update;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Datelike, Duration, MappedLocalTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use interim::{Dialect, Interval};

use crate::Timestamp;
use crate::human_time::ast::{DayExpr, Direction, TimeExpr, TimeOfDay};
use crate::text::truncate;

pub use error::TimeParseError;

/// The words that may precede a time at the start of a text.
const TIME_PREFIXES: [&str; 3] = ["since", "at", "from"];

/// The maximum number of words of a time: `since 1 hour and 30 minutes ago`.
const MAX_WORDS: usize = 8;

/// The maximum length of the quote of an invalid time in an error message, in characters.
const QUOTE_PREVIEW: usize = 60;

/// How long ago yesterday's occurrence of a time of day may be if today's is in the future. At 00:05, “23:50”
/// means ten minutes ago, and at noon it means last night; but at 14:00, “14:30” is a typo.
const YESTERDAY_WINDOW: Duration = Duration::hours(18);

/// The current time in the time zone of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserClock {
    now: Timestamp,
    zone: Option<Tz>,
}

impl UserClock {
    /// Creates the clock of a time zone such as `Europe/Paris`; UTC if the zone is unknown.
    pub fn new(now: Timestamp, time_zone: &str) -> Self {
        Self {
            now,
            zone: time_zone.parse().ok(),
        }
    }

    /// Returns whether the time zone is known; otherwise the clock uses UTC.
    pub fn has_time_zone(&self) -> bool {
        self.zone.is_some()
    }

    /// Parses a time in the past. A time of day that is in the future today means yesterday's if that is at
    /// most 18 hours ago. A duration counts backwards, with or without “ago”.
    ///
    /// # Errors
    /// Returns a [`TimeParseError`] if the text is not a time, names a whole day, was skipped by a clock
    /// change, or is in the future.
    pub fn parse_past(&self, input: &str) -> Result<Timestamp, TimeParseError> {
        let input = input.trim();
        match ast::parse(input) {
            Some(saying) => self.resolve_past(&saying, input),
            None => Err(TimeParseError::InvalidPast(truncate(input, QUOTE_PREVIEW))),
        }
    }

    /// Parses a deadline. A time of day that has passed today means tomorrow's; a day means its end, 23:59.
    ///
    /// # Errors
    /// Returns a [`TimeParseError`] if the text is not a time, is skipped by a clock change, or is in the
    /// past.
    pub fn parse_future(&self, input: &str) -> Result<Timestamp, TimeParseError> {
        let input = input.trim();
        match ast::parse(input) {
            Some(saying) => self.resolve_future(&saying, input),
            None => Err(TimeParseError::InvalidFuture(truncate(
                input,
                QUOTE_PREVIEW,
            ))),
        }
    }

    /// Splits a past time off the start of a text: `at 14:05 found the host`. Takes the longest time after
    /// `since`, `at` or `from`; without one of these, a duration that counts backwards: `-10m`,
    /// `15 minutes ago`. Any other text is returned whole.
    ///
    /// # Errors
    /// Returns a [`TimeParseError`] if the text starts with an invalid time.
    pub fn split_leading_time<'t>(
        &self,
        text: &'t str,
    ) -> Result<(Option<Timestamp>, &'t str), TimeParseError> {
        let text = text.trim();
        let mut ends = word_ends(text).take(MAX_WORDS + 1);
        let announced = ends
            .next()
            .filter(|end| TIME_PREFIXES.contains(&text[..*end].to_lowercase().as_str()));
        let Some(start) = announced else {
            return self.split_leading_offset(text);
        };
        let rest = text[start..].trim_start();
        let ends: Vec<usize> = word_ends(rest).take(MAX_WORDS).collect();
        for end in ends.iter().rev() {
            let input = rest[..*end].trim_end_matches([',', ':', ';']);
            if let Some(saying) = ast::parse(input) {
                let at = self.resolve_past(&saying, input)?;
                return Ok((Some(at), strip_separator(&rest[*end..])));
            }
        }
        match lexicon::intended_time(rest) {
            Some(input) => Err(TimeParseError::InvalidPast(truncate(&input, QUOTE_PREVIEW))),
            None => Ok((None, text)),
        }
    }

    /// Splits the longest duration that counts backwards off the start of a text.
    fn split_leading_offset<'t>(
        &self,
        text: &'t str,
    ) -> Result<(Option<Timestamp>, &'t str), TimeParseError> {
        let ends: Vec<usize> = word_ends(text).take(MAX_WORDS).collect();
        for end in ends.into_iter().rev() {
            let input = text[..end].trim_end_matches([',', ':', ';']);
            if let Some(offset @ TimeExpr::Offset(_, Direction::Past)) = ast::parse(input) {
                let at = self.resolve_past(&offset, input)?;
                return Ok((Some(at), strip_separator(&text[end..])));
            }
        }
        Ok((None, text))
    }

    /// Formats a timestamp in this time zone, to the minute. The result can be parsed again.
    pub fn format(&self, timestamp: Timestamp) -> String {
        let local = timestamp.to_datetime().with_timezone(&self.time_zone());
        local.format("%Y-%m-%d %H:%M").to_string()
    }

    /// Formats a timestamp in this time zone for reading: `Mon 23 Nov 15:05`, with the year instead of the
    /// weekday if it is another one.
    pub fn display(&self, timestamp: Timestamp) -> String {
        let zone = self.time_zone();
        let local = timestamp.to_datetime().with_timezone(&zone);
        let pattern = match local.year() == self.now.to_datetime().with_timezone(&zone).year() {
            true => "%a %-d %b %H:%M",
            false => "%-d %b %Y %H:%M",
        };
        local.format(pattern).to_string()
    }

    /// Returns the name of the time zone: `Europe/Paris`.
    pub fn zone_name(&self) -> &'static str {
        self.time_zone().name()
    }

    fn resolve_past(&self, saying: &TimeExpr, input: &str) -> Result<Timestamp, TimeParseError> {
        let unread = || TimeParseError::InvalidPast(input.to_owned());
        let at = match saying {
            TimeExpr::Now => self.now,
            TimeExpr::Exact(timestamp) => *timestamp,
            TimeExpr::Offset(parts, Direction::Past | Direction::Unspecified) => {
                self.offset_by(parts, -1).ok_or_else(unread)?
            }
            TimeExpr::Offset(_, Direction::Future) => {
                return Err(TimeParseError::InFuture);
            }
            TimeExpr::At(None, clock) => return self.last_occurrence(*clock, input),
            TimeExpr::At(Some(day), clock) => {
                let wall = self
                    .local_datetime(&day.past_text(), *clock)
                    .ok_or_else(unread)?;
                self.latest_timestamp(wall, *clock, input)?
            }
            TimeExpr::On(DayExpr::Tomorrow) => {
                return Err(TimeParseError::InFuture);
            }
            TimeExpr::On(_) => return Err(TimeParseError::MissingTimeOfDay),
        };
        match at {
            at if at > self.now => Err(TimeParseError::InFuture),
            at if at.to_datetime().year() < 2000 => Err(unread()),
            at => Ok(at),
        }
    }

    fn resolve_future(&self, saying: &TimeExpr, input: &str) -> Result<Timestamp, TimeParseError> {
        let unread = || TimeParseError::InvalidFuture(input.to_owned());
        let at = match saying {
            TimeExpr::Now => self.now,
            TimeExpr::Exact(timestamp) => *timestamp,
            TimeExpr::Offset(parts, Direction::Future | Direction::Unspecified) => {
                self.offset_by(parts, 1).ok_or_else(unread)?
            }
            TimeExpr::Offset(_, Direction::Past) => {
                return Err(TimeParseError::InPast);
            }
            TimeExpr::At(None, clock) => return self.next_occurrence(*clock, input),
            TimeExpr::At(Some(day), clock) => {
                let wall = self
                    .local_datetime(&day.future_text(), *clock)
                    .ok_or_else(unread)?;
                self.earliest_timestamp(wall, *clock, input)?
            }
            TimeExpr::On(day) => {
                let wall = self
                    .local_datetime(&day.future_text(), TimeOfDay::END_OF_DAY)
                    .ok_or_else(unread)?;
                self.earliest_timestamp(wall, TimeOfDay::END_OF_DAY, input)?
            }
        };
        match at {
            at if at <= self.now => Err(TimeParseError::InPast),
            at if at.to_datetime().year() > 9999 => Err(unread()),
            at => Ok(at),
        }
    }

    /// Returns the last occurrence of a time of day, if it is recent enough.
    fn last_occurrence(&self, clock: TimeOfDay, input: &str) -> Result<Timestamp, TimeParseError> {
        let occurrence = |day: &str| {
            self.local_datetime(day, clock)
                .ok_or_else(|| TimeParseError::InvalidPast(input.to_owned()))
        };
        let today = occurrence("today")?;
        if today <= self.local_now(clock)
            || !matches!(
                self.matching_timestamps(today, clock),
                MappedLocalTime::None
            )
        {
            let at = self.latest_timestamp(today, clock, input)?;
            if at <= self.now {
                return Ok(at);
            }
        }
        let at = self.latest_timestamp(occurrence("yesterday")?, clock, input)?;
        if self.now.duration_since(at) <= YESTERDAY_WINDOW {
            Ok(at)
        } else {
            Err(TimeParseError::InFutureToday(input.to_owned()))
        }
    }

    /// Returns the next occurrence of a time of day.
    fn next_occurrence(&self, clock: TimeOfDay, input: &str) -> Result<Timestamp, TimeParseError> {
        for day in ["today", "tomorrow"] {
            let wall = self
                .local_datetime(day, clock)
                .ok_or_else(|| TimeParseError::InvalidFuture(input.to_owned()))?;
            if wall > self.local_now(clock) {
                return self.earliest_timestamp(wall, clock, input);
            }
        }
        Err(TimeParseError::InvalidFuture(input.to_owned()))
    }

    /// Returns the current time shifted by each duration in turn.
    fn offset_by(&self, parts: &[String], sign: i32) -> Option<Timestamp> {
        let mut at = self.now.to_datetime();
        for part in parts {
            at = match interim::parse_duration(part).ok()? {
                Interval::Seconds(seconds) => {
                    at.checked_add_signed(Duration::seconds(i64::from(seconds * sign)))?
                }
                // A day keeps the time of day. If a clock change skips that time, a day counts as 24 hours.
                Interval::Days(days) => {
                    let days = Duration::days(i64::from(days * sign));
                    let wall = at.with_timezone(&self.time_zone()).naive_local();
                    let same = self
                        .time_zone()
                        .from_local_datetime(&wall.checked_add_signed(days)?);
                    match same.earliest() {
                        Some(same) => same.to_utc(),
                        None => at.checked_add_signed(days)?,
                    }
                }
                Interval::Months(_) => return None,
            };
        }
        Some(Timestamp::new(at))
    }

    /// Returns the local time of a day and a time of day; `interim` parses the day.
    fn local_datetime(&self, day: &str, clock: TimeOfDay) -> Option<NaiveDateTime> {
        let now: DateTime<Utc> = self.local_now(clock).and_utc();
        let input = format!("{day} {clock}");
        let wall = interim::parse_date_string(&input, now, Dialect::Uk).ok()?;
        Some(wall.naive_utc())
    }

    /// Returns the current local time, in UTC if the time of day is given in UTC.
    fn local_now(&self, clock: TimeOfDay) -> NaiveDateTime {
        self.now
            .to_datetime()
            .with_timezone(&self.time_zone_of(clock))
            .naive_local()
    }

    /// Returns the last timestamp with this local time that is not in the future, or the first one.
    fn latest_timestamp(
        &self,
        wall: NaiveDateTime,
        clock: TimeOfDay,
        input: &str,
    ) -> Result<Timestamp, TimeParseError> {
        match self.matching_timestamps(wall, clock) {
            MappedLocalTime::Single(at) => Ok(at),
            MappedLocalTime::Ambiguous(first, last) if last > self.now => Ok(first),
            MappedLocalTime::Ambiguous(_, last) => Ok(last),
            MappedLocalTime::None => Err(self.skipped_error(wall, clock, input)),
        }
    }

    /// Returns the first timestamp with this local time that is in the future, or the last one.
    fn earliest_timestamp(
        &self,
        wall: NaiveDateTime,
        clock: TimeOfDay,
        input: &str,
    ) -> Result<Timestamp, TimeParseError> {
        match self.matching_timestamps(wall, clock) {
            MappedLocalTime::Single(at) => Ok(at),
            MappedLocalTime::Ambiguous(first, _) if first > self.now => Ok(first),
            MappedLocalTime::Ambiguous(_, last) => Ok(last),
            MappedLocalTime::None => Err(self.skipped_error(wall, clock, input)),
        }
    }

    fn matching_timestamps(
        &self,
        wall: NaiveDateTime,
        clock: TimeOfDay,
    ) -> MappedLocalTime<Timestamp> {
        self.time_zone_of(clock)
            .from_local_datetime(&wall)
            .map(|time| Timestamp::new(time.to_utc()))
    }

    /// Returns the error for a local time that a clock change skips, with the next valid time.
    fn skipped_error(&self, wall: NaiveDateTime, clock: TimeOfDay, input: &str) -> TimeParseError {
        // Clocks change by multiples of 15 minutes; once in half a century a zone skips a whole day.
        let quarters = (1..=2 * 24 * 4).map(|quarters| Duration::minutes(15 * quarters));
        let whole = wall - Duration::seconds(wall.and_utc().timestamp().rem_euclid(900));
        let formatted = quarters
            .map(|later| whole + later)
            .find(|wall| {
                !matches!(
                    self.matching_timestamps(*wall, clock),
                    MappedLocalTime::None
                )
            })
            .unwrap_or(wall);
        let formatted = formatted.format("%Y-%m-%d %H:%M").to_string();
        TimeParseError::SkippedByClockChange(input.to_owned(), formatted)
    }

    fn time_zone(&self) -> Tz {
        self.zone.unwrap_or(Tz::UTC)
    }

    fn time_zone_of(&self, clock: TimeOfDay) -> Tz {
        if clock.is_utc {
            Tz::UTC
        } else {
            self.time_zone()
        }
    }
}

/// Returns the end of each word of a text, in bytes.
fn word_ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    let ends = text.char_indices().filter(move |(at, sign)| {
        sign.is_whitespace() && !text[..*at].ends_with(char::is_whitespace)
    });
    ends.map(|(at, _)| at)
        .chain(Some(text.len()))
        .filter(|end| *end > 0)
}

/// Removes the separator after a time: `14:05: found`, `14:05 - found`.
fn strip_separator(text: &str) -> &str {
    let text = text.trim_start();
    let signs = [':', ',', ';', '-', '–', '—'];
    match text.strip_prefix(signs) {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        Some(_) | None => text,
    }
}
