//! Makes an incident private or public, which moves it to a new channel.

use serde::{Deserialize, Serialize};

use crate::change::NewChannel;
use crate::delivery::{
    ArchiveOldChannel, DeleteAnnouncement, ListOldMembers, PostActivity, PostOldChannelNotice,
};
use crate::{
    Activity, Actor, Change, Channel, ChannelId, ChannelState, Decision, DecisionContext, Incident,
    IncidentKind, Origin, Rejection, TimelineEntry, TimelineEvent, UserId, Visibility,
};

/// The move of an incident to a new channel because its visibility changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelMove {
    /// The old channel.
    pub from: ChannelId,
    /// The user who changed the visibility; `None` if Muster did.
    pub actor: Option<UserId>,
}

impl Incident {
    /// Makes the incident private or public.
    ///
    /// The incident has no channel until the new one is created, and its announcement is deleted. Muster
    /// lists the members of the old channel, creates the new one with the same members, posts a notice in the
    /// old channel and archives it.
    pub fn set_visibility(
        &self,
        to: Visibility,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        if self.visibility == to {
            return Err(Rejection(format!("{} is already {to}.", self.id)));
        }
        let Some(Channel { id: old, name, .. }) = self.channel.clone() else {
            return Err(Rejection(format!(
                "{} has no channel to move from. Nothing was changed.",
                self.id
            )));
        };
        let mut incident = self.clone();
        incident.touch_responder(actor);
        incident.visibility = to;
        incident.channel = None;
        incident.channel_state = ChannelState::Pending;
        incident.header = None;

        let what = TimelineEvent::VisibilityChanged { to };
        let mut change = Change::new(incident, actor.at);
        change.add_entry(TimelineEntry::by_actor(actor, what.clone()));
        change.enqueue(ListOldMembers {
            channel: old.clone(),
        });
        let new_channel = NewChannel {
            replaces: Some(name),
            channel_move: Some(ChannelMove {
                from: old,
                actor: actor.user.clone(),
            }),
            ..NewChannel::default()
        };
        change.enqueue_channel(new_channel, ctx);
        change.enqueue(PostActivity {
            activity: Activity::by_actor(actor, what),
        });
        change.enqueue(DeleteAnnouncement);
        Ok(change)
    }

    /// Returns whether the incident has an announcement: it is public, and not an unannounced test or an import that
    /// was not reopened.
    pub fn is_announced(&self) -> bool {
        let is_reopened = self.channel.is_some() && self.status.is_open();
        if self.imported_at.is_some() && self.announcement.is_none() && !is_reopened {
            return false;
        }
        match (self.visibility, self.kind) {
            (Visibility::Private, _) | (_, IncidentKind::Test) => false,
            (Visibility::Public, IncidentKind::Real | IncidentKind::AnnouncedTest) => true,
        }
    }

    /// Enqueues the notice in the old channel and its archiving.
    pub(crate) fn enqueue_old_channel_cleanup(&self, moved: &ChannelMove, change: &mut Change) {
        change.enqueue(PostOldChannelNotice {
            channel: moved.from.clone(),
        });
        change.enqueue(ArchiveOldChannel {
            channel: moved.from.clone(),
        });
    }
}

impl ChannelMove {
    /// Returns where the actor is informed of a failure: in a direct message, because the channel of the
    /// request will be archived.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            channel: None,
            response_url: None,
            thread_ts: None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::delivery::create_channel::CreatedChannel;
    use crate::delivery::{CreateChannel, DeliverySpec, Failure};
    use crate::testing::{alice_at, context, incident, incident_with_channel};
    use crate::{ChannelName, Delivery, DeliveryKind};

    fn alice(incident: &Incident) -> Actor {
        alice_at(incident.declared_at)
    }

    fn delivery_kinds(change: &Change) -> Vec<DeliveryKind> {
        change.deliveries.iter().map(Delivery::kind).collect()
    }

    #[test]
    fn private_incident_leaves_its_channel_and_announcement_at_once() {
        let incident = incident_with_channel("Checkout");
        let change = incident
            .set_visibility(
                Visibility::Private,
                &alice(&incident),
                &context(incident.declared_at),
            )
            .unwrap();
        assert_eq!(change.incident.channel, None);
        assert_eq!(change.incident.channel_state, ChannelState::Pending);
        assert!(!change.incident.is_announced());
        assert_eq!(
            delivery_kinds(&change),
            [
                DeliveryKind::ListOldMembers,
                DeliveryKind::CreateChannel,
                DeliveryKind::PostActivity,
                DeliveryKind::DeleteAnnouncement
            ]
        );
        let Delivery::CreateChannel(CreateChannel {
            visibility,
            last_tried: after,
            ..
        }) = &change.deliveries[1]
        else {
            panic!("the second delivery creates a channel");
        };
        assert_eq!(*visibility, Visibility::Private);
        let left = incident
            .channel
            .map(|left| ChannelName::from_stored(left.name));
        assert_eq!(*after, left);
    }

    #[test]
    fn visibility_change_is_rejected_when_equal_or_without_a_channel() {
        let public = incident_with_channel("Checkout");
        let rejected = public.set_visibility(
            Visibility::Public,
            &alice(&public),
            &context(public.declared_at),
        );
        assert_eq!(
            rejected,
            Err(Rejection("IR-7 is already public.".to_owned()))
        );
        let pending = incident("Checkout");
        let rejected = pending.set_visibility(
            Visibility::Private,
            &alice(&pending),
            &context(pending.declared_at),
        );
        assert!(rejected.is_err());
    }

    #[test]
    fn old_channel_is_archived_even_if_the_new_one_fails() {
        let incident = incident_with_channel("Checkout");
        let at = incident.declared_at;
        let change = incident.set_visibility(Visibility::Private, &alice(&incident), &context(at));
        let change = change.unwrap();
        let Delivery::CreateChannel(create_channel) = &change.deliveries[1] else {
            panic!("the second delivery creates a channel");
        };
        let created = CreatedChannel {
            id: ChannelId::from("C0PRIVATE07"),
            name: "incident-7-checkout-2".to_owned(),
        };
        let opened = create_channel.on_done(&change.incident, created, &context(at));
        let follows = delivery_kinds(&opened);
        assert!(
            follows.contains(&DeliveryKind::PostOldChannelNotice)
                && follows.contains(&DeliveryKind::ArchiveOldChannel)
        );
        assert!(
            !follows.contains(&DeliveryKind::UpsertAnnouncement)
                && !follows.contains(&DeliveryKind::SendPrivateReply)
        );

        let failure = Failure {
            delivery_id: 5,
            reason: "Ask an admin.".to_owned(),
            certainty: crate::delivery::FailureCertainty::Certain,
        };
        let rejected = create_channel.on_failed(&change.incident, &failure, &context(at));
        assert_eq!(rejected.incident.channel_state, ChannelState::Failed);
        assert_eq!(
            delivery_kinds(&rejected),
            [
                DeliveryKind::PostOldChannelNotice,
                DeliveryKind::ArchiveOldChannel,
                DeliveryKind::SendPrivateReply
            ]
        );
    }
}
