//! Deadlines in a text, at its end (`Restart the host @bob due tomorrow 17:00`) or at its start
//! (`due tomorrow: restart the host @bob`).

use crate::Timestamp;
use crate::human_time::{
    MAX_WORDS, QUOTE_PREVIEW, TimeParseError, UserClock, ast, lexicon, strip_separator, word_ends,
};
use crate::text::truncate;

/// The word that introduces a deadline.
const DUE: &str = "due";

/// The words that may follow [`DUE`].
const PREPOSITIONS: [&str; 4] = ["by", "on", "until", "before"];

/// The separators between the description and the deadline.
const SEPARATORS: [char; 7] = [',', ';', '.', '!', '-', '–', '—'];

impl UserClock {
    /// Splits a deadline off a text, and returns the description, which may be empty. The deadline follows a
    /// `due` at the start, after mentions at most; or it follows the last `due`, and only mentions such as
    /// `@bob` may follow it. If no time follows `due`, the text is returned whole.
    ///
    /// # Errors
    /// Returns a [`TimeParseError`] if an invalid time follows `due`.
    pub fn split_deadline(
        &self,
        text: &str,
    ) -> Result<(String, Option<Timestamp>), TimeParseError> {
        let text = text.trim();
        let first = split_at_first_due(text);
        if let Some((users, rest)) = first
            && let Some((at, does)) = self.split_leading_deadline(rest)?
        {
            return Ok((format!("{users} {does}").trim().to_owned(), Some(at)));
        }
        let split = self.split_trailing_deadline(text)?;
        let meant = first.and_then(|(_, rest)| lexicon::intended_time(rest));
        match meant.filter(|_| split.1.is_none()) {
            Some(input) => Err(TimeParseError::InvalidFuture(truncate(
                &input,
                QUOTE_PREVIEW,
            ))),
            None => Ok(split),
        }
    }

    /// Splits the longest future time off the start of a text.
    fn split_leading_deadline<'t>(
        &self,
        text: &'t str,
    ) -> Result<Option<(Timestamp, &'t str)>, TimeParseError> {
        let ends: Vec<usize> = word_ends(text).take(MAX_WORDS).collect();
        for end in ends.iter().rev() {
            let input = text[..*end]
                .trim_end_matches(':')
                .trim_end_matches(SEPARATORS);
            let input = input.trim();
            if let Some(saying) = ast::parse(input) {
                let at = self.resolve_future(&saying, input)?;
                return Ok(Some((at, strip_separator(&text[*end..]))));
            }
        }
        Ok(None)
    }

    fn split_trailing_deadline(
        &self,
        text: &str,
    ) -> Result<(String, Option<Timestamp>), TimeParseError> {
        let whole = || Ok((text.to_owned(), None));
        let Some((before, rest)) = split_at_last_due(text) else {
            return whole();
        };
        let (input, users) = split_trailing_mentions(rest);
        let input = input.trim_end_matches(SEPARATORS).trim();
        let Some(saying) = ast::parse(input) else {
            return match lexicon::intended_time(input) {
                Some(_) => Err(TimeParseError::InvalidFuture(truncate(
                    input,
                    QUOTE_PREVIEW,
                ))),
                None => whole(),
            };
        };
        let at = self.resolve_future(&saying, input)?;
        let before = before.trim_end_matches([',', ';', '-', '–', '—']).trim();
        Ok((format!("{before} {users}").trim().to_owned(), Some(at)))
    }
}

/// Returns the mentions at the start of a text, and the text after the `due` that follows them.
fn split_at_first_due(text: &str) -> Option<(&str, &str)> {
    let mut rest = text;
    while rest.starts_with('@') {
        let (_, more) = rest.split_once(char::is_whitespace)?;
        rest = more.trim_start();
    }
    let users = text[..text.len() - rest.len()].trim();
    let (token, time) = rest.split_once(char::is_whitespace)?;
    token
        .eq_ignore_ascii_case(DUE)
        .then(|| (users, strip_preposition(time.trim())))
}

/// Removes a preposition before a time.
fn strip_preposition(time: &str) -> &str {
    match time.split_once(char::is_whitespace) {
        Some((token, time)) if PREPOSITIONS.contains(&token.to_lowercase().as_str()) => time.trim(),
        Some(_) | None => time,
    }
}

/// Returns the text before and after the last `due`; neither is empty.
fn split_at_last_due(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let is_word = |at: &usize| {
        text[..*at].ends_with(char::is_whitespace)
            && text[at + DUE.len()..].starts_with(char::is_whitespace)
    };
    let at = lower.rmatch_indices(DUE).map(|(at, _)| at).find(is_word)?;
    let (before, rest) = (text[..at].trim(), text[at + DUE.len()..].trim());
    let rest = strip_preposition(rest);
    (!before.is_empty() && !rest.is_empty()).then_some((before, rest))
}

/// Splits the mentions off the end of a text.
fn split_trailing_mentions(text: &str) -> (&str, &str) {
    let mut end = text.len();
    while let Some(token) = text[..end].split_whitespace().next_back() {
        if !token.starts_with('@') {
            break;
        }
        end = text[..end].trim_end().len() - token.len();
    }
    (text[..end].trim(), text[end..].trim())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    /// Monday, 2026-11-23 15:05 in Paris.
    fn paris() -> UserClock {
        UserClock::new(Timestamp::from_epoch_seconds(1_795_442_700), "Europe/Paris")
    }

    /// Returns the description and the deadline, or the error message.
    fn split(text: &str) -> (String, String) {
        match paris().split_deadline(text) {
            Ok((text, at)) => (text, at.map(|at| paris().format(at)).unwrap_or_default()),
            Err(why) => (String::new(), why.to_string()),
        }
    }

    /// Texts, each with its description and its deadline in Paris.
    const DEADLINES: [(&str, &str, &str); 17] = [
        (
            "Restart it @bob due tomorrow 17:00",
            "Restart it @bob",
            "2026-11-24 17:00",
        ),
        (
            "Restart it, due by Friday.",
            "Restart it",
            "2026-11-27 23:59",
        ),
        (
            "Restart it DUE on 2026-12-01",
            "Restart it",
            "2026-12-01 23:59",
        ),
        (
            "Restart it due in 2 hours @bob @ann",
            "Restart it @bob @ann",
            "2026-11-23 17:05",
        ),
        (
            "Pay what is due due 17:00",
            "Pay what is due",
            "2026-11-23 17:00",
        ),
        ("Pay what is due", "Pay what is due", ""),
        ("Pay the invoice due back", "Pay the invoice due back", ""),
        ("due tomorrow", "", "2026-11-24 23:59"),
        (
            "due tomorrow: restart it @bob",
            "restart it @bob",
            "2026-11-24 23:59",
        ),
        (
            "Due by Friday 17:00 - restart it",
            "restart it",
            "2026-11-27 17:00",
        ),
        (
            "@bob @ann due in 2 hours, restart it",
            "@bob @ann restart it",
            "2026-11-23 17:05",
        ),
        (
            "due tomorrow @bob restart it",
            "@bob restart it",
            "2026-11-24 23:59",
        ),
        (
            "Due diligence due friday",
            "Due diligence",
            "2026-11-27 23:59",
        ),
        ("Due diligence", "Due diligence", ""),
        ("@bob due", "@bob due", ""),
        ("Look at the residue today", "Look at the residue today", ""),
        ("", "", ""),
    ];

    #[test]
    fn deadline_is_parsed_in_the_time_zone_of_the_user() {
        for (text, does, until) in DEADLINES {
            assert_eq!(split(text), (does.to_owned(), until.to_owned()), "{text}");
        }
    }

    #[test]
    fn past_and_invalid_deadlines_are_rejected() {
        let rejected = [
            (
                "due yesterday 17:00: restart it",
                "That's in the past. Enter a future time, e.g. “tomorrow 17:00”.",
            ),
            (
                "due 25:99: restart it",
                "I can't read “25:99:” as a time. Try “tomorrow 17:00”, “in 2 hours” or “friday”.",
            ),
            (
                "Restart it due yesterday 17:00",
                "That's in the past. Enter a future time, e.g. “tomorrow 17:00”.",
            ),
            (
                "Pay the invoice due tomorrow for acme",
                "I can't read “tomorrow for acme” as a time. Try “tomorrow 17:00”, “in 2 hours” or “friday”.",
            ),
            (
                "Restart it due 25:99",
                "I can't read “25:99” as a time. Try “tomorrow 17:00”, “in 2 hours” or “friday”.",
            ),
        ];
        for (text, why) in rejected {
            assert_eq!(split(text), (String::new(), why.to_owned()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_is_unchanged_when_it_has_no_deadline(text in "(.*|[a-z@ ]* due [a-z0-9: @]*)") {
            if let Ok((whole, None)) = paris().split_deadline(&text) {
                prop_assert_eq!(whole, text.trim());
            }
        }

        #[test]
        fn formatted_deadline_round_trips(
            does in "[A-Z][a-z]{1,8}( @?[a-z]{1,8}){0,4}",
            minutes in 1..500_000_i64,
        ) {
            let formatted = paris().format(paris().now.plus(chrono::Duration::minutes(minutes)));
            let expected = (does.clone(), formatted.clone());
            prop_assert_eq!(split(&format!("due {formatted}: {does}")), expected.clone());
            prop_assert_eq!(split(&format!("{does} due {formatted}")), expected);
        }
    }
}
