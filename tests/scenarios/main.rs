//! What people live through: the whole bot against the sandbox, over HTTP and over Socket Mode, with
//! a clock that stands still. A story uses only what a person has: typing, filling in, clicking,
//! reading.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod add_to_incident;
mod add_to_incident_elsewhere;
mod channel_lost;
mod declare;
mod declare_fields;
mod declared_where;
mod doors;
mod events;
mod events_of_channels;
mod form_not_opened;
mod glance;
mod global_channel;
mod help;
mod limits;
mod list;
mod log;
mod lost_answers;
mod outage;
mod patience;
mod person;
mod person_home;
mod person_messages;
mod refusals;
mod socket_mode;
mod store_trouble;
mod timeline;
mod titles;
mod update;
mod update_elsewhere;
mod update_form;
mod update_status;
mod update_together;
mod world;
