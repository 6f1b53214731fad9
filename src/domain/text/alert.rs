//! Sentences about the alerts of an incident.

use super::{RichText, Span, TITLE_PREVIEW, bold, link, rich, truncate};
use crate::UserId;
use crate::alert::AlertEvent;

/// Returns the text of an event of alerts. `actor` is the user who added them, if a user did.
pub(super) fn alert_text(actor: Option<&UserId>, event: &AlertEvent) -> RichText {
    match event {
        AlertEvent::Added {
            title,
            source,
            severity,
            count,
            url,
        } => {
            let mut text = added_text(actor, *count);
            text.push(title_span(title, url.as_deref()));
            text.push(Span::from(origin_text(severity, source)));
            text
        }
        AlertEvent::AddedMore { count: 1 } => rich!["1 more alert."],
        AlertEvent::AddedMore { count } => rich![format!("{count} more alerts.")],
        AlertEvent::MoreSevere { title, severity } => rich![
            "The alert ",
            bold(truncate(title, TITLE_PREVIEW)),
            format!(" is now {}.", truncate(severity, TITLE_PREVIEW))
        ],
        AlertEvent::Resolved { count: 1, .. } => rich!["The alert is resolved."],
        AlertEvent::Resolved { count: 2, .. } => rich!["Both alerts are resolved."],
        AlertEvent::Resolved { count, .. } => rich![format!("All {count} alerts are resolved.")],
        AlertEvent::FiredAgain { title, .. } => rich![
            "The alert ",
            bold(truncate(title, TITLE_PREVIEW)),
            " fires again, and this incident is resolved."
        ],
        AlertEvent::Related { count, titles } => related_text(*count, titles),
    }
}

/// Returns that alerts look related, with the titles of their groups.
fn related_text(count: u32, titles: &[String]) -> RichText {
    let mut text = rich![match count {
        1 => "1 alert looks related".to_owned(),
        count => format!("{count} alerts look related"),
    }];
    for (index, title) in titles.iter().enumerate() {
        text.push(Span::from(if index == 0 { ": " } else { ", " }));
        text.push(bold(truncate(title, TITLE_PREVIEW)));
    }
    text.push(Span::from("."));
    text
}

fn added_text(actor: Option<&UserId>, count: u32) -> RichText {
    let alerts = match count {
        1 => "alert".to_owned(),
        count => format!("{count} alerts"),
    };
    match (actor, count) {
        (Some(actor), 1) => rich![actor, " added the alert "],
        (Some(actor), _) => rich![actor, format!(" added {alerts}: ")],
        (None, 1) => rich!["Alert: "],
        (None, _) => rich![format!("{alerts}: ")],
    }
}

fn title_span(title: &str, url: Option<&str>) -> Span {
    let title = truncate(title, TITLE_PREVIEW);
    match url {
        Some(url) => link(title, url),
        None => bold(title),
    }
}

/// Returns the severity and the source in parentheses.
fn origin_text(severity: &str, source: &str) -> String {
    let severity = truncate(severity, TITLE_PREVIEW);
    match severity.is_empty() {
        true => format!(" (from {source})"),
        false => format!(" ({severity}, from {source})"),
    }
}
