//! Settings that belong to an incident type apply to its incidents only.

use serde_json::{Value, json};

use super::{FIELDS, POSTMORTEMS, Program, ROLES, TEMPLATES, body, id, type_body};
use crate::api::INCIDENTS;
use crate::browser::{Browser, OK};
use crate::harness::scenario::scenario_with_pages;
use crate::harness::world::World;
use crate::html::option_value;

const DECLARE: &str = "/incidents/new";

/// The settings of the type Security.
struct Security {
    incident_type: String,
    postmortem_template: String,
}

impl Security {
    /// Creates the type with a field that it requires, a role and templates.
    async fn create(program: &Program<'_>) -> Self {
        let incident_type = program.creates_type("Security").await;
        let field = json!({ "name": "attack_vector", "type": 3, "required": true });
        let role = json!({ "name": "Legal", "policy": { "is_single": true } });
        let message = json!({
            "name": "Breach", "category": "Security", "subject": "{{incident.title}}",
            "content": "{{incident.state}}: {{incident.attack_vector}}",
        });
        for (path, kind, attributes) in [
            (FIELDS, "user_defined_field", field),
            (ROLES, "incident_user_defined_roles", role),
            (TEMPLATES, "notification_templates", message),
        ] {
            let body = body(kind, &attributes, &incident_type);
            program.creates(path, body).await;
        }
        let template = json!({ "name": "Breach report", "content": "## What leaked" });
        let template = body("postmortem_templates", &template, &incident_type);
        Self {
            postmortem_template: id(&program.creates(POSTMORTEMS, template).await),
            incident_type,
        }
    }
}

/// Returns a body that declares an incident of a type.
fn incident(title: &str, incident_type: Option<&str>, fields: &Value) -> Value {
    let mut attributes = json!({ "title": title, "customer_impacted": false, "fields": fields });
    if let Some(incident_type) = incident_type {
        attributes["incident_type_uuid"] = json!(incident_type);
    }
    json!({ "data": { "type": "incidents", "attributes": attributes } })
}

/// Declares IR-1 of the first type and IR-2 of the type Security.
async fn declare_both(program: &Program<'_>, security: &Security) {
    let vector = json!({ "attack_vector": { "type": "textbox", "value": "A mail" } });
    let rejected = program
        .posts(INCIDENTS, incident("Checkout is slow", None, &vector))
        .await;
    let start = "data.attributes.fields.attack_vector: isn't a field";
    rejected.assert_error_starts(400, &[start]);
    let first = incident("Checkout is slow", None, &json!({}));
    let first = program.creates(INCIDENTS, first).await;
    assert!(first["attributes"]["fields"].get("attack_vector").is_none());
    let second = incident("Data leak", Some(&security.incident_type), &vector);
    let second = program.creates(INCIDENTS, second).await;
    let value = &second["attributes"]["fields"]["attack_vector"]["value"];
    assert_eq!(*value, "A mail");
    let related = |it: &Value| {
        let fields = &it["relationships"]["user_defined_fields"]["data"];
        fields.as_array().unwrap().len()
    };
    assert_eq!(related(&second), related(&first) + 1);
}

/// Checks that a page of IR-2 offers something that the page of IR-1 does not.
async fn only_second_shows(browser: &Browser<'_>, path: &str, text: &str) {
    let page = |number: i64| format!("/incidents/{number}{path}");
    let (first, second) = (browser.opens(&page(1)).await, browser.opens(&page(2)).await);
    assert_eq!((first.status, second.status), (OK, OK), "{path}");
    first.hides(&[text]);
    second.shows(&[text]);
}

#[test]
fn settings_of_a_type_are_for_its_incidents_only() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::admin(world, "alice").await;
        let security = Security::create(&program).await;
        declare_both(&program, &security).await;
        search_finds_types(&program).await;
        let browser = alice.signs_in().await;
        for (path, text) in [
            ("", "Attack vector"),
            ("", "Security"),
            ("?open=assign-roles", "Legal"),
            ("/notifications/new", "Breach"),
        ] {
            only_second_shows(&browser, path, text).await;
        }
        let unknown = browser.opens("/incidents/1?edit=attack_vector").await;
        unknown.hides(&["field_attack_vector"]);
        postmortem_template_is_for_its_type(&program, &security, &browser).await;
        world.deliver_all().await;
        world.skips_messages();
    });
}

async fn search_finds_types(program: &Program<'_>) {
    for (query, numbers) in [
        ("incident_type:Security", vec![2]),
        ("incident_type:Incident", vec![1]),
        ("incident_type:Other", vec![]),
    ] {
        let path = format!("{INCIDENTS}/search?query={query}");
        let result = program.gets(&path).await.body["data"]["attributes"].clone();
        let incidents = result["incidents"].as_array().unwrap().iter();
        let numbers_of = incidents.map(|it| it["data"]["attributes"]["public_id"].as_i64());
        let listed: Vec<_> = numbers_of.map(Option::unwrap).collect();
        assert_eq!(listed, numbers, "{query}");
        let counts = result["facets"]["incident_type"].as_array().unwrap();
        let count = |it: &Value| (it["name"].clone(), it["count"].clone());
        let counts: Vec<_> = counts.iter().map(count).collect();
        let expected = [("Incident", 1), ("Security", 2)].map(|(name, number)| {
            let count = usize::from(numbers.contains(&number));
            (json!(name), json!(count))
        });
        assert_eq!(counts, expected, "{query}");
    }
}

/// Writes postmortems from the template, by its UUID and by its name.
async fn postmortem_template_is_for_its_type(
    program: &Program<'_>,
    security: &Security,
    browser: &Browser<'_>,
) {
    let postmortem = |template: &str| {
        let attributes = json!({ "postmortem_template_id": template });
        json!({ "data": { "type": "incident_attachments", "attributes": attributes } })
    };
    let path = |number: i64| format!("{INCIDENTS}/{number}/attachments/postmortems");
    for template in [&*security.postmortem_template, "Breach report"] {
        let rejected = program.posts(&path(1), postmortem(template)).await;
        let problem = "the template “Breach report” is for another incident type";
        rejected.is_rejected(400, &[problem]);
    }
    let unknown = program.posts(&path(2), postmortem(super::NO_ID)).await;
    unknown.is_rejected(400, &["there's no postmortem template"]);
    let created = program
        .posts(&path(2), postmortem(&security.postmortem_template))
        .await;
    assert_eq!(created.status, 201, "{created:?}");
    let page = browser.opens("/incidents/2/postmortem").await;
    page.shows(&["What leaked"]);
}

/// Changes the default type.
async fn make_default(program: &Program<'_>, incident_type: &str) {
    let path = format!("{}/{incident_type}", super::TYPES);
    let changed = program
        .patches(&path, type_body(&json!({ "is_default": true })))
        .await;
    assert_eq!(changed.status, OK, "{changed:?}");
}

async fn stored_type(world: &World, number: i64) -> i64 {
    use muster_domain::{IncidentId, Viewer};
    let store = world.store().await;
    let incident = store.incident(Viewer::Operator, IncidentId(number)).await;
    incident.unwrap().incident_type
}

#[test]
fn page_declares_an_incident_of_the_selected_type() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::admin(world, "alice").await;
        let browser = alice.signs_in().await;
        browser.opens(DECLARE).await.hides(&["Incident type"]);
        let security = Security::create(&program).await;
        let form = browser.opens(DECLARE).await;
        form.shows(&["Incident type", "Security"]);
        form.hides(&["Attack vector"]);
        let number = option_value(&form.html, "Security").unwrap();
        let fields = [
            ("title", "Data leak"),
            ("severity", "SEV-2"),
            ("incident_type", &number),
        ];
        // Without JavaScript, a button shows the fields of the type.
        let with_button: Vec<_> = fields.into_iter().chain([("show_fields", "yes")]).collect();
        let form = browser.submits(&form, DECLARE, &with_button).await;
        assert_eq!((form.status, &*form.path), (OK, DECLARE));
        form.shows(&["Attack vector"]);
        assert!(form.html.contains("value=\"Data leak\""));
        let missing = browser.submits(&form, DECLARE, &[]).await;
        assert_eq!(missing.status, 422);
        missing.shows(&["Attack vector is required."]);
        let vector = [("field_attack_vector", "A mail")];
        let page = browser.submits(&missing, DECLARE, &vector).await;
        assert_eq!(page.path, "/incidents/1");
        page.shows(&["Incident type Security", "A mail"]);
        assert_eq!(stored_type(world, 1).await, 2);

        let link = browser.opens("/incidents/new?incident_type=security").await;
        link.shows(&["Attack vector"]);
        make_default(&program, &security.incident_type).await;
        let form = browser.opens(DECLARE).await;
        form.shows(&["Attack vector"]);
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn admin_moves_a_template_to_another_type() {
    scenario_with_pages(async |world, [alice, ..]| {
        let program = Program::admin(world, "alice").await;
        let security = Security::create(&program).await;
        let browser = alice.signs_in().await;
        let path = "/settings/templates/edit";
        let form = browser.opens(&format!("{path}?name=Breach")).await;
        form.shows(&["Incident type", "All types"]);
        // A text that is changed leaves the template with its type.
        let saved = browser.submits(&form, path, &[("subject", "Leak")]).await;
        assert_eq!(saved.status, OK);
        let listed = program.gets(TEMPLATES).await;
        let related = |listed: &Value| listed["data"][0]["relationships"]["incident_type"].clone();
        let expected = json!({ "type": "incident_types", "id": security.incident_type });
        assert_eq!(related(&listed.body)["data"], expected);
        let form = browser.opens(&format!("{path}?name=Breach")).await;
        world.advance(60).await;
        browser
            .submits(&form, path, &[("incident_type", "1")])
            .await;
        let listed = program.gets(TEMPLATES).await;
        assert_ne!(related(&listed.body)["data"], expected);
        let settings = world.store().await.settings().await.unwrap();
        let template = settings.message_template("Breach").unwrap();
        assert_eq!(template.incident_type, Some(1));
    });
}

#[test]
fn import_includes_the_incident_type_as_it_is() {
    scenario_with_pages(async |world, _| {
        let program = Program::admin(world, "alice").await;
        let security = Security::create(&program).await;
        let fields = json!({ "attack_vector": { "value": "A mail" } });
        let attributes = json!({
            "title": "Data leak", "fields": fields, "incident_type_uuid": security.incident_type,
        });
        let body = json!({ "data": { "type": "incidents", "attributes": attributes } });
        let path = format!("{INCIDENTS}/import?include=incident_type");
        let imported = program.posts_once(&path, "import-1", &body).await;
        assert_eq!(imported.status, 201, "{imported:?}");
        assert_eq!(*imported.attribute("creation_idempotency_key"), "import-1");
        let vector = &imported.attribute("fields")["attack_vector"]["value"];
        assert_eq!(*vector, "A mail");
        let type_path = format!("{}/{}", super::TYPES, security.incident_type);
        let resource = program.gets(&type_path).await.body["data"].clone();
        assert_eq!(imported.body["included"], json!([resource]));
        assert_eq!(resource["attributes"]["name"], "Security");
        let related = &imported.body["data"]["relationships"]["incident_type"]["data"];
        assert_eq!(related["id"], security.incident_type);
        // The first type does not have the field.
        let mut other = body.clone();
        other["data"]["attributes"]["incident_type_uuid"].take();
        let rejected = program.posts(&path, other).await;
        rejected.assert_error_starts(400, &["data.attributes.fields.attack_vector"]);
    });
}
