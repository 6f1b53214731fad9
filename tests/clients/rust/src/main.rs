//! Datadog's Rust client walks through the life of an incident. Prints what it read as JSON.
//!
//! The address and the keys are in the environment: `MUSTER_URL`, `DD_API_KEY`, `DD_APP_KEY`.

use std::error::Error;
use std::fmt::Debug;

use datadog_api_client::datadog::{Configuration, Error as ClientError};
use datadog_api_client::datadogV1::api_authentication::AuthenticationAPI;
use datadog_api_client::datadogV2::api_incidents::{
    CreateIncidentImpactOptionalParams, GetIncidentOptionalParams, IncidentsAPI,
    ListIncidentImpactsOptionalParams, ListIncidentsOptionalParams, SearchIncidentsOptionalParams,
    UpdateIncidentOptionalParams,
};
use datadog_api_client::datadogV2::model::IncidentRelatedObject;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json, to_value};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The operations that the client does not send unless they are enabled.
const UNSTABLE: [&str; 8] = [
    "create_incident",
    "get_incident",
    "list_incidents",
    "search_incidents",
    "update_incident",
    "create_incident_todo",
    "list_incident_todos",
    "delete_incident",
];

/// The names of the responses that have parts which the client could not read.
#[derive(Default)]
struct Unparsed(Vec<&'static str>);

impl Unparsed {
    /// Returns a response as the client read it.
    fn read<T: Debug + Serialize>(&mut self, name: &'static str, response: T) -> Result<Value> {
        let text = format!("{response:?}");
        if text.contains("UnparsedObject") || text.contains("_unparsed: true") {
            self.0.push(name);
        }
        Ok(to_value(response)?)
    }
}

fn configuration() -> Result<Configuration> {
    let url = std::env::var("MUSTER_URL")?;
    let (protocol, name) = url.split_once("://").ok_or("no protocol in MUSTER_URL")?;
    let mut configuration = Configuration::new();
    configuration.server_index = 1;
    configuration.server_variables = [("protocol", protocol), ("name", name)]
        .map(|(variable, value)| (variable.to_owned(), value.to_owned()))
        .into();
    for operation in UNSTABLE {
        configuration.set_unstable_operation_enabled(&format!("v2.{operation}"), true);
    }
    Ok(configuration)
}

/// Returns the body of a request, as the client's own type.
fn body<T: DeserializeOwned>(data: Value) -> Result<T> {
    Ok(from_value(json!({ "data": data }))?)
}

fn summary(incident: &Value) -> Value {
    let attributes = &incident["data"]["attributes"];
    json!({
        "title": attributes["title"],
        "state": attributes["state"],
        "severity": attributes["severity"],
        "number": attributes["public_id"],
    })
}

/// Returns an attribute of each resource in a list.
fn attributes(list: &Value, name: &str) -> Vec<Value> {
    let resources = list.as_array().into_iter().flatten();
    resources.map(|it| it["attributes"][name].clone()).collect()
}

/// Declares an incident, reads it in three ways and changes it.
async fn incident(api: &IncidentsAPI, unparsed: &mut Unparsed) -> Result<(String, Value)> {
    let severity = json!({ "type": "dropdown", "value": "SEV-2" });
    let request = body(json!({ "type": "incidents", "attributes": {
        "title": "Checkout is slow",
        "customer_impacted": false,
        "fields": { "severity": severity },
    }}))?;
    let created = unparsed.read("created", api.create_incident(request).await?)?;
    let id = created["data"]["id"].as_str().ok_or("no ID")?.to_owned();
    let users = GetIncidentOptionalParams::default().include(vec![IncidentRelatedObject::USERS]);
    let got = unparsed.read("got", api.get_incident(id.clone(), users).await?)?;
    let page = ListIncidentsOptionalParams::default().page_size(100);
    let listed = unparsed.read("listed", api.list_incidents(page).await?)?;
    let query = "state:(active OR stable OR resolved)".to_owned();
    let page = SearchIncidentsOptionalParams::default().page_size(10);
    let matches = unparsed.read("matches", api.search_incidents(query, page).await?)?;
    let state = json!({ "type": "dropdown", "value": "stable" });
    let request = body(json!({ "type": "incidents", "id": id, "attributes": {
        "title": "Checkout is down",
        "fields": { "state": state },
    }}))?;
    let update = api.update_incident(id.clone(), request, UpdateIncidentOptionalParams::default());
    let patched = unparsed.read("patched", update.await?)?;
    let matches = &matches["data"]["attributes"];
    let resources = matches["incidents"].as_array().into_iter().flatten();
    let resources = resources.map(|it| it["data"].clone()).collect();
    let printed = json!({
        "created": summary(&created),
        "got": got["data"]["attributes"]["title"],
        "users": got["included"].as_array().map(Vec::len),
        "listed": attributes(&listed["data"], "title"),
        "matches": attributes(&Value::Array(resources), "title"),
        "total": matches["total"],
        "patched": summary(&patched),
        "created_at": created["data"]["attributes"]["created"],
    });
    Ok((id, printed))
}

/// Adds a todo and an impact to an incident, and lists them.
async fn parts(
    api: &IncidentsAPI,
    id: &str,
    start: &Value,
    unparsed: &mut Unparsed,
) -> Result<Value> {
    let request = body(json!({ "type": "incident_todos", "attributes": {
        "content": "Restart the cache",
        "assignees": [],
    }}))?;
    let todo = api.create_incident_todo(id.to_owned(), request).await?;
    let todo = unparsed.read("todo", todo)?;
    let todos = api.list_incident_todos(id.to_owned()).await?;
    let todos = unparsed.read("todos", todos)?;
    let request = body(json!({ "type": "incident_impacts", "attributes": {
        "description": "Payments fail",
        "start_at": start,
    }}))?;
    let options = CreateIncidentImpactOptionalParams::default();
    let impact = api.create_incident_impact(id.to_owned(), request, options);
    let impact = unparsed.read("impact", impact.await?)?;
    let options = ListIncidentImpactsOptionalParams::default();
    let impacts = api.list_incident_impacts(id.to_owned(), options).await?;
    let impacts = unparsed.read("impacts", impacts)?;
    Ok(json!({
        "todo": todo["data"]["attributes"]["content"],
        "todos": attributes(&todos["data"], "content"),
        "impact": impact["data"]["attributes"]["description"],
        "impacts": attributes(&impacts["data"], "description"),
    }))
}

/// Returns the status of a response to a request that fails.
fn status_of<T, E>(response: std::result::Result<T, ClientError<E>>) -> Option<u16> {
    match response {
        Err(ClientError::ResponseError(response)) => Some(response.status.as_u16()),
        _ => None,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let configuration = configuration()?;
    let keys = AuthenticationAPI::with_config(configuration.clone());
    let api = IncidentsAPI::with_config(configuration);
    let mut unparsed = Unparsed::default();
    let valid = keys.validate().await?.valid;
    let (id, mut printed) = incident(&api, &mut unparsed).await?;
    let start = printed["created_at"].take();
    let parts = parts(&api, &id, &start, &mut unparsed).await?;
    api.delete_incident(id.clone()).await?;
    let deleted = api
        .get_incident(id, GetIncidentOptionalParams::default())
        .await;
    let printed = printed.as_object_mut().ok_or("no object")?;
    printed.remove("created_at");
    printed.extend(parts.as_object().cloned().unwrap_or_default());
    printed.insert("valid".to_owned(), json!(valid));
    printed.insert("after_deletion".to_owned(), json!(status_of(deleted)));
    printed.insert("unparsed".to_owned(), json!(unparsed.0));
    println!("{}", to_value(printed)?);
    Ok(())
}
