//! The transports from Slack to the bot.

use std::fmt;

/// A transport from Slack to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Signed HTTP requests.
    Http,
    /// Envelopes on a WebSocket.
    SocketMode,
}

impl Transport {
    /// Both transports.
    pub const ALL: [Self; 2] = [Self::Http, Self::SocketMode];
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "over HTTP",
            Self::SocketMode => "over Socket Mode",
        })
    }
}
