//! How fast Muster is: `cargo bench`.
//!
//! Every figure stands beside a floor that was measured in the same run, in turns with it: a bare
//! hyper server that answers 200, and one that stores one small row for each request by group commit
//! with `synchronous = FULL`. The floors and the bot are processes of their own, get the same bytes
//! over the same connections, and take turns; the table shows medians of all rounds, for a machine
//! is never quiet. Nothing here fails because it is slow: it says what is reached and what is not.
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
mod memory;
mod process;
mod requests;
mod slack;

use std::time::Instant;

use goals::Goals;

fn main() {
    if floors::serve_if_asked() {
        return;
    }
    let began = Instant::now();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("Muster beside its floors, on {cores} cores; medians of all rounds\n");
    let mut goals = Goals::default();
    memory::measure(&mut goals);
    journey::measure(&mut goals);
    list::measure(&mut goals);
    answers::measure(&mut goals);
    goals.print();
    println!("\nMeasured in {:.0} s", began.elapsed().as_secs_f64());
}
