//! Logs: for people on a terminal, one JSON object a line everywhere else. They go to stderr.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// Starts writing logs; `filter` says which, as `RUST_LOG` does.
pub fn start(filter: &str) {
    let logs = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        // A log that cannot be written, on a full disk, must not stop what it tells of.
        .log_internal_errors(false)
        .with_writer(io::stderr);
    if io::stderr().is_terminal() {
        logs.with_target(false).init();
    } else {
        logs.json().flatten_event(true).init();
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(
            place = place.unwrap_or_default(),
            "A fault of ours: {}. Please report it.",
            panic.payload_as_str().unwrap_or("it left no words")
        );
    }));
}
