//! Timeline entries as Markdown, for the export and for postmortems. Text of users is escaped.

use super::markdown::{
    escape_inline, escape_line, escape_links, escape_text, format_url, single_line, visible_text,
};
use super::{MUSTER, Span, activity_text};
use crate::{Author, TimelineEntry, TimelineEvent, Timestamp, UserId};

/// The line break inside an item of a list.
const BREAK: &str = "\\\n  ";

/// Writes timeline entries as Markdown.
pub struct EntryWriter<'a> {
    /// Returns the name of a user, as plain text.
    pub user_name: &'a dyn Fn(&UserId) -> String,
    /// Returns a time, as Markdown.
    pub format_time: &'a dyn Fn(Timestamp) -> String,
    /// The treatment of addresses and mentions in the texts of users.
    pub addresses: Addresses,
}

/// The treatment of addresses and mentions in the texts of users, which some renderers make links of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// They may become links.
    Linked,
    /// They stay text.
    Escaped,
}

impl EntryWriter<'_> {
    /// Returns the author and the content of an entry, for an item of a list. Texts of users are included in full.
    pub fn entry(&self, entry: &TimelineEntry) -> String {
        let text = if let TimelineEvent::Message { text } = &entry.event {
            Some(("wrote", text))
        } else if let TimelineEvent::Note { text } = &entry.event {
            Some(("added a note", text))
        } else if let TimelineEvent::StatusUpdate { text, .. } = &entry.event {
            Some(("posted an update", text))
        } else {
            None
        };
        if let Some((verb, text)) = text.filter(|(_, text)| !text.is_empty()) {
            let author = match &entry.author {
                Some(Author::User(user)) => self.user(user),
                Some(Author::App(app)) => self.inline(app),
                None if entry.message.is_some() => "Someone".to_owned(),
                None => MUSTER.to_owned(),
            };
            return format!("{author} {verb}: {}", self.lines(text));
        }
        self.sentences(entry)
    }

    /// Returns the content of an entry: a text of a user as it was written, or sentences.
    pub fn content(&self, entry: &TimelineEntry) -> String {
        if let TimelineEvent::Message { text }
        | TimelineEvent::Note { text }
        | TimelineEvent::StatusUpdate { text, .. } = &entry.event
        {
            return text.clone();
        }
        self.sentences(entry)
    }

    fn sentences(&self, entry: &TimelineEntry) -> String {
        let sentences = activity_text(&entry.activity());
        let sentences: Vec<String> = sentences
            .iter()
            .map(|sentence| sentence.iter().map(|span| self.span(span)).collect())
            .collect();
        sentences.join(" · ")
    }

    /// Returns the name of a user.
    pub fn user(&self, user: &UserId) -> String {
        self.inline(&(self.user_name)(user))
    }

    /// Returns text inside a line.
    pub fn inline(&self, text: &str) -> String {
        match self.addresses {
            Addresses::Linked => escape_inline(text),
            Addresses::Escaped => escape_links(&escape_inline(&visible_text(text))),
        }
    }

    fn lines(&self, text: &str) -> String {
        let rows: Vec<String> = text.trim().lines().map(|row| self.row(row)).collect();
        rows.join(BREAK)
    }

    fn row(&self, row: &str) -> String {
        match self.addresses {
            Addresses::Linked => escape_line(row),
            Addresses::Escaped => escape_text(&single_line(row)),
        }
    }

    fn span(&self, span: &Span) -> String {
        match span {
            Span::Text(text) | Span::Code(text) => {
                // The span continues a sentence, so its start is not the start of a line.
                let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
                match rest {
                    "" => self.inline(first),
                    rest => format!("{}{BREAK}{}", self.inline(first), self.lines(rest)),
                }
            }
            Span::CrossedOut(text) => format!("~~{}~~", self.inline(text)),
            Span::Bold(text) => format!("**{}**", self.inline(text)),
            Span::User(user) | Span::Mention(user) => self.user(user),
            Span::Channel(channel) => format!("#{channel}"),
            Span::Time(timestamp) | Span::TimeOfDay(timestamp) => (self.format_time)(*timestamp),
            Span::Link(text, url) if text == url => format_url(url),
            Span::Link(text, url) => format!("{} ({})", self.inline(text), format_url(url)),
        }
    }
}
