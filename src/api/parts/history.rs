//! The creation and the last change of a part of an incident, with the users who made them, from the timeline.

use crate::domain::{Incident, StoredEntry, TimelineEvent, Timestamp, UserId};

/// A change of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::api) struct Touch {
    pub(in crate::api) at: Timestamp,
    /// The user who made it; `None` if it was no user.
    pub(in crate::api) user: Option<UserId>,
}

/// The first and the last change of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::api) struct History {
    pub(in crate::api) created: Touch,
    pub(in crate::api) modified: Touch,
}

impl History {
    /// Finds the changes of a part among entries, which are ordered by ID. Without any, it was created with the
    /// incident.
    pub(in crate::api) fn find(
        incident: &Incident,
        entries: &[StoredEntry],
        is_about: impl Fn(&TimelineEvent) -> bool,
    ) -> Self {
        let mut changes = entries.iter().filter(|it| is_about(&it.entry.event));
        let created = changes.next().map(touch).unwrap_or(Touch {
            at: incident.declared_at,
            user: None,
        });
        let modified = changes.next_back().map(touch);
        Self {
            modified: modified.unwrap_or_else(|| created.clone()),
            created,
        }
    }
}

fn touch(stored: &StoredEntry) -> Touch {
    Touch {
        at: stored.entry.recorded_at,
        user: stored.entry.recorded_by.clone(),
    }
}
