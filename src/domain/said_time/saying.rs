//! What was said of a time, before it is known what time it is: read from words, strictly. What is no
//! whole time is none, so that a text that follows a time is never taken for part of it.

use std::fmt;

use chrono::{DateTime, NaiveDate};

use super::super::Moment;
use super::vocabulary::{figure, half, month, of_week, unit};

/// What was said of a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saying {
    /// Now.
    Now,
    /// A time with its own offset: `2026-11-20T09:30:00Z`.
    Exactly(Moment),
    /// Spans, each as `interim` reads it: `15 minutes`.
    Span(Vec<String>, Tense),
    /// A time of day, of some day or of none that was said.
    At(Option<Day>, Clock),
    /// A day.
    On(Day),
}

/// Whether a span lies behind or ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// `15m ago`, `-15m`.
    Ago,
    /// `in 15m`, `+15m`.
    Ahead,
    /// `15m`: what makes sense.
    Unsaid,
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    /// Whether it is said in UTC, and not in the person's zone.
    pub is_utc: bool,
}

/// A day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    /// The day before.
    Yesterday,
    /// This day.
    Today,
    /// The day after.
    Tomorrow,
    /// A day of the week, by its English name.
    OfWeek(&'static str),
    /// A day of a year that was not said: `nov 20`.
    OfYear(String),
    /// A day with its year: `2026-11-20`.
    Date(NaiveDate),
}

impl Day {
    /// Gives the day as `interim` reads it, the last one of that name.
    pub fn before(&self) -> String {
        match self {
            Self::OfWeek(day) => format!("last {day}"),
            Self::OfYear(day) => format!("last {day}"),
            Self::Yesterday | Self::Today | Self::Tomorrow | Self::Date(_) => self.plain(),
        }
    }

    /// Gives the day as `interim` reads it, the next one of that name.
    pub fn after(&self) -> String {
        match self {
            // To interim, next Friday is one later.
            Self::OfWeek(day) => (*day).to_owned(),
            Self::OfYear(day) => format!("next {day}"),
            Self::Yesterday | Self::Today | Self::Tomorrow | Self::Date(_) => self.plain(),
        }
    }

    fn plain(&self) -> String {
        match self {
            Self::Yesterday => "yesterday".to_owned(),
            Self::Today => "today".to_owned(),
            Self::Tomorrow => "tomorrow".to_owned(),
            Self::OfWeek(day) => (*day).to_owned(),
            Self::OfYear(day) => day.clone(),
            Self::Date(date) => date.format("%Y-%m-%d").to_string(),
        }
    }
}

impl Clock {
    /// The last minute of a day.
    pub const END_OF_DAY: Self = Self::at(23, 59, 0);

    const fn at(hour: u32, minute: u32, second: u32) -> Self {
        Self {
            hour,
            minute,
            second,
            is_utc: false,
        }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }
}

/// Reads what was said; `None` if it is no time, or if anything stands beside it.
pub fn read(said: &str) -> Option<Saying> {
    if let Ok(time) = DateTime::parse_from_rfc3339(said) {
        return Some(Saying::Exactly(Moment::new(time.to_utc())));
    }
    let words = words(said)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["now"] | ["just" | "right", "now"] => Some(Saying::Now),
        words => span(words).or_else(|| on_day(words)),
    }
}

/// Splits what was said into words and figures in lower case: `1h30m` has four. Without the word that
/// announces it.
fn words(said: &str) -> Option<Vec<String>> {
    if !said.is_ascii() || said.len() > 60 {
        return None;
    }
    let mut words: Vec<String> = Vec::new();
    let is_gap = |sign: char| sign.is_whitespace() || sign == ',';
    for piece in said.to_lowercase().split(is_gap) {
        let mut rest = piece.trim_end_matches('.');
        if let Some(sign) = rest.chars().next().filter(|sign| "+-".contains(*sign)) {
            words.push(sign.to_string());
            rest = &rest[1..];
        }
        while let Some(first) = rest.chars().next() {
            let is_word = first.is_ascii_alphabetic();
            let end = rest.find(|sign: char| sign.is_ascii_alphabetic() != is_word);
            let (word, more) = rest.split_at(end.unwrap_or(rest.len()));
            words.push(word.to_owned());
            rest = more;
        }
    }
    if words.len() > 1 && ["at", "since", "from", "on", "by"].contains(&words[0].as_str()) {
        words.remove(0);
    }
    Some(words)
}

/// Reads spans and where they lie: `1 h 30 m ago`, `in 2 hours`, `half an hour`.
fn span(words: &[&str]) -> Option<Saying> {
    let (tense, mut rest) = match words {
        ["-", rest @ ..] | [rest @ .., "ago"] => (Tense::Ago, rest),
        ["in" | "+", rest @ ..] => (Tense::Ahead, rest),
        rest => (Tense::Unsaid, rest),
    };
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (part, more) = match rest {
            ["half", "a" | "an", of, more @ ..] | ["half", of, more @ ..] => {
                (half(unit(of)?)?.to_owned(), more)
            }
            [number, of, more @ ..] => (format!("{} {}", figure(number)?, unit(of)?), more),
            _ => return None,
        };
        parts.push(part);
        rest = match more {
            ["and", more @ ..] if !more.is_empty() => more,
            more => more,
        };
    }
    (!parts.is_empty()).then_some(Saying::Span(parts, tense))
}

/// Reads a day, a time of day, or both in either order.
fn on_day(words: &[&str]) -> Option<Saying> {
    if let Some(clock) = clock(words) {
        return Some(Saying::At(None, clock));
    }
    if let Some((day, rest)) = day(words) {
        return match rest {
            [] => Some(Saying::On(day)),
            ["at" | "t", rest @ ..] | rest => Some(Saying::At(Some(day), clock(rest)?)),
        };
    }
    (1..words.len()).find_map(|split| {
        let (first, rest) = words.split_at(split);
        let rest = rest.strip_prefix(&["on"]).unwrap_or(rest);
        // After a time, “sat” may be a word of the text that follows.
        let is_short = rest.first().is_some_and(|word| word.len() <= 5);
        match day(rest)? {
            (Day::OfWeek(_), []) if is_short => None,
            (found, []) => Some(Saying::At(Some(found), clock(first)?)),
            _ => None,
        }
    })
}

/// Reads a day at the beginning; gives what follows it.
fn day<'w, 's>(words: &'w [&'s str]) -> Option<(Day, &'w [&'s str])> {
    Some(match words {
        ["yesterday", rest @ ..] => (Day::Yesterday, rest),
        ["today", rest @ ..] => (Day::Today, rest),
        ["tomorrow", rest @ ..] => (Day::Tomorrow, rest),
        ["last", name, rest @ ..] => (Day::OfWeek(of_week(name)?), rest),
        [name, rest @ ..] if of_week(name).is_some() => (Day::OfWeek(of_week(name)?), rest),
        [name, number, rest @ ..] if month(name).is_some() => of_year(name, number, rest)?,
        [number, name, rest @ ..] if month(name).is_some() => of_year(name, number, rest)?,
        [date, rest @ ..] => {
            let is_date = date.len() == 10 && date.as_bytes().first() != Some(&b'-');
            let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok();
            (Day::Date(date.filter(|_| is_date)?), rest)
        }
        [] => return None,
    })
}

/// Reads `nov 20`, and the year if it follows.
fn of_year<'w, 's>(name: &str, number: &str, rest: &'w [&'s str]) -> Option<(Day, &'w [&'s str])> {
    let (month, number) = (month(name)?, number.parse::<u32>().ok()?);
    let year = rest.first().filter(|word| word.len() == 4);
    if let Some(year) = year.and_then(|word| word.parse().ok()) {
        let date = NaiveDate::from_ymd_opt(year, month, number)?;
        return Some((Day::Date(date), &rest[1..]));
    }
    // In a leap year every day of any year is one.
    NaiveDate::from_ymd_opt(2000, month, number)?;
    Some((Day::OfYear(format!("{} {number}", &name[..3])), rest))
}

/// Reads a time of day: `14:05`, `3 pm`, `3.30 pm`, `noon`, `14:05 utc`.
fn clock(words: &[&str]) -> Option<Clock> {
    if let [rest @ .., "utc" | "gmt" | "z"] = words {
        let clock = clock(rest)?;
        return Some(Clock {
            is_utc: true,
            ..clock
        });
    }
    match words {
        ["noon"] => Some(Clock::at(12, 0, 0)),
        ["midnight"] => Some(Clock::at(0, 0, 0)),
        [figures] if figures.contains(':') => on_face(figures, 0..=23),
        [figures, half @ ("am" | "pm")] => {
            let clock = on_face(&figures.replace('.', ":"), 1..=12)?;
            let noon = if *half == "pm" { 12 } else { 0 };
            Some(Clock {
                hour: clock.hour % 12 + noon,
                ..clock
            })
        }
        _ => None,
    }
}

/// Reads `14`, `14:05` or `14:05:30`.
fn on_face(figures: &str, hours: std::ops::RangeInclusive<u32>) -> Option<Clock> {
    let mut parts = Vec::new();
    for (place, part) in figures.split(':').enumerate() {
        let is_short = part.len() == 2 || (place == 0 && part.len() == 1);
        let is_figure = part.bytes().all(|sign| sign.is_ascii_digit());
        parts.push(part.parse::<u32>().ok().filter(|_| is_short && is_figure)?);
    }
    let (hour, minute, second) = match parts[..] {
        [hour] => (hour, 0, 0),
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let is_one = hours.contains(&hour) && minute < 60 && second < 60;
    Some(Clock::at(hour, minute, second)).filter(|_| is_one)
}
