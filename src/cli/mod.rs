//! The command line: arguments, subcommands and their output.

pub mod args;
pub mod backup;
pub mod doctor;
pub mod export;
pub mod report;
pub mod serve;
pub mod settings;
pub(crate) mod settings_toml;
pub mod startup_message;
pub mod verify;
