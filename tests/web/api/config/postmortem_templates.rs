//! Postmortem templates.

use serde_json::{Value, json};

use super::{NO_ID, POSTMORTEMS, Program, body, change, check_requests, id};
use crate::harness::scenario::scenario_with_pages;

const KIND: &str = "postmortem_template";

/// The type in responses.
const ANSWERED: &str = "postmortem_templates";

#[test]
fn postmortem_template_of_a_program_is_offered_and_can_be_the_default() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::admin(world, "alice").await;
        assert_eq!(program.names(POSTMORTEMS).await, Vec::<String>::new());
        let outage = program.creates_type("Outage").await;
        let attributes = json!({ "name": "Short", "content": "## {{incident.title}}\n" });
        let created = program
            .creates(POSTMORTEMS, body(KIND, &attributes, &outage))
            .await;
        assert_eq!(created["type"], ANSWERED);
        for (name, expected) in [
            ("name", json!("Short")),
            ("content", json!("## {{incident.title}}\n")),
            ("location", json!("datadog_notebooks")),
            ("is_default", Value::Null),
        ] {
            assert_eq!(created["attributes"].get(name), Some(&expected), "{name}");
        }
        let page = alice.signs_in().await.opens("/settings").await;
        page.shows(&["Short"]);

        let path = format!("{POSTMORTEMS}/{}", id(&created));
        let update = |attributes: Value| change(ANSWERED, &id(&created), &attributes);
        let since = "2026-11-23T14:05:00.000Z";
        let made = program
            .patches(&path, update(json!({ "is_default": since })))
            .await;
        assert_eq!(*made.attribute("is_default"), since, "{made:?}");
        let settings = world.store().await.settings().await.unwrap();
        assert_eq!(settings.postmortem_templates[0].name, "Short");
        let unset = program
            .patches(&path, update(json!({ "is_default": null })))
            .await;
        assert_eq!(*unset.attribute("is_default"), Value::Null);
        assert_eq!(
            *unset.attribute("content"),
            created["attributes"]["content"]
        );
    });
}

#[test]
fn postmortem_templates_are_sorted_filtered_and_deleted() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        let short = json!({ "name": "Short", "content": "## Timeline" });
        let created = program
            .creates(POSTMORTEMS, body(KIND, &short, &outage))
            .await;
        let path = format!("{POSTMORTEMS}/{}", id(&created));
        let named = json!({ "data": { "type": ANSWERED, "attributes": { "name": "A default" } } });
        let named = program.creates(POSTMORTEMS, named).await;
        let content = named["attributes"]["content"].as_str().unwrap();
        assert!(content.contains("## Contributing factors"), "{content}");
        let sorted = format!("{POSTMORTEMS}?sort=name");
        assert_eq!(program.names(&sorted).await, ["A default", "Short"]);
        let of_type = format!("{POSTMORTEMS}?filter[incident-type]={outage}");
        assert_eq!(program.names(&of_type).await, ["Short"]);
        assert_eq!(program.deletes(&path).await.status, 204);
        assert_eq!(program.names(POSTMORTEMS).await, ["A default"]);
    });
}

#[test]
fn mistakes_of_postmortem_templates_are_objects() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let outage = program.creates_type("Outage").await;
        let template = |attributes: Value| body(KIND, &attributes, &outage);
        let short = template(json!({ "name": "Short", "content": "## Timeline" }));
        check_requests(world, POSTMORTEMS, &short).await;
        for (attributes, problem) in [
            (
                json!({ "name": "postmortem" }),
                "/data/attributes/name\" there's already a template",
            ),
            (
                json!({ "name": "A", "content": "{{incident.nothing}}" }),
                "/data/attributes/content\" there's no {{incident.nothing}}",
            ),
            (
                json!({ "name": "A", "location": "confluence" }),
                "/data/attributes/confluence_postmortem_settings\" is missing",
            ),
            (
                json!({ "name": "A", "is_default": "now" }),
                "/data/attributes/is_default\" isn't a time",
            ),
            (
                json!({ "name": "A", "location": "wiki" }),
                "/data/attributes/location\" isn't one of",
            ),
        ] {
            let rejected = program.posts(POSTMORTEMS, template(attributes)).await;
            rejected.is_rejected(400, &[problem]);
        }
        let unknown = program
            .posts(POSTMORTEMS, body(KIND, &json!({}), NO_ID))
            .await;
        unknown.is_rejected(404, &["incident type not found"]);
        let sorted = format!("{POSTMORTEMS}?sort=size");
        let rejected = program.sends(reqwest::Method::GET, &sorted).await;
        assert_eq!(rejected.status, 400, "{rejected:?}");
    });
}
