//! The text by which a timeline entry is found.

use crate::{FieldChange, FieldValue, NamedUrl, TimelineEvent};

impl TimelineEvent {
    /// Returns the text that users wrote, or `None` if the event contains none. Values that the incident
    /// still has, such as its summary, are not repeated; an earlier title is, and so are values of fields.
    #[expect(clippy::too_many_lines, reason = "one arm per event")]
    pub fn searchable_text(&self) -> Option<String> {
        let text = match self {
            Self::Note { text } | Self::Message { text } | Self::StatusUpdate { text, .. } => {
                text.clone()
            }
            Self::ImpactStarted { description, .. } => description.clone(),
            Self::DocumentAdded { title, url } | Self::PostmortemAttached { title, url } => {
                format!("{title} {url}")
            }
            Self::DocumentEdited { to, .. } => format!("{} {}", to.title, to.url),
            Self::IntegrationChanged { to, .. } => link_texts(to),
            Self::TaskAdded { task, .. } => task.description.clone(),
            Self::Alert { change } => change.title().unwrap_or_default().to_owned(),
            Self::Updated { changes } => changes_text(changes),
            Self::NotificationSent { subject, .. } => subject.clone().unwrap_or_default(),
            Self::Declared { .. }
            | Self::VisibilityChanged { .. }
            | Self::Deleted
            | Self::ImpactEnded { .. }
            | Self::ImpactRemoved { .. }
            | Self::ImpactEdited { .. }
            | Self::DocumentRemoved { .. }
            | Self::LinkChanged { .. }
            | Self::TaskEdited { .. }
            | Self::TaskDone { .. }
            | Self::TaskReopened { .. }
            | Self::TaskRemoved { .. }
            | Self::RolesChanged { .. }
            | Self::ChannelArchived
            | Self::ChannelUnarchived
            | Self::ChannelRenamed { .. }
            | Self::ChannelRenamedByMuster { .. }
            | Self::ChannelNameLocked
            | Self::ChannelDeleted
            | Self::ChannelAutoArchived { .. }
            | Self::ChannelReplaced { .. }
            | Self::RemindersStopped { .. }
            | Self::Repaired { .. }
            | Self::PostmortemGenerated { .. }
            | Self::PostmortemAssigned { .. }
            | Self::PostmortemStatusChanged { .. }
            | Self::PostmortemExported { .. }
            | Self::DeliveryFailed { .. } => return None,
        };
        Some(text).filter(|text| !text.trim().is_empty())
    }
}

/// Returns the titles and the URLs of links.
fn link_texts(links: &[NamedUrl]) -> String {
    let texts = links.iter().map(|it| format!("{} {}", it.title, it.url));
    texts.collect::<Vec<_>>().join(" ")
}

/// Returns the earlier titles, and the values of the fields that the team defines.
fn changes_text(changes: &[FieldChange]) -> String {
    let texts = changes.iter().filter_map(|change| match change {
        FieldChange::Title { from, .. } => Some(from.clone()),
        FieldChange::Configured { from, to, .. } => {
            let values = [from, to].into_iter().flatten();
            Some(
                values
                    .map(FieldValue::to_line)
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        }
        FieldChange::Severity { .. }
        | FieldChange::Status { .. }
        | FieldChange::Commander { .. }
        | FieldChange::DetectionMethod { .. }
        | FieldChange::DetectedAt { .. }
        | FieldChange::Summary { .. }
        | FieldChange::RootCause { .. } => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}
