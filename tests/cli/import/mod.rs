//! `muster import datadog` as an operator uses it.

mod settings;
mod stand_in;

use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::Connection;
use serde_json::{Value, json};

use self::stand_in::{API_KEY, APP_KEY, Datadog, id};
use crate::support::binary::{self, muster};
use crate::support::process::Process;

/// Returns a command that imports into the database of a folder.
fn command(folder: &Path, datadog: &Datadog, options: &[&str]) -> Command {
    let mut command = muster(folder);
    command
        .args(["import", "datadog", "--url", &datadog.url])
        .args(options)
        .env("DD_API_KEY", API_KEY)
        .env("DD_APP_KEY", APP_KEY);
    command
}

/// Runs a command while the stand-in serves it. Returns its exit code, stdout and stderr.
async fn run(mut command: Command) -> (i32, String, String) {
    let running = tokio::task::spawn_blocking(move || binary::run(&mut command));
    running.await.unwrap()
}

/// Imports, which must succeed. Returns stdout.
async fn imports(folder: &Path, datadog: &Datadog, options: &[&str]) -> String {
    let (code, stdout, stderr) = run(command(folder, datadog, options)).await;
    assert_eq!(code, 0, "{stdout}{stderr}");
    stdout
}

/// Returns the rows of a query with one column.
fn rows(folder: &Path, query: &str) -> Vec<String> {
    let database = Connection::open(folder.join("var/incidents.db")).unwrap();
    let mut statement = database.prepare(query).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn count(folder: &Path, table: &str) -> String {
    rows(
        folder,
        &format!("SELECT CAST(count(*) AS TEXT) FROM {table}"),
    )
    .remove(0)
}

/// Adds an incident with everything that is imported.
fn add_complete_incident(datadog: &Datadog) {
    let mut contents = datadog.contents();
    let incident = contents.add(
        7,
        json!({
            "title": "Checkout is slow",
            "resolved": "2025-03-01T12:00:00+00:00",
            "state": "resolved",
            "fields": {
                "severity": { "type": "dropdown", "value": "SEV-2" },
                "state": { "type": "dropdown", "value": "resolved" },
                "detection_method": { "type": "dropdown", "value": "monitor" },
                "summary": { "type": "textbox", "value": "Payments timed out" },
                "root_cause": { "type": "textbox", "value": "A lock" },
                "services": { "type": "autocomplete", "value": ["checkout"] },
                "weather": { "type": "dropdown", "value": "rain" },
            },
        }),
    );
    incident["relationships"] = json!({
        "commander_user": { "data": { "type": "users", "id": "u-ann" } },
        "declared_by_user": { "data": { "type": "users", "id": "u-robot" } },
    });
    let user = |id: &str, attributes: Value| json!({ "type": "users", "id": id, "attributes": attributes });
    contents.users = vec![user(
        "u-ann",
        json!({ "name": "Ann", "email": "ann@example.org" }),
    )];
    let robot = user("u-robot", json!({ "name": "Robot", "handle": "robot" }));
    let robot = json!({ "data": robot });
    contents.documents.insert("users/u-robot".to_owned(), robot);
    contents.documents.extend(parts_of_incident());
}

/// Returns the documents of the incident's parts by their paths.
fn parts_of_incident() -> [(String, Value); 4] {
    let base = format!("incidents/{}", id(7));
    let list = |attributes: Value| json!({ "data": [{ "id": "1", "attributes": attributes }] });
    let impact = json!({ "description": "Carts time out", "start_at": "2025-03-01T09:50:00Z", "end_at": null });
    let todo = json!({
        "content": "Add an alert",
        "created": "2025-03-02T08:00:00+00:00",
        "completed": null,
        "due_date": "2025-04-01T00:00:00+00:00",
        "assignees": ["@ann@example.org", { "source": "slack", "id": "U1", "name": "Bo", "icon": "" }],
    });
    let document = json!({ "documentUrl": "https://wiki.example.org/7", "title": "Postmortem" });
    let attachment = json!({ "attachment_type": "postmortem", "attachment": document });
    let channel = json!({ "channel_name": "#incident-7", "redirect_url": "https://slack.com/app_redirect?channel=C7" });
    let slack = json!({ "integration_type": 1, "metadata": { "channels": [channel] } });
    [
        (format!("{base}/impacts"), list(impact)),
        (format!("{base}/relationships/todos"), list(todo)),
        (format!("{base}/attachments"), list(attachment)),
        (format!("{base}/relationships/integrations"), list(slack)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn incident_is_imported_with_its_times_users_and_parts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let datadog = Datadog::start().await;
    add_complete_incident(&datadog);
    let dry = imports(folder, &datadog, &["--dry-run"]).await;
    assert!(
        dry.starts_with("Would import 1 incident from Datadog.\n"),
        "{dry}"
    );
    assert!(dry.contains("Nothing was stored."), "{dry}");
    assert_eq!(count(folder, "incidents"), "0");
    assert_eq!(count(folder, "users"), "0");

    let text = imports(folder, &datadog, &[]).await;
    assert!(
        text.starts_with("Imported 1 incident from Datadog: IR-1.\n"),
        "{text}"
    );
    assert!(
        text.contains("With them: 1 impact, 1 task, 2 documents, 1 new user."),
        "{text}"
    );
    assert_imported_incident(folder);
    assert_imported_parts(folder);
    let signal = format!("IR-7 in Datadog {}/incidents/7", datadog.url);
    assert_eq!(
        rows(folder, "SELECT name || ' ' || url FROM signals"),
        [signal]
    );
    for table in ["outbox", "schedule", "notifications"] {
        assert_eq!(count(folder, table), "0", "{table}");
    }
}

fn assert_imported_incident(folder: &Path) {
    let columns = "severity || ' ' || status || ' ' || detection_method || ' ' || summary || ' ' || root_cause || ' '
        || declared_at || ' ' || detected_at || ' ' || resolved_at || ' ' || channel_state";
    assert_eq!(
        rows(folder, &format!("SELECT {columns} FROM incidents")),
        [
            "SEV-2 resolved monitor Payments timed out A lock 2025-03-01T10:00:00.123Z \
             2025-03-01T09:58:00.000Z 2025-03-01T12:00:00.000Z failed"
        ]
    );
    let commander = "SELECT name || ' ' || email FROM users JOIN incidents ON commander = users.id";
    assert_eq!(rows(folder, commander), ["Ann ann@example.org"]);
}

fn assert_imported_parts(folder: &Path) {
    let impact = "SELECT description || ' ' || started_at || ' ' || ended_at FROM impacts";
    assert_eq!(
        rows(folder, impact),
        ["Carts time out 2025-03-01T09:50:00.000Z 2025-03-01T12:00:00.000Z"]
    );
    let task = "SELECT kind || ' ' || description || ' ' || due_at FROM tasks";
    assert_eq!(
        rows(folder, task),
        ["follow_up Add an alert (in Datadog: Bo) 2025-04-01T00:00:00.000Z"]
    );
    let documents = "SELECT title || ' ' || url FROM documents ORDER BY number";
    assert_eq!(
        rows(folder, documents),
        [
            "Postmortem https://wiki.example.org/7",
            "Slack #incident-7 https://slack.com/app_redirect?channel=C7"
        ]
    );
    let notes = rows(folder, "SELECT event FROM timeline WHERE kind = 'note'");
    assert_eq!(notes.len(), 1);
    for text in ["weather: rain", "Declared by: Robot"] {
        assert!(notes[0].contains(text), "{notes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_import_adds_only_new_incidents_while_the_bot_runs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let datadog = Datadog::start().await;
    for number in 1..=3 {
        datadog.contents().add(number, json!({}));
    }
    let mut bot = Process::start(&mut muster(folder), "Store");
    let first = imports(folder, &datadog, &[]).await;
    assert!(
        first.starts_with("Imported 3 incidents from Datadog: IR-1 to IR-3."),
        "{first}"
    );
    datadog
        .contents()
        .add(4, json!({ "visibility": "private" }));
    let second = imports(folder, &datadog, &[]).await;
    let start = "Imported 1 incident from Datadog: IR-4. 3 were imported earlier.";
    assert!(second.starts_with(start), "{second}");
    assert!(
        second.contains("Users of 1 private incident: no user sees them."),
        "{second}"
    );
    let third = imports(folder, &datadog, &[]).await;
    assert!(
        third.starts_with("Imported 0 incidents from Datadog. 4 were imported earlier."),
        "{third}"
    );
    assert_eq!(
        rows(folder, "SELECT title FROM incidents ORDER BY id").len(),
        4
    );
    let private = rows(
        folder,
        "SELECT title FROM incidents WHERE visibility = 'private'",
    );
    assert_eq!(private, ["Incident 4"]);
    assert_eq!(bot.terminate(), 0, "{}", bot.log());
    assert_eq!(bot.log_warnings(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn import_that_was_killed_continues_and_imports_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let datadog = Datadog::start().await;
    for number in 1..=105 {
        datadog.contents().add(number, json!({}));
    }
    let pending = format!("/api/v2/incidents/{}/relationships/todos", id(103));
    datadog.contents().pending_path = Some(pending);
    let mut first = command(folder, &datadog, &[]);
    let mut first = first
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    datadog.is_waiting().await;
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(count(folder, "incidents"), "102");
    assert_eq!(count(folder, "imports"), "102");

    datadog.contents().pending_path = None;
    datadog.contents().requests.clear();
    let second = imports(folder, &datadog, &[]).await;
    let start = "Imported 3 incidents from Datadog: IR-103 to IR-105. 102 were imported earlier.";
    assert!(second.starts_with(start), "{second}");
    let todos = |contents: &stand_in::Contents| {
        let requests = contents.requests.iter();
        requests.filter(|path| path.ends_with("/todos")).count()
    };
    assert_eq!(todos(&datadog.contents()), 3);
    let titles = rows(folder, "SELECT title FROM incidents ORDER BY id");
    let expected: Vec<_> = (1..=105)
        .map(|number| format!("Incident {number}"))
        .collect();
    assert_eq!(titles, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn rate_limit_and_errors_are_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let datadog = Datadog::start().await;
    datadog.contents().add(1, json!({}));
    datadog.contents().limited = 1;
    datadog.contents().failing = 1;
    let (code, stdout, stderr) = run(command(folder.path(), &datadog, &[])).await;
    assert_eq!(code, 0, "{stdout}{stderr}");
    assert!(
        stdout.starts_with("Imported 1 incident from Datadog: IR-1."),
        "{stdout}"
    );
    assert!(
        stderr.contains("Datadog's rate limit: waiting 1 s."),
        "{stderr}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_and_wrong_keys_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let datadog = Datadog::start().await;
    let mut without = muster(folder.path());
    without.args(["import", "datadog", "--url", &datadog.url]);
    let (code, stdout, stderr) = run(without).await;
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(
        stderr.starts_with("Nothing was imported. Set DD_API_KEY and DD_APP_KEY"),
        "{stderr}"
    );

    let mut wrong = command(folder.path(), &datadog, &["--without-settings"]);
    wrong.env("DD_APP_KEY", "wrong-secret");
    let (code, stdout, stderr) = run(wrong).await;
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(
        stderr.starts_with("Datadog answered 403: “Forbidden”."),
        "{stderr}"
    );
    assert!(stderr.contains("No incident was imported."), "{stderr}");
    assert!(!stderr.contains("wrong-secret"), "{stderr}");

    let mut insecure = muster(folder.path());
    insecure.args(["import", "datadog", "--url", "http://example.org"]);
    let (code, _, stderr) = run(insecure).await;
    assert_eq!(code, 2);
    assert!(stderr.contains("isn't secure"), "{stderr}");
}
