//! The test of one label: `service=checkout`, `severity=~critical|page`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::length;

/// The longest pattern and value.
const LONGEST_VALUE: usize = 1_024;

/// The test of one label, of the title (`title`) or of the sender's severity (`severity`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LabelMatcher {
    /// The name of the label.
    pub label: String,
    /// The operator.
    pub operator: MatchOperator,
    /// The value or the pattern.
    pub value: String,
}

/// The operator of a test. A label that is missing counts as empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchOperator {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// The whole value matches the regular expression.
    Matches,
    /// The whole value does not match the regular expression.
    MatchesNot,
}

impl MatchOperator {
    /// All operators.
    pub const ALL: [Self; 4] = [Self::Equal, Self::NotEqual, Self::Matches, Self::MatchesNot];

    /// Returns its signs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Matches => "=~",
            Self::MatchesNot => "!~",
        }
    }

    /// Returns whether the value is a regular expression.
    pub fn is_pattern(self) -> bool {
        match self {
            Self::Matches | Self::MatchesNot => true,
            Self::Equal | Self::NotEqual => false,
        }
    }
}

impl LabelMatcher {
    /// Creates the test of an equal value.
    pub fn equal(label: &str, value: &str) -> Self {
        Self {
            label: label.to_owned(),
            operator: MatchOperator::Equal,
            value: value.to_owned(),
        }
    }
}

impl fmt::Display for LabelMatcher {
    /// Writes the test as it is parsed. The value is enclosed in quotation marks where it would be parsed differently
    /// without them: `=` before `~` is the sign of a pattern.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, value, .. } = self;
        let operator = self.operator.as_str();
        if unquoted(value.trim()) != value || value.starts_with('~') {
            write!(f, "{label}{operator}\"{value}\"")
        } else {
            write!(f, "{label}{operator}{value}")
        }
    }
}

impl From<LabelMatcher> for String {
    fn from(matcher: LabelMatcher) -> Self {
        matcher.to_string()
    }
}

impl TryFrom<String> for LabelMatcher {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for LabelMatcher {
    type Err = String;

    /// Parses a test. The value may be enclosed in quotation marks, as in Alertmanager's configuration.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let problem = || {
            format!(
                "“{text}” isn't a test of a label. Write label=value, label!=value, label=~pattern or \
                 label!~pattern."
            )
        };
        let at = text.find(['=', '!']).ok_or_else(problem)?;
        let (label, rest) = (text[..at].trim(), &text[at..]);
        // The longer signs come first: `=~` begins with `=`.
        let operators = [
            MatchOperator::Matches,
            MatchOperator::MatchesNot,
            MatchOperator::NotEqual,
            MatchOperator::Equal,
        ];
        let parsed = operators.iter().find_map(|operator| {
            let value = rest.strip_prefix(operator.as_str())?;
            Some((*operator, unquoted(value.trim())))
        });
        let (operator, value) = parsed.filter(|_| !label.is_empty()).ok_or_else(problem)?;
        if length(label) > 128 || length(value) > LONGEST_VALUE {
            return Err("a label has at most 128 characters, a value 1,024.".to_owned());
        }
        Ok(Self {
            label: label.to_owned(),
            operator,
            value: value.to_owned(),
        })
    }
}

fn unquoted(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    inner.unwrap_or(value)
}
