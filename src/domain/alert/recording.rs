//! Decides the effect of a reported alert on the stored one with the same source and key.
//!
//! Tools repeat reports, send them late and out of order. A report of an earlier cycle changes nothing.

use chrono::Duration;

use crate::alert::stored::{AlertChange, AlertChangeKind, StoredAlert};
use crate::alert::{Alert, AlertStatus, SourceIdentity, SourceKind, suggested_severity};
use crate::{Severity, Timestamp};

/// How far the clock of a source may be ahead.
const LONGEST_LEAD: Duration = Duration::minutes(5);

/// How long ago an alert may have started.
const LONGEST_AGE: Duration = Duration::days(30);

/// How long after its end a report of the same cycle counts as a late one.
const LATE_REPORTS: Duration = Duration::minutes(1);

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
        Some(ended) if is_firing && is_same_cycle(&ended, &report) && !resumes(&ended, receipt) => {
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

/// Returns whether an ended cycle can fire again. Alertmanager and Grafana have no ID of a cycle but its start:
/// Alertmanager resolves the alerts of a Prometheus that it does not hear of for some minutes, and reports them with
/// the same start afterwards. A report soon after the end is one that was sent before it.
fn resumes(ended: &StoredAlert, receipt: &Receipt<'_>) -> bool {
    let pause = receipt.received_at.duration_since(ended.last_received_at);
    match receipt.source.kind {
        SourceKind::Alertmanager | SourceKind::Grafana => pause > LATE_REPORTS,
        SourceKind::Datadog
        | SourceKind::PagerDuty
        | SourceKind::Sns
        | SourceKind::Sentry
        | SourceKind::Json => false,
    }
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

pub(super) fn is_plausible(time: Timestamp, received_at: Timestamp) -> bool {
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
    let mut severity = suggested_severity(severity);
    if severity == Severity::Unknown {
        severity = Severity::Sev5;
    }
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: i64 = 1_795_442_700;

    fn source() -> SourceIdentity {
        SourceIdentity {
            id: 1,
            kind: SourceKind::Alertmanager,
            name: "prom-eu".to_owned(),
        }
    }

    /// Returns reports about one key: any status, of one of four cycles or without cycles, with any times.
    fn any_report() -> impl Strategy<Value = Alert> {
        let status = prop_oneof![
            Just(AlertStatus::Firing),
            Just(AlertStatus::Resolved),
            Just(AlertStatus::Acknowledged),
            Just(AlertStatus::Noted),
        ];
        let cycle = proptest::option::of(0_i64..4);
        let severity = prop_oneof![Just(""), Just("info"), Just("critical")];
        let ended_at = proptest::option::of(-100_i64..4_000_000);
        (status, cycle, severity, ended_at).prop_map(|(status, cycle, severity, ended_at)| Alert {
            key: "disk".to_owned(),
            occurrence: cycle.map(|cycle| cycle.to_string()),
            status,
            severity: severity.to_owned(),
            started_at: cycle.map(|cycle| Timestamp::from_epoch_seconds(START + cycle * 1_000_000)),
            ended_at: ended_at.map(|seconds| Timestamp::from_epoch_seconds(START + seconds)),
            ..Alert::default()
        })
    }

    proptest! {
        #[test]
        fn any_reports_leave_at_most_one_open_alert(reports in proptest::collection::vec(any_report(), 0..30)) {
            let source = source();
            let mut latest: Option<StoredAlert> = None;
            for (index, report) in (0..).zip(reports) {
                let received_at = Timestamp::from_epoch_seconds(START + 3_000_000 + index);
                let before = latest.clone();
                let receipt = Receipt { source: &source, received_at };
                let effect = decide_report(latest.clone(), report.clone(), &receipt);
                let (ReportEffect::Changed(AlertChange { alert, .. }) | ReportEffect::Updated(alert)) = &effect else {
                    continue;
                };
                let was_open = before.as_ref().is_some_and(StoredAlert::is_open);
                prop_assert_eq!(alert.last_received_at, received_at);
                prop_assert!(alert.ended_at.is_none_or(|at| at >= alert.started_at));
                if let ReportEffect::Changed(change) = &effect {
                    prop_assert_eq!(change.kind == AlertChangeKind::Fired, !was_open, "{:?}", report);
                    prop_assert_eq!(change.kind == AlertChangeKind::Resolved, !alert.is_open());
                }
                latest = Some(alert.clone());
            }
        }

        #[test]
        fn repeated_report_changes_nothing_but_the_count(report in any_report()) {
            let source = source();
            let received_at = Timestamp::from_epoch_seconds(START + 3_000_000);
            let receipt = Receipt { source: &source, received_at };
            let report = Alert { status: AlertStatus::Firing, ..report };
            let fire = |latest| match decide_report(latest, report.clone(), &receipt) {
                ReportEffect::Changed(change) => change,
                ReportEffect::Updated(_) | ReportEffect::Ignored(_) => panic!("it is ignored"),
            };
            let first = fire(None);
            let second = fire(Some(first.alert.clone()));
            prop_assert_eq!((first.kind, second.kind), (AlertChangeKind::Fired, AlertChangeKind::Repeated));
            prop_assert_eq!(StoredAlert { count: 1, ..second.alert }, first.alert);
        }
    }

    #[test]
    fn severity_that_gets_known_is_no_worse_unless_it_is_severe() {
        let is_worse = |before: &str, after: &str| priority(after) < priority(before);
        assert!(is_worse("warning", "critical") && is_worse("", "critical"));
        for (before, after) in [
            ("", "info"),
            ("info", ""),
            ("critical", "warning"),
            ("P1", "page"),
        ] {
            assert!(!is_worse(before, after), "{before} {after}");
        }
    }
}
