//! Requests that change nothing: one incident, pages of the list and of searches.

use crate::api::{CLIENTS, Row};
use crate::load::{Batch, Expected, Plan, run_load};
use crate::pages::{bare_page, session};
use crate::process::App;
use crate::responses::measure_interleaved;
use crate::thresholds::Thresholds;

/// Requests: their names in the report, their paths, and the number of clients up to which the response time is limited.
const PATHS: [(&str, &str, usize); 7] = [
    ("one incident", "/api/v2/incidents/1", 16),
    ("list of 10", "/api/v2/incidents", 16),
    (
        "list of 100, users",
        "/api/v2/incidents?page[size]=100&include=users",
        1,
    ),
    (
        "last 10 of 10,000",
        "/api/v2/incidents?page[offset]=9990",
        16,
    ),
    (
        "search: conditions",
        "/api/v2/incidents/search?query=state%3Aactive%20AND%20severity%3ASEV-2",
        16,
    ),
    (
        "search: words",
        "/api/v2/incidents/search?query=checkout%204711",
        16,
    ),
    (
        "search: all match",
        "/api/v2/incidents/search?query=checkout",
        1,
    ),
];

/// Measures the requests with all numbers of clients.
pub fn measure(app: &App, tokens: &[String], goals: &mut Thresholds) {
    for (name, path, limited) in PATHS {
        let requests: Vec<_> = tokens.iter().map(|token| get(path, token)).collect();
        let size = session::fetch(app.server.address, &requests[0]).len();
        let bare = bare_page::start(size);
        let batch = Batch::Cycle(requests);
        for clients in CLIENTS {
            let [floor, ours] = measure_interleaved(["bare", name], |index, duration| {
                let plan = Plan {
                    clients,
                    duration,
                    expected: Expected::Anything,
                };
                run_load([&bare, &app.server][index], &batch, plan)
            });
            let row = Row {
                name,
                size,
                clients,
                limited,
            };
            row.print(&ours, &floor);
            row.check_latency(&ours, goals);
        }
    }
}

/// Builds a request with a key.
fn get(path: &str, token: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nhost: muster.example.com\r\nauthorization: Bearer {token}\r\n\r\n"
    )
    .into_bytes()
}
