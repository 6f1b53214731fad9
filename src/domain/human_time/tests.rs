//! Tests of parsing human-readable times.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Duration, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;

use crate::domain::human_time::*;

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

#[test]
fn past_times_are_parsed() {
    let input = [
        ("now", "2026-11-23 15:05"),
        ("Just now", "2026-11-23 15:05"),
        ("15 minutes ago", "2026-11-23 14:50"),
        ("since 15 minutes ago", "2026-11-23 14:50"),
        ("15m ago", "2026-11-23 14:50"),
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
    for (input, at) in input {
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
    assert_eq!(
        parse_past("yesterday"),
        "“yesterday” says no time of day. Type one with it, such as yesterday 23:10."
    );
    for input in [
        "in 10 minutes",
        "tomorrow 9:00",
        "tomorrow",
        "today 16:00",
        "2026-12-01 10:00",
    ] {
        let told = format!(
            "“{input}” is still to come. Type a time that is over, such as 15 minutes ago."
        );
        assert_eq!(parse_past(input), told);
    }
    assert_eq!(
        parse_past("15:10"),
        "“15:10” is still to come. If it was yesterday, type yesterday 15:10."
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
        let told = format!(
            "“{input}” is over. Type a time that is still to come, such as tomorrow 17:00."
        );
        assert_eq!(parse_future(input), told);
    }
    assert_eq!(
        parse_future("eventually"),
        "“eventually” is no time that I can read. Type one such as tomorrow 17:00, in 2 hours, or friday."
    );
}

#[test]
fn leading_time_is_split_from_a_text() {
    let split = |text| {
        let (at, rest) = paris().split_leading_time(text).unwrap();
        (at.map(|at| paris().format(at)).unwrap_or_default(), rest)
    };
    let at = |at: &str, rest| (at.to_owned(), rest);
    for (text, expected) in [
        (
            "since 15 minutes ago customers cannot pay",
            at("2026-11-23 14:50", "customers cannot pay"),
        ),
        (
            "at 14:05 found the host",
            at("2026-11-23 14:05", "found the host"),
        ),
        ("At 14:05: found  it", at("2026-11-23 14:05", "found  it")),
        ("at 14:05 - found it", at("2026-11-23 14:05", "found it")),
        (
            "at 14:05 -5 % of all",
            at("2026-11-23 14:05", "-5 % of all"),
        ),
        ("at 14:05 am I alone", at("2026-11-23 14:05", "am I alone")),
        (
            "at 14:05 sat nav failed",
            at("2026-11-23 14:05", "sat nav failed"),
        ),
        (
            "since yesterday at 2pm it burns",
            at("2026-11-22 14:00", "it burns"),
        ),
        (
            "since 23:10 yesterday it burns",
            at("2026-11-22 23:10", "it burns"),
        ),
        (
            "since 1 h 30 min ago\nit burns",
            at("2026-11-23 13:35", "it burns"),
        ),
        ("since now", at("2026-11-23 15:05", "")),
        (
            "at home nobody can log in",
            at("", "at home nobody can log in"),
        ),
        (
            "at 3 sites nobody can pay",
            at("", "at 3 sites nobody can pay"),
        ),
        (
            "since one of the hosts died",
            at("", "since one of the hosts died"),
        ),
        ("14:05 is when it began", at("", "14:05 is when it began")),
        ("at", at("", "at")),
        ("  ", at("", "")),
    ] {
        assert_eq!(split(text), expected, "{text}");
    }
    for (text, input) in [
        ("since 25:99 nobody can pay", "25:99"),
        ("since this morning nobody can pay", "this morning"),
    ] {
        let unread = TimeParseError::InvalidPast(input.to_owned());
        assert_eq!(paris().split_leading_time(text), Err(unread));
    }
    let whole = TimeParseError::MissingTimeOfDay("yesterday".to_owned());
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

#[test]
fn repeated_hour_resolves_to_the_nearest_occurrence() {
    // 02:30, the second time on that day.
    let clock = UserClock::new(timestamp("2026-10-25T01:30:00Z"), "Europe/Paris");
    assert_eq!(
        clock.parse_past("02:25"),
        Ok(timestamp("2026-10-25T01:25:00Z"))
    );
    assert_eq!(
        clock.parse_past("02:40"),
        Ok(timestamp("2026-10-25T00:40:00Z"))
    );
    assert_eq!(
        clock.parse_future("02:40"),
        Ok(timestamp("2026-10-25T01:40:00Z"))
    );
    assert_eq!(
        clock.parse_past("1 day ago"),
        Ok(timestamp("2026-10-24T00:30:00Z"))
    );
}

/// Returns the local times that a zone skips in some years: the first skipped minute and the length.
fn clock_gaps(zone: Tz) -> Vec<(NaiveDateTime, Duration)> {
    let offset = |at: DateTime<Utc>| {
        zone.offset_from_utc_datetime(&at.naive_utc())
            .fix()
            .local_minus_utc()
    };
    let mut gaps = Vec::new();
    let mut day = timestamp("2024-01-01T00:00:00Z").to_datetime();
    while day < timestamp("2028-01-01T00:00:00Z").to_datetime() {
        let (mut before, mut after) = (day, day + Duration::days(7));
        day = after;
        if offset(after) <= offset(before) {
            continue;
        }
        while after - before > Duration::minutes(1) {
            let middle = before + Duration::minutes((after - before).num_minutes() / 2);
            if offset(middle) > offset(before) {
                after = middle;
            } else {
                before = middle;
            }
        }
        let length = Duration::seconds((offset(after) - offset(before)).into());
        gaps.push((
            (after + Duration::seconds(offset(before).into())).naive_utc(),
            length,
        ));
    }
    gaps
}

#[test]
fn skipped_time_is_rejected_with_the_next_valid_time() {
    let mut visited = 0;
    for zone in TZ_VARIANTS {
        for (first, length) in clock_gaps(zone) {
            for never in [
                first,
                first + length / 2,
                first + length - Duration::minutes(1),
            ] {
                assert_eq!(zone.from_local_datetime(&never), LocalResult::None);
                let later = zone
                    .from_local_datetime(&(first + Duration::hours(30)))
                    .earliest()
                    .unwrap();
                let clock = UserClock::new(Timestamp::new(later.to_utc()), zone.name());
                let input = never.format("%Y-%m-%d %H:%M").to_string();
                let Err(TimeParseError::SkippedByClockChange(_, to)) = clock.parse_past(&input)
                else {
                    panic!("{input} is skipped in {zone}");
                };
                let read = clock.parse_past(&to).unwrap();
                assert_eq!(
                    clock.format(read),
                    (first + length).format("%Y-%m-%d %H:%M").to_string()
                );
                visited += 1;
            }
        }
    }
    assert!(visited > 1000, "{visited}");
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
            Err(why) => prop_assert!(why.to_string().contains("Type") || why.to_string().contains("type")),
        }
    }

    #[test]
    fn parsed_future_time_is_never_in_the_past(clock in any_clock(), input in any_time_text()) {
        match clock.parse_future(&input) {
            Ok(at) => prop_assert!(at > clock.now),
            Err(why) => prop_assert!(why.to_string().contains("Type") || why.to_string().contains("type")),
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
