//! The table `incidents`. Reads and writes incidents with their rows in the other tables.

use std::ops::ControlFlow;

use muster_commands::test_incident::IncidentKind;
use muster_commands::{ChannelId, IncidentId, MessageTs, Severity, UserId};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{
    AccessSubject, Announcement, Channel, ChannelName, ChannelState, Incident, Timestamp, Viewer,
    Visibility,
};
use crate::error::{Error, Result};
use crate::store::db::sql_types::{json_column, parse_column};
use crate::store::tables::incident::{
    documents, impacts, old_channels, responders, role_assignments, signals, tasks,
};

/// An incident in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentSummary {
    /// The incident's ID.
    pub id: IncidentId,
    /// The title without the label of a test.
    pub title: String,
    /// The severity.
    pub severity: Severity,
    /// The status.
    pub status: muster_commands::Status,
    /// The commander.
    pub commander: UserId,
    /// When the incident was declared.
    pub declared_at: Timestamp,
    /// The incident's channel; `None` until it is created.
    pub channel: Option<ChannelId>,
    /// The state of the channel.
    pub channel_state: ChannelState,
    /// The visibility.
    pub visibility: Visibility,
    /// Whether the incident is real or a test.
    pub kind: IncidentKind,
}

impl IncidentSummary {
    /// Returns the title for display, labelled if the incident is a test.
    pub fn display_title(&self) -> String {
        self.kind.display_title(&self.title)
    }
}

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
                visibility, kind, pending_direct_messages, subscribers)
         VALUES (:id, :title, :chat_url, :call_url, :severity, :status, :commander, :declared_by,
                :detection_method, :summary, :root_cause, :customer_impact, :declared_at, :detected_at,
                :resolved_at, :channel_state, :channel_id, :channel_name, :requested_channel_name, :header_ts, :announcement_channel, :announcement_ts,
                :visibility, :kind, :pending_direct_messages, :subscribers)";
    write_incident(tx, statement, incident)?;
    impacts::upsert_impacts(tx, incident.id, &[], &incident.impacts)?;
    responders::upsert_responders(tx, incident.id, &[], &incident.responders)?;
    documents::upsert_documents(tx, incident.id, &[], &incident.documents)?;
    tasks::upsert_tasks(tx, incident.id, &[], &incident.tasks)?;
    role_assignments::replace_role_assignments(tx, incident.id, &[], &incident.roles)?;
    signals::insert_signals(tx, incident.id, &incident.signals)
}

/// Stores the changes of an incident since `before`.
pub fn update_incident(tx: &Connection, before: &Incident, incident: &Incident) -> Result<()> {
    if before == incident {
        return Ok(());
    }
    let statement = "UPDATE incidents
            SET title = :title, chat_url = :chat_url, call_url = :call_url, severity = :severity, status = :status, commander = :commander,
                declared_by = :declared_by, detection_method = :detection_method,
                summary = :summary, root_cause = :root_cause, customer_impact = :customer_impact,
                declared_at = :declared_at, detected_at = :detected_at, resolved_at = :resolved_at,
                channel_state = :channel_state, channel_id = :channel_id,
                channel_name = :channel_name, requested_channel_name = :requested_channel_name, header_ts = :header_ts,
                announcement_channel = :announcement_channel, announcement_ts = :announcement_ts, visibility = :visibility, kind = :kind,
                pending_direct_messages = :pending_direct_messages, subscribers = :subscribers
          WHERE id = :id";
    write_incident(tx, statement, incident)?;
    old_channels::record_old_channel(tx, before, incident)?;
    impacts::upsert_impacts(tx, incident.id, &before.impacts, &incident.impacts)?;
    documents::upsert_documents(tx, incident.id, &before.documents, &incident.documents)?;
    tasks::upsert_tasks(tx, incident.id, &before.tasks, &incident.tasks)?;
    role_assignments::replace_role_assignments(tx, incident.id, &before.roles, &incident.roles)?;
    responders::upsert_responders(tx, incident.id, &before.responders, &incident.responders)
}

/// Returns an incident with all its parts.
pub fn find_incident(tx: &Connection, id: IncidentId) -> Result<Incident> {
    let found = tx
        .prepare_cached("SELECT * FROM incidents WHERE id = :id")?
        .query_row(named_params! { ":id": id.number() }, from_row)
        .optional()?;
    let mut incident = found.ok_or(Error::NotFound("incident"))?;
    incident.impacts = impacts::impacts_of(tx, id)?;
    incident.responders = responders::responders_of(tx, id)?;
    incident.roles = role_assignments::role_assignments_of(tx, id)?;
    incident.signals = signals::signals_of(tx, id)?;
    incident.documents = documents::documents_of(tx, id)?;
    incident.tasks = tasks::tasks_of(tx, id)?;
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
    if incident.is_visible_to(viewer) {
        Ok(incident)
    } else {
        Err(Error::NotFound("incident"))
    }
}

/// Returns the first open incidents that the viewer may see and their total number. Order: active before
/// stable, highest severity first, then newest first.
pub fn first_open_incidents(
    tx: &Connection,
    viewer: &Viewer,
    limit: i64,
) -> Result<(Vec<IncidentSummary>, i64)> {
    open_incidents_page(tx, viewer, PageRange { offset: 0, limit })
}

/// A range of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRange {
    /// Number of items before the range.
    pub offset: i64,
    /// Maximum number of items.
    pub limit: i64,
}

/// Returns a range of the open incidents that the viewer may see, in the order of lists, and their total
/// number.
pub fn open_incidents_page(
    tx: &Connection,
    viewer: &Viewer,
    part: PageRange,
) -> Result<(Vec<IncidentSummary>, i64)> {
    let listed = filter_open_incidents(tx, viewer, part, |_| true)?;
    let all: i64 = tx
        .prepare_cached(
            "SELECT count(*) FROM incidents INDEXED BY incidents_open WHERE status IN ('active', 'stable')",
        )?
        .query_row([], |row| row.get(0))?;
    Ok((listed, all - count_hidden_open(tx, viewer)?))
}

/// Returns a range of the open incidents that the viewer may see and that match a filter.
pub(crate) fn filter_open_incidents(
    tx: &Connection,
    viewer: &Viewer,
    part: PageRange,
    fits: impl Fn(&IncidentSummary) -> bool,
) -> Result<Vec<IncidentSummary>> {
    let which = "INDEXED BY incidents_open
          WHERE status IN ('active', 'stable')
          ORDER BY status, severity_rank, id DESC";
    let (mut found, mut place) = (Vec::new(), 0);
    let end = part.offset.saturating_add(part.limit);
    for_each_visible(tx, viewer, which, |incident| {
        if place >= end {
            return ControlFlow::Break(());
        }
        if fits(&incident) {
            if place >= part.offset {
                found.push(incident);
            }
            place += 1;
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// Calls `visit` for the incidents that the viewer may see, until it breaks. `clause` is the SQL that
/// selects and orders them.
pub(crate) fn for_each_visible(
    tx: &Connection,
    viewer: &Viewer,
    which: &str,
    mut tell: impl FnMut(IncidentSummary) -> ControlFlow<()>,
) -> Result<()> {
    let mut select = tx.prepare_cached(&format!(
        "SELECT id, title, severity, status, commander, declared_at, channel_id, channel_state,
                visibility, kind, visibility = 'private' AND EXISTS (
                    SELECT 1 FROM responders
                     WHERE incident_id = incidents.id AND user_id = :viewer) AS takes_part
           FROM incidents {which}"
    ))?;
    let who = viewer.user_id().map(UserId::as_str);
    let mut rows = select.query(named_params! { ":viewer": who })?;
    while let Some(row) = rows.next()? {
        if is_row_visible(viewer, row)? && tell(summary_from_row(row)?).is_break() {
            break;
        }
    }
    Ok(())
}

/// Returns the number of open incidents that the viewer may not see.
fn count_hidden_open(tx: &Connection, viewer: &Viewer) -> Result<i64> {
    let mut select = tx.prepare_cached(
        "SELECT channel_id, visibility, EXISTS (SELECT 1 FROM responders
                    WHERE incident_id = incidents.id AND user_id = :viewer) AS takes_part
           FROM incidents INDEXED BY incidents_private
          WHERE visibility = 'private' AND status IN ('active', 'stable')",
    )?;
    let who = viewer.user_id().map(UserId::as_str);
    let mut rows = select.query(named_params! { ":viewer": who })?;
    let mut hidden = 0;
    while let Some(row) = rows.next()? {
        hidden += i64::from(!is_row_visible(viewer, row)?);
    }
    Ok(hidden)
}

/// Returns whether the viewer may see the incident of a row. The column `is_responder` is read as well.
pub(crate) fn is_row_visible(viewer: &Viewer, row: &Row<'_>) -> rusqlite::Result<bool> {
    let takes_part: bool = row.get("takes_part")?;
    let channel: Option<String> = row.get("channel_id")?;
    Ok(viewer.may_see(&AccessSubject {
        visibility: parse_column(row, "visibility")?,
        channel: channel.map(ChannelId).as_ref(),
        is_responder: &|_| takes_part,
    }))
}

/// Returns the number of incidents per status. Tests are not counted, nor are private incidents, because
/// readers of the metrics may not be allowed to see them.
pub fn count_by_status(tx: &Connection) -> Result<Vec<(String, i64)>> {
    // Counts with one index and subtracts the few private incidents, which another index finds.
    let counts = tx
        .prepare_cached(
            "SELECT status, count(*) - (
                        SELECT count(*) FROM incidents AS hidden INDEXED BY incidents_private
                         WHERE visibility = 'private' AND kind = 'real'
                           AND hidden.status = incidents.status) AS incidents
               FROM incidents WHERE kind = 'real' GROUP BY status",
        )?
        .query_map([], |row| Ok((row.get("status")?, row.get("incidents")?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(counts)
}

/// Runs a statement that writes all columns of an incident.
fn write_incident(tx: &Connection, statement: &str, incident: &Incident) -> Result<()> {
    let channel = incident.channel.as_ref();
    let card = incident.announcement.as_ref();
    tx.prepare_cached(statement)?.execute(named_params! {
        ":id": incident.id.number(),
        ":title": incident.title,
        ":severity": incident.severity.as_str(),
        ":status": incident.status.as_str(),
        ":commander": incident.commander.as_str(),
        ":declared_by": incident.declared_by.as_str(),
        ":detection_method": incident.detection_method.as_str(),
        ":summary": incident.summary,
        ":root_cause": incident.root_cause,
        ":customer_impact": incident.customer_impact.as_str(),
        ":declared_at": incident.declared_at,
        ":detected_at": incident.detected_at,
        ":resolved_at": incident.resolved_at,
        ":channel_state": incident.channel_state,
        ":channel_id": channel.map(|channel| channel.id.as_str()),
        ":channel_name": channel.map(|channel| channel.name.as_str()),
        ":requested_channel_name": channel.and_then(|channel| channel.requested_name.as_ref()).map(ChannelName::as_str),
        ":header_ts": incident.header.as_ref().map(MessageTs::as_str),
        ":announcement_channel": card.map(|card| card.channel.as_str()),
        ":announcement_ts": card.map(|card| card.ts.as_str()),
        ":visibility": incident.visibility.as_str(),
        ":kind": incident.kind.as_str(),
        ":chat_url": incident.chat_url,
        ":call_url": incident.call_url,
        ":pending_direct_messages": serde_json::to_string(&incident.pending_direct_messages)?,
        ":subscribers": serde_json::to_string(&incident.subscribers)?,
    })?;
    Ok(())
}

pub(crate) fn summary_from_row(row: &Row<'_>) -> rusqlite::Result<IncidentSummary> {
    Ok(IncidentSummary {
        id: IncidentId(row.get("id")?),
        title: row.get("title")?,
        severity: parse_column(row, "severity")?,
        status: parse_column(row, "status")?,
        commander: UserId(row.get("commander")?),
        declared_at: row.get("declared_at")?,
        channel: row.get::<_, Option<String>>("channel_id")?.map(ChannelId),
        channel_state: row.get("channel_state")?,
        visibility: parse_column(row, "visibility")?,
        kind: parse_column(row, "kind")?,
    })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Incident> {
    let channel: Option<String> = row.get("channel_id")?;
    let channel_name: Option<String> = row.get("channel_name")?;
    let channel_given: Option<String> = row.get("requested_channel_name")?;
    let card_channel: Option<String> = row.get("announcement_channel")?;
    let card_ts: Option<String> = row.get("announcement_ts")?;
    Ok(Incident {
        id: IncidentId(row.get("id")?),
        title: row.get("title")?,
        severity: parse_column(row, "severity")?,
        status: parse_column(row, "status")?,
        commander: UserId(row.get("commander")?),
        declared_by: UserId(row.get("declared_by")?),
        detection_method: parse_column(row, "detection_method")?,
        summary: row.get("summary")?,
        root_cause: row.get("root_cause")?,
        customer_impact: parse_column(row, "customer_impact")?,
        declared_at: row.get("declared_at")?,
        detected_at: row.get("detected_at")?,
        resolved_at: row.get("resolved_at")?,
        visibility: parse_column(row, "visibility")?,
        kind: parse_column(row, "kind")?,
        channel_state: row.get("channel_state")?,
        channel: channel.map(|id| Channel {
            id: ChannelId(id),
            name: channel_name.unwrap_or_default(),
            requested_name: channel_given.map(ChannelName::from_stored),
        }),
        header: row.get::<_, Option<String>>("header_ts")?.map(MessageTs),
        announcement: card_channel.zip(card_ts).map(|(channel, ts)| Announcement {
            channel: ChannelId(channel),
            ts: MessageTs(ts),
        }),
        impacts: Vec::new(),
        responders: Vec::new(),
        signals: Vec::new(),
        documents: Vec::new(),
        tasks: Vec::new(),
        chat_url: row.get("chat_url")?,
        call_url: row.get("call_url")?,
        roles: Vec::new(),
        pending_direct_messages: json_column(row, "pending_direct_messages")?,
        subscribers: json_column(row, "subscribers")?,
    })
}
