//! Checks of mail: the connection to the relay, its encryption, the login and the sender. Nothing is sent.

use std::time::Duration;

use crate::cli::report::Report;
use crate::config::{Config, MailDestination, MailEncryption, MailRelay, Workspace};
use crate::mail::{MailError, MailStage, Mailer, SmtpTimeouts};

/// How long the relay may take for each stage.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Report {
    /// Checks that the relay accepts the login and the sender.
    pub(super) async fn check_mail(&mut self, config: &Config) {
        let relay = match (&config.mail.destination, &config.workspace) {
            (MailDestination::Relay(relay), _) => relay,
            (MailDestination::Folder(_), Workspace::Sandbox { .. }) => return,
            (MailDestination::Folder(path), Workspace::Slack(_)) => {
                let path = path.display();
                let message =
                    format!("MAIL_URL isn't set, so mail isn't sent, but written to {path}.");
                return self.warn("Mail", message);
            }
        };
        let timeouts = SmtpTimeouts {
            connect: TIMEOUT,
            command: TIMEOUT,
            ..SmtpTimeouts::default()
        };
        let mailer = Mailer::new(config.mail.clone()).with_timeouts(timeouts);
        let from = &config.mail.from.email;
        match mailer.check(relay).await {
            Ok(()) => {
                let (relay, security) = (address(relay), security(relay));
                self.pass(
                    "Mail",
                    format!("{relay} accepts mail from {from} ({security})."),
                );
            }
            Err(error) => {
                let advice = advice(&error, relay);
                self.fail("Mail", format!("{error} {advice}"));
            }
        }
    }
}

fn address(relay: &MailRelay) -> String {
    format!("{}:{}", relay.host, relay.port)
}

/// Returns how the connection is protected.
fn security(relay: &MailRelay) -> String {
    let encryption = match relay.encryption {
        MailEncryption::Implicit => "TLS",
        MailEncryption::StartTls => "STARTTLS",
        MailEncryption::None => "not encrypted",
    };
    match &relay.login {
        Some(login) => format!("{encryption}, logged in as {}", login.user),
        None => format!("{encryption}, no login"),
    }
}

/// Returns how to fix an error.
fn advice(error: &MailError, relay: &MailRelay) -> String {
    let address = address(relay);
    match error.stage {
        MailStage::Connect => format!(
            "Check that {address} in MAIL_URL is the relay, and that no firewall blocks the connection."
        ),
        MailStage::Greeting => format!(
            "Check that {address} in MAIL_URL is a mail relay that accepts this machine. Port 465 needs smtps://, \
             and 587 smtp://…?tls=required."
        ),
        MailStage::Tls => format!(
            "Check that {address} supports the encryption in MAIL_URL and that its certificate is valid for {}. For a \
             certificate of your own, add its authority to this machine's certificates.",
            relay.host
        ),
        MailStage::Login => {
            "Check the user in MAIL_URL and MAIL_PASSWORD. Many providers want a password for \
                             apps, not the one of the account."
                .to_owned()
        }
        MailStage::Sender
        | MailStage::Recipient
        | MailStage::Data
        | MailStage::Content
        | MailStage::FinalReply
        | MailStage::Folder => {
            "Set MAIL_FROM to an address that the relay accepts for this login, or add the \
                                login to MAIL_URL."
                .to_owned()
        }
    }
}
