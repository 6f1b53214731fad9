//! The file that keeps the workspace over restarts.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use muster_sandbox::Storage;
use serde_json::{Value, json};

use crate::app::{Fixture, manifest};
use crate::mail::{Client, MAIL};

/// An empty folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sandbox-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("sandbox.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

type Warnings = Arc<Mutex<Vec<String>>>;

async fn start(file: &Path) -> (Fixture, Warnings) {
    let warnings = Warnings::default();
    let log = Arc::clone(&warnings);
    let storage = Storage {
        path: file.to_owned(),
        warn: Arc::new(move |warning| log.lock().unwrap().push(warning.to_owned())),
    };
    let fixture = Fixture::with_config(manifest(), |config| config.storage = Some(storage)).await;
    (fixture, warnings)
}

#[tokio::test]
async fn restart_keeps_channels_messages_members_and_the_clock() {
    let folder = Folder::new("restart");
    let (fixture, _) = start(&folder.file()).await;
    fixture.slack.on_advance(|| ());
    fixture
        .perform_action(json!({"as": "alice", "do": "advance"}))
        .await;
    let created = json!({"name": "lamp"});
    let channel = fixture.call("conversations.create", created).await["channel"]["id"].clone();
    fixture.slack.joins("bob", "lamp").await;
    let message = json!({"channel": channel, "text": "Lit"});
    let ts = fixture.call("chat.postMessage", message).await["ts"].clone();
    let target = json!({"channel": channel, "timestamp": ts});
    fixture.call("pins.add", target).await;
    fixture
        .slack
        .adds_reaction("bob", "lamp", ts.as_str().unwrap(), "eyes")
        .await;
    let bookmark = json!({"channel_id": channel, "title": "Manual", "type": "link", "link": "https://lamp.example"});
    fixture.call("bookmarks.add", bookmark).await;
    let topic = json!({"channel": channel, "topic": "Now lit"});
    fixture.call("conversations.setTopic", topic).await;
    let home = json!({"type": "home", "blocks": [{"type": "divider"}]});
    let view = json!({"user_id": fixture.slack.user("alice"), "view": home});
    assert_eq!(fixture.call("views.publish", view).await["ok"], true);
    fixture.slack.stop();

    let (restarted, warnings) = start(&folder.file()).await;
    let slack = &restarted.slack;
    assert_eq!(*warnings.lock().unwrap(), [""; 0]);
    assert_eq!(slack.clock()(), fixture.slack.clock()());
    assert_eq!(slack.members("lamp"), fixture.slack.members("lamp"));
    assert_eq!(slack.messages("lamp"), fixture.slack.messages("lamp"));
    assert_eq!(slack.pins("lamp"), [ts.as_str().unwrap()]);
    assert_eq!(slack.bookmarks("lamp"), fixture.slack.bookmarks("lamp"));
    assert_eq!(slack.topic("lamp"), "Now lit");
    assert_eq!(slack.home_view("alice"), fixture.slack.home_view("alice"));
    assert_app_continues(&restarted, &channel, &ts).await;
    restarted.slack.stop();
}

/// Checks that the app can use the channel and the message, and that no ID or `ts` is used twice.
async fn assert_app_continues(restarted: &Fixture, channel: &Value, ts: &Value) {
    let edit = json!({"channel": channel, "ts": ts, "text": "Dark"});
    assert_eq!(restarted.call("chat.update", edit).await["ok"], true);
    let other = json!({"name": "other"});
    let other = restarted.call("conversations.create", other).await;
    assert_ne!(other["channel"]["id"], *channel);
    let message = json!({"channel": channel, "text": "Later"});
    let later = restarted.call("chat.postMessage", message).await["ts"].clone();
    assert!(later.as_str().unwrap() > ts.as_str().unwrap());
}

#[tokio::test]
async fn broken_file_is_renamed_and_reported_and_the_sandbox_starts_empty() {
    let contents = [
        "",
        "not JSON",
        "{\"version\": 99}",
        "{\"version\": 1, \"advanced_seconds\": 0, \"serial\": 0, \"last_ts\": 0, \"users\": {}, \
         \"channels\": {}, \"home_views\": [], \"completed_steps\": []}",
    ];
    let folder = Folder::new("broken");
    for (at, content) in contents.iter().enumerate() {
        fs::write(folder.file(), content).unwrap();
        let (fixture, warnings) = start(&folder.file()).await;
        let target = folder.0.join(format!("sandbox.json.broken-{}", at + 1));
        assert_eq!(fs::read_to_string(&target).unwrap(), *content);
        let warning = warnings.lock().unwrap().join("\n");
        assert!(warning.contains(&target.display().to_string()), "{warning}");
        let state = fixture.page_state("").await;
        assert_eq!(state["sandbox"]["warning"], json!(warning));
        assert_eq!(fixture.slack.channel_names().len(), 3);
        fixture.slack.stop();
    }
}

#[tokio::test]
async fn failed_write_is_reported_once_and_retried() {
    let folder = Folder::new("unwritable");
    let obstacle = folder.0.join("sandbox.json.new");
    fs::create_dir(&obstacle).unwrap();
    let (fixture, warnings) = start(&folder.file()).await;
    fixture.slack.types("alice", "general", "hello").await;
    fixture.slack.stop();
    fixture.slack.stop();
    let reported = warnings.lock().unwrap().clone();
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert!(
        reported[0].contains("Can't save the sandbox"),
        "{reported:?}"
    );

    fs::remove_dir(&obstacle).unwrap();
    fixture.slack.stop();
    let (restarted, _) = start(&folder.file()).await;
    assert_eq!(restarted.slack.messages("general")[0].text, "hello");
    restarted.slack.stop();
}

#[tokio::test]
async fn mailbox_survives_a_restart() {
    let folder = Folder::new("mailbox");
    let (fixture, _) = start(&folder.file()).await;
    Client::connect(&fixture).await.sends_mail(MAIL).await;
    fixture.slack.stop();
    let (fixture, warnings) = start(&folder.file()).await;
    let state = fixture.page_state("").await;
    assert_eq!(state["mails"][0]["subject"], "Größe");
    assert!(warnings.lock().unwrap().is_empty());
}

#[tokio::test]
async fn canvas_survives_a_restart() {
    let folder = Folder::new("canvas");
    let (fixture, _) = start(&folder.file()).await;
    fixture
        .slack
        .writes_canvas("alice", "general", "# Rules")
        .await;
    let written = fixture.slack.canvases("general");
    fixture.slack.stop();
    let (fixture, warnings) = start(&folder.file()).await;
    assert_eq!(fixture.slack.canvases("general"), written);
    assert_eq!(written[0].text, "# Rules");
    assert!(warnings.lock().unwrap().is_empty());
}
