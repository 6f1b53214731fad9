//! The values that a postmortem is filled in with. Text of users is escaped.

use chrono::Duration;

use crate::postmortem::{PostmortemSource, PostmortemView};
use crate::text::format_duration;
use crate::text::markdown::{escape_text, single_line};
use crate::{Incident, StoredEntry, TemplateValues, Timestamp, UserId};

/// The values that a postmortem is filled in with.
pub(super) struct PostmortemValues<'a> {
    /// The facts.
    pub(super) source: &'a PostmortemSource,
    /// The reader.
    pub(super) view: &'a PostmortemView<'a>,
    /// The values of the variables that messages have as well.
    pub(super) message: TemplateValues<'a>,
}

impl<'a> PostmortemValues<'a> {
    pub(super) fn new(source: &'a PostmortemSource, view: &'a PostmortemView<'a>) -> Self {
        Self {
            source,
            view,
            message: TemplateValues {
                incident: &source.incident,
                settings: &source.settings,
                contacts: &source.contacts,
                clock: view.clock,
                page_url: view.page_url,
                channel_url: view.channel_url,
                changes: &[],
            },
        }
    }

    pub(super) fn incident(&self) -> &'a Incident {
        &self.source.incident
    }

    /// Returns the entries of the timeline, the oldest first.
    pub(super) fn entries(&self) -> impl Iterator<Item = &'a StoredEntry> {
        self.source.entries.iter().map(|it| &it.stored)
    }

    /// Returns a time in the time zone of the reader.
    pub(super) fn time(&self, at: Timestamp) -> String {
        self.view.clock.display_with_zone(at)
    }

    /// Returns the name of a user.
    pub(super) fn user(&self, user: &UserId) -> String {
        escaped(&self.message.user_label(user))
    }
}

/// Returns text of a user in one line, as Markdown.
pub(super) fn escaped(text: &str) -> String {
    escape_text(&single_line(text))
}

/// Returns an item that consists of a label and a value in Markdown.
pub(super) fn labelled(label: &str, value: &str) -> String {
    format!("**{label}**: {value}")
}

/// Returns the time from one timestamp to another in words; empty if there is none.
pub(super) fn time_between(from: Timestamp, to: Timestamp) -> String {
    format_duration(to.duration_since(from).max(Duration::zero()))
}
