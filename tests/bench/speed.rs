//! The benchmark: `cargo bench`, or one part of it: `cargo bench -- submissions`.
//!
//! Each figure is compared with a baseline of the same run: a bare hyper server that answers 200, and one
//! that stores one small row per request by group commit with `synchronous = FULL`. For submissions there are
//! two more: one that also verifies Slack's signature and parses the payload, and one that then inserts the
//! rows of a declaration without a decision. They show the cost of Muster itself.
//!
//! The baselines and the bot are separate processes, get the same bytes over the same connections, and take
//! turns. The tables show the medians of all rounds, because no machine is ever idle. The benchmark does not
//! fail if it is slow: it prints which thresholds are met.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs
)]

mod alerts;
mod api;
mod baseline;
mod declare_to_channel;
mod large_store;
mod list;
mod load;
mod mail;
mod memory;
mod pages;
mod postmortem;
mod process;
mod requests;
mod responses;
mod rows;
mod rules;
mod search;
mod slack;
mod stats;
#[path = "../support/mod.rs"]
mod support;
mod thresholds;

use std::env::args;
use std::time::Instant;

use crate::thresholds::Thresholds;

/// A part of the benchmark: its name on the command line, and its function.
type Part = (&'static str, fn(&mut Thresholds));

fn main() {
    if baseline::serve_if_baseline() {
        return;
    }
    let began = Instant::now();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("Muster and its baselines, on {cores} cores; medians of all rounds\n");
    let mut goals = Thresholds::default();
    let parts: [Part; 14] = [
        ("memory", memory::measure),
        ("journey", declare_to_channel::measure),
        ("list", list::measure),
        ("many", large_store::measure),
        ("pages", pages::measure),
        ("api", api::measure),
        ("alerts", alerts::measure),
        ("commands", responses::measure_commands),
        ("submissions", responses::measure_submissions),
        ("search", search::measure),
        ("api-search", search::measure_api),
        ("rules", rules::measure),
        ("mail", mail::measure),
        ("postmortem", postmortem::measure),
    ];
    // Cargo adds `--bench`.
    let selected: Vec<_> = args().skip(1).filter(|name| name != "--bench").collect();
    for (part, measure) in parts {
        if selected.is_empty() || selected.iter().any(|name| name == part) {
            measure(&mut goals);
        }
    }
    goals.print();
    println!("\nMeasured in {:.0} s", began.elapsed().as_secs_f64());
}
