//! Everything that can stop a request, sorted by whose move it is.

use muster_commands::form::FieldErrors;

use crate::domain::Refusal;

/// What a request gives, or why it was stopped.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can stop a request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The person can do something about it. Shown to them word for word.
    #[error("{0}")]
    Refused(String),
    /// The person can correct the form. Shown under its fields.
    #[error("a form was filled in wrong")]
    Form(FieldErrors),
    /// We have no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// They did not prove who they are.
    #[error("the request is not signed by Slack")]
    Unauthorized,
    /// The disk or the database did not take it; nothing of the request was kept.
    #[error("the store could not be written: {0}")]
    NotStored(String),
    /// Our own trouble. They see a reference; the log has the rest under it.
    #[error("{0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Gives our own trouble.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// Gives what is said when the store is closed already.
    pub fn closed() -> Self {
        Self::NotStored("the store is closed".to_owned())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.0)
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Form(errors)
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
            ) => Self::NotStored(error.to_string()),
            _ => Self::internal(error),
        }
    }
}
