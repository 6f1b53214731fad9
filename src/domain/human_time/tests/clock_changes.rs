//! Tests of times near a change between standard and daylight-saving time.

use chrono::{DateTime, Duration, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::timestamp;
use crate::Timestamp;
use crate::human_time::{TimeParseError, UserClock};

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
