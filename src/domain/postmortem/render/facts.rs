//! The facts about an incident in a postmortem: its card, its durations, its severities and its gaps.

use chrono::Duration;

use crate::field::{SERVICES, TEAMS};
use crate::postmortem::render::values::{PostmortemValues, escaped, labelled, time_between};
use crate::text::{MUSTER, NO_COMMANDER, TemplateValue, format_duration};
use crate::{
    Author, FieldChange, Severity, Status, StoredEntry, TimelineEvent, Timestamp, status_durations,
};

/// The shortest time without an entry that is a gap.
const SHORTEST_GAP: Duration = Duration::minutes(15);

impl PostmortemValues<'_> {
    /// Returns the key facts.
    pub(super) fn key_facts(&self) -> TemplateValue {
        let incident = self.incident();
        let mut items = vec![
            labelled("Severity", &self.severity()),
            labelled("Status", incident.status.label()),
            labelled("Incident Commander", &self.commander()),
            labelled("Detection method", incident.detection_method.label()),
        ];
        for (label, field) in [("Services", SERVICES), ("Teams", TEAMS)] {
            let value = incident.fields.get(field).map(|value| value.to_line());
            items.extend(value.map(|value| labelled(label, &escaped(&value))));
        }
        let declarer = incident.declared_by.as_ref();
        let declarer = declarer.map_or_else(|| MUSTER.to_owned(), |user| self.user(user));
        let declared_at = self.time(incident.declared_at);
        items.push(labelled("Detected", &self.time(incident.detected_at)));
        items.push(labelled(
            "Declared",
            &format!("{declared_at} by {declarer}"),
        ));
        let resolved_at = incident.resolved_at.map(|at| self.time(at));
        items.extend(resolved_at.map(|at| labelled("Resolved", &at)));
        let impact = incident.customer_impact_duration(self.view.clock.now());
        for (label, duration) in [
            ("Customer impact", impact),
            ("Time to resolve", incident.time_to_resolve()),
        ] {
            items.extend(duration.map(|it| labelled(label, &format_duration(it))));
        }
        TemplateValue::Items(items)
    }

    fn commander(&self) -> String {
        let commander = self.incident().commander.as_ref();
        commander.map_or_else(|| NO_COMMANDER.to_owned(), |user| self.user(user))
    }

    /// Returns the severity, and the highest one if that was another.
    fn severity(&self) -> String {
        let (now, highest) = (self.incident().severity, self.highest_severity());
        match now == highest {
            true => now.to_string(),
            false => format!("{now} (highest: {highest})"),
        }
    }

    /// Returns the durations with their definitions, and the time in each open status.
    pub(super) fn durations(&self) -> TemplateValue {
        let (incident, now) = (self.incident(), self.view.clock.now());
        let known = incident.durations(now).into_iter().filter_map(|named| {
            let duration = format_duration(named.duration?);
            Some(labelled(
                named.label,
                &format!("{duration} ({})", named.definition),
            ))
        });
        let timeline = self.entries().map(|stored| &stored.entry);
        let in_status = status_durations(incident, timeline, now).into_iter();
        let in_status = in_status
            .filter(|(status, time)| status.is_open() && !time.is_zero())
            .map(|(status, time)| labelled(status.label(), &format_duration(time)));
        TemplateValue::Items(known.chain(in_status).collect())
    }

    /// Returns the highest severity and each change.
    pub(super) fn severity_changes(&self) -> TemplateValue {
        let highest = labelled("Highest", self.highest_severity().as_str());
        let mut items = vec![highest];
        for stored in self.entries() {
            let (time, author) = (self.time(stored.entry.happened_at), self.author(stored));
            for severity in severities(&stored.entry.event) {
                items.push(match severity {
                    (None, first) => format!("{time}: declared as {first}{author}"),
                    (Some(from), to) => format!("{time}: {from} → {to}{author}"),
                });
            }
        }
        TemplateValue::Items(items)
    }

    /// Returns the author of an entry, if it has one: ` by Alice`.
    fn author(&self, stored: &StoredEntry) -> String {
        match &stored.entry.author {
            Some(Author::User(user)) => format!(" by {}", self.user(user)),
            Some(Author::App(app)) => format!(" by {}", escaped(app)),
            None => String::new(),
        }
    }

    fn highest_severity(&self) -> Severity {
        let changes = self.entries().flat_map(|it| severities(&it.entry.event));
        let known = changes.flat_map(|(from, to)| from.into_iter().chain([to]));
        let current = self.incident().severity;
        known
            .chain([current])
            .min_by_key(|severity| severity.sort_key())
            .unwrap_or(current)
    }

    /// Returns the times without an entry while the incident was open.
    pub(super) fn gaps(&self) -> TemplateValue {
        let gap = |(from, to): (Timestamp, Timestamp)| {
            let length = time_between(from, to);
            format!(
                "**{length}**, from {} to {}",
                self.time(from),
                self.time(to)
            )
        };
        let items: Vec<_> = self.quiet_times().into_iter().map(gap).collect();
        match items.is_empty() {
            true => "There's no gap of more than 15 min in the timeline.".into(),
            false => TemplateValue::Items(items),
        }
    }

    fn quiet_times(&self) -> Vec<(Timestamp, Timestamp)> {
        let (mut from, mut status) = (self.incident().declared_at, Status::Active);
        let mut gaps = Vec::new();
        let entries = self.entries().map(|it| {
            let entry = &it.entry;
            (entry.happened_at, entry.event.new_status())
        });
        let now = (self.view.clock.now(), None);
        for (at, next) in entries.chain([now]) {
            if status.is_open() && at.duration_since(from) > SHORTEST_GAP {
                gaps.push((from, at));
            }
            from = from.max(at);
            status = next.unwrap_or(status);
        }
        gaps
    }
}

/// Returns the severities that an event sets, each with the one before it.
fn severities(event: &TimelineEvent) -> Vec<(Option<Severity>, Severity)> {
    if let TimelineEvent::Declared { severity, .. } = event {
        return vec![(None, *severity)];
    }
    let TimelineEvent::Updated { changes } = event else {
        return Vec::new();
    };
    let severities = changes.iter().filter_map(|change| {
        let FieldChange::Severity { from, to } = change else {
            return None;
        };
        Some((Some(*from), *to))
    });
    severities.collect()
}
