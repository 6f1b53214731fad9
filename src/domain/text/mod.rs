//! Sentences that report events, as transport-neutral rich text. A transport renders the spans as
//! Block Kit, Markdown or plain text. Text that users wrote is always a plain span, so it cannot
//! mention a user, link or format anything.

mod activity;
mod alert;
mod changed_links;
mod delivery_failed;
mod duration;
mod entry_markdown;
mod impact;
pub mod markdown;
mod notification;
mod posted;
mod postmortem;
mod role;
mod task;
mod template_value;
mod truncate;

use crate::{ChannelId, Timestamp, UserId};

pub use activity::{activity_text, join_items};
pub use duration::{format_age, format_duration};
pub use entry_markdown::{Addresses, EntryWriter};
pub use notification::{recipient_span, recipients_text};
pub use posted::{crossed_out, posted_entry_text, removed_text};
pub use role::role_holders_text;
pub use task::{task_assigned_text, task_label, task_overdue_text};
pub(crate) use template_value::TemplateValue;
pub use truncate::{length, truncate};

/// A piece of rich text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Plain text, verbatim.
    Text(String),
    /// Bold text.
    Bold(String),
    /// Crossed-out text, which is no longer valid.
    CrossedOut(String),
    /// Code, for text that can be typed as shown.
    Code(String),
    /// A user's name without a mention; a mention if the name is unknown.
    User(UserId),
    /// A mention, which notifies the user.
    Mention(UserId),
    /// A link to a channel.
    Channel(ChannelId),
    /// A link, as text and URL.
    Link(String, String),
    /// A timestamp, shown in the reader's time zone.
    Time(Timestamp),
    /// The time of day of a timestamp, without its date.
    TimeOfDay(Timestamp),
}

/// A paragraph of rich text.
pub type RichText = Vec<Span>;

/// The subject of a sentence about what Muster itself did.
pub const MUSTER: &str = "Muster";

/// The value of the field of the commander of an incident that has none.
pub const NO_COMMANDER: &str = "none yet";

/// Maximum length of a quoted text in an activity. The timeline shows all of it.
pub const QUOTE_PREVIEW: usize = 300;

/// Maximum length of a title inside a sentence.
pub const TITLE_PREVIEW: usize = 120;

/// Builds a paragraph from strings, users, timestamps and spans:
/// `rich![" changed commander ", from, " → ", mention(to)]`.
macro_rules! rich {
    ($($part:expr),* $(,)?) => {
        vec![$($crate::text::Span::from($part)),*]
    };
}
pub(crate) use rich;

impl From<&str> for Span {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Span {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&UserId> for Span {
    fn from(user: &UserId) -> Self {
        Self::User(user.clone())
    }
}

impl From<Timestamp> for Span {
    fn from(timestamp: Timestamp) -> Self {
        Self::Time(timestamp)
    }
}

/// Returns a plain span.
pub fn text(text: impl Into<String>) -> Span {
    Span::Text(text.into())
}

/// Returns a bold span.
pub fn bold(text: impl Into<String>) -> Span {
    Span::Bold(text.into())
}

/// Returns a link span.
pub fn link(text: impl Into<String>, url: impl Into<String>) -> Span {
    Span::Link(text.into(), url.into())
}

/// Returns the user who acted, or Muster.
pub fn actor_span(actor: Option<&UserId>) -> Span {
    actor.map_or_else(|| MUSTER.into(), Span::from)
}

/// Returns the commander, or that there is none yet.
pub fn commander_span(commander: Option<&UserId>) -> Span {
    commander.map_or_else(|| NO_COMMANDER.into(), Span::from)
}

/// Returns a mention of a user.
pub fn mention(user: &UserId) -> Span {
    Span::Mention(user.clone())
}

/// Replaces mentions with names.
pub fn without_mentions(paragraphs: Vec<RichText>) -> Vec<RichText> {
    let unmention = |span| match span {
        Span::Mention(user) => Span::User(user),
        Span::Text(_)
        | Span::Bold(_)
        | Span::CrossedOut(_)
        | Span::Code(_)
        | Span::User(_)
        | Span::Channel(_)
        | Span::Link(..)
        | Span::Time(_)
        | Span::TimeOfDay(_) => span,
    };
    let paragraphs = paragraphs.into_iter();
    paragraphs
        .map(|spans| spans.into_iter().map(unmention).collect())
        .collect()
}
