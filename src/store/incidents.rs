//! The table `incidents`, with what belongs to each: impacts, responders, signals.

use std::ops::ControlFlow;

use muster_commands::test_incident::Nature;
use muster_commands::{ChannelId, IncidentId, MessageTs, PersonId, Severity};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::columns::{json, word};
use super::{documents, former_channels, impacts, responders, roles, signals, tasks};
use crate::domain::{
    Card, Channel, ChannelName, ChannelState, Guarded, Incident, Moment, Viewer, Visibility,
};
use crate::error::{Error, Result};

/// What a list shows of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its number.
    pub id: IncidentId,
    /// Its title.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// How it stands.
    pub status: muster_commands::Status,
    /// Who leads.
    pub commander: PersonId,
    /// Since when.
    pub declared_at: Moment,
    /// Its channel, if there is one.
    pub channel: Option<ChannelId>,
    /// How things are with its channel.
    pub channel_state: ChannelState,
    /// Who knows of it.
    pub visibility: Visibility,
    /// Whether it is a test.
    pub nature: Nature,
}

impl Summary {
    /// Gives its title as it is shown, marked if it is a test.
    pub fn shown_title(&self) -> String {
        self.nature.marked(&self.title)
    }
}

/// The number that the next incident gets.
pub fn next_id(tx: &Connection) -> Result<IncidentId> {
    let next = tx
        .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM incidents")?
        .query_row([], |row| row.get(0))?;
    Ok(IncidentId(next))
}

/// Stores a new incident.
pub fn insert(tx: &Connection, incident: &Incident) -> Result<()> {
    let statement = "INSERT INTO incidents (id, title, chat, call, severity, status, commander, declared_by,
                detection_method, summary, root_cause, customer_impact, declared_at, detected_at,
                resolved_at, channel_state, channel_id, channel_name, channel_given, header_ts, card_channel, card_ts,
                visibility, nature, waiting_notes, subscribers)
         VALUES (:id, :title, :chat, :call, :severity, :status, :commander, :declared_by,
                :detection_method, :summary, :root_cause, :customer_impact, :declared_at, :detected_at,
                :resolved_at, :channel_state, :channel_id, :channel_name, :channel_given, :header_ts, :card_channel, :card_ts,
                :visibility, :nature, :waiting_notes, :subscribers)";
    store(tx, statement, incident)?;
    impacts::keep(tx, incident.id, &[], &incident.impacts)?;
    responders::keep(tx, incident.id, &[], &incident.responders)?;
    documents::keep(tx, incident.id, &[], &incident.documents)?;
    tasks::keep(tx, incident.id, &[], &incident.tasks)?;
    roles::keep(tx, incident.id, &[], &incident.roles)?;
    signals::insert(tx, incident.id, &incident.signals)
}

/// Stores how an incident stands now; `before` is how it stood.
pub fn update(tx: &Connection, before: &Incident, incident: &Incident) -> Result<()> {
    if before == incident {
        return Ok(());
    }
    let statement = "UPDATE incidents
            SET title = :title, chat = :chat, call = :call, severity = :severity, status = :status, commander = :commander,
                declared_by = :declared_by, detection_method = :detection_method,
                summary = :summary, root_cause = :root_cause, customer_impact = :customer_impact,
                declared_at = :declared_at, detected_at = :detected_at, resolved_at = :resolved_at,
                channel_state = :channel_state, channel_id = :channel_id,
                channel_name = :channel_name, channel_given = :channel_given, header_ts = :header_ts,
                card_channel = :card_channel, card_ts = :card_ts, visibility = :visibility, nature = :nature,
                waiting_notes = :waiting_notes, subscribers = :subscribers
          WHERE id = :id";
    store(tx, statement, incident)?;
    former_channels::note(tx, before, incident)?;
    impacts::keep(tx, incident.id, &before.impacts, &incident.impacts)?;
    documents::keep(tx, incident.id, &before.documents, &incident.documents)?;
    tasks::keep(tx, incident.id, &before.tasks, &incident.tasks)?;
    roles::keep(tx, incident.id, &before.roles, &incident.roles)?;
    responders::keep(tx, incident.id, &before.responders, &incident.responders)
}

/// Gives an incident whole.
///
/// # Errors
/// [`Error::NotFound`] when there is none of this number.
pub fn find(tx: &Connection, id: IncidentId) -> Result<Incident> {
    let found = tx
        .prepare_cached("SELECT * FROM incidents WHERE id = :id")?
        .query_row(named_params! { ":id": id.number() }, from_row)
        .optional()?;
    let mut incident = found.ok_or(Error::NotFound("incident"))?;
    incident.impacts = impacts::of(tx, id)?;
    incident.responders = responders::of(tx, id)?;
    incident.roles = roles::of(tx, id)?;
    incident.signals = signals::of(tx, id)?;
    incident.documents = documents::of(tx, id)?;
    incident.tasks = tasks::of(tx, id)?;
    Ok(incident)
}

/// Gives the number of every incident, the first one first.
pub fn numbers(tx: &Connection) -> Result<Vec<IncidentId>> {
    let numbers = tx
        .prepare_cached("SELECT id FROM incidents ORDER BY id")?
        .query_map([], |row| row.get(0).map(IncidentId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(numbers)
}

/// Gives the number of the incident that a channel belongs to.
pub fn of_channel(tx: &Connection, channel: &ChannelId) -> Result<Option<IncidentId>> {
    let id = tx
        .prepare_cached("SELECT id FROM incidents WHERE channel_id = :channel")?
        .query_row(named_params! { ":channel": channel.as_str() }, |row| {
            row.get(0)
        })
        .optional()?;
    Ok(id.map(IncidentId))
}

/// Gives an incident whole, to somebody who may see it.
///
/// # Errors
/// [`Error::NotFound`] when there is none of this number, or none that they may know of.
pub fn find_for(tx: &Connection, viewer: &Viewer, id: IncidentId) -> Result<Incident> {
    let incident = find(tx, id)?;
    if incident.is_seen_by(viewer) {
        Ok(incident)
    } else {
        Err(Error::NotFound("incident"))
    }
}

/// Gives the first open incidents that somebody may see, in the order of a list: active before stable,
/// worst first, then the newest; and how many there are for them in all.
pub fn open(tx: &Connection, viewer: &Viewer, limit: i64) -> Result<(Vec<Summary>, i64)> {
    open_from(tx, viewer, Part { from: 0, limit })
}

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many come before it.
    pub from: i64,
    /// How many it has at most.
    pub limit: i64,
}

/// Gives a part of the open incidents that somebody may see, in the order of a list, and how many there are
/// for them in all.
pub fn open_from(tx: &Connection, viewer: &Viewer, part: Part) -> Result<(Vec<Summary>, i64)> {
    let listed = open_for(tx, viewer, part, |_| true)?;
    let all: i64 = tx
        .prepare_cached(
            "SELECT count(*) FROM incidents INDEXED BY incidents_open WHERE status IN ('active', 'stable')",
        )?
        .query_row([], |row| row.get(0))?;
    Ok((listed, all - hidden_from(tx, viewer)?))
}

/// Gives a part of the open incidents that somebody may see and that fit.
pub(super) fn open_for(
    tx: &Connection,
    viewer: &Viewer,
    part: Part,
    fits: impl Fn(&Summary) -> bool,
) -> Result<Vec<Summary>> {
    let which = "INDEXED BY incidents_open
          WHERE status IN ('active', 'stable')
          ORDER BY status, severity_rank, id DESC";
    let (mut found, mut place) = (Vec::new(), 0);
    let end = part.from.saturating_add(part.limit);
    each_seen(tx, viewer, which, |incident| {
        if place >= end {
            return ControlFlow::Break(());
        }
        if fits(&incident) {
            if place >= part.from {
                found.push(incident);
            }
            place += 1;
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// Tells those of some incidents that somebody may see, until `tell` has enough. `which` says in SQL which
/// incidents, and in which order.
pub(super) fn each_seen(
    tx: &Connection,
    viewer: &Viewer,
    which: &str,
    mut tell: impl FnMut(Summary) -> ControlFlow<()>,
) -> Result<()> {
    let mut select = tx.prepare_cached(&format!(
        "SELECT id, title, severity, status, commander, declared_at, channel_id, channel_state,
                visibility, nature, visibility = 'private' AND EXISTS (
                    SELECT 1 FROM responders
                     WHERE incident_id = incidents.id AND person = :viewer) AS takes_part
           FROM incidents {which}"
    ))?;
    let who = viewer.who().map(PersonId::as_str);
    let mut rows = select.query(named_params! { ":viewer": who })?;
    while let Some(row) = rows.next()? {
        if is_seen(viewer, row)? && tell(summary(row)?).is_break() {
            break;
        }
    }
    Ok(())
}

/// Gives how many open incidents somebody may not know of.
fn hidden_from(tx: &Connection, viewer: &Viewer) -> Result<i64> {
    let mut select = tx.prepare_cached(
        "SELECT channel_id, visibility, EXISTS (SELECT 1 FROM responders
                    WHERE incident_id = incidents.id AND person = :viewer) AS takes_part
           FROM incidents INDEXED BY incidents_private
          WHERE visibility = 'private' AND status IN ('active', 'stable')",
    )?;
    let who = viewer.who().map(PersonId::as_str);
    let mut rows = select.query(named_params! { ":viewer": who })?;
    let mut hidden = 0;
    while let Some(row) = rows.next()? {
        hidden += i64::from(!is_seen(viewer, row)?);
    }
    Ok(hidden)
}

/// Says whether somebody may see the incident of a row, which says whether they take part.
pub(super) fn is_seen(viewer: &Viewer, row: &Row<'_>) -> rusqlite::Result<bool> {
    let takes_part: bool = row.get("takes_part")?;
    let channel: Option<String> = row.get("channel_id")?;
    Ok(viewer.may_see(&Guarded {
        visibility: word(row, "visibility")?,
        channel: channel.map(ChannelId).as_ref(),
        takes_part: &|_| takes_part,
    }))
}

/// Gives how many incidents have each status. Tests are not counted, nor are private ones: whoever can read
/// the figures need not know of them.
pub fn count_by_status(tx: &Connection) -> Result<Vec<(String, i64)>> {
    // Counted in one index, less the few private ones, which another finds.
    let counts = tx
        .prepare_cached(
            "SELECT status, count(*) - (
                        SELECT count(*) FROM incidents AS hidden INDEXED BY incidents_private
                         WHERE visibility = 'private' AND nature = 'real'
                           AND hidden.status = incidents.status) AS incidents
               FROM incidents WHERE nature = 'real' GROUP BY status",
        )?
        .query_map([], |row| Ok((row.get("status")?, row.get("incidents")?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(counts)
}

/// Runs a statement that stores all columns of an incident.
fn store(tx: &Connection, statement: &str, incident: &Incident) -> Result<()> {
    let channel = incident.channel.as_ref();
    let card = incident.card.as_ref();
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
        ":channel_given": channel.and_then(|channel| channel.given.as_ref()).map(ChannelName::as_str),
        ":header_ts": incident.header.as_ref().map(MessageTs::as_str),
        ":card_channel": card.map(|card| card.channel.as_str()),
        ":card_ts": card.map(|card| card.ts.as_str()),
        ":visibility": incident.visibility.as_str(),
        ":nature": incident.nature.as_str(),
        ":chat": incident.chat,
        ":call": incident.call,
        ":waiting_notes": serde_json::to_string(&incident.waiting_notes)?,
        ":subscribers": serde_json::to_string(&incident.subscribers)?,
    })?;
    Ok(())
}

pub(super) fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    Ok(Summary {
        id: IncidentId(row.get("id")?),
        title: row.get("title")?,
        severity: word(row, "severity")?,
        status: word(row, "status")?,
        commander: PersonId(row.get("commander")?),
        declared_at: row.get("declared_at")?,
        channel: row.get::<_, Option<String>>("channel_id")?.map(ChannelId),
        channel_state: row.get("channel_state")?,
        visibility: word(row, "visibility")?,
        nature: word(row, "nature")?,
    })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Incident> {
    let channel: Option<String> = row.get("channel_id")?;
    let channel_name: Option<String> = row.get("channel_name")?;
    let channel_given: Option<String> = row.get("channel_given")?;
    let card_channel: Option<String> = row.get("card_channel")?;
    let card_ts: Option<String> = row.get("card_ts")?;
    Ok(Incident {
        id: IncidentId(row.get("id")?),
        title: row.get("title")?,
        severity: word(row, "severity")?,
        status: word(row, "status")?,
        commander: PersonId(row.get("commander")?),
        declared_by: PersonId(row.get("declared_by")?),
        detection_method: word(row, "detection_method")?,
        summary: row.get("summary")?,
        root_cause: row.get("root_cause")?,
        customer_impact: word(row, "customer_impact")?,
        declared_at: row.get("declared_at")?,
        detected_at: row.get("detected_at")?,
        resolved_at: row.get("resolved_at")?,
        visibility: word(row, "visibility")?,
        nature: word(row, "nature")?,
        channel_state: row.get("channel_state")?,
        channel: channel.map(|id| Channel {
            id: ChannelId(id),
            name: channel_name.unwrap_or_default(),
            given: channel_given.map(ChannelName::stored),
        }),
        header: row.get::<_, Option<String>>("header_ts")?.map(MessageTs),
        card: card_channel.zip(card_ts).map(|(channel, ts)| Card {
            channel: ChannelId(channel),
            ts: MessageTs(ts),
        }),
        impacts: Vec::new(),
        responders: Vec::new(),
        signals: Vec::new(),
        documents: Vec::new(),
        tasks: Vec::new(),
        chat: row.get("chat")?,
        call: row.get("call")?,
        roles: Vec::new(),
        waiting_notes: json(row, "waiting_notes")?,
        subscribers: json(row, "subscribers")?,
    })
}
