//! The card of a storm: the groups beyond the limit of a rule.

use crate::app::AppConfig;
use crate::domain::text::{RichText, Span, bold, link, text, truncate};
use crate::slack::blocks::text_message;
use crate::slack::client::Message;
use crate::store::StormMessage;

/// The longest title on the card, in characters.
const LONGEST_TITLE: usize = 120;

/// Returns the card of a storm. Its groups are listed on the page of alerts.
pub(crate) fn storm_message(content: &StormMessage, config: &AppConfig) -> Message {
    let storm = &content.storm;
    let groups = match storm.groups {
        1 => "1 more alert group".to_owned(),
        groups => format!("{groups} more alert groups"),
    };
    let mut spans: RichText = vec![bold(groups), text(" since "), Span::Time(storm.since)];
    let titles = storm.titles.iter();
    let titles: Vec<_> = titles
        .map(|(title, count)| format!("{} ({count})", truncate(title, LONGEST_TITLE)))
        .collect();
    let frequent = titles.join(", ");
    spans.push(text(format!("; the most frequent: {frequent}.")));
    if let Some(url) = config.page_url("/alerts") {
        spans.extend([text(" "), link("Open the list", url)]);
    }
    text_message(spans)
}
