//! The severities that a team uses: which levels, what each is called, and what it means.

use crate::Severity;
use crate::words::{UnknownWord, letters};

/// One severity of a team's scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Which it is.
    pub severity: Severity,
    /// What the team calls it, such as `High`; empty if it goes by its word alone.
    pub label: String,
    /// When to choose it; empty if nobody said so.
    pub description: String,
}

/// The severities that a team uses, in the order in which forms offer them: `UNKNOWN` first where it is
/// used, then the worst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale(Vec<Level>);

/// What each level is called and when to choose it, as long as nobody says otherwise.
pub const PRESET: [(Severity, &str, &str); 6] = [
    (Severity::Unknown, "", "Nobody can tell yet."),
    (
        Severity::Sev1,
        "Critical",
        "Customers cannot use what they need, or data is lost or exposed.",
    ),
    (
        Severity::Sev2,
        "High",
        "An important part fails, or many customers are hurt.",
    ),
    (
        Severity::Sev3,
        "Moderate",
        "A part fails or is slow, and customers can work around it.",
    ),
    (
        Severity::Sev4,
        "Low",
        "Few customers notice, and it can wait for the working day.",
    ),
    (
        Severity::Sev5,
        "Minor",
        "Nobody is hurt; it should be mended all the same.",
    ),
];

impl Default for Scale {
    /// Gives `UNKNOWN` and `SEV-1` to `SEV-5`, as they are called as long as nobody says otherwise.
    fn default() -> Self {
        let level = |(severity, label, description): (Severity, &str, &str)| Level {
            severity,
            label: label.to_owned(),
            description: description.to_owned(),
        };
        Self(PRESET.map(level).to_vec())
    }
}

impl Scale {
    /// Gives a scale of these levels, in the order in which forms offer them.
    pub fn new(levels: Vec<Level>) -> Self {
        Self(levels)
    }

    /// Gives its levels, in the order in which forms offer them.
    pub fn levels(&self) -> &[Level] {
        &self.0
    }

    /// Gives what a severity is called: `SEV-2 High`. One that is no longer used goes by its word alone.
    pub fn in_words(&self, severity: Severity) -> String {
        match self.level(severity) {
            Some(level) => level.in_words(),
            None => severity.to_string(),
        }
    }

    /// Gives the severities to choose from, each as people read it and as it is stored. How an incident
    /// stands is among them even if it is no longer used, so that a form can show it.
    pub fn options(&self, present: Option<Severity>) -> Vec<(String, String)> {
        let known = self.0.iter().map(|it| (it.in_words(), it.severity));
        let stray = present.filter(|severity| self.level(*severity).is_none());
        known
            .chain(stray.map(|severity| (severity.to_string(), severity)))
            .map(|(words, severity)| (words, severity.to_string()))
            .collect()
    }

    /// Gives the severity that a form begins with: `UNKNOWN`, if it is used; else the person chooses.
    pub fn first(&self) -> Option<Severity> {
        self.level(Severity::Unknown).map(|level| level.severity)
    }

    /// Gives when to choose a severity, by its word; `None` if nobody says so.
    pub fn description(&self, severity: &str) -> Option<&str> {
        let level = self.0.iter().find(|it| it.severity.as_str() == severity)?;
        Some(level.description.as_str()).filter(|says| !says.is_empty())
    }

    /// Gives what to show below the choice: when to choose which. Empty if no level is described.
    pub fn hint(&self) -> String {
        let described = self.0.iter().filter(|it| !it.description.is_empty());
        let lines: Vec<_> = described
            .map(|it| format!("{}: {}", it.in_words(), it.description))
            .collect();
        lines.join("\n")
    }

    /// Reads a severity that is used: `SEV-2`, `sev 2`, `2`, `high` and `SEV-2 High`, in any case.
    ///
    /// # Errors
    /// Which there are, for people.
    pub fn read(&self, text: &str) -> Result<Severity, UnknownWord> {
        let said = letters(text);
        let called = |level: &&Level| {
            letters(&level.label) == said && !said.is_empty() || letters(&level.in_words()) == said
        };
        let by_word = || text.parse().ok().and_then(|severity| self.level(severity));
        let level = self.0.iter().find(called).or_else(by_word);
        level
            .map(|level| level.severity)
            .ok_or_else(|| UnknownWord {
                kind: "severity",
                said: text.trim().to_owned(),
                known: self
                    .0
                    .iter()
                    .map(Level::in_words)
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    fn level(&self, severity: Severity) -> Option<&Level> {
        self.0.iter().find(|level| level.severity == severity)
    }
}

impl Level {
    /// Gives word and label together, such as `SEV-2 High`.
    pub fn in_words(&self) -> String {
        format!("{} {}", self.severity, self.label)
            .trim_end()
            .to_owned()
    }
}

/// Gives every scale that there can be: one to ten levels in a row, from `SEV-0` or `SEV-1` on.
pub(crate) fn scales(present: &[Severity]) -> Vec<(String, String)> {
    let known = &Severity::ALL[..11];
    let mut scales: Vec<&[Severity]> = Vec::new();
    for first in [1, 0] {
        scales.extend((1..=10).map(|count| &known[first..first + count]));
    }
    if !scales.contains(&present) {
        scales.push(present);
    }
    let shown = |scale: &[Severity]| match scale {
        [only] => only.to_string(),
        [first, .., last] => format!("{first} to {last}"),
        [] => "none".to_owned(),
    };
    scales
        .into_iter()
        .map(|scale| (shown(scale), words_of(scale)))
        .collect()
}

/// Gives the levels of a scale, as they are chosen.
pub(crate) fn words_of(levels: &[Severity]) -> String {
    let words: Vec<_> = levels.iter().map(|it| it.as_str()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use serde_json::Value;

    use super::*;
    use crate::form::severity;

    #[test]
    fn a_severity_is_read_by_its_word_its_number_and_what_the_team_calls_it() {
        let scale = Scale::default();
        for text in ["SEV-2", "sev 2", "2", "high", "HIGH", "SEV-2 High"] {
            assert_eq!(scale.read(text), Ok(Severity::Sev2), "{text}");
        }
        assert_eq!(scale.read("unknown"), Ok(Severity::Unknown));
        assert_eq!(
            scale.read(" dire ").unwrap_err().to_string(),
            "“dire” is no severity that I know. Choose one of: UNKNOWN, SEV-1 Critical, SEV-2 High, \
             SEV-3 Moderate, SEV-4 Low, SEV-5 Minor."
        );
        for text in ["", "SEV-6", "0", "highest"] {
            assert!(scale.read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_severity_that_is_no_longer_used_can_still_be_shown() {
        let scale = Scale::new(vec![Level {
            severity: Severity::Sev0,
            label: "All hands".to_owned(),
            description: String::new(),
        }]);
        let option = |words: &str, value: &str| (words.to_owned(), value.to_owned());
        let used = option("SEV-0 All hands", "SEV-0");
        assert_eq!(scale.options(None), std::slice::from_ref(&used));
        assert_eq!(
            scale.options(Some(Severity::Sev4)),
            [used, option("SEV-4", "SEV-4")]
        );
        assert_eq!(scale.in_words(Severity::Sev4), "SEV-4");
        assert_eq!((scale.first(), scale.hint()), (None, String::new()));
        assert_eq!(scale.description("SEV-0"), None);
    }

    #[test]
    fn when_to_choose_which_stands_beside_each_or_below_all_if_it_is_long() {
        let field = |description: &str| {
            let scale = Scale::new(vec![Level {
                severity: Severity::Sev0,
                label: "All hands".to_owned(),
                description: description.to_owned(),
            }]);
            serde_json::to_value(severity("severity", &scale, None)).unwrap()
        };
        let short = field("Everything is down.");
        let beside = |field: &Value| field["element"]["options"][0]["description"]["text"].clone();
        assert_eq!(beside(&short), "Everything is down.");
        assert_eq!(short["hint"], Value::Null);
        let says = "Everything is down. ".repeat(4);
        let long = field(&says);
        assert_eq!(beside(&long), Value::Null);
        assert_eq!(long["hint"]["text"], format!("SEV-0 All hands: {says}"));
        assert_eq!(field("")["hint"], Value::Null);
    }
}
