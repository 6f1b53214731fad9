//! The stages of the dialogue with the relay: what each failure means, and how often the mail arrives.

use std::time::Duration;

use muster::config::{MailConfig, MailDestination, MailEncryption, MailLogin, MailRelay};
use muster::mail::{
    MailError, MailErrorClass, MailStage, Mailer, OutgoingMail, SentMail, SmtpTimeouts,
};
use muster::secret::Secret;
use muster_sandbox::{Fault, Limits, Sandbox};

use crate::support::workspace::{sandbox_mail, start_workspace};
use MailErrorClass::{Misconfigured, NotSent, Rejected, Uncertain};

const CONTENT: &str = "Date: Mon, 23 Nov 2026 14:05:00 +0000\r\nFrom: Muster <muster@acme.example>\r\n\
    To: bob@acme.example\r\nMessage-ID: <ir-7.r1.f00d@acme.example>\r\nMIME-Version: 1.0\r\nSubject: [IR-7] Slow\r\n\
    \r\nA line\r\n.\r\n..two dots\r\n";

/// Faults, the stage and the class of their error, and how many mails arrive.
const CASES: [(&str, Fault, MailStage, MailErrorClass, usize); 21] = [
    (
        "smtp.connect",
        Fault::Error("421 4.3.2 Busy"),
        MailStage::Greeting,
        NotSent,
        0,
    ),
    (
        "smtp.connect",
        Fault::Error("554 5.3.2 No service"),
        MailStage::Greeting,
        NotSent,
        0,
    ),
    (
        "smtp.connect",
        Fault::Reset,
        MailStage::Greeting,
        NotSent,
        0,
    ),
    ("smtp.connect", Fault::Hang, MailStage::Greeting, NotSent, 0),
    (
        "smtp.ehlo",
        Fault::Error("550 5.7.1 Go away"),
        MailStage::Greeting,
        NotSent,
        0,
    ),
    (
        "smtp.mail",
        Fault::Error("451 4.3.0 Try later"),
        MailStage::Sender,
        NotSent,
        0,
    ),
    (
        "smtp.mail",
        Fault::Error("550 5.1.8 Bad sender"),
        MailStage::Sender,
        Misconfigured,
        0,
    ),
    (
        "smtp.mail",
        Fault::Error("530 5.7.0 Log in"),
        MailStage::Sender,
        Misconfigured,
        0,
    ),
    ("smtp.mail", Fault::Reset, MailStage::Sender, NotSent, 0),
    (
        "smtp.rcpt",
        Fault::Error("450 4.2.0 Greylisted"),
        MailStage::Recipient,
        NotSent,
        0,
    ),
    (
        "smtp.rcpt",
        Fault::Error("550 5.1.1 No such user"),
        MailStage::Recipient,
        Rejected,
        0,
    ),
    ("smtp.rcpt", Fault::Hang, MailStage::Recipient, NotSent, 0),
    (
        "smtp.data",
        Fault::Error("452 4.3.1 Disk full"),
        MailStage::Data,
        NotSent,
        0,
    ),
    (
        "smtp.data",
        Fault::Error("552 5.3.4 Too big"),
        MailStage::Data,
        Rejected,
        0,
    ),
    ("smtp.data", Fault::Reset, MailStage::Data, NotSent, 0),
    (
        "smtp.dot",
        Fault::Error("451 4.3.0 Try later"),
        MailStage::FinalReply,
        NotSent,
        0,
    ),
    (
        "smtp.dot",
        Fault::Error("554 5.7.1 Spam"),
        MailStage::FinalReply,
        Rejected,
        0,
    ),
    (
        "smtp.dot",
        Fault::Error("nonsense"),
        MailStage::FinalReply,
        Uncertain,
        0,
    ),
    (
        "smtp.dot",
        Fault::Reset,
        MailStage::FinalReply,
        Uncertain,
        0,
    ),
    ("smtp.dot", Fault::Hang, MailStage::FinalReply, Uncertain, 0),
    (
        "smtp.dot",
        Fault::LostResponse,
        MailStage::FinalReply,
        Uncertain,
        1,
    ),
];

const QUICK: Duration = Duration::from_millis(200);

fn sandbox() -> Sandbox {
    drop(rustls::crypto::ring::default_provider().install_default());
    start_workspace(Limits::Off)
}

/// Sends the mail with this relay.
async fn send_with(config: MailConfig) -> Result<SentMail, MailError> {
    let timeouts = SmtpTimeouts {
        connect: QUICK,
        command: QUICK,
        final_reply: QUICK,
        quit: QUICK,
    };
    let to = "bob@acme.example".parse().unwrap();
    let mail = OutgoingMail {
        name: "1",
        to: &to,
        content: CONTENT.as_bytes(),
    };
    Mailer::new(config).with_timeouts(timeouts).send(mail).await
}

async fn send(sandbox: &Sandbox) -> Result<SentMail, MailError> {
    send_with(sandbox_mail(sandbox)).await
}

/// Returns the configuration with another relay.
fn relay(sandbox: &Sandbox, change: impl FnOnce(&mut MailRelay)) -> MailConfig {
    let mut config = sandbox_mail(sandbox);
    if let MailDestination::Relay(relay) = &mut config.destination {
        change(relay);
    }
    config
}

fn login(password: &str) -> Option<MailLogin> {
    Some(MailLogin {
        user: "muster".to_owned(),
        password: Secret::new(password),
    })
}

#[tokio::test]
async fn accepted_mail_arrives_with_the_same_bytes() {
    let sandbox = sandbox();
    assert_eq!(send(&sandbox).await, Ok(SentMail::Relayed));
    let [mail] = sandbox.mails().try_into().unwrap();
    assert_eq!(mail.content, CONTENT);
    assert_eq!(mail.envelope_from, "muster@acme.example");
    assert_eq!(mail.envelope_to, "bob@acme.example");
}

#[tokio::test]
async fn each_failure_says_whether_the_mail_may_have_arrived() {
    for (step, fault, stage, class, arrived) in CASES {
        let sandbox = sandbox();
        sandbox.fail_calls(step, 1, fault.clone());
        let error = send(&sandbox).await.unwrap_err();
        assert_eq!(
            (error.stage, error.class),
            (stage, class),
            "{step} {fault:?}: {error}"
        );
        assert_eq!(sandbox.mails().len(), arrived, "{step} {fault:?}");
        // The next mail is not affected.
        assert_eq!(
            send(&sandbox).await,
            Ok(SentMail::Relayed),
            "{step} {fault:?}"
        );
    }
}

#[tokio::test]
async fn relay_that_is_down_gets_nothing() {
    let sandbox = sandbox();
    let nowhere = relay(&sandbox, |relay| relay.port = 9);
    let error = send_with(nowhere).await.unwrap_err();
    assert_eq!((error.stage, error.class), (MailStage::Connect, NotSent));
    assert_eq!(
        error.to_string(),
        "Can't reach the mail relay: Connection refused (os error 111)."
    );
}

#[tokio::test]
async fn relay_words_are_in_the_error() {
    let sandbox = sandbox();
    sandbox.fail_calls(
        "smtp.rcpt",
        1,
        Fault::Error("550-5.1.1 No such user\r\n550 5.1.1 here"),
    );
    let error = send(&sandbox).await.unwrap_err();
    assert_eq!(error.code, Some(550));
    assert_eq!(
        error.to_string(),
        "The mail relay refused the recipient: 550 5.1.1 No such user here."
    );
}

#[tokio::test]
async fn login_is_used_and_a_wrong_one_stops_all_mail() {
    let sandbox = sandbox();
    sandbox.set_mail_login("muster", "right");
    let error = send(&sandbox).await.unwrap_err();
    assert_eq!(
        (error.stage, error.class),
        (MailStage::Sender, Misconfigured)
    );

    let wrong = relay(&sandbox, |relay| relay.login = login("wrong"));
    let error = send_with(wrong).await.unwrap_err();
    assert_eq!(
        (error.stage, error.class),
        (MailStage::Login, Misconfigured)
    );
    assert!(!error.to_string().contains("wrong"), "{error}");

    let right = relay(&sandbox, |relay| relay.login = login("right"));
    assert_eq!(send_with(right.clone()).await, Ok(SentMail::Relayed));
    sandbox.fail_calls("smtp.auth", 1, Fault::Error("454 4.7.0 Try later"));
    let error = send_with(right).await.unwrap_err();
    assert_eq!((error.stage, error.class), (MailStage::Login, NotSent));
}

#[tokio::test]
async fn required_encryption_is_never_skipped() {
    let sandbox = sandbox();
    let required = relay(&sandbox, |relay| {
        relay.encryption = MailEncryption::StartTls;
    });
    let error = send_with(required.clone()).await.unwrap_err();
    assert_eq!((error.stage, error.class), (MailStage::Tls, Misconfigured));
    assert_eq!(
        error.to_string(),
        "Can't encrypt the connection to the mail relay: it doesn't offer STARTTLS."
    );
    sandbox.claim_start_tls();
    let error = send_with(required).await.unwrap_err();
    assert_eq!((error.stage, error.class), (MailStage::Tls, NotSent));

    let implicit = relay(&sandbox, |relay| {
        relay.encryption = MailEncryption::Implicit;
    });
    let error = send_with(implicit).await.unwrap_err();
    assert_eq!(
        (error.stage, error.class),
        (MailStage::Tls, NotSent),
        "{error}"
    );
    assert_eq!(sandbox.mails(), []);
}

#[tokio::test]
async fn address_outside_ascii_is_rejected_unless_the_relay_supports_it() {
    let sandbox = sandbox();
    let to = "jürgen@acme.example".parse().unwrap();
    let mail = OutgoingMail {
        name: "1",
        to: &to,
        content: CONTENT.as_bytes(),
    };
    let error = Mailer::new(sandbox_mail(&sandbox))
        .send(mail)
        .await
        .unwrap_err();
    assert_eq!((error.stage, error.class), (MailStage::Recipient, Rejected));
    assert!(error.words.contains("outside ASCII"), "{error}");
}

#[tokio::test]
async fn mail_goes_to_a_folder_without_a_relay() {
    let folder = tempfile::tempdir().unwrap();
    let config = MailConfig::local(&folder.path().join("incidents.db"));
    assert_eq!(send_with(config.clone()).await, Ok(SentMail::Written));
    assert_eq!(send_with(config).await, Ok(SentMail::Written));
    let path = folder.path().join("mail/1.eml");
    assert_eq!(std::fs::read_to_string(path).unwrap(), CONTENT);
}
