//! A page of the timeline, with the buttons of its entries. A line precedes the entries of each day.

use muster_commands::timeline::{
    self, EntryFilter, FlagChange, Page, PageCursor, RemovedSubject, SortOrder,
};
use slack_morphism::prelude::*;

use crate::domain::text::{RichText, Span, activity_text, bold, text, without_mentions};
use crate::domain::{Actor, Author, StoredEntry, TimelineEvent, UserClock};
use crate::slack::blocks::{context_block, mrkdwn, rich_text};
use crate::slack::client::Message;
use crate::store::TimelinePage;

/// Entries per page. Slack: a message has at most 50 blocks, and each entry takes up to three.
pub(crate) const PAGE_SIZE: usize = 10;

/// Returns a page of the timeline as the user may edit it, divided into days by their clock.
pub(crate) fn list(
    page: Page,
    entries: &TimelinePage,
    actor: &Actor,
    clock: &UserClock,
) -> Message {
    let first = entries.entries.first().map(entry_position);
    let last = entries.entries.last().map(entry_position);
    // The page's buttons lead back to the same entries, even if entries are added elsewhere.
    let here = first.map_or(page, |(at, id)| {
        page.with_cursor(PageCursor::StartingAt(at, id))
    });
    let title = vec![heading(page, entries)];
    let mut lines = vec![rich_text::fallback_text(&title, &entries.names)];
    let mut blocks = vec![rich_text::rich_text_block(&title, &entries.names)];
    let mut day = None;
    for stored in &entries.entries {
        let happened_at = stored.entry.happened_at;
        let date = clock.date(happened_at);
        if day.replace(date) != Some(date) {
            let separator = mrkdwn::day(happened_at, date);
            blocks.push(context_block(&format!("*{separator}*")));
            lines.push(separator);
        }
        let paragraphs = entry_text(stored);
        lines.push(rich_text::fallback_text(&paragraphs, &entries.names));
        blocks.push(rich_text::rich_text_block(&paragraphs, &entries.names));
        blocks.push(entry_buttons(here, stored, actor));
    }
    let previous = first.filter(|_| entries.has_before);
    let next = last.filter(|_| entries.has_after);
    let buttons = timeline::page_buttons(
        page,
        previous.map(|(at, id)| PageCursor::Before(at, id)),
        next.map(|(at, id)| PageCursor::After(at, id)),
    );
    blocks.push(SlackDividerBlock::new().into());
    blocks.push(SlackActionsBlock::new(buttons.into_iter().map(Into::into).collect()).into());
    Message {
        text: lines.join("\n"),
        blocks,
    }
}

fn heading(page: Page, entries: &TimelinePage) -> RichText {
    let order = match page.order {
        SortOrder::NewestFirst => "newest first",
        SortOrder::OldestFirst => "oldest first",
    };
    let which = match (page.filter, entries.entries.is_empty()) {
        (EntryFilter::Unfiltered | EntryFilter::Kinds(_), _) => order.to_owned(),
        (EntryFilter::Important, false) => format!("important only, {order}"),
        (EntryFilter::Important, true) => "nothing is flagged as important yet".to_owned(),
    };
    vec![
        bold(format!("Timeline of {}", page.incident)),
        text(format!(" · {which}")),
    ]
}

/// Returns the text of an entry: time of day, importance, activity and permalink.
fn entry_text(stored: &StoredEntry) -> Vec<RichText> {
    let mut first = vec![Span::TimeOfDay(stored.entry.happened_at)];
    if stored.is_important {
        first.extend([text(" · "), bold("Important")]);
    }
    let link = stored
        .entry
        .message
        .as_ref()
        .map(|message| &message.permalink);
    if let Some(url) = link.filter(|url| !url.is_empty()) {
        first.extend([
            text(" · "),
            Span::Link("View message".to_owned(), url.clone()),
        ]);
    }
    let mut activity = activity_text(&stored.entry.activity());
    if let (Some(Author::App(app)), Some(start)) = (
        &stored.entry.author,
        activity
            .first_mut()
            .and_then(|sentence| sentence.first_mut()),
    ) {
        *start = text(app.clone());
    }
    let mut sentences = vec![first];
    sentences.extend(without_mentions(activity));
    sentences
}

fn entry_buttons(page: Page, stored: &StoredEntry, actor: &Actor) -> SlackBlock {
    let change = if stored.is_important {
        FlagChange::Unflag
    } else {
        FlagChange::Flag
    };
    let mut buttons = vec![timeline::flag_button(page, stored.id, change)];
    let impact = match &stored.entry.event {
        TimelineEvent::ImpactStarted { number, .. } => *number,
        _ => None,
    };
    if impact.is_some() || stored.may_be_moved_by(actor) {
        buttons.push(timeline::edit_button(page, stored.id));
    }
    let text = match &stored.entry.event {
        TimelineEvent::StatusUpdate { .. } => RemovedSubject::StatusUpdate,
        _ => RemovedSubject::Note,
    };
    let text = stored.may_be_rewritten_by(actor).then_some(text);
    if let Some(subject) = impact.map(RemovedSubject::Impact).or(text) {
        buttons.push(timeline::remove_button(page, stored.id, subject));
    }
    SlackActionsBlock::new(buttons.into_iter().map(Into::into).collect()).into()
}

/// Returns the sort key of an entry.
fn entry_position(stored: &StoredEntry) -> (i64, i64) {
    (stored.entry.happened_at.epoch_millis(), stored.id)
}
