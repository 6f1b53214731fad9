//! From submit to a usable channel and to the announcement, while every call to Slack takes 100 ms:
//! how long, and how many calls one after the other.

use std::future::pending;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use muster::sandbox::{Call, Sandbox};

use super::figures::{median, milliseconds};
use super::goals::Goals;
use super::process::{Bot, folder};
use super::slack::{Slack, WHO};

/// How long each call to Slack takes.
const LATENCY: Duration = Duration::from_millis(100);

/// How many incidents are declared, one after the other.
const JOURNEYS: usize = 5;

/// Long enough for all that follows an announcement to be sent, and for Slack's limits to forget it.
const QUIET: Duration = Duration::from_millis(3500);

/// One of the two places that people wait for.
#[derive(Clone, Copy)]
struct Arrival {
    /// The time since the submission.
    after: Duration,
    /// How many calls it took one after the other.
    round_trips: usize,
}

/// Measures how long people wait for the channel and for the announcement.
pub fn measure(goals: &mut Goals) {
    let slack = Slack::start();
    let folder = folder();
    let _bot = Bot::start(folder.path(), &slack);
    slack.sandbox.latency(LATENCY);
    let (channels, announcements): (Vec<_>, Vec<_>) = (0..JOURNEYS)
        .map(|_| slack.runs(journey(&slack.sandbox)))
        .unzip();
    println!(
        "From submit on, with {} ms on every call",
        LATENCY.as_millis()
    );
    for (what, arrivals) in [
        ("usable channel", channels),
        ("announcement", announcements),
    ] {
        let time = median(arrivals.iter().map(|it| milliseconds(it.after)));
        let round_trips = median(arrivals.iter().map(|it| it.round_trips as f64));
        println!("  {what:<16} {round_trips} round trips, {time:>4.0} ms");
        let goal = format!("round trips to Slack from submit to the {what}");
        goals.at_most(&goal, round_trips, 2.0, "");
    }
    println!();
}

/// Declares an incident; gives when its channel was usable, and when it was announced.
async fn journey(slack: &Sandbox) -> (Arrival, Arrival) {
    slack
        .types(WHO, "#general", "/datadog incident Checkout is slow")
        .await;
    let form = slack.until(|slack| slack.view(WHO)).await.expect("a form");
    let known = slack.channel_names();
    let announced = slack.messages("#incidents").len();

    let (began, at) = (Instant::now(), Utc::now());
    let usable = async {
        let found = slack.until(|slack| usable_channel(slack, &known)).await;
        (found.expect("a usable channel"), began.elapsed())
    };
    let told = async {
        let more = |slack: &Sandbox| (slack.messages("#incidents").len() > announced).then_some(());
        slack.until(more).await.expect("an announcement");
        began.elapsed()
    };
    let (_, (channel, usable), told) = tokio::join!(slack.submits(WHO, &form.id), usable, told);
    let calls: Vec<Call> = slack
        .calls()
        .into_iter()
        .filter(|call| call.at >= at)
        .collect();
    let id_of = |name: &str| slack.channel(name).unwrap().to_string();
    let (channel, global) = (id_of(&channel), id_of("#incidents"));
    // What else is due then would get in the way of the next one.
    drop(tokio::time::timeout(QUIET, pending::<()>()).await);
    (
        Arrival {
            after: usable,
            round_trips: one_after_the_other(
                &calls,
                &channel,
                &["conversations.invite", "chat.postMessage"],
            ),
        },
        Arrival {
            after: told,
            round_trips: one_after_the_other(&calls, &global, &["chat.postMessage"]),
        },
    )
}

/// Gives the channel that is new, once the person is in it and something is written there.
fn usable_channel(slack: &Sandbox, known: &[String]) -> Option<String> {
    let names = slack.channel_names();
    let channel = names.into_iter().find(|name| !known.contains(name))?;
    let is_in = slack.members(&channel).contains(&slack.person(WHO));
    (is_in && !slack.messages(&channel).is_empty()).then_some(channel)
}

/// Gives how many calls were made one after the other up to the last of the first calls of these
/// methods about a channel: a call came after another if it came after that one's answer.
fn one_after_the_other(calls: &[Call], channel: &str, methods: &[&str]) -> usize {
    let ends = methods.iter().map(|method| {
        let is_it = |call: &Call| call.method == *method && call.arguments["channel"] == channel;
        let end = calls.iter().find(|call| is_it(call)).expect(method);
        depth(calls, end.at)
    });
    ends.max().unwrap_or(0)
}

fn depth(calls: &[Call], at: DateTime<Utc>) -> usize {
    let answered_before = calls.iter().filter(|call| call.at + LATENCY <= at);
    1 + answered_before
        .map(|call| depth(calls, call.at))
        .max()
        .unwrap_or(0)
}
