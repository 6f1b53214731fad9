//! A mail relay on loopback, and the mailbox that receives everything it accepts.
//!
//! Faults are those of the Web API, with the names `smtp.connect`, `smtp.ehlo`, `smtp.starttls`, `smtp.auth`,
//! `smtp.mail`, `smtp.rcpt`, `smtp.data`, `smtp.content` and `smtp.dot`. The text of [`crate::Fault::Error`] is the
//! whole reply, such as `450 4.2.1 Try later`. `smtp.content` is before the final dot, and `smtp.dot` the reply to
//! it: the effect is that the mail is in the mailbox.

pub(crate) mod mail_routes;
mod mail_rules;
mod smtp_command;
pub(crate) mod smtp_server;
mod smtp_session;

use std::net::SocketAddr;

use mail_parser::{HeaderValue, MessageParser};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Sandbox;
use crate::workspace::Workspace;

/// A mail in the mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Identifies the mail in the sandbox.
    pub id: u64,
    /// The sender of the envelope.
    pub envelope_from: String,
    /// The recipient of the envelope.
    pub envelope_to: String,
    /// Header and body as received.
    pub content: String,
    /// When it was accepted, in epoch seconds.
    pub received_at: i64,
}

/// The mailbox and the login of the relay.
#[derive(Default)]
pub(crate) struct Mailbox {
    pub(crate) mails: Vec<Mail>,
    /// User and password, if the relay requires a login.
    login: Option<Login>,
    /// Whether the relay claims to know STARTTLS.
    offers_start_tls: bool,
}

#[derive(Clone)]
struct Login {
    user: String,
    password: String,
}

impl Mail {
    /// Returns the decoded value of a header that contains text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let message = MessageParser::new().parse(&self.content)?;
        let raw = message.header_raw(name.to_owned())?.trim().to_owned();
        Some(match message.header(name.to_owned()) {
            Some(HeaderValue::Text(text)) => text.to_string(),
            Some(_) | None => raw,
        })
    }

    /// Returns the decoded subject.
    #[must_use]
    pub fn subject(&self) -> String {
        let message = MessageParser::new().parse(&self.content);
        let subject = message.as_ref().and_then(|message| message.subject());
        subject.unwrap_or_default().to_owned()
    }

    /// Returns the text body.
    #[must_use]
    pub fn text(&self) -> String {
        let message = MessageParser::new().parse(&self.content);
        let text = message.as_ref().and_then(|message| message.body_text(0));
        text.unwrap_or_default().replace("\r\n", "\n")
    }

    /// Returns the HTML body.
    #[must_use]
    pub fn html(&self) -> String {
        let message = MessageParser::new().parse(&self.content);
        let html = message.as_ref().and_then(|message| message.body_html(0));
        html.unwrap_or_default().replace("\r\n", "\n")
    }

    /// Returns the message ID, with angle brackets.
    #[must_use]
    pub fn message_id(&self) -> String {
        let message = MessageParser::new().parse(&self.content);
        let id = message.as_ref().and_then(|message| message.message_id());
        format!("<{}>", id.unwrap_or_default())
    }

    /// Returns the ID of the first mail of the conversation: the first reference, or the mail's own ID.
    #[must_use]
    pub fn thread_root(&self) -> String {
        let message = MessageParser::new().parse(&self.content);
        let first = message
            .as_ref()
            .and_then(|message| match message.references() {
                HeaderValue::Text(id) => Some(id.to_string()),
                HeaderValue::TextList(ids) => ids.first().map(ToString::to_string),
                _ => None,
            });
        first.map_or_else(|| self.message_id(), |id| format!("<{id}>"))
    }

    /// Returns what the list on the page shows.
    fn summary_json(&self) -> Value {
        let from = self.header("From").unwrap_or_default();
        json!({
            "id": self.id, "from": from, "to": self.envelope_to, "subject": self.subject(),
            "thread": self.thread_root(), "at": self.received_at,
        })
    }
}

impl Workspace {
    /// Returns the mailbox for the page, newest mail first.
    pub(crate) fn mailbox_json(&self) -> Value {
        let mails = self.mailbox.mails.iter().rev();
        mails.map(Mail::summary_json).collect()
    }
}

impl Sandbox {
    /// Returns the address of the mail relay.
    #[must_use]
    pub fn smtp_address(&self) -> SocketAddr {
        self.smtp_address
    }

    /// Returns all mails, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.shared
            .with(|workspace| workspace.mailbox.mails.clone())
    }

    /// Returns the mails to an address, oldest first.
    #[must_use]
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        let mut mails = self.mails();
        mails.retain(|mail| mail.envelope_to == address);
        mails
    }

    /// Makes the relay require a login.
    pub fn set_mail_login(&self, user: &str, password: &str) {
        let login = Login {
            user: user.to_owned(),
            password: password.to_owned(),
        };
        self.shared
            .with(|workspace| workspace.mailbox.login = Some(login));
    }

    /// Makes the relay claim that it knows STARTTLS. The command fails.
    pub fn claim_start_tls(&self) {
        self.shared
            .with(|workspace| workspace.mailbox.offers_start_tls = true);
    }
}
