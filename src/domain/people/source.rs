//! The transport by which a request came.

use std::str::FromStr;

use crate::string_enum::{ParseEnumError, impl_string_enum, normalize, parse_enum};

/// The transport by which a request came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// A command, a button, a modal or an event of Slack.
    #[default]
    Slack,
    /// A page in a browser.
    Web,
    /// The HTTP API.
    Api,
    /// An incoming alert.
    Alert,
    /// The terminal of the operator.
    Cli,
}

impl Source {
    /// All sources.
    pub const ALL: [Self; 5] = [Self::Slack, Self::Web, Self::Api, Self::Alert, Self::Cli];

    /// Returns the name that the store and the export use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Web => "web",
            Self::Api => "api",
            Self::Alert => "alert",
            Self::Cli => "cli",
        }
    }

    /// Returns the source in words, as a page shows it next to an entry; empty for Slack, where most entries
    /// come from.
    pub fn label(self) -> &'static str {
        match self {
            Self::Slack => "",
            Self::Web => "from the web",
            Self::Api => "from the API",
            Self::Alert => "from an alert",
            Self::Cli => "from the command line",
        }
    }
}

impl_string_enum!(Source);

impl FromStr for Source {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let normalized = normalize(text);
        parse_enum("source", text, &Self::ALL, Self::as_str, |source| {
            source.as_str() == normalized
        })
    }
}
