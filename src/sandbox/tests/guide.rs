//! The checklist of the page and the button that moves the clock forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use muster_sandbox::{Guide, GuideStep, StepCondition};
use serde_json::{Value, json};

use crate::app::{Fixture, manifest};

fn guide() -> Guide {
    let step = |id, done_when| GuideStep {
        id,
        title: "A step",
        hint: "Type `{command} on`.",
        done_when,
    };
    Guide {
        about: "Lantern lights up.",
        steps: vec![
            step("create", StepCondition::ChannelCreated),
            step("open", StepCondition::ChannelOpened),
            step("join", StepCondition::ChannelJoined),
            step("click", StepCondition::ButtonClick("light")),
            step("advance", StepCondition::TimeAdvanced),
            step("topic", StepCondition::TopicContains("LIT")),
        ],
    }
}

async fn fixture_with_guide() -> Fixture {
    Fixture::with_config(manifest(), |config| config.guide = Some(guide())).await
}

/// Returns the IDs of the completed steps.
async fn completed_steps(fixture: &Fixture) -> Vec<String> {
    let state = fixture.page_state("").await;
    let steps = state["sandbox"]["guide"]["steps"].as_array().unwrap();
    let done = steps.iter().filter(|step| step["done"] == true);
    done.map(|step| step["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn steps_are_completed_by_what_the_app_and_its_users_do() {
    let fixture = fixture_with_guide().await;
    let state = fixture.page_state("").await;
    let guide = &state["sandbox"]["guide"];
    assert_eq!(guide["about"], "Lantern lights up.");
    assert_eq!(guide["steps"][0]["hint"], "Type `/lantern on`.");
    assert_eq!(completed_steps(&fixture).await, [""; 0]);

    let channel = fixture
        .call("conversations.create", json!({"name": "lamp"}))
        .await["channel"]["id"]
        .clone();
    assert_eq!(completed_steps(&fixture).await, ["create"]);

    // Alice looks at the channel before she is its member.
    let alice = fixture.slack.user("alice");
    let query = format!("as={alice}&channel={}", channel.as_str().unwrap());
    fixture.page_state(&query).await;
    let invitation = json!({"channel": channel, "users": alice});
    fixture.call("conversations.invite", invitation).await;
    assert_eq!(completed_steps(&fixture).await, ["create"]);
    fixture.page_state(&query).await;
    fixture.slack.joins("bob", "lamp").await;
    assert_eq!(completed_steps(&fixture).await, ["create", "open", "join"]);

    let topic = json!({"channel": channel, "topic": "Now LIT"});
    fixture.call("conversations.setTopic", topic).await;
    assert_eq!(
        completed_steps(&fixture).await,
        ["create", "open", "join", "topic"]
    );
}

#[tokio::test]
async fn steps_can_be_completed_in_any_order_and_only_in_channels_of_the_app() {
    let fixture = fixture_with_guide().await;
    fixture.slack.on_advance(|| ());
    fixture
        .perform_action(json!({"as": "alice", "do": "advance"}))
        .await;
    assert_eq!(completed_steps(&fixture).await, ["advance"]);

    fixture.slack.creates_channel("alice", "own").await;
    fixture.slack.joins("bob", "own").await;
    assert_eq!(completed_steps(&fixture).await, ["advance"]);

    let button = json!([{"type": "actions", "elements": [
        {"type": "button", "action_id": "light", "text": {"type": "plain_text", "text": "Light"}}
    ]}]);
    let general = fixture.channel("general");
    let message = json!({"channel": general, "text": "Light?", "blocks": button});
    let ts = fixture.call("chat.postMessage", message).await["ts"].clone();
    fixture
        .slack
        .clicks("bob", "general", ts.as_str().unwrap(), "light", None)
        .await;
    assert_eq!(completed_steps(&fixture).await, ["click", "advance"]);
}

#[tokio::test]
async fn moving_the_clock_forward_calls_the_host_and_dates_new_messages() {
    let fixture = Fixture::new().await;
    let advance = json!({"as": "alice", "do": "advance"});
    let sandbox = fixture.page_state("").await["sandbox"].clone();
    assert_eq!(
        sandbox,
        json!({"guide": null, "can_advance": false, "warning": null})
    );
    let rejected = fixture.perform_action(advance.clone()).await;
    assert_eq!(
        rejected["error"],
        "The clock of this sandbox can't be moved."
    );

    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    fixture.slack.on_advance(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let clock = fixture.slack.clock();
    let before = clock();
    assert_eq!(
        fixture.perform_action(advance).await["ok"],
        Value::Bool(true)
    );
    assert_eq!((clock() - before).num_minutes(), 30);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let ts = fixture
        .slack
        .types("alice", "general", "hi")
        .await
        .ts
        .unwrap();
    assert!(ts.starts_with(&clock().timestamp().to_string()), "{ts}");
}
