//! Activity text for impacts.

use muster_commands::modal::block_kit_limits;

use crate::domain::{Activity, ImpactChange, TimelineEvent, Timestamp};
use crate::slack::text::QUOTE_PREVIEW;
use crate::slack::text::activity::{RichText, Span, text, with_actor};

/// Returns the text of an impact's change. Times less than a minute before the activity are omitted.
pub fn impact_text(who: Option<&Span>, activity: &Activity) -> Vec<RichText> {
    let sentence = |rest: RichText| with_actor(who.cloned(), rest);
    let is_now = |at: Timestamp| activity.at.duration_since(at).num_seconds() < 60;
    match &activity.event {
        TimelineEvent::ImpactStarted {
            description,
            since,
            until,
            ..
        } => {
            let mut rest = vec![text(" added an impact")];
            if let Some(since) = since.filter(|since| !is_now(*since)) {
                rest.extend([text(" since "), Span::Time(since)]);
            }
            if let Some(until) = until {
                rest.extend([text(" until "), Span::Time(*until)]);
            }
            rest.push(match description.as_str() {
                "" => text("."),
                description => text(format!(
                    ": {}",
                    block_kit_limits::truncate(description, QUOTE_PREVIEW)
                )),
            });
            vec![sentence(rest)]
        }
        TimelineEvent::ImpactEnded { at } => match at.filter(|at| !is_now(*at)) {
            Some(at) => vec![sentence(vec![
                text(" ended the impact at "),
                Span::Time(at),
                text("."),
            ])],
            None => vec![sentence(vec![text(" ended the impact.")])],
        },
        TimelineEvent::ImpactEdited { changes, .. } => changes
            .iter()
            .map(|change| sentence(impact_edited_text(change)))
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns the text for one edited field of an impact, without its actor.
fn impact_edited_text(change: &ImpactChange) -> RichText {
    match change {
        ImpactChange::Start { to, .. } => vec![
            text(" moved the start of the impact to "),
            Span::Time(*to),
            text("."),
        ],
        ImpactChange::End { to: Some(to), .. } => vec![
            text(" moved the end of the impact to "),
            Span::Time(*to),
            text("."),
        ],
        ImpactChange::End { to: None, .. } => {
            vec![text(" took the end of the impact away: it goes on.")]
        }
        ImpactChange::Description { to, .. } if to.is_empty() => {
            vec![text(" emptied the description of the impact.")]
        }
        ImpactChange::Description { to, .. } => vec![text(format!(
            " described the impact: {}",
            block_kit_limits::truncate(to, QUOTE_PREVIEW)
        ))],
    }
}
