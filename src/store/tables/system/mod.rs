//! The tables of request processing and of the schedule.

pub(crate) mod inbox;
pub(crate) mod schedule;
