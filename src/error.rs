//! Errors of a request, by who can fix them. Each transport converts them into a response.

use muster_commands::modal::FieldErrors;

use crate::domain::Rejection;

/// Length of the reference to the log.
const REFERENCE_LENGTH: usize = 4;

/// Returns a random reference that appears both in the log and in the response, so that one leads to the
/// other.
pub(crate) fn new_reference() -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    (0..REFERENCE_LENGTH)
        .map(|_| char::from(ALPHABET[rand::random_range(0..ALPHABET.len())]))
        .collect()
}

/// The result of a request.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user can fix it. Shown verbatim.
    #[error("{0}")]
    Rejected(String),
    /// Errors of form fields. Shown under the fields.
    #[error("a form was filled in wrong")]
    InvalidForm(FieldErrors),
    /// The command needs an incident and none was selected. Handled by `slack::dispatch`.
    #[error("no incident was selected")]
    IncidentRequired,
    /// The object does not exist.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Another user changed the same field since the form was displayed.
    #[error("the field was changed meanwhile")]
    Conflict,
    /// The signature of the request is missing or invalid.
    #[error("the request is not signed by Slack")]
    Unauthorized,
    /// The database did not accept the write; nothing was stored.
    #[error("the store could not be written: {0}")]
    StoreUnavailable(String),
    /// A bug or an unexpected failure. The user sees a reference that is also logged.
    #[error("{0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps an unexpected error.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// Returns the cause, without the sentence around it, for a message that names the failed action itself.
    pub fn cause(&self) -> String {
        match self {
            Self::StoreUnavailable(cause) => cause.clone(),
            Self::Rejected(_)
            | Self::InvalidForm(_)
            | Self::IncidentRequired
            | Self::NotFound(_)
            | Self::Conflict
            | Self::Unauthorized
            | Self::Internal(_) => self.to_string(),
        }
    }

    /// Returns the error for a closed store.
    pub fn store_closed() -> Self {
        Self::StoreUnavailable("the store is closed".to_owned())
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection.0)
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::InvalidForm(errors)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::ReadOnly
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen,
            ) => Self::StoreUnavailable(error.to_string()),
            _ => Self::internal(error),
        }
    }
}
