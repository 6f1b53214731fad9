//! Measures the time and the sequential calls from a submission to a usable channel and to the announcement,
//! with 100 ms latency per call to Slack.

use std::future::pending;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use muster_sandbox::{Call, Sandbox};

use crate::process::{App, create_folder};
use crate::slack::{Slack, USER};
use crate::stats::{median, milliseconds};
use crate::thresholds::Thresholds;

/// The latency of each call to Slack.
const LATENCY: Duration = Duration::from_millis(100);

/// The number of incidents, declared one after the other.
const ROUNDS: usize = 5;

/// The time in which all remaining deliveries are sent and Slack's rate limits recover.
const COOLDOWN: Duration = Duration::from_millis(3500);

/// The arrival of the channel or of the announcement.
#[derive(Clone, Copy)]
struct Milestone {
    /// The time since the submission.
    elapsed: Duration,
    /// The number of sequential calls.
    round_trips: usize,
}

/// Measures the time until the channel and the announcement.
pub fn measure(goals: &mut Thresholds) {
    let slack = Slack::start();
    let folder = create_folder();
    let _bot = App::start(folder.path(), &slack);
    slack.sandbox.set_latency(LATENCY);
    let (channels, announcements): (Vec<_>, Vec<_>) = (0..ROUNDS)
        .map(|_| slack.block_on(declare_and_measure(&slack.sandbox)))
        .unzip();
    println!(
        "From the submission, with {} ms latency per call",
        LATENCY.as_millis()
    );
    for (what, arrivals) in [
        ("usable channel", channels),
        ("announcement", announcements),
    ] {
        let time = median(arrivals.iter().map(|it| milliseconds(it.elapsed)));
        let round_trips = median(arrivals.iter().map(|it| it.round_trips as f64));
        println!("  {what:<16} {round_trips} round trips, {time:>4.0} ms");
        let goal = format!("round trips to Slack from the submission to the {what}");
        goals.at_most(&goal, round_trips, 2.0, "");
    }
    println!();
}

/// Declares an incident. Returns when its channel was usable, and when it was announced.
#[expect(clippy::too_many_lines, reason = "the steps of one measurement")]
async fn declare_and_measure(slack: &Sandbox) -> (Milestone, Milestone) {
    slack
        .types(USER, "#general", "/datadog incident Checkout is slow")
        .await;
    let form = slack.wait_for(|slack| slack.top_modal(USER)).await;
    let form = form.expect("no modal is open");
    let known = slack.channel_names();
    let announced = slack.messages("#incidents").len();

    let (began, at) = (Instant::now(), Utc::now());
    let usable = async {
        let channel = slack
            .wait_for(|slack| find_usable_channel(slack, &known))
            .await;
        (channel.expect("no usable channel"), began.elapsed())
    };
    let announcement = async {
        let more = |slack: &Sandbox| (slack.messages("#incidents").len() > announced).then_some(());
        slack.wait_for(more).await.expect("no announcement");
        began.elapsed()
    };
    let (_, (channel, usable), announcement) =
        tokio::join!(slack.submits(USER, &form.id), usable, announcement);
    let calls = slack.calls().into_iter();
    let calls: Vec<Call> = calls.filter(|call| call.at >= at).collect();
    let id_of = |name: &str| slack.channel(name).unwrap().to_string();
    let (channel, global) = (id_of(&channel), id_of("#incidents"));
    // Later deliveries would delay the next measurement.
    drop(tokio::time::timeout(COOLDOWN, pending::<()>()).await);
    let usable = Milestone {
        elapsed: usable,
        round_trips: sequential_calls(
            &calls,
            &channel,
            &["conversations.invite", "chat.postMessage"],
        ),
    };
    let announcement = Milestone {
        elapsed: announcement,
        round_trips: sequential_calls(&calls, &global, &["chat.postMessage"]),
    };
    (usable, announcement)
}

/// Returns the new channel once the declarer is a member and it contains a message.
fn find_usable_channel(slack: &Sandbox, known: &[String]) -> Option<String> {
    let names = slack.channel_names();
    let channel = names.into_iter().find(|name| !known.contains(name))?;
    let is_in = slack.members(&channel).contains(&slack.user(USER));
    (is_in && !slack.messages(&channel).is_empty()).then_some(channel)
}

/// Counts the sequential calls up to the last of the first calls of `methods` in a channel. Two calls are
/// sequential if the second starts after the response to the first.
fn sequential_calls(calls: &[Call], channel: &str, methods: &[&str]) -> usize {
    let ends = methods.iter().map(|method| {
        let is_it = |call: &Call| call.method == *method && call.arguments["channel"] == channel;
        let end = calls.iter().find(|call| is_it(call)).expect(method);
        call_depth(calls, end.at)
    });
    ends.max().unwrap_or(0)
}

fn call_depth(calls: &[Call], at: DateTime<Utc>) -> usize {
    let answered_before = calls.iter().filter(|call| call.at + LATENCY <= at);
    1 + answered_before
        .map(|call| call_depth(calls, call.at))
        .max()
        .unwrap_or(0)
}
