//! Muster: an incident-management bot for Slack, in one process and one SQLite file.
//!
//! # From a request to Slack
//!
//! ```text
//!   request ──► decision ──► one transaction ──► reply
//!               (domain)     (store)
//!                              ├ incident
//!                              ├ timeline
//!                              ├ schedule
//!                              ├ inbox
//!                              └ outbox ──► worker ──► Slack
//!                  ▲                                     │
//!                  └──────────── output ◄────────────────┘
//! ```
//!
//! 1. A pure function decides what a request changes.
//! 2. One transaction commits all of it, including the messages to send (transactional outbox) and the
//!    idempotency key of the request (inbox).
//! 3. The worker delivers the outbox. The output of a delivery, such as the ID of a new channel, is the
//!    input of the next decision.
//!
//! Each step can be tested alone, and nothing is announced before it is stored. Two calls bypass the
//! outbox: opening a modal, because a trigger ID expires after three seconds, and the reply to the
//! current request, because the user can repeat it.
//!
//! # Dependencies between modules
//!
//! ```text
//!                          ┌─► slack ─► commands ─┐
//!   main ─► cli ─┬─► http ─┼─► web ─► openid ────┼─► domain
//!                │         └─► store ─────────────┘
//!                ├─► worker ─► slack::{client, blocks}, mail, webhooks, confluence, notebooks, store
//!                └─► sandbox, in `cli/serve.rs` only
//! ```
//!
//! An arrow means “may import”. `slack`, `web` and `worker` also import `store` and `domain`. `commands`, `domain`
//! and `store` do not perform network I/O. The bot reaches the sandbox over HTTP only. `tests/tidy` checks
//! the `use` lines.
//!
//! # Where to change what
//!
//! | To change … | open |
//! | --- | --- |
//! | the syntax or the modal of a command | `commands/<command>.rs` |
//! | the reaction to a command, button or event | `src/slack/{commands,buttons,events}/` |
//! | the effect on an incident | `src/domain/<noun>/` |
//! | the sentence that reports an event | `src/domain/text/` |
//! | the layout of a Slack message | `src/slack/blocks/` |
//! | a delivery: payload, priority, consequence, failure | `src/domain/delivery/<kind>.rs` |
//! | a delivery: the calls it makes, its rate limits | `src/worker/jobs/<kind>.rs` |
//! | back-off, the limit of a Slack method | `src/worker/retry.rs`, `src/worker/rate_limits.rs` |
//! | a variable of message templates | `src/domain/notification/variables.rs` |
//! | a reminder or any other delayed action | `src/domain/schedule/` |
//! | a table or column | `schema.sql`, then `src/store/tables/` |
//! | the acknowledgement deadline | `src/slack/ack_timeout.rs` |
//! | an HTTP path of Slack or of the operator | `src/http/routes/` |
//! | Sign in with Slack | `src/openid/`, `src/web/pages/sign_in/slack.rs` |
//! | the requests to webhooks and to PagerDuty | `src/webhooks/` |
//! | the pages in Confluence, the notebooks in Datadog | `src/confluence/`, `src/notebooks/` |
//! | the intake of alerts | `src/alerts/`; the formats: `src/domain/alert/`; AWS SNS: `src/sns/` |
//! | an operation of the HTTP API | `src/api/`; its documents: `src/domain/api/` |
//! | a page | `src/web/pages/`, `src/web/templates/` |
//! | the looks of a mail, the dialogue with the relay | `src/mail/body/`, `src/mail/smtp/` |
//! | a subcommand | `src/cli/` |
//! | a page of the handbook | `src/handbook/` |
//! | a setting of the team | `src/domain/settings/` |
//! | an environment variable | `src/config/` |

mod alerts;
pub mod cli;
mod logging;
mod metrics;
mod rest_client;
mod settings_csv;
mod settings_toml;

pub(crate) use muster_domain as domain;

// Public for the tests only.
pub mod api;
pub mod app;
pub mod clock;
pub mod config;
pub mod confluence;
pub mod error;
pub mod handbook;
pub mod http;
pub mod mail;
pub mod notebooks;
pub mod openid;
pub mod secret;
pub mod slack;
pub mod sns;
pub mod store;
pub mod web;
pub mod webhooks;
pub mod worker;
