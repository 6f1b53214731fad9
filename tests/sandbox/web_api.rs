//! The Web API: what methods do, and what they refuse.

use muster::sandbox::{PersonKind, Visibility};
use serde_json::json;

use crate::app::Stage;

#[tokio::test]
async fn a_channel_is_created_filled_and_archived() {
    let stage = Stage::new().await;
    let made = stage
        .call("conversations.create", json!({"name": "fire-1"}))
        .await;
    let id = made["channel"]["id"].as_str().unwrap();
    assert_eq!(made["channel"]["creator"], "U0LANTERN01");
    for name in ["fire-1", "random", "alice"] {
        let refused = stage
            .call("conversations.create", json!({"name": name}))
            .await;
        assert_eq!(refused["error"], "name_taken", "{name}");
    }
    let invite = |users: &str, force: bool| {
        stage.call(
            "conversations.invite",
            json!({"channel": id, "users": users, "force": force}),
        )
    };
    stage
        .slack
        .add_person("gus", "Gus Guest", "Europe/Paris", PersonKind::Guest);
    let gus = stage.slack.person("gus");
    let refused = invite(&format!("U0ALICE0001,{gus},U0NOBODY001"), false).await;
    assert_eq!(refused["error"], "cant_invite");
    assert_eq!(refused["errors"][1]["error"], "user_not_found");
    assert_eq!(stage.slack.members("fire-1").len(), 1);
    let done = invite(&format!("U0ALICE0001,{gus}"), true).await;
    assert_eq!(
        (done["ok"].clone(), done["errors"][0]["user"].clone()),
        (json!(true), json!(gus.0))
    );
    assert_eq!(
        invite("U0ALICE0001", false).await["error"],
        "already_in_channel"
    );
    assert_eq!(
        invite("U0LANTERN01", false).await["error"],
        "cant_invite_self"
    );

    let topic = |topic: String| {
        stage.call(
            "conversations.setTopic",
            json!({"channel": id, "topic": topic}),
        )
    };
    assert_eq!(topic("ä".repeat(251)).await["error"], "too_long");
    assert_eq!(topic("ä".repeat(250)).await["ok"], true);
    assert_eq!(stage.slack.topic("fire-1"), "ä".repeat(250));

    assert_eq!(
        stage
            .call("conversations.archive", json!({"channel": id}))
            .await["ok"],
        true
    );
    assert_eq!(
        stage
            .call("conversations.archive", json!({"channel": id}))
            .await["error"],
        "already_archived"
    );
    assert_eq!(
        stage
            .call("chat.postMessage", json!({"channel": id, "text": "x"}))
            .await["error"],
        "is_archived"
    );
    assert_eq!(
        stage
            .call("conversations.create", json!({"name": "fire-1"}))
            .await["error"],
        "name_taken"
    );
}

#[tokio::test]
async fn a_private_channel_without_the_bot_does_not_exist() {
    let stage = Stage::new().await;
    let id = stage
        .slack
        .add_channel("secret", Visibility::Private, &["bob"]);
    let post = json!({"channel": id, "text": "x"});
    assert_eq!(
        stage.call("chat.postMessage", post.clone()).await["error"],
        "channel_not_found"
    );
    assert_eq!(
        stage.get("conversations.info", &[("channel", &id)]).await["error"],
        "channel_not_found"
    );
    stage.slack.invites_bot("secret").await;
    assert_eq!(stage.call("chat.postMessage", post).await["ok"], true);
}

#[tokio::test]
async fn history_gives_metadata_only_when_asked() {
    let stage = Stage::new().await;
    let channel = stage.channel("general");
    assert_eq!(
        stage
            .get("conversations.history", &[("channel", &channel)])
            .await["error"],
        "not_in_channel"
    );
    stage
        .call("conversations.join", json!({"channel": channel}))
        .await;
    let metadata = json!({"event_type": "fire", "event_payload": {"id": "7"}});
    let posted = stage
        .call(
            "chat.postMessage",
            json!({"channel": channel, "text": "Burning", "metadata": metadata}),
        )
        .await;
    let ts = posted["ts"].as_str().unwrap();
    stage
        .call(
            "chat.postMessage",
            json!({"channel": channel, "text": "Reply", "thread_ts": ts}),
        )
        .await;

    let plain = stage
        .get(
            "conversations.history",
            &[("channel", &channel), ("limit", "1")],
        )
        .await;
    assert_eq!(plain["messages"][0]["text"], "Burning");
    assert_eq!(plain["messages"][0]["reply_count"], 1);
    assert!(plain["messages"][0].get("metadata").is_none());
    assert_eq!(plain["has_more"], true);
    let cursor = plain["response_metadata"]["next_cursor"].as_str().unwrap();
    let rest = stage
        .get(
            "conversations.history",
            &[("channel", &channel), ("limit", "1"), ("cursor", cursor)],
        )
        .await;
    assert_eq!(rest["messages"][0]["subtype"], "channel_join");

    let span = [
        ("channel", channel.as_str()),
        ("oldest", ts),
        ("inclusive", "true"),
        ("include_all_metadata", "true"),
    ];
    let told = stage.get("conversations.history", &span).await;
    assert_eq!(told["messages"][0]["metadata"], metadata);
    let replies = stage
        .get(
            "conversations.replies",
            &[("channel", &channel), ("ts", ts)],
        )
        .await;
    assert_eq!(replies["messages"][1]["text"], "Reply");
    assert_eq!(replies["messages"][1]["parent_user_id"], "U0LANTERN01");
}

#[tokio::test]
async fn blocks_are_checked_to_the_letter() {
    let stage = Stage::new().await;
    let channel = stage.channel("general");
    let blocks =
        json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "colour": "red"}]);
    let refused = stage
        .call(
            "chat.postMessage",
            json!({"channel": channel, "blocks": blocks}),
        )
        .await;
    assert_eq!(refused["error"], "invalid_blocks");
    assert_eq!(
        refused["errors"][1],
        "invalid additional property: colour [json-pointer:/blocks/0]"
    );
    let refused = stage
        .call(
            "chat.postMessage",
            json!({"channel": channel, "blocks": "["}),
        )
        .await;
    assert_eq!(refused["error"], "invalid_blocks_format");
    let refused = stage
        .call("chat.postMessage", json!({"channel": channel, "text": " "}))
        .await;
    assert_eq!(refused["error"], "no_text");
}

#[tokio::test]
async fn only_ones_own_messages_are_updated() {
    let stage = Stage::new().await;
    let channel = stage.channel("general");
    let theirs = stage
        .slack
        .types("bob", "general", "mine")
        .await
        .ts
        .unwrap();
    let update = |ts: &str, text: String| {
        stage.call(
            "chat.update",
            json!({"channel": channel, "ts": ts, "text": text}),
        )
    };
    assert_eq!(
        update(&theirs, "x".to_owned()).await["error"],
        "cant_update_message"
    );
    assert_eq!(
        update("1.000001", "x".to_owned()).await["error"],
        "message_not_found"
    );
    let posted = stage
        .call(
            "chat.postMessage",
            json!({"channel": channel, "text": "one"}),
        )
        .await;
    let ts = posted["ts"].as_str().unwrap();
    assert_eq!(update(ts, "x".repeat(4001)).await["error"], "msg_too_long");
    assert_eq!(update(ts, "two".to_owned()).await["ok"], true);
    assert_eq!(stage.slack.message("general", ts).unwrap().as_read(), "two");
    let told = stage
        .call(
            "chat.postEphemeral",
            json!({"channel": channel, "user": "U0BOB000001", "text": "x"}),
        )
        .await;
    assert_eq!(told["error"], "not_in_channel");
}

#[tokio::test]
async fn marks_are_made_once() {
    let stage = Stage::new().await;
    let channel = stage.channel("general");
    stage
        .call("conversations.join", json!({"channel": channel}))
        .await;
    let ts = stage
        .slack
        .types("bob", "general", "look")
        .await
        .ts
        .unwrap();
    let item = json!({"channel": channel, "timestamp": ts, "name": "eyes"});
    for (method, again) in [
        ("pins.add", "already_pinned"),
        ("reactions.add", "already_reacted"),
    ] {
        assert_eq!(
            stage.call(method, item.clone()).await["ok"],
            true,
            "{method}"
        );
        assert_eq!(stage.call(method, item.clone()).await["error"], again);
    }
    assert_eq!(stage.slack.pins("general"), std::slice::from_ref(&ts));
    assert_eq!(stage.slack.reactions("general", &ts)[0].name, "eyes");
    let bookmark = json!({"channel_id": channel, "title": "Page", "type": "link", "link": "https://a.example/1", "emoji": ":fire:"});
    let made = stage.call("bookmarks.add", bookmark).await;
    assert_eq!(made["bookmark"]["title"], "Page");
    assert_eq!(
        stage.slack.bookmarks("general")[0].link,
        "https://a.example/1"
    );
    let listed = stage.get("pins.list", &[("channel", &channel)]).await;
    assert_eq!(listed["items"][0]["message"]["text"], "look");
}
