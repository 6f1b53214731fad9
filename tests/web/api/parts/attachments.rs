//! Attachments: documents and postmortems that exist elsewhere.

use serde_json::{Value, json};

use super::{INCIDENT, assert_on_timeline, body, channel_text, id_of, ids_of};
use crate::api::{ApiResponse, Program};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::harness::user::TestUser;

fn attachment(kind: &str, url: &str, title: &str) -> Value {
    let document = json!({ "documentUrl": url, "title": title });
    let attributes = json!({ "attachment_type": kind, "attachment": document });
    body("incident_attachments", attributes)
}

fn path() -> String {
    format!("{INCIDENT}/attachments")
}

/// Attaches the runbook.
async fn attaches_runbook(program: &Program<'_>) -> ApiResponse {
    let request = attachment("link", "https://example.com/runbook", "Runbook");
    let created = program.posts(&path(), request).await;
    assert_eq!(created.status, 201, "{created:?}");
    created.assert_attributes(&json!({
        "attachment": { "documentUrl": "https://example.com/runbook", "title": "Runbook" },
        "attachment_type": "link",
    }));
    created
}

/// Checks that the pages contain the changed runbook.
async fn assert_changed_on_pages(user: &TestUser<'_>) {
    let browser = user.signs_in().await;
    assert_on_timeline(&browser, &["added the document", "changed the document"]).await;
    let page = browser.opens("/incidents/1/remediation").await;
    assert!(page.html.contains("href=\"https://example.com/new\""));
}

#[test]
fn document_is_attached_edited_and_removed() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let created = attaches_runbook(&program).await;
        let incident = program.gets(INCIDENT).await;
        let relationships = &created.body["data"]["relationships"];
        assert_eq!(relationships["incident"]["data"]["id"], id_of(&incident));
        assert_eq!(created.body["included"][0]["attributes"]["name"], "alice");
        let text = channel_text(world, &alice, channel).await;
        assert!(text.contains("alice added the document Runbook"), "{text}");

        let one = format!("{}/{}", path(), id_of(&created));
        let edit = json!({ "attachment": { "documentUrl": "https://example.com/new" } });
        let edited = program
            .patches(&one, body("incident_attachments", edit))
            .await;
        assert_eq!(edited.status, 200, "{edited:?}");
        let document = json!({ "documentUrl": "https://example.com/new", "title": "Runbook" });
        assert_eq!(*edited.attribute("attachment"), document);
        let text = channel_text(world, &alice, channel).await;
        assert!(
            text.contains("alice changed the document Runbook"),
            "{text}"
        );
        let included = program
            .gets(&format!("{INCIDENT}?include=attachments"))
            .await;
        assert_eq!(
            included.body["included"][0]["attributes"],
            edited.body["data"]["attributes"]
        );
        assert_changed_on_pages(&alice).await;

        assert_eq!(program.deletes(&one).await.status, 204);
        let again = program.deletes(&one).await;
        assert_eq!((again.status, again.error()), (404, "attachment not found"));
        assert_eq!(program.gets(&path()).await.body, json!({ "data": [] }));
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn postmortem_elsewhere_is_attached_while_the_incident_is_active() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::writer(world, "alice").await;
        let request = attachment("postmortem", "https://example.com/pm", "Slow carts");
        let created = program.posts(&path(), request.clone()).await;
        assert_eq!(created.status, 201, "{created:?}");
        assert_eq!(*created.attribute("attachment_type"), "postmortem");
        let text = channel_text(world, &alice, channel).await;
        assert!(
            text.contains("alice attached the postmortem Slow carts"),
            "{text}"
        );
        let second = program.posts(&path(), request).await;
        second.assert_error(400, "IR-1 has a postmortem already.");
        let link = attaches_runbook(&program).await;
        for (filter, expected) in [
            ("", vec![id_of(&created), id_of(&link)]),
            ("?filter[attachment_type]=1", vec![id_of(&created)]),
            ("?filter[attachment_type]=link", vec![id_of(&link)]),
        ] {
            let listed = program.gets(&format!("{}{filter}", path())).await;
            assert_eq!(ids_of(&listed), expected, "{filter}");
        }
        let one = format!("{}/{}", path(), id_of(&created));
        let edit = json!({ "attachment": { "title": "Carts" } });
        let edited = program
            .patches(&one, body("incident_attachments", edit))
            .await;
        assert_eq!(edited.attribute("attachment")["title"], "Carts");
        let browser = alice.signs_in().await;
        let attached = browser.opens("/postmortems").await;
        assert!(attached.html.contains("https://example.com/pm"));
        assert_eq!(program.deletes(&one).await.status, 204);
        browser
            .opens("/postmortems")
            .await
            .hides(&["https://example.com/pm"]);
        assert_eq!(ids_of(&program.gets(&path()).await), [id_of(&link)]);
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn mistakes_in_an_attachment_are_all_listed() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "alice").await;
        let request = attachment("video", "javascript:alert(1)", "x");
        let response = program.posts(&path(), request).await;
        let error = "data.attributes.attachment_type: isn't one of postmortem, link";
        assert_eq!((response.status, response.error()), (400, error));
        let request = attachment("link", "javascript:alert(1)", "x");
        let response = program.posts(&path(), request).await;
        assert_eq!(response.status, 400);
        let error = response.error();
        assert!(
            error.starts_with("data.attributes.attachment/documentUrl")
                || error.starts_with("data.attributes.attachment.documentUrl: isn't a link."),
            "{error}"
        );
        let query = format!("{}?filter[attachment_type]=3", path());
        let response = program.sends(reqwest::Method::GET, &query).await;
        assert_eq!(response.status, 400);
    });
}
