//! Canvases: the methods of the Web API, the plans, and the page.

use muster_sandbox::{CanvasPolicy, Visibility};
use serde_json::{Value, json};

use crate::app::Fixture;

fn document(markdown: &str) -> Value {
    json!({"type": "markdown", "markdown": markdown})
}

/// Creates a channel of the app with a canvas. Returns the IDs of both.
async fn channel_with_canvas(fixture: &Fixture, markdown: &str) -> (String, String) {
    let channel = fixture.creates_channel("fire-1").await;
    let arguments =
        json!({"channel_id": channel, "title": "Fire", "document_content": document(markdown)});
    let created = fixture.call("conversations.canvases.create", arguments);
    let canvas = created.await["canvas_id"].as_str().unwrap().to_owned();
    (channel, canvas)
}

async fn edit(fixture: &Fixture, canvas: &str, change: Value) -> Value {
    let arguments = json!({"canvas_id": canvas, "changes": [change]});
    fixture.call("canvases.edit", arguments).await
}

async fn section_ids(fixture: &Fixture, canvas: &str, criteria: Value) -> Vec<String> {
    let arguments = json!({"canvas_id": canvas, "criteria": criteria});
    let response = fixture.call("canvases.sections.lookup", arguments).await;
    let sections = response["sections"].as_array().unwrap();
    let ids = sections.iter().map(|section| section["id"].as_str());
    ids.map(|id| id.unwrap().to_owned()).collect()
}

#[tokio::test]
async fn channel_has_one_canvas_and_any_number_of_tabs() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let (channel, canvas) = channel_with_canvas(&fixture, "# Fire\n\n- [x] Call").await;
    let again = json!({"channel_id": channel});
    fixture
        .assert_error(
            "conversations.canvases.create",
            again,
            "channel_canvas_already_exists",
        )
        .await;
    let tab = json!({"channel_id": channel, "title": "Notes"});
    let tab = fixture.call("canvases.create", tab).await["canvas_id"].clone();
    let canvases = slack.canvases("fire-1");
    let titles: Vec<_> = canvases.iter().map(|it| (&*it.title, it.is_tab)).collect();
    assert_eq!(titles, [("Fire", false), ("Notes", true)]);
    assert_eq!(canvases[0].text, "# Fire\n\n☑ Call");

    let query = [("channel", &*channel)];
    let info = fixture.get("conversations.info", &query).await;
    let properties = &info["channel"]["properties"];
    assert_eq!(properties["canvas"]["file_id"], json!(canvas));
    assert_eq!(properties["canvas"]["is_empty"], false);
    assert_eq!(properties["tabs"][1]["data"]["file_id"], tab);
}

#[tokio::test]
async fn canvas_is_edited_by_one_change_per_call() {
    let fixture = Fixture::new().await;
    let (_, canvas) = channel_with_canvas(&fixture, "# Fire\n\nOld").await;
    let text = || fixture.slack.canvases("fire-1")[0].text.clone();
    let insert =
        |operation: &str| json!({"operation": operation, "document_content": document(operation)});
    for operation in ["insert_at_start", "insert_at_end"] {
        assert_eq!(edit(&fixture, &canvas, insert(operation)).await["ok"], true);
    }
    assert_eq!(text(), "insert_at_start\n\n# Fire\n\nOld\n\ninsert_at_end");
    let criteria = json!({"section_types": ["h1"], "contains_text": "Fire"});
    let heading = section_ids(&fixture, &canvas, criteria).await.remove(0);
    for operation in ["insert_before", "insert_after", "replace"] {
        let mut change = insert(operation);
        change["section_id"] = json!(heading);
        assert_eq!(edit(&fixture, &canvas, change).await["ok"], true);
    }
    let old = section_ids(&fixture, &canvas, json!({"contains_text": "Old"})).await;
    let delete = json!({"operation": "delete", "section_id": old[0]});
    assert_eq!(edit(&fixture, &canvas, delete).await["ok"], true);
    let expected = "insert_at_start\n\ninsert_before\n\nreplace\n\ninsert_after\n\ninsert_at_end";
    assert_eq!(text(), expected);

    let replace = json!({"operation": "replace", "document_content": document("New")});
    assert_eq!(edit(&fixture, &canvas, replace.clone()).await["ok"], true);
    assert_eq!(text(), "New");
    let rename = json!({"operation": "rename", "title_content": document("Smoke")});
    assert_eq!(edit(&fixture, &canvas, rename).await["ok"], true);
    assert_eq!(fixture.slack.canvases("fire-1")[0].title, "Smoke");

    for changes in [json!([]), json!([replace, replace]), json!(replace)] {
        let arguments = json!({"canvas_id": canvas, "changes": changes});
        fixture
            .assert_error("canvases.edit", arguments, "invalid_arguments")
            .await;
    }
}

#[tokio::test]
async fn invalid_content_changes_nothing() {
    let fixture = Fixture::new().await;
    let (_, canvas) = channel_with_canvas(&fixture, "Old").await;
    let replace =
        |markdown: &str| json!({"operation": "replace", "document_content": document(markdown)});
    let deep = edit(&fixture, &canvas, replace("#### Deep")).await;
    assert_eq!(deep["error"], "canvas_editing_failed");
    assert_eq!(
        deep["detail"],
        "'content' error: line 1: Unsupported heading depth (4)"
    );
    let long = edit(&fixture, &canvas, replace(&"a".repeat((1 << 20) + 1))).await;
    assert_eq!(long["error"], "canvas_too_large");
    let blocks = json!({"operation": "replace", "document_content": {"type": "blocks"}});
    assert_eq!(
        edit(&fixture, &canvas, blocks).await["error"],
        "invalid_arguments"
    );
    let general = fixture.channel("general");
    fixture.joins(&general).await;
    let table = format!("|a|b|\n|-|-|\n{}", "|1|2|\n".repeat(150));
    let arguments = json!({"channel_id": general, "document_content": document(&table)});
    fixture
        .assert_error("canvases.create", arguments, "canvas_creation_failed")
        .await;
    assert_eq!(fixture.slack.canvases("fire-1")[0].text, "Old");
    assert_eq!(fixture.slack.canvases("general"), []);
}

#[tokio::test]
async fn lookup_needs_valid_criteria() {
    let fixture = Fixture::new().await;
    let (_, canvas) = channel_with_canvas(&fixture, "# Fire\n\n## Fire\n\nFire").await;
    let count = async |criteria: Value| section_ids(&fixture, &canvas, criteria).await.len();
    assert_eq!(count(json!({"section_types": ["any_header"]})).await, 2);
    assert_eq!(count(json!({"contains_text": "Fire"})).await, 3);
    for criteria in [
        json!({}),
        json!({"contains": "Fire"}),
        json!({"section_types": []}),
        json!({"section_types": ["h4"]}),
    ] {
        let arguments = json!({"canvas_id": canvas, "criteria": criteria});
        fixture
            .assert_error("canvases.sections.lookup", arguments, "invalid_arguments")
            .await;
    }
}

#[tokio::test]
async fn canvases_of_other_channels_are_unknown_to_the_app() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let secret = slack.add_channel("secret", Visibility::Private, &["bob"]);
    slack.writes_canvas("bob", "secret", "# Ours").await;
    let canvas = slack.canvases("secret")[0].id.clone();
    let delete = json!({"operation": "replace", "document_content": document("")});
    assert_eq!(
        edit(&fixture, &canvas, delete.clone()).await["error"],
        "canvas_not_found"
    );
    let create = |channel: &str| json!({"channel_id": channel});
    let method = "conversations.canvases.create";
    for (channel, error) in [
        (&*secret, "channel_not_found"),
        (&*fixture.channel("general"), "not_in_channel"),
    ] {
        fixture.assert_error(method, create(channel), error).await;
    }
    slack.invite_bot("secret").await;
    assert_eq!(edit(&fixture, &canvas, delete).await["ok"], true);
    slack.deletes_canvas("bob", &canvas).await;
    let lookup = json!({"canvas_id": canvas, "criteria": {"contains_text": "a"}});
    fixture
        .assert_error("canvases.sections.lookup", lookup, "canvas_deleted")
        .await;
    assert_eq!(slack.canvases("secret"), []);
}

#[tokio::test]
async fn plan_and_admins_limit_canvases() {
    let fixture = Fixture::new().await;
    let slack = &fixture.slack;
    let channel = fixture.creates_channel("fire-1").await;
    let arguments = json!({"channel_id": channel});
    let (own, tab) = ("conversations.canvases.create", "canvases.create");
    for (policy, error) in [
        (
            CanvasPolicy::Free,
            "team_tier_cannot_create_channel_canvases",
        ),
        (CanvasPolicy::SwitchedOff, "canvas_disabled_user_team"),
        (CanvasPolicy::Restricted, "restricted_action"),
    ] {
        slack.set_canvas_policy(policy);
        fixture.assert_error(own, arguments.clone(), error).await;
    }
    slack.set_canvas_policy(CanvasPolicy::Free);
    let standalone = "free_teams_cannot_create_non_tabbed_canvases";
    fixture.assert_error(tab, json!({}), standalone).await;
    assert_eq!(fixture.call(tab, arguments.clone()).await["ok"], true);
    let second = "free_team_canvas_tab_already_exists";
    fixture.assert_error(tab, arguments, second).await;
}

#[tokio::test]
async fn canvas_methods_need_their_scopes() {
    let mut manifest = crate::app::manifest();
    let scopes = &mut manifest["oauth_config"]["scopes"]["bot"];
    let scopes = scopes.as_array_mut().unwrap();
    scopes.retain(|scope| !scope.as_str().unwrap().starts_with("canvases:"));
    let fixture = Fixture::with_manifest(manifest, muster_sandbox::Limits::Off).await;
    for (method, scope) in [
        ("canvases.edit", "canvases:write"),
        ("canvases.sections.lookup", "canvases:read"),
    ] {
        let rejected = fixture.call(method, json!({})).await;
        assert_eq!(rejected["error"], "missing_scope");
        assert_eq!(rejected["needed"], scope);
    }
}

#[tokio::test]
async fn page_shows_the_canvases_of_the_open_channel_and_deletes_them() {
    let fixture = Fixture::new().await;
    let (channel, canvas) = channel_with_canvas(&fixture, "# Fire\n\n![](@U0ALICE0001)").await;
    let alice = fixture.slack.user("alice");
    let joined = json!({"as": alice, "do": "join", "channel": channel});
    fixture.perform_action(joined).await;
    let state = async || {
        let query = format!("as={alice}&channel={channel}");
        fixture.page_state(&query).await["channel"]["canvases"].clone()
    };
    let canvases = state().await;
    assert_eq!(canvases[0]["title"], "Fire");
    let mention = json!({"type": "user", "id": "U0ALICE0001"});
    assert_eq!(canvases[0]["blocks"][1]["text"][0], mention);

    let delete = json!({"as": alice, "do": "delete_canvas", "canvas": canvas});
    assert_eq!(fixture.perform_action(delete.clone()).await["ok"], true);
    assert_eq!(state().await, json!([]));
    assert_eq!(
        fixture.perform_action(delete).await["error"],
        "This canvas no longer exists."
    );
}

#[tokio::test]
async fn url_of_a_canvas_redirects_to_the_page() {
    let fixture = Fixture::new().await;
    let (channel, canvas) = channel_with_canvas(&fixture, "# Fire").await;
    let url = format!("{}/docs/T0ACME00001/{canvas}", fixture.slack.url());
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let page = client.build().unwrap().get(url).send().await.unwrap();
    let location = format!("/#channel={channel}&tab={canvas}");
    assert_eq!(page.headers()["location"], location);
}
