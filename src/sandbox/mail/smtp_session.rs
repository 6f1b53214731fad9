//! One connection to the mail relay: RFC 5321. Commands in the wrong order, and lines without CRLF, are refused.

use std::io;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::mail_rules::{self, MAX_SIZE};
use super::smtp_command::SmtpCommand;
use super::{Login, Mail};
use crate::faults::{Fault, HoldOutcome, HoldPoint};
use crate::server::Shared;

/// Maximum length of a command with its line end.
const MAX_COMMAND: u64 = 2_000;

/// The reply to an accepted command.
const OK: &str = "250 2.0.0 OK";

/// A connection.
pub(super) struct SmtpSession {
    stream: BufReader<TcpStream>,
    shared: Arc<Shared>,
    progress: Progress,
}

/// The state of the dialogue.
#[derive(Default)]
struct Progress {
    greeted: bool,
    logged_in: bool,
    from: Option<String>,
    to: Option<String>,
}

impl SmtpSession {
    pub(super) fn new(stream: TcpStream, shared: &Arc<Shared>) -> Self {
        Self {
            stream: BufReader::new(stream),
            shared: Arc::clone(shared),
            progress: Progress::default(),
        }
    }

    /// Answers commands until the client leaves.
    pub(super) async fn serve(mut self) -> io::Result<()> {
        self.respond("smtp.connect", |_| "220 sandbox ESMTP".to_owned())
            .await?;
        loop {
            let row = self.read_line(MAX_COMMAND).await?;
            let Some(row) = row.strip_suffix("\r\n") else {
                self.reply("500 5.5.2 Line without CRLF").await?;
                return Ok(());
            };
            match SmtpCommand::parse(row) {
                Ok(SmtpCommand::Quit) => return self.reply("221 2.0.0 Bye").await,
                Ok(command) => self.handle(command).await?,
                Err(reply) => self.reply(reply).await?,
            }
        }
    }

    async fn handle(&mut self, command: SmtpCommand) -> io::Result<()> {
        match command {
            SmtpCommand::Ehlo => self.respond("smtp.ehlo", Self::greet).await,
            SmtpCommand::StartTls => {
                let failed = |_: &mut Self| "454 4.7.0 TLS not available".to_owned();
                self.respond("smtp.starttls", failed).await
            }
            SmtpCommand::Auth(mechanism, response) => self.log_in(&mechanism, &response).await,
            SmtpCommand::Mail(from) => {
                self.respond("smtp.mail", |session| session.start_mail(from))
                    .await
            }
            SmtpCommand::Rcpt(to) => {
                self.respond("smtp.rcpt", |session| session.add_recipient(to))
                    .await
            }
            SmtpCommand::Data => self.receive_mail().await,
            SmtpCommand::Rset => {
                self.progress.from = None;
                self.progress.to = None;
                self.reply(OK).await
            }
            SmtpCommand::Noop => self.reply(OK).await,
            SmtpCommand::Quit => Ok(()),
        }
    }

    fn greet(&mut self) -> String {
        self.progress.greeted = true;
        let (login, tls) = self.shared.with(|workspace| {
            let mailbox = &workspace.mailbox;
            (mailbox.login.is_some(), mailbox.offers_start_tls)
        });
        let login = if login {
            "250-AUTH PLAIN LOGIN\r\n"
        } else {
            ""
        };
        let tls = if tls { "250-STARTTLS\r\n" } else { "" };
        format!("250-sandbox\r\n{login}{tls}250 ENHANCEDSTATUSCODES")
    }

    async fn log_in(&mut self, mechanism: &str, response: &str) -> io::Result<()> {
        let credentials = match mechanism {
            "PLAIN" => decode(response).and_then(|text| {
                let mut parts = text.split('\0').skip(1).map(str::to_owned);
                Some((parts.next()?, parts.next()?))
            }),
            "LOGIN" => {
                let user = self.challenge("VXNlcm5hbWU6").await?;
                let password = self.challenge("UGFzc3dvcmQ6").await?;
                user.zip(password)
            }
            _ => None,
        };
        self.respond("smtp.auth", |session| {
            let expected = session.shared.with(|it| it.mailbox.login.clone());
            let is_valid = |Login { user, password }: Login| credentials == Some((user, password));
            session.progress.logged_in = expected.is_some_and(is_valid);
            match session.progress.logged_in {
                true => "235 2.7.0 Authentication succeeded".to_owned(),
                false => "535 5.7.8 Authentication failed".to_owned(),
            }
        })
        .await
    }

    async fn challenge(&mut self, prompt: &str) -> io::Result<Option<String>> {
        self.reply(&format!("334 {prompt}")).await?;
        Ok(decode(self.read_line(MAX_COMMAND).await?.trim_end()))
    }

    fn start_mail(&mut self, from: String) -> String {
        let needs_login = self.shared.with(|it| it.mailbox.login.is_some());
        match (&self.progress.from, self.progress.greeted) {
            (_, false) => "503 5.5.1 EHLO first".to_owned(),
            _ if needs_login && !self.progress.logged_in => {
                "530 5.7.0 Authentication required".to_owned()
            }
            (Some(_), true) => "503 5.5.1 Nested MAIL command".to_owned(),
            (None, true) => {
                self.progress.from = Some(from);
                OK.to_owned()
            }
        }
    }

    fn add_recipient(&mut self, to: String) -> String {
        match (&self.progress.from, &self.progress.to) {
            (None, _) => "503 5.5.1 MAIL first".to_owned(),
            (Some(_), Some(_)) => "452 4.5.3 Too many recipients".to_owned(),
            (Some(_), None) => {
                self.progress.to = Some(to);
                OK.to_owned()
            }
        }
    }

    async fn receive_mail(&mut self) -> io::Result<()> {
        let (Some(from), Some(to)) = (self.progress.from.take(), self.progress.to.take()) else {
            return self.reply("503 5.5.1 RCPT first").await;
        };
        let accepted = self.step("smtp.data", |_| "354 End with a dot".to_owned());
        let reply = accepted.await?;
        self.reply(&reply).await?;
        if !reply.starts_with('3') {
            return Ok(());
        }
        let content = self.read_content().await?;
        self.respond("smtp.dot", |session| session.store(from, to, &content))
            .await
    }

    /// Reads the content up to the final dot, and removes the dots that the client added.
    async fn read_content(&mut self) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        loop {
            let mut row = Vec::new();
            let mut limited = (&mut self.stream).take(MAX_SIZE as u64);
            let length = limited.read_until(b'\n', &mut row).await?;
            if length == 0 || content.len() > 2 * MAX_SIZE {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if content.is_empty() {
                self.step("smtp.content", |_| String::new()).await?;
            }
            if row == b".\r\n" {
                return Ok(content);
            }
            content.extend_from_slice(row.strip_prefix(b".").unwrap_or(&row));
        }
    }

    /// Puts a mail into the mailbox if it follows the rules.
    fn store(&mut self, from: String, to: String, content: &[u8]) -> String {
        if let Err(reply) = mail_rules::check(content) {
            return reply;
        }
        let content = String::from_utf8_lossy(content).into_owned();
        let id = self.shared.change(|workspace| {
            let mail = Mail {
                id: workspace.next_serial(),
                envelope_from: from,
                envelope_to: to,
                content,
                received_at: workspace.now().timestamp(),
            };
            let id = mail.id;
            workspace.mailbox.mails.push(mail);
            id
        });
        format!("250 2.0.0 Queued as {id}")
    }

    /// Runs a step and sends its reply.
    async fn respond(
        &mut self,
        name: &str,
        effect: impl FnOnce(&mut Self) -> String,
    ) -> io::Result<()> {
        let reply = self.step(name, effect).await?;
        self.reply(&reply).await
    }

    /// Runs a step with the faults that a test has injected. An error drops the connection.
    async fn step(
        &mut self,
        name: &str,
        effect: impl FnOnce(&mut Self) -> String,
    ) -> io::Result<String> {
        let dropped = || io::Error::from(io::ErrorKind::ConnectionReset);
        self.wait_at(name, HoldPoint::Before).await?;
        let fault = self.shared.with(|it| it.faults.next_fault(name));
        let reply = match fault {
            None => effect(self),
            Some(Fault::Error(reply)) => reply.to_owned(),
            Some(Fault::ErrorAfterEffect(reply)) => {
                effect(self);
                reply.to_owned()
            }
            Some(Fault::LostResponse) => {
                effect(self);
                return Err(dropped());
            }
            Some(Fault::Hang) => {
                let mut recoveries = self.shared.with(|it| it.faults.subscribe_recoveries());
                let _ = recoveries.changed().await;
                return Err(dropped());
            }
            Some(Fault::Reset | Fault::ErrorBody(_) | Fault::Status(_) | Fault::RateLimited(_)) => {
                return Err(dropped());
            }
        };
        self.wait_at(name, HoldPoint::After).await?;
        Ok(reply)
    }

    async fn wait_at(&self, name: &str, point: HoldPoint) -> io::Result<()> {
        let arguments = json!({"from": self.progress.from, "to": self.progress.to});
        let filter = self
            .shared
            .with(|it| it.faults.take_call_filter(name, &arguments, point));
        let Some(filter) = filter else { return Ok(()) };
        match filter.wait_for_outcome().await {
            HoldOutcome::DropConnection => Err(io::ErrorKind::ConnectionReset.into()),
            HoldOutcome::Release | HoldOutcome::Pending => Ok(()),
        }
    }

    async fn reply(&mut self, reply: &str) -> io::Result<()> {
        let row = format!("{reply}\r\n");
        self.stream.get_mut().write_all(row.as_bytes()).await
    }

    async fn read_line(&mut self, limit: u64) -> io::Result<String> {
        let mut row = Vec::new();
        let mut limited = (&mut self.stream).take(limit);
        match limited.read_until(b'\n', &mut row).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(String::from_utf8_lossy(&row).into_owned()),
        }
    }
}

fn decode(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}
