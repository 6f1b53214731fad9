//! A workspace for unit tests: no server, fixed clock.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::manifest::App;
use super::workspace::Workspace;
use crate::rate_limits::Limits;

/// Returns the time at which every test starts.
pub(super) fn start_time() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_447_205, 0).unwrap_or_default()
}

/// Returns the manifest of an app that uses many features of Slack.
pub(super) fn manifest() -> Value {
    serde_json::from_str(include_str!("tests/manifest.json")).unwrap_or_default()
}

/// Creates a new workspace.
pub(super) fn workspace() -> Workspace {
    let app = App::parse(&manifest()).unwrap_or_else(|error| panic!("{error}"));
    Workspace::new(Arc::new(start_time), app, Limits::Off)
}
