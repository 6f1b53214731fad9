//! Logging to stderr: text on a terminal, otherwise one JSON object per line.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// Initializes logging. `filter` has the syntax of `RUST_LOG`.
pub fn init(filter: &str) {
    let logs = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        // A failed log write, such as on a full disk, must not stop the request.
        .log_internal_errors(false)
        .with_writer(io::stderr);
    if io::stderr().is_terminal() {
        logs.with_target(false).init();
    } else {
        logs.json().flatten_event(true).init();
    }
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        tracing::error!(
            location = location.unwrap_or_default(),
            "Bug: {}. Please report it.",
            panic.payload_as_str().unwrap_or("no message")
        );
    }));
}
