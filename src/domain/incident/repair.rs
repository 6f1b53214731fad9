//! `/datadog incident repair`: recreates what is missing in Slack.

use serde::{Deserialize, Serialize};

use crate::change::NewChannel;
use crate::delivery::{PostActivity, Repair, SyncBookmarks, UpsertAnnouncement, UpsertHeader};
use crate::{
    Activity, Actor, Change, ChannelEvent, ChannelName, ChannelNameFound, ChannelState, Decision,
    DecisionContext, DirectMessage, Incident, TimelineEntry, TimelineEvent, Timestamp, UserId,
    Visibility,
};

/// The state of an incident in Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairReport {
    /// The channel.
    pub channel: ChannelLookup,
    /// The name that the channel should have; `None` if the template has no variables that can change.
    pub expected_name: Option<ChannelName>,
    /// The header in the channel.
    pub header: MessageLookup,
    /// The announcement in the announcements channel.
    pub announcement: MessageLookup,
    /// The bookmarks of the channel; missing if any of them is.
    pub bookmarks: MessageLookup,
}

/// The state of the incident's channel in Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelLookup {
    /// In use, with this name.
    InUse(String),
    /// Archived.
    Archived,
    /// Missing: deleted, not visible to the app, or never created.
    Missing,
}

/// The state of one of our messages or bookmarks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageLookup {
    /// Present, never posted, or impossible to look up.
    Present,
    /// Removed by a user.
    Missing,
}

/// An action of a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairAction {
    /// A new channel is created.
    Channel,
    /// A new header is posted.
    Header,
    /// A new announcement is posted.
    Announcement,
    /// Missing bookmarks are added again.
    Bookmarks,
    /// The channel is recorded as archived.
    Archived,
    /// The channel is recorded as in use.
    Unarchived,
    /// The channel's new name is recorded.
    Renamed,
    /// The channel will be renamed to the incident's name.
    NameSet,
    /// The channel is not visible to the app; the user receives instructions.
    Inaccessible,
}

impl RepairAction {
    /// Returns the description of a recreated item; `None` if the action only updates the record.
    pub fn recreated_item(self) -> Option<&'static str> {
        match self {
            Self::Channel => Some("the channel"),
            Self::Header => Some("the header"),
            Self::Announcement => Some("the announcement"),
            Self::Bookmarks => Some("the missing bookmarks"),
            Self::Archived
            | Self::Unarchived
            | Self::Renamed
            | Self::NameSet
            | Self::Inaccessible => None,
        }
    }
}

impl Incident {
    /// Enqueues a comparison with Slack. Its result decides what is recreated.
    pub fn repair(&self, actor: &Actor) -> Decision {
        let mut incident = self.clone();
        incident.touch_responder(actor);
        let mut change = Change::new(incident, actor.at);
        change.enqueue(Repair {
            user: actor.require_user()?.clone(),
        });
        Ok(change)
    }

    /// Applies the result of the comparison: recreates what is missing, and notifies the requester.
    pub fn apply_repair_report(
        &self,
        requester: &UserId,
        report: &RepairReport,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let (mut change, mut actions) = self.repair_channel(report, ctx);
        if report.header == MessageLookup::Missing {
            change.incident.header = None;
            actions.push(RepairAction::Header);
        }
        if report.bookmarks == MessageLookup::Missing {
            change.enqueue(SyncBookmarks);
            actions.push(RepairAction::Bookmarks);
        }
        if let ChannelLookup::InUse(_) = report.channel {
            change.enqueue(UpsertHeader);
        }
        if report.announcement == MessageLookup::Missing {
            change.incident.announcement = None;
            actions.push(RepairAction::Announcement);
        }
        // A new channel is announced after its creation.
        if change.incident.channel_state != ChannelState::Pending {
            let incident = change.incident.clone();
            match incident.announcement {
                Some(_) => change.enqueue(UpsertAnnouncement),
                None if report.announcement == MessageLookup::Missing => {
                    incident.enqueue_announcement(&mut change);
                }
                None => {}
            }
        }
        self.report_repair(&mut change, requester, actions);
        change
    }

    /// Applies the state of the channel. A missing channel is recreated.
    fn repair_channel(
        &self,
        report: &RepairReport,
        ctx: &DecisionContext<'_>,
    ) -> (Change, Vec<RepairAction>) {
        let record = |event, action| (self.channel_changed(event, None, ctx), vec![action]);
        let nothing = (Change::new(self.clone(), ctx.now), Vec::new());
        match (&report.channel, self.channel_state) {
            // Its creation is enqueued already.
            (_, ChannelState::Pending) | (ChannelLookup::Archived, ChannelState::Archived) => {
                nothing
            }
            // Slack hides a private channel from non-members, so a channel that is not found may still exist.
            (ChannelLookup::Missing, _) if self.may_be_hidden() => {
                (nothing.0, vec![RepairAction::Inaccessible])
            }
            (ChannelLookup::Missing, _) => {
                (self.recreate_channel(ctx), vec![RepairAction::Channel])
            }
            (ChannelLookup::Archived, _) => record(ChannelEvent::Archived, RepairAction::Archived),
            (ChannelLookup::InUse(name), ChannelState::Open) => {
                self.repair_name(name, report.expected_name.as_ref(), ctx.now)
            }
            (ChannelLookup::InUse(_), _) => {
                record(ChannelEvent::Unarchived, RepairAction::Unarchived)
            }
        }
    }

    /// Returns whether the incident has a private channel, which can exist without being visible to the app.
    fn may_be_hidden(&self) -> bool {
        self.visibility == Visibility::Private && self.channel.is_some()
    }

    /// Enqueues the creation of a new channel.
    fn recreate_channel(&self, ctx: &DecisionContext<'_>) -> Change {
        let mut incident = self.clone();
        incident.channel = None;
        incident.header = None;
        incident.channel_state = ChannelState::Pending;
        let mut change = Change::new(incident, ctx.now);
        change.enqueue_channel(NewChannel::default(), ctx);
        change
    }

    /// Records the name of the channel, and enqueues a rename if Muster set the name and the incident
    /// requires another.
    fn repair_name(
        &self,
        name: &str,
        expected_name: Option<&ChannelName>,
        now: Timestamp,
    ) -> (Change, Vec<RepairAction>) {
        let Some(channel) = &self.channel else {
            return (Change::new(self.clone(), now), Vec::new());
        };
        let is_news = channel.name != name && !channel.is_own_name(name);
        let name = ChannelNameFound {
            channel: channel.id.clone(),
            name: name.to_owned(),
            expected_name: expected_name.cloned(),
        };
        let change = self.name_found(&name, now);
        let mended = match (is_news, change.deliveries.is_empty()) {
            (true, _) => vec![RepairAction::Renamed],
            (false, false) => vec![RepairAction::NameSet],
            (false, true) => Vec::new(),
        };
        (change, mended)
    }

    /// Reports the repair to the requester, and on the timeline and in the channel if an item was recreated.
    fn report_repair(&self, change: &mut Change, asker: &UserId, mended: Vec<RepairAction>) {
        let actor = Actor::new(asker.clone(), change.at);
        if mended
            .iter()
            .any(|mended| mended.recreated_item().is_some())
        {
            let what = TimelineEvent::Repaired {
                actions: mended.clone(),
            };
            change.add_entry(TimelineEntry::by_actor(&actor, what.clone()));
            self.enqueue_repair_activity(change, Activity::by_actor(&actor, what));
        }
        change.enqueue_direct_message(asker.clone(), DirectMessage::Repaired { actions: mended });
    }

    /// Enqueues an activity if the channel is open or pending after the change.
    fn enqueue_repair_activity(&self, change: &mut Change, activity: Activity) {
        match change.incident.channel_state {
            ChannelState::Pending | ChannelState::Open => change.enqueue(PostActivity { activity }),
            ChannelState::Failed | ChannelState::Archived | ChannelState::Deleted => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Payload;
    use crate::delivery::{CreateChannel, SendDirectMessage};
    use crate::testing::{context, incident_with_channel};
    use crate::{Delivery, DeliveryKind};

    fn report(channel: ChannelLookup) -> RepairReport {
        RepairReport {
            channel,
            expected_name: None,
            header: MessageLookup::Present,
            announcement: MessageLookup::Present,
            bookmarks: MessageLookup::Present,
        }
    }

    fn apply_report(incident: &Incident, report: &RepairReport) -> (Change, Vec<RepairAction>) {
        let asker = UserId::from("U0BOB000001");
        let change = incident.apply_repair_report(&asker, report, &context(incident.declared_at));
        let actions = |message: &DirectMessage| {
            let DirectMessage::Repaired { actions } = message else {
                return None;
            };
            Some(actions.clone())
        };
        let told = change.deliveries.iter().find_map(|effect| {
            let delivery = SendDirectMessage::from_delivery(effect)?;
            actions(&delivery.message)
        });
        let waiting = change.incident.pending_direct_messages.first();
        let waiting = waiting.and_then(|waiting| actions(&waiting.message));
        let mended = told.or(waiting).unwrap_or_default();
        (change, mended)
    }

    fn delivery_kinds(change: &Change) -> Vec<DeliveryKind> {
        change.deliveries.iter().map(Delivery::kind).collect()
    }

    #[test]
    fn intact_incident_is_refreshed_without_a_timeline_entry() {
        let incident = incident_with_channel("Checkout");
        let in_use = ChannelLookup::InUse("incident-7".to_owned());
        let (change, mended) = apply_report(&incident, &report(in_use));
        assert_eq!(mended, []);
        assert!(change.entries.is_empty());
        assert_eq!(
            delivery_kinds(&change),
            [
                DeliveryKind::UpsertHeader,
                DeliveryKind::UpsertAnnouncement,
                DeliveryKind::SendDirectMessage
            ]
        );
    }

    #[test]
    fn missing_channel_is_recreated_once() {
        let incident = incident_with_channel("Checkout");
        let (change, mended) = apply_report(&incident, &report(ChannelLookup::Missing));
        assert_eq!(mended, [RepairAction::Channel]);
        assert_eq!(change.incident.channel_state, ChannelState::Pending);
        assert_eq!(
            (&change.incident.channel, &change.incident.header),
            (&None, &None)
        );
        assert_eq!(
            delivery_kinds(&change),
            [DeliveryKind::CreateChannel, DeliveryKind::PostActivity]
        );
        // A second repair in the meantime changes nothing.
        let (again, mended) = apply_report(&change.incident, &report(ChannelLookup::Missing));
        assert_eq!(
            mended,
            [RepairAction::Channel],
            "the first message is pending"
        );
        assert!(again.deliveries.is_empty() && again.entries.is_empty());
    }

    #[test]
    fn private_channel_is_recreated_only_when_it_was_deleted() {
        let mut incident = incident_with_channel("Checkout");
        incident.visibility = Visibility::Private;
        let now = incident.declared_at;
        let lost = incident.channel_changed(ChannelEvent::Inaccessible, None, &context(now));
        for incident in [&incident, &lost.incident] {
            let (change, mended) = apply_report(incident, &report(ChannelLookup::Missing));
            assert_eq!(mended, [RepairAction::Inaccessible]);
            assert!(!delivery_kinds(&change).contains(&DeliveryKind::CreateChannel));
        }
        let deleted = incident.channel_changed(ChannelEvent::Deleted, None, &context(now));
        let (change, mended) = apply_report(&deleted.incident, &report(ChannelLookup::Missing));
        assert_eq!(mended, [RepairAction::Channel]);
        assert!(matches!(
            change.deliveries[0],
            Delivery::CreateChannel(CreateChannel {
                visibility: Visibility::Private,
                ..
            })
        ));
    }

    #[test]
    fn missing_header_announcement_and_bookmarks_are_recreated() {
        let incident = incident_with_channel("Checkout");
        let lost = RepairReport {
            header: MessageLookup::Missing,
            announcement: MessageLookup::Missing,
            bookmarks: MessageLookup::Missing,
            ..report(ChannelLookup::InUse("incident-7".to_owned()))
        };
        let (change, mended) = apply_report(&incident, &lost);
        assert_eq!(
            mended,
            [
                RepairAction::Header,
                RepairAction::Bookmarks,
                RepairAction::Announcement
            ]
        );
        assert_eq!(
            (&change.incident.header, &change.incident.announcement),
            (&None, &None)
        );
        let kinds = delivery_kinds(&change);
        for kind in [
            DeliveryKind::SyncBookmarks,
            DeliveryKind::UpsertAnnouncement,
            DeliveryKind::PostActivity,
        ] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
        assert_eq!(change.entries.len(), 1);
    }

    #[test]
    fn missed_channel_events_are_recorded() {
        let mut incident = incident_with_channel("Checkout");
        let (change, mended) = apply_report(&incident, &report(ChannelLookup::Archived));
        assert_eq!(mended, [RepairAction::Archived]);
        assert_eq!(change.incident.channel_state, ChannelState::Archived);
        let renamed = ChannelLookup::InUse("war-room".to_owned());
        let (_, mended) = apply_report(&incident, &report(renamed.clone()));
        assert_eq!(mended, [RepairAction::Renamed]);
        incident.channel_state = ChannelState::Deleted;
        let (change, mended) = apply_report(&incident, &report(renamed));
        assert_eq!(mended, [RepairAction::Unarchived]);
        assert_eq!(change.incident.channel_state, ChannelState::Open);
    }
}
