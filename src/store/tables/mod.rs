//! Reads and writes of single tables: one file per table.

pub mod alert_groups;
pub mod alerts;
pub(crate) mod api;
pub mod incident;
pub mod notification;
pub mod postmortem;
pub mod system;
pub mod web;
pub mod workspace;
