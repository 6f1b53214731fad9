//! The word that a task is overdue: due in one transaction that queues what is to be said, so that a restart
//! loses none and doubles none.

use muster_commands::PersonId;
use rusqlite::Connection;

use super::tasks::{self, ToTell};
use super::{Store, incidents, owed, people};
use crate::domain::{Effect, Incident, Moment, Note, Overdue};
use crate::error::Result;

/// How many words one transaction queues.
const AT_ONCE: i64 = 200;

impl Store {
    /// Gives when the next person is to be told of a task that is overdue.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_overdue(&self) -> Result<Option<Moment>> {
        self.readers.run(tasks::next_overdue).await
    }

    /// Owes everybody whose time has come the word that a task of theirs is overdue, unless they are owed
    /// it already.
    ///
    /// # Errors
    /// When it could not be stored.
    pub async fn tell_overdue(&self, now: Moment) -> Result<()> {
        self.writer
            .run(move |tx| {
                let mut incident: Option<Incident> = None;
                for mut to_tell in tasks::to_tell(tx, now, AT_ONCE)? {
                    let known = incident.take().filter(|it| it.id == to_tell.incident);
                    let of = match known {
                        Some(known) => known,
                        None => incidents::find(tx, to_tell.incident)?,
                    };
                    let next = tell(tx, &of, &mut to_tell, now)?;
                    tasks::told(tx, &to_tell, next)?;
                    incident = Some(of);
                }
                Ok(())
            })
            .await
    }
}

/// Owes one person the word, if it is their daytime; gives when to look again.
fn tell(
    tx: &Connection,
    incident: &Incident,
    to_tell: &mut ToTell,
    now: Moment,
) -> Result<Option<Moment>> {
    let Some(note) = note(incident, to_tell, now) else {
        return Ok(None);
    };
    let known = people::find(tx, &to_tell.person)?.map(|(person, _)| person);
    // Nobody reads what is written to somebody who has left.
    if known.as_ref().is_some_and(|person| !person.is_here()) {
        return Ok(None);
    }
    let zone = known.map(|person| person.time_zone);
    match Overdue::at(now, to_tell.told_at, &zone.unwrap_or_default()) {
        Overdue::Later(next) => Ok(Some(next)),
        Overdue::Now(next) => {
            owe(tx, incident, &to_tell.person, note, now)?;
            to_tell.told_at = Some(now);
            Ok(Some(next))
        }
    }
}

/// Gives what somebody is told of a task; `None` if there is nothing to tell any more.
fn note(incident: &Incident, to_tell: &ToTell, now: Moment) -> Option<Note> {
    let task = incident.task(to_tell.number)?;
    let due_at = task.due_at?;
    task.is_overdue_for(&to_tell.person, now)
        .then(|| Note::TaskOverdue {
            task: task.as_ref(),
            due_at,
        })
}

/// Owes somebody the word, unless the last one still waits: then one is enough.
fn owe(
    tx: &Connection,
    incident: &Incident,
    person: &PersonId,
    note: Note,
    now: Moment,
) -> Result<()> {
    let effect = Effect::Direct {
        person: person.clone(),
        note,
    };
    if owed::waits(tx, incident.id, &effect)? {
        return Ok(());
    }
    owed::queue(tx, incident.id, incident.severity, &[effect], now)
}
