//! The harness: a workspace, its users, and what they read.

pub(crate) mod clock;
pub(crate) mod message_text;
pub(crate) mod muster;
pub(crate) mod prelude;
pub(crate) mod read_messages;
pub(crate) mod scenario;
pub(crate) mod user;
pub(crate) mod user_home;
pub(crate) mod user_messages;
pub(crate) mod world;
