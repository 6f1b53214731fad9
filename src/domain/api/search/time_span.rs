//! Times in a query: `2026-11-23`, `2026-11-23T14:05`, `2026-11-23T14:05:00+01:00`, `now`, `now-7d`.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime};

use crate::Timestamp;

/// The longest distance from now. All times within it have a year of four digits.
const LONGEST_DISTANCE: i64 = 1_000 * 366 * 24 * 3600;

/// The formats of a time without a zone, which is in UTC, and how long the unit that it ends with lasts.
const FORMATS: [(&str, Duration); 3] = [
    ("%Y-%m-%dT%H:%M", Duration::minutes(1)),
    ("%Y-%m-%dT%H:%M:%S", Duration::seconds(1)),
    ("%Y-%m-%dT%H:%M:%S%.f", Duration::milliseconds(1)),
];

/// A time as precise as it was written: a date is a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeSpan {
    /// Its start.
    pub(super) from: Timestamp,
    /// Its end, which does not belong to it.
    pub(super) before: Timestamp,
}

impl TimeSpan {
    /// Parses a time.
    pub(super) fn parse(text: &str, now: Timestamp) -> Option<Self> {
        let text = text.trim().to_uppercase();
        if let Some(distance) = text.strip_prefix("NOW") {
            return Self::relative(distance, now);
        }
        if let Ok(time) = DateTime::parse_from_rfc3339(&text) {
            let unit = match text.contains('.') {
                true => Duration::milliseconds(1),
                false => Duration::seconds(1),
            };
            return Self::lasting(Timestamp::new(time.to_utc()), unit);
        }
        if let Ok(date) = NaiveDate::parse_from_str(&text, "%Y-%m-%d") {
            let midnight = date.and_hms_opt(0, 0, 0)?.and_utc();
            return Self::lasting(Timestamp::new(midnight), Duration::days(1));
        }
        let text = text.trim_end_matches('Z');
        FORMATS.into_iter().find_map(|(format, unit)| {
            let time = NaiveDateTime::parse_from_str(text, format).ok()?;
            Self::lasting(Timestamp::new(time.and_utc()), unit)
        })
    }

    fn relative(distance: &str, now: Timestamp) -> Option<Self> {
        let unit = Duration::milliseconds(1);
        if distance.is_empty() {
            return Self::lasting(now, unit);
        }
        let number = distance.get(..distance.len().checked_sub(1)?)?;
        let seconds = match distance.get(distance.len() - 1..)? {
            "S" => 1,
            "M" => 60,
            "H" => 3_600,
            "D" => 86_400,
            "W" => 7 * 86_400,
            _ => return None,
        };
        let has_sign = number.starts_with(['+', '-']);
        let number: i64 = number.parse().ok().filter(|_| has_sign)?;
        let seconds = number.checked_mul(seconds)?;
        let is_near = (-LONGEST_DISTANCE..=LONGEST_DISTANCE).contains(&seconds);
        if !is_near {
            return None;
        }
        Self::lasting(now.plus(Duration::seconds(seconds)), unit)
    }

    /// Returns a span; `None` if its year does not have four digits, which the order of stored times relies on.
    fn lasting(from: Timestamp, unit: Duration) -> Option<Self> {
        let before = from.plus(unit);
        let is_stored =
            |time: Timestamp| time.to_string().len() == "2026-11-23T14:05:00.000Z".len();
        (is_stored(from) && is_stored(before)).then_some(Self { from, before })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-23T14:05:00.000Z".parse().unwrap()
    }

    fn span(text: &str) -> (String, String) {
        let span = TimeSpan::parse(text, now()).unwrap();
        (span.from.to_string(), span.before.to_string())
    }

    /// Times, and the first and the next timestamp of their spans.
    const SPANS: &[(&str, &str, &str)] = &[
        (
            "2026-11-23",
            "2026-11-23T00:00:00.000Z",
            "2026-11-24T00:00:00.000Z",
        ),
        (
            "2026-11-23T14:05",
            "2026-11-23T14:05:00.000Z",
            "2026-11-23T14:06:00.000Z",
        ),
        (
            "2026-11-23T14:05Z",
            "2026-11-23T14:05:00.000Z",
            "2026-11-23T14:06:00.000Z",
        ),
        (
            "2026-11-23t14:05:09z",
            "2026-11-23T14:05:09.000Z",
            "2026-11-23T14:05:10.000Z",
        ),
        (
            "2026-11-23T14:05:09.5",
            "2026-11-23T14:05:09.500Z",
            "2026-11-23T14:05:09.501Z",
        ),
        (
            "2026-11-23T14:05:09+01:00",
            "2026-11-23T13:05:09.000Z",
            "2026-11-23T13:05:10.000Z",
        ),
        (
            "now",
            "2026-11-23T14:05:00.000Z",
            "2026-11-23T14:05:00.001Z",
        ),
        (
            "NOW-7d",
            "2026-11-16T14:05:00.000Z",
            "2026-11-16T14:05:00.001Z",
        ),
        (
            "now+2H",
            "2026-11-23T16:05:00.000Z",
            "2026-11-23T16:05:00.001Z",
        ),
        (
            "now-1w",
            "2026-11-16T14:05:00.000Z",
            "2026-11-16T14:05:00.001Z",
        ),
    ];

    #[test]
    fn time_is_as_precise_as_it_is_written() {
        for (text, from, before) in SPANS.iter().copied() {
            assert_eq!(span(text), (from.to_owned(), before.to_owned()), "{text}");
        }
        for text in [
            "",
            "now-",
            "now7d",
            "now-7y",
            "now-é",
            "today",
            "2026-13-01",
            "now-9999999999w",
            "now-99999999999999d",
            "now+9223372036854775807s",
        ] {
            assert_eq!(TimeSpan::parse(text, now()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_without_panic(text in "(now)?[-+0-9TZ:.smhdw]{0,24}|.*") {
            let _ = TimeSpan::parse(&text, now());
        }
    }
}
