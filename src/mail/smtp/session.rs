//! A connection to the relay.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use tokio::net::TcpStream;

use super::SmtpTimeouts;
use crate::config::{MailEncryption, MailRelay};
use crate::mail::{MailError, MailErrorClass, MailStage, OutgoingMail};

/// The ways to log in, best first.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// An open connection.
pub(in crate::mail) struct SmtpSession {
    connection: AsyncSmtpConnection,
    timeouts: SmtpTimeouts,
}

impl SmtpSession {
    /// Connects, greets the relay and encrypts the connection.
    pub(in crate::mail) async fn open(
        relay: &MailRelay,
        tls: Option<&TlsParameters>,
        hello: ClientId,
        timeouts: SmtpTimeouts,
    ) -> Result<Self, MailError> {
        let connection = match (relay.encryption, tls) {
            (MailEncryption::Implicit, Some(tls)) => {
                connect_encrypted(relay, tls, &hello, timeouts).await?
            }
            (MailEncryption::Implicit | MailEncryption::StartTls | MailEncryption::None, _) => {
                connect_plain(relay, &hello, timeouts).await?
            }
        };
        let mut session = Self {
            connection,
            timeouts,
        };
        if let (MailEncryption::StartTls, Some(tls)) = (relay.encryption, tls) {
            session.start_tls(tls, &hello).await?;
        }
        Ok(session)
    }

    async fn start_tls(&mut self, tls: &TlsParameters, hello: &ClientId) -> Result<(), MailError> {
        if !self.connection.can_starttls() {
            let words = "it doesn't offer STARTTLS";
            let class = MailErrorClass::Misconfigured;
            return Err(MailError::new(MailStage::Tls, class, words));
        }
        let upgrade = self.connection.starttls(tls.clone(), hello);
        within(MailStage::Tls, self.timeouts.command, upgrade).await
    }

    /// Logs in, if the configuration names a user.
    pub(in crate::mail) async fn log_in(&mut self, relay: &MailRelay) -> Result<(), MailError> {
        let Some(login) = &relay.login else {
            return Ok(());
        };
        let misconfigured =
            |words| MailError::new(MailStage::Login, MailErrorClass::Misconfigured, words);
        if !self.connection.is_encrypted() && !relay.is_loopback() {
            return Err(misconfigured("the connection isn't encrypted"));
        }
        let offered = self.connection.server_info();
        if offered.get_auth_mechanism(&MECHANISMS).is_none() {
            return Err(misconfigured("it offers no login by password"));
        }
        let password = login.password.reveal().to_owned();
        let credentials = Credentials::new(login.user.clone(), password);
        let reply = self.connection.auth(&MECHANISMS, &credentials);
        within(MailStage::Login, self.timeouts.command, reply).await?;
        Ok(())
    }

    /// Names the sender and takes that back.
    pub(in crate::mail) async fn check_sender(&mut self, from: &Address) -> Result<(), MailError> {
        self.name_sender(from, vec![]).await?;
        self.command(MailStage::Sender, Rset).await?;
        Ok(())
    }

    /// Sends a mail.
    pub(in crate::mail) async fn send(
        &mut self,
        from: &Address,
        mail: OutgoingMail<'_>,
    ) -> Result<(), MailError> {
        let parameters = self.address_parameters(mail.to)?;
        self.name_sender(from, parameters).await?;
        let recipient = Rcpt::new(mail.to.clone(), vec![]);
        self.command(MailStage::Recipient, recipient).await?;
        self.command(MailStage::Data, Data).await?;
        self.send_content(mail.content).await
    }

    /// Ends the session. The mail is accepted already, so an error changes nothing.
    pub(in crate::mail) async fn close(mut self) {
        let _ = tokio::time::timeout(self.timeouts.quit, self.connection.quit()).await;
    }

    async fn name_sender(
        &mut self,
        from: &Address,
        parameters: Vec<MailParameter>,
    ) -> Result<(), MailError> {
        let sender = Mail::new(Some(from.clone()), parameters);
        self.command(MailStage::Sender, sender).await?;
        Ok(())
    }

    /// Returns the parameters that an address outside ASCII needs: RFC 6531.
    fn address_parameters(&self, to: &Address) -> Result<Vec<MailParameter>, MailError> {
        let address: &str = to.as_ref();
        if address.is_ascii() {
            return Ok(vec![]);
        }
        if self
            .connection
            .server_info()
            .supports_feature(Extension::SmtpUtfEight)
        {
            return Ok(vec![MailParameter::SmtpUtfEight]);
        }
        let words = "it doesn't support addresses with characters outside ASCII";
        let class = MailErrorClass::Rejected;
        Err(MailError::new(MailStage::Recipient, class, words))
    }

    /// Sends the content and the final dot. An error before the dot means that nothing was sent.
    async fn send_content(&mut self, content: &[u8]) -> Result<(), MailError> {
        // The dot is sent with a line end before it, which ends the last line of the content.
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        // The connection asks for more content after it has written all there is.
        let is_written = AtomicBool::new(false);
        let end = std::iter::from_fn(|| {
            is_written.store(true, Ordering::SeqCst);
            None
        });
        let message = self
            .connection
            .message_iter(std::iter::once(content).chain(end));
        let outcome = tokio::time::timeout(self.timeouts.final_reply, message).await;
        let stage = match is_written.load(Ordering::SeqCst) {
            true => MailStage::FinalReply,
            false => MailStage::Content,
        };
        match outcome {
            Err(_) => Err(MailError::timeout(stage)),
            Ok(Err(error)) => Err(MailError::from_smtp(stage, &error)),
            Ok(Ok(reply)) if is_accepted(&reply) => Ok(()),
            Ok(Ok(_)) => {
                let words = "it sent an unexpected reply";
                let class = MailErrorClass::Uncertain;
                Err(MailError::new(MailStage::FinalReply, class, words))
            }
        }
    }

    async fn command(
        &mut self,
        stage: MailStage,
        command: impl Display,
    ) -> Result<Response, MailError> {
        let reply = self.connection.command(command);
        within(stage, self.timeouts.command, reply).await
    }
}

fn is_accepted(reply: &Response) -> bool {
    reply.code().severity == Severity::PositiveCompletion
}

/// Connects without encryption. The greeting follows.
async fn connect_plain(
    relay: &MailRelay,
    hello: &ClientId,
    timeouts: SmtpTimeouts,
) -> Result<AsyncSmtpConnection, MailError> {
    let stream = connect_tcp(relay, timeouts).await?;
    let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), hello);
    within(MailStage::Greeting, timeouts.command, greeting).await
}

async fn connect_tcp(relay: &MailRelay, timeouts: SmtpTimeouts) -> Result<TcpStream, MailError> {
    let address = (relay.host.as_str(), relay.port);
    let not_sent = |words: &str| MailError::new(MailStage::Connect, MailErrorClass::NotSent, words);
    match tokio::time::timeout(timeouts.connect, TcpStream::connect(address)).await {
        Ok(connected) => connected.map_err(|error| not_sent(&error.to_string())),
        Err(_) => Err(not_sent("no reply in time")),
    }
}

/// Connects with implicit TLS.
async fn connect_encrypted(
    relay: &MailRelay,
    tls: &TlsParameters,
    hello: &ClientId,
    timeouts: SmtpTimeouts,
) -> Result<AsyncSmtpConnection, MailError> {
    let address = (relay.host.as_str(), relay.port);
    let (tls, limit) = (Some(tls.clone()), Some(timeouts.connect));
    let connected = AsyncSmtpConnection::connect_tokio1(address, limit, hello, tls, None);
    match tokio::time::timeout(timeouts.command, connected).await {
        Ok(connected) => connected
            .map_err(|error| MailError::from_smtp(stage_of_connection_error(&error), &error)),
        Err(_) => Err(MailError::timeout(MailStage::Greeting)),
    }
}

/// Returns the stage of an error of a connection with implicit TLS. lettre wraps an error of TLS twice.
fn stage_of_connection_error(error: &SmtpError) -> MailStage {
    let cause = std::error::Error::source(error);
    match (error.status(), cause) {
        (Some(_), _) => MailStage::Greeting,
        (None, Some(cause)) if cause.is::<SmtpError>() => MailStage::Tls,
        (None, _) => MailStage::Connect,
    }
}

/// Waits for a reply.
async fn within<T>(
    stage: MailStage,
    limit: Duration,
    reply: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, MailError> {
    match tokio::time::timeout(limit, reply).await {
        Ok(reply) => reply.map_err(|error| MailError::from_smtp(stage, &error)),
        Err(_) => Err(MailError::timeout(stage)),
    }
}
