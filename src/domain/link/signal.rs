//! The signals of an incident: the graphs, logs and alerts that it was declared from.

use crate::link::add_link::LONGEST_NAME;
use crate::link::http_url::{trim_url, url_in};
use crate::text::truncate;

/// A link to what showed the incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The words next to the URL; empty if there were none.
    pub name: String,
    /// The URL: `http` or `https`.
    pub url: String,
}

impl Signal {
    /// Returns the signals in a text, each named by the words before its URL, or by those after it.
    pub fn find_in(text: &str) -> Vec<Self> {
        let mut signals: Vec<Self> = Vec::new();
        let mut words: Vec<&str> = Vec::new();
        for token in text.split_whitespace() {
            match url_in(trim_url(token)) {
                Some(url) => {
                    let name = name_from(&words);
                    signals.push(Self { name, url });
                    words.clear();
                }
                None => words.push(token),
            }
        }
        if let Some(last) = signals.last_mut().filter(|signal| signal.name.is_empty()) {
            last.name = name_from(&words);
        }
        signals
    }

    /// Returns the signal as [`Signal::find_in`] reads it; only the URL if the name contains another one.
    pub fn to_line(&self) -> String {
        let text = format!("{} {}", self.name, self.url);
        match Self::find_in(&text).as_slice() {
            [_] => text.trim().to_owned(),
            _ => self.url.clone(),
        }
    }

    /// Returns the name, or the URL if the signal has none.
    pub fn label(&self) -> &str {
        if self.name.is_empty() {
            &self.url
        } else {
            &self.name
        }
    }
}

/// Joins words without the punctuation of a list: `- Graph:` is named `Graph`.
fn name_from(words: &[&str]) -> String {
    let is_punctuation = |sign: char| ":-–—*•,;".contains(sign) || sign.is_whitespace();
    let name = words.join(" ");
    truncate(name.trim_matches(is_punctuation), LONGEST_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_and_urls(text: &str) -> Vec<(String, String)> {
        let signals = Signal::find_in(text).into_iter();
        signals.map(|signal| (signal.name, signal.url)).collect()
    }

    #[test]
    fn signal_is_named_by_the_words_next_to_it() {
        for (text, name, url) in [
            ("https://a.example/1", "", "https://a.example/1"),
            (
                "Error rate: https://a.example/1",
                "Error rate",
                "https://a.example/1",
            ),
            (
                "- Error rate – a.example/1",
                "Error rate",
                "https://a.example/1",
            ),
            (
                "<https://a.example/1> (error rate)",
                "(error rate)",
                "https://a.example/1",
            ),
        ] {
            assert_eq!(
                names_and_urls(text),
                [(name.to_owned(), url.to_owned())],
                "{text}"
            );
        }
        assert_eq!(names_and_urls("see the graph"), []);
    }

    #[test]
    fn each_link_of_a_line_has_its_own_name() {
        let pair = |name: &str, url: &str| (name.to_owned(), url.to_owned());
        assert_eq!(
            names_and_urls("graph https://a.example/1, logs https://a.example/2 since noon"),
            [
                pair("graph", "https://a.example/1"),
                pair("logs", "https://a.example/2"),
            ]
        );
    }

    #[test]
    fn label_is_the_name_or_the_url() {
        let label = |text: &str| Signal::find_in(text)[0].label().to_owned();
        assert_eq!(label("Graph https://a.example"), "Graph");
        assert_eq!(label("https://a.example"), "https://a.example");
    }
}
