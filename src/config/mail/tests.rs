//! Valid and invalid values of the variables of mail.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::{Config, Problems};

const IMPLICIT: MailEncryption = MailEncryption::Implicit;
const START_TLS: MailEncryption = MailEncryption::StartTls;
const NONE: MailEncryption = MailEncryption::None;

/// URLs, and the host, port, encryption and user that they select.
const RELAYS: [(&str, &str, u16, MailEncryption, &str); 6] = [
    (
        "smtps://bob@mail.example.com",
        "mail.example.com",
        465,
        IMPLICIT,
        "bob",
    ),
    (
        "smtps://bob@example.com@mail.example.com:1465",
        "mail.example.com",
        1465,
        IMPLICIT,
        "bob@example.com",
    ),
    (
        "smtp://b%2Fob@mail.example.com?tls=required",
        "mail.example.com",
        587,
        START_TLS,
        "b/ob",
    ),
    ("smtp://bob@127.0.0.1:2525", "127.0.0.1", 2525, NONE, "bob"),
    ("smtp://[::1]", "::1", 25, NONE, ""),
    (
        "smtp://relay.example.com",
        "relay.example.com",
        25,
        NONE,
        "",
    ),
];

/// URLs and passwords that do not belong together, and a part of the message.
const WRONG: [(&str, &str, &str); 8] = [
    (
        "smtps://bob:s3cret@mail.example.com",
        "",
        "Move it to MAIL_PASSWORD",
    ),
    (
        "smtp://bob@mail.example.com",
        "s3cret",
        "without encryption",
    ),
    (
        "smtps://bob@mail.example.com",
        "",
        "MAIL_PASSWORD is missing",
    ),
    (
        "smtps://mail.example.com",
        "s3cret",
        "MAIL_URL names no user",
    ),
    (
        "https://mail.example.com",
        "",
        "isn't the address of a mail relay",
    ),
    (
        "mail.example.com:25",
        "",
        "isn't the address of a mail relay",
    ),
    (
        "smtp://mail.example.com?tls=maybe",
        "",
        "isn't the address of a mail relay",
    ),
    (
        "smtps:mail.example.com",
        "",
        "isn't the address of a mail relay",
    ),
];

/// Reads a configuration in which only these variables are set.
fn read_config(variables: &[(&str, &str)]) -> Result<Config, Problems> {
    let token = [("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_APP_TOKEN", "xapp-1")];
    let find = |name: &str| {
        token
            .iter()
            .chain(variables)
            .find(|(other, _)| *other == name)
    };
    Config::read(|name| find(name).map(|(_, value)| (*value).to_owned()))
}

fn read_relay(url: &str, password: &str) -> Result<MailRelay, Problems> {
    let variables = [
        ("MAIL_URL", url),
        ("MAIL_FROM", "Muster <muster@example.com>"),
        ("MAIL_PASSWORD", password),
    ];
    match read_config(&variables)?.mail.destination {
        MailDestination::Relay(relay) => Ok(relay),
        MailDestination::Folder(_) => panic!("expected a relay"),
    }
}

#[test]
fn mail_goes_to_a_folder_next_to_the_database_without_a_relay() {
    let config = read_config(&[("DATABASE_PATH", "/srv/muster/incidents.db")]).unwrap();
    let folder = PathBuf::from("/srv/muster/mail");
    assert_eq!(config.mail.destination, MailDestination::Folder(folder));
    assert_eq!(config.mail.from.to_string(), "Muster <muster@localhost>");
    assert_eq!(config.mail.reply_to, None);
}

#[test]
fn url_of_the_relay_selects_encryption_port_and_user() {
    for (url, host, port, encryption, user) in RELAYS {
        let login = (!user.is_empty()).then(|| MailLogin {
            user: user.to_owned(),
            password: Secret::new("a b%"),
        });
        let password = login.as_ref().map_or("", |_| "a b%");
        let expected = MailRelay {
            host: host.to_owned(),
            port,
            encryption,
            login,
        };
        assert_eq!(read_relay(url, password), Ok(expected), "{url}");
    }
}

#[test]
fn wrong_mail_variables_are_explained_without_the_password() {
    for (url, password, part) in WRONG {
        let message = read_relay(url, password).unwrap_err().to_string();
        assert!(message.contains(part), "{url}: {message}");
        assert!(!message.contains("s3cret"), "{url}: {message}");
    }
    for (name, value, part) in [
        (
            "MAIL_URL",
            "smtps://mail.example.com",
            "MAIL_FROM is missing",
        ),
        ("MAIL_FROM", "Muster", "MAIL_FROM is \"Muster\""),
        ("MAIL_REPLY_TO", "a@b@c", "MAIL_REPLY_TO is \"a@b@c\""),
    ] {
        let message = read_config(&[(name, value)]).unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
}
