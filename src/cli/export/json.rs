//! An incident as JSON, with all stored data.

use muster_commands::UserId;
use serde_json::{Value, json};

use crate::cli::export::durations;
use crate::domain::{
    Author, Document, Impact, Incident, MessageRef, Responder, RoleAssignment, Task, TimelineEntry,
    Timestamp, UserNames,
};
use crate::store::IncidentRecord;

/// Returns an incident with its timeline. Every field is destructured, so that no new one can be forgotten.
pub fn incident(recorded: &IncidentRecord, names: &UserNames, now: Timestamp) -> Value {
    let Incident {
        id,
        title,
        severity,
        status,
        commander,
        declared_by,
        detection_method,
        summary,
        root_cause,
        customer_impact,
        declared_at,
        detected_at,
        resolved_at,
        channel_state,
        channel,
        header,
        announcement: card,
        impacts,
        responders,
        signals,
        documents,
        chat_url: chat,
        call_url: call,
        tasks,
        visibility,
        kind: nature,
        subscribers,
        roles,
        // Queued direct messages are not data of the incident.
        pending_direct_messages: _,
    } = &recorded.incident;
    json!({
        "number": id.number(),
        "public_id": id.to_string(),
        "title": title,
        "visibility": visibility.as_str(),
        "nature": nature.as_str(),
        "severity": severity.as_str(),
        "status": status.as_str(),
        "commander": user(commander, names),
        "declared_by": user(declared_by, names),
        "detection_method": detection_method.as_str(),
        "summary": summary,
        "root_cause": root_cause,
        "customer_impact_as_declared": customer_impact.as_str(),
        "declared_at": declared_at,
        "detected_at": detected_at,
        "resolved_at": resolved_at,
        "seconds": durations::in_seconds(recorded, now),
        "channel": {
            "state": channel_state.as_str(),
            "id": channel.as_ref().map(|channel| &channel.id),
            "name": channel.as_ref().map(|channel| &channel.name),
            "header": header,
        },
        "card": card.as_ref().map(|card| json!({ "channel": card.channel, "ts": card.ts })),
        "impacts": impacts.iter().map(impact).collect::<Vec<_>>(),
        "responders": responders.iter().map(|it| responder(it, names)).collect::<Vec<_>>(),
        "roles": roles.iter().map(|it| role_assignment(it, names)).collect::<Vec<_>>(),
        "signals": signals,
        "chat": chat,
        "video_call": call,
        "documents": documents.iter().map(document).collect::<Vec<_>>(),
        "tasks": tasks.iter().map(|it| task(it, names)).collect::<Vec<_>>(),
        "subscribers": subscribers.iter().map(|it| user(it, names)).collect::<Vec<_>>(),
        "timeline": recorded.timeline.iter().map(|it| entry(it, names)).collect::<Vec<_>>(),
    })
}

fn user(id: &UserId, names: &UserNames) -> Value {
    json!({ "id": id, "name": names.get(id) })
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

fn document(document: &Document) -> Value {
    let Document {
        number,
        title,
        url,
        removed_at,
    } = document;
    json!({ "number": number, "title": title, "url": url, "removed_at": removed_at })
}

fn task(task: &Task, names: &UserNames) -> Value {
    let Task {
        number,
        kind,
        description,
        assignees,
        due_at,
        done_at,
    } = task;
    json!({
        "number": number,
        "kind": kind.as_str(),
        "description": description,
        "assignees": assignees.iter().map(|it| user(it, names)).collect::<Vec<_>>(),
        "due_at": due_at,
        "done_at": done_at,
    })
}

fn responder(responder: &Responder, names: &UserNames) -> Value {
    let Responder {
        user: who,
        joined_at,
        last_active_at: acted_at,
    } = responder;
    json!({ "person": user(who, names), "joined_at": joined_at, "acted_at": acted_at })
}

fn role_assignment(holding: &RoleAssignment, names: &UserNames) -> Value {
    let RoleAssignment {
        role,
        user: who,
        assigned_at: given_at,
    } = holding;
    json!({ "role": role, "person": user(who, names), "given_at": given_at })
}

fn entry(entry: &TimelineEntry, names: &UserNames) -> Value {
    let TimelineEntry {
        author,
        event: what,
        happened_at,
        recorded_at,
        recorded_by,
        message,
    } = entry;
    json!({
        "kind": what.kind().as_str(),
        "author": author.as_ref().map(|author| match author {
            Author::User(id) => user(id, names),
            Author::App(app) => json!({ "app": app }),
        }),
        "what": what,
        "happened_at": happened_at,
        "recorded_at": recorded_at,
        "recorded_by": recorded_by.as_ref().map(|id| user(id, names)),
        "message": message.as_ref().map(message_ref),
    })
}

fn message_ref(message: &MessageRef) -> Value {
    let MessageRef {
        channel,
        ts,
        permalink,
        edited_ts: _,
    } = message;
    json!({ "channel": channel, "ts": ts, "permalink": permalink })
}
