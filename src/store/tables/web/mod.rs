//! Tables of the pages for browsers: sessions, feeds, sign-in links, sign-ins with Slack; keys of the API.

pub(crate) mod api_keys;
pub mod feed_tokens;
pub mod sign_in_attempts;
pub mod sign_in_links;
pub(crate) mod token;
pub(crate) mod unsubscribe_token;
pub mod web_sessions;
