//! Writes of the timeline.

use serde_json::{Value, json};

use super::{INCIDENT, assert_on_timeline, body, channel_text, id_of};
use crate::api::{ApiResponse, Program};
use crate::harness::scenario::incident_scenario_with_pages;

const KIND: &str = "incident_timeline_cells";

fn path() -> String {
    format!("{INCIDENT}/timeline")
}

fn note(text: &str) -> Value {
    json!({ "cell_type": "markdown", "content": { "content": text } })
}

/// Adds an important note of bob.
async fn adds_note(program: &Program<'_>) -> ApiResponse {
    let mut request = note("Error rate **21 %**");
    request["important"] = json!(true);
    request["display_timestamp"] = json!("2026-11-23T10:00:00Z");
    let created = program.posts(&path(), body(KIND, request)).await;
    assert_eq!(created.status, 201, "{created:?}");
    created.assert_attributes(&json!({
        "cell_type": "markdown",
        "content": { "content": "Error rate **21 %**" },
        "important": true,
        "display_timestamp": "2026-11-23T10:00:00.000Z",
        "source": "api",
    }));
    let author = &created.attribute("author")["data"]["attributes"];
    assert_eq!(author["name"], "bob");
    created
}

/// Checks that a program of another user can mark a note, but can't remove it.
async fn assert_only_marked_by(program: &Program<'_>, one: &str) {
    let rejected = program.deletes(one).await;
    rejected.assert_error(400, "Only the author can remove this entry.");
    let important = json!({ "important": true });
    let marked = program.patches(one, body(KIND, important)).await;
    assert_eq!(
        (marked.status, marked.attribute("important")),
        (200, &json!(true))
    );
}

#[test]
fn note_is_added_edited_and_removed() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let program = Program::writer(world, "bob").await;
        let created = adds_note(&program).await;
        let text = channel_text(world, &alice, channel).await;
        assert!(text.contains("bob added a note: Error rate"), "{text}");
        let browser = alice.signs_in().await;
        assert_on_timeline(&browser, &["Error rate"]).await;

        let one = format!("{}/{}", path(), id_of(&created));
        let edit = json!({ "content": { "content": "Error rate 3 %" }, "important": false });
        let edited = program.patches(&one, body(KIND, edit)).await;
        assert_eq!(edited.status, 200, "{edited:?}");
        assert_eq!(*edited.attribute("important"), false);
        let text = channel_text(world, &alice, channel).await;
        assert!(text.contains("Error rate 3 %"), "{text}");

        let other = Program::writer(world, "alice").await;
        assert_only_marked_by(&other, &one).await;
        assert_eq!(program.deletes(&one).await.status, 204);
        let again = program.deletes(&one).await;
        let error = "timeline cell not found";
        assert_eq!((again.status, again.error()), (404, error));
        world.deliver_all().await;
        world.skips_messages();
    });
}

#[test]
fn mistakes_in_a_note_are_all_listed() {
    incident_scenario_with_pages(async |world, _, _| {
        let program = Program::writer(world, "alice").await;
        let mut request = note(" ");
        request["display_timestamp"] = json!("2036-11-23T10:00:00Z");
        let response = program.posts(&path(), body(KIND, request)).await;
        let expected = [
            "data.attributes.content.content: can't be empty",
            "data.attributes.display_timestamp: is in the future",
        ];
        assert_eq!((response.status, response.errors()), (400, expected.into()));
        let mut request = note("x");
        request["cell_type"] = json!("update");
        let response = program.posts(&path(), body(KIND, request)).await;
        assert_eq!(response.status, 400);
    });
}
