//! The variables of mail.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use lettre::Address;
use lettre::message::Mailbox;
use reqwest::Url;

use super::parse::{ParseResult, Reader};
use crate::secret::Secret;

/// The sender if none is configured: the mail stays on this machine.
const LOCAL_SENDER: &str = "muster@localhost";

/// How mail leaves the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailConfig {
    /// Where mail goes.
    pub destination: MailDestination,
    /// The sender.
    pub from: Mailbox,
    /// The address for replies; `None` if replies are not read.
    pub reply_to: Option<Mailbox>,
}

/// Where mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailDestination {
    /// To a mail relay.
    Relay(MailRelay),
    /// Into files of this folder.
    Folder(PathBuf),
}

/// A mail relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRelay {
    /// The host name or address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: MailEncryption,
    /// The login, if the relay requires one.
    pub login: Option<MailLogin>,
}

/// How the connection to the relay is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailEncryption {
    /// TLS from the start: `smtps://`.
    Implicit,
    /// STARTTLS, which the relay must offer: `smtp://…?tls=required`.
    StartTls,
    /// None: `smtp://`.
    None,
}

/// The login at the relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLogin {
    /// The user.
    pub user: String,
    /// The password.
    pub password: Secret,
}

impl MailRelay {
    /// Returns whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        match self.encryption {
            MailEncryption::Implicit | MailEncryption::StartTls => true,
            MailEncryption::None => false,
        }
    }

    /// Returns whether the relay is on this machine.
    pub fn is_loopback(&self) -> bool {
        let is_address = self.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        self.host.eq_ignore_ascii_case("localhost") || is_address
    }

    /// Returns a relay without encryption and login, such as the sandbox's.
    pub fn plain(host: &str, port: u16) -> Self {
        Self {
            host: host.to_owned(),
            port,
            encryption: MailEncryption::None,
            login: None,
        }
    }
}

impl MailConfig {
    /// Returns the configuration without a relay: files next to the database.
    pub fn local(database: &Path) -> Self {
        Self {
            destination: MailDestination::Folder(database.with_file_name("mail")),
            from: local_sender(),
            reply_to: None,
        }
    }

    /// Returns whether mail leaves this machine.
    pub fn has_relay(&self) -> bool {
        matches!(self.destination, MailDestination::Relay(_))
    }

    /// Returns the domain of the sender, in ASCII.
    pub fn domain(&self) -> String {
        let domain = self.from.email.domain();
        let url = Url::parse(&format!("http://{domain}"));
        let ascii = url.ok().and_then(|url| url.host_str().map(str::to_owned));
        ascii.unwrap_or_else(|| "localhost".to_owned())
    }
}

fn local_sender() -> Mailbox {
    let (user, domain) = LOCAL_SENDER.split_once('@').unwrap_or_default();
    Mailbox::new(
        Some("Muster".to_owned()),
        Address::new_dangerous(user, domain),
    )
}

/// Reads the variables. Without `MAIL_URL`, mail goes to the folder `mail` next to the database.
pub(super) fn read_mail<L: Fn(&str) -> Option<String>>(
    reader: &mut Reader<L>,
    database: &Path,
) -> MailConfig {
    let relay = reader.optional("MAIL_URL", relay);
    let from = reader.optional("MAIL_FROM", mailbox);
    let reply_to = reader.optional("MAIL_REPLY_TO", mailbox);
    if reader.is_set("MAIL_URL") && !reader.is_set("MAIL_FROM") {
        let message = "is missing. MAIL_URL is set, so mail needs a sender, such as \
                       Muster <muster@example.com>.";
        reader.problems.add("MAIL_FROM", message);
    }
    let local = MailConfig::local(database);
    let destination = match relay {
        Some(relay) => MailDestination::Relay(with_password(reader, relay)),
        None => local.destination,
    };
    MailConfig {
        destination,
        from: from.unwrap_or(local.from),
        reply_to,
    }
}

/// Adds the password to the login.
fn with_password<L: Fn(&str) -> Option<String>>(
    reader: &mut Reader<L>,
    relay: MailRelay,
) -> MailRelay {
    let password = reader.value("MAIL_PASSWORD").map(Secret::new);
    let problem = match (&relay.login, &password) {
        (Some(_), None) => {
            "is missing. MAIL_URL names a user, so set the password of that user here."
        }
        (None, Some(_)) => {
            "is set, but MAIL_URL names no user. Add the user, such as smtps://user@smtp.example.com, or \
             clear MAIL_PASSWORD."
        }
        (Some(_), Some(_)) | (None, None) => "",
    };
    if !problem.is_empty() {
        reader.problems.add("MAIL_PASSWORD", problem);
    }
    let login = relay.login.zip(password);
    MailRelay {
        login: login.map(|(login, password)| MailLogin { password, ..login }),
        ..relay
    }
}

/// Parses `MAIL_URL`. The message never quotes the value, because it may contain a password.
fn relay(value: &str) -> ParseResult<MailRelay> {
    let invalid = || {
        "isn't the address of a mail relay. Use smtps://user@smtp.example.com (TLS, port 465), \
         smtp://user@smtp.example.com?tls=required (STARTTLS, port 587), or smtp://127.0.0.1:25 for a relay \
         on this machine."
            .to_owned()
    };
    let url = Url::parse(value).map_err(|_| invalid())?;
    let encryption = encryption(&url).ok_or_else(invalid)?;
    let host = url.host_str().filter(|host| !host.is_empty());
    let host = host.ok_or_else(invalid)?;
    if url.password().is_some() {
        return Err("contains a password. Move it to MAIL_PASSWORD.".to_owned());
    }
    let default_port = match encryption {
        MailEncryption::Implicit => 465,
        MailEncryption::StartTls => 587,
        MailEncryption::None => 25,
    };
    let relay = MailRelay {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: url.port().unwrap_or(default_port),
        encryption,
        login: login(&url).ok_or_else(invalid)?,
    };
    if relay.login.is_some() && !relay.is_encrypted() && !relay.is_loopback() {
        return Err(
            "would send the password without encryption. Use smtps://…, or add ?tls=required."
                .to_owned(),
        );
    }
    Ok(relay)
}

fn encryption(url: &Url) -> Option<MailEncryption> {
    match (url.scheme(), url.query()) {
        ("smtps", None) => Some(MailEncryption::Implicit),
        ("smtp", Some("tls=required")) => Some(MailEncryption::StartTls),
        ("smtp", None) => Some(MailEncryption::None),
        _ => None,
    }
}

/// Returns the login without its password, or `None` if the name of the user is not UTF-8.
fn login(url: &Url) -> Option<Option<MailLogin>> {
    let user = percent_encoding::percent_decode_str(url.username());
    let user = user.decode_utf8().ok()?.into_owned();
    let login = MailLogin {
        password: Secret::new(""),
        user,
    };
    Some((!login.user.is_empty()).then_some(login))
}

/// Parses a mail address, with or without a name.
fn mailbox(value: &str) -> ParseResult<Mailbox> {
    value.parse().map_err(|_| {
        format!(
            "is {value:?}, which isn't a mail address. Use muster@example.com or \
             Muster <muster@example.com>."
        )
    })
}

#[cfg(test)]
mod tests;
