//! The table `incidents`. Reads and writes incidents with their rows in the other tables.

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, ToSql, named_params};

use crate::domain::{
    Announcement, Channel, ChannelId, ChannelName, FieldValues, Incident, IncidentId, MessageTs,
    StatusUpdate, UserId, Viewer,
};
use crate::error::{Error, Result};
use crate::store::db::full_text;
use crate::store::db::sql_types::{
    json_column, optional_user, parse_column, parse_optional_column,
};
use crate::store::effective_viewer::effective_viewer;
use crate::store::tables::incident::{
    documents, field_values, impacts, integrations, old_channels, responders, role_assignments,
    signals, tasks,
};
use crate::store::tables::postmortem::postmortems;

/// Returns the ID of the next incident.
pub fn next_incident_id(tx: &Connection) -> Result<IncidentId> {
    let next = tx
        .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM incidents")?
        .query_row([], |row| row.get(0))?;
    Ok(IncidentId(next))
}

/// Inserts a new incident.
pub fn insert_incident(tx: &Connection, incident: &Incident) -> Result<()> {
    let statement = "INSERT INTO incidents (id, title, chat_url, call_url, severity, status, commander, declared_by,
                detection_method, summary, root_cause, customer_impact, declared_at, detected_at,
                resolved_at, channel_state, channel_id, channel_name, requested_channel_name, header_ts, announcement_channel, announcement_ts,
                visibility, kind, last_update_text, last_update_by, last_update_at, next_update_at,
                pending_direct_messages, subscribers, last_removed_impact, last_removed_task,
                last_notification, incident_type, creation_key, reminder_posts, deleted_at, imported_at, impact_state, last_activity_at, last_activity_by)
         VALUES (:id, :title, :chat_url, :call_url, :severity, :status, :commander, :declared_by,
                :detection_method, :summary, :root_cause, :customer_impact, :declared_at, :detected_at,
                :resolved_at, :channel_state, :channel_id, :channel_name, :requested_channel_name, :header_ts, :announcement_channel, :announcement_ts,
                :visibility, :kind, :last_update_text, :last_update_by, :last_update_at, :next_update_at,
                :pending_direct_messages, :subscribers, :last_removed_impact, :last_removed_task,
                :last_notification, :incident_type, :creation_key, :reminder_posts, :deleted_at, :imported_at, :impact_state, :declared_at, :declared_by)";
    write_incident(tx, statement, incident)?;
    full_text::note_incident(tx, None, incident)?;
    impacts::upsert_impacts(tx, incident.id, &[], &incident.impacts)?;
    responders::upsert_responders(tx, incident.id, &[], &incident.responders)?;
    documents::upsert_documents(tx, incident.id, &[], &incident.documents)?;
    integrations::upsert_integrations(tx, incident.id, &[], &incident.integrations)?;
    tasks::upsert_tasks(tx, incident.id, &[], &incident.tasks)?;
    role_assignments::replace_role_assignments(tx, incident.id, &[], &incident.roles)?;
    field_values::replace_field_values(tx, incident.id, &FieldValues::new(), &incident.fields)?;
    signals::insert_signals(tx, incident.id, &incident.signals, 0)
}

/// Writes the columns that no index contains.
const UPDATE_UNINDEXED_COLUMNS: &str = "UPDATE incidents
        SET title = :title, chat_url = :chat_url, call_url = :call_url,
            summary = :summary, root_cause = :root_cause, customer_impact = :customer_impact, detected_at = :detected_at,
            channel_name = :channel_name, requested_channel_name = :requested_channel_name, header_ts = :header_ts,
            announcement_channel = :announcement_channel, announcement_ts = :announcement_ts,
            last_update_text = :last_update_text, last_update_by = :last_update_by,
            last_update_at = :last_update_at, next_update_at = :next_update_at,
            pending_direct_messages = :pending_direct_messages, subscribers = :subscribers,
            last_removed_impact = :last_removed_impact, last_removed_task = :last_removed_task,
            last_notification = :last_notification, incident_type = :incident_type, reminder_posts = :reminder_posts, deleted_at = :deleted_at
      WHERE id = :id";

/// Writes the other columns, except those that are derived from the timeline. SQLite updates each index that
/// contains a column of the statement, even if its value is the same.
const UPDATE_INDEXED_COLUMNS: &str = "UPDATE incidents
        SET severity = :severity, status = :status, commander = :commander, detection_method = :detection_method,
            declared_at = :declared_at, resolved_at = :resolved_at, channel_state = :channel_state,
            channel_id = :channel_id, visibility = :visibility, kind = :kind, impact_state = :impact_state,
            declared_by = :declared_by
      WHERE id = :id";

/// Returns the values of the columns that indexes contain.
fn indexed_values(incident: &Incident) -> impl PartialEq {
    let channel = incident.channel.as_ref();
    (
        (incident.severity, incident.status, &incident.commander),
        (
            incident.detection_method,
            incident.visibility,
            incident.kind,
        ),
        (incident.declared_at, incident.resolved_at),
        (incident.channel_state, channel.map(|channel| &channel.id)),
        (incident.impact_state(), &incident.declared_by),
    )
}

/// Stores the changes of an incident since `before`.
pub fn update_incident(tx: &Connection, before: &Incident, incident: &Incident) -> Result<()> {
    if before == incident {
        return Ok(());
    }
    write_incident(tx, UPDATE_UNINDEXED_COLUMNS, incident)?;
    if indexed_values(before) != indexed_values(incident) {
        write_incident(tx, UPDATE_INDEXED_COLUMNS, incident)?;
    }
    full_text::note_incident(tx, Some(before), incident)?;
    old_channels::record_old_channel(tx, before, incident)?;
    impacts::upsert_impacts(tx, incident.id, &before.impacts, &incident.impacts)?;
    documents::upsert_documents(tx, incident.id, &before.documents, &incident.documents)?;
    integrations::upsert_integrations(
        tx,
        incident.id,
        &before.integrations,
        &incident.integrations,
    )?;
    tasks::upsert_tasks(tx, incident.id, &before.tasks, &incident.tasks)?;
    role_assignments::replace_role_assignments(tx, incident.id, &before.roles, &incident.roles)?;
    field_values::replace_field_values(tx, incident.id, &before.fields, &incident.fields)?;
    responders::upsert_responders(tx, incident.id, &before.responders, &incident.responders)?;
    signals::insert_signals(tx, incident.id, &incident.signals, before.signals.len())?;
    postmortems::save(
        tx,
        incident.id,
        before.postmortem.as_ref(),
        incident.postmortem.as_ref(),
    )
}

/// Returns an incident with all its parts.
pub fn find_incident(tx: &Connection, id: IncidentId) -> Result<Incident> {
    let incident = tx
        .prepare_cached("SELECT * FROM incidents WHERE id = :id")?
        .query_row(named_params! { ":id": id.number() }, from_row)
        .optional()?;
    let mut incident = incident.ok_or(Error::NotFound("incident"))?;
    incident.impacts = impacts::impacts_of(tx, id)?;
    incident.responders = responders::responders_of(tx, id)?;
    incident.roles = role_assignments::role_assignments_of(tx, id)?;
    incident.signals = signals::signals_of(tx, id)?;
    incident.documents = documents::documents_of(tx, id)?;
    incident.integrations = integrations::integrations_of(tx, id)?;
    incident.tasks = tasks::tasks_of(tx, id)?;
    incident.fields = field_values::field_values_of(tx, id)?;
    incident.postmortem = postmortems::find(tx, id)?;
    Ok(incident)
}

/// Returns the IDs of all incidents, ascending.
pub fn incident_ids(tx: &Connection) -> Result<Vec<IncidentId>> {
    let numbers = tx
        .prepare_cached("SELECT id FROM incidents ORDER BY id")?
        .query_map([], |row| row.get(0).map(IncidentId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(numbers)
}

/// Returns the ID of the incident of a channel.
pub fn incident_id_of_channel(tx: &Connection, channel: &ChannelId) -> Result<Option<IncidentId>> {
    let id = tx
        .prepare_cached("SELECT id FROM incidents WHERE channel_id = :channel")?
        .query_row(named_params! { ":channel": channel.as_str() }, |row| {
            row.get(0)
        })
        .optional()?;
    Ok(id.map(IncidentId))
}

/// Returns an incident with all its parts. `Error::NotFound` also means that the viewer may not see it.
pub fn find_visible_incident(tx: &Connection, viewer: &Viewer, id: IncidentId) -> Result<Incident> {
    let incident = find_incident(tx, id)?;
    if incident.is_visible_to(&effective_viewer(tx, viewer)?) {
        Ok(incident)
    } else {
        Err(Error::NotFound("incident"))
    }
}

/// Runs a statement that writes columns of an incident.
#[expect(clippy::too_many_lines, reason = "one line for each column")]
fn write_incident(tx: &Connection, statement: &str, incident: &Incident) -> Result<()> {
    let channel = incident.channel.as_ref();
    let announcement = incident.announcement.as_ref();
    let last_update = incident.last_update.as_ref();
    PartialStatement(tx.prepare_cached(statement)?).execute(named_params! {
        ":id": incident.id.number(),
        ":title": incident.title,
        ":severity": incident.severity.as_str(),
        ":status": incident.status.as_str(),
        ":commander": incident.commander.as_ref().map(UserId::as_str),
        ":declared_by": incident.declared_by.as_ref().map(UserId::as_str),
        ":detection_method": incident.detection_method.as_str(),
        ":summary": incident.summary,
        ":root_cause": incident.root_cause,
        ":customer_impact": incident.customer_impact.as_str(),
        ":declared_at": incident.declared_at.to_string(),
        ":detected_at": incident.detected_at.to_string(),
        ":resolved_at": incident.resolved_at.map(String::from),
        ":channel_state": incident.channel_state.as_str(),
        ":channel_id": channel.map(|channel| channel.id.as_str()),
        ":channel_name": channel.map(|channel| channel.name.as_str()),
        ":requested_channel_name": channel.and_then(|channel| channel.requested_name.as_ref()).map(ChannelName::as_str),
        ":header_ts": incident.header.as_ref().map(MessageTs::as_str),
        ":announcement_channel": announcement.map(|announcement| announcement.channel.as_str()),
        ":announcement_ts": announcement.map(|announcement| announcement.ts.as_str()),
        ":visibility": incident.visibility.as_str(),
        ":kind": incident.kind.as_str(),
        ":chat_url": incident.chat_url,
        ":call_url": incident.call_url,
        ":last_update_text": last_update.map(|update| update.text.as_str()),
        ":last_update_by": last_update.and_then(|update| update.author.as_ref()).map(UserId::as_str),
        ":last_update_at": last_update.map(|update| update.at.to_string()),
        ":next_update_at": last_update.and_then(|update| update.next_update_at).map(String::from),
        ":pending_direct_messages": serde_json::to_string(&incident.pending_direct_messages)?,
        ":subscribers": serde_json::to_string(&incident.subscribers)?,
        ":last_removed_impact": incident.last_removed_impact,
        ":last_removed_task": incident.last_removed_task,
        ":last_notification": incident.last_notification,
        ":incident_type": incident.incident_type,
        ":creation_key": incident.creation_key,
        ":impact_state": incident.impact_state().as_str(),
        ":reminder_posts": serde_json::to_string(&incident.reminder_posts)?,
        ":deleted_at": incident.deleted_at.map(String::from),
        ":imported_at": incident.imported_at.map(String::from),
    })
}

/// A statement that has only some of the parameters that are passed to it.
struct PartialStatement<'a>(CachedStatement<'a>);

impl PartialStatement<'_> {
    fn execute(mut self, parameters: &[(&str, &dyn ToSql)]) -> Result<()> {
        for (name, value) in parameters {
            if let Some(position) = self.0.parameter_index(name)? {
                self.0.raw_bind_parameter(position, value)?;
            }
        }
        self.0.raw_execute()?;
        Ok(())
    }
}

#[expect(clippy::too_many_lines, reason = "one line for each column")]
fn from_row(row: &Row<'_>) -> rusqlite::Result<Incident> {
    Ok(Incident {
        id: IncidentId(row.get("id")?),
        title: row.get("title")?,
        severity: parse_column(row, "severity")?,
        status: parse_column(row, "status")?,
        commander: optional_user(row, "commander")?,
        declared_by: optional_user(row, "declared_by")?,
        detection_method: parse_column(row, "detection_method")?,
        summary: row.get("summary")?,
        root_cause: row.get("root_cause")?,
        customer_impact: parse_column(row, "customer_impact")?,
        declared_at: parse_column(row, "declared_at")?,
        detected_at: parse_column(row, "detected_at")?,
        resolved_at: parse_optional_column(row, "resolved_at")?,
        visibility: parse_column(row, "visibility")?,
        kind: parse_column(row, "kind")?,
        fields: FieldValues::new(),
        channel_state: parse_column(row, "channel_state")?,
        channel: channel_from_row(row)?,
        header: row.get::<_, Option<String>>("header_ts")?.map(MessageTs),
        announcement: announcement_from_row(row)?,
        impacts: Vec::new(),
        last_removed_impact: row.get("last_removed_impact")?,
        responders: Vec::new(),
        signals: Vec::new(),
        documents: Vec::new(),
        integrations: Vec::new(),
        tasks: Vec::new(),
        last_removed_task: row.get("last_removed_task")?,
        last_notification: row.get("last_notification")?,
        incident_type: row.get("incident_type")?,
        creation_key: row.get("creation_key")?,
        chat_url: row.get("chat_url")?,
        call_url: row.get("call_url")?,
        roles: Vec::new(),
        last_update: last_update_from_row(row)?,
        pending_direct_messages: json_column(row, "pending_direct_messages")?,
        subscribers: json_column(row, "subscribers")?,
        reminder_posts: json_column(row, "reminder_posts")?,
        postmortem: None,
        deleted_at: parse_optional_column(row, "deleted_at")?,
        imported_at: parse_optional_column(row, "imported_at")?,
    })
}

fn channel_from_row(row: &Row<'_>) -> rusqlite::Result<Option<Channel>> {
    let id: Option<String> = row.get("channel_id")?;
    let name: Option<String> = row.get("channel_name")?;
    let requested_name: Option<String> = row.get("requested_channel_name")?;
    Ok(id.map(|id| Channel {
        id: ChannelId(id),
        name: name.unwrap_or_default(),
        requested_name: requested_name.map(ChannelName::from_stored),
    }))
}

fn last_update_from_row(row: &Row<'_>) -> rusqlite::Result<Option<StatusUpdate>> {
    let text: Option<String> = row.get("last_update_text")?;
    let author = optional_user(row, "last_update_by")?;
    let at = parse_optional_column(row, "last_update_at")?;
    let next_update_at = parse_optional_column(row, "next_update_at")?;
    Ok(text.zip(at).map(|(text, at)| StatusUpdate {
        text,
        author,
        at,
        next_update_at,
    }))
}

fn announcement_from_row(row: &Row<'_>) -> rusqlite::Result<Option<Announcement>> {
    let channel: Option<String> = row.get("announcement_channel")?;
    let ts: Option<String> = row.get("announcement_ts")?;
    Ok(channel.zip(ts).map(|(channel, ts)| Announcement {
        channel: ChannelId(channel),
        ts: MessageTs(ts),
    }))
}
