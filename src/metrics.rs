//! Metrics for Prometheus.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::domain::Status;
use crate::error::Result;
use crate::slack::request::Request;

/// Upper bounds of the histogram buckets, in seconds. After the last one Slack shows its own error.
const HISTOGRAM_BUCKETS: [f64; 11] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0,
];

/// Interval at which samples are aggregated, so that memory does not grow while Prometheus does not scrape.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(15);

/// The recorder of the process. Several bots in one process, as in tests, share it.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// The transport of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Signed requests over HTTP.
    Http,
    /// Envelopes over Socket Mode.
    SocketMode,
    /// Pages and their forms.
    Web,
    /// The HTTP API.
    Api,
    /// The intake of alerts.
    Alerts,
}

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestOutcome {
    /// It was answered.
    Answered,
    /// Its signature was missing or invalid.
    Unsigned,
    /// Its body was too large.
    TooLarge,
    /// It could not be parsed.
    Malformed,
    /// It could not be stored now; Slack redelivers it.
    Unavailable,
    /// The handler panicked.
    Panicked,
    /// It was not accepted: the user is not signed in, may not do this, or the form has errors.
    Rejected,
    /// The bot has an error.
    Failed,
}

/// The metrics of the process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Installs the recorder, or returns the one that the process already has.
    pub fn install() -> Self {
        Self(RECORDER.get_or_init(install).clone())
    }

    /// Returns the page for Prometheus.
    pub async fn render(&self, app: &App) -> Result<String> {
        let outbox = app.store.outbox_stats().await?;
        let waiting = outbox.oldest_enqueued_at.map_or(0, |oldest| {
            app.clock.now().duration_since(oldest).num_milliseconds()
        });
        gauge!("muster_outbox_depth").set(to_f64(outbox.depth));
        gauge!("muster_outbox_oldest_seconds").set(to_f64(waiting.max(0)) / 1000.0);
        gauge!("muster_open_streams").set(app.state.live_streams().count() as f64);
        let counts = app.store.count_by_status().await?;
        for status in Status::ALL {
            let count = counts
                .iter()
                .find(|(name, _)| name == status.as_str())
                .map_or(0, |(_, count)| *count);
            gauge!("muster_incidents", "status" => status.as_str()).set(to_f64(count));
        }
        self.0.run_upkeep();
        Ok(self.0.render())
    }

    /// Aggregates samples periodically until `stop` is cancelled.
    pub async fn run_upkeep_loop(self, stop: CancellationToken) {
        let mut interval = tokio::time::interval(UPKEEP_INTERVAL);
        while stop.run_until_cancelled(interval.tick()).await.is_some() {
            self.0.run_upkeep();
        }
    }
}

/// Records a request and the time until its response.
pub fn record_request(
    transport: Transport,
    kind: &'static str,
    outcome: RequestOutcome,
    duration: Duration,
) {
    let transport = match transport {
        Transport::Http => "http",
        Transport::SocketMode => "socket_mode",
        Transport::Web => "web",
        Transport::Api => "api",
        Transport::Alerts => "alerts",
    };
    let outcome = match outcome {
        RequestOutcome::Answered => "answered",
        RequestOutcome::Unsigned => "unsigned",
        RequestOutcome::TooLarge => "too_large",
        RequestOutcome::Malformed => "malformed",
        RequestOutcome::Unavailable => "unavailable",
        RequestOutcome::Panicked => "panicked",
        RequestOutcome::Rejected => "rejected",
        RequestOutcome::Failed => "failed",
    };
    counter!("muster_requests_total", "transport" => transport, "kind" => kind, "outcome" => outcome)
        .increment(1);
    histogram!("muster_request_seconds", "transport" => transport, "kind" => kind).record(duration);
}

/// Returns the label for the kind of a request: one of a fixed set, for any payload.
pub(crate) fn request_kind(request: &Request) -> &'static str {
    const INTERACTIONS: [&str; 6] = [
        "block_actions",
        "block_suggestion",
        "message_action",
        "shortcut",
        "view_closed",
        "view_submission",
    ];
    match request {
        Request::Command(_) => "command",
        Request::Event(_) => "event",
        Request::Interaction(interaction) => INTERACTIONS
            .into_iter()
            .find(|known| interaction.kind() == *known)
            .unwrap_or("interaction"),
    }
}

fn install() -> PrometheusHandle {
    let builder = PrometheusBuilder::new();
    // Only an empty list of buckets is rejected.
    let builder = builder
        .set_buckets(&HISTOGRAM_BUCKETS)
        .unwrap_or_else(|_| PrometheusBuilder::new());
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!(
            "Another metrics recorder is installed in this process; /metrics stays empty"
        );
    }
    describe();
    handle
}

fn describe() {
    describe_counter!(
        "muster_requests_total",
        "Requests by transport, kind and outcome"
    );
    describe_histogram!(
        "muster_request_seconds",
        Unit::Seconds,
        "Time from a request to its response"
    );
    describe_counter!(
        "muster_deliveries_total",
        "Delivery attempts by kind and outcome"
    );
    describe_histogram!(
        "muster_slack_call_seconds",
        Unit::Seconds,
        "Duration of Slack Web API calls by method and outcome"
    );
    describe_gauge!(
        "muster_outbox_depth",
        "Queued deliveries: channels, messages, edits and pins"
    );
    describe_gauge!(
        "muster_outbox_oldest_seconds",
        Unit::Seconds,
        "Age of the oldest queued delivery"
    );
    describe_gauge!("muster_open_streams", "Pages that are notified of changes");
    describe_gauge!(
        "muster_incidents",
        "Incidents by status, without private and test incidents"
    );
}

/// Converts a count; exact up to 2⁵³.
fn to_f64(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn request_kind_is_one_of_a_fixed_set() {
        let click = json!({ "type": "block_actions" });
        assert_eq!(
            request_kind(&Request::Interaction(click.into())),
            "block_actions"
        );
        for odd in [json!({ "type": "brand_new" }), json!({}), json!([1])] {
            assert_eq!(
                request_kind(&Request::Interaction(odd.into())),
                "interaction"
            );
        }
        assert_eq!(request_kind(&Request::Command(json!({}))), "command");
        assert_eq!(
            request_kind(&Request::Event(json!({ "type": "x" }))),
            "event"
        );
    }
}
