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
    text: String,
    weight: u32,
}

/// Returns how similar two titles are, in thousandths; `None` if they are not similar.
///
/// The measure is the weight of the words that both have. Numbers, as in the names of hosts, must be
/// the same. A typo in a longer word is accepted.
pub fn title_similarity(one: &str, other: &str) -> Option<u32> {
    let (one, other) = (tokens(one), tokens(other));
    let numbers = |tokens: &[TitleToken]| {
        let numbers = tokens.iter().filter(|token| has_digit(&token.text));
        numbers.map(|token| token.text.clone()).collect::<Vec<_>>()
    };
    let (mut ones, mut others) = (numbers(&one), numbers(&other));
    ones.sort();
    others.sort();
    if !ones.is_empty() && !others.is_empty() && ones != others {
        return None;
    }
    let total = total_weight(&one) + total_weight(&other);
    if total == 0 {
        return None;
    }
    let shared: u32 = one
        .iter()
        .filter(|token| other.iter().any(|it| is_same_word(&token.text, &it.text)))
        .map(|token| token.weight)
        .sum();
    let similarity = (2_000 * shared / total).min(1_000);
    (similarity >= SIMILAR).then_some(similarity)
}

/// Returns the distinct words that tell something.
fn tokens(title: &str) -> Vec<TitleToken> {
    let title = title.to_lowercase();
    let mut tokens: Vec<TitleToken> = Vec::new();
    for text in title.split(|sign: char| !sign.is_alphanumeric()) {
        let is_known = tokens.iter().any(|token| token.text == text);
        if text.is_empty() || is_known || STOP_WORDS.contains(&text) {
            continue;
        }
        let weight = if SYMPTOMS.contains(&text) { 1 } else { 4 };
        tokens.push(TitleToken {
            text: text.to_owned(),
            weight,
        });
    }
    tokens
}

fn total_weight(tokens: &[TitleToken]) -> u32 {
    tokens.iter().map(|token| token.weight).sum()
}

fn has_digit(token: &str) -> bool {
    token.chars().any(|sign| sign.is_ascii_digit())
}

/// Returns whether two words are the same, or differ by one letter in a longer word.
fn is_same_word(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    if short.len() < 5 || long.len() - short.len() > 1 {
        return false;
    }
    let start = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let end = short.iter().rev().zip(long.iter().rev());
    let end = end.take_while(|(a, b)| a == b).count();
    // The rest between the common start and the common end is one letter at most.
    start + end >= long.len() - 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
                let tokens = tokens(&one).len().max(tokens(&other).len());
                prop_assert!(tokens > 1);
            }
        }

        #[test]
        fn title_is_similar_to_itself(title in "[a-z]{5,9}( [a-z]{5,9}){0,5}") {
            prop_assert_eq!(title_similarity(&title, &title), Some(1_000));
        }
    }
}
