//! `muster keys` as an operator uses it: output and exit codes.

use std::path::Path;

use rusqlite::Connection;

use crate::support::binary::{muster, run};

/// Runs `muster keys` in a folder. Returns its exit code, stdout and stderr.
fn keys(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let (code, stdout, stderr) = run(muster(folder).arg("keys").args(arguments));
    let trimmed = |text: String| text.trim_end().to_owned();
    (code, trimmed(stdout), trimmed(stderr))
}

fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = keys(folder, arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
    stdout
}

/// Returns the value of a row `NAME=value`.
fn value<'t>(text: &'t str, name: &str) -> &'t str {
    let row = text.lines().find_map(|row| row.strip_prefix(name));
    row.and_then(|row| row.strip_prefix('=')).unwrap()
}

#[test]
fn keys_are_added_listed_and_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let none = "There are no keys. `muster keys add NAME` creates one.";
    assert_eq!(succeeds(folder, &[]), none);
    let scopes = ["add", "CI", "--scope", "read", "--scope", "write"];
    let created = succeeds(folder, &scopes);
    let (id, secret) = (value(&created, "DD_API_KEY"), value(&created, "DD_APP_KEY"));
    assert_eq!((id.len(), secret.len()), (32, 40));
    assert!(created.starts_with("Created CI. Copy it now: it isn't shown again."));
    assert!(
        created.ends_with(&format!("muster_{id}{secret}")),
        "{created}"
    );
    let listed = succeeds(folder, &["list"]);
    for text in ["1  CI\n", "read write, acts as Muster\n", id, "never used"] {
        assert!(listed.contains(text), "{listed}");
    }
    assert!(!listed.contains(secret), "{listed}");
    let file = std::fs::read(folder.join("var/incidents.db")).unwrap();
    let file = String::from_utf8_lossy(&file);
    assert!(!file.contains(secret), "the database has the secret");
    assert_eq!(succeeds(folder, &["revoke", "1"]), "Revoked CI.");
    assert_eq!(succeeds(folder, &["revoke", "1"]), "Revoked CI.");
    let listed = succeeds(folder, &["list"]);
    assert!(listed.contains(", revoked "), "{listed}");
}

#[test]
fn key_of_a_user_is_added_by_mail_address_or_id() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    succeeds(folder, &["list"]);
    let database = Connection::open(folder.join("var/incidents.db")).unwrap();
    let insert = "INSERT INTO users (id, name, time_zone, email, account_kind, fetched_at)
         VALUES ('U0ALICE0001', 'alice', '', 'alice@example.com', 'member', ''),
                ('U0BOB000001', 'bob', '', 'bob@example.com', 'deactivated', '')";
    database.execute_batch(insert).unwrap();
    drop(database);
    succeeds(folder, &["add", "one", "--user", "Alice@example.com"]);
    succeeds(folder, &["add", "two", "--user", "U0ALICE0001"]);
    let listed = succeeds(folder, &["list"]);
    assert_eq!(listed.matches("read, acts as alice").count(), 2, "{listed}");
    for (arguments, reason) in [
        (vec!["add", "Two"], "There's already a key named Two."),
        (vec!["add", " "], "Enter a name"),
        (
            vec!["add", "x", "--user", "bob@example.com"],
            "bob's account isn't active.",
        ),
        (
            vec!["add", "x", "--user", "chioma"],
            "Muster doesn't know chioma.",
        ),
        (
            vec!["add", "x", "--scope", "admin"],
            "invalid value 'admin'",
        ),
        (vec!["revoke", "9"], "There's no key 9."),
    ] {
        let (code, stdout, stderr) = keys(folder, &arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(stderr.contains(reason), "{stderr}");
    }
}
