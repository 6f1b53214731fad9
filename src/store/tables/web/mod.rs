//! Tables of the pages for browsers: sessions, sign-in links and sign-ins with Slack.

pub mod sign_in_attempts;
pub mod sign_in_links;
mod token;
pub mod web_sessions;
