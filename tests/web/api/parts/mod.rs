//! The parts of an incident, as programs read and change them.

mod attachments;
mod idempotency;
mod impacts;
mod integrations;
mod postmortems;
mod rejections;
mod responders;
mod timeline;
mod todos;

use serde_json::{Value, json};

use super::{ApiResponse, Program};
use crate::browser::Browser;
use crate::harness::user::TestUser;
use crate::harness::world::World;

/// The path of the incident.
const INCIDENT: &str = "/api/v2/incidents/1";

/// Returns a body with attributes.
fn body(kind: &str, attributes: Value) -> Value {
    json!({ "data": { "type": kind, "attributes": attributes } })
}

/// Returns the ID of the resource of a response.
#[track_caller]
fn id_of(response: &ApiResponse) -> String {
    let id = response.body["data"]["id"].as_str();
    id.unwrap_or_else(|| panic!("{response:?}")).to_owned()
}

/// Returns the IDs of the resources of a list.
fn ids_of(response: &ApiResponse) -> Vec<&str> {
    let data = response.body["data"].as_array().unwrap().iter();
    data.map(|it| it["id"].as_str().unwrap()).collect()
}

/// Delivers everything, and returns the new and edited messages in a channel as one text.
async fn channel_text(world: &World, user: &TestUser<'_>, channel: &str) -> String {
    world.deliver_all().await;
    let text = user.reads(channel).join("\n");
    world.skips_messages();
    text
}

/// Checks that the timeline on the page has these entries, the last of them from the API.
async fn assert_on_timeline(browser: &Browser<'_>, texts: &[&str]) {
    let page = browser.opens("/incidents/1/timeline").await;
    page.shows(texts);
    page.shows(&["from the API"]);
}

/// Returns the names of the responders.
async fn responders(program: &Program<'_>) -> Vec<String> {
    let response = program.gets(&format!("{INCIDENT}/responders")).await;
    let included = response.body["included"].as_array().unwrap().iter();
    let names = included.map(|it| it["attributes"]["name"].as_str().unwrap().to_owned());
    names.collect()
}
