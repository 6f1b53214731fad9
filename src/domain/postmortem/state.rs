//! The state of an incident's postmortem, for lists, and when it is due.

use std::str::FromStr;

use chrono::Duration;

use crate::postmortem::{Postmortem, PostmortemStatus};
use crate::string_enum::{normalize, parse_enum};
use crate::{ParseEnumError, Settings, Severity, Timestamp};

/// The state of an incident's postmortem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostmortemState {
    /// The incident has none.
    NotStarted,
    /// It is being written.
    Draft,
    /// It is being reviewed.
    InReview,
    /// It is finished.
    Completed,
    /// It is a document elsewhere.
    Attached,
}

impl PostmortemState {
    /// All states, in their order.
    pub const ALL: [Self; 5] = [
        Self::NotStarted,
        Self::Draft,
        Self::InReview,
        Self::Completed,
        Self::Attached,
    ];

    /// Returns the state of an incident with this postmortem.
    pub fn of_postmortem(postmortem: Option<&Postmortem>) -> Self {
        let Some(postmortem) = postmortem else {
            return Self::NotStarted;
        };
        match (&postmortem.attached_url, postmortem.status) {
            (Some(_), _) => Self::Attached,
            (None, PostmortemStatus::Draft) => Self::Draft,
            (None, PostmortemStatus::InReview) => Self::InReview,
            (None, PostmortemStatus::Completed) => Self::Completed,
        }
    }

    /// Returns the value that the store and addresses use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Completed => "completed",
            Self::Attached => "attached",
        }
    }

    /// Returns the label.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotStarted => "Not started",
            Self::Draft => PostmortemStatus::Draft.label(),
            Self::InReview => PostmortemStatus::InReview.label(),
            Self::Completed => PostmortemStatus::Completed.label(),
            Self::Attached => "Attached",
        }
    }
}

impl FromStr for PostmortemState {
    type Err = ParseEnumError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let requested = normalize(text);
        parse_enum("postmortem state", text, &Self::ALL, Self::as_str, |it| {
            normalize(it.as_str()) == requested
        })
    }
}

impl Settings {
    /// Returns when the postmortem of an incident is due; `None` if its severity has no deadline.
    pub fn postmortem_due_at(
        &self,
        severity: Severity,
        resolved_at: Timestamp,
    ) -> Option<Timestamp> {
        let days = self.postmortem_reminder_days.get(&severity).copied()?;
        (days > 0).then(|| resolved_at.plus(Duration::days(days.into())))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn postmortem_is_due_some_days_after_the_resolution_by_severity() {
        let mut settings = Settings::default();
        let resolved_at = Timestamp::from_epoch_seconds(1_795_447_205);
        let due = |settings: &Settings, severity| {
            let due_at = settings.postmortem_due_at(severity, resolved_at)?;
            Some(due_at.duration_since(resolved_at).num_days())
        };
        assert_eq!(due(&settings, Severity::Sev1), Some(3));
        assert_eq!(due(&settings, Severity::Sev2), Some(5));
        assert_eq!(due(&settings, Severity::Sev3), None);
        settings.postmortem_reminder_days.insert(Severity::Sev1, 0);
        assert_eq!(due(&settings, Severity::Sev1), None);
    }

    #[test]
    fn state_is_parsed_back() {
        for state in PostmortemState::ALL {
            assert_eq!(state.as_str().parse::<PostmortemState>().unwrap(), state);
        }
    }
}
