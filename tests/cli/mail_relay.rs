//! Mail against aiosmtpd, an SMTP server written independently of ours: encryption, login, and what Python's parser
//! reads. Without it, the test is skipped in one line, unless `MUSTER_AIOSMTPD` is `required`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use mail_parser::MessageParser;
use muster::config::{MailConfig, MailDestination, MailLogin, MailRelay};
use muster::mail::{Mailer, OutgoingMail, SentMail};
use muster::secret::Secret;
use serde_json::Value;

use crate::support::binary::{muster, run};

fn project_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A running aiosmtpd.
struct Relay {
    process: Child,
    output: BufReader<ChildStdout>,
    start_tls_port: u16,
    tls_port: u16,
    plain_port: u16,
}

impl Relay {
    /// Starts the relay. Returns `None` if Python or aiosmtpd is missing.
    fn start() -> Option<Self> {
        let python = python()?;
        let mut process = Command::new(python)
            .arg(project_file("tests/cli/aiosmtpd_relay.py"))
            .args(
                ["crt", "key"].map(|kind| project_file(&format!("fixtures/mail/localhost.{kind}"))),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut ports = String::new();
        output.read_line(&mut ports).unwrap();
        let ports: Vec<u16> = ports
            .split_whitespace()
            .map(|port| port.parse().unwrap())
            .collect();
        Some(Self {
            process,
            output,
            start_tls_port: ports[0],
            tls_port: ports[1],
            plain_port: ports[2],
        })
    }

    /// Returns what Python read of the next mail.
    fn read_mail(&mut self) -> Value {
        let mut row = String::new();
        self.output.read_line(&mut row).unwrap();
        serde_json::from_str(&row).unwrap()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // Its input ends, and so does the program.
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

/// Returns a Python that has aiosmtpd.
fn python() -> Option<&'static str> {
    let has_package = |python: &&str| {
        let mut command = Command::new(python);
        let import = command
            .args(["-c", "import aiosmtpd"])
            .stderr(Stdio::null());
        import.status().is_ok_and(|status| status.success())
    };
    let python = ["/usr/bin/python3", "python3"]
        .into_iter()
        .find(has_package);
    if python.is_none() {
        let is_required = std::env::var_os("MUSTER_AIOSMTPD").is_some();
        assert!(!is_required, "install python3-aiosmtpd");
        drop(writeln!(
            std::io::stderr(),
            "skipped: python3-aiosmtpd is missing"
        ));
    }
    python
}

/// Runs `muster doctor` with this relay, and returns its line about mail.
fn doctor(url: &str, password: &str, certificate: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = muster(folder.path());
    command
        .arg("doctor")
        .env("MAIL_URL", url)
        .env("MAIL_FROM", "muster@example.com")
        .env("MAIL_PASSWORD", password)
        // The trusted authorities, instead of those of the machine.
        .env("SSL_CERT_FILE", certificate);
    let (_, output, _) = run(&mut command);
    let row = output.lines().find(|row| row.contains(" Mail "));
    row.unwrap_or(&output).to_owned()
}

#[test]
fn encryption_and_login_work_with_another_server() {
    let Some(relay) = Relay::start() else { return };
    let certificate = project_file("fixtures/mail/localhost.crt");
    let certificate = certificate.to_str().unwrap();
    let start_tls = format!(
        "smtp://muster@localhost:{}?tls=required",
        relay.start_tls_port
    );
    let tls = format!("smtps://muster@localhost:{}", relay.tls_port);
    for (url, security) in [(&start_tls, "STARTTLS"), (&tls, "TLS")] {
        let report = doctor(url, "s3cret", certificate);
        let expected = format!("({security}, logged in as muster).");
        assert!(
            report.starts_with('✓') && report.contains(&expected),
            "{report}"
        );
        let report = doctor(url, "wrong", certificate);
        assert!(report.contains("refused the login: 535"), "{report}");
        // The certificate is of an authority that the machine does not trust.
        let untrusted = doctor(url, "s3cret", "/nowhere.crt");
        assert!(
            untrusted.contains("Can't encrypt the connection"),
            "{untrusted}"
        );
    }
}

#[tokio::test]
async fn two_parsers_read_the_same_mail() {
    let Some(mut relay) = Relay::start() else {
        return;
    };
    let config = MailConfig {
        destination: MailDestination::Relay(MailRelay {
            login: Some(MailLogin {
                user: "muster".to_owned(),
                password: Secret::new("s3cret"),
            }),
            ..MailRelay::plain("127.0.0.1", relay.plain_port)
        }),
        from: "muster@example.com".parse().unwrap(),
        reply_to: None,
    };
    let mailer = Mailer::new(config);
    for name in ["first", "later"] {
        let content = std::fs::read(project_file(&format!("fixtures/mail/{name}.eml"))).unwrap();
        let to = "bob@example.com".parse().unwrap();
        let mail = OutgoingMail {
            name,
            to: &to,
            content: &content,
        };
        assert_eq!(mailer.send(mail).await, Ok(SentMail::Relayed));
        let theirs = relay.read_mail();
        let ours = MessageParser::new().parse(&content).unwrap();
        let text = |text: Option<std::borrow::Cow<'_, str>>| text.unwrap().replace("\r\n", "\n");
        assert_eq!(theirs["subject"], ours.subject().unwrap());
        assert_eq!(
            theirs["message_id"],
            format!("<{}>", ours.message_id().unwrap())
        );
        assert_eq!(theirs["text"], text(ours.body_text(0)));
        assert_eq!(theirs["html"], text(ours.body_html(0)));
        assert_eq!(theirs["to"], "Bob Lindqvist <bob@example.com>");
        assert_eq!(theirs["login"], "muster");
        assert_eq!(theirs["defects"], serde_json::json!([]));
    }
}
