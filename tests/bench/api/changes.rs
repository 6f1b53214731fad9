//! Requests that change something: an incident, and the intake of alerts.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::alerts::monitor::{Monitor, Variety};
use crate::api::{CLIENTS, Row, bodies, row_floor};
use crate::load::{Batch, Expected, Plan, run_load, send_once};
use crate::process::{App, store_path};
use crate::responses::measure_interleaved;
use crate::thresholds::Thresholds;

/// The number of requests of a run for each number of clients. A run with more of them would end early.
const BATCH_SIZES: [usize; 3] = [2_500, 7_000, 14_000];

/// The number of alerts in a large body, and the number of these bodies of a run.
const ALERTS: usize = 100;
const LARGE_BODIES: [usize; 3] = [150, 300, 300];

/// The alerts of a usual outage.
const VARIETY: Variety = Variety {
    groups: 20,
    titles: 10,
};

/// The requests of a row.
#[derive(Clone, Copy)]
enum Kind {
    Patch,
    Alerts(usize),
}

/// The requests: their kinds, their names in the report, and the minimum number of stored requests per second, as a
/// fraction of the bare server's. It depends on the number of rows that a request changes.
const KINDS: [(Kind, &str, f64); 3] = [
    (Kind::Patch, "PATCH", 0.08),
    (Kind::Alerts(1), "an alert", 0.33),
    (Kind::Alerts(ALERTS), "100 alerts", 0.1),
];

/// A program and a monitoring tool that send changes.
pub struct Changes {
    folder: PathBuf,
    monitor: Monitor,
    next_change: usize,
    /// The number of alerts that were answered.
    answered: usize,
}

impl Changes {
    /// Adds the monitoring tool to an existing store.
    pub fn prepare(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            monitor: Monitor::add(folder, VARIETY),
            next_change: 0,
            answered: 0,
        }
    }

    /// Measures the requests with all numbers of clients.
    pub fn measure(&mut self, app: &App, tokens: &[String], goals: &mut Thresholds) {
        for (kind, name, least) in KINDS {
            let request = self.requests(kind, 1, tokens).remove(0);
            let response = send_once(&app.server, &request, kind.expected());
            self.answered += kind.alerts();
            let floor = row_floor::start(&self.folder, response.len());
            for (position, clients) in CLIENTS.into_iter().enumerate() {
                let supply = kind.supply(position);
                let rows = measure_interleaved(["row", name], |index, duration| {
                    let batch = Batch::Sequence(self.requests(kind, supply, tokens));
                    let plan = |expected| Plan {
                        clients,
                        duration,
                        expected,
                    };
                    if index == 0 {
                        return run_load(&floor, &batch, plan(Expected::Anything));
                    }
                    let figures = run_load(&app.server, &batch, plan(kind.expected()));
                    self.answered += figures.responses * kind.alerts();
                    figures
                });
                let size = request.len();
                let row = Row {
                    name,
                    size,
                    clients,
                    limited: kind.limited_clients(),
                };
                row.print(&rows[1], &rows[0]);
                row.check_latency(&rows[1], goals);
                row.check_throughput(&rows, least, goals);
            }
        }
        self.assert_stored();
    }

    /// Builds different requests.
    fn requests(&mut self, kind: Kind, count: usize, tokens: &[String]) -> Vec<Vec<u8>> {
        let mut build = || match kind {
            Kind::Patch => {
                self.next_change += 1;
                bodies::patch(self.next_change, tokens)
            }
            Kind::Alerts(alerts) => self.monitor.request(alerts),
        };
        (0..count).map(|_| build()).collect()
    }

    /// Checks that each alert of an answered request is stored.
    fn assert_stored(&self) {
        let connection = Connection::open(store_path(&self.folder)).unwrap();
        let count = "SELECT count(*) FROM alerts";
        let stored: i64 = connection.query_row(count, [], |row| row.get(0)).unwrap();
        assert_eq!(usize::try_from(stored), Ok(self.answered));
        println!("  All {stored} acknowledged alerts are stored, each once.");
    }
}

impl Kind {
    fn expected(self) -> Expected {
        match self {
            Self::Patch => Expected::Anything,
            Self::Alerts(_) => Expected::Accepted,
        }
    }

    /// Returns the number of alerts in a request.
    fn alerts(self) -> usize {
        match self {
            Self::Patch => 0,
            Self::Alerts(alerts) => alerts,
        }
    }

    /// Returns the number of clients up to which the response time is limited.
    fn limited_clients(self) -> usize {
        match self {
            Self::Patch | Self::Alerts(1) => 16,
            Self::Alerts(_) => 1,
        }
    }

    /// Returns the number of requests of a run.
    fn supply(self, position: usize) -> usize {
        match self {
            Self::Patch | Self::Alerts(1) => BATCH_SIZES[position],
            Self::Alerts(_) => LARGE_BODIES[position],
        }
    }
}
