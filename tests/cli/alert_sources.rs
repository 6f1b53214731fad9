//! `muster alerts sources` as an operator uses it: output and exit codes.

use std::path::Path;

use crate::support::binary::{muster, run};

/// Runs `muster alerts sources` in a folder. Returns its exit code, stdout and stderr.
fn sources(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut program = muster(folder);
    let program = program.args(["alerts", "sources"]).args(arguments);
    let (code, stdout, stderr) = run(program);
    let trimmed = |text: String| text.trim_end().to_owned();
    (code, trimmed(stdout), trimmed(stderr))
}

fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = sources(folder, arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
    stdout
}

/// Returns the value of a row `name: value`.
fn value<'t>(text: &'t str, name: &str) -> &'t str {
    let row = text.lines().find_map(|row| row.strip_prefix(name));
    row.unwrap()
}

#[test]
fn sources_are_added_listed_and_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let none = "There are no sources. `muster alerts sources add KIND NAME` adds one.";
    assert_eq!(succeeds(folder, &[]), none);
    let added = succeeds(folder, &["add", "alertmanager", "prom-eu"]);
    assert!(added.starts_with("Added prom-eu. Copy its address now: it isn't shown again."));
    let token = value(&added, "Token: ");
    assert_eq!(token.len(), 32);
    let url = format!("http://ADDRESS-OF-MUSTER/alerts/alertmanager/{token}");
    assert_eq!(value(&added, "URL: "), url);
    assert!(added.contains(&format!("- url: \"{url}\"")), "{added}");
    assert!(
        added.ends_with("PUBLIC_URL sets it."),
        "the placeholder is explained: {added}"
    );
    let listed = succeeds(folder, &["list"]);
    for text in [
        "1  prom-eu\n",
        "Prometheus Alertmanager",
        "nothing received yet",
    ] {
        assert!(listed.contains(text), "{listed}");
    }
    let file = std::fs::read(folder.join("var/incidents.db")).unwrap();
    let file = String::from_utf8_lossy(&file);
    assert!(
        !file.contains(token) && !listed.contains(token),
        "the token is stored"
    );
    assert_eq!(succeeds(folder, &["revoke", "1"]), "Revoked prom-eu.");
    assert_eq!(succeeds(folder, &["revoke", "1"]), "Revoked prom-eu.");
    assert!(succeeds(folder, &["list"]).contains(", revoked "));
}

#[test]
fn secret_topics_and_address_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("secret"), "s3cret\n").unwrap();
    let signed = ["add", "grafana", "Grafana", "--secret-file", "secret"];
    succeeds(folder, &signed);
    let topic = "arn:aws:sns:eu-west-1:123456789012:alarms";
    std::fs::write(
        folder.join(".env"),
        "PUBLIC_URL=https://muster.example.com\n",
    )
    .unwrap();
    let added = succeeds(folder, &["add", "sns", "AWS", "--topic", topic]);
    let url = value(&added, "URL: ");
    assert!(
        url.starts_with("https://muster.example.com/alerts/sns/"),
        "{url}"
    );
    let listed = succeeds(folder, &["list"]);
    assert!(
        listed.contains("Grafana, signed") && listed.contains(topic),
        "{listed}"
    );
    assert!(!listed.contains("s3cret"), "{listed}");
}

#[test]
fn invalid_source_is_rejected_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    succeeds(folder, &["add", "json", "backup"]);
    for (arguments, code, reason) in [
        (
            vec!["add", "json", "Backup"],
            2,
            "There's already a source named Backup.",
        ),
        (vec!["add", "json", " "], 2, "Enter a name"),
        (vec!["add", "nagios", "x"], 2, "nagios"),
        (
            vec!["add", "json", "x", "--secret-file", "secret"],
            2,
            "doesn't sign its requests with a secret",
        ),
        (
            vec!["add", "sentry", "x", "--secret-file", "missing"],
            1,
            "Can't read missing",
        ),
        (vec!["revoke", "9"], 2, "There's no source 9."),
    ] {
        let (actual, stdout, stderr) = sources(folder, &arguments);
        assert_eq!((actual, stdout.as_str()), (code, ""), "{arguments:?}");
        assert!(stderr.contains(reason), "{stderr}");
    }
}
