//! The second parser: Python's `email`, which was written independently of the one in Rust. Both read the same mails
//! alike. Without Python, the test is skipped in one line, unless `MUSTER_AIOSMTPD` is `required`.

use std::io::Write;
use std::process::{Command, Stdio};

use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::Deserialize;

use super::*;

/// The number of generated mails.
const MAILS: usize = 256;

/// Texts in which parsers have disagreed: markup of headers and bodies, and signs that other standards take for line
/// ends or for blanks.
const DIFFICULT: [&str; 12] = [
    "",
    "=?utf-8?q?hello?=",
    "a =?utf-8?b?aGVsbG8=?= b",
    "\"Alice\" <eve@example.com>, bob",
    "a; b: c, d (e) [f] @g \\h",
    "Größe  größer   am größten",
    "one\u{2028}two\u{2029}three\u{85}four\u{b}five\u{c}six",
    "a\u{a0}b\u{3000}c\u{200b}d\u{feff}",
    ".\n..\nFrom here\n-- \n--\n=3D=\n",
    "🔥👩‍👩‍👧‍👦 مرحبا שלום 日本語",
    "trailing blanks   \n\n\n",
    "=?=?=?=",
];

/// A mail, as a parser reads it.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct ReadMail {
    subject: String,
    from: ReadAddress,
    to: ReadAddress,
    text: String,
    html: String,
    defects: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct ReadAddress {
    name: String,
    address: String,
}

/// The texts of a mail.
#[derive(Clone, Debug)]
struct Texts {
    subject: String,
    name: String,
    text: String,
}

impl Texts {
    fn same(text: &str) -> Self {
        let [subject, name, text] = [text; 3].map(str::to_owned);
        Self {
            subject,
            name,
            text,
        }
    }

    fn compose(&self) -> Vec<u8> {
        let body = MailBody {
            heading: self.subject.clone(),
            markdown: self.text.clone(),
            ..body()
        };
        let message = MailMessage {
            subject: self.subject.clone(),
            to: mailbox(&self.name, "bob@example.com"),
            from: mailbox(&self.name, "muster@example.com"),
            text: self.text.clone(),
            html: html_body(&body).unwrap(),
            ..message()
        };
        compose(&message).unwrap()
    }
}

/// Returns the difficult texts and generated ones, the same in each run.
fn all_texts() -> Vec<Texts> {
    let mut runner = TestRunner::deterministic();
    let texts = (
        "\\PC{0,120}|[ -~\\r\\n\\t]{0,80}|[a-zäöü🔥=?_ ]{0,300}",
        "\\PC{0,60}|[ -~\\r\\n]{0,40}|[A-ZÄÖÜ. ]{0,80}",
        any::<String>(),
    );
    let texts = texts.prop_map(|(subject, name, text)| Texts {
        subject,
        name,
        text,
    });
    let generated = (0..MAILS).map(|_| texts.new_tree(&mut runner).unwrap().current());
    let difficult = DIFFICULT.iter().map(|text| Texts::same(text));
    difficult.chain(generated).collect()
}

/// Returns Python; `None` if it is missing.
fn python() -> Option<&'static str> {
    let is_installed = |python: &&str| {
        let mut command = Command::new(python);
        let version = command.arg("--version").stdout(Stdio::null());
        version.status().is_ok_and(|status| status.success())
    };
    let python = ["/usr/bin/python3", "python3"]
        .into_iter()
        .find(is_installed);
    if python.is_none() {
        let is_required = std::env::var_os("MUSTER_AIOSMTPD").is_some();
        assert!(!is_required, "install python3");
        drop(writeln!(std::io::stderr(), "skipped: python3 is missing"));
    }
    python
}

fn read_in_python(python: &str, folder: &Path) -> Vec<ReadMail> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/read_mails.py");
    let output = Command::new(python).arg(script).arg(folder).output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn read_in_rust(content: &[u8]) -> ReadMail {
    let mail = MessageParser::new().parse(content).unwrap();
    let address = |header: Option<&mail_parser::Address<'_>>| {
        let address = header.unwrap().first().unwrap();
        ReadAddress {
            name: address.name().unwrap_or_default().to_owned(),
            address: address.address().unwrap_or_default().to_owned(),
        }
    };
    let body = |text: Option<std::borrow::Cow<'_, str>>| text.unwrap().replace("\r\n", "\n");
    ReadMail {
        subject: mail.subject().unwrap_or_default().to_owned(),
        from: address(mail.from()),
        to: address(mail.to()),
        text: body(mail.body_text(0)),
        html: body(mail.body_html(0)),
        defects: Vec::new(),
    }
}

#[test]
fn any_text_is_read_alike_by_two_parsers() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let written = all_texts();
    let mails: Vec<_> = written.iter().map(Texts::compose).collect();
    for (number, content) in mails.iter().enumerate() {
        let path = folder.path().join(format!("{number:04}.eml"));
        std::fs::write(path, content).unwrap();
    }
    let in_python = read_in_python(python, folder.path());
    assert_eq!(in_python.len(), mails.len());
    for ((texts, content), in_python) in written.iter().zip(&mails).zip(in_python) {
        assert!(has_valid_lines(content), "{texts:?}");
        let in_rust = read_in_rust(content);
        assert_eq!(in_python, in_rust, "{texts:?}");
        assert_eq!(in_rust.subject, one_line(&texts.subject));
        assert_eq!(in_rust.to.name, one_line(&texts.name));
        assert_eq!(in_rust.text, printable(&texts.text));
    }
}
