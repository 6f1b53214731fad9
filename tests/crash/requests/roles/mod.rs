//! Crash tests for buttons by which a user takes part.

mod subscribe;
mod take_command;
