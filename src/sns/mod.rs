//! AWS SNS: reads its messages, checks their signatures and confirms subscriptions. It stores nothing.
//!
//! The certificate that signs a message is fetched from a URL in the message. So is the page that confirms a
//! subscription. Both are requested only from the hosts of SNS.

mod address;
mod certificate;
mod client;
mod message;

pub use client::SnsClient;
pub(crate) use message::{SnsEnvelope, SnsType};

/// Why a message is not accepted, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SnsError {
    /// The message is wrong, and stays wrong if it is sent again.
    #[error("{0}")]
    Rejected(String),
    /// SNS cannot be reached now.
    #[error("{0}")]
    Unreachable(String),
}

impl SnsError {
    /// Creates the error of a message that is wrong.
    fn rejected(reason: impl Into<String>) -> Self {
        Self::Rejected(reason.into())
    }
}
