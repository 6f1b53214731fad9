//! Tables of the pages for browsers: sessions and sign-in links.

pub mod sign_in_links;
mod token;
pub mod web_sessions;
