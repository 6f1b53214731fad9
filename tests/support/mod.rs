//! Shared by several test programs: the real binary, a workspace for it, and the transports between them.
//!
//! A test program declares it with `#[path = "../support/mod.rs"] mod support;`.
// Each test program uses a part of it.
#![allow(dead_code)]

pub mod binary;
pub mod confluence;
pub mod datadog;
pub mod pause;
pub mod process;
pub mod reopen;
pub mod sns;
pub mod transport;
pub mod webhook_receiver;
pub mod workspace;
