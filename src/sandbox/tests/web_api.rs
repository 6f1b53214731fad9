//! Web API: effects and errors of the methods.

use muster_sandbox::{AccountKind, Visibility};
use serde_json::json;

use crate::app::Fixture;

#[tokio::test]
async fn channel_name_is_rejected_when_a_channel_or_user_has_it() {
    let fixture = Fixture::new().await;
    let create = |name: &str| fixture.call("conversations.create", json!({"name": name}));
    let made = create("fire-1").await;
    let id = made["channel"]["id"].as_str().unwrap();
    assert_eq!(made["channel"]["creator"], "U0LANTERN01");
    fixture
        .call("conversations.archive", json!({"channel": id}))
        .await;
    for name in ["fire-1", "random", "alice"] {
        assert_eq!(create(name).await["error"], "name_taken", "{name}");
    }
    assert_eq!(create("Fire").await["error"], "invalid_name_specials");
}

#[tokio::test]
async fn one_invalid_user_rejects_the_invite_unless_forced() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let id = fixture.creates_channel("fire-1").await;
    let gus = slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
    let invite = |users: &str, force: bool| {
        fixture.call(
            "conversations.invite",
            json!({"channel": id, "users": users, "force": force}),
        )
    };
    let rejected = invite(&format!("U0ALICE0001,{gus},U0NOBODY001"), false).await;
    assert_eq!(rejected["error"], "cant_invite");
    assert_eq!(rejected["errors"][1]["error"], "user_not_found");
    assert_eq!(slack.members("fire-1").len(), 1);
    let done = invite(&format!("U0ALICE0001,{gus}"), true).await;
    assert_eq!(done["ok"], true);
    assert_eq!(done["errors"][0]["user"], json!(gus));
    assert_eq!(
        invite("U0ALICE0001", false).await["error"],
        "already_in_channel"
    );
    assert_eq!(
        invite("U0LANTERN01", false).await["error"],
        "cant_invite_self"
    );
}

#[tokio::test]
async fn topic_is_limited_to_250_characters() {
    let fixture = Fixture::new().await;
    let id = fixture.creates_channel("fire-1").await;
    let topic = |topic: String| {
        fixture.call(
            "conversations.setTopic",
            json!({"channel": id, "topic": topic}),
        )
    };
    assert_eq!(topic("ä".repeat(251)).await["error"], "too_long");
    assert_eq!(topic("ä".repeat(250)).await["ok"], true);
    assert_eq!(fixture.slack.topic("fire-1"), "ä".repeat(250));
}

#[tokio::test]
async fn archived_channel_rejects_changes() {
    let fixture = Fixture::new().await;
    let id = fixture.creates_channel("fire-1").await;
    let posted = fixture
        .call("chat.postMessage", json!({"channel": id, "text": "x"}))
        .await;
    let archive = || fixture.call("conversations.archive", json!({"channel": id}));
    assert_eq!(archive().await["ok"], true);
    let ts = &posted["ts"];
    for (method, more, error) in [
        ("conversations.archive", json!({}), "already_archived"),
        ("chat.postMessage", json!({"text": "x"}), "is_archived"),
        ("chat.update", json!({"ts": ts, "text": "y"}), "is_inactive"),
        (
            "conversations.setTopic",
            json!({"topic": "x"}),
            "is_archived",
        ),
        (
            "conversations.invite",
            json!({"users": "U0ALICE0001"}),
            "is_archived",
        ),
        ("conversations.join", json!({}), "is_archived"),
    ] {
        let mut arguments = more;
        arguments["channel"] = json!(id);
        assert_eq!(
            fixture.call(method, arguments).await["error"],
            error,
            "{method}"
        );
    }
}

#[tokio::test]
async fn private_channel_is_unknown_to_an_absent_bot() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let id = slack.add_channel("secret", Visibility::Private, &["bob"]);
    let post = json!({"channel": id, "text": "x"});
    fixture
        .assert_error("chat.postMessage", post.clone(), "channel_not_found")
        .await;
    assert_eq!(
        fixture.get("conversations.info", &[("channel", &id)]).await["error"],
        "channel_not_found"
    );
    slack.invite_bot("secret").await;
    assert_eq!(fixture.call("chat.postMessage", post).await["ok"], true);
}

/// Adds the bot to #general and posts a message with metadata. Returns the channel and the `ts`.
async fn post_message_with_metadata(fixture: &Fixture) -> (String, String) {
    let channel = fixture.channel("general");
    let metadata = json!({"event_type": "fire", "event_payload": {"id": "7"}});
    let post = json!({"channel": channel, "text": "Burning", "metadata": metadata});
    fixture.joins(&channel).await;
    let posted = fixture.call("chat.postMessage", post).await;
    (channel, posted["ts"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn history_omits_metadata_unless_requested() {
    let fixture = Fixture::new().await;
    let (channel, ts) = post_message_with_metadata(&fixture).await;
    let mut span = vec![
        ("channel", channel.as_str()),
        ("oldest", &ts),
        ("inclusive", "true"),
    ];
    let response = fixture.get("conversations.history", &span).await;
    assert_eq!(response["messages"][0]["text"], "Burning");
    assert!(response["messages"][0].get("metadata").is_none());
    span.push(("include_all_metadata", "true"));
    let response = fixture.get("conversations.history", &span).await;
    assert_eq!(
        response["messages"][0]["metadata"]["event_payload"]["id"],
        "7"
    );
}

#[tokio::test]
async fn history_returns_pages_newest_first_to_members_only() {
    let fixture = Fixture::new().await;
    let channel = fixture.channel("general");
    let rejected = fixture
        .get("conversations.history", &[("channel", &channel)])
        .await;
    assert_eq!(rejected["error"], "not_in_channel");
    post_message_with_metadata(&fixture).await;
    let page = |cursor: String| {
        let (fixture, channel) = (&fixture, &channel);
        async move {
            let query = [
                ("channel", channel.as_str()),
                ("limit", "1"),
                ("cursor", &cursor),
            ];
            fixture.get("conversations.history", &query).await
        }
    };
    let first = page(String::new()).await;
    assert_eq!(
        (&first["messages"][0]["text"], &first["has_more"]),
        (&json!("Burning"), &json!(true))
    );
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap();
    let last = page(cursor.to_owned()).await;
    assert_eq!(
        (&last["messages"][0]["subtype"], &last["has_more"]),
        (&json!("channel_join"), &json!(false))
    );
}

#[tokio::test]
async fn replies_follow_their_parent() {
    let fixture = Fixture::new().await;
    let (channel, ts) = post_message_with_metadata(&fixture).await;
    let reply = json!({"channel": channel, "text": "Reply", "thread_ts": ts});
    let replied = fixture.call("chat.postMessage", reply).await;
    let response = fixture
        .get(
            "conversations.replies",
            &[("channel", &channel), ("ts", &ts)],
        )
        .await;
    assert_eq!(response["messages"][0]["reply_count"], 1);
    assert_eq!(response["messages"][1]["text"], "Reply");
    assert_eq!(response["messages"][1]["parent_user_id"], "U0LANTERN01");
    for unknown in [replied["ts"].clone(), json!("1.000001")] {
        let reply = json!({"channel": channel, "text": "Reply", "thread_ts": unknown});
        fixture
            .assert_error("chat.postMessage", reply, "thread_not_found")
            .await;
    }
}

#[tokio::test]
async fn invalid_blocks_are_rejected() {
    let fixture = Fixture::new().await;
    let channel = fixture.channel("general");
    let blocks =
        json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "colour": "red"}]);
    let rejected = fixture
        .call(
            "chat.postMessage",
            json!({"channel": channel, "blocks": blocks}),
        )
        .await;
    assert_eq!(rejected["error"], "invalid_blocks");
    assert_eq!(
        rejected["errors"][1],
        "invalid additional property: colour [json-pointer:/blocks/0]"
    );
    fixture
        .assert_error(
            "chat.postMessage",
            json!({"channel": channel, "blocks": "["}),
            "invalid_blocks_format",
        )
        .await;
    fixture
        .assert_error(
            "chat.postMessage",
            json!({"channel": channel, "text": " "}),
            "no_text",
        )
        .await;
}

#[tokio::test]
async fn only_own_messages_can_be_updated() {
    let fixture = Fixture::new().await;
    let channel = fixture.channel("general");
    let theirs = fixture.posts("bob", "general", "mine").await;
    let update = |ts: &str, text: String| {
        fixture.call(
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
    let posted = fixture
        .call(
            "chat.postMessage",
            json!({"channel": channel, "text": "one"}),
        )
        .await;
    let ts = posted["ts"].as_str().unwrap();
    assert_eq!(update(ts, "x".repeat(4001)).await["error"], "msg_too_long");
    assert_eq!(update(ts, "two".to_owned()).await["ok"], true);
    assert_eq!(
        fixture
            .slack
            .message("general", ts)
            .unwrap()
            .rendered_text(),
        "two"
    );
}

#[tokio::test]
async fn ephemeral_message_requires_bot_and_user_in_the_channel() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let channel = fixture.channel("general");
    let tell = |user: &str| {
        fixture.call(
            "chat.postEphemeral",
            json!({"channel": channel, "user": user, "text": "x"}),
        )
    };
    assert_eq!(tell("U0BOB000001").await["error"], "not_in_channel");
    fixture.joins(&channel).await;
    slack.leaves("bob", "general").await;
    assert_eq!(tell("U0BOB000001").await["error"], "user_not_in_channel");
    let response = tell("U0ALICE0001").await;
    assert_eq!(
        slack.ephemeral_messages("alice")[0].ts,
        response["message_ts"].as_str().unwrap()
    );
    let update = json!({"channel": channel, "ts": response["message_ts"], "text": "y"});
    fixture
        .assert_error("chat.update", update, "message_not_found")
        .await;
}

#[tokio::test]
async fn pins_and_reactions_cannot_be_added_twice() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let channel = fixture.channel("general");
    fixture.joins(&channel).await;
    let ts = fixture.posts("bob", "general", "look").await;
    let item = json!({"channel": channel, "timestamp": ts, "name": "eyes"});
    for (method, again) in [
        ("pins.add", "already_pinned"),
        ("reactions.add", "already_reacted"),
    ] {
        assert_eq!(
            fixture.call(method, item.clone()).await["ok"],
            true,
            "{method}"
        );
        assert_eq!(fixture.call(method, item.clone()).await["error"], again);
    }
    assert_eq!(slack.pins("general"), std::slice::from_ref(&ts));
    assert_eq!(slack.reactions("general", &ts)[0].name, "eyes");
    let bookmark = json!({"channel_id": channel, "title": "Page", "type": "link", "link": "https://a.example/1", "emoji": ":fire:"});
    let made = fixture.call("bookmarks.add", bookmark).await;
    assert_eq!(made["bookmark"]["title"], "Page");
    assert_eq!(slack.bookmarks("general")[0].link, "https://a.example/1");
    let listed = fixture.get("pins.list", &[("channel", &channel)]).await;
    assert_eq!(listed["items"][0]["message"]["text"], "look");
}
