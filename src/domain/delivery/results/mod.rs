//! The changes that follow when a delivery from the outbox is done or has failed.

use muster_commands::ChannelId;

use crate::domain::{
    Activity, Announcement, Change, Channel, ChannelEvent, ChannelState, DecisionContext, Delivery,
    DeliveryKind, DeliveryOutput, DirectMessage, Incident, Origin, TimelineEntry, TimelineEvent,
    Timestamp,
};

impl Incident {
    /// Returns the change that follows when a delivery is done. A created channel enqueues its setup and
    /// the announcement; a posted header enqueues its pin.
    pub fn on_done(
        &self,
        effect: &Delivery,
        receipt: &DeliveryOutput,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let now = ctx.now;
        let mut change = Change::new(self.clone(), now);
        match (effect, receipt) {
            (
                Delivery::CreateChannel {
                    name: given,
                    declared_in,
                    channel_move: moved,
                    ..
                },
                DeliveryOutput::ChannelCreated { id, name },
            ) => {
                change.incident.channel_state = ChannelState::Open;
                change.incident.channel = Some(Channel {
                    id: id.clone(),
                    name: name.clone(),
                    requested_name: Some(given.clone()),
                });
                self.enqueue_channel_setup(&mut change, ctx);
                self.enqueue_announcement(&mut change, ctx);
                if let Some(moved) = moved {
                    self.enqueue_old_channel_cleanup(moved, &mut change);
                }
                change.enqueue_pending_direct_messages();
                if let Some(place) = declared_in {
                    change.enqueue(Delivery::SendPrivateReply {
                        user: self.declared_by.clone(),
                        origin: place.clone(),
                        failure: None,
                    });
                }
            }
            // Results for a channel that the incident has left in the meantime are ignored.
            (Delivery::UpsertHeader, DeliveryOutput::MessagePosted { channel, .. })
                if !self.has_channel(channel) => {}
            (
                _,
                DeliveryOutput::ChannelUnavailable { channel, .. }
                | DeliveryOutput::ChannelRenamed { channel, .. },
            ) if !self.has_channel(channel) => {}
            (_, DeliveryOutput::ChannelNameFound(found)) if !self.has_channel(&found.channel) => {}
            (_, DeliveryOutput::ChannelNameFound(found)) => return self.name_found(found, now),
            (_, DeliveryOutput::ChannelRenamed { name, .. }) => {
                return self.renamed_by_muster(name, now);
            }
            (Delivery::UpsertHeader, DeliveryOutput::MessagePosted { ts, .. }) => {
                change.incident.header = Some(ts.clone());
                change.enqueue(Delivery::PinHeader { ts: ts.clone() });
            }
            (Delivery::UpsertAnnouncement, DeliveryOutput::MessagePosted { channel, ts }) => {
                change.incident.announcement = Some(Announcement {
                    channel: channel.clone(),
                    ts: ts.clone(),
                });
            }
            (
                Delivery::ArchiveChannel,
                DeliveryOutput::ChannelUnavailable {
                    event: ChannelEvent::Archived,
                    ..
                },
            ) => {
                return self.channel_auto_archived(now);
            }
            (Delivery::ArchiveChannel, DeliveryOutput::ChannelActive(last)) => {
                return self.postpone_archiving(*last, now);
            }
            (_, DeliveryOutput::Unfinished) => change.enqueue(effect.clone()),
            (Delivery::DeleteAnnouncement, DeliveryOutput::AnnouncementDeleted(ts)) => {
                change.incident.announcement =
                    self.announcement.clone().filter(|card| card.ts != *ts);
            }
            (Delivery::ListOldMembers { .. }, DeliveryOutput::ChannelMembers(users)) => {
                for user in users {
                    change.incident.add_responder(user, now);
                    change.enqueue(Delivery::FetchUser { user: user.clone() });
                }
            }
            (Delivery::Repair { user }, DeliveryOutput::RepairReport(found)) => {
                return self.apply_repair_report(user, found, ctx);
            }
            (_, DeliveryOutput::ChannelUnavailable { event: news, .. }) => {
                return self.channel_changed(news.clone(), None, ctx);
            }
            // Nothing else follows: the store saves fetched users and finished deliveries itself.
            _ => {}
        }
        change
    }

    /// Returns the change that follows when a delivery has failed: a timeline entry, and a message to the
    /// users who can act on it.
    ///
    /// `delivery_id` identifies the delivery for a retry.
    pub fn on_failed(
        &self,
        effect: &Delivery,
        delivery: i64,
        why: &str,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let now = ctx.now;
        let mut change = Change::new(self.clone(), now);
        let owed = effect.kind();
        // Not worth reporting: an unfetched user or message is shown by its ID, a suggested call or a
        // deferred reply was not requested, and a user without a briefing still has the pinned header.
        if matches!(
            owed,
            DeliveryKind::FetchUser
                | DeliveryKind::FetchPermalink
                | DeliveryKind::SuggestCall
                | DeliveryKind::SendBriefing
                | DeliveryKind::SendDeferredReply
        ) {
            return change;
        }
        if let Delivery::ResolveUser {
            unresolved_user: stranger,
        } = effect
        {
            return self.user_unresolvable(stranger, ctx);
        }
        // An announced change that cannot be sent to a subscriber ends the subscription. It is not an event
        // of the incident.
        if let Delivery::SendDirectMessage {
            user,
            message: DirectMessage::Announced { .. },
        } = effect
        {
            let subscribers = &mut change.incident.subscribers;
            subscribers.retain(|subscriber| subscriber != user);
            return change;
        }
        let what = TimelineEvent::DeliveryFailed {
            delivery_kind: owed,
            user: match effect {
                Delivery::InviteUser { user }
                | Delivery::KickUser { user }
                | Delivery::SendDirectMessage { user, .. } => Some(user.clone()),
                _ => None,
            },
            reason: why.to_owned(),
            delivery_id: delivery,
        };
        change.add_entry(TimelineEntry::automatic(what.clone(), now));
        match effect {
            Delivery::CreateChannel {
                declared_in,
                channel_move: moved,
                ..
            } => {
                change.incident.channel_state = ChannelState::Failed;
                self.enqueue_announcement(&mut change, ctx);
                change.enqueue_pending_direct_messages();
                let mut told = declared_in.clone().map(|place| (&self.declared_by, place));
                if let Some(moved) = moved {
                    self.enqueue_old_channel_cleanup(moved, &mut change);
                    told = Some((&moved.actor, moved.origin()));
                }
                if let Some((user, place)) = told {
                    change.enqueue(Delivery::SendPrivateReply {
                        user: user.clone(),
                        origin: place,
                        failure: Some(Activity::automatic(what, now)),
                    });
                }
            }
            // A failed post cannot be reported in the channel. The user who caused it is informed
            // privately.
            Delivery::PostActivity { activity: line } => {
                let user = line.actor.as_ref().unwrap_or(&self.commander);
                change.enqueue(Delivery::SendPrivateReply {
                    user: user.clone(),
                    origin: Origin {
                        channel: self.channel.as_ref().map(|channel| channel.id.clone()),
                        response_url: None,
                        thread_ts: None,
                    },
                    failure: Some(Activity::automatic(what, now)),
                });
            }
            // A failed private reply was the last way to inform the user. A reminder is sent again later.
            Delivery::PostReminder { .. }
            | Delivery::SendPrivateReply {
                failure: Some(_), ..
            } => {}
            _ => {
                if self.channel_state == ChannelState::Open {
                    change.enqueue(Delivery::PostActivity {
                        activity: Activity::automatic(what, now),
                    });
                }
            }
        }
        change
    }

    /// Enqueues the announcement after a writable announcements channel has been configured.
    pub fn late_announcement(&self, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        self.enqueue_announcement(&mut change, ctx);
        change
    }

    /// Returns the change that follows when a user retries a failed delivery.
    ///
    /// For the creation of a channel, the channel becomes pending and its first post is enqueued again: it
    /// could not be posted without a channel.
    pub fn on_retry(&self, effect: &Delivery, now: Timestamp) -> Change {
        let mut change = Change::new(self.clone(), now);
        if effect.kind() == DeliveryKind::CreateChannel
            && self.channel_state == ChannelState::Failed
        {
            change.incident.channel_state = ChannelState::Pending;
            let mut line = self.declaration();
            if let Delivery::CreateChannel {
                channel_move: Some(moved),
                visibility,
                ..
            } = effect
            {
                line.actor = Some(moved.actor.clone());
                line.event = TimelineEvent::VisibilityChanged { to: *visibility };
            }
            change.enqueue(Delivery::PostActivity { activity: line });
        }
        change
    }

    /// Enqueues the invitations and the content of a new channel.
    fn enqueue_channel_setup(&self, change: &mut Change, ctx: &DecisionContext<'_>) {
        for user in self.responder_ids() {
            change.enqueue(Delivery::InviteUser { user: user.clone() });
        }
        change.enqueue(Delivery::UpsertHeader);
        change.enqueue(Delivery::SetTopic);
        change.enqueue(Delivery::SetPurpose);
        // The incident may have changed since the creation of the channel was enqueued.
        change.enqueue_rename(ctx);
        if !self.bookmarks().is_empty() {
            change.enqueue(Delivery::SyncBookmarks);
        }
    }

    /// Returns whether a channel is the incident's current one.
    fn has_channel(&self, channel: &ChannelId) -> bool {
        self.channel
            .as_ref()
            .is_some_and(|ours| ours.id == *channel)
    }

    /// Enqueues the announcement and, if there is none yet, the declaration as an announcement reply. Does
    /// nothing if the incident is not announced.
    pub(crate) fn enqueue_announcement(&self, change: &mut Change, ctx: &DecisionContext<'_>) {
        if !self.is_announced() {
            return;
        }
        change.enqueue(Delivery::UpsertAnnouncement);
        if self.announcement.is_none() {
            change.enqueue_announcement_reply(self.declaration(), ctx.settings);
        }
    }

    /// Returns the declaration as an activity.
    fn declaration(&self) -> Activity {
        let what = TimelineEvent::Declared {
            severity: self.severity,
            customer_impact: self.customer_impact,
        };
        Activity {
            actor: Some(self.declared_by.clone()),
            event: what,
            at: self.declared_at,
        }
    }
}

#[cfg(test)]
mod tests;
