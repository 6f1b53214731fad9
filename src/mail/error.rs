//! Errors of sending a mail: at which stage, with what consequence, and the relay's words.

use std::fmt;

use lettre::transport::smtp::Error as SmtpError;

/// Maximum length of the relay's words, in characters.
const MAX_WORDS: usize = 300;

/// Reply codes that mean that the relay wants another login, or an encrypted connection: RFC 4954, 6.
const LOGIN_CODES: [u16; 4] = [530, 534, 535, 538];

/// A stage of the SMTP dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailStage {
    /// The TCP connection.
    Connect,
    /// The greeting of the relay, and EHLO.
    Greeting,
    /// STARTTLS or implicit TLS.
    Tls,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// The content up to the final dot.
    Content,
    /// The reply to the final dot.
    FinalReply,
    /// The file in the folder, without a relay.
    Folder,
}

impl MailStage {
    /// Returns what was tried, as the end of a sentence such as “No answer to …”.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Connect => "the connection",
            Self::Greeting => "EHLO",
            Self::Tls => "TLS",
            Self::Login => "the login",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "the content",
            Self::FinalReply => "the end of the mail",
            Self::Folder => "the file",
        }
    }
}

/// The consequence of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailErrorClass {
    /// The mail was not sent. A later attempt may succeed.
    NotSent,
    /// The mail was not sent because the configuration is wrong. No mail can be sent until an operator fixes it.
    Misconfigured,
    /// The relay refused this recipient or this mail for good.
    Rejected,
    /// The connection ended after the final dot and before the relay's reply: the mail may have been accepted.
    Uncertain,
}

/// An error of sending a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailError {
    /// Where it happened.
    pub stage: MailStage,
    /// The consequence.
    pub class: MailErrorClass,
    /// The code of the relay's reply, if it replied.
    pub code: Option<u16>,
    /// The relay's words, or what the operating system said. They may contain the address of the recipient, so
    /// they are shown to users and not logged.
    pub words: String,
}

impl MailError {
    /// Creates an error without a reply of the relay.
    pub(crate) fn new(stage: MailStage, class: MailErrorClass, words: &str) -> Self {
        Self {
            stage,
            class,
            code: None,
            words: one_line(words),
        }
    }

    /// Creates the error of a stage without a reply within its timeout.
    pub(super) fn timeout(stage: MailStage) -> Self {
        Self::new(stage, class_without_reply(stage), "no reply in time")
    }

    /// Creates the error of a stage that failed.
    pub(super) fn from_smtp(stage: MailStage, error: &SmtpError) -> Self {
        let Some(code) = error.status().map(u16::from) else {
            let class = match is_certificate_error(error) {
                true => MailErrorClass::Misconfigured,
                false => class_without_reply(stage),
            };
            return Self::new(stage, class, &innermost_message(error));
        };
        let words = std::error::Error::source(error).map_or_else(String::new, ToString::to_string);
        Self {
            code: Some(code),
            ..Self::new(
                stage,
                class_of_reply(stage, code),
                &format!("{code} {words}"),
            )
        }
    }
}

/// Returns the consequence of a reply that is not positive.
fn class_of_reply(stage: MailStage, code: u16) -> MailErrorClass {
    if LOGIN_CODES.contains(&code) {
        return MailErrorClass::Misconfigured;
    }
    if code < 500 {
        return MailErrorClass::NotSent;
    }
    match stage {
        MailStage::Connect | MailStage::Greeting | MailStage::Tls | MailStage::Folder => {
            MailErrorClass::NotSent
        }
        MailStage::Login | MailStage::Sender => MailErrorClass::Misconfigured,
        MailStage::Recipient | MailStage::Data | MailStage::Content | MailStage::FinalReply => {
            MailErrorClass::Rejected
        }
    }
}

/// Returns the consequence of a stage that got no reply.
fn class_without_reply(stage: MailStage) -> MailErrorClass {
    match stage {
        MailStage::FinalReply => MailErrorClass::Uncertain,
        MailStage::Connect
        | MailStage::Greeting
        | MailStage::Tls
        | MailStage::Login
        | MailStage::Sender
        | MailStage::Recipient
        | MailStage::Data
        | MailStage::Content
        | MailStage::Folder => MailErrorClass::NotSent,
    }
}

/// Returns whether the relay's certificate is not trusted. A later attempt gets the same certificate.
fn is_certificate_error(error: &SmtpError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        let inner = current
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .and_then(|inner| inner.downcast_ref::<rustls::Error>())
            .or_else(|| current.downcast_ref::<rustls::Error>());
        if inner.is_some_and(|inner| matches!(inner, rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        cause = current.source();
    }
    false
}

/// Returns the message of the last cause: “Connection refused (os error 111)”.
fn innermost_message(error: &SmtpError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// Returns the words in one line of limited length.
fn one_line(words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    let row = words.join(" ");
    row.chars()
        .filter(|sign| !sign.is_control())
        .take(MAX_WORDS)
        .collect()
}

impl fmt::Display for MailError {
    /// Writes a sentence for users.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.words.trim_end_matches('.');
        match (self.stage, self.class) {
            (MailStage::Connect, _) => write!(f, "Can't reach the mail relay: {words}."),
            (MailStage::Tls, _) => write!(
                f,
                "Can't encrypt the connection to the mail relay: {words}."
            ),
            (MailStage::Login, MailErrorClass::Misconfigured) => {
                write!(f, "The mail relay refused the login: {words}.")
            }
            (MailStage::Sender, MailErrorClass::Misconfigured) => {
                write!(f, "The mail relay refused the sender: {words}.")
            }
            (MailStage::Recipient, MailErrorClass::Rejected) => {
                write!(f, "The mail relay refused the recipient: {words}.")
            }
            (MailStage::Folder, _) => write!(f, "Can't write the mail to its folder: {words}."),
            (_, MailErrorClass::Rejected) => write!(f, "The mail relay refused the mail: {words}."),
            (_, MailErrorClass::Uncertain) => {
                write!(f, "The mail relay didn't confirm the mail: {words}.")
            }
            (stage, MailErrorClass::NotSent | MailErrorClass::Misconfigured) => {
                write!(f, "The mail relay rejected {}: {words}.", stage.label())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reply_is_classified_by_stage_and_code() {
        use MailErrorClass::{Misconfigured, NotSent, Rejected};
        for (stage, code, expected) in [
            (MailStage::Greeting, 421, NotSent),
            (MailStage::Greeting, 554, NotSent),
            (MailStage::Login, 454, NotSent),
            (MailStage::Login, 535, Misconfigured),
            (MailStage::Login, 504, Misconfigured),
            (MailStage::Sender, 451, NotSent),
            (MailStage::Sender, 550, Misconfigured),
            (MailStage::Sender, 530, Misconfigured),
            (MailStage::Recipient, 450, NotSent),
            (MailStage::Recipient, 550, Rejected),
            (MailStage::Recipient, 530, Misconfigured),
            (MailStage::Data, 552, Rejected),
            (MailStage::FinalReply, 451, NotSent),
            (MailStage::FinalReply, 554, Rejected),
        ] {
            assert_eq!(class_of_reply(stage, code), expected, "{stage:?} {code}");
        }
    }

    #[test]
    fn only_a_missing_final_reply_is_uncertain() {
        let silent = MailError::timeout(MailStage::FinalReply);
        assert_eq!(silent.class, MailErrorClass::Uncertain);
        assert_eq!(
            MailError::timeout(MailStage::Content).class,
            MailErrorClass::NotSent
        );
    }

    #[test]
    fn words_are_one_short_line() {
        let words = format!("450 a\r\nb\u{7} {}", "x".repeat(1000));
        let error = MailError::new(MailStage::Recipient, MailErrorClass::Rejected, &words);
        assert!(error.words.starts_with("450 a b "), "{}", error.words);
        assert_eq!(error.words.chars().count(), MAX_WORDS);
    }
}
