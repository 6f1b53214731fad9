//! Postmortems, and their exports to other tools.

mod confluence;
mod export;
mod notebook;
