//! How a postmortem is reported in Slack: on the timeline, in the channel, in the thread of the announcement and
//! among the bookmarks.

use crate::delivery::{FetchUser, InviteUser, PostAnnouncementReply, SyncBookmarks};
use crate::postmortem::{Postmortem, PostmortemStatus};
use crate::{Activity, Actor, Change, ChannelState, TimelineEntry, TimelineEvent, UserId};

impl Postmortem {
    /// Returns the URL at which the document can be read: the attached one, or its page if the pages have an
    /// address.
    pub fn url<'a>(&'a self, page_url: Option<&'a str>) -> Option<&'a str> {
        self.attached_url.as_deref().or(page_url)
    }
}

impl Change {
    /// Records an event of the postmortem on the timeline and posts it in the incident's channel. A new and a
    /// completed postmortem are announced.
    pub(super) fn report_postmortem(&mut self, event: TimelineEvent, actor: &Actor) {
        self.add_entry(TimelineEntry::by_actor(actor, event.clone()));
        let incident = self.incident.clone();
        let activity = Activity::by_actor(actor, event);
        if incident.is_announced() && is_announced(&activity.event) {
            let activity = activity.clone();
            self.enqueue(PostAnnouncementReply { activity });
        }
        incident.enqueue_activity(self, activity);
        self.enqueue_header_refresh();
    }

    /// Makes the owner of the postmortem a responder, so that they can read that of a private incident, and
    /// invites them to the channel.
    pub(super) fn add_postmortem_owner(&mut self, owner: &UserId, actor: &Actor) {
        let user = owner.clone();
        self.enqueue(FetchUser { user: user.clone() });
        let is_new = self.incident.responder_ids().all(|known| known != owner);
        self.incident.add_responder(owner, actor.at);
        if is_new && self.incident.channel_state == ChannelState::Open {
            self.enqueue(InviteUser { user });
        }
    }

    /// Enqueues the bookmark of a new postmortem.
    pub(super) fn bookmark_postmortem(&mut self) {
        if self.incident.channel_state == ChannelState::Open {
            self.enqueue(SyncBookmarks);
        }
    }
}

/// Returns whether an event is posted in the thread of the announcement.
fn is_announced(event: &TimelineEvent) -> bool {
    matches!(
        event,
        TimelineEvent::PostmortemGenerated { .. }
            | TimelineEvent::PostmortemAttached { .. }
            | TimelineEvent::PostmortemStatusChanged {
                to: PostmortemStatus::Completed,
                ..
            }
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::delivery::DeliveryKind;
    use crate::postmortem::{EditPostmortem, GeneratePostmortem};
    use crate::testing::{alice_at, context, incident_with_channel};
    use crate::{Delivery, Incident, Status, Visibility};

    fn generated(visibility: Visibility, owner: &str) -> Change {
        let mut incident = incident_with_channel("Checkout is slow");
        incident.status = Status::Resolved;
        incident.visibility = visibility;
        let actor = alice_at(incident.declared_at);
        let request = GeneratePostmortem {
            owner: Some(owner.into()),
            ..GeneratePostmortem::default()
        };
        incident
            .generate_postmortem(request, &actor, &context(actor.at))
            .unwrap()
    }

    fn kinds(change: &Change) -> Vec<DeliveryKind> {
        change.deliveries.iter().map(Delivery::kind).collect()
    }

    fn completed(incident: &Incident, status: PostmortemStatus) -> Vec<DeliveryKind> {
        let actor = alice_at(incident.declared_at);
        let request = EditPostmortem {
            status: Some(status),
            ..EditPostmortem::default()
        };
        let change = incident.edit_postmortem(request, Vec::new(), &actor);
        kinds(&change.unwrap())
    }

    #[test]
    fn postmortem_of_a_public_incident_is_announced_when_generated_and_completed() {
        let reply = DeliveryKind::PostAnnouncementReply;
        let public = generated(Visibility::Public, "U0BOB000001");
        for kind in [
            DeliveryKind::PostActivity,
            DeliveryKind::UpsertHeader,
            DeliveryKind::SyncBookmarks,
            DeliveryKind::InviteUser,
            reply,
        ] {
            assert!(kinds(&public).contains(&kind), "{kind:?}");
        }
        let owner = UserId::from("U0BOB000001");
        assert!(public.incident.responder_ids().any(|it| *it == owner));
        let statuses = [PostmortemStatus::InReview, PostmortemStatus::Completed];
        let is_announced =
            statuses.map(|status| completed(&public.incident, status).contains(&reply));
        assert_eq!(is_announced, [false, true]);

        let private = generated(Visibility::Private, "U0BOB000001");
        assert!(!kinds(&private).contains(&reply));
        let status = PostmortemStatus::Completed;
        assert!(!completed(&private.incident, status).contains(&reply));
    }
}
