//! What is given another name, archived, or taken away again by the app, and to whom it writes directly.

use muster::sandbox::PersonKind;
use serde_json::json;

use crate::app::Stage;

/// Creates a channel as the app; gives its id.
async fn created(stage: &Stage, name: &str) -> String {
    let made = stage
        .call("conversations.create", json!({"name": name}))
        .await;
    made["channel"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_app_renames_what_it_created_and_nothing_else() {
    let stage = Stage::new().await;
    let ours = created(&stage, "fire-1").await;
    let rename = |channel: &str, name: &str| {
        let wanted = json!({"channel": channel, "name": name});
        stage.call("conversations.rename", wanted)
    };
    let renamed = rename(&ours, "fire-2").await;
    assert_eq!(renamed["channel"]["name"], "fire-2");
    assert_eq!(renamed["channel"]["previous_names"], json!(["fire-1"]));
    stage.slack.settled().await;
    let event = stage.app.events("channel_rename").pop().unwrap();
    assert_eq!(event["channel"]["name"], "fire-2");
    for (name, error) in [
        ("random", "name_taken"),
        ("Fire", "invalid_name_specials"),
        ("", "invalid_name_required"),
        (&"x".repeat(81), "invalid_name_maxlength"),
    ] {
        assert_eq!(rename(&ours, name).await["error"], error, "{name}");
    }
    assert_eq!(rename(&ours, "fire-2").await["ok"], true, "it is called so");
    let general = stage.channel("general");
    assert_eq!(rename(&general, "x").await["error"], "not_in_channel");
    stage.slack.invites_bot("general").await;
    assert_eq!(rename(&general, "x").await["error"], "not_authorized");
    stage
        .call("conversations.archive", json!({"channel": ours}))
        .await;
    assert_eq!(rename(&ours, "fire-3").await["error"], "is_archived");
}

#[tokio::test]
async fn an_app_leaves_with_what_it_archives_and_cannot_bring_it_back() {
    let stage = Stage::new().await;
    let ours = created(&stage, "fire-1").await;
    let archive = json!({"channel": ours});
    assert_eq!(
        stage.call("conversations.archive", archive.clone()).await["ok"],
        true
    );
    assert!(stage.slack.members("fire-1").is_empty());
    let again = stage.call("conversations.archive", archive.clone()).await;
    assert_eq!(again["error"], "already_archived");
    let back = stage.call("conversations.unarchive", archive).await;
    assert_eq!(back["error"], "unknown_method", "no bot may do it");
}

#[tokio::test]
async fn what_an_app_marked_it_unmarks() {
    let stage = Stage::new().await;
    let channel = created(&stage, "fire-1").await;
    let post = json!({"channel": channel, "text": "look"});
    let ts = stage.call("chat.postMessage", post).await["ts"].clone();
    let item = json!({"channel": channel, "timestamp": ts, "name": "eyes"});
    stage.call("reactions.add", item.clone()).await;
    assert_eq!(
        stage.call("reactions.remove", item.clone()).await["ok"],
        true
    );
    let again = stage.call("reactions.remove", item).await;
    assert_eq!(again["error"], "no_reaction");

    let link = json!({
        "channel_id": channel, "title": "Page", "type": "link", "link": "https://a.example/1",
    });
    let made = stage.call("bookmarks.add", link).await;
    let bookmark = json!({
        "channel_id": channel, "bookmark_id": made["bookmark"]["id"], "title": "Runbook",
    });
    let edited = stage.call("bookmarks.edit", bookmark.clone()).await;
    assert_eq!(edited["bookmark"]["title"], "Runbook");
    assert_eq!(edited["bookmark"]["link"], "https://a.example/1");
    assert_eq!(
        stage.call("bookmarks.remove", bookmark.clone()).await["ok"],
        true
    );
    assert!(stage.slack.bookmarks("fire-1").is_empty());
    let again = stage.call("bookmarks.remove", bookmark).await;
    assert_eq!(again["ok"], false);
}

#[tokio::test]
async fn an_app_writes_to_people_by_their_ids() {
    let stage = Stage::new().await;
    let bob = stage.slack.person("bob");
    let opened = stage
        .call("conversations.open", json!({"users": bob}))
        .await;
    let direct = &opened["channel"]["id"];
    let post = json!({"channel": bob, "text": "A word"});
    assert_eq!(
        &stage.call("chat.postMessage", post).await["channel"],
        direct
    );
    let read = stage
        .slack
        .messages(&stage.slack.direct_message("bob").unwrap());
    assert_eq!(read[0].as_read(), "A word");
    let dora = stage.slack.add_person(
        "dora",
        "Dora Gone",
        "Europe/Prague",
        PersonKind::Deactivated,
    );
    for (users, error) in [
        (json!(""), "users_list_not_supplied"),
        (json!("U0NOBODY001"), "user_not_found"),
        (json!(dora), "user_disabled"),
    ] {
        let refused = stage.call("conversations.open", json!({"users": users}));
        assert_eq!(refused.await["error"], error);
    }
}
