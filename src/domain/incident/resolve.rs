//! Resolving an incident: what fixed it, why it happened, and the closing summary in its channel.

use crate::delivery::PostClosingSummary;
use crate::{
    Actor, Change, ChannelState, Decision, DecisionContext, FieldEdits, Incident, Severity, Status,
    StatusUpdate, Task, TaskKind, Timestamp, Update,
};

/// A request to resolve an incident. A field that is `None` is unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolve {
    /// The text about what fixed it, which becomes the closing status update. May be empty.
    pub what_fixed_it: String,
    /// The new description of why it happened.
    pub root_cause: Option<String>,
    /// The severity, if it was unknown.
    pub severity: Option<Severity>,
    /// When the ongoing impact ended; `None`: now.
    pub impact_end: Option<Timestamp>,
    /// New values of fields.
    pub fields: FieldEdits,
}

impl Incident {
    /// Resolves the incident and posts what fixed it as a status update, announced together with the status. If the incident is resolved already,
    /// only the texts are stored.
    pub fn resolve(&self, request: Resolve, actor: &Actor, ctx: &DecisionContext<'_>) -> Decision {
        let is_resolved_now = !self.is_over();
        let update = Update {
            status: is_resolved_now.then_some(Status::Resolved),
            severity: request.severity,
            root_cause: request.root_cause,
            fields: request.fields,
            ..Update::default()
        };
        let change = self.update_and_end(update, request.impact_end, actor, ctx)?;
        Ok(self.explain_status(change, request.what_fixed_it, actor, ctx))
    }

    /// Returns the status update with which the incident was closed.
    pub fn closing_update(&self) -> Option<&StatusUpdate> {
        let last = self.last_update.as_ref()?;
        (Some(last.at) == self.resolved_at).then_some(last)
    }

    /// Returns the open tasks of a kind.
    pub fn open_tasks(&self, kind: TaskKind) -> impl Iterator<Item = &Task> {
        let tasks = self.tasks.iter();
        tasks.filter(move |task| task.kind == kind && task.done_at.is_none())
    }
}

impl Change {
    /// Enqueues the closing summary if the incident was open before and is closed now.
    pub(crate) fn enqueue_closing_summary(&mut self, before: &Incident) {
        let resolved_at = self.incident.resolved_at;
        let has_channel = match self.incident.channel_state {
            ChannelState::Pending | ChannelState::Open => true,
            ChannelState::Failed | ChannelState::Archived | ChannelState::Deleted => false,
        };
        if let Some(resolved_at) = resolved_at.filter(|_| !before.is_over() && has_channel) {
            self.enqueue(PostClosingSummary { resolved_at });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::testing::{context, incident, incident_with_channel};
    use crate::{Delivery, DeliveryKind, TimelineEvent, UserId};

    fn bob(minutes: i64) -> Actor {
        let declared = incident("").declared_at;
        let at = declared.plus(Duration::minutes(minutes));
        Actor::new(UserId::from("U0BOB000001"), at)
    }

    fn resolve(incident: &Incident, text: &str, minutes: i64) -> Change {
        let request = Resolve {
            what_fixed_it: text.to_owned(),
            ..Resolve::default()
        };
        let actor = bob(minutes);
        incident
            .resolve(request, &actor, &context(actor.at))
            .unwrap()
    }

    fn count(change: &Change, kind: DeliveryKind) -> usize {
        let kinds = change.deliveries.iter().map(Delivery::kind);
        kinds.filter(|it| *it == kind).count()
    }

    #[test]
    fn text_is_announced_and_part_of_the_closing_summary() {
        let change = resolve(&incident_with_channel("Checkout"), "Rolled back.", 20);
        assert_eq!(change.incident.status, Status::Resolved);
        let closing = change.incident.closing_update().unwrap();
        assert_eq!(closing.text, "Rolled back.");
        assert_eq!(closing.next_update_at, None);
        assert_eq!(count(&change, DeliveryKind::PostClosingSummary), 1);
        assert_eq!(count(&change, DeliveryKind::PostAnnouncementReply), 1);
        assert_eq!(count(&change, DeliveryKind::PostActivity), 1, "the status");
        let update = &change.entries[1].event;
        assert!(matches!(update, TimelineEvent::StatusUpdate { .. }));
    }

    #[test]
    fn incident_that_is_resolved_gets_no_second_summary_until_it_is_reopened() {
        let resolved = resolve(&incident_with_channel("Checkout"), "", 20).incident;
        let again = resolve(&resolved, "It was the cache.", 30);
        assert_eq!(count(&again, DeliveryKind::PostClosingSummary), 0);
        assert_eq!(count(&again, DeliveryKind::PostActivity), 1, "the update");
        assert_eq!(again.incident.closing_update(), None);
        let reopen = Update {
            status: Some(Status::Active),
            ..Update::default()
        };
        let ctx = context(bob(40).at);
        let reopened = again.incident.update(reopen, &bob(40), &ctx).unwrap();
        let closed = resolve(&reopened.incident, "", 50);
        assert_eq!(count(&closed, DeliveryKind::PostClosingSummary), 1);
    }

    #[test]
    fn completing_a_resolved_incident_posts_no_summary() {
        let resolved = resolve(&incident_with_channel("Checkout"), "", 20).incident;
        let complete = Update {
            status: Some(Status::Completed),
            ..Update::default()
        };
        let ctx = context(bob(30).at);
        let change = resolved.update(complete.clone(), &bob(30), &ctx).unwrap();
        assert_eq!(count(&change, DeliveryKind::PostClosingSummary), 0);
        let direct = incident_with_channel("").update(complete, &bob(30), &ctx);
        assert_eq!(count(&direct.unwrap(), DeliveryKind::PostClosingSummary), 1);
    }
}
