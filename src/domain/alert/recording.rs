//! Decides the effect of a reported alert on the stored one with the same source and key.
//!
//! Tools repeat reports, send them late and out of order. A report of an earlier cycle changes nothing.

use chrono::Duration;

use crate::alert::stored::{AlertChange, AlertChangeKind, StoredAlert};
use crate::alert::{Alert, AlertStatus, SourceIdentity, suggested_severity};
use crate::{Severity, Timestamp};

/// How far the clock of a source may be ahead.
const LONGEST_LEAD: Duration = Duration::minutes(5);

/// How long ago an alert may have started.
const LONGEST_AGE: Duration = Duration::days(30);

/// The effect of a reported alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportEffect {
    /// An alert changed in a way that others react to.
    Changed(AlertChange),
    /// An alert changed in a way that only its details display.
    Updated(StoredAlert),
    /// Nothing changed.
    Ignored(IgnoredReport),
}

/// Why a reported alert changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoredReport {
    /// It ends or acknowledges an alert that does not fire.
    NotFiring,
    /// It is about a cycle that has ended.
    EarlierCycle,
}

/// When and by which source an alert was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt<'a> {
    /// The source.
    pub source: &'a SourceIdentity,
    /// When the report was received.
    pub received_at: Timestamp,
}

/// Returns the effect of a reported alert. `latest` is the last stored alert with its source and key, open or not.
pub fn decide_report(
    latest: Option<StoredAlert>,
    report: Alert,
    receipt: &Receipt<'_>,
) -> ReportEffect {
    let is_firing = report.status == AlertStatus::Firing;
    match latest {
        Some(open) if open.is_open() => update_open(open, report, receipt),
        Some(ended) if is_firing && is_same_cycle(&ended, &report) => {
            ReportEffect::Ignored(IgnoredReport::EarlierCycle)
        }
        Some(_) | None if is_firing => fire(report, receipt),
        Some(_) | None => ReportEffect::Ignored(IgnoredReport::NotFiring),
    }
}

/// Returns whether a report is about this cycle of an alert, by the source's ID of the cycle.
fn is_same_cycle(stored: &StoredAlert, report: &Alert) -> bool {
    report.occurrence.is_some() && report.occurrence == stored.report.occurrence
}

/// Returns whether a report is about a cycle before that of an open alert. A report of a later cycle continues the
/// alert: the end of the cycle before was lost.
fn is_earlier_cycle(open: &StoredAlert, report: &Alert) -> bool {
    let (Some(current), Some(reported)) = (&open.report.occurrence, &report.occurrence) else {
        return false;
    };
    let times = open.report.started_at.zip(report.started_at);
    current != reported && times.is_some_and(|(current, reported)| reported < current)
}

fn fire(report: Alert, receipt: &Receipt<'_>) -> ReportEffect {
    let received_at = receipt.received_at;
    let plausible = report
        .started_at
        .filter(|at| is_plausible(*at, received_at));
    let alert = StoredAlert {
        id: 0,
        source: receipt.source.clone(),
        started_at: plausible.unwrap_or(received_at),
        ended_at: None,
        is_clock_off: report.started_at.is_some() && plausible.is_none(),
        acknowledged_at: None,
        received_at,
        last_received_at: received_at,
        count: 1,
        report,
    };
    ReportEffect::Changed(AlertChange {
        alert,
        kind: AlertChangeKind::Fired,
    })
}

fn is_plausible(time: Timestamp, received_at: Timestamp) -> bool {
    let age = received_at.duration_since(time);
    age >= -LONGEST_LEAD && age <= LONGEST_AGE
}

fn update_open(mut open: StoredAlert, report: Alert, receipt: &Receipt<'_>) -> ReportEffect {
    if is_earlier_cycle(&open, &report) {
        return ReportEffect::Ignored(IgnoredReport::EarlierCycle);
    }
    open.last_received_at = receipt.received_at;
    match report.status {
        AlertStatus::Firing => repeat(open, report),
        AlertStatus::Resolved => resolve(open, &report, receipt.received_at),
        AlertStatus::Acknowledged => {
            open.acknowledged_at.get_or_insert(receipt.received_at);
            ReportEffect::Updated(open)
        }
        AlertStatus::Noted => ReportEffect::Updated(open),
    }
}

fn repeat(open: StoredAlert, report: Alert) -> ReportEffect {
    let is_worse = priority(&report.severity) < priority(&open.report.severity);
    let kind = match is_worse {
        true => AlertChangeKind::MoreSevere,
        false => AlertChangeKind::Repeated,
    };
    let alert = StoredAlert {
        count: open.count + 1,
        report,
        ..open
    };
    ReportEffect::Changed(AlertChange { alert, kind })
}

/// Returns the position of a severity among all, the worst first. One that is unknown is as severe as the least severe
/// that is known, so that an alert that gets a severity is not worse for that.
fn priority(severity: &str) -> usize {
    let severity = match suggested_severity(severity) {
        Severity::Unknown => Severity::Sev5,
        known => known,
    };
    let mut severities = Severity::ALL.iter();
    let position = severities.position(|it| *it == severity);
    position.unwrap_or(Severity::ALL.len())
}

fn resolve(mut open: StoredAlert, report: &Alert, received_at: Timestamp) -> ReportEffect {
    let plausible = report
        .ended_at
        .filter(|at| *at >= open.started_at && is_plausible(*at, received_at));
    open.ended_at = Some(plausible.unwrap_or(received_at).max(open.started_at));
    open.report.status = AlertStatus::Resolved;
    open.report.ended_at = report.ended_at;
    ReportEffect::Changed(AlertChange {
        alert: open,
        kind: AlertChangeKind::Resolved,
    })
}
