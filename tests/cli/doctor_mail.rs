//! `muster doctor` and the mail relay: each stage that can fail, with what to do. Nothing is sent.

use muster_sandbox::Fault;

use crate::doctor::TestSetup;

#[tokio::test]
async fn relay_that_accepts_the_sender_passes() {
    let setup = TestSetup::new();
    let (passed, report) = setup.report().await;
    assert!(passed, "{report}");
    let relay = setup.slack.smtp_address();
    let expected =
        format!("{relay} accepts mail from muster@acme.example (not encrypted, no login).");
    assert!(report.contains(&expected), "{report}");
    assert_eq!(setup.slack.mails(), []);
}

#[tokio::test]
async fn each_failing_stage_is_explained() {
    for (step, fault, words) in [
        (
            "smtp.connect",
            Fault::Error("554 5.3.2 No service"),
            "554 5.3.2 No service. Check that",
        ),
        (
            "smtp.mail",
            Fault::Error("550 5.1.8 Bad sender"),
            "550 5.1.8 Bad sender. Set MAIL_FROM",
        ),
    ] {
        let setup = TestSetup::new();
        setup.slack.fail_calls(step, 1, fault);
        setup.assert_only_error(words).await;
    }
}

#[tokio::test]
async fn unreachable_relay_is_explained() {
    let mut setup = TestSetup::new();
    setup.set("MAIL_URL", "smtp://127.0.0.1:9");
    setup.assert_only_error("Can't reach the mail relay").await;
}

#[tokio::test]
async fn missing_encryption_is_explained() {
    let mut setup = TestSetup::new();
    let url = format!("smtp://{}?tls=required", setup.slack.smtp_address());
    setup.set("MAIL_URL", &url);
    setup.assert_only_error("it doesn't offer STARTTLS").await;
}

#[tokio::test]
async fn wrong_login_is_explained_without_the_password() {
    let mut setup = TestSetup::new();
    setup.slack.set_mail_login("muster", "right");
    let url = format!("smtp://muster@{}", setup.slack.smtp_address());
    setup.set("MAIL_URL", &url);
    setup.set("MAIL_PASSWORD", "wr0ng");
    setup
        .assert_only_error("The mail relay refused the login")
        .await;
    let (_, report) = setup.report().await;
    assert!(
        report.contains("MAIL_PASSWORD") && !report.contains("wr0ng"),
        "{report}"
    );

    setup.set("MAIL_PASSWORD", "right");
    let (passed, report) = setup.report().await;
    assert!(passed && report.contains("logged in as muster"), "{report}");
}

#[tokio::test]
async fn folder_without_a_relay_is_named() {
    let mut setup = TestSetup::new();
    setup.set("MAIL_URL", "");
    let (passed, report) = setup.report().await;
    assert!(passed && report.contains("MAIL_URL isn't set"), "{report}");
}
