//! The bot's log during a scenario: an unexpected warning fails the scenario.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// The warnings and errors of one scenario.
#[derive(Clone, Default)]
pub struct Log {
    warnings: Arc<Mutex<Vec<String>>>,
    /// All messages of the bot with their fields, whatever their level.
    everything: Arc<Mutex<String>>,
}

impl Log {
    /// Captures all log messages of this thread until the guard is dropped.
    pub fn listen(&self) -> tracing::subscriber::DefaultGuard {
        tracing::subscriber::set_default(tracing_subscriber::registry().with(self.clone()))
    }

    /// Returns whether there are warnings since the last call of `take`.
    pub fn has_warnings(&self) -> bool {
        !self
            .warnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
    }

    /// Returns all messages with their fields.
    #[allow(dead_code, reason = "for the stories of the pages")]
    pub fn everything(&self) -> String {
        let everything = self.everything.lock();
        everything.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Removes the first warning or error that starts with `text`.
    #[track_caller]
    pub fn accept(&self, text: &str) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        let index = warnings
            .iter()
            .position(|warning| warning.starts_with(text));
        let index = index.unwrap_or_else(|| panic!("no warning {text:?} in {warnings:#?}"));
        warnings.remove(index);
    }

    /// Returns the warnings and errors since the last call.
    #[must_use = "a warning that no assertion names fails the scenario"]
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if !event.metadata().target().starts_with("muster") {
            return;
        }
        let mut everything = AllFields(String::new());
        event.record(&mut everything);
        self.everything
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_str(&everything.0);
        if *event.metadata().level() > Level::WARN {
            return;
        }
        let mut message = MessageVisitor(String::new());
        event.record(&mut message);
        let mut lines = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(message.0);
    }
}

struct MessageVisitor(String);

impl Visit for MessageVisitor {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            // Writing to a string does not fail.
            let _ = write!(self.0, "{value:?}");
        }
    }
}

struct AllFields(String);

impl Visit for AllFields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{}={value:?}", field.name());
    }
}
