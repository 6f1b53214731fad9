//! Changes of incidents as a program sends them.

use serde_json::json;

/// The incidents that are changed: the open ones in turn.
const INCIDENTS: usize = super::OPEN;

/// The number of incidents between two open ones.
const OPEN_EVERY: usize = (super::RESOLVED + super::OPEN) / super::OPEN;

/// Builds a request that changes the summary of an incident.
pub fn patch(number: usize, tokens: &[String]) -> Vec<u8> {
    let incident = 1 + number % INCIDENTS * OPEN_EVERY;
    let summary =
        format!("The connection pool was too small for the campaign, as graph {number} shows.");
    let body = json!({
        "data": {
            "type": "incidents",
            "attributes": { "fields": { "summary": { "type": "textbox", "value": summary } } },
        },
    });
    let (token, body) = (&tokens[number % tokens.len()], body.to_string());
    format!(
        "PATCH /api/v2/incidents/{incident} HTTP/1.1\r\nhost: muster.example.com\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
