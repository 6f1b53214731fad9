//! Crash tests for the requests of the HTTP API.

mod incidents;
mod settings;
mod todos;
