//! Finds rejected words and phrases in prose, and rejected parts of names.

use std::collections::HashMap;
use std::iter::zip;
use std::ops::Range;
use std::sync::LazyLock;

use super::lexer::is_word;
use super::words::{EVERYWHERE, IDENTIFIERS};

/// Returns the position of each rejected phrase, the phrase, and what to use instead.
pub fn phrases(text: &str) -> Vec<(usize, String, &'static str)> {
    let words = words(text);
    let mut phrases = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let candidates = PHRASES.get(words[at].1.as_str());
        let mut candidates = candidates.into_iter().flatten();
        let phrase = candidates.find(|(phrase, _)| starts_with(text, &words[at..], phrase));
        if let Some((phrase, instead)) = phrase {
            phrases.push((words[at].0.start, phrase.join(" "), *instead));
        }
        at += phrase.map_or(1, |(phrase, _)| phrase.len());
    }
    phrases
}

type Phrase = (Vec<&'static str>, &'static str);

/// The phrases as words, by their first word; the longest first.
static PHRASES: LazyLock<HashMap<&str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut phrases: HashMap<&str, Vec<_>> = HashMap::new();
    for (alternatives, instead) in EVERYWHERE {
        for phrase in alternatives.split(" | ") {
            let words: Vec<&str> = phrase.split(' ').collect();
            phrases.entry(words[0]).or_default().push((words, *instead));
        }
    }
    for same_start in phrases.values_mut() {
        same_start.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }
    phrases
});

/// Returns the words of a text in lower case.
fn words(text: &str) -> Vec<(Range<usize>, String)> {
    let mut words = Vec::new();
    let mut end = 0;
    while let Some(start) = text[end..].find(is_word).map(|start| end + start) {
        let length = text[start..].find(|sign| !is_word(sign));
        end = length.map_or(text.len(), |length| start + length);
        words.push((start..end, text[start..end].to_lowercase()));
    }
    words
}

/// Returns whether the phrase comes first. A line may end within it, but no paragraph.
fn starts_with(text: &str, words: &[(Range<usize>, String)], phrase: &[&str]) -> bool {
    let is_gap = |pair: &[(Range<usize>, String)]| {
        let gap = &text[pair[0].0.end..pair[1].0.start];
        let is_blank = gap
            .chars()
            .all(|sign| sign.is_whitespace() || "-/!*#".contains(sign));
        is_blank && gap.matches('\n').count() < 2
    };
    words.len() >= phrase.len()
        && zip(words, phrase).all(|((_, actual), expected)| actual == expected)
        && words[..phrase.len()].windows(2).all(is_gap)
}

/// Returns the rejected part of a name, and what to use instead. Constants are in capitals, so that
/// `ALL` is not the name `all`.
pub fn part_of_name(name: &str) -> Option<Rejected> {
    let is_constant = name.len() > 1 && name == name.to_uppercase();
    let whole = Some(format!("{}°", name.to_lowercase())).filter(|_| !is_constant);
    let candidates = whole.into_iter().chain(parts(name));
    candidates
        .into_iter()
        .find_map(|part| NAMES.get(part.as_str()).copied())
}

/// A rejected word and what to use instead.
pub type Rejected = (&'static str, &'static str);

/// The rejected names, by themselves with their `°`.
static NAMES: LazyLock<HashMap<&str, Rejected>> = LazyLock::new(|| {
    let rows = IDENTIFIERS.iter().flat_map(|(names, instead)| {
        let names = names.split(" | ");
        names.map(move |name| (name, (name.trim_end_matches('°'), *instead)))
    });
    rows.collect()
});

/// Splits at `_` and other signs and at capitals: `IncidentID_7a` is `incident`, `id`, `7a`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let signs: Vec<char> = name.chars().collect();
    for (at, sign) in signs.iter().enumerate() {
        let is_upper = |at: usize| signs.get(at).is_some_and(|sign| sign.is_uppercase());
        let is_lower = |at: usize| signs.get(at).is_some_and(|sign| sign.is_lowercase());
        let starts = is_upper(at) && (at > 0 && !is_upper(at - 1) || is_lower(at + 1));
        if starts || !sign.is_alphanumeric() {
            parts.push(String::new());
        }
        let last = parts.last_mut().filter(|_| sign.is_alphanumeric());
        last.into_iter()
            .for_each(|part| part.extend(sign.to_lowercase()));
    }
    parts
}

/// Returns what a string literal contains: escapes are blank, and placeholders are `#`.
pub fn visible(literal: &str) -> String {
    let (prefix, text) = match (literal.find('"'), literal.rfind('"')) {
        (Some(open), Some(close)) if open < close => (&literal[..open], &literal[open + 1..close]),
        _ => ("r", literal),
    };
    let mut visible = String::new();
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let is_escape = sign == '\\' && !prefix.contains('r');
        let placeholder = rest.find('}').filter(|end| {
            let is_part = |sign: char| !sign.is_whitespace() && !"{\"".contains(sign);
            sign == '{' && rest[1..*end].chars().all(is_part)
        });
        let (replacement, length) = match placeholder {
            Some(end) => ("#".to_owned(), end + 1),
            None if is_escape && rest[1..].starts_with('\n') => (" \n".to_owned(), 2),
            None if is_escape => (
                "\t".to_owned(),
                1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            ),
            None => (sign.to_string(), sign.len_utf8()),
        };
        visible += &replacement;
        rest = &rest[length..];
    }
    visible
}
