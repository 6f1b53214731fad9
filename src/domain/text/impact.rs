//! Impacts as text.

use super::activity::ChangeText;
use super::{QUOTE_PREVIEW, RichText, rich};
use crate::text::truncate;
use crate::{ImpactChange, Timestamp};

/// Returns whether a time is at least one minute before an activity. Later times are omitted from its text.
pub(super) fn is_earlier(time: Timestamp, activity_at: Timestamp) -> bool {
    activity_at.duration_since(time).num_seconds() >= 60
}

/// Returns the text for an added impact, without its actor.
pub(super) fn impact_started_text(
    description: &str,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> RichText {
    let mut paragraph = rich![" added an impact"];
    if let Some(since) = since {
        paragraph.extend(rich![" since ", since]);
    }
    if let Some(until) = until {
        paragraph.extend(rich![" until ", until]);
    }
    paragraph.extend(match description {
        "" => rich!["."],
        description => rich![format!(": {}", truncate(description, QUOTE_PREVIEW))],
    });
    paragraph
}

/// Returns the text for an ended impact, without its actor.
pub(super) fn impact_ended_text(at: Option<Timestamp>) -> RichText {
    match at {
        Some(at) => rich![" ended the impact at ", at, "."],
        None => rich![" ended the impact."],
    }
}

/// Returns the text for a removed impact, without its actor.
pub(super) fn impact_removed_text(description: &str, since: Timestamp) -> RichText {
    let mut paragraph = rich![" removed the impact that started ", since];
    paragraph.extend(match description {
        "" => rich!["."],
        description => rich![format!(": {}", truncate(description, QUOTE_PREVIEW))],
    });
    paragraph
}

/// Returns the text for one edited field of an impact.
pub(super) fn impact_edited_text(change: &ImpactChange) -> ChangeText {
    match change {
        ImpactChange::Start { to, .. } => ChangeText {
            sentence: rich![" changed the impact's start to ", *to, "."],
            item: rich!["Start → ", *to],
        },
        ImpactChange::End { to: Some(to), .. } => ChangeText {
            sentence: rich![" changed the impact's end to ", *to, "."],
            item: rich!["End → ", *to],
        },
        ImpactChange::End { to: None, .. } => ChangeText {
            sentence: rich![" removed the impact's end: it's ongoing."],
            item: rich!["Removed the end: it's ongoing"],
        },
        ImpactChange::Description { to, .. } if to.is_empty() => ChangeText {
            sentence: rich![" cleared the impact's description."],
            item: rich!["Cleared the description"],
        },
        ImpactChange::Description { to, .. } => {
            let description = truncate(to, QUOTE_PREVIEW);
            ChangeText {
                sentence: rich![format!(" described the impact: {description}")],
                item: rich![format!("Description: {description}")],
            }
        }
    }
}
