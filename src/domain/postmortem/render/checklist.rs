//! The checklist above a postmortem. It hints at what is missing; nothing on it is required.

use chrono::Duration;

use crate::postmortem::PostmortemSource;
use crate::text::{format_duration, join_items};
use crate::{Author, FieldChange, Incident, Severity, TaskKind, TimelineEvent, Timestamp, UserId};

/// An item of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    /// The label: the state that is checked.
    pub label: &'static str,
    /// Whether this is the case.
    pub is_satisfied: bool,
    /// The details, as sentences of plain text; may be empty.
    pub detail: String,
}

/// Returns the checklist of a postmortem.
pub fn checklist(source: &PostmortemSource, now: Timestamp) -> Vec<ChecklistItem> {
    vec![
        impact_ended(&source.incident),
        times_plausible(&source.incident, now),
        commander_named(source),
        severity_known(source.incident.severity),
        follow_ups_assigned(&source.incident),
        important_entries(source),
    ]
}

fn impact_ended(incident: &Incident) -> ChecklistItem {
    let detail = match (incident.open_impact(), incident.impacts.is_empty()) {
        (Some(_), _) => "An impact is still ongoing. End it, so that its duration is known.",
        (None, true) => "No impact was recorded.",
        (None, false) => "",
    };
    ChecklistItem {
        label: "Impact ended",
        is_satisfied: incident.open_impact().is_none(),
        detail: detail.to_owned(),
    }
}

fn times_plausible(incident: &Incident, now: Timestamp) -> ChecklistItem {
    let problems = implausible_times(incident, now);
    ChecklistItem {
        label: "Times plausible",
        is_satisfied: problems.is_empty(),
        detail: problems.join(" "),
    }
}

/// Returns the times that contradict each other, one sentence each.
fn implausible_times(incident: &Incident, now: Timestamp) -> Vec<String> {
    let late = |what: &str, at: Timestamp, limit: Timestamp, than: &str| {
        let delay = at.duration_since(limit);
        (delay > Duration::zero())
            .then(|| format!("{what} {} after {than}.", format_duration(delay)))
    };
    let mut problems = Vec::new();
    let detected = "It was detected";
    let declaration = "it was declared";
    problems.extend(late(
        detected,
        incident.detected_at,
        incident.declared_at,
        declaration,
    ));
    if let Some(resolved_at) = incident.resolved_at {
        problems.extend(late(
            "It was declared",
            incident.declared_at,
            resolved_at,
            "it was resolved",
        ));
    }
    for impact in &incident.impacts {
        let what = format!("Impact {} started", impact.number);
        let (limit, than) = match (impact.ended_at, incident.resolved_at) {
            (Some(ended_at), _) => (ended_at, "its end"),
            (None, Some(resolved_at)) => (resolved_at, "the incident was resolved"),
            (None, None) => (now, "now"),
        };
        problems.extend(late(&what, impact.started_at, limit, than));
    }
    problems
}

/// Checks that the commander is more than the user who declared the incident, who is the default.
fn commander_named(source: &PostmortemSource) -> ChecklistItem {
    let incident = &source.incident;
    let label = "Incident Commander named";
    let Some(commander) = &incident.commander else {
        return ChecklistItem {
            label,
            is_satisfied: false,
            detail: "The incident has no commander.".to_owned(),
        };
    };
    let entries = || source.entries.iter().map(|it| &it.stored.entry);
    let is_default = incident.declared_by.as_ref() == Some(commander)
        && !entries().any(|entry| changes_commander(&entry.event))
        && !entries().any(|entry| {
            let is_declaration = matches!(entry.event, TimelineEvent::Declared { .. });
            entry.author == Some(Author::User(commander.clone())) && !is_declaration
        });
    let name = user_name(source, commander);
    ChecklistItem {
        label,
        is_satisfied: !is_default,
        detail: match is_default {
            true => format!("{name} declared the incident and took no part in it afterwards."),
            false => format!("{name} is the Incident Commander."),
        },
    }
}

fn changes_commander(event: &TimelineEvent) -> bool {
    let TimelineEvent::Updated { changes } = event else {
        return false;
    };
    let is_commander = |change: &FieldChange| matches!(change, FieldChange::Commander { .. });
    changes.iter().any(is_commander)
}

fn user_name(source: &PostmortemSource, user: &UserId) -> String {
    let contact = source.contacts.get(user);
    let name = contact.map_or("", |contact| contact.label());
    match name {
        "" => user.to_string(),
        name => name.to_owned(),
    }
}

fn severity_known(severity: Severity) -> ChecklistItem {
    let is_satisfied = severity != Severity::Unknown;
    ChecklistItem {
        label: "Severity known",
        is_satisfied,
        detail: match is_satisfied {
            true => format!("It's {severity}."),
            false => "It's still UNKNOWN.".to_owned(),
        },
    }
}

fn follow_ups_assigned(incident: &Incident) -> ChecklistItem {
    let tasks = incident.tasks.iter();
    let open: Vec<_> = tasks
        .filter(|task| task.kind == TaskKind::FollowUp && task.done_at.is_none())
        .collect();
    let unassigned = open.iter().filter(|task| task.is_unassigned());
    let undated = open.iter().filter(|task| task.due_at.is_none());
    let problems: Vec<_> = [
        lack(unassigned.map(|task| task.number), "no assignee"),
        lack(undated.map(|task| task.number), "no due date"),
    ]
    .into_iter()
    .flatten()
    .collect();
    ChecklistItem {
        label: "Follow-ups have an assignee and a due date",
        is_satisfied: problems.is_empty(),
        detail: match open.is_empty() {
            true => "There are no open follow-ups.".to_owned(),
            false => problems.join(" "),
        },
    }
}

/// Returns which follow-ups lack something, as a sentence; `None` if there are none.
fn lack(numbers: impl Iterator<Item = i64>, what: &str) -> Option<String> {
    let numbers: Vec<_> = numbers.map(|number| number.to_string()).collect();
    let names: Vec<_> = numbers.iter().map(String::as_str).collect();
    match names.as_slice() {
        [] => None,
        [only] => Some(format!("Follow-up {only} has {what}.")),
        names => Some(format!("Follow-ups {} have {what}.", join_items(names))),
    }
}

fn important_entries(source: &PostmortemSource) -> ChecklistItem {
    let entries = source.entries.iter();
    let count = entries.filter(|it| it.stored.is_important).count();
    ChecklistItem {
        label: "Important entries marked",
        is_satisfied: count > 0,
        detail: match count {
            0 => "No entry of the timeline is marked as important.".to_owned(),
            1 => "1 entry is marked.".to_owned(),
            count => format!("{count} entries are marked."),
        },
    }
}
