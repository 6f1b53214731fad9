//! Accounts, private channels, the app's tabs, and the events that they cause.

use muster_sandbox::{AccountKind, Limits};
use serde_json::{Value, json};

use crate::app::{Fixture, manifest};

#[tokio::test]
async fn users_info_returns_the_account_kind() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let flags_of = async |name: &str| {
        let id = slack.user(name);
        let response = fixture.get("users.info", &[("user", &id)]).await;
        let user = &response["user"];
        let flags = ["is_admin", "is_owner", "is_restricted", "is_bot", "deleted"];
        flags.map(|flag| user[flag] == true)
    };
    slack.set_account_kind("bob", AccountKind::Admin);
    slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
    assert_eq!(flags_of("alice").await, [true, true, false, false, false]);
    assert_eq!(flags_of("bob").await, [true, false, false, false, false]);
    assert_eq!(flags_of("chioma").await, [false; 5]);
    assert_eq!(flags_of("gus").await, [false, false, true, false, false]);
    assert_eq!(
        flags_of("lantern").await,
        [false, false, false, true, false]
    );
    slack.deactivate_account("alice");
    assert_eq!(flags_of("alice").await, [false, false, false, false, true]);
}

#[tokio::test]
async fn app_receives_team_join_and_user_change_events() {
    let mut manifest = manifest();
    let events = json!(["team_join", "user_change"]);
    manifest["settings"]["event_subscriptions"]["bot_events"] = events;
    let fixture = Fixture::with_manifest(manifest, Limits::Off).await;
    let slack = &fixture.slack;
    slack.add_user("dora", "Dora Novak", "Europe/Prague", AccountKind::Member);
    slack.wait_until_idle().await;
    let joined = fixture.app.events("team_join").pop().unwrap();
    assert_eq!(joined["user"]["real_name"], "Dora Novak");
    slack.set_time_zone("dora", "Asia/Tokyo");
    slack.wait_until_idle().await;
    let changed = fixture.app.events("user_change").pop().unwrap();
    assert_eq!(changed["user"]["tz"], "Asia/Tokyo");
    assert_eq!(changed["user"]["tz_offset"], 9 * 3600);
}

#[tokio::test]
async fn private_channel_is_accessible_only_to_its_members() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let made = json!({"name": "fire-1", "is_private": true});
    let made = fixture.call("conversations.create", made).await;
    let id = made["channel"]["id"].as_str().unwrap();
    assert_eq!(made["channel"]["is_private"], true);
    let result = slack.joins("bob", "fire-1").await;
    assert!(result.error.is_some(), "bob joined a private channel");
    let invite = json!({"channel": id, "users": "U0ALICE0001"});
    assert_eq!(
        fixture.call("conversations.invite", invite).await["ok"],
        true
    );
    let members = fixture
        .get("conversations.members", &[("channel", id)])
        .await;
    assert_eq!(members["members"], json!(["U0LANTERN01", "U0ALICE0001"]));

    slack.removes("alice", "fire-1", &slack.bot_user()).await;
    for method in ["conversations.members", "conversations.info"] {
        let response = fixture.get(method, &[("channel", id)]).await;
        assert_eq!(response["error"], "channel_not_found", "{method}");
    }
    let result = slack.creates_private_channel("bob", "ours").await;
    assert_eq!(result.error, None);
    let result = slack.types("alice", "ours", "hello").await;
    assert!(result.error.is_some(), "alice does not see the channel");
}

#[tokio::test]
async fn app_home_opened_event_names_the_tab() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let opened = || fixture.app.events("app_home_opened").pop().unwrap();
    slack.opens_home("bob").await;
    assert_eq!(opened()["tab"], "home");
    assert_eq!(opened().get("view"), None);
    let home = json!({"type": "home", "blocks": []});
    let publish = json!({"user_id": "U0BOB000001", "view": home});
    fixture.call("views.publish", publish).await;
    slack.opens_messages_tab("bob").await;
    assert_eq!(opened()["tab"], "messages");
    assert_eq!(opened()["view"]["type"], "home");
}

#[tokio::test]
async fn pickers_in_a_message_send_the_selected_values() {
    let fixture = Fixture::new().await;
    let blocks = picker_blocks();
    let post = json!({"channel": fixture.channel("general"), "text": "Choose", "blocks": blocks});
    let posted = fixture.call("chat.postMessage", post).await;
    let ts = posted["ts"].as_str().unwrap();
    let select = async |action: &str, value: &str| {
        let clicks = fixture
            .slack
            .clicks("bob", "general", ts, action, Some(value));
        assert_eq!(clicks.await.error, None);
        fixture.last_body()["actions"][0].clone()
    };
    let who = select("who", "alice").await;
    assert_eq!(who["selected_users"], json!(["U0ALICE0001"]));
    let day = select("day", "2026-11-23").await;
    assert_eq!(day["selected_date"], "2026-11-23");
    let time = select("time", "14:05").await;
    assert_eq!(
        (&time["selected_time"], &time["timezone"]),
        (&json!("14:05"), &json!("Europe/Paris"))
    );
    let date_time = select("moment", "1795447205").await;
    assert_eq!(date_time["selected_date_time"], 1_795_447_205);
    let boxes = select("boxes", "One").await;
    assert_eq!(boxes["selected_options"][0]["value"], "1");
    let more = select("more", "Take away").await;
    assert_eq!(more["selected_option"]["value"], "away");
}

fn picker_blocks() -> Value {
    json!([
        {"type": "actions", "block_id": "row", "elements": [
            {"type": "multi_users_select", "action_id": "who"},
            {"type": "datepicker", "action_id": "day"},
            {"type": "timepicker", "action_id": "time", "timezone": "Europe/Paris"},
            {"type": "datetimepicker", "action_id": "moment"},
            {"type": "checkboxes", "action_id": "boxes", "options": [
                {"text": {"type": "plain_text", "text": "One"}, "value": "1"}
            ]},
            {"type": "overflow", "action_id": "more", "options": [
                {"text": {"type": "plain_text", "text": "Take away"}, "value": "away"}
            ]}
        ]}
    ])
}

#[tokio::test]
async fn members_of_a_user_group_are_listed_by_id_and_with_all_groups() {
    let fixture = Fixture::new().await;
    let id = fixture.slack.add_user_group("checkout", &["alice", "bob"]);
    let members = json!([fixture.slack.user("alice"), fixture.slack.user("bob")]);
    let group = [("usergroup", id.as_str())];
    let group = fixture.get("usergroups.users.list", &group).await;
    assert_eq!(group["users"], members);
    let groups = fixture
        .get("usergroups.list", &[("include_users", "true")])
        .await;
    let groups = groups["usergroups"].as_array().unwrap().clone();
    let group = groups
        .iter()
        .find(|group| group["handle"] == "checkout")
        .unwrap();
    assert_eq!((&group["id"], &group["users"]), (&json!(id), &members));
    let without = fixture.get("usergroups.list", &[]).await;
    assert_eq!(without["usergroups"][0].get("users"), None);
    let unknown = [("usergroup", "S0NOBODY001")];
    let unknown = fixture.get("usergroups.users.list", &unknown).await;
    assert_eq!(unknown["error"], "no_such_subteam");
}
