//! Errors of subcommands.

use std::fmt;

use crate::config::Problems;
use crate::error::Error;

/// Exit code: the command failed.
pub const EXIT_FAILED: u8 = 1;

/// Exit code: a variable, an option, an argument or a team setting is invalid or missing.
const EXIT_INVALID: u8 = 2;

/// Why a subcommand failed, and how to fix it, as a message for the operator.
#[derive(Debug)]
pub struct CommandError {
    /// The exit code of the program.
    pub exit_code: u8,
    message: String,
}

impl CommandError {
    /// Creates an error with exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self {
            exit_code: EXIT_FAILED,
            message: message.into(),
        }
    }

    /// Creates an error with exit code 2: a team setting is invalid or unknown.
    pub fn invalid_setting(message: impl Into<String>) -> Self {
        Self {
            exit_code: EXIT_INVALID,
            message: message.into(),
        }
    }

    /// Creates an error with exit code 2: an argument is invalid.
    pub fn invalid_argument(message: impl Into<String>) -> Self {
        Self::invalid_setting(message)
    }

    /// Creates an error with exit code 2: variables or options are invalid or missing. `consequence` is
    /// what therefore did not happen, such as `Muster did not start`.
    pub fn invalid_configuration(consequence: &str, problems: &Problems) -> Self {
        Self {
            exit_code: EXIT_INVALID,
            message: format!("{consequence}{problems}"),
        }
    }

    /// Creates the error for a store that cannot be used. The message of a rejection is complete and
    /// replaces `message`.
    pub fn store(error: &Error, message: String) -> Self {
        Self::failed(match error {
            Error::Rejected(rejection) => rejection.clone(),
            Error::InvalidForm(_)
            | Error::IncidentRequired
            | Error::NotFound(_)
            | Error::Conflict
            | Error::Unauthorized
            | Error::StoreUnavailable(_)
            | Error::Internal(_) => message,
        })
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
