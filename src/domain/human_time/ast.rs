//! Parses a time into a syntax tree, before it is resolved to a timestamp. Parsing is strict: a text with
//! anything but one complete time is rejected, so that no word of a following text is taken as part of the
//! time.

use std::fmt;

use chrono::{DateTime, NaiveDate};

use crate::Timestamp;
use crate::human_time::lexicon::{half_of, month_number, parse_number, unit, weekday};

/// A parsed time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TimeExpr {
    /// The current time.
    Now,
    /// A time with its own UTC offset: `2026-11-20T09:30:00Z`.
    Exact(Timestamp),
    /// Durations in the syntax of `interim`: `15 minutes`.
    Offset(Vec<String>, Direction),
    /// A time of day, with or without a day.
    At(Option<DayExpr>, TimeOfDay),
    /// A day.
    On(DayExpr),
}

/// Whether a duration counts backwards or forwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// `15m ago`, `15m earlier`, `-15m`.
    Past,
    /// `in 15m`, `+15m`.
    Future,
    /// `15m`: resolved by the caller.
    Unspecified,
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeOfDay {
    hour: u32,
    minute: u32,
    second: u32,
    /// Whether the time is in UTC instead of the user's time zone.
    pub is_utc: bool,
}

/// A day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DayExpr {
    /// The previous day.
    Yesterday,
    /// The current day.
    Today,
    /// The next day.
    Tomorrow,
    /// A weekday, by its English name.
    Weekday(&'static str),
    /// A month and day without a year: `nov 20`.
    MonthDay(String),
    /// A day with its year: `2026-11-20`.
    Date(NaiveDate),
}

impl DayExpr {
    /// Returns the last such day in the syntax of `interim`.
    pub(crate) fn past_text(&self) -> String {
        match self {
            Self::Weekday(day) => format!("last {day}"),
            Self::MonthDay(day) => format!("last {day}"),
            Self::Yesterday | Self::Today | Self::Tomorrow | Self::Date(_) => self.text(),
        }
    }

    /// Returns the next such day in the syntax of `interim`.
    pub(crate) fn future_text(&self) -> String {
        match self {
            // In `interim`, “next friday” is the Friday after the coming one.
            Self::Weekday(day) => (*day).to_owned(),
            Self::MonthDay(day) => format!("next {day}"),
            Self::Yesterday | Self::Today | Self::Tomorrow | Self::Date(_) => self.text(),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Yesterday => "yesterday".to_owned(),
            Self::Today => "today".to_owned(),
            Self::Tomorrow => "tomorrow".to_owned(),
            Self::Weekday(day) => (*day).to_owned(),
            Self::MonthDay(day) => day.clone(),
            Self::Date(date) => date.format("%Y-%m-%d").to_string(),
        }
    }
}

impl TimeOfDay {
    /// The last minute of a day.
    pub(crate) const END_OF_DAY: Self = Self::new(23, 59, 0);

    const fn new(hour: u32, minute: u32, second: u32) -> Self {
        Self {
            hour,
            minute,
            second,
            is_utc: false,
        }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }
}

/// Parses a text; `None` if it contains anything but one time.
pub(crate) fn parse(input: &str) -> Option<TimeExpr> {
    if let Ok(time) = DateTime::parse_from_rfc3339(input) {
        return Some(TimeExpr::Exact(Timestamp::new(time.to_utc())));
    }
    let words = tokenize(input)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["now"] | ["just" | "right", "now"] => Some(TimeExpr::Now),
        words => parse_offset(words).or_else(|| parse_day_and_time(words)),
    }
}

/// Splits a text into lower-case words and numbers, without a leading preposition: `1h30m` has four.
fn tokenize(input: &str) -> Option<Vec<String>> {
    if !input.is_ascii() || input.len() > 60 {
        return None;
    }
    let mut words: Vec<String> = Vec::new();
    let is_gap = |sign: char| sign.is_whitespace() || sign == ',';
    for piece in input.to_lowercase().split(is_gap) {
        let mut rest = piece.trim_end_matches('.');
        if let Some(sign) = rest.chars().next().filter(|sign| "+-".contains(*sign)) {
            words.push(sign.to_string());
            rest = &rest[1..];
        }
        while let Some(first) = rest.chars().next() {
            let is_word = first.is_ascii_alphabetic();
            let end = rest.find(|sign: char| sign.is_ascii_alphabetic() != is_word);
            let (token, more) = rest.split_at(end.unwrap_or(rest.len()));
            words.push(token.to_owned());
            rest = more;
        }
    }
    if words.len() > 1 && ["at", "since", "from", "on", "by"].contains(&words[0].as_str()) {
        words.remove(0);
    }
    Some(words)
}

/// Parses durations with their direction: `1 h 30 m ago`, `in 2 hours`, `half an hour`.
fn parse_offset(words: &[&str]) -> Option<TimeExpr> {
    let (tense, mut rest) = match words {
        ["-", rest @ ..] | [rest @ .., "ago" | "earlier" | "before"] => (Direction::Past, rest),
        ["in" | "+", rest @ ..] => (Direction::Future, rest),
        rest => (Direction::Unspecified, rest),
    };
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (part, more) = match rest {
            ["half", "a" | "an", unit_name, more @ ..] | ["half", unit_name, more @ ..] => {
                (half_of(unit(unit_name)?)?.to_owned(), more)
            }
            [number, unit_name, more @ ..] => (
                format!("{} {}", parse_number(number)?, unit(unit_name)?),
                more,
            ),
            _ => return None,
        };
        parts.push(part);
        rest = match more {
            ["and", more @ ..] if !more.is_empty() => more,
            more => more,
        };
    }
    (!parts.is_empty()).then_some(TimeExpr::Offset(parts, tense))
}

/// Parses a day, a time of day, or both in either order.
fn parse_day_and_time(words: &[&str]) -> Option<TimeExpr> {
    if let Some(clock) = parse_time_of_day(words) {
        return Some(TimeExpr::At(None, clock));
    }
    if let Some((day, rest)) = parse_day(words) {
        return match rest {
            [] => Some(TimeExpr::On(day)),
            ["at" | "t", rest @ ..] | rest => {
                Some(TimeExpr::At(Some(day), parse_time_of_day(rest)?))
            }
        };
    }
    (1..words.len()).find_map(|split| {
        let (first, rest) = words.split_at(split);
        let rest = rest.strip_prefix(&["on"]).unwrap_or(rest);
        // After a time, “sat” may be a word of the text that follows.
        let is_short = rest.first().is_some_and(|token| token.len() <= 5);
        match parse_day(rest)? {
            (DayExpr::Weekday(_), []) if is_short => None,
            (day, []) => Some(TimeExpr::At(Some(day), parse_time_of_day(first)?)),
            _ => None,
        }
    })
}

/// Parses a day at the start, and returns the words after it.
fn parse_day<'w, 's>(words: &'w [&'s str]) -> Option<(DayExpr, &'w [&'s str])> {
    Some(match words {
        ["yesterday", rest @ ..] => (DayExpr::Yesterday, rest),
        ["today", rest @ ..] => (DayExpr::Today, rest),
        ["tomorrow", rest @ ..] => (DayExpr::Tomorrow, rest),
        ["last", name, rest @ ..] => (DayExpr::Weekday(weekday(name)?), rest),
        [name, rest @ ..] if weekday(name).is_some() => (DayExpr::Weekday(weekday(name)?), rest),
        [name, number, rest @ ..] if month_number(name).is_some() => {
            parse_month_day(name, number, rest)?
        }
        [number, name, rest @ ..] if month_number(name).is_some() => {
            parse_month_day(name, number, rest)?
        }
        [date, rest @ ..] => {
            let is_date = date.len() == 10 && date.as_bytes().first() != Some(&b'-');
            let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok();
            (DayExpr::Date(date.filter(|_| is_date)?), rest)
        }
        [] => return None,
    })
}

/// Parses `nov 20`, and the year if it follows.
fn parse_month_day<'w, 's>(
    name: &str,
    number: &str,
    rest: &'w [&'s str],
) -> Option<(DayExpr, &'w [&'s str])> {
    let (month, number) = (month_number(name)?, number.parse::<u32>().ok()?);
    let year = rest.first().filter(|token| token.len() == 4);
    if let Some(year) = year.and_then(|token| token.parse().ok()) {
        let date = NaiveDate::from_ymd_opt(year, month, number)?;
        return Some((DayExpr::Date(date), &rest[1..]));
    }
    // In a leap year every day of any year is valid.
    NaiveDate::from_ymd_opt(2000, month, number)?;
    Some((DayExpr::MonthDay(format!("{} {number}", &name[..3])), rest))
}

/// Parses a time of day: `14:05`, `3 pm`, `3.30 pm`, `noon`, `14:05 utc`.
fn parse_time_of_day(words: &[&str]) -> Option<TimeOfDay> {
    if let [rest @ .., "utc" | "gmt" | "z"] = words {
        let clock = parse_time_of_day(rest)?;
        return Some(TimeOfDay {
            is_utc: true,
            ..clock
        });
    }
    match words {
        ["noon"] => Some(TimeOfDay::new(12, 0, 0)),
        ["midnight"] => Some(TimeOfDay::new(0, 0, 0)),
        [figures] if figures.contains(':') => parse_clock_digits(figures, 0..=23),
        [figures, half @ ("am" | "pm")] => {
            let clock = parse_clock_digits(&figures.replace('.', ":"), 1..=12)?;
            let noon = if *half == "pm" { 12 } else { 0 };
            Some(TimeOfDay {
                hour: clock.hour % 12 + noon,
                ..clock
            })
        }
        _ => None,
    }
}

/// Parses `14`, `14:05` or `14:05:30`.
fn parse_clock_digits(figures: &str, hours: std::ops::RangeInclusive<u32>) -> Option<TimeOfDay> {
    let mut parts = Vec::new();
    for (index, part) in figures.split(':').enumerate() {
        let is_short = part.len() == 2 || (index == 0 && part.len() == 1);
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
    Some(TimeOfDay::new(hour, minute, second)).filter(|_| is_one)
}
