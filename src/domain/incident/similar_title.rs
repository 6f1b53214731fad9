//! Compares titles, to notice that an incident may already be declared.

/// Words that say nothing about what is affected.
const STOP_WORDS: [&str; 30] = [
    "a", "an", "and", "are", "at", "been", "by", "can", "for", "from", "has", "have", "in", "is",
    "it", "its", "no", "not", "of", "on", "or", "our", "s", "so", "some", "that", "the", "to",
    "very", "with",
];

/// Words for a symptom. Two titles about the same thing may name different ones.
const SYMPTOMS: [&str; 34] = [
    "alert",
    "broken",
    "crash",
    "crashed",
    "crashes",
    "crashing",
    "dead",
    "degraded",
    "down",
    "elevated",
    "error",
    "errors",
    "failed",
    "failing",
    "fails",
    "failure",
    "failures",
    "high",
    "incident",
    "issue",
    "issues",
    "latency",
    "offline",
    "outage",
    "problem",
    "problems",
    "slow",
    "slowness",
    "spike",
    "timeout",
    "timeouts",
    "trouble",
    "unavailable",
    "unreachable",
];

/// The similarity from which two titles count as similar, in thousandths.
const SIMILAR: u32 = 550;

/// A word of a title, and how much it tells.
struct TitleToken {
    start: usize,
    end: usize,
    weight: u32,
}

/// The distinct words of a title, without those that say nothing.
///
/// A declaration is compared with many titles, so the new title is split only once.
pub struct TitleTokens {
    title: String,
    tokens: Vec<TitleToken>,
}

impl TitleTokens {
    /// Splits a title into its words.
    pub fn new(title: &str) -> Self {
        let title = title.to_lowercase();
        let mut tokens: Vec<TitleToken> = Vec::new();
        for text in title.split(|sign: char| !sign.is_alphanumeric()) {
            let is_known = tokens.iter().any(|it| title[it.start..it.end] == *text);
            if text.is_empty() || is_known || STOP_WORDS.contains(&text) {
                continue;
            }
            let start = text.as_ptr() as usize - title.as_ptr() as usize;
            tokens.push(TitleToken {
                start,
                end: start + text.len(),
                weight: if SYMPTOMS.contains(&text) { 1 } else { 4 },
            });
        }
        Self { title, tokens }
    }

    /// Returns how similar two titles are, in thousandths; `None` if they are not similar.
    ///
    /// The measure is the weight of the words that both have. Numbers, as in the names of hosts, must be
    /// the same. A typo in a longer word is accepted.
    pub fn similarity(&self, other: &Self) -> Option<u32> {
        let total = self.total_weight() + other.total_weight();
        if total == 0 || self.has_other_numbers(other) {
            return None;
        }
        let is_shared = |name: &str| other.words().any(|(it, _)| is_same_word(name, it));
        let shared = self.words().filter(|(name, _)| is_shared(name));
        let shared: u32 = shared.map(|(_, weight)| weight).sum();
        let similarity = (2_000 * shared / total).min(1_000);
        (similarity >= SIMILAR).then_some(similarity)
    }

    /// Returns the words with their weights.
    fn words(&self) -> impl Iterator<Item = (&str, u32)> {
        let tokens = self.tokens.iter();
        tokens.map(|it| (&self.title[it.start..it.end], it.weight))
    }

    fn total_weight(&self) -> u32 {
        self.tokens.iter().map(|token| token.weight).sum()
    }

    /// Returns whether both titles have numbers, and not the same ones.
    fn has_other_numbers(&self, other: &Self) -> bool {
        let is_missing = |from: &Self, value| !from.numbers().any(|it| it == value);
        self.numbers().next().is_some()
            && other.numbers().next().is_some()
            && (self.numbers().any(|it| is_missing(other, it))
                || other.numbers().any(|it| is_missing(self, it)))
    }

    /// Returns the words with a digit.
    fn numbers(&self) -> impl Iterator<Item = &str> {
        let words = self.words().map(|(name, _)| name);
        words.filter(|it| it.bytes().any(|byte| byte.is_ascii_digit()))
    }
}

/// Returns whether two words are the same, or differ by one letter in a longer word.
fn is_same_word(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    // No letter is longer than four bytes.
    if one.len().abs_diff(other.len()) > 4 {
        return false;
    }
    let (ones, others) = (one.chars().count(), other.chars().count());
    let (shorter, longer) = (ones.min(others), ones.max(others));
    if shorter < 5 || longer - shorter > 1 {
        return false;
    }
    let is_equal = |(a, b): &(char, char)| a == b;
    let start = one.chars().zip(other.chars()).take_while(is_equal).count();
    let ends = one.chars().rev().zip(other.chars().rev());
    let end = ends.take_while(is_equal).count();
    // The rest between the common start and the common end is one letter at most.
    start + end >= longer - 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn title_similarity(one: &str, other: &str) -> Option<u32> {
        TitleTokens::new(one).similarity(&TitleTokens::new(other))
    }

    #[test]
    fn titles_about_the_same_thing_are_similar() {
        for (one, other) in [
            ("Checkout is slow", "checkout is SLOW!"),
            ("Checkout is slow", "Checkout is down"),
            ("Checkout is slow", "Checkout"),
            ("Checkout is slow", "Chekout slow in EU"),
            ("Payments failing", "Payment failures for EU"),
            ("db-12 is down", "DB-12 unreachable"),
            ("Login errors", "Errors at login"),
            ("決済が遅い", "決済が遅い"),
        ] {
            assert!(title_similarity(one, other).is_some(), "{one} / {other}");
        }
    }

    #[test]
    fn titles_about_different_things_are_not_similar() {
        for (one, other) in [
            ("Checkout is slow", "Search is slow"),
            ("Checkout is down", "Search is down"),
            ("Trouble 32 in unit 2", "Trouble 22 in unit 2"),
            ("db-12 is down", "db-13 is down"),
            ("No mail goes out", "Carts are lost"),
            ("Outage", "Checkout outage in all regions"),
            ("", ""),
            ("it is", "it is"),
        ] {
            assert_eq!(title_similarity(one, other), None, "{one} / {other}");
        }
    }

    #[test]
    fn nearer_title_has_a_higher_similarity() {
        let similarity = |title| title_similarity("Checkout is slow in EU", title);
        assert_eq!(similarity("checkout slow, EU"), Some(1_000));
        assert!(similarity("Checkout is slow") < Some(1_000));
        assert!(similarity("Checkout is slow") > similarity("Checkout is down"));
    }

    proptest! {
        #[test]
        fn similarity_is_symmetric_up_to_repeated_words(one in "\\PC{0,60}", other in "\\PC{0,60}") {
            let (there, back) = (title_similarity(&one, &other), title_similarity(&other, &one));
            prop_assert!(there.is_none_or(|it| it <= 1_000));
            // Two words of one title may be a typo of one word of the other.
            if there != back {
                let count = |title| TitleTokens::new(title).tokens.len();
                prop_assert!(count(&one).max(count(&other)) > 1);
            }
        }

        #[test]
        fn title_is_similar_to_itself(title in "[a-z]{5,9}( [a-z]{5,9}){0,5}") {
            prop_assert_eq!(title_similarity(&title, &title), Some(1_000));
        }
    }
}
