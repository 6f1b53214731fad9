//! Crash tests for the buttons of cards of alerts, and of messages about the alerts of an incident.

use muster_commands::{add_to_incident, alert_buttons, declare};
use muster_sandbox::Message;
use serde_json::json;

use crate::harness::prelude::*;

/// The channel of cards.
pub const INCIDENTS: &str = "incidents";

/// The status of a reported alert.
const FIRING: &str = "firing";
const RESOLVED: &str = "resolved";

/// Adds a source of alerts. Returns its path.
pub async fn add_source(world: &World) -> String {
    let (code, stdout, stderr) = world
        .run_cli(&["alerts", "sources", "add", "alertmanager", "prom-eu"])
        .await;
    assert_eq!(code, 0, "{stderr}");
    let token = stdout.lines().find_map(|row| row.strip_prefix("Token: "));
    format!("/alerts/alertmanager/{}", token.unwrap())
}

/// Sends an alert with this status and severity to a source.
pub async fn send_alert(world: &World, path: &str, status: &str, severity: &str) {
    let alert = json!({
        "status": status,
        "labels": { "alertname": "Errors", "severity": severity },
        "annotations": { "summary": "21 % errors" },
        "fingerprint": "9f3a",
    });
    let body = json!({ "version": "4", "alerts": [alert] }).to_string();
    let url = format!("{}{path}", world.address());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = client.post(url).body(body).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 202);
}

/// Returns the messages with the title of the alert in the channel of cards.
pub fn suggestions(world: &World) -> Vec<Message> {
    let messages = world.slack.messages(INCIDENTS).into_iter();
    let messages = messages.filter(|it| it.rendered_text().contains("21 % errors"));
    messages.collect()
}

/// Reports an alert and waits for its card. Returns the channel and the `ts` of the card.
async fn post_suggestion(world: &World) -> (String, String) {
    let path = add_source(world).await;
    send_alert(world, &path, FIRING, "critical").await;
    wait_for("card", async || suggestions(world).len() == 1).await;
    (INCIDENTS.to_owned(), suggestions(world)[0].ts.clone())
}

/// Checks that the group is part of IR-1, added once, and has one card.
fn assert_added(world: &World) {
    let incident = "SELECT incident_id || ' ' || stage FROM alert_groups";
    assert_eq!(world.database.query(incident), ["1 attached"]);
    assert_event_count(world, "alert", 1);
    assert_eq!(suggestions(world).len(), 1, "one card");
}

#[tokio::test]
async fn redelivered_add_click_adds_the_alerts_once() {
    test_button_redelivery(alert_buttons::ADD, post_suggestion, assert_added).await;
}

#[tokio::test]
async fn redelivered_add_modal_adds_the_alerts_once() {
    let fills = async |world: &World| {
        let (channel, ts) = post_suggestion(world).await;
        let button = alert_buttons::ADD_OTHER;
        assert_accepted(
            &world
                .slack
                .clicks("alice", &channel, &ts, button, None)
                .await,
        );
        world.fill_modal("alice", &[("Incident", "1")]).await
    };
    let name = RequestName::Modal(add_to_incident::CALLBACK_ID);
    test_modal_redelivery(name, fills, assert_added).await;
}

#[tokio::test]
async fn redelivered_declare_modal_of_a_suggestion_declares_one_incident() {
    let fills = async |world: &World| {
        let (channel, ts) = post_suggestion(world).await;
        let button = alert_buttons::DECLARE;
        assert_accepted(
            &world
                .slack
                .clicks("alice", &channel, &ts, button, None)
                .await,
        );
        world.fill_modal("alice", &[]).await
    };
    let name = RequestName::Modal(declare::CALLBACK_ID);
    test_modal_redelivery(name, fills, |world| {
        let incident = "SELECT incident_id || ' ' || stage FROM alert_groups";
        assert_eq!(world.database.query(incident), ["2 attached"]);
        assert_eq!(world.database.count("incidents"), 2);
        assert_event_count(world, "alert", 1);
        let text = suggestions(world)[0].rendered_text().to_owned();
        assert!(text.ends_with("IR-2 declared by alice."), "{text}");
    })
    .await;
}

fn assert_ignored(world: &World) {
    let stage = "SELECT stage || ' ' || (ignored_until IS NOT NULL) FROM alert_groups";
    assert_eq!(world.database.query(stage), ["ignored 1"]);
    assert_eq!(suggestions(world).len(), 1, "one card");
}

#[tokio::test]
async fn redelivered_ignore_click_ignores_the_alerts() {
    test_button_redelivery(alert_buttons::IGNORE, post_suggestion, assert_ignored).await;
}

/// Ignores the alerts of a card. Returns the question for how long.
async fn ignore(world: &World) -> (String, String) {
    let (channel, ts) = post_suggestion(world).await;
    let button = alert_buttons::IGNORE;
    assert_accepted(
        &world
            .slack
            .clicks("alice", &channel, &ts, button, None)
            .await,
    );
    let is_question = |message: &Message| message.rendered_text().contains("for longer?");
    let question = || {
        let mut messages = world.slack.ephemeral_messages("alice").into_iter();
        messages.rfind(|message| is_question(message))
    };
    wait_for("question", async || question().is_some()).await;
    (INCIDENTS.to_owned(), question().unwrap().ts)
}

#[tokio::test]
async fn redelivered_ignore_hour_click_ignores_the_alerts() {
    test_button_redelivery(alert_buttons::IGNORE_HOUR, ignore, assert_ignored).await;
}

#[tokio::test]
async fn redelivered_ignore_day_click_ignores_the_alerts() {
    test_button_redelivery(alert_buttons::IGNORE_DAY, ignore, assert_ignored).await;
}

#[tokio::test]
async fn redelivered_ignore_always_click_adds_one_rule() {
    test_button_redelivery(alert_buttons::IGNORE_ALWAYS, ignore, |world| {
        let rules = "SELECT value ->> 'name'
                       FROM json_each((SELECT value FROM settings WHERE key = 'alert_rules'))";
        let expected = ["Ignore 21 % errors", "All alerts"];
        assert_eq!(world.database.query(rules), expected);
    })
    .await;
}

/// Returns the message in the incident's channel that ends with these buttons.
fn find_buttons(world: &World, buttons: &str) -> Option<(String, String)> {
    let messages = world.slack.messages(CHANNEL).into_iter();
    let mut messages = messages.filter(|it| it.rendered_text().ends_with(buttons));
    messages.next().map(|it| (CHANNEL.to_owned(), it.ts))
}

/// Adds the alerts to IR-1. Returns the path of their source.
async fn add_alerts(world: &World) -> String {
    let path = add_source(world).await;
    send_alert(world, &path, FIRING, "critical").await;
    wait_for("card", async || suggestions(world).len() == 1).await;
    let ts = suggestions(world)[0].ts.clone();
    let click = world
        .slack
        .clicks("alice", INCIDENTS, &ts, alert_buttons::ADD, None);
    assert_accepted(&click.await);
    path
}

#[tokio::test]
async fn redelivered_stable_click_sets_the_status_once() {
    let finds = async |world: &World| {
        let path = add_alerts(world).await;
        send_alert(world, &path, RESOLVED, "critical").await;
        let buttons = "[Set to Stable]";
        wait_for("button", async || find_buttons(world, buttons).is_some()).await;
        find_buttons(world, buttons).unwrap()
    };
    test_button_redelivery(alert_buttons::SET_STABLE, finds, |world| {
        assert_eq!(
            world.database.query("SELECT status FROM incidents"),
            ["stable"]
        );
        assert_event_count(world, "updated", 1);
    })
    .await;
}

#[tokio::test]
async fn redelivered_reopen_click_reopens_once() {
    let finds = async |world: &World| {
        let path = add_alerts(world).await;
        send_alert(world, &path, RESOLVED, "critical").await;
        run_command(world, "/datadog incident resolve It was the cache.").await;
        send_alert(world, &path, FIRING, "critical").await;
        let buttons = "[Reopen] [Declare new]";
        wait_for("buttons", async || find_buttons(world, buttons).is_some()).await;
        find_buttons(world, buttons).unwrap()
    };
    test_button_redelivery(alert_buttons::REOPEN, finds, |world| {
        assert_eq!(
            world.database.query("SELECT status FROM incidents"),
            ["active"]
        );
    })
    .await;
}

/// Declares IR-2 while an alert fires that looks related. All messages are sent.
pub async fn declare_with_related_alert(world: &World) {
    let path = add_source(world).await;
    send_alert(world, &path, FIRING, "critical").await;
    wait_for("card", async || suggestions(world).len() == 1).await;
    declare_related(world).await;
    world.deliver_all().await;
}

/// Declares an incident with the title of the alert.
pub async fn declare_related(world: &World) {
    let command = "/datadog incident 21 % errors";
    let form = world.open_modal("alice", "#general", command, &[]).await;
    world.submit_modal("alice", &form).await;
}

/// Returns the channels and the `ts` of the messages that offer related alerts.
pub fn offers(world: &World) -> Vec<(String, String)> {
    let channels = world.slack.channel_names().into_iter();
    let mut offers = Vec::new();
    for channel in channels.filter(|name| name.starts_with("incident-")) {
        let messages = world.slack.messages(&channel).into_iter();
        let messages = messages.filter(|it| it.rendered_text().ends_with("[Attach]"));
        offers.extend(messages.map(|it| (channel.clone(), it.ts)));
    }
    offers
}

#[tokio::test]
async fn redelivered_attach_click_adds_the_alerts_once() {
    let finds = async |world: &World| {
        declare_with_related_alert(world).await;
        wait_for("button", async || offers(world).len() == 1).await;
        offers(world).remove(0)
    };
    test_button_redelivery(alert_buttons::ATTACH, finds, |world| {
        let incident = "SELECT incident_id || ' ' || stage FROM alert_groups";
        assert_eq!(world.database.query(incident), ["2 attached"]);
        assert_event_count(world, "alert", 1);
        assert_eq!(offers(world).len(), 0, "the message has no button");
    })
    .await;
}
