//! Notification rules: the messages that are sent when an incident is declared or updated.

mod firing;
mod holding;
mod visibility;

use muster_sandbox::Visibility;
use serde_json::{Value, json};

use crate::field::skip_messages;
use crate::harness::prelude::*;

/// The channel of the executives.
const EXEC: &str = "#exec";

/// Creates the channel of the executives, and a rule that notifies it of incidents of SEV-1. `more` replaces
/// attributes of the rule.
fn set_rule(world: &World, more: Value) {
    world
        .slack
        .add_channel("exec", Visibility::Public, &["bob"]);
    let mut rule = json!({
        "name": "Executives",
        "when": "declared_or_updated",
        "conditions": [{ "field": "severity", "values": ["SEV-1"] }],
        "recipients": [EXEC],
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        rule[key] = value.clone();
    }
    world.change_settings(&[("notification_rules", json!([rule]))]);
}

/// Returns the name of IR-1's channel, which changes with its title.
fn incident_channel(world: &World) -> String {
    let channels = world.incident_channels().into_iter();
    let mut channels = channels.filter(|name| name.starts_with("incident-1-"));
    channels.next_back().expect("the incident has no channel")
}

/// Returns what bob reads in the channel of the executives, without the facts below the changes.
fn reads_exec(bob: &TestUser<'_>) -> Vec<String> {
    let posts = bob.reads(EXEC).into_iter();
    let changes = |post: String| match post.split_once("Severity:") {
        Some((changes, _)) => changes
            .trim_end_matches(['*', '•', ' ', '\n', '-'])
            .to_owned(),
        None => post,
    };
    posts.map(changes).collect()
}

/// Returns the events of IR-1's timeline about notifications.
fn notified(world: &World) -> Vec<String> {
    let database = world.open_database();
    let query = "SELECT json_extract(event, '$.rule') || ' ' || json_extract(event, '$.recipients')
                   FROM timeline WHERE json_extract(event, '$.event') = 'notification_sent' ORDER BY id";
    let mut statement = database.prepare(query).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Ends a story: the other messages are the subject of other stories.
fn ends(world: &World) {
    skip_messages(world);
}
