//! What people live through: the whole bot against the sandbox, over HTTP and over Socket Mode, with
//! a clock that stands still. A story uses only what a person has: typing, filling in, clicking,
//! reading.
#![allow(clippy::unwrap_used)]

mod declare;
mod doors;
mod global_channel;
mod limits;
mod log;
mod lost_answers;
mod outage;
mod person;
mod refusals;
mod socket_mode;
mod store_trouble;
mod token;
mod world;
