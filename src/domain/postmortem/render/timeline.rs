//! The timeline in a postmortem.

use crate::postmortem::render::values::PostmortemValues;
use crate::postmortem::{QuoteState, SourceEntry, TimelineSelection};
use crate::text::TemplateValue;
use crate::text::markdown::{encode_url, text_link};
use crate::text::{Addresses, EntryWriter};
use crate::{MessageRef, StoredEntry, Timestamp, UserId};

impl PostmortemValues<'_> {
    /// Returns the selected entries of the timeline.
    pub(super) fn timeline(&self) -> TemplateValue {
        let selection = self.selection();
        let is_selected = |entry: &&SourceEntry| match selection {
            TimelineSelection::Important => entry.stored.is_important,
            TimelineSelection::AllEntries => true,
        };
        let name = |user: &UserId| self.message.user_label(user);
        let time = |at: Timestamp| self.time(at);
        let writer = EntryWriter {
            user_name: &name,
            format_time: &time,
            addresses: Addresses::Escaped,
        };
        let selected = self.source.entries.iter().filter(is_selected);
        let items: Vec<_> = selected.map(|it| self.item(it, &writer)).collect();
        match (items.is_empty(), selection) {
            (false, _) => TemplateValue::Items(items),
            (true, TimelineSelection::Important) => {
                "No entry of the timeline is marked as important.".into()
            }
            (true, TimelineSelection::AllEntries) => "The timeline has no entries.".into(),
        }
    }

    fn selection(&self) -> TimelineSelection {
        let postmortem = self.incident().postmortem.as_ref();
        postmortem.map_or_else(TimelineSelection::default, |it| it.timeline)
    }

    /// Returns an entry with its time, and a quoted message with its source.
    fn item(&self, entry: &SourceEntry, writer: &EntryWriter<'_>) -> String {
        let stored = &entry.stored;
        let time = self.linked_time(entry);
        let text = writer.entry(&stored.entry);
        let message = stored.entry.message.as_ref();
        let source = message.map_or_else(String::new, source_link);
        let state = match entry.state {
            QuoteState::Unchanged => "",
            QuoteState::Edited => " (edited later)",
            QuoteState::Deleted => " (deleted in Slack)",
        };
        let item = format!("{time} {text}{source}{state}");
        item.trim_end().to_owned()
    }

    /// Returns the time of an entry, with a link to the entry on the incident's page if it is there.
    fn linked_time(&self, entry: &SourceEntry) -> String {
        let stored = &entry.stored;
        let time = self.time(stored.entry.happened_at);
        let is_on_page = entry.state != QuoteState::Deleted;
        match self.view.page_url.filter(|_| is_on_page) {
            Some(page) => format!("[{time}]({}{})", encode_url(page), entry_path(stored)),
            None => time,
        }
    }
}

/// Returns the path of an entry below the incident's page: the page of the timeline that begins with it.
fn entry_path(stored: &StoredEntry) -> String {
    let at = stored.entry.happened_at.epoch_millis();
    let (id, before) = (stored.id, stored.id.saturating_sub(1));
    format!("/timeline?order=oldest&after={at}.{before}#entry-{id}")
}

/// Returns the link to a quoted Slack message.
fn source_link(message: &MessageRef) -> String {
    match message.permalink.as_str() {
        "" => String::new(),
        url => format!(" ({})", text_link("message", url)),
    }
}
