//! Keeping a decision whole: the incident, its timeline, and what we now owe.

use muster_commands::IncidentId;
use rusqlite::Connection;

use super::{
    Key, homes, inbox, incidents, owed, people, reminders, settings, timeline, timeline_edits,
};
use crate::domain::{
    Change, Effect, Entry, Incident, KNOWN_FOR, Moment, ReminderChange, Settings, Touched,
};
use crate::error::Result;

/// Gives the incident that this request was about when it came before.
pub fn before(tx: &Connection, key: &Key) -> Result<Option<IncidentId>> {
    Ok(inbox::find(tx, &key.0)?.and_then(|before| before.incident))
}

/// Notes that a request is done, and about which incident it was.
pub fn done(tx: &Connection, key: &Key, incident: Option<IncidentId>, now: Moment) -> Result<()> {
    inbox::insert(tx, &key.0, incident, now)
}

/// Stores an incident that is declared.
///
/// # Errors
/// When it cannot be stored.
pub fn declared(tx: &Connection, change: Change) -> Result<Incident> {
    let settings = settings::current(tx)?;
    incidents::insert(tx, &change.incident)?;
    homes::outdate(tx)?;
    rest(tx, change, &settings)
}

/// Stores a change of an incident.
///
/// # Errors
/// [`crate::error::Error::Refused`] before anything is written: a Slack message that it adds is on the timeline
/// already. Otherwise when it cannot be stored.
pub fn change(tx: &Connection, before: &Incident, change: Change) -> Result<Incident> {
    let settings = settings::current(tx)?;
    timeline::are_new(tx, before.id, &change.entries)?;
    incidents::update(tx, before, &change.incident)?;
    if change.incident.differs_at_home(before) {
        homes::outdate(tx)?;
    }
    if before.severity != change.incident.severity {
        owed::rank(tx, before.id, change.incident.severity)?;
    }
    rest(tx, change, &settings)
}

/// Stores what a change adds beside the incident itself.
fn rest(tx: &Connection, change: Change, settings: &Settings) -> Result<Incident> {
    let change = change.fitted(settings);
    let Change {
        at,
        incident,
        entries,
        edits,
        mut effects,
        reminders: adjusted,
    } = change;
    timeline::append(tx, incident.id, &entries)?;
    timeline_edits::keep(tx, &edits, at)?;
    if !entries.is_empty() || !adjusted.is_empty() {
        let change = ReminderChange {
            incident: &incident,
            settings,
            touched: touched(&entries),
            at,
        };
        if reminders::follow(tx, &change, &adjusted)? {
            incident.show_next_update(&mut effects);
        }
    }
    drop_known_people(tx, &mut effects, at)?;
    owed::queue(tx, incident.id, incident.severity, &effects, at)?;
    Ok(incident)
}

/// Says whether a person did something that is on the timeline now.
fn touched(entries: &[Entry]) -> Touched {
    if entries.iter().any(|entry| entry.recorded_by.is_some()) {
        Touched::ByAPerson
    } else {
        Touched::ByItself
    }
}

/// Takes out the questions of which we know the answer.
fn drop_known_people(tx: &Connection, effects: &mut Vec<Effect>, now: Moment) -> Result<()> {
    let mut unknown = Vec::with_capacity(effects.len());
    for effect in effects.drain(..) {
        if let Effect::LearnPerson { person } = &effect
            && let Some((_, learned_at)) = people::find(tx, person)?
            && now.since(learned_at) < KNOWN_FOR
        {
            continue;
        }
        unknown.push(effect);
    }
    *effects = unknown;
    Ok(())
}
