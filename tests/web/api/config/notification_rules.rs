//! Notification rules.

use muster_sandbox::Visibility;
use serde_json::{Value, json};

use super::{NO_ID, Program, RULES, body, change, check_requests, id};
use crate::api::INCIDENTS;
use crate::browser::OK;
use crate::harness::scenario::scenario_with_pages;
use crate::harness::world::World;

const KIND: &str = "incident_notification_rules";

fn attributes() -> Value {
    json!({
        "conditions": [
            { "field": "state", "values": ["stable", "active"] },
            { "field": "severity", "values": ["SEV-2", "SEV-1"] },
        ],
        "handles": ["@slack-ops", "@ops@example.org"],
        "trigger": "incident_created_trigger",
        "enabled": true,
        "visibility": "organization",
        "renotify_on": ["status", "severity"],
    })
}

async fn declare(program: &Program<'_>, title: &str, incident_type: Option<&str>) {
    let mut attributes = json!({
        "title": title, "customer_impacted": false,
        "fields": { "severity": { "type": "dropdown", "value": "SEV-1" } },
    });
    if let Some(incident_type) = incident_type {
        attributes["incident_type_uuid"] = json!(incident_type);
    }
    let body = json!({ "data": { "type": "incidents", "attributes": attributes } });
    assert_eq!(program.posts(INCIDENTS, body).await.status, 201);
}

fn add_ops(world: &World) {
    world.slack.add_channel("ops", Visibility::Public, &["bob"]);
}

#[test]
fn rule_of_a_program_notifies_about_incidents_of_its_type() {
    scenario_with_pages(async |world, [alice, ..]| {
        add_ops(world);
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        let mut sent = attributes();
        sent["handles"] = json!(["@slack-ops", "@slack-ops"]);
        let created = program.creates(RULES, body(KIND, &sent, &outage)).await;
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(created["attributes"][name], *value, "{name}");
        }
        let relationships = &created["relationships"];
        assert_eq!(relationships["incident_type"]["data"]["id"], json!(outage));
        assert_eq!(relationships.get("notification_template"), None);
        let page = alice.signs_in().await.opens("/settings").await;
        page.shows(&["@slack-ops", "severity SEV-2 or SEV-1 → #ops"]);

        declare(&program, "Search is down", None).await;
        declare(&program, "Checkout is down", Some(&outage)).await;
        world.deliver_all().await;
        let messages = world.unread("#ops").join("\n");
        assert!(messages.contains("Checkout is down"), "{messages}");
        assert!(!messages.contains("Search is down"), "{messages}");
        world.skips_messages();
    });
}

/// Replaces a rule. What the body leaves out gets its default.
async fn replace(program: &Program<'_>, path: &str, id: &str) {
    let replaced = json!({
        "conditions": [{ "field": "severity", "values": ["SEV-1"] }],
        "handles": ["@webhook-pager"], "trigger": "incident_modified_trigger",
    });
    let replaced = program.puts(path, change(KIND, id, &replaced)).await;
    assert_eq!(replaced.status, 200, "{replaced:?}");
    for (name, expected) in [
        ("enabled", json!(false)),
        ("visibility", json!("organization")),
        ("renotify_on", json!([])),
        ("handles", json!(["@webhook-pager"])),
        ("trigger", json!("incident_modified_trigger")),
    ] {
        assert_eq!(*replaced.attribute(name), expected, "{name}");
    }
}

#[test]
fn rule_is_replaced_as_a_whole_and_follows_its_page() {
    scenario_with_pages(async |world, [alice, ..]| {
        add_ops(world);
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        let created = program
            .creates(RULES, body(KIND, &attributes(), &outage))
            .await;
        let path = format!("{RULES}/{}", id(&created));

        // An admin limits how often it notifies. The attributes of the program stay as they were sent.
        let browser = alice.signs_in().await;
        let form = browser
            .opens("/settings/rules/edit?name=%40slack-ops%2C+%40ops%40example.org")
            .await;
        form.shows(&["Incident type", "All types", "Outage"]);
        let fields = [("at_most_every_minutes", "30"), ("enabled", "")];
        let saved = browser
            .submits(&form, "/settings/rules/edit", &fields)
            .await;
        assert_eq!(saved.status, OK, "{}", saved.text());
        let edited = program.gets(&path).await;
        let mut expected = attributes();
        expected["enabled"] = json!(false);
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(edited.attribute(name), value, "{name}");
        }

        replace(&program, &path, &id(&created)).await;
        let settings = world.store().await.settings().await.unwrap();
        let rule = &settings.notification_rules[0];
        assert_eq!((rule.at_most_every_minutes, rule.incident_type), (30, None));

        assert_eq!(program.deletes(&path).await.status, 204);
        assert_eq!(program.gets(RULES).await.body["data"], json!([]));
        browser.opens("/settings").await.shows(&["No rules."]);
    });
}

/// Adds a template, and a rule that names it, as an admin does on the pages.
async fn define_rule_with_template(world: &World) {
    let template = json!({ "name": "Pager", "category": "Alert", "subject": "s", "body": "b" });
    let settings = world.store().await.settings().await.unwrap();
    let mut templates = vec![template];
    templates.extend(settings.message_templates.iter().map(|it| json!(it)));
    let rule = json!({
        "name": "Executives", "when": "declared_or_updated", "template": "Pager",
        "conditions": [{ "field": "status", "values": ["stable"] }],
        "renotify_on": ["status"], "recipients": ["#ops", "bob@example.com", "@commander"],
    });
    world.change_settings(&[
        ("message_templates", json!(templates)),
        ("notification_rules", json!([rule])),
    ]);
}

#[test]
fn rules_of_the_pages_are_listed_with_their_templates() {
    scenario_with_pages(async |world, _| {
        add_ops(world);
        define_rule_with_template(world).await;
        let program = Program::admin(world, "alice").await;
        let include = "include=created_by_user,notification_template,incident_type";
        let listed = program.gets(&format!("{RULES}?{include}")).await;
        let attributes = &listed.body["data"][0]["attributes"];
        for (name, expected) in [
            (
                "handles",
                json!(["@slack-ops", "@bob@example.com", "@commander"]),
            ),
            (
                "conditions",
                json!([{ "field": "state", "values": ["stable"] }]),
            ),
            ("renotify_on", json!(["state"])),
            ("trigger", json!("incident_saved_trigger")),
            ("enabled", json!(true)),
        ] {
            assert_eq!(attributes[name], expected, "{name}");
        }
        let meta = json!({ "pagination": { "offset": 0, "next_offset": 1, "size": 1 } });
        assert_eq!(listed.body["meta"], meta);
        let included = listed.body["included"].as_array().unwrap();
        let types: Vec<_> = included
            .iter()
            .map(|it| it["type"].as_str().unwrap())
            .collect();
        assert_eq!(types, ["users", "incident_types", "notification_templates"]);
        assert_eq!(included[2]["attributes"]["name"], "Pager");
    });
}

#[test]
fn mistakes_of_notification_rules_are_all_listed() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        check_requests(world, RULES, &body(KIND, &attributes(), &outage)).await;
        let mut wrong = attributes();
        wrong["handles"] = json!(["@slack-ops", "two words"]);
        wrong["conditions"][0]["values"] = json!(["broken"]);
        let rejected = program.posts(RULES, body(KIND, &wrong, &outage)).await;
        rejected.is_rejected(
            400,
            &[
                "data.attributes.conditions.0.values: I don't know the status “broken”",
                "data.attributes.handles.1: “two words” isn't a recipient",
            ],
        );
        let mut unknown = attributes();
        unknown["conditions"][0] = json!({ "field": "region", "values": ["eu"] });
        unknown["handles"] = json!([]);
        let rejected = program.posts(RULES, body(KIND, &unknown, &outage)).await;
        rejected.is_rejected(
            400,
            &[
                "data.attributes.handles: there are no recipients.",
                "data.attributes.conditions: there's no field region.",
            ],
        );
        let mut other = body(KIND, &attributes(), &outage);
        other["data"]["relationships"]["notification_template"] =
            json!({ "data": { "type": "notification_templates", "id": NO_ID } });
        let rejected = program.posts(RULES, other).await;
        rejected.is_rejected(404, &["notification template not found"]);
        let path = format!("{RULES}/{NO_ID}");
        let rejected = program.puts(&path, body(KIND, &json!({}), NO_ID)).await;
        rejected.is_rejected(404, &["rule not found"]);
        assert_eq!(program.gets(RULES).await.body["data"], json!([]));
    });
}
