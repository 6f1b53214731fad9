//! Crash tests for declaring an incident by other ways than the form of the command.

mod duplicates;
mod variants;
