//! Overdue notices. One transaction claims due notices and enqueues their direct messages, so that a
//! restart neither loses nor repeats one.

use rusqlite::Connection;

use crate::domain::delivery::SendDirectMessage;
use crate::domain::{Delivery, DirectMessage, Incident, OverdueNotice, Timestamp, UserId};
use crate::error::Result;
use crate::store::Store;
use crate::store::outbox::enqueue;
use crate::store::tables::incident::incidents;
use crate::store::tables::incident::tasks;
use crate::store::tables::incident::tasks::DueNotice;
use crate::store::tables::workspace::users;

/// Maximum number of notices per transaction.
const CLAIM_LIMIT: i64 = 200;

impl Store {
    /// Returns when the next overdue notice is due.
    pub async fn next_overdue_notice_at(&self) -> Result<Option<Timestamp>> {
        self.read_pool.run(tasks::next_notice_at).await
    }

    /// Claims due notices and enqueues a direct message to each assignee, unless an equal one is still
    /// queued.
    pub async fn claim_overdue_notices(&self, now: Timestamp) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                let mut incident: Option<Incident> = None;
                for mut to_tell in tasks::due_notices(tx, now, CLAIM_LIMIT)? {
                    let known = incident.take().filter(|it| it.id == to_tell.incident);
                    let current = match known {
                        Some(known) => known,
                        None => incidents::find_incident(tx, to_tell.incident)?,
                    };
                    let next = enqueue_in_daytime(tx, &current, &mut to_tell, now)?;
                    tasks::record_notice(tx, &to_tell, next)?;
                    incident = Some(current);
                }
                Ok(())
            })
            .await
    }
}

/// Enqueues one notice if it is daytime for the assignee. Returns when to check again.
fn enqueue_in_daytime(
    tx: &Connection,
    incident: &Incident,
    to_tell: &mut DueNotice,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let Some(note) = overdue_message(incident, to_tell, now) else {
        return Ok(None);
    };
    let known = users::find_user(tx, &to_tell.user)?.map(|(user, _)| user);
    // A deactivated account cannot read messages.
    if known.as_ref().is_some_and(|user| !user.is_active()) {
        return Ok(None);
    }
    let zone = known.map(|user| user.time_zone);
    match OverdueNotice::decide(now, to_tell.sent_at, &zone.unwrap_or_default()) {
        OverdueNotice::Later(next) => Ok(Some(next)),
        OverdueNotice::Now(next) => {
            enqueue_notice(tx, incident, &to_tell.user, note, now)?;
            to_tell.sent_at = Some(now);
            Ok(Some(next))
        }
    }
}

/// Returns the content of a notice, or `None` if the task is no longer overdue for the assignee.
fn overdue_message(
    incident: &Incident,
    to_tell: &DueNotice,
    now: Timestamp,
) -> Option<DirectMessage> {
    let task = incident.task(to_tell.number)?;
    let due_at = task.due_at?;
    task.is_overdue_for(&to_tell.user, now)
        .then(|| DirectMessage::TaskOverdue {
            task: task.task_ref(),
            due_at,
        })
}

/// Enqueues a notice, unless the previous one is still queued.
fn enqueue_notice(
    tx: &Connection,
    incident: &Incident,
    user: &UserId,
    note: DirectMessage,
    now: Timestamp,
) -> Result<()> {
    let effect = Delivery::SendDirectMessage(SendDirectMessage {
        user: user.clone(),
        message: note,
    });
    if enqueue::is_queued(tx, incident.id, &effect)? {
        return Ok(());
    }
    enqueue::enqueue(tx, incident.id, incident.severity, &[effect], now)
}
