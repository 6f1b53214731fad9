//! The mail relay: it refuses what real relays refuse, and the page shows what it accepts.

use muster_sandbox::Fault;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::app::Fixture;

pub(crate) const MAIL: &str = "Date: Mon, 23 Nov 2026 14:05:00 +0000\r\nFrom: Muster <muster@acme.example>\r\n\
    To: bob@acme.example\r\nMessage-ID: <2@acme.example>\r\nReferences: <1@acme.example>\r\nMIME-Version: 1.0\r\n\
    Subject: =?utf-8?b?R3LDtsOfZQ==?=\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
    <html><head></head><body>Hello</body></html>\r\n";

/// A client of the relay.
pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    pub(crate) async fn connect(fixture: &Fixture) -> Self {
        let stream = TcpStream::connect(fixture.slack.smtp_address()).await;
        let mut client = Self(BufReader::new(stream.unwrap()));
        assert_eq!(client.read_reply().await, "220 sandbox ESMTP");
        client
    }

    /// Sends a text as it is, and returns the last line of the reply; empty if the connection ends.
    async fn sends(&mut self, text: &str) -> String {
        self.0.get_mut().write_all(text.as_bytes()).await.unwrap();
        self.read_reply().await
    }

    async fn read_reply(&mut self) -> String {
        loop {
            let mut row = String::new();
            self.0.read_line(&mut row).await.unwrap();
            if row.as_bytes().get(3) != Some(&b'-') {
                return row.trim_end().to_owned();
            }
        }
    }

    /// Sends a mail, and returns the reply to the final dot.
    pub(crate) async fn sends_mail(&mut self, content: &str) -> String {
        self.sends("EHLO acme.example\r\n").await;
        self.sends("MAIL FROM:<muster@acme.example>\r\n").await;
        self.sends("RCPT TO:<bob@acme.example>\r\n").await;
        assert_eq!(self.sends("DATA\r\n").await, "354 End with a dot");
        self.sends(&format!("{content}.\r\n")).await
    }
}

#[tokio::test]
async fn accepted_mail_is_in_the_mailbox_and_on_the_page() {
    let fixture = Fixture::new().await;
    let mut client = Client::connect(&fixture).await;
    let reply = client
        .sends_mail(&MAIL.replace("Hello", "Hello\r\n..dot"))
        .await;
    assert!(reply.starts_with("250 "), "{reply}");
    let [mail] = fixture.slack.mails().try_into().unwrap();
    assert_eq!(
        (mail.subject(), mail.message_id()),
        ("Größe".to_owned(), "<2@acme.example>".to_owned())
    );
    assert_eq!(mail.thread_root(), "<1@acme.example>");
    assert!(mail.html().contains("Hello\n.dot"), "{}", mail.html());

    let state = fixture.page_state("").await;
    assert_eq!(state["mails"][0]["subject"], "Größe");
    assert_eq!(state["mails"][0]["to"], "bob@acme.example");
    assert_eq!(state["mails"][0]["thread"], "<1@acme.example>");
    let url = format!("{}/sandbox/mail/{}/html", fixture.slack.url(), mail.id);
    let page = fixture.http.get(url).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let html = page.text().await.unwrap();
    assert!(html.contains("<base target=\"_blank\">"), "{html}");
}

#[tokio::test]
async fn commands_out_of_order_are_rejected() {
    let fixture = Fixture::new().await;
    let mut client = Client::connect(&fixture).await;
    for (row, reply) in [
        ("MAIL FROM:<muster@acme.example>\r\n", "503 "),
        ("EHLO acme.example\r\n", "250 "),
        ("RCPT TO:<bob@acme.example>\r\n", "503 "),
        ("DATA\r\n", "503 "),
        ("MAIL FROM:<muster@acme.example>\r\n", "250 "),
        ("MAIL FROM:<muster@acme.example>\r\n", "503 "),
        ("RCPT TO:<bob@acme.example>\r\n", "250 "),
        ("RCPT TO:<eve@acme.example>\r\n", "452 "),
        ("RSET\r\n", "250 "),
        ("DATA\r\n", "503 "),
        ("NOOP\r\n", "250 "),
        ("AUTH PLAIN AGEAYg==\r\n", "535 "),
        ("QUIT\r\n", "221 "),
    ] {
        let response = client.sends(row).await;
        assert!(response.starts_with(reply), "{row}: {response}");
    }
    let mut client = Client::connect(&fixture).await;
    assert_eq!(client.sends("NOOP\n").await, "500 5.5.2 Line without CRLF");
}

#[tokio::test]
async fn malformed_mail_is_rejected() {
    let fixture = Fixture::new().await;
    for (from, to, reply) in [
        ("Hello", "Hel\nlo", "554 5.6.0 Bare CR or LF"),
        (
            "Date:",
            "X-Date:",
            "554 5.6.0 Date is missing or not unique",
        ),
        ("Hello", "Grüße", "554 5.6.1 8-bit content without 8BITMIME"),
    ] {
        let mut client = Client::connect(&fixture).await;
        assert_eq!(client.sends_mail(&MAIL.replace(from, to)).await, reply);
    }
    assert_eq!(fixture.slack.mails(), []);
}

#[tokio::test]
async fn faults_reject_a_step_or_drop_the_connection() {
    let fixture = Fixture::new().await;
    let (slack, rejected) = (&fixture.slack, Fault::Error("450 4.2.1 Try later"));
    slack.fail_calls("smtp.mail", 1, rejected);
    let mut client = Client::connect(&fixture).await;
    client.sends("EHLO acme.example\r\n").await;
    let sender = "MAIL FROM:<muster@acme.example>\r\n";
    assert_eq!(client.sends(sender).await, "450 4.2.1 Try later");
    assert_eq!(client.sends(sender).await, "250 2.0.0 OK");

    slack.fail_calls("smtp.dot", 1, Fault::Reset);
    slack.fail_calls("smtp.dot", 1, Fault::LostResponse);
    for arrived in [0, 1] {
        let mut client = Client::connect(&fixture).await;
        assert_eq!(client.sends_mail(MAIL).await, "");
        assert_eq!(slack.mails().len(), arrived);
    }
}

#[tokio::test]
async fn login_is_required_once_it_is_set() {
    let fixture = Fixture::new().await;
    fixture.slack.set_mail_login("muster", "secret");
    let mut client = Client::connect(&fixture).await;
    client.sends("EHLO acme.example\r\n").await;
    let sender = "MAIL FROM:<muster@acme.example>\r\n";
    assert_eq!(
        client.sends(sender).await,
        "530 5.7.0 Authentication required"
    );
    for (row, reply) in [
        (
            "AUTH PLAIN AG11c3RlcgB3cm9uZw==\r\n",
            "535 5.7.8 Authentication failed",
        ),
        ("AUTH LOGIN\r\n", "334 VXNlcm5hbWU6"),
        ("bXVzdGVy\r\n", "334 UGFzc3dvcmQ6"),
        ("c2VjcmV0\r\n", "235 2.7.0 Authentication succeeded"),
        (sender, "250 2.0.0 OK"),
    ] {
        assert_eq!(client.sends(row).await, reply, "{row}");
    }
}
