//! A real Alertmanager sends its alerts. Without it, the test is skipped in one line, unless `MUSTER_ALERTMANAGER` is
//! `required`.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use muster_domain::alert::SourceKind;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Sender, alerts};
use crate::harness::scenario::scenario;
use crate::harness::world::World;

/// The names of the program: in Debian, and elsewhere.
const PROGRAMS: [&str; 2] = ["prometheus-alertmanager", "alertmanager"];

/// The group of the alerts, as Alertmanager names it with the configuration of the page.
const GROUP: &str = "{}:{alertname=\"Saturation\", service=\"checkout\"}";

/// How long Alertmanager may take to start or to send.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Returns the name of the program.
fn program() -> Option<&'static str> {
    let exists = |name: &&str| {
        let mut version = Command::new(name);
        let version = version.arg("--version").stdout(Stdio::null());
        version.stderr(Stdio::null()).status().is_ok()
    };
    let program = PROGRAMS.into_iter().find(|name| exists(name));
    let is_required = std::env::var("MUSTER_ALERTMANAGER").is_ok_and(|it| it == "required");
    assert!(program.is_some() || !is_required, "Alertmanager is missing");
    if program.is_none() {
        eprintln!("skipped: Alertmanager is not installed");
    }
    program
}

/// A running Alertmanager. It is killed when this is dropped.
struct Alertmanager {
    process: Child,
    address: String,
    _folder: TempDir,
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Alertmanager {
    /// Starts it with the configuration that the page of the source shows, and short intervals.
    async fn start(program: &str, snippet: &str) -> Self {
        const INTERVALS: &str =
            "route:\n  group_wait: 100ms\n  group_interval: 1s\n  repeat_interval: 1s\n";
        let folder = TempDir::new().unwrap();
        let config = snippet.replacen("route:\n", INTERVALS, 1);
        std::fs::write(folder.path().join("alertmanager.yml"), config).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = port.local_addr().unwrap().to_string();
        drop(port);
        let process = Command::new(program)
            .current_dir(&folder)
            .args(["--config.file=alertmanager.yml", "--storage.path=data"])
            .args(["--cluster.listen-address=", "--log.level=error"])
            .arg(format!("--web.listen-address={address}"))
            .spawn()
            .unwrap();
        let mut started = Self {
            process,
            address,
            _folder: folder,
        };
        let waiting = started.wait_until_ready();
        tokio::time::timeout(TIMEOUT, waiting).await.unwrap();
        started
    }

    async fn wait_until_ready(&mut self) {
        let url = format!("http://{}/-/ready", self.address);
        while !reqwest::get(&url)
            .await
            .is_ok_and(|it| it.status().is_success())
        {
            let exited = self.process.try_wait().unwrap();
            assert!(exited.is_none(), "Alertmanager ended: {exited:?}");
            tokio::task::yield_now().await;
        }
    }

    /// Reports an alert that fires, as Prometheus does.
    async fn gets_firing(&self, name: &str) {
        self.gets(alert(name)).await;
    }

    /// Reports an alert that ended, as Prometheus does.
    async fn gets_ended(&self, name: &str) {
        let ended_at = chrono::Utc::now() - chrono::Duration::seconds(1);
        let mut alert = alert(name);
        alert["endsAt"] = ended_at.to_rfc3339().into();
        self.gets(alert).await;
    }

    async fn gets(&self, alert: Value) {
        let url = format!("http://{}/api/v2/alerts", self.address);
        let sending = reqwest::Client::new()
            .post(url)
            .json(&json!([alert]))
            .send();
        assert_eq!(sending.await.unwrap().status(), 200);
    }
}

/// Returns an alert as Prometheus reports it.
fn alert(name: &str) -> Value {
    let started_at = chrono::Utc::now() - chrono::Duration::minutes(3);
    json!({
        "labels": {
            "alertname": "Saturation", "instance": name, "service": "checkout", "severity": "critical",
        },
        "annotations": { "summary": name },
        "startsAt": started_at.to_rfc3339(),
    })
}

/// Waits until the alerts are in a state.
async fn wait_until(world: &World, is_expected: impl Fn(&[String]) -> bool) {
    let store = world.store().await;
    let waiting = async {
        while !is_expected(&alerts(world)) {
            store.commit_notify().notified().await;
        }
    };
    let waiting = tokio::time::timeout(TIMEOUT, waiting).await;
    assert!(waiting.is_ok(), "{:?}", alerts(world));
}

#[test]
fn real_alertmanager_fires_groups_repeats_and_resolves() {
    let Some(program) = program() else {
        return;
    };
    scenario(async |world, _| {
        let tool = Sender::new(world, SourceKind::Alertmanager).await;
        let setup = tool.kind.setup(&world.base_url.borrow(), &tool.token);
        let alertmanager = Alertmanager::start(program, &setup.snippet.unwrap()).await;
        alertmanager.gets_firing("disk").await;
        alertmanager.gets_firing("cpu").await;
        let starts = |alerts: &[String], starts: [&str; 2]| {
            let matches = |start: &&str| alerts.iter().any(|alert| alert.starts_with(*start));
            alerts.len() == 2 && starts.iter().all(matches)
        };
        wait_until(world, |alerts| {
            starts(alerts, ["disk firing", "cpu firing"])
        })
        .await;
        let is_repeated = |alert: &String| !alert.ends_with(" 1");
        wait_until(world, |alerts| alerts.iter().all(is_repeated)).await;
        alertmanager.gets_ended("disk").await;
        wait_until(world, |alerts| {
            starts(alerts, ["disk resolved", "cpu firing"])
        })
        .await;
        alertmanager.gets_ended("cpu").await;
        wait_until(world, |alerts| {
            starts(alerts, ["disk resolved", "cpu resolved"])
        })
        .await;
        drop(alertmanager);
        let groups = super::rows(world, "SELECT DISTINCT sender_group FROM alerts");
        assert_eq!(groups, [GROUP]);
        world.deliver_all().await;
        let suggestions = world.unread("incidents");
        let counts = "• disk\n• cpu\n2 alerts, 0 firing";
        assert!(
            suggestions.len() == 1 && suggestions[0].contains(counts),
            "{suggestions:?}"
        );
    });
}
