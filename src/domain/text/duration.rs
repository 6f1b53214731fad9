//! Durations in words: at most two adjacent units, and no seconds after the first minute.

use chrono::Duration;

use crate::Timestamp;

/// A unit of time.
struct Unit {
    singular: &'static str,
    plural: &'static str,
    seconds: i64,
}

const SECOND: Unit = Unit {
    singular: "sec",
    plural: "sec",
    seconds: 1,
};

/// The units from the largest to the minute.
const UNITS: [Unit; 5] = [
    Unit {
        singular: "year",
        plural: "years",
        seconds: 365 * 24 * 3600,
    },
    Unit {
        singular: "week",
        plural: "weeks",
        seconds: 7 * 24 * 3600,
    },
    Unit {
        singular: "day",
        plural: "days",
        seconds: 24 * 3600,
    },
    Unit {
        singular: "hour",
        plural: "hours",
        seconds: 3600,
    },
    Unit {
        singular: "min",
        plural: "min",
        seconds: 60,
    },
];

/// Formats a duration: `25 sec`, `8 min`, `3 weeks 2 days`.
pub fn format_duration(length: Duration) -> String {
    let seconds = length.num_seconds();
    if seconds < 1 {
        return "less than a second".to_owned();
    }
    let mut units = UNITS.iter().skip_while(|unit| seconds < unit.seconds);
    let Some(first) = units.next() else {
        return SECOND.format(seconds);
    };
    let rest = seconds % first.seconds;
    match units.next().filter(|second| rest >= second.seconds) {
        Some(second) => format!("{} {}", first.format(seconds), second.format(rest)),
        None => first.format(seconds),
    }
}

/// Formats how long ago a time was: `8 min ago`, or `just now` within the first minute.
pub fn format_age(at: Timestamp, now: Timestamp) -> String {
    let age = now.duration_since(at);
    if age < Duration::minutes(1) {
        return "just now".to_owned();
    }
    format!("{} ago", format_duration(age))
}

impl Unit {
    /// Formats the whole units in a number of seconds.
    fn format(&self, seconds: i64) -> String {
        let count = seconds / self.seconds;
        let name = if count == 1 {
            self.singular
        } else {
            self.plural
        };
        format!("{count} {name}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn duration_has_at_most_two_adjacent_units() {
        for (seconds, text) in [
            (-5, "less than a second"),
            (0, "less than a second"),
            (1, "1 sec"),
            (59, "59 sec"),
            (60, "1 min"),
            (8 * 60 + 21, "8 min"),
            (3_600, "1 hour"),
            (3_659, "1 hour"),
            (2 * 3_600 + 25 * 60 + 59, "2 hours 25 min"),
            (24 * 3_600 + 59 * 60, "1 day"),
            (2 * 24 * 3_600 + 3_600, "2 days 1 hour"),
            (21 * 24 * 3_600 + 6, "3 weeks"),
            (23 * 24 * 3_600, "3 weeks 2 days"),
            (366 * 24 * 3_600, "1 year"),
            (380 * 24 * 3_600, "1 year 2 weeks"),
        ] {
            assert_eq!(format_duration(Duration::seconds(seconds)), text);
        }
    }

    #[test]
    fn age_is_just_now_within_the_first_minute() {
        let now = Timestamp::from_epoch_seconds(1_795_447_205);
        for (seconds, text) in [
            (-5, "just now"),
            (59, "just now"),
            (61, "1 min ago"),
            (7_260, "2 hours 1 min ago"),
        ] {
            assert_eq!(format_age(now.plus(Duration::seconds(-seconds)), now), text);
        }
    }

    proptest! {
        #[test]
        fn any_duration_is_short(seconds in i64::MIN / 1_000..i64::MAX / 1_000) {
            let text = format_duration(Duration::seconds(seconds));
            prop_assert!(text.split(' ').count() <= 4, "{text}");
        }
    }
}
