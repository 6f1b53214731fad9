//! What is counted and measured, and how Prometheus is told. There is no second listener: the page
//! is one of the HTTP door's.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use muster_commands::Status;
use tokio_util::sync::CancellationToken;

use crate::bot::Bot;
use crate::error::Result;
use crate::slack::listener::Request;

/// The bounds of the histograms, in seconds; people see an error of Slack's after the last one.
const BOUNDS: [f64; 11] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0,
];

/// How often what was measured is summed up, so that it takes no room while nobody asks for it.
const UPKEEP: Duration = Duration::from_secs(15);

/// The one recorder of this process: a second bot in it, as in tests, counts on the same.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// By which door a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Signed requests over HTTP.
    Http,
    /// Envelopes over Socket Mode.
    Socket,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Answered,
    /// It was not Slack's.
    Unsigned,
    /// It was too large.
    TooLarge,
    /// It could not be read.
    Broken,
    /// It could not be taken now; Slack sends it again.
    NotYet,
    /// We broke off.
    Panicked,
}

/// What is counted in this process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Starts counting; in a process that counts already, gives what is counted there.
    pub fn install() -> Self {
        Self(RECORDER.get_or_init(install).clone())
    }

    /// Gives the page that Prometheus reads.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn page(&self, bot: &Bot) -> Result<String> {
        let backlog = bot.store.backlog().await?;
        let waiting = backlog
            .oldest
            .map_or(0, |oldest| bot.clock.now().since(oldest).num_milliseconds());
        gauge!("muster_outbox_depth").set(to_f64(backlog.depth));
        gauge!("muster_outbox_oldest_seconds").set(to_f64(waiting.max(0)) / 1000.0);
        let counted = bot.store.count_by_status().await?;
        for status in Status::ALL {
            let count = counted
                .iter()
                .find(|(word, _)| word == status.as_str())
                .map_or(0, |(_, count)| *count);
            gauge!("muster_incidents", "status" => status.as_str()).set(to_f64(count));
        }
        self.0.run_upkeep();
        Ok(self.0.render())
    }

    /// Sums up now and then what was measured, until told to stop.
    pub async fn keep_up(self, stop: CancellationToken) {
        let mut turns = tokio::time::interval(UPKEEP);
        while stop.run_until_cancelled(turns.tick()).await.is_some() {
            self.0.run_upkeep();
        }
    }
}

/// Counts a request, and how long its answer took.
pub fn request(door: Door, kind: &'static str, outcome: Outcome, took: Duration) {
    let door = match door {
        Door::Http => "http",
        Door::Socket => "socket",
    };
    let outcome = match outcome {
        Outcome::Answered => "answered",
        Outcome::Unsigned => "unsigned",
        Outcome::TooLarge => "too_large",
        Outcome::Broken => "broken",
        Outcome::NotYet => "not_yet",
        Outcome::Panicked => "panicked",
    };
    counter!("muster_requests_total", "door" => door, "kind" => kind, "outcome" => outcome)
        .increment(1);
    histogram!("muster_request_seconds", "door" => door, "kind" => kind).record(took);
}

/// Gives the kind of a request, as it is counted: a few words, whatever Slack thinks of next.
pub fn kind(request: &Request) -> &'static str {
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
    // Only an empty list of bounds is refused, and ours is not.
    let builder = builder
        .set_buckets(&BOUNDS)
        .unwrap_or_else(|_| PrometheusBuilder::new());
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("Something else counts in this process; /metrics stays empty");
    }
    describe();
    handle
}

fn describe() {
    describe_counter!(
        "muster_requests_total",
        "Requests from Slack, by door, kind and what became of them"
    );
    describe_histogram!(
        "muster_request_seconds",
        Unit::Seconds,
        "Time from a request of Slack's to its answer"
    );
    describe_counter!(
        "muster_deliveries_total",
        "Attempts to deliver what is owed, by kind and outcome"
    );
    describe_histogram!(
        "muster_slack_call_seconds",
        Unit::Seconds,
        "Time that calls to Slack's Web API took, by method and outcome"
    );
    describe_gauge!(
        "muster_outbox_depth",
        "Deliveries that wait: channels, posts, edits and pins that are still owed"
    );
    describe_gauge!(
        "muster_outbox_oldest_seconds",
        Unit::Seconds,
        "How long the oldest of them has waited"
    );
    describe_gauge!(
        "muster_incidents",
        "Incidents by status; neither private ones nor tests"
    );
}

/// Gives a count as Prometheus wants it; exact up to 2⁵³.
fn to_f64(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_are_a_few_known_words() {
        let click = json!({ "type": "block_actions" });
        assert_eq!(kind(&Request::Interaction(click.into())), "block_actions");
        for odd in [json!({ "type": "brand_new" }), json!({}), json!([1])] {
            assert_eq!(kind(&Request::Interaction(odd.into())), "interaction");
        }
        assert_eq!(kind(&Request::Command(json!({}))), "command");
        assert_eq!(kind(&Request::Event(json!({ "type": "x" }))), "event");
    }
}
