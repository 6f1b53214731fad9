//! Renders rich text as HTML.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::domain::text::{MUSTER, NO_COMMANDER, RichText, Span};
use crate::domain::{ChannelId, UserClock, UserId, UserNames};
use crate::web::parts::Time;

/// Paragraphs of rich text.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/rich_text.html", config = "src/web/askama.toml")]
pub(crate) struct RichHtml {
    paragraphs: Vec<Vec<Piece>>,
}

impl HtmlSafe for RichHtml {}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Bold(String),
    CrossedOut(String),
    Code(String),
    User(String),
    Link { text: String, url: String },
    Time(Time),
}

impl RichHtml {
    pub(crate) fn new(paragraphs: Vec<RichText>, names: &UserNames, clock: &UserClock) -> Self {
        let piece = |span| piece(span, names, clock);
        let paragraphs = paragraphs.into_iter();
        Self {
            paragraphs: paragraphs
                .map(|spans| spans.into_iter().map(piece).collect())
                .collect(),
        }
    }
}

fn piece(span: Span, names: &UserNames, clock: &UserClock) -> Piece {
    match span {
        Span::Text(text) => Piece::Text(text),
        Span::Bold(text) => Piece::Bold(text),
        Span::CrossedOut(text) => Piece::CrossedOut(text),
        Span::Code(text) => Piece::Code(text),
        Span::User(user) | Span::Mention(user) => Piece::User(user_name(&user, names)),
        Span::Channel(channel) => Piece::Link {
            text: "the channel".to_owned(),
            url: channel_url(&channel),
        },
        Span::Link(text, url) if is_web_address(&url) => Piece::Link { text, url },
        Span::Link(text, _) => Piece::Text(text),
        Span::Time(at) | Span::TimeOfDay(at) => Piece::Time(Time::new(at, clock)),
    }
}

/// Returns the name of a user, or their ID if they have not been fetched.
pub(crate) fn user_name(user: &UserId, names: &UserNames) -> String {
    names.get(user).unwrap_or(user.as_str()).to_owned()
}

/// Returns the name of the commander, or that there is none yet.
pub(crate) fn commander_name(commander: Option<&UserId>, names: &UserNames) -> String {
    commander.map_or_else(|| NO_COMMANDER.to_owned(), |user| user_name(user, names))
}

/// Returns the name of the user who acted, or Muster.
pub(crate) fn actor_name(actor: Option<&UserId>, names: &UserNames) -> String {
    actor.map_or_else(|| MUSTER.to_owned(), |user| user_name(user, names))
}

/// Returns the address that opens a channel in Slack, docs.slack.dev/interactivity/deep-linking.
pub(crate) fn channel_url(channel: &ChannelId) -> String {
    format!("https://slack.com/app_redirect?channel={channel}")
}

/// Returns whether a link may lead to this address. The scheme `javascript:` would run a script.
pub(crate) fn is_web_address(url: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}
