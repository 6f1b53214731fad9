//! The outcome of a request with alerts.

use crate::alert::recording::{IgnoredReport, ReportEffect};
use crate::alert::stored::AlertChangeKind;

/// The numbers of alerts of a request, by their effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// New alerts.
    pub fired: u64,
    /// Alerts that fire still, with a severity that is not worse.
    pub repeated: u64,
    /// Alerts that fire still, with a worse severity.
    pub more_severe: u64,
    /// Alerts that are resolved now.
    pub resolved: u64,
    /// Alerts that were acknowledged, or whose state is uncertain in their source.
    pub updated: u64,
    /// Reports that end or acknowledge an alert that does not fire.
    pub not_firing: u64,
    /// Reports of an earlier cycle.
    pub earlier_cycle: u64,
    /// Alerts that the source omitted.
    pub omitted: u64,
    /// Whether the same delivery had been received before. All numbers are 0 then.
    pub is_duplicate: bool,
}

impl Recorded {
    /// Counts an effect.
    pub fn count(&mut self, effect: &ReportEffect) {
        let number = match effect {
            ReportEffect::Changed(change) => match change.kind {
                AlertChangeKind::Fired => &mut self.fired,
                AlertChangeKind::Repeated => &mut self.repeated,
                AlertChangeKind::MoreSevere => &mut self.more_severe,
                AlertChangeKind::Resolved => &mut self.resolved,
            },
            ReportEffect::Updated(_) => &mut self.updated,
            ReportEffect::Ignored(IgnoredReport::NotFiring) => &mut self.not_firing,
            ReportEffect::Ignored(IgnoredReport::EarlierCycle) => &mut self.earlier_cycle,
        };
        *number += 1;
    }

    /// Returns the outcome as a sentence: `1 alert fired, 2 fired again.`
    pub fn sentence(&self) -> String {
        if self.is_duplicate {
            return "The same delivery was received before, so nothing was changed.".to_owned();
        }
        let parts = [
            (self.fired, "fired"),
            (self.repeated, "fired again"),
            (self.more_severe, "became more severe"),
            (self.resolved, "resolved"),
            (self.updated, "updated"),
            (self.not_firing, "ignored (not firing)"),
            (self.earlier_cycle, "ignored (of a cycle that had ended)"),
            (self.omitted, "omitted by the sender"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<_> = parts
            .map(|(count, text)| format!("{count} {text}"))
            .collect();
        match parts.is_empty() {
            true => "No alerts.".to_owned(),
            false => format!("Alerts: {}.", parts.join(", ")),
        }
    }
}
