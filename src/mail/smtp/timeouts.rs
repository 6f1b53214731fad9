//! How long each stage waits for the relay.

use std::time::Duration;

/// The timeouts of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmtpTimeouts {
    /// For the connection.
    pub connect: Duration,
    /// For the reply to a command.
    pub command: Duration,
    /// For the reply to the final dot. RFC 5321, 4.5.3.2.6: ten minutes, because a relay that is left too early
    /// may deliver the mail anyway, and again when it is repeated.
    pub final_reply: Duration,
    /// For the reply to QUIT, which changes nothing.
    pub quit: Duration,
}

impl Default for SmtpTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_secs(120),
            final_reply: Duration::from_secs(600),
            quit: Duration::from_secs(2),
        }
    }
}
