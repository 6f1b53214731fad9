//! Full-text search with SQLite's FTS5. Only this module and `schema.sql` know its syntax.
//!
//! A change notes the texts that it changed, and [`index_noted`] indexes them soon after: an insertion into
//! the index takes as long as the rest of the change. Triggers cannot do it: the text of a timeline entry is a
//! part of its event, which only the domain can read. An incident matches if its fields contain all words, or
//! if one entry on its timeline does. The index contains private incidents; its callers check what the viewer
//! may see.

mod hits;
mod indexing;

pub(crate) use hits::{HitTest, Hits, hit_condition, is_hit};
pub(crate) use indexing::{
    drop_tables, has_noted, index_noted, note_entry, note_incident, note_new_entry, rebuild,
};

use crate::domain::api::search::TextColumn;

/// The length of the indexed character sequences. Shorter words are not in the index.
const TRIGRAM: usize = 3;

/// The maximum number of words that are searched for.
const MAX_WORDS: usize = 12;

/// The low bits of a row ID of `timeline_text`: the entry's ID.
const ENTRY_BITS: u32 = 31;

/// The first character of the scripts that write words without blanks, or that this module treats so.
const UNSPACED_SCRIPTS: char = '\u{e00}';

/// Search words as the index takes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SearchWords {
    /// The words that the index can find, quoted: user input has no syntax. Empty if there are none.
    expression: String,
    /// The words that the index cannot find, in lower case. They are ignored if there are others.
    short: Vec<String>,
    /// The texts that are searched.
    texts: SearchedTexts,
}

/// The texts that are searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SearchedTexts {
    /// Those of the incident and of the entries on its timeline.
    #[default]
    Everywhere,
    /// Those of the incident.
    Incident,
}

impl SearchWords {
    /// Splits the words of a filter. A word of one or two characters is found at the start of words, because
    /// the index contains the blank before it; in a script without blanks, only in titles.
    pub(crate) fn new(words: &str) -> Self {
        Self::of_phrases(words.split_whitespace().take(MAX_WORDS))
    }

    /// Searches for phrases: texts that contain all of them. Those of one column only, if one is given.
    pub(crate) fn phrases(parts: &[&str], column: Option<TextColumn>) -> Self {
        let mut search = Self::of_phrases(parts.iter().copied());
        if let Some(column) = column {
            search.texts = SearchedTexts::Incident;
            if search.is_indexed() {
                let name = match column {
                    TextColumn::Title => "title",
                    TextColumn::Summary => "summary",
                    TextColumn::RootCause => "root_cause",
                };
                search.expression = format!("{name} : ({})", search.expression);
            }
        }
        search
    }

    fn of_phrases<'p>(phrases: impl Iterator<Item = &'p str>) -> Self {
        let (mut quoted, mut short) = (Vec::new(), Vec::new());
        for term in phrases {
            // Texts are stored with one blank between words.
            let term = term.replace('\0', "");
            let term = term.split_whitespace().collect::<Vec<_>>().join(" ");
            let is_spaced = term.chars().all(|sign| sign < UNSPACED_SCRIPTS);
            let phrase = match term.chars().count() {
                0 => continue,
                1 if is_spaced => format!(" {term} "),
                2 if is_spaced => format!(" {term}"),
                length if length < TRIGRAM => {
                    short.push(term.to_lowercase());
                    continue;
                }
                _ => term,
            };
            quoted.push(format!("\"{}\"", phrase.replace('"', "\"\"")));
        }
        Self {
            expression: quoted.join(" "),
            short,
            texts: SearchedTexts::Everywhere,
        }
    }

    /// Returns whether the index can find at least one of the words.
    pub(crate) fn is_indexed(&self) -> bool {
        !self.expression.is_empty()
    }

    /// Returns the words that the index can find, as a parameter of [`hit_condition`].
    pub(crate) fn expression(&self) -> &str {
        &self.expression
    }

    /// Returns whether a title contains the words that the index cannot find.
    pub(crate) fn are_in_title(&self, title: &str) -> bool {
        let title = title.to_lowercase();
        self.short.iter().all(|term| title.contains(term))
    }
}

/// Returns a text as the index stores it: with one blank before and after each word.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 2);
    for term in text.split_whitespace() {
        spaced.push(' ');
        spaced.push_str(term);
    }
    spaced.push(' ');
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_and_short_ones_start_a_word() {
        let words = SearchWords::new("checkout AND \"title: NEAR(a* é db 障害");
        assert_eq!(
            words.expression,
            "\"checkout\" \"AND\" \"\"\"title:\" \"NEAR(a*\" \" é \" \" db\""
        );
        assert_eq!(words.short, ["障害"]);
        assert!(words.are_in_title("決済障害"));
        assert!(!words.are_in_title("決済"));
    }

    #[test]
    fn phrase_has_its_blanks_and_may_be_searched_for_in_one_column() {
        let words = SearchWords::phrases(&["slow  checkout ", "", "db"], None);
        assert_eq!(words.expression, "\"slow checkout\" \" db\"");
        let words = SearchWords::phrases(&["slow\" OR"], Some(TextColumn::RootCause));
        assert_eq!(words.expression, "root_cause : (\"slow\"\" OR\")");
        let words = SearchWords::phrases(&["障害"], Some(TextColumn::Title));
        assert!(!words.is_indexed());
    }
}
