//! The rules of real relays for a mail. A reply names the broken rule.

use mail_parser::MessageParser;

/// Maximum length of a line without its line end: RFC 5321, 4.5.3.1.6.
const MAX_LINE: usize = 998;

/// Maximum size of a mail.
pub(super) const MAX_SIZE: usize = 10_000_000;

/// Headers that a mail has exactly once: RFC 5322, 3.6. Many relays reject mail without a message ID.
const REQUIRED: [&str; 5] = ["Date", "From", "Message-ID", "To", "MIME-Version"];

/// Headers that a mail has at most once.
const UNIQUE: [&str; 5] = [
    "Subject",
    "In-Reply-To",
    "References",
    "Reply-To",
    "Content-Type",
];

/// Checks a mail. Returns the reply that rejects it.
pub(super) fn check(content: &[u8]) -> Result<(), String> {
    if content.len() > MAX_SIZE {
        return Err("552 5.3.4 Message too big".to_owned());
    }
    if !content.is_ascii() {
        return Err("554 5.6.1 8-bit content without 8BITMIME".to_owned());
    }
    let text = String::from_utf8_lossy(content);
    let lines: Vec<&str> = text.split("\r\n").collect();
    for row in &lines {
        if row.contains(['\r', '\n']) {
            return Err("554 5.6.0 Bare CR or LF".to_owned());
        }
        if row.len() > MAX_LINE {
            return Err(format!("554 5.6.0 Line longer than {MAX_LINE} characters"));
        }
        if row.chars().any(|sign| sign.is_control() && sign != '\t') {
            return Err("554 5.6.0 Control character".to_owned());
        }
    }
    check_headers(&lines)?;
    check_values(content)
}

fn check_headers(lines: &[&str]) -> Result<(), String> {
    let end = lines.iter().position(|row| row.is_empty());
    let header = &lines[..end.ok_or("554 5.6.0 No body")?];
    let mut names = Vec::new();
    for (index, row) in header.iter().enumerate() {
        match (row.starts_with([' ', '\t']), row.split_once(':')) {
            (true, _) if index > 0 && !row.trim().is_empty() => {}
            (false, Some((name, _))) if is_header_name(name) => names.push(name),
            _ => return Err("554 5.6.0 Malformed header".to_owned()),
        }
    }
    let count = |expected: &str| {
        let same = names
            .iter()
            .filter(|name| name.eq_ignore_ascii_case(expected));
        same.count()
    };
    if let Some(name) = REQUIRED.iter().find(|name| count(name) != 1) {
        return Err(format!("554 5.6.0 {name} is missing or not unique"));
    }
    match UNIQUE.iter().find(|name| count(name) > 1) {
        Some(name) => Err(format!("554 5.6.0 {name} is not unique")),
        None => Ok(()),
    }
}

fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|sign| sign.is_ascii_graphic())
}

/// Checks that a mail program can read the headers.
fn check_values(content: &[u8]) -> Result<(), String> {
    let message = MessageParser::new().parse(content);
    let message = message.ok_or("554 5.6.0 Unreadable message")?;
    let is_valid_date = message.date().is_some_and(mail_parser::DateTime::is_valid);
    let has_sender = message
        .from()
        .and_then(|from| from.first())
        .is_some_and(|from| from.address.as_ref().is_some_and(|it| it.contains('@')));
    let has_id = message.message_id().is_some_and(|id| id.contains('@'));
    match (is_valid_date, has_sender, has_id) {
        (true, true, true) => Ok(()),
        (false, _, _) => Err("554 5.6.0 Invalid Date".to_owned()),
        (_, false, _) => Err("554 5.6.0 Invalid From".to_owned()),
        (_, _, false) => Err("554 5.6.0 Invalid Message-ID".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "Date: Sun, 29 Nov 2026 13:00:00 +0000\r\nFrom: Muster <muster@acme.example>\r\n\
        To: bob@acme.example\r\nMessage-ID: <1@acme.example>\r\nMIME-Version: 1.0\r\nSubject: Hello\r\n\r\nHello\r\n";

    #[test]
    fn complete_mail_is_accepted() {
        assert_eq!(check(VALID.as_bytes()), Ok(()));
    }

    #[test]
    fn mail_that_breaks_a_rule_is_rejected() {
        for (from, to) in [
            ("Date: Sun", "X-Date: Sun"),
            ("29 Nov 2026", "soon"),
            ("Message-ID: <1@acme.example>", "Message-ID: 1"),
            ("Subject: Hello", "Subject: Hello\r\nSubject: Again"),
            ("Subject: Hello", "Subject: Hello\nBcc: eve@acme.example"),
            ("Subject: Hello", "Subject: Größe"),
            ("Subject: Hello", "no header"),
            ("From: Muster <muster@acme.example>", "From: Muster"),
            ("\r\n\r\nHello", "\r\n\r\nHel\u{0}lo"),
        ] {
            assert!(VALID.contains(from), "{from}");
            let mail = VALID.replace(from, to);
            assert!(check(mail.as_bytes()).is_err(), "{to}");
        }
        let long = VALID.replace("\r\n\r\nHello", &format!("\r\n\r\n{}", "x".repeat(999)));
        assert!(check(long.as_bytes()).is_err());
    }
}
