//! An incident as Markdown. Text of users is escaped, so that it appears as written.

use crate::cli::export::{changes, durations, fields, notifications};
use crate::domain::text::markdown::{escape_inline, escape_lines, format_url, named_link};
use crate::domain::text::{Addresses, EntryWriter, MUSTER, NO_COMMANDER};
use crate::domain::{Incident, Integration, TaskKind, TimelineEntry, Timestamp, UserId, UserNames};
use crate::store::{IncidentRecord, RecordedEntry};

/// Returns an incident with its timeline.
pub fn incident(record: &IncidentRecord, names: &UserNames, now: Timestamp) -> String {
    let incident = &record.incident;
    let mut page = format!(
        "# {} {}\n\n",
        incident.id,
        escape_inline(&incident.display_title())
    );
    for (label, value) in attributes(incident, names) {
        page.push_str(&format!("* **{label}**: {value}\n"));
    }
    let texts = [
        ("What happened", &incident.summary),
        ("Why it happened", &incident.root_cause),
    ];
    for (label, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        page.push_str(&format!("\n## {label}\n\n{}\n", escape_lines(text, "")));
    }
    push_section(&mut page, "Customer impact", impacts(incident));
    push_section(&mut page, "Fields", fields::as_text(incident));
    push_section(&mut page, "Durations", durations::as_text(record, now));
    push_section(&mut page, "Responders", responders(incident, names));
    let signals = incident.signals.iter();
    let signals = signals.map(|it| named_link(&it.name, &it.url));
    push_section(&mut page, "Signals", signals.collect());
    push_section(&mut page, "Links", links(incident));
    push_section(&mut page, "Postmortem", postmortem_link(incident));
    for kind in TaskKind::ALL {
        push_section(&mut page, kind.plural_label(), tasks(incident, kind, names));
    }
    let sent = notifications::as_text(record, names);
    push_section(&mut page, "Notifications", sent);
    push_section(&mut page, "Changes", changes::as_text(&record.changes));
    let important = record.timeline.iter().filter(|it| it.stored.is_important);
    let important = important.map(|it| timeline_entry(&it.stored.entry, "", names));
    push_section(&mut page, "Key moments", important.collect());
    let timeline = record.timeline.iter().map(|it| recorded_entry(it, names));
    push_section(&mut page, "Timeline", timeline.collect());
    page
}

/// Returns the list item of an incident, with links to its two files.
pub fn list_item(incident: &Incident) -> String {
    let id = incident.id;
    format!(
        "* [{id}]({id}.md) {} · {} · {} · declared {} ([JSON]({id}.json))\n",
        escape_inline(&incident.display_title()),
        incident.severity,
        incident.status.label(),
        format_time(incident.declared_at)
    )
}

/// Returns the name of a user, or this text if there is none.
fn user_or(user: Option<&UserId>, text: &str, names: &UserNames) -> String {
    user.map_or_else(|| text.to_owned(), |user| user_name(user, names))
}

fn attributes(incident: &Incident, names: &UserNames) -> Vec<(&'static str, String)> {
    let channel = incident.channel.as_ref();
    let mut attributes = vec![
        ("Severity", incident.severity.to_string()),
        ("Status", incident.status.label().to_owned()),
        ("Visibility", incident.visibility.as_str().to_owned()),
        (
            "Incident Commander",
            user_or(incident.commander.as_ref(), NO_COMMANDER, names),
        ),
        (
            "Declared",
            format!(
                "{} by {}",
                format_time(incident.declared_at),
                user_or(incident.declared_by.as_ref(), MUSTER, names)
            ),
        ),
        ("Detected", format_time(incident.detected_at)),
        (
            "Detection method",
            incident.detection_method.label().to_owned(),
        ),
    ];
    attributes.extend(
        incident
            .resolved_at
            .map(|resolved| ("Resolved", format_time(resolved))),
    );
    attributes.extend(channel.map(|channel| {
        let state = incident.channel_state.as_str();
        (
            "Channel",
            format!("#{} ({state})", escape_inline(&channel.name)),
        )
    }));
    attributes
}

fn impacts(incident: &Incident) -> Vec<String> {
    let impacts = incident.impacts.iter().map(|impact| {
        let end = match impact.ended_at {
            Some(end) => format!("to {}", format_time(end)),
            None => "and is ongoing".to_owned(),
        };
        let about = match impact.description.as_str() {
            "" => String::new(),
            text => format!(": {}", escape_lines(text, "  ")),
        };
        format!("{} {end}{about}", format_time(impact.started_at))
    });
    impacts.collect()
}

fn links(incident: &Incident) -> Vec<String> {
    let urls = [
        ("Video call", &incident.call_url),
        ("Chat", &incident.chat_url),
    ];
    let urls = urls
        .into_iter()
        .filter_map(|(label, url)| Some(format!("{label}: {}", format_url(url.as_deref()?))));
    let documents = incident.documents();
    let documents = documents.map(|it| named_link(&it.title, &it.url));
    let integrations = incident.integrations().flat_map(Integration::links);
    let integrations = integrations.map(|it| match it.url.as_str() {
        "" => escape_inline(&it.title),
        url => named_link(&it.title, url),
    });
    urls.chain(documents).chain(integrations).collect()
}

/// Returns the link to the postmortem: a file of the export, or a document elsewhere.
fn postmortem_link(incident: &Incident) -> Vec<String> {
    let link = incident.postmortem.iter().map(|postmortem| {
        let title = escape_inline(&postmortem.title);
        let status = postmortem.status.label();
        match &postmortem.attached_url {
            Some(url) => named_link(&postmortem.title, url),
            None => format!("[{title}]({}-postmortem.md) ({status})", incident.id),
        }
    });
    link.collect()
}

fn tasks(incident: &Incident, kind: TaskKind, names: &UserNames) -> Vec<String> {
    let tasks = incident.tasks.iter().filter(|task| task.kind == kind);
    tasks
        .map(|task| {
            let done = if task.done_at.is_some() { "x" } else { " " };
            let users = task.assignees.iter().map(|it| user_name(it, names));
            let others = task.other_assignees().map(escape_inline);
            let assignees: Vec<String> = users.chain(others).collect();
            let assignees = match assignees.as_slice() {
                [] => String::new(),
                assignees => format!(" ({})", assignees.join(", ")),
            };
            let due = task.due_at.map(|at| format!(", due {}", format_time(at)));
            format!(
                "[{done}] {} {}{assignees}{}",
                task.number,
                escape_lines(&task.description, "  "),
                due.unwrap_or_default()
            )
        })
        .collect()
}

fn responders(incident: &Incident, names: &UserNames) -> Vec<String> {
    let responders = incident.responders.iter();
    responders
        .map(|responder| {
            let user = user_name(&responder.user, names);
            let roles = incident.roles.iter();
            let roles: Vec<String> = roles
                .filter(|assignment| assignment.user == responder.user)
                .map(|assignment| format!(", {}", escape_inline(&assignment.role)))
                .collect();
            let since = format_time(responder.joined_at);
            format!("{user}{}, since {since}", roles.concat())
        })
        .collect()
}

fn push_section(page: &mut String, label: &str, items: Vec<String>) {
    if items.is_empty() {
        return;
    }
    page.push_str(&format!("\n## {label}\n\n"));
    for item in items {
        page.push_str(&format!("* {item}\n"));
    }
}

/// Returns the list item of a timeline entry, with its flag and with what it said before each edit.
fn recorded_entry(recorded: &RecordedEntry, names: &UserNames) -> String {
    let stored = &recorded.stored;
    let flag = if stored.is_important {
        "(important) "
    } else {
        ""
    };
    let mut item = timeline_entry(&stored.entry, flag, names);
    for version in &recorded.earlier {
        let before = TimelineEntry {
            event: version.event.clone(),
            happened_at: version.happened_at.unwrap_or(stored.entry.happened_at),
            ..stored.entry.clone()
        };
        let until = format_time(version.edited_at);
        let text = timeline_entry(&before, "", names);
        // Nested lists are indented by two spaces, and so are the further lines of their items.
        let text = text.replace("\n  ", "\n    ");
        item.push_str(&format!("\n  * Until {until}: {text}"));
    }
    item
}

/// Returns the text of a timeline entry, with a flag after the time. Texts of users are included in full.
fn timeline_entry(entry: &TimelineEntry, flag: &str, names: &UserNames) -> String {
    let user_name = |user: &UserId| names.get(user).unwrap_or(user.as_str()).to_owned();
    let writer = EntryWriter {
        user_name: &user_name,
        format_time: &format_time,
        addresses: Addresses::Linked,
    };
    let time = format_time(entry.happened_at);
    format!("{time} {flag}{}", writer.entry(entry))
}

fn user_name(user: &UserId, names: &UserNames) -> String {
    escape_inline(names.get(user).unwrap_or(user.as_str()))
}

pub(super) fn format_time(timestamp: Timestamp) -> String {
    timestamp
        .to_datetime()
        .format("%Y-%m-%d %H:%M:%S UTC")
        .to_string()
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::domain::testing::incident_with_channel;
    use crate::domain::{
        Author, ChannelId, DetectionMethod, FieldChange, MessageRef, MessageTs, Severity, Signal,
        StoredEntry, TimelineEvent,
    };
    use crate::store::EarlierVersion;

    /// Returns an entry. It is important if it was edited.
    fn recorded(id: i64, entry: TimelineEntry, earlier: Vec<EarlierVersion>) -> RecordedEntry {
        let is_important = !earlier.is_empty();
        let stored = StoredEntry {
            id,
            entry,
            is_important,
        };
        RecordedEntry { stored, earlier }
    }

    fn incident_with_message() -> (IncidentRecord, UserNames) {
        let mut incident = incident_with_channel("Checkout is *slow*");
        incident.summary = "1. The disk\n- is full".to_owned();
        incident.signals = Signal::find_in("https://example.com/a_b");
        let at = incident.declared_at;
        let alice = UserId::from("U0ALICE0001");
        let mut entry = TimelineEntry::automatic(
            TimelineEvent::Message {
                text: "I <b>look</b>\n# at it".to_owned(),
            },
            at,
        );
        entry.author = Some(Author::User(alice.clone()));
        entry.message = Some(MessageRef {
            channel: ChannelId::from("C1"),
            ts: MessageTs::from("1.2"),
            permalink: String::new(),
            edited_ts: None,
        });
        let earlier = earlier_version(at);
        let archived = TimelineEntry::automatic(TimelineEvent::ChannelArchived, at);
        let timeline = vec![
            recorded(1, entry, vec![earlier]),
            recorded(2, updated_entry(&alice, at), Vec::new()),
            recorded(3, archived, Vec::new()),
        ];
        let names = [(alice, "alice_x".to_owned())].into_iter().collect();
        let record = IncidentRecord {
            incident,
            timeline,
            schedule: Vec::new(),
            notifications: Vec::new(),
            postmortem: None,
            changes: Vec::new(),
        };
        (record, names)
    }

    fn earlier_version(at: Timestamp) -> EarlierVersion {
        EarlierVersion {
            event: TimelineEvent::Message {
                text: "I <b>luck</b>\n# at it".to_owned(),
            },
            happened_at: None,
            edited_at: at.plus(chrono::Duration::minutes(1)),
            edited_by: None,
        }
    }

    fn updated_entry(author: &UserId, at: Timestamp) -> TimelineEntry {
        let severity = FieldChange::Severity {
            from: Severity::Unknown,
            to: Severity::Sev2,
        };
        let method = FieldChange::DetectionMethod {
            from: DetectionMethod::Unknown,
            to: DetectionMethod::Monitor,
        };
        let changes = vec![severity, method];
        let mut entry = TimelineEntry::automatic(TimelineEvent::Updated { changes }, at);
        entry.author = Some(Author::User(author.clone()));
        entry
    }

    const EXPECTED: &str = "\
# IR-7 Checkout is \\*slow\\*

* **Severity**: UNKNOWN
* **Status**: ACTIVE
* **Visibility**: public
* **Incident Commander**: alice\\_x
* **Declared**: 2026-11-23 15:20:05 UTC by alice\\_x
* **Detected**: 2026-11-23 15:20:05 UTC
* **Detection method**: Unknown
* **Channel**: #incident-7 (open)

## What happened

1\\. The disk\\
\\- is full

## Durations

* Time to internal response: less than a second
* ACTIVE: 10 min

## Responders

* alice\\_x, since 2026-11-23 15:20:05 UTC

## Signals

* <https://example.com/a_b>

## Key moments

* 2026-11-23 15:20:05 UTC alice\\_x wrote: I \\<b\\>look\\</b\\>\\
  \\# at it

## Timeline

* 2026-11-23 15:20:05 UTC (important) alice\\_x wrote: I \\<b\\>look\\</b\\>\\
  \\# at it
  * Until 2026-11-23 15:21:05 UTC: 2026-11-23 15:20:05 UTC alice\\_x wrote: I \\<b\\>luck\\</b\\>\\
    \\# at it
* 2026-11-23 15:20:05 UTC alice\\_x updated the incident · Severity **UNKNOWN** → **SEV-2** · Detection method **Unknown** → **Monitor**
* 2026-11-23 15:20:05 UTC Someone archived the channel.
";

    #[test]
    fn incident_is_exported_as_readable_markdown() {
        let (record, names) = incident_with_message();
        let now = record
            .incident
            .declared_at
            .plus(chrono::Duration::minutes(10));
        assert_eq!(super::incident(&record, &names, now), EXPECTED);
    }
}
