//! Renaming, archiving and deletion by the app, and its direct messages.

use muster_sandbox::AccountKind;
use serde_json::json;

use crate::app::Fixture;

/// Creates a channel as the app and returns its ID.
async fn create_channel(fixture: &Fixture, name: &str) -> String {
    let made = fixture
        .call("conversations.create", json!({"name": name}))
        .await;
    made["channel"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn app_renames_only_channels_that_it_created() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let ours = create_channel(&fixture, "fire-1").await;
    let rename = |channel: &str, name: &str| {
        let arguments = json!({"channel": channel, "name": name});
        fixture.call("conversations.rename", arguments)
    };
    let renamed = rename(&ours, "fire-2").await;
    assert_eq!(renamed["channel"]["name"], "fire-2");
    assert_eq!(renamed["channel"]["previous_names"], json!(["fire-1"]));
    slack.wait_until_idle().await;
    let event = fixture.app.events("channel_rename").pop().unwrap();
    assert_eq!(event["channel"]["name"], "fire-2");
    for (name, error) in [
        ("random", "name_taken"),
        ("Fire", "invalid_name_specials"),
        ("", "invalid_name_required"),
        (&"x".repeat(81), "invalid_name_maxlength"),
    ] {
        assert_eq!(rename(&ours, name).await["error"], error, "{name}");
    }
    assert_eq!(rename(&ours, "fire-2").await["ok"], true, "name unchanged");
    let general = fixture.channel("general");
    assert_eq!(rename(&general, "x").await["error"], "not_in_channel");
    slack.invite_bot("general").await;
    assert_eq!(rename(&general, "x").await["error"], "not_authorized");
    fixture
        .call("conversations.archive", json!({"channel": ours}))
        .await;
    assert_eq!(rename(&ours, "fire-3").await["error"], "is_archived");
}

#[tokio::test]
async fn app_leaves_an_archived_channel_and_cannot_unarchive_it() {
    let fixture = Fixture::new().await;
    let ours = create_channel(&fixture, "fire-1").await;
    let archive = json!({"channel": ours});
    assert_eq!(
        fixture.call("conversations.archive", archive.clone()).await["ok"],
        true
    );
    assert!(fixture.slack.members("fire-1").is_empty());
    let again = fixture.call("conversations.archive", archive.clone()).await;
    assert_eq!(again["error"], "already_archived");
    let back = fixture.call("conversations.unarchive", archive).await;
    assert_eq!(back["error"], "unknown_method", "bots cannot unarchive");
}

#[tokio::test]
async fn app_removes_its_reactions_and_bookmarks() {
    let fixture = Fixture::new().await;
    let channel = create_channel(&fixture, "fire-1").await;
    let post = json!({"channel": channel, "text": "look"});
    let ts = fixture.call("chat.postMessage", post).await["ts"].clone();
    let item = json!({"channel": channel, "timestamp": ts, "name": "eyes"});
    fixture.call("reactions.add", item.clone()).await;
    assert_eq!(
        fixture.call("reactions.remove", item.clone()).await["ok"],
        true
    );
    let again = fixture.call("reactions.remove", item).await;
    assert_eq!(again["error"], "no_reaction");

    let link = json!({
        "channel_id": channel, "title": "Page", "type": "link", "link": "https://a.example/1",
    });
    let made = fixture.call("bookmarks.add", link).await;
    let bookmark = json!({
        "channel_id": channel, "bookmark_id": made["bookmark"]["id"], "title": "Runbook",
    });
    let edited = fixture.call("bookmarks.edit", bookmark.clone()).await;
    assert_eq!(edited["bookmark"]["title"], "Runbook");
    assert_eq!(edited["bookmark"]["link"], "https://a.example/1");
    assert_eq!(
        fixture.call("bookmarks.remove", bookmark.clone()).await["ok"],
        true
    );
    assert!(fixture.slack.bookmarks("fire-1").is_empty());
    let again = fixture.call("bookmarks.remove", bookmark).await;
    assert_eq!(again["ok"], false);
}

#[tokio::test]
async fn app_opens_direct_messages_by_user_id() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let bob = slack.user("bob");
    let opened = fixture
        .call("conversations.open", json!({"users": bob}))
        .await;
    let direct = &opened["channel"]["id"];
    let post = json!({"channel": bob, "text": "A word"});
    assert_eq!(
        &fixture.call("chat.postMessage", post).await["channel"],
        direct
    );
    let read = slack.messages(&slack.direct_message_channel("bob").unwrap());
    assert_eq!(read[0].rendered_text(), "A word");
    let dora = slack.add_user(
        "dora",
        "Dora Gone",
        "Europe/Prague",
        AccountKind::Deactivated,
    );
    for (users, error) in [
        (json!(""), "users_list_not_supplied"),
        (json!("U0NOBODY001"), "user_not_found"),
        (json!(dora), "user_disabled"),
    ] {
        let rejected = fixture.call("conversations.open", json!({"users": users}));
        assert_eq!(rejected.await["error"], error);
    }
}
