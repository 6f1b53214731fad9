//! A mail as bytes: headers and two bodies. Composing is pure, so that equal inputs give equal bytes.

use std::time::SystemTime;

use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use crate::domain::{IncidentId, Severity, Status, Timestamp};
use crate::error::{Error, Result};

/// Length of the boundary between the bodies, in hexadecimal digits.
const BOUNDARY_LENGTH: usize = 32;

/// The content of a mail.
#[derive(Clone, Debug)]
pub(crate) struct MailMessage {
    /// The message ID, with angle brackets.
    pub(crate) message_id: String,
    /// The ID of the first mail to this recipient about this incident; `None` if this is it.
    pub(crate) root_id: Option<String>,
    pub(crate) from: Mailbox,
    pub(crate) to: Mailbox,
    pub(crate) reply_to: Option<Mailbox>,
    pub(crate) subject: String,
    /// When the notification was made.
    pub(crate) date: Timestamp,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) labels: MailLabels,
    /// The URL that ends the subscription with one POST: RFC 8058.
    pub(crate) unsubscribe_url: Option<String>,
}

/// The state of the incident, for rules in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MailLabels {
    pub(crate) incident: IncidentId,
    pub(crate) severity: Severity,
    pub(crate) status: Status,
    pub(crate) importance: Importance,
}

/// Whether mail programs mark the mail as important.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Importance {
    Normal,
    High,
}

impl Importance {
    /// Returns the importance of mail about an incident.
    pub(crate) fn for_severity(severity: Severity) -> Self {
        match severity.number() {
            Some(0 | 1) => Self::High,
            Some(_) | None => Self::Normal,
        }
    }
}

/// Maximum length of a subject or a name, in characters.
const MAX_HEADER_TEXT: usize = 250;

/// Returns the mail as bytes with CRLF. Bodies are 7-bit.
pub(crate) fn compose(message: &MailMessage) -> Result<Vec<u8>> {
    let domain = message.from.email.domain();
    let mut builder = Message::builder()
        .message_id(Some(message.message_id.clone()))
        .date(SystemTime::from(message.date.to_datetime()))
        .from(clean_mailbox(&message.from))
        .to(clean_mailbox(&message.to))
        .subject(one_line(&message.subject));
    if let Some(reply_to) = &message.reply_to {
        builder = builder.reply_to(clean_mailbox(reply_to));
    }
    if let Some(root) = &message.root_id {
        builder = builder.in_reply_to(root.clone()).references(root.clone());
    }
    let list_id = format!("<incidents.{domain}>");
    for (name, value) in labels(message, list_id) {
        builder = builder.raw_header(HeaderValue::new(name, value));
    }
    let [text, html] = [&message.text, &message.html].map(|body| printable(body));
    let bodies = MultiPart::alternative()
        .boundary(boundary(message, &text, &html))
        .singlepart(part(ContentType::TEXT_PLAIN, text))
        .singlepart(part(ContentType::TEXT_HTML, html));
    let mail = builder.multipart(bodies).map_err(Error::internal)?;
    Ok(mail.formatted())
}

/// Returns the headers that no text of a user can reach: numbers, our own words, and URLs.
fn labels(message: &MailMessage, list_id: String) -> Vec<(HeaderName, String)> {
    let MailLabels {
        incident,
        severity,
        status,
        importance,
    } = message.labels;
    let name = HeaderName::new_from_ascii_str;
    let mut headers = vec![
        // RFC 3834: keeps out-of-office replies away. The second one is Exchange's.
        (name("Auto-Submitted"), "auto-generated".to_owned()),
        (name("X-Auto-Response-Suppress"), "All".to_owned()),
        (name("List-Id"), list_id),
        (name("X-Muster-Incident"), incident.to_string()),
        (name("X-Muster-Severity"), severity.as_str().to_owned()),
        (name("X-Muster-Status"), status.as_str().to_owned()),
    ];
    if importance == Importance::High {
        headers.push((name("Importance"), "high".to_owned()));
    }
    if let Some(url) = &message.unsubscribe_url {
        let one_click = "List-Unsubscribe=One-Click".to_owned();
        headers.push((name("List-Unsubscribe"), format!("<{url}>")));
        headers.push((name("List-Unsubscribe-Post"), one_click));
    }
    headers
}

fn part(content_type: ContentType, body: String) -> SinglePart {
    SinglePart::builder().header(content_type).body(body)
}

/// Returns a boundary that depends on the bodies, so that no text can contain it.
fn boundary(message: &MailMessage, text: &str, html: &str) -> String {
    let mut digest = Sha256::new();
    for part in [message.message_id.as_str(), text, html] {
        digest.update(part);
    }
    let digest = digest.finalize();
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    hash[..BOUNDARY_LENGTH].to_owned()
}

/// The start of an encoded word, RFC 2047. A receiver would decode it also if a user typed it.
const ENCODED_WORD: &str = "=?";

/// The same signs with an invisible one between them: U+2060 WORD JOINER.
const INERT_WORD: &str = "=\u{2060}?";

/// Returns a text for a header: one line without control characters, short enough for SMTP even without a space.
fn one_line(text: &str) -> String {
    let words = text.split(|sign: char| sign.is_whitespace() || sign.is_control());
    let words: Vec<&str> = words.filter(|part| !part.is_empty()).collect();
    let row = words.join(" ").replace(ENCODED_WORD, INERT_WORD);
    if row.chars().count() <= MAX_HEADER_TEXT {
        return row;
    }
    let start: String = row.chars().take(MAX_HEADER_TEXT - 1).collect();
    format!("{}…", start.trim_end())
}

fn clean_mailbox(mailbox: &Mailbox) -> Mailbox {
    let name = mailbox.name.as_deref().map(one_line);
    let name = name.filter(|name| !name.is_empty());
    Mailbox::new(name, mailbox.email.clone())
}

/// Returns a body without the control characters that SMTP forbids, with LF as line end.
fn printable(body: &str) -> String {
    let body = body.replace("\r\n", "\n").replace('\r', "\n");
    body.chars()
        .filter(|sign| !sign.is_control() || matches!(sign, '\n' | '\t'))
        .collect()
}

#[cfg(test)]
mod tests;
