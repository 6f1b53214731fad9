//! Lists of incidents that a viewer may see, and their numbers.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::{
    AccessSubject, ChannelId, ChannelState, Incident, IncidentId, IncidentKind, Severity, Status,
    Timestamp, UserId, Viewer, Visibility,
};
use crate::error::Result;
use crate::store::Store;
use crate::store::db::sql_types::{optional_user, parse_column, parse_optional_column};
use crate::store::effective_viewer::effective_viewer;
use crate::store::tables::incident::{incidents, old_channels};

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
    pub status: Status,
    /// The commander.
    pub commander: Option<UserId>,
    /// The user who declared the incident.
    pub declared_by: Option<UserId>,
    /// When the incident was declared.
    pub declared_at: Timestamp,
    /// When the incident was resolved; `None` while it is open.
    pub resolved_at: Option<Timestamp>,
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

impl From<&Incident> for IncidentSummary {
    fn from(incident: &Incident) -> Self {
        Self {
            id: incident.id,
            title: incident.title.clone(),
            severity: incident.severity,
            status: incident.status,
            commander: incident.commander.clone(),
            declared_by: incident.declared_by.clone(),
            declared_at: incident.declared_at,
            resolved_at: incident.resolved_at,
            channel: incident.channel.as_ref().map(|channel| channel.id.clone()),
            channel_state: incident.channel_state,
            visibility: incident.visibility,
            kind: incident.kind,
        }
    }
}

impl Store {
    /// Returns an incident. `Error::NotFound` also means that the viewer may not see it.
    pub async fn incident(&self, viewer: Viewer, id: IncidentId) -> Result<Incident> {
        self.read_pool
            .run(move |tx| incidents::find_visible_incident(tx, &viewer, id))
            .await
    }

    /// Returns the incident of a channel, or `None` if there is none or the viewer may not see it.
    pub async fn incident_of_channel(
        &self,
        viewer: Viewer,
        channel: ChannelId,
    ) -> Result<Option<Incident>> {
        self.read_pool
            .run(move |tx| {
                let Some(id) = incidents::incident_id_of_channel(tx, &channel)? else {
                    return Ok(None);
                };
                let incident = incidents::find_incident(tx, id)?;
                let viewer = effective_viewer(tx, &viewer)?;
                Ok(Some(incident).filter(|incident| incident.is_visible_to(&viewer)))
            })
            .await
    }

    /// Returns whether a channel is that of an incident that the viewer may not see.
    pub async fn is_hidden_channel(&self, viewer: Viewer, channel: ChannelId) -> Result<bool> {
        self.read_pool
            .run(move |tx| is_hidden_channel(tx, &viewer, &channel))
            .await
    }

    /// Returns whether a channel belongs or belonged to an incident. Needs no viewer because it reveals
    /// nothing else about the incident.
    pub async fn channel_belongs_to_incident(&self, channel: ChannelId) -> Result<bool> {
        self.read_pool
            .run(move |tx| old_channels::belongs_to_incident(tx, &channel))
            .await
    }

    /// Returns the first open incidents that the viewer may see (active before stable, highest severity
    /// first) and their total number.
    pub async fn open_incidents(
        &self,
        viewer: Viewer,
        limit: i64,
    ) -> Result<(Vec<IncidentSummary>, i64)> {
        self.read_pool
            .run(move |tx| first_open_incidents(tx, &viewer, limit))
            .await
    }

    /// Returns the number of incidents per status.
    pub async fn count_by_status(&self) -> Result<Vec<(String, i64)>> {
        self.read_pool.run(count_by_status).await
    }
}

fn is_hidden_channel(tx: &Connection, viewer: &Viewer, channel: &ChannelId) -> Result<bool> {
    let viewer = &effective_viewer(tx, viewer)?;
    let who = viewer.user_id().map(UserId::as_str);
    let is_visible = tx
        .prepare_cached(
            "SELECT channel_id, visibility, EXISTS (SELECT 1 FROM responders
                        WHERE incident_id = incidents.id AND user_id = :viewer) AS takes_part
               FROM incidents WHERE channel_id = :channel",
        )?
        .query_row(
            named_params! { ":viewer": who, ":channel": channel.as_str() },
            |row| is_row_visible(viewer, row),
        )
        .optional()?;
    Ok(is_visible == Some(false))
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
    let total: i64 = tx
        .prepare_cached(
            "SELECT count(*) FROM incidents INDEXED BY incidents_open WHERE status IN ('active', 'stable')",
        )?
        .query_row([], |row| row.get(0))?;
    Ok((listed, total - count_hidden_open(tx, viewer)?))
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
    let (mut incidents, mut position) = (Vec::new(), 0);
    let end = part.offset.saturating_add(part.limit);
    for_each_visible(tx, viewer, which, |incident| {
        if position >= end {
            return ControlFlow::Break(());
        }
        if fits(&incident) {
            if position >= part.offset {
                incidents.push(incident);
            }
            position += 1;
        }
        ControlFlow::Continue(())
    })?;
    Ok(incidents)
}

/// Calls `visit` for the incidents that the viewer may see, until it breaks. `clause` is the SQL that
/// selects and orders them.
pub(crate) fn for_each_visible(
    tx: &Connection,
    viewer: &Viewer,
    clause: &str,
    mut visit: impl FnMut(IncidentSummary) -> ControlFlow<()>,
) -> Result<()> {
    for_each_visible_row(tx, viewer, clause, |row| Ok(visit(summary_from_row(row)?)))
}

/// Calls `visit` for the rows of the incidents that the viewer may see, like [`for_each_visible`].
pub(crate) fn for_each_visible_row(
    tx: &Connection,
    viewer: &Viewer,
    clause: &str,
    mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<ControlFlow<()>>,
) -> Result<()> {
    let viewer = &effective_viewer(tx, viewer)?;
    let mut select = tx.prepare_cached(&format!(
        "SELECT id, title, severity, status, commander, declared_by, declared_at, resolved_at, channel_id,
                channel_state, visibility, kind, (visibility = 'private' OR :is_restricted) AND EXISTS (
                    SELECT 1 FROM responders
                     WHERE incident_id = incidents.id AND user_id = :viewer) AS takes_part
           FROM incidents {clause}"
    ))?;
    let who = viewer.user_id().map(UserId::as_str);
    let is_restricted = viewer.is_restricted();
    let mut rows =
        select.query(named_params! { ":viewer": who, ":is_restricted": is_restricted })?;
    while let Some(row) = rows.next()? {
        if is_row_visible(viewer, row)? && visit(row)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Returns the number of open incidents that the viewer may not see.
fn count_hidden_open(tx: &Connection, viewer: &Viewer) -> Result<i64> {
    let viewer = &effective_viewer(tx, viewer)?;
    // Only private incidents can be hidden, unless the viewer is restricted.
    let hideable = match viewer.is_restricted() {
        true => "INDEXED BY incidents_open WHERE",
        false => "INDEXED BY incidents_private WHERE visibility = 'private' AND",
    };
    let mut select = tx.prepare_cached(&format!(
        "SELECT channel_id, visibility, EXISTS (SELECT 1 FROM responders
                    WHERE incident_id = incidents.id AND user_id = :viewer) AS takes_part
           FROM incidents {hideable} status IN ('active', 'stable')"
    ))?;
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

pub(crate) fn summary_from_row(row: &Row<'_>) -> rusqlite::Result<IncidentSummary> {
    Ok(IncidentSummary {
        id: IncidentId(row.get("id")?),
        title: row.get("title")?,
        severity: parse_column(row, "severity")?,
        status: parse_column(row, "status")?,
        commander: optional_user(row, "commander")?,
        declared_by: optional_user(row, "declared_by")?,
        declared_at: parse_column(row, "declared_at")?,
        resolved_at: parse_optional_column(row, "resolved_at")?,
        channel: row.get::<_, Option<String>>("channel_id")?.map(ChannelId),
        channel_state: parse_column(row, "channel_state")?,
        visibility: parse_column(row, "visibility")?,
        kind: parse_column(row, "kind")?,
    })
}
