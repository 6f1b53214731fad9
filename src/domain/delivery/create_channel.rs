//! Creates the incident's channel. What was waiting for it follows: its content and the announcement.

use serde::{Deserialize, Serialize};

use crate::delivery::{
    Coalesce, DeliverySpec, Failure, InviteUser, OrderingKey, PostActivity, SendPrivateReply,
    SetPurpose, SetTopic, SyncBookmarks, UpsertHeader,
};
use crate::{
    Change, Channel, ChannelId, ChannelMove, ChannelName, ChannelState, DecisionContext,
    FieldValues, Incident, Origin, TimelineEvent, Visibility,
};

/// Creates the incident's channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateChannel {
    /// The requested name. It is fixed when the delivery is enqueued: if the outcome of a creation is
    /// uncertain, the channel is looked up by this name, even if the incident has another title by then.
    pub name: ChannelName,
    /// The last candidate of `name` that is known to be taken, as are all candidates before it. Initially the
    /// name of the channel that the incident leaves; later the last one tried. Ignored if it is no candidate.
    #[serde(default)]
    pub last_tried: Option<ChannelName>,
    /// Where the incident was declared, for the private reply that follows.
    pub declared_in: Option<Origin>,
    /// Whether the channel is public or private. If Slack rejects a private channel, none is created.
    #[serde(default)]
    pub visibility: Visibility,
    /// The channel that it replaces; `None` if it is the first.
    #[serde(default)]
    pub channel_move: Option<ChannelMove>,
}

/// A channel that Slack created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedChannel {
    /// The channel's ID.
    pub id: ChannelId,
    /// The name, as accepted by Slack.
    pub name: String,
}

impl DeliverySpec for CreateChannel {
    type Output = CreatedChannel;
    const PRIORITY: u8 = 20;
    const COALESCE: Coalesce = Coalesce::Never;

    /// Shared with the posts, so that they wait until the channel exists.
    fn ordering_key(&self) -> OrderingKey {
        OrderingKey::new("posts")
    }

    fn on_failed(
        &self,
        incident: &Incident,
        failure: &Failure,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let (mut change, activity) = failure.record(self, incident, ctx);
        change.incident.channel_state = ChannelState::Failed;
        self.enqueue_announcement(incident, &mut change, ctx);
        change.enqueue_pending_direct_messages();
        let recipient = match &self.channel_move {
            Some(channel_move) => {
                incident.enqueue_old_channel_cleanup(channel_move, &mut change);
                (&channel_move.actor, Some(channel_move.origin()))
            }
            None => (&incident.declared_by, self.declared_in.clone()),
        };
        if let (Some(user), Some(origin)) = recipient {
            change.enqueue(SendPrivateReply {
                user: user.clone(),
                origin,
                failure: Some(activity),
            });
        }
        change
    }

    /// The channel becomes pending, and its first post is enqueued again: it could not be posted without a
    /// channel.
    fn on_retry(&self, incident: &Incident, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        if incident.channel_state != ChannelState::Failed {
            return change;
        }
        change.incident.channel_state = ChannelState::Pending;
        let mut activity = incident.declaration();
        if let Some(channel_move) = &self.channel_move {
            activity.actor.clone_from(&channel_move.actor);
            activity.event = TimelineEvent::VisibilityChanged {
                to: self.visibility,
            };
        }
        change.enqueue(PostActivity { activity });
        change
    }

    fn on_done(
        &self,
        incident: &Incident,
        created: CreatedChannel,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(incident.clone(), ctx.now);
        if incident.deleted_at.is_some() {
            change.enqueue_farewell(created.id);
            return change;
        }
        change.incident.channel_state = ChannelState::Open;
        change.incident.channel = Some(Channel {
            id: created.id,
            name: created.name,
            requested_name: Some(self.name.clone()),
        });
        incident.enqueue_channel_setup(&mut change, ctx);
        change.enqueue_groups(&FieldValues::new(), ctx.settings);
        self.enqueue_announcement(incident, &mut change, ctx);
        if let Some(channel_move) = &self.channel_move {
            incident.enqueue_old_channel_cleanup(channel_move, &mut change);
        }
        change.enqueue_pending_direct_messages();
        if let (Some(user), Some(origin)) = (&incident.declared_by, &self.declared_in) {
            change.enqueue(SendPrivateReply {
                user: user.clone(),
                origin: origin.clone(),
                failure: None,
            });
        }
        change
    }
}

impl CreateChannel {
    /// Enqueues the announcement. A status update that was posted before the incident had an announcement
    /// follows it; one that was posted while the incident was private does not.
    fn enqueue_announcement(
        &self,
        incident: &Incident,
        change: &mut Change,
        ctx: &DecisionContext<'_>,
    ) {
        match self.channel_move {
            None => incident.enqueue_first_announcement(change, ctx),
            Some(_) => incident.enqueue_announcement(change),
        }
    }
}

impl Incident {
    /// Enqueues the invitations and the content of a new channel.
    fn enqueue_channel_setup(&self, change: &mut Change, ctx: &DecisionContext<'_>) {
        for user in self.responder_ids() {
            change.enqueue(InviteUser { user: user.clone() });
        }
        change.enqueue(UpsertHeader);
        change.enqueue(SetTopic);
        change.enqueue(SetPurpose);
        // The incident may have changed since the creation of the channel was enqueued.
        change.enqueue_rename(ctx);
        // The address of the postmortem's page is not known here.
        if self.postmortem.is_some() || !self.bookmarks(None).is_empty() {
            change.enqueue(SyncBookmarks);
        }
    }
}
