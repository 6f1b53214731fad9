//! Until when something is to be done, at the end of a text: `Restart the host @bob due tomorrow 17:00`; or at
//! its beginning: `due tomorrow: restart the host @bob`.

use muster_commands::limits::cut;

use super::super::Moment;
use super::{
    LONGEST, TOLD_BACK, Untimely, WallClock, ends_of_words, saying, vocabulary, without_separator,
};

/// The word before the time.
const DUE: &str = "due";

/// The words that may stand between that word and the time.
const BY: [&str; 4] = ["by", "on", "until", "before"];

/// What may end what is to be done, before the time or behind it.
const ENDS: [char; 7] = [',', ';', '.', '!', '-', '–', '—'];

impl WallClock {
    /// Splits the time until when something is to be done off a text; gives what is to be done, which is nothing
    /// if the text says no more. The time stands behind a `due` with which the text begins, after people at the
    /// most; or behind the last `due`, and only people may stand behind it, such as `@bob`. What is there may be
    /// no time at all: then the text stays whole.
    ///
    /// # Errors
    /// When a time was meant that cannot be taken.
    pub fn split_due(&self, text: &str) -> Result<(String, Option<Moment>), Untimely> {
        let text = text.trim();
        let first = at_first_due(text);
        if let Some((people, rest)) = first
            && let Some((at, does)) = self.split_ahead(rest)?
        {
            return Ok((format!("{people} {does}").trim().to_owned(), Some(at)));
        }
        let split = self.split_last_due(text)?;
        let meant = first.and_then(|(_, rest)| vocabulary::attempt(rest));
        match meant.filter(|_| split.1.is_none()) {
            Some(said) => Err(Untimely::UnreadAhead(cut(&said, TOLD_BACK))),
            None => Ok(split),
        }
    }

    /// Splits the longest time to come off the beginning of a text, if it begins with one.
    fn split_ahead<'t>(&self, text: &'t str) -> Result<Option<(Moment, &'t str)>, Untimely> {
        let ends: Vec<usize> = ends_of_words(text).take(LONGEST).collect();
        for end in ends.iter().rev() {
            let said = text[..*end].trim_end_matches(':').trim_end_matches(ENDS);
            let said = said.trim();
            if let Some(saying) = saying::read(said) {
                let at = self.ahead(&saying, said)?;
                return Ok(Some((at, without_separator(&text[*end..]))));
            }
        }
        Ok(None)
    }

    fn split_last_due(&self, text: &str) -> Result<(String, Option<Moment>), Untimely> {
        let whole = || Ok((text.to_owned(), None));
        let Some((before, rest)) = at_last_due(text) else {
            return whole();
        };
        let (said, people) = before_people(rest);
        let said = said.trim_end_matches(ENDS).trim();
        let Some(saying) = saying::read(said) else {
            return match vocabulary::attempt(said) {
                Some(_) => Err(Untimely::UnreadAhead(cut(said, TOLD_BACK))),
                None => whole(),
            };
        };
        let at = self.ahead(&saying, said)?;
        let before = before.trim_end_matches([',', ';', '-', '–', '—']).trim();
        Ok((format!("{before} {people}").trim().to_owned(), Some(at)))
    }
}

/// Gives the people with whom a text begins, and what stands behind the `due` that comes next, if it does.
fn at_first_due(text: &str) -> Option<(&str, &str)> {
    let mut rest = text;
    while rest.starts_with('@') {
        let (_, more) = rest.split_once(char::is_whitespace)?;
        rest = more.trim_start();
    }
    let people = text[..text.len() - rest.len()].trim();
    let (word, time) = rest.split_once(char::is_whitespace)?;
    word.eq_ignore_ascii_case(DUE)
        .then(|| (people, after_by(time.trim())))
}

/// Gives a time without the word that may stand before it.
fn after_by(time: &str) -> &str {
    match time.split_once(char::is_whitespace) {
        Some((word, time)) if BY.contains(&word.to_lowercase().as_str()) => time.trim(),
        Some(_) | None => time,
    }
}

/// Gives what stands before the last `due` of a text, and what stands behind it; both are something.
fn at_last_due(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let is_word = |at: &usize| {
        text[..*at].ends_with(char::is_whitespace)
            && text[at + DUE.len()..].starts_with(char::is_whitespace)
    };
    let at = lower.rmatch_indices(DUE).map(|(at, _)| at).find(is_word)?;
    let (before, rest) = (text[..at].trim(), text[at + DUE.len()..].trim());
    let rest = after_by(rest);
    (!before.is_empty() && !rest.is_empty()).then_some((before, rest))
}

/// Gives what stands before the people at the end of a text, and them.
fn before_people(text: &str) -> (&str, &str) {
    let mut end = text.len();
    while let Some(word) = text[..end].split_whitespace().next_back() {
        if !word.starts_with('@') {
            break;
        }
        end = text[..end].trim_end().len() - word.len();
    }
    (text[..end].trim(), text[end..].trim())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    /// Monday, 2026-11-23 15:05 in Paris.
    fn paris() -> WallClock {
        WallClock::new(Moment::from_epoch_seconds(1_795_442_700), "Europe/Paris")
    }

    /// Gives what is to be done and until when, or why the time cannot be taken.
    fn read(text: &str) -> (String, String) {
        match paris().split_due(text) {
            Ok((text, at)) => (text, at.map(|at| paris().shown(at)).unwrap_or_default()),
            Err(why) => (String::new(), why.to_string()),
        }
    }

    #[test]
    fn the_time_at_the_end_is_read_in_the_persons_zone() {
        let texts = [
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
        for (text, does, until) in texts {
            assert_eq!(read(text), (does.to_owned(), until.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_time_that_is_over_or_is_none_is_refused() {
        let refused = [
            (
                "due yesterday 17:00: restart it",
                "“yesterday 17:00” is over. Type a time that is still to come, such as tomorrow 17:00.",
            ),
            (
                "due 25:99: restart it",
                "“25:99:” is no time that I can read. Type one such as tomorrow 17:00, in 2 hours, or friday.",
            ),
            (
                "Restart it due yesterday 17:00",
                "“yesterday 17:00” is over. Type a time that is still to come, such as tomorrow 17:00.",
            ),
            (
                "Pay the invoice due tomorrow for acme",
                "“tomorrow for acme” is no time that I can read. Type one such as tomorrow 17:00, in 2 hours, or \
                 friday.",
            ),
            (
                "Restart it due 25:99",
                "“25:99” is no time that I can read. Type one such as tomorrow 17:00, in 2 hours, or friday.",
            ),
        ];
        for (text, why) in refused {
            assert_eq!(read(text), (String::new(), why.to_owned()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_without_a_time_it_stays_whole(text in "(.*|[a-z@ ]* due [a-z0-9: @]*)") {
            if let Ok((whole, None)) = paris().split_due(&text) {
                prop_assert_eq!(whole, text.trim());
            }
        }

        #[test]
        fn what_was_written_reads_back(
            does in "[A-Z][a-z]{1,8}( @?[a-z]{1,8}){0,4}",
            minutes in 1..500_000_i64,
        ) {
            let shown = paris().shown(paris().now.after(chrono::Duration::minutes(minutes)));
            let expected = (does.clone(), shown.clone());
            prop_assert_eq!(read(&format!("due {shown}: {does}")), expected.clone());
            prop_assert_eq!(read(&format!("{does} due {shown}")), expected);
        }
    }
}
