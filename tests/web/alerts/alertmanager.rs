//! Prometheus' Alertmanager, unmodified, sends its alerts to Muster. `MUSTER_ALERTMANAGER` is its program. Without it,
//! the test is skipped in one line.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use muster_domain::alert::SourceKind;
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Sender, rows};
use crate::harness::scenario::scenario_with_pages;
use crate::harness::world::World;

/// The longest time until Alertmanager has sent something, in seconds.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The time between two looks at a state, which is not simulated here: Alertmanager has a clock of its own.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A running Alertmanager.
struct Alertmanager {
    process: Child,
    base_url: String,
    _folder: TempDir,
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Alertmanager {
    /// Starts an Alertmanager that groups alerts by service and repeats them each second.
    async fn start(program: &Path, receiver: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let config = folder.path().join("alertmanager.yml");
        std::fs::write(&config, configuration(receiver)).unwrap();
        let address = free_address();
        let process = Command::new(program)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", folder.path().display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--cluster.listen-address=")
            .arg("--log.level=error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        let alertmanager = Self {
            process: process.unwrap(),
            base_url: format!("http://{address}"),
            _folder: folder,
        };
        let ready = format!("{}/-/ready", alertmanager.base_url);
        until("Alertmanager is ready", async || {
            let response = reqwest::get(&ready).await;
            response.is_ok_and(|it| it.status().is_success())
        })
        .await;
        alertmanager
    }

    /// Reports alerts as Prometheus does.
    async fn reports(&self, alerts: &[Value]) {
        let request = Client::new().post(format!("{}/api/v2/alerts", self.base_url));
        let response = request.json(&alerts).send().await.unwrap();
        assert_eq!(response.status(), 200);
    }
}

fn configuration(receiver: &str) -> String {
    let route = json!({
        "receiver": "muster",
        "group_by": ["service"],
        "group_wait": "1s",
        "group_interval": "1s",
        "repeat_interval": "1s",
    });
    let webhook = json!({ "url": receiver, "send_resolved": true });
    let receivers = json!([{ "name": "muster", "webhook_configs": [webhook] }]);
    // YAML contains JSON.
    json!({ "route": route, "receivers": receivers }).to_string()
}

/// Returns an address that was free a moment ago.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Waits until a state is reached.
async fn until(state: &str, is_reached: impl AsyncFn() -> bool) {
    let mut ticks = tokio::time::interval(POLL_INTERVAL);
    let waiting = async {
        while !is_reached().await {
            ticks.tick().await;
        }
    };
    let reached = tokio::time::timeout(TIMEOUT, waiting).await;
    assert!(reached.is_ok(), "not in time: {state}");
}

/// Returns an alert of Prometheus that fires, or one that ended.
fn alert(service: &str, pod: &str, ends_at: &str) -> Value {
    json!({
        "labels": { "alertname": "Errors", "service": service, "pod": pod, "severity": "critical" },
        "annotations": { "summary": format!("Errors in {pod}"), "runbook_url": "https://wiki.example/errors" },
        "startsAt": "2026-11-23T14:02:11Z",
        "endsAt": ends_at,
        "generatorURL": "http://prometheus.example/graph",
    })
}

fn fires(service: &str, pod: &str) -> Value {
    alert(service, pod, "2126-11-23T14:02:11Z")
}

fn ended(service: &str, pod: &str) -> Value {
    alert(service, pod, "2026-11-23T14:04:00Z")
}

/// Returns the alerts with their status and group, sorted.
fn states(world: &World) -> Vec<String> {
    rows(
        world,
        "SELECT title || ' ' || status || ' ' || sender_group FROM alerts ORDER BY title",
    )
}

fn smallest_count(world: &World) -> i64 {
    let counts = rows(world, "SELECT cast(min(count) AS TEXT) FROM alerts");
    counts[0].parse().unwrap()
}

const CHECKOUT: &str = r#"{}:{service="checkout"}"#;
const SEARCH: &str = r#"{}:{service="search"}"#;

#[test]
fn alertmanager_fires_repeats_groups_and_resolves() {
    let Some(program) = std::env::var_os("MUSTER_ALERTMANAGER") else {
        eprintln!("skipped: MUSTER_ALERTMANAGER is not set");
        return;
    };
    scenario_with_pages(async |world, _| {
        let sender = Sender::new(world, SourceKind::Alertmanager).await;
        let receiver = format!("{}{}", world.base_url.borrow(), sender.path());
        let alertmanager = Alertmanager::start(Path::new(&program), &receiver).await;
        let firing = [
            fires("checkout", "c-1"),
            fires("checkout", "c-2"),
            fires("search", "s-1"),
        ];
        alertmanager.reports(&firing).await;
        let state = |[c1, c2, s1]: [&str; 3]| {
            vec![
                format!("Errors in c-1 {c1} {CHECKOUT}"),
                format!("Errors in c-2 {c2} {CHECKOUT}"),
                format!("Errors in s-1 {s1} {SEARCH}"),
            ]
        };
        let reaches = async |name, states_then: [&str; 3]| {
            until(name, async || states(world) == state(states_then)).await;
        };
        reaches("all fire", ["firing"; 3]).await;
        until("all repeat", async || smallest_count(world) >= 3).await;
        assert_eq!(states(world), state(["firing"; 3]));

        alertmanager.reports(&[ended("checkout", "c-2")]).await;
        reaches("one is resolved", ["firing", "resolved", "firing"]).await;
        let others = [ended("checkout", "c-1"), ended("search", "s-1")];
        alertmanager.reports(&others).await;
        reaches("all are resolved", ["resolved"; 3]).await;

        let details = "SELECT severity || ' ' || started_at || ' ' || links FROM alerts";
        for details in rows(world, details) {
            assert!(
                details.starts_with("critical 2026-11-23T14:02:11Z ["),
                "{details}"
            );
            assert!(details.contains("https://wiki.example/errors"), "{details}");
            assert!(
                details.contains("http://prometheus.example/graph"),
                "{details}"
            );
        }
        drop(alertmanager);
        assert_eq!(states(world), state(["resolved"; 3]));
    });
}
