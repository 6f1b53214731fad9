//! Times as people type them, read in their own zone: “15 minutes ago”, “14:05”, “friday 17:00”.
//!
//! `interim` reads them, once they are said in words that it takes in one way only: by itself it takes
//! “15m” for the future, “12am” after a day for noon, and drops a word after “4 July” or “3pm”. It
//! calculates on the clock on the wall, as if no zone changed its clocks; what is on the wall becomes a
//! moment here.

mod due;
mod saying;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::fmt;

use chrono::{DateTime, Datelike, Duration, MappedLocalTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use interim::{Dialect, Interval};
use muster_commands::limits::cut;

use super::Moment;
use saying::{Clock, Day, Saying, Tense};

/// The words that announce a time at the beginning of a text.
const ANNOUNCING: [&str; 3] = ["since", "at", "from"];

/// How many words a time has at most: `since 1 hour and 30 minutes ago`.
const LONGEST: usize = 8;

/// How much is told back of what is no time.
const TOLD_BACK: usize = 60;

/// For how long a time of day is yesterday's when today's is still to come. At five past midnight
/// “23:50” was ten minutes ago, and at noon it was last night; but at two in the afternoon “14:30” is a
/// slip.
const YESTERDAYS: Duration = Duration::hours(18);

/// What the clock on somebody's wall shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallClock {
    now: Moment,
    zone: Option<Tz>,
}

/// Why what was said is no time that can be taken; it reads as a sentence, with an example that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untimely {
    /// It cannot be read as the time of something that happened.
    Unread(String),
    /// It cannot be read as a time to come.
    UnreadAhead(String),
    /// It names a day, and something happened at some time of it.
    WholeDay(String),
    /// It is still to come, and what happened is over.
    ToCome(String),
    /// The time of day is still to come; yesterday's may be meant.
    ToComeToday(String),
    /// It is over, and what is due is still to come.
    Over(String),
    /// The clocks were set forward past it, to this time.
    Skipped(String, String),
}

impl WallClock {
    /// Gives the clock of a zone such as `Europe/Paris`; one that nobody knows shows UTC.
    pub fn new(now: Moment, time_zone: &str) -> Self {
        Self {
            now,
            zone: time_zone.parse().ok(),
        }
    }

    /// Says whether the zone is known, so that the clock does not just show UTC.
    pub fn is_known(&self) -> bool {
        self.zone.is_some()
    }

    /// Reads when something happened. A time of day that is still to come today is yesterday's if
    /// that was less than twelve hours ago; a length of time is that long ago, with or without the word.
    ///
    /// # Errors
    /// When it cannot be read, names a whole day, never was, or is still to come.
    pub fn happened(&self, said: &str) -> Result<Moment, Untimely> {
        let said = said.trim();
        match saying::read(said) {
            Some(saying) => self.past(&saying, said),
            None => Err(Untimely::Unread(cut(said, TOLD_BACK))),
        }
    }

    /// Reads until when something is to be done. A time of day that is over today is tomorrow's; a day
    /// means its end, at 23:59.
    ///
    /// # Errors
    /// When it cannot be read, never comes, or is over.
    pub fn due(&self, said: &str) -> Result<Moment, Untimely> {
        let said = said.trim();
        match saying::read(said) {
            Some(saying) => self.ahead(&saying, said),
            None => Err(Untimely::UnreadAhead(cut(said, TOLD_BACK))),
        }
    }

    /// Splits the time of something that happened off the beginning of a text: `at 14:05 found the
    /// host`. It is the longest one after `since`, `at` or `from`; without one the text stays whole.
    ///
    /// # Errors
    /// When a time was meant that cannot be taken.
    pub fn split<'t>(&self, text: &'t str) -> Result<(Option<Moment>, &'t str), Untimely> {
        let text = text.trim();
        let mut ends = ends_of_words(text).take(LONGEST + 1);
        let announced = ends
            .next()
            .filter(|end| ANNOUNCING.contains(&text[..*end].to_lowercase().as_str()));
        let Some(start) = announced else {
            return Ok((None, text));
        };
        let rest = text[start..].trim_start();
        let ends: Vec<usize> = ends_of_words(rest).take(LONGEST).collect();
        for end in ends.iter().rev() {
            let said = rest[..*end].trim_end_matches([',', ':', ';']);
            if let Some(saying) = saying::read(said) {
                let at = self.past(&saying, said)?;
                return Ok((Some(at), without_separator(&rest[*end..])));
            }
        }
        match vocabulary::attempt(rest) {
            Some(said) => Err(Untimely::Unread(cut(&said, TOLD_BACK))),
            None => Ok((None, text)),
        }
    }

    /// Gives a moment as this clock shows it, to the minute; it reads back.
    pub fn shown(&self, moment: Moment) -> String {
        let local = moment.time().with_timezone(&self.tz());
        local.format("%Y-%m-%d %H:%M").to_string()
    }

    fn past(&self, saying: &Saying, said: &str) -> Result<Moment, Untimely> {
        let unread = || Untimely::Unread(said.to_owned());
        let at = match saying {
            Saying::Now => self.now,
            Saying::Exactly(moment) => *moment,
            Saying::Span(parts, Tense::Ago | Tense::Unsaid) => {
                self.shifted(parts, -1).ok_or_else(unread)?
            }
            Saying::Span(_, Tense::Ahead) => return Err(Untimely::ToCome(said.to_owned())),
            Saying::At(None, clock) => return self.lately(*clock, said),
            Saying::At(Some(day), clock) => {
                let wall = self.on_wall(&day.before(), *clock).ok_or_else(unread)?;
                self.latest(wall, *clock, said)?
            }
            Saying::On(Day::Tomorrow) => return Err(Untimely::ToCome(said.to_owned())),
            Saying::On(_) => return Err(Untimely::WholeDay(said.to_owned())),
        };
        match at {
            at if at > self.now => Err(Untimely::ToCome(said.to_owned())),
            at if at.time().year() < 2000 => Err(unread()),
            at => Ok(at),
        }
    }

    fn ahead(&self, saying: &Saying, said: &str) -> Result<Moment, Untimely> {
        let unread = || Untimely::UnreadAhead(said.to_owned());
        let at = match saying {
            Saying::Now => self.now,
            Saying::Exactly(moment) => *moment,
            Saying::Span(parts, Tense::Ahead | Tense::Unsaid) => {
                self.shifted(parts, 1).ok_or_else(unread)?
            }
            Saying::Span(_, Tense::Ago) => return Err(Untimely::Over(said.to_owned())),
            Saying::At(None, clock) => return self.soon(*clock, said),
            Saying::At(Some(day), clock) => {
                let wall = self.on_wall(&day.after(), *clock).ok_or_else(unread)?;
                self.earliest(wall, *clock, said)?
            }
            Saying::On(day) => {
                let wall = self
                    .on_wall(&day.after(), Clock::END_OF_DAY)
                    .ok_or_else(unread)?;
                self.earliest(wall, Clock::END_OF_DAY, said)?
            }
        };
        match at {
            at if at <= self.now => Err(Untimely::Over(said.to_owned())),
            at if at.time().year() > 9999 => Err(unread()),
            at => Ok(at),
        }
    }

    /// Gives the last time that it was so late, if that was not long ago.
    fn lately(&self, clock: Clock, said: &str) -> Result<Moment, Untimely> {
        let of = |day: &str| {
            self.on_wall(day, clock)
                .ok_or_else(|| Untimely::Unread(said.to_owned()))
        };
        let today = of("today")?;
        if today <= self.wall(clock) || !matches!(self.moments(today, clock), MappedLocalTime::None)
        {
            let at = self.latest(today, clock, said)?;
            if at <= self.now {
                return Ok(at);
            }
        }
        let at = self.latest(of("yesterday")?, clock, said)?;
        if self.now.since(at) <= YESTERDAYS {
            Ok(at)
        } else {
            Err(Untimely::ToComeToday(said.to_owned()))
        }
    }

    /// Gives the next time that it will be so late.
    fn soon(&self, clock: Clock, said: &str) -> Result<Moment, Untimely> {
        for day in ["today", "tomorrow"] {
            let wall = self
                .on_wall(day, clock)
                .ok_or_else(|| Untimely::UnreadAhead(said.to_owned()))?;
            if wall > self.wall(clock) {
                return self.earliest(wall, clock, said);
            }
        }
        Err(Untimely::UnreadAhead(said.to_owned()))
    }

    /// Gives the moment that lies such spans away, each on top of the one before.
    fn shifted(&self, parts: &[String], sign: i32) -> Option<Moment> {
        let mut at = self.now.time();
        for part in parts {
            at = match interim::parse_duration(part).ok()? {
                Interval::Seconds(seconds) => {
                    at.checked_add_signed(Duration::seconds(i64::from(seconds * sign)))?
                }
                // At the same time of day; where there is none, so many times 24 hours.
                Interval::Days(days) => {
                    let days = Duration::days(i64::from(days * sign));
                    let wall = at.with_timezone(&self.tz()).naive_local();
                    let same = self
                        .tz()
                        .from_local_datetime(&wall.checked_add_signed(days)?);
                    match same.earliest() {
                        Some(same) => same.to_utc(),
                        None => at.checked_add_signed(days)?,
                    }
                }
                Interval::Months(_) => return None,
            };
        }
        Some(Moment::new(at))
    }

    /// Gives what the wall shows at a time of a day, as `interim` reads the day.
    fn on_wall(&self, day: &str, clock: Clock) -> Option<NaiveDateTime> {
        let now: DateTime<Utc> = self.wall(clock).and_utc();
        let said = format!("{day} {clock}");
        let wall = interim::parse_date_string(&said, now, Dialect::Uk).ok()?;
        Some(wall.naive_utc())
    }

    /// Gives what the wall shows now, where the time of day belongs.
    fn wall(&self, clock: Clock) -> NaiveDateTime {
        self.now
            .time()
            .with_timezone(&self.tz_of(clock))
            .naive_local()
    }

    /// Gives the last moment at which the wall shows this and that is not to come, or the first.
    fn latest(&self, wall: NaiveDateTime, clock: Clock, said: &str) -> Result<Moment, Untimely> {
        match self.moments(wall, clock) {
            MappedLocalTime::Single(at) => Ok(at),
            MappedLocalTime::Ambiguous(first, last) if last > self.now => Ok(first),
            MappedLocalTime::Ambiguous(_, last) => Ok(last),
            MappedLocalTime::None => Err(self.skipped(wall, clock, said)),
        }
    }

    /// Gives the first moment at which the wall shows this and that is still to come, or the last.
    fn earliest(&self, wall: NaiveDateTime, clock: Clock, said: &str) -> Result<Moment, Untimely> {
        match self.moments(wall, clock) {
            MappedLocalTime::Single(at) => Ok(at),
            MappedLocalTime::Ambiguous(first, _) if first > self.now => Ok(first),
            MappedLocalTime::Ambiguous(_, last) => Ok(last),
            MappedLocalTime::None => Err(self.skipped(wall, clock, said)),
        }
    }

    fn moments(&self, wall: NaiveDateTime, clock: Clock) -> MappedLocalTime<Moment> {
        self.tz_of(clock)
            .from_local_datetime(&wall)
            .map(|time| Moment::new(time.to_utc()))
    }

    /// Says that the clocks were set forward past this, and to when.
    fn skipped(&self, wall: NaiveDateTime, clock: Clock, said: &str) -> Untimely {
        // Clocks are set by quarters of an hour, or in half a century by one whole day.
        let quarters = (1..=2 * 24 * 4).map(|quarters| Duration::minutes(15 * quarters));
        let whole = wall - Duration::seconds(wall.and_utc().timestamp().rem_euclid(900));
        let shown = quarters
            .map(|later| whole + later)
            .find(|wall| !matches!(self.moments(*wall, clock), MappedLocalTime::None))
            .unwrap_or(wall);
        let shown = shown.format("%Y-%m-%d %H:%M").to_string();
        Untimely::Skipped(said.to_owned(), shown)
    }

    fn tz(&self) -> Tz {
        self.zone.unwrap_or(Tz::UTC)
    }

    fn tz_of(&self, clock: Clock) -> Tz {
        if clock.is_utc { Tz::UTC } else { self.tz() }
    }
}

/// Gives where each word of a text ends.
fn ends_of_words(text: &str) -> impl Iterator<Item = usize> + '_ {
    let ends = text.char_indices().filter(move |(at, sign)| {
        sign.is_whitespace() && !text[..*at].ends_with(char::is_whitespace)
    });
    ends.map(|(at, _)| at)
        .chain(Some(text.len()))
        .filter(|end| *end > 0)
}

/// Gives a text without what separates it from the time before it: `14:05: found`, `14:05 - found`.
fn without_separator(text: &str) -> &str {
    let text = text.trim_start();
    let signs = [':', ',', ';', '-', '–', '—'];
    match text.strip_prefix(signs) {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        Some(_) | None => text,
    }
}

impl fmt::Display for Untimely {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(said) => write!(
                f,
                "“{said}” is no time that I can read. Type one such as 15 minutes ago, or yesterday 23:10."
            ),
            Self::UnreadAhead(said) => write!(
                f,
                "“{said}” is no time that I can read. Type one such as tomorrow 17:00, in 2 hours, or friday."
            ),
            Self::WholeDay(said) => write!(
                f,
                "“{said}” says no time of day. Type one with it, such as yesterday 23:10."
            ),
            Self::ToCome(said) => write!(
                f,
                "“{said}” is still to come. Type a time that is over, such as 15 minutes ago."
            ),
            Self::ToComeToday(said) => write!(
                f,
                "“{said}” is still to come. If it was yesterday, type yesterday {said}."
            ),
            Self::Over(said) => write!(
                f,
                "“{said}” is over. Type a time that is still to come, such as tomorrow 17:00."
            ),
            Self::Skipped(said, to) => write!(
                f,
                "“{said}” never was: the clocks were set forward past it. Type a time such as {to}."
            ),
        }
    }
}
