//! Terminal commands next to a running bot: `backup`, `export`, `verify` and `settings`.

use std::fs;

use rusqlite::Connection;
use serde_json::Value;

use crate::deliveries::update_incident;
use crate::harness::prelude::*;
use crate::support::binary::{muster, run};
use crate::support::transport::Transport;

#[tokio::test]
async fn app_starts_from_a_backup_made_while_it_was_running() {
    let mut world = world_with_incident().await;
    let (code, output, why) = world.run_cli(&["backup", "copy.db"]).await;
    assert_eq!((code, why.as_str()), (0, ""), "{output}");
    let (first, second) = output.trim_end().split_once('\n').unwrap();
    let path = world.database.path();
    assert!(
        first.starts_with(&format!("Backed up {path} to copy.db (")),
        "{first}"
    );
    assert!(first.ends_with(" kB)."), "{first}");
    assert_eq!(
        second,
        "1 incident (1 open), 2 timeline entries, 0 pending deliveries."
    );

    let copy = world.folder().join("copy.db");
    let before = fs::read(&copy).unwrap();
    let (code, output, why) = world.run_cli(&["backup", "copy.db"]).await;
    assert_eq!((code, output.as_str()), (1, ""));
    assert_eq!(
        why,
        "copy.db already exists, so no backup was made. Choose another file name.\n"
    );
    assert_eq!(fs::read(&copy).unwrap(), before);

    world.kill_app().await;
    for ending in ["-wal", "-shm"] {
        drop(fs::remove_file(format!("{path}{ending}")));
    }
    fs::rename(copy, path).unwrap();
    world.start_app().await;
    update_incident(&world).await;
    world.deliver_all().await;
    ExpectedState::after_update().assert_matches(&world);
}

#[tokio::test]
async fn failed_backup_leaves_no_file() {
    let world = world_with_incident().await;
    let before = file_names(&world);
    let (code, output, why) = world.run_cli(&["backup", "nowhere/copy.db"]).await;
    assert_eq!((code, output.as_str()), (1, ""));
    let expected = "Can't write the backup nowhere/copy.db: unable to open database: nowhere/copy.db. No file \
                    was left behind. Check that the folder exists and is writable, and that the disk has space.\n";
    assert_eq!(why, expected);
    assert_eq!(file_names(&world), before);
}

#[tokio::test]
async fn export_writes_every_incident_as_json_and_markdown() {
    let world = world_with_incident().await;
    let (code, output, why) = world.run_cli(&["export", "out/all"]).await;
    assert_eq!((code, why.as_str()), (0, ""));
    assert_eq!(output, "Exported IR-1 to out/all as JSON and Markdown.\n");
    let folder = world.folder().join("out/all");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let incident: Value = serde_json::from_str(&read("IR-1.json")).unwrap();
    assert_eq!(incident["title"], "Checkout is slow");
    assert_eq!(incident["commander"]["name"], "bob");
    assert_eq!(incident["channel"]["name"], CHANNEL);
    assert_eq!(incident["timeline"][0]["kind"], "update");
    assert_eq!(incident["seconds"]["in_status"]["stable"], 0);
    let page = read("IR-1.md");
    assert!(page.starts_with("# IR-1 Checkout is slow\n"), "{page}");
    assert!(page.contains("alice declared this incident."), "{page}");
    assert!(page.contains("\n## Durations\n"), "{page}");
    assert!(read("incidents.md").contains("* [IR-1](IR-1.md) Checkout is slow · "));

    let (code, _, why) = world.run_cli(&["export", "out/all"]).await;
    assert_eq!(code, 1);
    assert_eq!(
        why,
        "out/all isn't empty, so nothing was exported. Choose a new or empty folder.\n"
    );
}

#[tokio::test]
async fn verify_reports_a_deleted_header_and_an_archived_channel() {
    let mut world = world_with_incident().await;
    let (code, output, _) = world.run_cli(&["verify"]).await;
    assert_eq!(code, 0, "{output}");
    assert!(
        output.contains(
            "All channels exist, and so do the headers and announcements of all open incidents."
        ),
        "{output}"
    );
    assert!(
        output.contains(". All match the current settings."),
        "{output}"
    );

    world.kill_app().await;
    let header = world.slack.pins(CHANNEL).pop().unwrap();
    let app = world.slack.bot_user();
    world.slack.deletes(&app, CHANNEL, &header).await;
    let (code, output, _) = world.run_cli(&["verify"]).await;
    assert_eq!(code, 1, "{output}");
    assert!(
        output.contains("✗ IR-1 ") && output.contains("The header is missing in Slack."),
        "{output}"
    );
    world.slack.archives("alice", CHANNEL).await;
    let (_, output, _) = world.run_cli(&["verify"]).await;
    assert!(
        output.contains(&format!(
            "The channel #{CHANNEL} is archived in Slack but open in the database."
        )),
        "{output}"
    );
}

#[tokio::test]
async fn verify_reports_corrupt_rows_with_instructions() {
    let world = world_with_incident().await;
    let other = Connection::open(world.database.path()).unwrap();
    other
        .execute_batch(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO signals (incident_id, position, name, url) VALUES (99, 1, '', 'https://example.com');
             UPDATE timeline SET event = '{}' WHERE id = 1",
        )
        .unwrap();
    let (code, output, _) = world.run_cli(&["verify"]).await;
    assert_eq!(code, 1, "{output}");
    for part in [
        "A row of signals refers to a missing row of incidents. Stop the bot and restore the last good backup",
        "Can't read IR-1: ",
        "2 checks failed.",
    ] {
        assert!(output.contains(part), "{part} in {output}");
    }
}

#[tokio::test]
async fn verify_reports_reminders_that_do_not_match_the_settings() {
    let mut world = world_with_incident().await;
    let changed = ["settings", "set", "archive_after_days", "7"];
    assert_eq!(world.run_cli(&changed).await.0, 0);
    let action = world
        .slack
        .types("alice", CHANNEL, "/datadog incident resolve Rolled back.");
    assert_accepted(&action.await);
    world.deliver_all().await;
    let fits = "All match the current settings.";
    let (_, output, _) = world.run_cli(&["verify"]).await;
    assert!(
        output.contains(&format!("2 scheduled reminders. {fits}")),
        "{output}"
    );

    // Changed settings apply at once, also while no bot is running.
    world.kill_app().await;
    for (days, waiting) in [
        ("0", "1 scheduled reminder"),
        ("7", "2 scheduled reminders"),
    ] {
        let changed = ["settings", "set", "archive_after_days", days];
        assert_eq!(world.run_cli(&changed).await.0, 0);
        let (_, output, _) = world.run_cli(&["verify"]).await;
        assert!(output.contains(&format!("{waiting}. {fits}")), "{output}");
    }
    let database = rusqlite::Connection::open(world.database.path()).unwrap();
    let lost = "UPDATE schedule SET due_at = NULL";
    database.execute(lost, []).unwrap();
    let (code, output, _) = world.run_cli(&["verify"]).await;
    assert_eq!(code, 0, "{output}");
    let unfit = "0 scheduled reminders. The reminders of IR-1 don't match the current settings. The next change \
                 of an incident corrects its reminders.";
    assert!(output.contains(unfit), "{output}");
}

#[tokio::test]
async fn backup_and_export_fail_without_a_database() {
    let world = World::new(Transport::Http).await;
    let folder = world.folder().join("empty");
    fs::create_dir(&folder).unwrap();
    for arguments in [["backup", "copy.db"], ["export", "out"]] {
        let (code, _, stderr) = run(muster(&folder).args(arguments));
        assert_eq!(code, 1);
        assert_eq!(
            stderr,
            "There's no database at var/incidents.db. Set DATABASE_PATH to the file that the bot uses.\n"
        );
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
}

/// Returns a world with an incident whose deliveries are all done.
async fn world_with_incident() -> World {
    let world = World::new(Transport::Http).await;
    declare_and_deliver(&world).await;
    world
}

fn file_names(world: &World) -> Vec<String> {
    let files = fs::read_dir(world.folder()).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
