//! Parses SMTP commands: RFC 5321, 4.1.

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SmtpCommand {
    Ehlo,
    StartTls,
    /// The mechanism and the initial response.
    Auth(String, String),
    /// The sender.
    Mail(String),
    /// The recipient.
    Rcpt(String),
    Data,
    Rset,
    Noop,
    Quit,
}

impl SmtpCommand {
    /// Parses a line without its line end. The error is the reply.
    pub(super) fn parse(row: &str) -> Result<Self, &'static str> {
        let (verb, rest) = row.split_once(' ').unwrap_or((row, ""));
        let argument = rest.trim();
        match (verb.to_ascii_uppercase().as_str(), argument.is_empty()) {
            ("EHLO" | "HELO", false) => Ok(Self::Ehlo),
            ("EHLO" | "HELO", true) => Err("501 5.5.4 EHLO requires a domain"),
            ("STARTTLS", true) => Ok(Self::StartTls),
            ("AUTH", false) => {
                let (mechanism, response) = argument.split_once(' ').unwrap_or((argument, ""));
                Ok(Self::Auth(
                    mechanism.to_ascii_uppercase(),
                    response.to_owned(),
                ))
            }
            ("MAIL", false) => address_of(argument, "FROM:")
                .map(Self::Mail)
                .ok_or("501 5.1.7 Bad sender address syntax"),
            ("RCPT", false) => address_of(argument, "TO:")
                .filter(|address| !address.is_empty())
                .map(Self::Rcpt)
                .ok_or("501 5.1.3 Bad recipient address syntax"),
            ("DATA", true) => Ok(Self::Data),
            ("RSET", true) => Ok(Self::Rset),
            ("NOOP", _) => Ok(Self::Noop),
            ("QUIT", true) => Ok(Self::Quit),
            _ => Err("500 5.5.2 Command not recognized"),
        }
    }
}

/// Returns the address of `FROM:<bob@example.com>`. The relay accepts no parameters, because it offers no
/// extension that has any.
fn address_of(argument: &str, keyword: &str) -> Option<String> {
    let (start, rest) = argument.split_at_checked(keyword.len())?;
    let address = rest.strip_prefix('<')?.strip_suffix('>')?;
    let is_plain = address
        .chars()
        .all(|sign| sign.is_ascii_graphic() && !"<>()\\,;:".contains(sign));
    let is_complete = address.is_empty()
        || address
            .rsplit_once('@')
            .is_some_and(|(user, domain)| !user.is_empty() && !domain.is_empty());
    (start.eq_ignore_ascii_case(keyword) && is_plain && is_complete).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_in_angle_brackets() {
        let sender = |row: &str| SmtpCommand::parse(row);
        assert_eq!(
            sender("MAIL FROM:<bob@acme.example>"),
            Ok(SmtpCommand::Mail("bob@acme.example".to_owned()))
        );
        assert_eq!(sender("mail from:<>"), Ok(SmtpCommand::Mail(String::new())));
        for row in [
            "MAIL FROM:bob@acme.example",
            "MAIL FROM:<bob>",
            "MAIL FROM:<bob@acme.example> SIZE=10",
            "MAIL FROM:<böb@acme.example>",
            "RCPT TO:<>",
            "BDAT 10",
        ] {
            assert!(sender(row).is_err(), "{row}");
        }
    }
}
