//! An Alertmanager that sends alerts to the program.

use std::path::Path;

use chrono::Utc;
use muster::secret::Secret;
use muster::store::{AddAlertSource, OfflineAlertSources, new_alert_token};
use muster_domain::Timestamp;
use muster_domain::alert::SourceKind;

use crate::process::store_path;

/// The variety of alerts.
#[derive(Clone, Copy, Debug)]
pub struct Variety {
    /// The number of groups, which the requests belong to in turn.
    pub groups: usize,
    /// The number of different titles in a group.
    pub titles: usize,
}

/// A monitoring tool. Each of its alerts is a new one.
pub struct Monitor {
    path: String,
    variety: Variety,
    next_request: usize,
    next_alert: usize,
    started_at: Timestamp,
}

impl Monitor {
    /// Adds the tool to an existing store, bypassing the program.
    pub fn add(folder: &Path, variety: Variety) -> Self {
        let token = new_alert_token();
        let request = AddAlertSource {
            name: "prom-eu".to_owned(),
            kind: SourceKind::Alertmanager,
            token: token.clone(),
            secret: Secret::new(String::new()),
            topics: Vec::new(),
            accepts_raw_delivery: false,
            created_by: None,
        };
        let now = Timestamp::from_epoch_seconds(Utc::now().timestamp());
        let mut sources = OfflineAlertSources::open(&store_path(folder)).unwrap();
        sources.add(&request, now).unwrap();
        Self {
            path: format!("/alerts/alertmanager/{}", token.reveal()),
            variety,
            next_request: 0,
            next_alert: 0,
            started_at: now,
        }
    }

    /// Builds a request with new alerts of one group.
    pub fn request(&mut self, alerts: usize) -> Vec<u8> {
        let group = self.next_request % self.variety.groups;
        self.next_request += 1;
        let alerts: Vec<_> = (0..alerts).map(|_| self.alert(group)).collect();
        let body = format!(
            r#"{{"receiver":"muster","status":"firing","alerts":[{}],"groupLabels":{{"alertname":"Alert{group}"}},"commonLabels":{{"alertname":"Alert{group}","cluster":"eu-1","severity":"{}"}},"commonAnnotations":{{}},"externalURL":"http://alertmanager.example:9093","version":"4","groupKey":"{{}}/{{team=\"web\"}}:{{alertname=\"Alert{group}\"}}","truncatedAlerts":0}}"#,
            alerts.join(","),
            severity(group),
        );
        format!(
            "POST {} HTTP/1.1\r\nhost: muster.example.com\r\nuser-agent: Alertmanager/0.28.1\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.path,
            body.len()
        )
        .into_bytes()
    }

    fn alert(&mut self, group: usize) -> String {
        let number = self.next_alert;
        self.next_alert += 1;
        let title = number / self.variety.groups % self.variety.titles;
        format!(
            r#"{{"status":"firing","labels":{{"alertname":"Alert{group}","cluster":"eu-1","instance":"10.0.0.{}:9100","job":"node","pod":"checkout-{number}","service":"service-{group}","severity":"{}","team":"web"}},"annotations":{{"description":"{title} % of the requests to shard {number} have failed for more than five minutes.","runbook_url":"https://wiki.example/runbooks/alert-{group}","summary":"Requests to service {group} fail in zone {title}"}},"startsAt":"{}","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus.example/graph?g0.expr=rate%28errors%5B5m%5D%29+%3E+0.{title}&g0.tab=1","fingerprint":"{number:016x}"}}"#,
            number % 250,
            severity(group),
            self.started_at,
        )
    }
}

/// Returns the severity of the alerts of a group. Every second group is critical.
fn severity(group: usize) -> &'static str {
    match group % 2 {
        0 => "critical",
        _ => "warning",
    }
}
