//! Muster.

pub mod bot;
pub mod clock;
pub mod domain;
pub mod error;
pub mod slack;
pub mod store;
pub mod worker;
