//! An incident as JSON, with all stored data.

use serde_json::{Value, json};

use crate::cli::export::{changes, durations, notifications, postmortem};
use crate::domain::{
    Author, Channel, ChannelName, Document, Impact, Integration, MessageRef, Responder,
    RoleAssignment, ScheduleEntry, Signal, StatusUpdate, StoredEntry, Task, TimelineEntry,
    Timestamp, UserId, UserNames,
};
use crate::store::{EarlierVersion, IncidentRecord, RecordedEntry};

/// Returns an incident with its timeline. The types that it contains are destructured, so that no new field
/// can be forgotten; a test checks the fields of the incident itself.
#[expect(clippy::too_many_lines, reason = "one line for each field")]
pub fn incident(record: &IncidentRecord, names: &UserNames, now: Timestamp) -> Value {
    let incident = &record.incident;
    let announcement = incident.announcement.as_ref();
    json!({
        "number": incident.id.number(),
        "public_id": incident.id.to_string(),
        "title": incident.title,
        "visibility": incident.visibility,
        "kind": incident.kind,
        "incident_type": incident.incident_type,
        "fields": incident.fields,
        "severity": incident.severity,
        "status": incident.status,
        "commander": incident.commander.as_ref().map(|it| user(it, names)),
        "declared_by": incident.declared_by.as_ref().map(|it| user(it, names)),
        "detection_method": incident.detection_method,
        "summary": incident.summary,
        "root_cause": incident.root_cause,
        "customer_impact": incident.customer_impact,
        "declared_at": incident.declared_at,
        "detected_at": incident.detected_at,
        "resolved_at": incident.resolved_at,
        "deleted_at": incident.deleted_at,
        "imported_at": incident.imported_at,
        "seconds": durations::in_seconds(record, now),
        "channel_state": incident.channel_state.as_str(),
        "channel": incident.channel.as_ref().map(channel_object),
        "header": incident.header,
        "announcement": announcement.map(|it| json!({ "channel": it.channel, "ts": it.ts })),
        "last_update": incident.last_update.as_ref().map(|it| status_update(it, names)),
        "impacts": incident.impacts.iter().map(impact).collect::<Vec<_>>(),
        "responders": incident.responders.iter().map(|it| responder(it, names)).collect::<Vec<_>>(),
        "roles": incident.roles.iter().map(|it| role_assignment(it, names)).collect::<Vec<_>>(),
        "signals": incident.signals.iter().map(signal).collect::<Vec<_>>(),
        "chat_url": incident.chat_url,
        "call_url": incident.call_url,
        "integrations": incident.integrations.iter().map(|it| integration(it, names)).collect::<Vec<_>>(),
        "documents": incident.documents.iter().map(|it| document(it, names)).collect::<Vec<_>>(),
        "tasks": incident.tasks.iter().map(|it| task(it, names)).collect::<Vec<_>>(),
        "subscribers": incident.subscribers.iter().map(|it| user(it, names)).collect::<Vec<_>>(),
        "timeline": record.timeline.iter().map(|it| recorded_entry(it, names)).collect::<Vec<_>>(),
        "notifications": record.notifications.iter().map(|it| notifications::as_json(it, names)).collect::<Vec<_>>(),
        "postmortem": postmortem::as_json(record, names),
        "changes": record.changes.iter().map(changes::as_json).collect::<Vec<_>>(),
        "schedule": record.schedule.iter().map(schedule_entry).collect::<Vec<_>>(),
    })
}

fn user(id: &UserId, names: &UserNames) -> Value {
    json!({ "id": id, "name": names.get(id) })
}

fn status_update(update: &StatusUpdate, names: &UserNames) -> Value {
    let StatusUpdate {
        text,
        author,
        at,
        next_update_at,
    } = update;
    json!({
        "text": text,
        "author": author.as_ref().map(|it| user(it, names)),
        "at": at,
        "next_update_at": next_update_at,
    })
}

fn impact(impact: &Impact) -> Value {
    let Impact {
        number,
        description,
        started_at,
        ended_at,
    } = impact;
    json!({
        "number": number,
        "description": description,
        "started_at": started_at,
        "ended_at": ended_at,
    })
}

fn document(document: &Document, names: &UserNames) -> Value {
    let Document {
        number,
        title,
        url,
        removed_at,
        modified_at,
        modified_by,
    } = document;
    json!({
        "number": number,
        "title": title,
        "url": url,
        "removed_at": removed_at,
        "modified_at": modified_at,
        "modified_by": modified_by.as_ref().map(|id| user(id, names)),
    })
}

fn integration(integration: &Integration, names: &UserNames) -> Value {
    let Integration {
        number,
        kind,
        metadata,
        is_edited: _,
        created_at,
        created_by,
        modified_at,
        modified_by,
        removed_at,
    } = integration;
    json!({
        "number": number,
        "kind": kind.as_str(),
        "metadata": metadata,
        "created_at": created_at,
        "created_by": created_by.as_ref().map(|id| user(id, names)),
        "modified_at": modified_at,
        "modified_by": modified_by.as_ref().map(|id| user(id, names)),
        "removed_at": removed_at,
    })
}

fn signal(signal: &Signal) -> Value {
    json!({ "name": signal.name, "url": signal.url })
}

fn task(task: &Task, names: &UserNames) -> Value {
    let Task {
        number,
        kind,
        description,
        assignees,
        handles: _,
        due_at,
        done_at,
    } = task;
    json!({
        "number": number,
        "kind": kind.as_str(),
        "description": description,
        "assignees": assignees.iter().map(|it| user(it, names)).collect::<Vec<_>>(),
        "other_assignees": task.other_assignees().collect::<Vec<_>>(),
        "due_at": due_at,
        "done_at": done_at,
    })
}

fn responder(responder: &Responder, names: &UserNames) -> Value {
    let Responder {
        user: id,
        joined_at,
        last_active_at,
    } = responder;
    json!({ "user": user(id, names), "joined_at": joined_at, "last_active_at": last_active_at })
}

fn role_assignment(assignment: &RoleAssignment, names: &UserNames) -> Value {
    let RoleAssignment {
        role,
        user: id,
        assigned_at,
    } = assignment;
    json!({ "role": role, "user": user(id, names), "assigned_at": assigned_at })
}

fn channel_object(channel: &Channel) -> Value {
    let Channel {
        id,
        name,
        requested_name,
    } = channel;
    let requested_name = requested_name.as_ref().map(ChannelName::as_str);
    json!({ "id": id, "name": name, "requested_name": requested_name })
}

fn schedule_entry(entry: &ScheduleEntry) -> Value {
    let ScheduleEntry {
        kind,
        key,
        since,
        base_at,
        due_at,
        is_stopped,
    } = entry;
    json!({
        "kind": kind.as_str(),
        "key": key,
        "since": since,
        "base_at": base_at,
        "due_at": due_at,
        "stopped": is_stopped,
    })
}

fn recorded_entry(recorded: &RecordedEntry, names: &UserNames) -> Value {
    let RecordedEntry { stored, earlier } = recorded;
    let StoredEntry {
        id: _,
        entry: current,
        is_important,
    } = stored;
    let mut object = entry(current, names);
    object["important"] = json!(is_important);
    let earlier = earlier.iter().map(|it| earlier_version(it, names));
    object["earlier_versions"] = earlier.collect();
    object
}

fn earlier_version(version: &EarlierVersion, names: &UserNames) -> Value {
    let EarlierVersion {
        event,
        happened_at,
        edited_at,
        edited_by,
    } = version;
    json!({
        "event": event,
        "happened_at": happened_at,
        "edited_at": edited_at,
        "edited_by": edited_by.as_ref().map(|id| user(id, names)),
    })
}

fn entry(entry: &TimelineEntry, names: &UserNames) -> Value {
    let TimelineEntry {
        author,
        event,
        happened_at,
        recorded_at,
        recorded_by,
        source,
        message,
    } = entry;
    json!({
        "kind": event.kind().as_str(),
        "author": author.as_ref().map(|author| match author {
            Author::User(id) => user(id, names),
            Author::App(app) => json!({ "app": app }),
        }),
        "event": event,
        "happened_at": happened_at,
        "recorded_at": recorded_at,
        "recorded_by": recorded_by.as_ref().map(|id| user(id, names)),
        "source": source,
        "message": message.as_ref().map(message_ref),
    })
}

fn message_ref(message: &MessageRef) -> Value {
    let MessageRef {
        channel,
        ts,
        permalink,
        edited_ts,
    } = message;
    json!({ "channel": channel, "ts": ts, "permalink": permalink, "edited_ts": edited_ts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing;

    #[test]
    fn every_field_of_an_incident_is_exported() {
        let record = IncidentRecord {
            incident: testing::incident("Checkout"),
            timeline: Vec::new(),
            schedule: Vec::new(),
            notifications: Vec::new(),
            postmortem: None,
            changes: Vec::new(),
        };
        let now = record.incident.declared_at;
        let exported = super::incident(&record, &UserNames::default(), now);
        let debug = format!("{:#?}", record.incident);
        let fields = debug
            .lines()
            .filter_map(|row| row.strip_prefix("    ")?.split_once(':'))
            .filter(|(name, _)| !name.starts_with(' '));
        let missing: Vec<&str> = fields
            .map(|(name, _)| name)
            .filter(|name| exported.get(name).is_none())
            .collect();
        // The ID is exported as `number` and `public_id`. The key of the request that declared it, queued direct
        // messages, reminders with buttons and the highest numbers of removed impacts, tasks and notifications are not
        // part of the record.
        let internal = [
            "id",
            "creation_key",
            "last_removed_impact",
            "last_removed_task",
            "last_notification",
            "pending_direct_messages",
            "reminder_posts",
        ];
        assert_eq!(missing, internal);
    }
}
