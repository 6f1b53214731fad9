//! The time of the next update at the end of a status update: `Rolled back. Next update in 30 min`.

use crate::human_time::{QUOTE_PREVIEW, TimeParseError, UserClock, ast};
use crate::text::truncate;
use crate::{NextUpdate, Timestamp};

/// The words that introduce the time.
const NEXT_UPDATE: &str = "next update";

/// The words that may follow them.
const PREPOSITIONS: [&str; 3] = ["in", "at", "by"];

impl UserClock {
    /// Splits the time of the next update off the end of a text. Without one, the text is returned whole.
    ///
    /// # Errors
    /// Returns a [`TimeParseError`] if a number follows `next update` that is no time, or a time that is past
    /// or too far away.
    pub fn split_next_update<'t>(
        &self,
        text: &'t str,
    ) -> Result<(&'t str, NextUpdate), TimeParseError> {
        let text = text.trim();
        let Some((before, input)) = split_at_last_phrase(text) else {
            return Ok((text, NextUpdate::Default));
        };
        let input = input.trim_end_matches(['.', '!', ' ']);
        let Some(saying) = ast::parse(input) else {
            let number = input.trim_start_matches("in ").trim_start();
            let is_meant = number.starts_with(|sign: char| sign.is_ascii_digit() || sign == '-');
            return match is_meant {
                true => Err(out_of_range(number)),
                false => Ok((text, NextUpdate::Default)),
            };
        };
        let at = self.resolve_future(&saying, input)?;
        let next = NextUpdate::after(self.time_until(at));
        Ok((before, next.ok_or_else(|| out_of_range(input))?))
    }

    fn time_until(&self, at: Timestamp) -> chrono::Duration {
        at.duration_since(self.now)
    }
}

fn out_of_range(input: &str) -> TimeParseError {
    TimeParseError::InvalidNextUpdate(truncate(input, QUOTE_PREVIEW))
}

/// Returns the text before the last `next update`, and the time after it.
fn split_at_last_phrase(text: &str) -> Option<(&str, &str)> {
    let at = text.to_ascii_lowercase().rfind(NEXT_UPDATE)?;
    let (before, rest) = (&text[..at], &text[at + NEXT_UPDATE.len()..]);
    let rest = rest.trim_start_matches(':').trim_start();
    let (first, time) = rest.split_once(char::is_whitespace)?;
    let preposition = first.to_ascii_lowercase();
    if !PREPOSITIONS.contains(&preposition.as_str()) {
        return None;
    }
    let separators = |sign: char| sign.is_whitespace() || ",;(–—-".contains(sign);
    // “in 30 min” is a duration; “at” and “by” precede a time.
    let time = if preposition == "in" { rest } else { time };
    Some((before.trim_end_matches(separators), time.trim()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;
    use proptest::prelude::*;

    use super::*;

    /// 15:20 UTC.
    fn clock() -> UserClock {
        UserClock::new(Timestamp::from_epoch_seconds(1_795_447_205), "UTC")
    }

    #[test]
    fn time_at_the_end_is_split_off() {
        let after = |minutes| NextUpdate::After(Duration::minutes(minutes));
        let cases = [
            ("Rolled back. Next update in 45 min", "Rolled back.", 45),
            ("Rolled back, next update in 2 hours.", "Rolled back", 120),
            ("Done (next update: in 1h", "Done", 60),
            (
                "Watching — next update by tomorrow 15:20",
                "Watching",
                24 * 60,
            ),
        ];
        for (text, expected, minutes) in cases {
            let (rest, next) = clock().split_next_update(text).unwrap();
            assert_eq!(rest, expected, "{text}");
            let NextUpdate::After(time) = next else {
                panic!("{text}: {next:?}");
            };
            let NextUpdate::After(expected) = after(minutes) else {
                panic!("not a time");
            };
            assert!((expected - time).num_seconds().abs() < 60, "{text}: {time}");
        }
        for whole in [
            "Rolled back.",
            "No next update in sight.",
            "next update soon",
        ] {
            let read = clock().split_next_update(whole);
            assert_eq!(read, Ok((whole, NextUpdate::Default)));
        }
    }

    #[test]
    fn time_that_is_no_time_or_too_far_away_is_rejected() {
        for text in [
            "next update in -5",
            "x. Next update in 3 weeks",
            "next update in 30",
        ] {
            let error = clock().split_next_update(text).unwrap_err();
            let message = error.to_string();
            assert!(message.contains("1 minute to 7 days"), "{text}: {message}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".*", phrase in "(next update( in| at| by|:))? ?") {
            let _ = clock().split_next_update(&format!("{text}{phrase}{text}"));
        }
    }
}
