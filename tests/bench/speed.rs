//! How fast Muster is: `cargo bench`, or a part of it: `cargo bench -- submissions`.
//!
//! Every figure stands beside a floor that was measured in the same run, in turns with it: a bare
//! hyper server that answers 200, and one that stores one small row for each request by group commit
//! with `synchronous = FULL`. Beside submissions stand two more: one that stores as much once it has seen that
//! Slack signed the request, and that it is a form; and one that then stores the rows that a declaration leaves,
//! with nothing decided. So one sees what of the way is Muster's own.
//! The floors and the bot are processes of their own, get the same bytes over the same connections, and
//! take turns; the table shows medians of all rounds, for a machine is never quiet. Nothing here fails
//! because it is slow: it says what is reached and what is not.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs
)]

mod answers;
mod figures;
mod floors;
mod goals;
mod journey;
mod list;
mod load;
mod many;
mod memory;
mod process;
mod requests;
mod rows;
mod slack;

use std::env::args;
use std::time::Instant;

use goals::Goals;

/// A part of the benchmark, by the word that asks for it alone.
type Part = (&'static str, fn(&mut Goals));

fn main() {
    if floors::serve_if_asked() {
        return;
    }
    let began = Instant::now();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("Muster beside its floors, on {cores} cores; medians of all rounds\n");
    let mut goals = Goals::default();
    let parts: [Part; 6] = [
        ("memory", memory::measure),
        ("journey", journey::measure),
        ("list", list::measure),
        ("many", many::measure),
        ("commands", answers::commands),
        ("submissions", answers::submissions),
    ];
    // Cargo itself adds --bench.
    let wanted: Vec<_> = args().skip(1).filter(|word| word != "--bench").collect();
    for (part, measure) in parts {
        if wanted.is_empty() || wanted.iter().any(|word| word == part) {
            measure(&mut goals);
        }
    }
    goals.print();
    println!("\nMeasured in {:.0} s", began.elapsed().as_secs_f64());
}
