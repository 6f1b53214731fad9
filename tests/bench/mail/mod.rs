//! Measures mail: the notifications of a rule to many addresses, from the change until the relay has accepted the last
//! mail. The baseline is a bare loop that sends the same bytes with lettre over the same relay, as many mails at once as
//! Muster does. One after the other, a mail takes 40 ms longer: its last packet waits for a delayed acknowledgement.
//! `BENCH_MAILS=50` reduces the number of mails.

mod relay;

use std::future::ready;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use muster_sandbox::Sandbox;
use rusqlite::Connection;

use crate::mail::relay::Relay;
use crate::process::{App, create_folder, store_path};
use crate::slack::{Slack, USER};
use crate::stats::{median, milliseconds};
use crate::thresholds::Thresholds;

/// The number of mails of a round, unless `BENCH_MAILS` reduces it.
const MAILS: usize = 1_000;

/// The maximum number of addresses of a notification.
const ADDRESSES: usize = 100;

/// The number of rounds.
const ROUNDS: usize = 5;

/// The number of mails that the worker and the bare loop send at once.
const CONCURRENT: usize = 64;

/// The number of mails of a round that are sent one after the other.
const SEQUENTIAL_MAILS: usize = 50;

/// The maximum time of a mail, as a multiple of that of the bare loop.
const MAX_RATIO: f64 = 2.0;

/// The number of addresses of each notification of a round.
type Plan = Vec<usize>;

/// A bot with one incident, and its relay.
struct Bench {
    relay: Relay,
    slack: Slack,
    app: App,
    store: Connection,
    /// The channel of IR-1.
    channel: String,
    last_notification: usize,
}

/// The figures of one round, per mail.
#[derive(Clone, Copy)]
struct Round {
    time: f64,
    cpu: f64,
}

/// Measures the mails of a rule next to those of a bare loop.
pub fn measure(goals: &mut Thresholds) {
    let mails = number_of_mails();
    let folder = create_folder();
    let mut bench = Bench::start(folder.path());
    // The first mails connect, and one of them is what the bare loop sends.
    bench.send(&vec![ADDRESSES.min(mails)]);
    let content = bench.relay.last_mail();
    let plan = plan(mails);
    let (mut sequential, mut bare, mut bot) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        sequential.push(bench.send_bare(&content, SEQUENTIAL_MAILS, 1));
        if round % 2 == 0 {
            bare.push(bench.send_bare(&content, mails, CONCURRENT));
            bot.push(bench.send(&plan));
        } else {
            bot.push(bench.send(&plan));
            bare.push(bench.send_bare(&content, mails, CONCURRENT));
        }
    }
    let size = content.len();
    println!("\n{mails} mails of {size} bytes over a relay on loopback: ms per mail");
    println!("  lettre, one by one    {:>6.2}", median(sequential));
    println!(
        "  lettre, {CONCURRENT} at once    {:>6.2}",
        median(bare.clone())
    );
    let (time, cpu) = (
        median(bot.iter().map(|round| round.time)),
        median(bot.iter().map(|round| round.cpu)),
    );
    let ratio = median(bot.iter().zip(&bare).map(|(bot, bare)| bot.time / bare));
    println!("  Muster                {time:>6.2}, {cpu:.2} of CPU time: {ratio:.2}×");
    goals.at_most("mail: time, next to a bare loop", ratio, MAX_RATIO, "×");
}

fn number_of_mails() -> usize {
    let mails = std::env::var("BENCH_MAILS").ok();
    mails.map_or(MAILS, |mails| mails.parse().unwrap())
}

/// Returns the notifications that lead to this number of mails.
fn plan(mails: usize) -> Plan {
    let rest = mails % ADDRESSES;
    let full = std::iter::repeat_n(ADDRESSES, mails / ADDRESSES);
    full.chain((rest > 0).then_some(rest)).collect()
}

impl Bench {
    fn start(folder: &std::path::Path) -> Self {
        let (relay, slack) = (Relay::start(), Slack::start());
        let app = App::start_with_mail(folder, &slack, relay.address);
        let form = slack.open_modal("#general", "/datadog incident Checkout is slow");
        slack.submit_modal(&form);
        let named = |slack: &Sandbox| {
            let names = slack.channel_names().into_iter();
            let mut names = names.filter(|name| name.starts_with("incident-"));
            let name = names.next()?;
            let is_in = slack.members(&name).contains(&slack.user(USER));
            (is_in && !slack.messages(&name).is_empty()).then_some(name)
        };
        let channel = slack.block_on(slack.sandbox.wait_for(named));
        let store = Connection::open(store_path(folder)).unwrap();
        store.busy_timeout(Duration::from_secs(10)).unwrap();
        Self {
            relay,
            slack,
            app,
            store,
            channel: channel.expect("no channel was created"),
            last_notification: 0,
        }
    }

    /// Sends notifications to new addresses, and waits until the relay has accepted a mail to each.
    fn send(&mut self, plan: &Plan) -> Round {
        self.store.execute_batch("BEGIN IMMEDIATE").unwrap();
        for addresses in plan {
            self.insert_notification(*addresses);
        }
        self.store.execute_batch("COMMIT").unwrap();
        let mails: usize = plan.iter().sum();
        let expected = self.relay.count() + mails;
        let (began, cpu) = (Instant::now(), self.app.server.cpu_time());
        // The bot looks at its outbox after each of its own commits.
        let note = format!("/datadog incident note {}", self.last_notification);
        self.slack.type_command(&self.channel, &note);
        self.relay.wait_for(expected);
        let (time, cpu) = (began.elapsed(), self.app.server.cpu_time() - cpu);
        self.wait_until_recorded();
        let per_mail = |time: Duration| milliseconds(time) / mails as f64;
        Round {
            time: per_mail(time),
            cpu: per_mail(cpu),
        }
    }

    /// Adds a notification of a rule about IR-1, as a decision adds it.
    fn insert_notification(&mut self, addresses: usize) {
        self.last_notification += 1;
        let number = self.last_notification;
        let recipients = (1..=addresses).map(|it| format!("team-{number}-{it}@example.com"));
        let recipients: Vec<String> = recipients.collect();
        let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
        let recipients = serde_json::to_string(&recipients).unwrap();
        self.store
            .execute_batch(&format!(
                "UPDATE incidents SET last_notification = {number} WHERE id = 1;
                 INSERT INTO notifications (incident_id, number, rule, recipients, changes, sent_at)
                 VALUES (1, {number}, 'Executives', '{recipients}', '[\"alice declared this incident.\"]', {now});
                 INSERT INTO outbox (incident_id, ordering_key, kind, priority, payload, state, enqueued_at, due_at)
                 VALUES (1, 'notification:{number}', 'prepare_notification', 12100,
                         '{{\"kind\":\"prepare_notification\",\"notification\":{number}}}', 'pending', {now}, {now})"
            ))
            .unwrap();
    }

    /// Waits until the bot has recorded all mails as sent.
    fn wait_until_recorded(&self) {
        let waiting = "SELECT count(*) FROM notification_targets WHERE state = 'waiting'";
        let count = || -> i64 {
            let count = self.store.query_row(waiting, [], |row| row.get(0));
            count.unwrap()
        };
        while count() > 0 {
            std::thread::yield_now();
        }
    }

    /// Sends mails in a bare loop, some of them at once. Returns the time per mail, in milliseconds.
    fn send_bare(&self, content: &[u8], mails: usize, at_once: usize) -> f64 {
        let relay = self.relay.address;
        let host = relay.ip().to_string();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(relay.port())
            .build();
        let [from, to] = ["muster@acme.example", "exec@example.com"].map(|it| it.parse().unwrap());
        let envelope = Envelope::new(Some(from), vec![to]).unwrap();
        let expected = self.relay.count() + mails;
        let began = Instant::now();
        let sent = (0..mails).map(|_| transport.send_raw(&envelope, content));
        let sending = stream::iter(sent).buffer_unordered(at_once);
        self.slack.block_on(sending.for_each(|sent| {
            sent.unwrap();
            ready(())
        }));
        self.relay.wait_for(expected);
        milliseconds(began.elapsed()) / mails as f64
    }
}
