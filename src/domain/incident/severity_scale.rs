//! The severity scale of a team: its levels, their labels and descriptions.

use crate::Severity;
use crate::string_enum::{ParseEnumError, normalize};

/// A level of the severity scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityLevel {
    /// The severity.
    pub severity: Severity,
    /// The label, such as `High`; empty if the team uses none.
    pub label: String,
    /// When to select the level; empty if the team has not described it.
    pub description: String,
}

/// The levels that a team uses, in the order of the select menu: `UNKNOWN` if it is used, then the
/// worst first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityScale(Vec<SeverityLevel>);

/// The colours of the severities, the worst first.
const SEVERITY_EMOJIS: [&str; 5] = ["🔴", "🟠", "🟡", "🔵", "🟣"];

/// The default labels and descriptions.
pub const DEFAULT_LEVELS: [(Severity, &str, &str); 6] = [
    (Severity::Unknown, "", "Impact not known yet."),
    (
        Severity::Sev1,
        "Critical",
        "Core functionality down, or data lost or exposed.",
    ),
    (
        Severity::Sev2,
        "High",
        "Major feature down, or many customers affected.",
    ),
    (
        Severity::Sev3,
        "Moderate",
        "Feature broken or slow, with a workaround.",
    ),
    (
        Severity::Sev4,
        "Low",
        "Minor impact; can wait for business hours.",
    ),
    (
        Severity::Sev5,
        "Minor",
        "No customer impact; fix when convenient.",
    ),
];

impl Default for SeverityScale {
    /// Returns `UNKNOWN` and `SEV-1` to `SEV-5` with the default labels and descriptions.
    fn default() -> Self {
        let level = |(severity, label, description): (Severity, &str, &str)| SeverityLevel {
            severity,
            label: label.to_owned(),
            description: description.to_owned(),
        };
        Self(DEFAULT_LEVELS.map(level).to_vec())
    }
}

impl SeverityScale {
    /// Creates a scale from levels in the order of the select menu.
    pub fn new(levels: Vec<SeverityLevel>) -> Self {
        Self(levels)
    }

    /// Returns the levels in the order of the select menu.
    pub fn levels(&self) -> &[SeverityLevel] {
        &self.0
    }

    /// Returns the name of a severity with its label: `SEV-2 High`. A severity outside the scale
    /// has no label.
    pub fn severity_name(&self, severity: Severity) -> String {
        match self.level(severity) {
            Some(level) => level.display_name(),
            None => severity.to_string(),
        }
    }

    /// Returns the emoji whose colour shows a severity, from red for the worst level of the scale to
    /// purple for the least.
    pub fn severity_emoji(&self, severity: Severity) -> &'static str {
        let [.., least] = SEVERITY_EMOJIS;
        match self.color_index(severity) {
            Some(index) => SEVERITY_EMOJIS.get(index).copied().unwrap_or(least),
            None => "⚪",
        }
    }

    /// Returns the index of a severity's colour, from 0 for the worst level of the scale to 4 for the least;
    /// `None` for `UNKNOWN`. Up to five levels have a colour each; a longer scale shares them.
    pub fn color_index(&self, severity: Severity) -> Option<usize> {
        if severity == Severity::Unknown {
            return None;
        }
        let known = self.0.iter().map(|level| level.severity);
        let known = known.filter(|known| *known != Severity::Unknown);
        let levels = known.clone().count();
        let worse = known.filter(|known| *known < severity).count();
        let index = if levels > SEVERITY_EMOJIS.len() {
            worse * SEVERITY_EMOJIS.len() / levels
        } else {
            worse
        };
        Some(index.min(SEVERITY_EMOJIS.len() - 1))
    }

    /// Returns the options of the select menu as (text, value). The current severity is included
    /// even if the team no longer uses it, so that a modal can show it.
    pub fn options(&self, present: Option<Severity>) -> Vec<(String, String)> {
        let known = self.0.iter().map(|it| (it.display_name(), it.severity));
        let stray = present.filter(|severity| self.level(*severity).is_none());
        known
            .chain(stray.map(|severity| (severity.to_string(), severity)))
            .map(|(words, severity)| (words, severity.to_string()))
            .collect()
    }

    /// Returns the initial selection of a modal: `UNKNOWN` if it is used, or else none.
    pub fn default_severity(&self) -> Option<Severity> {
        self.level(Severity::Unknown).map(|level| level.severity)
    }

    /// Returns the description of a severity by its stored name; `None` if there is none.
    pub fn description(&self, severity: &str) -> Option<&str> {
        let level = self.0.iter().find(|it| it.severity.as_str() == severity)?;
        Some(level.description.as_str()).filter(|says| !says.is_empty())
    }

    /// Returns the descriptions of all levels as a hint; empty if no level has one.
    pub fn hint(&self) -> String {
        let described = self.0.iter().filter(|it| !it.description.is_empty());
        let lines: Vec<_> = described
            .map(|it| format!("{}: {}", it.display_name(), it.description))
            .collect();
        lines.join("\n")
    }

    /// Parses a severity of the scale: `SEV-2`, `sev 2`, `2`, `high` and `SEV-2 High`, in any case.
    ///
    /// # Errors
    /// Returns a `ParseEnumError`, which lists the levels, if the scale has no such severity.
    pub fn parse(&self, text: &str) -> Result<Severity, ParseEnumError> {
        let normalized = normalize(text);
        let called = |level: &&SeverityLevel| {
            normalize(&level.label) == normalized && !normalized.is_empty()
                || normalize(&level.display_name()) == normalized
        };
        let by_word = || text.parse().ok().and_then(|severity| self.level(severity));
        let level = self.0.iter().find(called).or_else(by_word);
        level
            .map(|level| level.severity)
            .ok_or_else(|| ParseEnumError {
                kind: "severity",
                input: text.trim().to_owned(),
                known: self
                    .0
                    .iter()
                    .map(SeverityLevel::display_name)
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    fn level(&self, severity: Severity) -> Option<&SeverityLevel> {
        self.0.iter().find(|level| level.severity == severity)
    }
}

impl SeverityLevel {
    /// Returns the severity with its label, such as `SEV-2 High`.
    pub fn display_name(&self) -> String {
        format!("{} {}", self.severity, self.label)
            .trim_end()
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn severity_is_parsed_by_name_number_and_label() {
        let scale = SeverityScale::default();
        for text in ["SEV-2", "sev 2", "2", "high", "HIGH", "SEV-2 High"] {
            assert_eq!(scale.parse(text), Ok(Severity::Sev2), "{text}");
        }
        assert_eq!(scale.parse("unknown"), Ok(Severity::Unknown));
        assert_eq!(
            scale.parse(" dire ").unwrap_err().to_string(),
            "I don't know the severity “dire”. Pick one of: UNKNOWN, SEV-1 Critical, SEV-2 High, SEV-3 \
             Moderate, SEV-4 Low, SEV-5 Minor."
        );
        for text in ["", "SEV-6", "0", "highest"] {
            assert!(scale.parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn severity_colours_run_from_the_worst_to_the_least_of_the_scale() {
        let emojis = |scale: &SeverityScale, severities: &[Severity]| {
            let emojis = severities.iter().map(|it| scale.severity_emoji(*it));
            emojis.collect::<String>()
        };
        let level = |severity: &Severity| SeverityLevel {
            severity: *severity,
            label: String::new(),
            description: String::new(),
        };
        let scale = |severities: &[Severity]| SeverityScale(severities.iter().map(level).collect());
        let [sev_0, one_to_ten @ .., unknown] = Severity::ALL;
        let by_default = SeverityScale::default();
        assert_eq!(emojis(&by_default, &one_to_ten[..5]), "🔴🟠🟡🔵🟣");
        assert_eq!(by_default.severity_emoji(unknown), "⚪");
        // A level that the team no longer uses takes the colour of its place in the scale.
        assert_eq!(by_default.severity_emoji(sev_0), "🔴");
        assert_eq!(by_default.severity_emoji(Severity::Sev9), "🟣");
        let from_zero = scale(&Severity::ALL[..3]);
        assert_eq!(emojis(&from_zero, &Severity::ALL[..4]), "🔴🟠🟡🔵");
        assert_eq!(
            emojis(&scale(&one_to_ten), &one_to_ten),
            "🔴🔴🟠🟠🟡🟡🔵🔵🟣🟣"
        );
        assert_eq!(scale(&[]).severity_emoji(Severity::Sev3), "🔴");
    }

    #[test]
    fn unused_severity_is_offered_only_when_it_is_current() {
        let scale = SeverityScale::new(vec![SeverityLevel {
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
        assert_eq!(scale.severity_name(Severity::Sev4), "SEV-4");
        assert_eq!(
            (scale.default_severity(), scale.hint()),
            (None, String::new())
        );
        assert_eq!(scale.description("SEV-0"), None);
    }
}
