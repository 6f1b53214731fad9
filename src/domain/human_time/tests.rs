//! Tests of parsing human-readable times.
#![allow(clippy::unwrap_used)]

mod clock_changes;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::TZ_VARIANTS;
use proptest::prelude::*;

use crate::human_time::*;

fn timestamp(text: &str) -> Timestamp {
    Timestamp::new(text.parse::<DateTime<Utc>>().unwrap())
}

/// Monday, 2026-11-23 15:05 in Paris.
fn paris() -> UserClock {
    UserClock::new(timestamp("2026-11-23T14:05:00Z"), "Europe/Paris")
}

fn parse_past(input: &str) -> String {
    match paris().parse_past(input) {
        Ok(at) => paris().format(at),
        Err(why) => why.to_string(),
    }
}

fn parse_future(input: &str) -> String {
    match paris().parse_future(input) {
        Ok(at) => paris().format(at),
        Err(why) => why.to_string(),
    }
}

/// Past times, each with its meaning in Paris.
const PAST_TIMES: [(&str, &str); 40] = [
    ("now", "2026-11-23 15:05"),
    ("Just now", "2026-11-23 15:05"),
    ("15 minutes ago", "2026-11-23 14:50"),
    ("since 15 minutes ago", "2026-11-23 14:50"),
    ("15m ago", "2026-11-23 14:50"),
    ("15 minutes earlier", "2026-11-23 14:50"),
    ("15 min before", "2026-11-23 14:50"),
    ("15m", "2026-11-23 14:50"),
    ("-10m", "2026-11-23 14:55"),
    ("- 10 min", "2026-11-23 14:55"),
    ("an hour ago", "2026-11-23 14:05"),
    ("half an hour ago", "2026-11-23 14:35"),
    ("1h30m ago", "2026-11-23 13:35"),
    ("1 hour and 30 minutes ago", "2026-11-23 13:35"),
    ("two days ago", "2026-11-21 15:05"),
    ("a week ago", "2026-11-16 15:05"),
    ("14:05", "2026-11-23 14:05"),
    ("at 14:05", "2026-11-23 14:05"),
    ("14:05:30", "2026-11-23 14:05"),
    ("3pm", "2026-11-23 15:00"),
    ("2.30 PM", "2026-11-23 14:30"),
    ("12am", "2026-11-23 00:00"),
    ("noon", "2026-11-23 12:00"),
    ("23:10", "2026-11-22 23:10"),
    ("13:30 UTC", "2026-11-23 14:30"),
    ("yesterday 23:10", "2026-11-22 23:10"),
    ("yesterday at 2pm", "2026-11-22 14:00"),
    ("2pm yesterday", "2026-11-22 14:00"),
    ("yesterday, noon", "2026-11-22 12:00"),
    ("today 10:30", "2026-11-23 10:30"),
    ("friday 17:00", "2026-11-20 17:00"),
    ("last Fri at 9am", "2026-11-20 09:00"),
    ("monday 9:00", "2026-11-23 09:00"),
    ("2026-11-20 09:30", "2026-11-20 09:30"),
    ("2026-11-20T09:30", "2026-11-20 09:30"),
    ("2026-11-20T09:30:00Z", "2026-11-20 10:30"),
    ("Nov 20, 9:30", "2026-11-20 09:30"),
    ("20 november 09:30", "2026-11-20 09:30"),
    ("24 dec 20:00", "2025-12-24 20:00"),
    ("24 Dec 2024 20:00", "2024-12-24 20:00"),
];

#[test]
fn past_times_are_parsed() {
    for (input, at) in PAST_TIMES {
        assert_eq!(parse_past(input), at, "{input}");
    }
}

#[test]
fn invalid_past_times_are_rejected_with_an_example() {
    let unread = |input: &str| TimeParseError::InvalidPast(input.to_owned()).to_string();
    for input in [
        "",
        "soon",
        "25:00",
        "14:60",
        "15",
        "1405",
        "3pm sharp",
        "may",
        "4 july x",
        "13pm",
        "0pm",
        "15 minutes ago maybe",
        "ago",
        "-",
        "1 month ago",
        "99999m ago",
        "30 feb 10:00",
        "2026-02-30 10:00",
        "0099-01-01 10:00",
        "24/11/2026 10:00",
        "15 分前",
    ] {
        assert_eq!(parse_past(input), unread(input));
    }
}

#[test]
fn past_time_without_a_time_of_day_or_in_the_future_is_rejected() {
    assert_eq!(
        parse_past("yesterday"),
        "Add a time of day, e.g. “yesterday 23:10”."
    );
    for input in [
        "in 10 minutes",
        "tomorrow 9:00",
        "tomorrow",
        "today 16:00",
        "2026-12-01 10:00",
    ] {
        let told = "That's in the future. Enter a past time, e.g. “15 minutes ago”.".to_owned();
        assert_eq!(parse_past(input), told);
    }
    assert_eq!(
        parse_past("15:10"),
        "“15:10” is in the future. For yesterday, enter “yesterday 15:10”."
    );
}

#[test]
fn future_times_are_parsed() {
    let input = [
        ("tomorrow", "2026-11-24 23:59"),
        ("today", "2026-11-23 23:59"),
        ("monday", "2026-11-23 23:59"),
        ("friday 17:00", "2026-11-27 17:00"),
        ("5pm friday", "2026-11-27 17:00"),
        ("monday 9:00", "2026-11-30 09:00"),
        ("in 2 hours", "2026-11-23 17:05"),
        ("2h", "2026-11-23 17:05"),
        ("in a week", "2026-11-30 15:05"),
        ("2026-12-01", "2026-12-01 23:59"),
        ("by dec 1", "2026-12-01 23:59"),
        ("nov 20", "2027-11-20 23:59"),
        ("17:00", "2026-11-23 17:00"),
        ("9:00", "2026-11-24 09:00"),
    ];
    for (input, at) in input {
        assert_eq!(parse_future(input), at, "{input}");
    }
    for input in [
        "yesterday",
        "15 minutes ago",
        "2026-11-20",
        "now",
        "today 9:00",
    ] {
        let told = "That's in the past. Enter a future time, e.g. “tomorrow 17:00”.".to_owned();
        assert_eq!(parse_future(input), told);
    }
    assert_eq!(
        parse_future("eventually"),
        "I can't read “eventually” as a time. Try “tomorrow 17:00”, “in 2 hours” or “friday”."
    );
}

/// Texts, each with the time at its start, in Paris, and the remaining text.
const LEADING_TIMES: [(&str, &str, &str); 23] = [
    (
        "since 15 minutes ago customers cannot pay",
        "2026-11-23 14:50",
        "customers cannot pay",
    ),
    (
        "at 14:05 found the host",
        "2026-11-23 14:05",
        "found the host",
    ),
    ("At 14:05: found  it", "2026-11-23 14:05", "found  it"),
    ("at 14:05 - found it", "2026-11-23 14:05", "found it"),
    ("at 14:05 -5 % of all", "2026-11-23 14:05", "-5 % of all"),
    ("at 14:05 am I alone", "2026-11-23 14:05", "am I alone"),
    (
        "at 14:05 sat nav failed",
        "2026-11-23 14:05",
        "sat nav failed",
    ),
    (
        "since yesterday at 2pm it burns",
        "2026-11-22 14:00",
        "it burns",
    ),
    (
        "since 23:10 yesterday it burns",
        "2026-11-22 23:10",
        "it burns",
    ),
    (
        "since 1 h 30 min ago\nit burns",
        "2026-11-23 13:35",
        "it burns",
    ),
    ("since now", "2026-11-23 15:05", ""),
    ("-10m hi", "2026-11-23 14:55", "hi"),
    ("- 10 min: hi", "2026-11-23 14:55", "hi"),
    ("15 minutes earlier: hi", "2026-11-23 14:50", "hi"),
    ("an hour ago it burned", "2026-11-23 14:05", "it burned"),
    ("-5 % of all carts fail", "", "-5 % of all carts fail"),
    ("10 minutes of downtime", "", "10 minutes of downtime"),
    ("at home nobody can log in", "", "at home nobody can log in"),
    ("at 3 sites nobody can pay", "", "at 3 sites nobody can pay"),
    (
        "since one of the hosts died",
        "",
        "since one of the hosts died",
    ),
    ("14:05 is when it began", "", "14:05 is when it began"),
    ("at", "", "at"),
    ("  ", "", ""),
];

#[test]
fn leading_time_is_split_from_a_text() {
    let split = |text| {
        let (at, rest) = paris().split_leading_time(text).unwrap();
        (at.map(|at| paris().format(at)).unwrap_or_default(), rest)
    };
    for (text, at, rest) in LEADING_TIMES {
        assert_eq!(split(text), (at.to_owned(), rest), "{text}");
    }
}

#[test]
fn invalid_leading_time_is_rejected() {
    for (text, input) in [
        ("since 25:99 nobody can pay", "25:99"),
        ("since this morning nobody can pay", "this morning"),
    ] {
        let unread = TimeParseError::InvalidPast(input.to_owned());
        assert_eq!(paris().split_leading_time(text), Err(unread));
    }
    let whole = TimeParseError::MissingTimeOfDay;
    assert_eq!(
        paris().split_leading_time("since yesterday it burns"),
        Err(whole)
    );
}

#[test]
fn error_quotes_only_the_start_of_a_long_text() {
    let long = "x".repeat(30_000);
    for why in [
        paris().parse_past(&long).unwrap_err(),
        paris().parse_future(&long).unwrap_err(),
        paris()
            .split_leading_time(&format!("since 25:{long}"))
            .unwrap_err(),
    ] {
        assert!(why.to_string().len() < 250, "{why}");
    }
}

#[test]
fn unknown_time_zone_falls_back_to_utc() {
    let clock = UserClock::new(paris().now, "");
    assert!(!clock.has_time_zone() && paris().has_time_zone());
    assert_eq!(
        clock.parse_past("14:00"),
        Ok(timestamp("2026-11-23T14:00:00Z"))
    );
}

/// Returns a clock at any time from 2001 on: times before 2000 are rejected, and "yesterday" may be one.
fn any_clock() -> impl Strategy<Value = UserClock> {
    let zones = prop::sample::select(&TZ_VARIANTS[..]);
    (978_307_200..4_102_444_800_i64, zones).prop_map(|(seconds, zone)| {
        UserClock::new(Timestamp::from_epoch_seconds(seconds), zone.name())
    })
}

fn any_time_text() -> impl Strategy<Value = String> {
    let words = "(now|ago|in|at|on|since|half|an?|and|[0-9]{1,5}|-|\\+|[0-9]{1,2}:[0-9]{2}|m|h|days?|weeks|\
                 yesterday|today|tomorrow|fri|monday|last|next|nov|2026-11-2[0-9]|utc|[ap]m|noon|,|é)";
    prop_oneof![
        ".*",
        prop::collection::vec(words, 0..7).prop_map(|words| words.join(" "))
    ]
}

proptest! {
    #[test]
    fn parsed_past_time_is_never_in_the_future(clock in any_clock(), input in any_time_text()) {
        match clock.parse_past(&input) {
            Ok(at) => prop_assert!(at <= clock.now),
            Err(why) => prop_assert!(why.to_string().contains('“')),
        }
    }

    #[test]
    fn parsed_future_time_is_never_in_the_past(clock in any_clock(), input in any_time_text()) {
        match clock.parse_future(&input) {
            Ok(at) => prop_assert!(at > clock.now),
            Err(why) => prop_assert!(why.to_string().contains('“')),
        }
    }

    #[test]
    fn splitting_removes_only_the_time(clock in any_clock(), input in any_time_text(), text in ".*") {
        let whole = format!("at {input} {text}");
        if let Ok((at, rest)) = clock.split_leading_time(&whole) {
            prop_assert!(whole.trim().ends_with(rest));
            prop_assert!(at.is_some() || rest == whole.trim());
        }
    }

    #[test]
    fn formatted_time_round_trips(clock in any_clock(), minutes in 1..600_000_i64) {
        let at = clock.now.plus(-Duration::minutes(minutes));
        prop_assume!(at.to_datetime().year() >= 2000);
        let read = clock.parse_past(&clock.format(at)).unwrap();
        prop_assert_eq!(clock.format(read), clock.format(at));
    }

    #[test]
    fn examples_in_error_messages_are_valid(clock in any_clock()) {
        for input in ["15 minutes ago", "yesterday 23:10"] {
            let read = clock.parse_past(input);
            prop_assert!(matches!(read, Ok(_) | Err(TimeParseError::SkippedByClockChange(..))), "{:?}", read);
        }
        for input in ["tomorrow 17:00", "in 2 hours", "friday"] {
            let read = clock.parse_future(input);
            prop_assert!(matches!(read, Ok(_) | Err(TimeParseError::SkippedByClockChange(..))), "{:?}", read);
        }
    }
}
