//! Muster: an incident bot for Slack, in one process and one SQLite file.
//!
//! # How a change happens
//!
//! ```text
//!   request ──► decide ──► keep ──────────────► reply to the person
//!              (domain)   (store, one               at once
//!               pure      transaction)
//!                           │ incident
//!                           │ timeline
//!                           │ inbox
//!                           └ outbox ──► deliver ──► Slack
//!                                       (worker)        │
//!                               ▲                       │ receipt
//!                               └──── decide what ◄─────┘
//!                                     follows
//! ```
//!
//! A pure function decides what a request does. The store keeps all of it in one transaction. A
//! worker delivers what we owe the world. No step does the work of another, and nobody is told
//! anything before it is stored.
//!
//! # Who may know whom
//!
//! ```text
//!               ┌──► slack ──┬──► store ──► domain ──► commands
//!    ┌──► http ─┘      ▲     │       │                (pure crate)
//!  main                │     │       ▼
//!    ├──► worker ──────┴─────┘   schema.sql
//!    └──► sandbox    uses nothing of ours; is reached over HTTP only
//! ```
//!
//! An arrow means “may use”, and so does a chain of arrows; `tests/tidy.rs` sees to it.
//!
//! # Where to change what
//!
//! | You want to change … | Open |
//! | --- | --- |
//! | what a person can type or fill in | `commands/<command>.rs` |
//! | what the bot does then | `src/slack/<command>.rs` |
//! | what that means for an incident | `src/domain/<thing>.rs` |
//! | what Slack shows | `src/slack/cards.rs`, `src/slack/words.rs` |
//! | what is stored | `schema.sql`, then `src/store/<things>.rs` |
//! | when we try again | `src/worker/retry.rs` |
//! | how fast we call Slack | `src/worker/limits.rs` |
//! | a path that we answer | `src/http/routes.rs` |
//! | a setting of the operator | `src/config.rs` |
//! | a setting of the team | `src/domain/settings.rs` |

pub mod backup;
pub mod banner;
pub mod bot;
pub mod clock;
pub mod command_line;
pub mod config;
pub mod doctor;
pub mod domain;
pub mod error;
pub mod export;
pub mod findings;
pub mod http;
pub mod logs;
pub mod metrics;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod secret;
pub mod serve;
pub mod settings;
pub mod slack;
pub mod store;
pub mod verify;
pub mod worker;
