//! The text about a change of the status: a status update that is announced together with the status.

use crate::{
    Activity, Actor, Change, Decision, DecisionContext, Delivery, FieldChange, Incident,
    NextUpdate, PostStatusUpdate, TimelineEvent, Update,
};

impl Incident {
    /// Updates the incident. The text, if there is one, says more about the change: with another status it is
    /// posted as a status update, together with the status; otherwise it becomes a note.
    pub fn update_with_text(
        &self,
        update: Update,
        text: String,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        let sets_status = update.status.is_some();
        let change = self.update(update, actor, ctx)?;
        if !sets_status {
            return change.with_note(text, actor);
        }
        Ok(self.explain_status(change, text, actor, ctx))
    }

    /// Adds the text about a change of the status to the change, as a status update. `self` is the incident
    /// before. In the announcement's thread, one reply shows the status and the text; in the channel, the post
    /// of the update does, or the closing summary.
    pub(crate) fn explain_status(
        &self,
        mut change: Change,
        text: String,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        if text.is_empty() {
            return change;
        }
        change.incident.touch_responder(actor);
        let status = change.incident.status;
        let is_closed = change.incident.is_over();
        let request = PostStatusUpdate {
            text,
            next_update: match is_closed {
                true => NextUpdate::Never,
                false => NextUpdate::Default,
            },
        };
        let status = (self.status != status).then_some(status);
        let activity = change.add_status_update(request, status, actor, ctx);
        let is_announced = change.take_announced_status();
        change.announce_status_update(activity.announced(is_announced));
        if self.is_over() || !is_closed {
            change.take_posted_status();
            // A reopened incident may get a new channel.
            let incident = change.incident.clone();
            incident.enqueue_activity(&mut change, activity);
        }
        change.enqueue_header_refresh();
        change
    }
}

/// Whether the announcement's thread shows the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AnnouncedStatus {
    /// The settings announce changes of the status.
    Visible,
    /// They do not.
    Hidden,
}

impl Change {
    /// Removes the status from the queued announcement reply. Returns whether it contained the status.
    fn take_announced_status(&mut self) -> AnnouncedStatus {
        let mut announced = AnnouncedStatus::Hidden;
        self.deliveries.retain_mut(|delivery| {
            let Delivery::PostAnnouncementReply(reply) = delivery else {
                return true;
            };
            let left = take_status(&mut reply.activity);
            if left != Left::Unchanged {
                announced = AnnouncedStatus::Visible;
            }
            left != Left::Nothing
        });
        announced
    }

    /// Removes the status from the queued post.
    fn take_posted_status(&mut self) {
        self.deliveries.retain_mut(|delivery| {
            let Delivery::PostActivity(post) = delivery else {
                return true;
            };
            take_status(&mut post.activity) != Left::Nothing
        });
    }
}

impl Activity {
    /// Returns a status update as it is announced.
    fn announced(&self, announced: AnnouncedStatus) -> Self {
        let mut activity = self.clone();
        if let TimelineEvent::StatusUpdate { status, .. } = &mut activity.event
            && announced == AnnouncedStatus::Hidden
        {
            *status = None;
        }
        activity
    }
}

/// The rest of an activity without the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// All of it: it contained no status.
    Unchanged,
    /// Other changes.
    Others,
    /// Nothing.
    Nothing,
}

/// Removes the status from the changes of an activity.
fn take_status(activity: &mut Activity) -> Left {
    let TimelineEvent::Updated { changes } = &mut activity.event else {
        return Left::Unchanged;
    };
    let count = changes.len();
    changes.retain(|change| !matches!(change, FieldChange::Status { .. }));
    match changes.len() {
        left if left == count => Left::Unchanged,
        0 => Left::Nothing,
        _ => Left::Others,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::testing::{context, incident_with_channel};
    use crate::{Severity, Status, UserId};

    fn update(text: &str, update: Update) -> Change {
        let incident = incident_with_channel("Checkout");
        let actor = Actor::new(UserId::from("U0BOB000001"), incident.declared_at);
        let ctx = context(actor.at);
        let text = text.to_owned();
        incident
            .update_with_text(update, text, &actor, &ctx)
            .unwrap()
    }

    fn to_status(status: Status) -> Update {
        Update {
            status: Some(status),
            ..Update::default()
        }
    }

    /// Returns the activities that are posted in the channel and announced, as JSON tags.
    fn events(change: &Change) -> (Vec<String>, Vec<String>) {
        let tag = |activity: &Activity| {
            let event = serde_json::to_value(&activity.event).unwrap();
            event["event"].as_str().unwrap_or_default().to_owned()
        };
        let (mut posts, mut replies) = (Vec::new(), Vec::new());
        for delivery in &change.deliveries {
            if let Delivery::PostActivity(post) = delivery {
                posts.push(tag(&post.activity));
            }
            if let Delivery::PostAnnouncementReply(reply) = delivery {
                replies.push(tag(&reply.activity));
            }
        }
        (posts, replies)
    }

    #[test]
    fn text_after_a_status_is_one_update_with_the_status() {
        let change = update("Until tonight.", to_status(Status::Stable));
        let update = vec!["status_update".to_owned()];
        assert_eq!(events(&change), (update.clone(), update));
        assert_eq!(change.entries.len(), 2, "the status and the update");
        let event = &change.entries[1].event;
        let TimelineEvent::StatusUpdate { status, .. } = event else {
            panic!("{event:?}");
        };
        assert_eq!(*status, Some(Status::Stable));
    }

    #[test]
    fn other_changes_are_still_reported_with_the_update() {
        let both = Update {
            severity: Some(Severity::Sev2),
            ..to_status(Status::Stable)
        };
        let change = update("Until tonight.", both);
        let events = events(&change);
        let expected = vec!["updated".to_owned(), "status_update".to_owned()];
        assert_eq!(events, (expected.clone(), expected));
    }

    #[test]
    fn text_after_a_severity_is_a_note() {
        let severity = Update {
            severity: Some(Severity::Sev2),
            ..Update::default()
        };
        let change = update("Half of the shops.", severity);
        let note = vec!["updated".to_owned(), "note".to_owned()];
        assert_eq!(events(&change), (note, vec!["updated".to_owned()]));
    }
}
