//! The preview of a rule, next to its form: the past alerts that it decides about, and what it would have done.

use crate::domain::alert::group::{ReplayOutcome, ReplayedGroup};
use crate::domain::alert::rule::{AlertAction, AlertRule};
use crate::domain::text::format_duration;
use crate::domain::{Settings, SeverityScale};
use crate::store::{AlertRulePreview, PREVIEWED_ALERTS, PREVIEWED_HOURS};
use crate::web::parts::{SeverityPill, Time};
use crate::web::session::SignedIn;

/// The preview in words.
pub(super) struct RulePreview {
    /// `12 of 40 alerts of the last 24 hours match.`
    pub(super) headline: String,
    /// The effects of the rule: `2 incidents declared`.
    pub(super) outcomes: Vec<String>,
    /// The newest alerts that match.
    pub(super) newest: Vec<PreviewedAlert>,
    /// The limits of the preview.
    pub(super) notes: Vec<String>,
}

/// An alert in the preview.
pub(super) struct PreviewedAlert {
    pub(super) title: String,
    pub(super) severity: String,
    pub(super) source: String,
    pub(super) since: Time,
    /// The title and the severity of the incident that is declared or suggested.
    pub(super) incident: Option<(String, SeverityPill)>,
    pub(super) outcome: &'static str,
}

impl RulePreview {
    /// Creates the preview of a rule.
    pub(super) fn new(
        rule: &AlertRule,
        preview: &AlertRulePreview,
        settings: &Settings,
        signed_in: &SignedIn,
    ) -> Self {
        let scale = settings.severity_scale();
        let newest = preview.newest.iter().map(|(alert, group)| PreviewedAlert {
            title: alert.report.title.clone(),
            severity: alert.report.severity.clone(),
            source: alert.source.name.clone(),
            since: signed_in.time(alert.received_at),
            incident: incident(rule, group, &scale),
            outcome: outcome_of_one(rule, group.outcome),
        });
        let outcomes = preview.outcomes.iter();
        Self {
            headline: headline(preview),
            outcomes: outcomes
                .map(|(outcome, count)| outcome_of_many(rule, *outcome, *count))
                .collect(),
            newest: newest.collect(),
            notes: notes(preview),
        }
    }
}

fn headline(preview: &AlertRulePreview) -> String {
    let AlertRulePreview {
        fired, matching, ..
    } = preview;
    match (fired, matching) {
        (0, _) => format!("No alert fired in the last {PREVIEWED_HOURS} hours."),
        (1, 0) => format!("The only alert of the last {PREVIEWED_HOURS} hours doesn't match."),
        (1, _) => format!("The only alert of the last {PREVIEWED_HOURS} hours matches."),
        (_, 0) => {
            format!("None of the {fired} alerts of the last {PREVIEWED_HOURS} hours matches.")
        }
        (_, 1) => format!("1 of {fired} alerts of the last {PREVIEWED_HOURS} hours matches."),
        _ => format!("{matching} of {fired} alerts of the last {PREVIEWED_HOURS} hours match."),
    }
}

fn notes(preview: &AlertRulePreview) -> Vec<String> {
    let mut notes = Vec::new();
    match preview.taken {
        0 => {}
        1 => notes.push("1 more alert would match, but a rule before this one decides.".to_owned()),
        many => notes.push(format!(
            "{many} more alerts would match, but rules before this one decide."
        )),
    }
    if preview.outcomes.contains_key(&ReplayOutcome::Declared) {
        notes.push("Calculated as if each declared incident were still open.".to_owned());
    }
    if preview.is_limited {
        notes.push(format!(
            "Only the newest {PREVIEWED_ALERTS} alerts were looked at."
        ));
    }
    notes
}

fn incident(
    rule: &AlertRule,
    group: &ReplayedGroup,
    scale: &SeverityScale,
) -> Option<(String, SeverityPill)> {
    let severity = rule.severity_on(scale, &group.severity);
    let outcomes = [
        ReplayOutcome::Declared,
        ReplayOutcome::Suggested,
        ReplayOutcome::Holding,
    ];
    let is_offered = outcomes.contains(&group.outcome);
    is_offered.then(|| (group.title.clone(), SeverityPill::short(severity, scale)))
}

fn outcome_of_many(rule: &AlertRule, outcome: ReplayOutcome, count: usize) -> String {
    let (one, many) = match outcome {
        ReplayOutcome::Declared => ("incident declared", "incidents declared"),
        ReplayOutcome::Suggested => ("incident suggested", "incidents suggested"),
        ReplayOutcome::InStorm => (
            "group counted on the card of a storm",
            "groups counted on the card of a storm",
        ),
        ReplayOutcome::Listed if rule.action == AlertAction::Attach => (
            "group attached to its open incident, if there was one",
            "groups attached to their open incidents, if there were any",
        ),
        ReplayOutcome::Listed => ("group listed only", "groups listed only"),
        ReplayOutcome::Holding => ("group held back now", "groups held back now"),
        ReplayOutcome::EndedInHold => {
            let delay = format_duration(rule.hold_period());
            return match count {
                1 => format!("1 group resolved within {delay}: nothing done"),
                many => format!("{many} groups resolved within {delay}: nothing done"),
            };
        }
        ReplayOutcome::BelowThreshold => {
            let threshold = rule.threshold;
            return match count {
                1 => format!("1 group with fewer than {threshold} alerts: nothing done"),
                many => format!("{many} groups with fewer than {threshold} alerts: nothing done"),
            };
        }
    };
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

fn outcome_of_one(rule: &AlertRule, outcome: ReplayOutcome) -> &'static str {
    match outcome {
        ReplayOutcome::Declared => "Incident declared:",
        ReplayOutcome::Suggested => "Incident suggested:",
        ReplayOutcome::InStorm => "Counted on the card of a storm",
        ReplayOutcome::Listed if rule.action == AlertAction::Attach => {
            "Attached to the open incident of its group, if there was one"
        }
        ReplayOutcome::Listed => "Listed only",
        ReplayOutcome::Holding => "Held back now, then:",
        ReplayOutcome::EndedInHold => "Resolved before the hold ended",
        ReplayOutcome::BelowThreshold => "Too few alerts in its group",
    }
}
