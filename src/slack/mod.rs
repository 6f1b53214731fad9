//! Slack: what it tells us, what we tell it.

pub mod cards;
pub mod client;
pub mod listener;
pub mod reached;
pub mod socket;
pub mod words;

mod add_to_incident;
mod asked;
mod at_once;
mod declare;
pub mod direct_notes;
mod events;
mod help;
pub mod home;
mod impact;
mod in_time;
mod link;
mod links;
mod list;
mod markup;
mod meet;
pub mod mentioned;
mod offer_call;
mod open_form;
mod responders;
mod role;
mod role_words;
mod settings;
mod stored_only;
mod subscribe;
mod task;
mod task_words;
mod tasks;
mod tray;
mod trouble;
mod trouble_told;
mod try_again;
mod update;
mod wall_clock;
mod which_incident;

pub use trouble::Trouble;
