//! A full disk, commands next to a running bot, and the check that each request kind is tested.

mod cli;
mod coverage;
mod full_disk;
