//! The way out for mail: the relay of `MAIL_URL`, or a folder without one.

use std::fmt;
use std::sync::OnceLock;

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::TlsParameters;
use lettre::transport::smtp::extension::ClientId;

use super::smtp::SmtpSession;
use super::smtp::SmtpTimeouts;
use super::{MailError, MailErrorClass, MailStage, folder};
use crate::config::{MailConfig, MailDestination, MailRelay};

/// Sends mail as the configuration says.
pub struct Mailer {
    config: MailConfig,
    timeouts: SmtpTimeouts,
    /// The trusted certificates. Reading them takes several milliseconds.
    tls: OnceLock<TlsParameters>,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config.fmt(f)
    }
}

/// A mail that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentMail {
    /// The relay accepted it.
    Relayed,
    /// It is in the folder.
    Written,
}

/// A mail to be sent, in its final form.
#[derive(Clone, Copy, Debug)]
pub struct OutgoingMail<'a> {
    /// The name of the file in the folder.
    pub name: &'a str,
    /// The address of the recipient.
    pub to: &'a Address,
    /// Header and body, with CRLF.
    pub content: &'a [u8],
}

impl Mailer {
    /// Creates a mailer.
    pub fn new(config: MailConfig) -> Self {
        Self {
            config,
            timeouts: SmtpTimeouts::default(),
            tls: OnceLock::new(),
        }
    }

    /// Replaces the timeouts.
    #[must_use]
    pub fn with_timeouts(self, timeouts: SmtpTimeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// Returns the sender.
    pub fn from(&self) -> &Mailbox {
        &self.config.from
    }

    /// Returns the domain of the sender.
    pub fn domain(&self) -> String {
        self.config.domain()
    }

    /// Returns the address for replies, if replies are read.
    pub fn reply_to(&self) -> Option<&Mailbox> {
        self.config.reply_to.as_ref()
    }

    /// Returns the relay; `None` if mail is written to a folder.
    pub fn relay(&self) -> Option<&MailRelay> {
        match &self.config.destination {
            MailDestination::Relay(relay) => Some(relay),
            MailDestination::Folder(_) => None,
        }
    }

    /// Sends a mail.
    pub async fn send(&self, mail: OutgoingMail<'_>) -> Result<SentMail, MailError> {
        match &self.config.destination {
            MailDestination::Folder(path) => {
                folder::write_mail(path, mail.name, mail.content).await?;
                Ok(SentMail::Written)
            }
            MailDestination::Relay(relay) => {
                let mut session = self.open_smtp(relay).await?;
                session.log_in(relay).await?;
                session.send(&self.config.from.email, mail).await?;
                session.close().await;
                Ok(SentMail::Relayed)
            }
        }
    }

    /// Connects to the relay, encrypts the connection and logs in; then names the sender and takes that back.
    /// Nothing is sent.
    pub async fn check(&self, relay: &MailRelay) -> Result<(), MailError> {
        let mut session = self.open_smtp(relay).await?;
        session.log_in(relay).await?;
        session.check_sender(&self.config.from.email).await?;
        session.close().await;
        Ok(())
    }

    async fn open_smtp(&self, relay: &MailRelay) -> Result<SmtpSession, MailError> {
        let tls = self.tls_parameters(relay)?;
        // A relay may check the name, so it is one that belongs to the sender.
        let hello = ClientId::Domain(self.config.domain());
        SmtpSession::open(relay, tls, hello, self.timeouts).await
    }

    fn tls_parameters(&self, relay: &MailRelay) -> Result<Option<&TlsParameters>, MailError> {
        if !relay.is_encrypted() {
            return Ok(None);
        }
        if let Some(tls) = self.tls.get() {
            return Ok(Some(tls));
        }
        let tls = TlsParameters::new(relay.host.clone()).map_err(|error| {
            let class = MailErrorClass::Misconfigured;
            MailError::new(MailStage::Tls, class, &error.to_string())
        })?;
        Ok(Some(self.tls.get_or_init(|| tls)))
    }
}
