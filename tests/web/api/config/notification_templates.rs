//! Notification templates.

use serde_json::{Value, json};

use super::{NO_ID, Program, RULES, TEMPLATES, TYPES, body, change, check_requests, id};
use crate::harness::scenario::scenario_with_pages;

const KIND: &str = "notification_templates";

fn attributes(name: &str) -> Value {
    json!({
        "name": name,
        "subject": "{{incident.title}}",
        "content": "Join the channel.\n\n{{incident.url}}\n",
        "category": "alert",
    })
}

#[test]
fn template_of_a_program_is_offered_on_the_pages_and_follows_them() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::admin(world, "alice").await;
        assert_eq!(program.names(TEMPLATES).await, Vec::<String>::new());
        let outage = program.creates_type("Outage").await;
        let created = program
            .creates(TEMPLATES, body(KIND, &attributes("Opened"), &outage))
            .await;
        for (name, value) in attributes("Opened").as_object().unwrap() {
            assert_eq!(created["attributes"][name], *value, "{name}");
        }
        assert_eq!(
            created["relationships"]["incident_type"]["data"]["id"],
            json!(outage)
        );
        let page = alice.signs_in().await.opens("/settings").await;
        page.shows(&["Opened", "Declared"]);

        // A user renames it and changes its text on the page.
        world.advance(60).await;
        let settings = world.store().await.settings().await.unwrap();
        let mut templates = settings.message_templates.clone();
        let template = templates.last_mut().unwrap();
        template.name = "Started".to_owned();
        template.body = "Read {{incident.url}}".to_owned();
        world.change_settings(&[("message_templates", json!(templates))]);
        let path = format!("{TEMPLATES}/{}", id(&created));
        let edited = program.gets(&path).await;
        assert_eq!(*edited.attribute("name"), "Started");
        assert_eq!(*edited.attribute("content"), "Read {{incident.url}}");
        assert_ne!(
            *edited.attribute("modified"),
            created["attributes"]["modified"]
        );
        assert_eq!(
            *edited.attribute("created"),
            created["attributes"]["created"]
        );
    });
}

#[test]
fn removed_template_is_gone_and_an_edited_one_of_muster_is_listed() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        let opened = body(KIND, &attributes("Opened"), &outage);
        let created = program.creates(TEMPLATES, opened).await;
        let path = format!("{TEMPLATES}/{}", id(&created));
        let settings = world.store().await.settings().await.unwrap();
        let mut templates = settings.message_templates.clone();
        templates.pop();
        templates[0].body = "New: {{incident.title}}".to_owned();
        world.change_settings(&[("message_templates", json!(templates))]);
        let gone = program.sends(reqwest::Method::GET, &path).await;
        gone.is_rejected(404, &["notification template not found"]);
        assert_eq!(program.names(TEMPLATES).await, ["Declared"]);
    });
}

#[test]
fn templates_are_listed_by_incident_type_with_what_they_name() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let first = id(&program.gets(TYPES).await.body["data"][0]);
        let outage = program.creates_type("Outage").await;
        program
            .creates(TEMPLATES, body(KIND, &attributes("Opened"), &outage))
            .await;
        let without_type = json!({ "data": { "type": KIND, "attributes": attributes("Closed") } });
        program.creates(TEMPLATES, without_type).await;
        let of_type = |id: &str| format!("{TEMPLATES}?filter[incident-type]={id}");
        assert_eq!(program.names(&of_type(&outage)).await, ["Opened"]);
        assert_eq!(program.names(&of_type(&first)).await, ["Closed"]);
        let unknown = program.sends(reqwest::Method::GET, &of_type(NO_ID)).await;
        unknown.is_rejected(
            400,
            &["filter[incident-type]: isn't the ID of an incident type"],
        );

        let include = "?include=created_by_user,last_modified_by_user,incident_type";
        let listed = program.gets(&format!("{TEMPLATES}{include}")).await;
        let included = listed.body["included"].as_array().unwrap();
        let types: Vec<_> = included
            .iter()
            .map(|it| it["type"].as_str().unwrap())
            .collect();
        assert_eq!(types, ["users", "incident_types", "incident_types"]);
        assert_eq!(listed.body["meta"]["page"]["total_count"], 2);
        let path = format!("{TEMPLATES}?include=everything");
        let rejected = program.sends(reqwest::Method::GET, &path).await;
        rejected.is_rejected(400, &["include: “everything” isn't one of"]);

        // The templates of a deleted type stay readable.
        assert_eq!(
            program.deletes(&format!("{TYPES}/{outage}")).await.status,
            204
        );
        assert_eq!(program.names(&of_type(&outage)).await, ["Opened"]);
    });
}

#[test]
fn renamed_template_keeps_its_rules_and_a_named_one_is_not_deleted() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        let template = program
            .creates(TEMPLATES, body(KIND, &attributes("Opened"), &outage))
            .await;
        let rule = json!({
            "conditions": [], "handles": ["@slack-ops"], "trigger": "incident_created_trigger",
        });
        let mut rule = body("incident_notification_rules", &rule, &outage);
        rule["data"]["relationships"]["notification_template"] =
            json!({ "data": { "type": KIND, "id": template["id"] } });
        let rule = program.creates(RULES, rule).await;
        let path = format!("{TEMPLATES}/{}", id(&template));
        let renamed = change(KIND, &id(&template), &json!({ "name": "Started" }));
        let renamed = program.patches(&path, renamed).await;
        assert_eq!(
            (renamed.status, renamed.attribute("name")),
            (200, &json!("Started"))
        );
        assert_eq!(*renamed.attribute("category"), "alert");
        let rule_path = format!("{RULES}/{}", id(&rule));
        let named = program.gets(&rule_path).await.body["data"]["relationships"].clone();
        assert_eq!(named["notification_template"]["data"]["id"], template["id"]);
        let rejected = program.deletes(&path).await;
        rejected.is_rejected(
            400,
            &["The notification rule “@slack-ops” names template Started."],
        );
        assert_eq!(program.deletes(&rule_path).await.status, 204);
        assert_eq!(program.deletes(&path).await.status, 204);
    });
}

#[test]
fn mistakes_of_notification_templates_are_all_listed() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        check_requests(
            world,
            TEMPLATES,
            &body(KIND, &attributes("Opened"), &outage),
        )
        .await;
        // The type is looked up before the attributes are checked.
        let unknown = program
            .posts(TEMPLATES, body(KIND, &json!({}), NO_ID))
            .await;
        unknown.is_rejected(404, &["incident type not found"]);
        let wrong = json!({
            "name": "declared", "subject": "two\nlines", "content": "{{incident.comander}}",
            "category": " ",
        });
        let rejected = program.posts(TEMPLATES, body(KIND, &wrong, &outage)).await;
        rejected.is_rejected(
            400,
            &[
                "data.attributes.name: there's already a template Declared.",
                "data.attributes.category: the category is missing.",
                "data.attributes.subject: the subject must be one line.",
                "data.attributes.content: there's no {{incident.comander}}; did you mean",
            ],
        );
        let empty = program
            .posts(TEMPLATES, body(KIND, &json!({}), &outage))
            .await;
        assert_eq!(empty.errors().len(), 4, "{empty:?}");
        assert_eq!(program.names(TEMPLATES).await, Vec::<String>::new());
        let path = format!("{TEMPLATES}/{NO_ID}");
        let update = change(KIND, NO_ID, &attributes("Other"));
        assert_eq!(program.patches(&path, update).await.status, 404);
    });
}
