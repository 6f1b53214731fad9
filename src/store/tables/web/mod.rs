//! Tables of the pages for browsers: sessions, feeds, sign-in links and sign-ins with Slack.

pub mod feed_tokens;
pub mod sign_in_attempts;
pub mod sign_in_links;
mod token;
pub mod web_sessions;
