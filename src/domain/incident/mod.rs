//! An incident: its state, its declaration, and messages that are added to its timeline.

pub(crate) mod change_visibility;
mod correct_update;
pub(crate) mod declare;
mod delete;
mod explain_status;
pub(crate) mod fields;
pub(crate) mod import;
pub(crate) mod reopen;
pub(crate) mod repair;
pub(crate) mod resolve;
pub(crate) mod severity;
pub(crate) mod severity_scale;
pub(crate) mod similar_title;
pub(crate) mod status_update;
pub(crate) mod subscription;
pub(crate) mod title;
pub(crate) mod update;

use crate::change::NewChannel;
use crate::delivery::{Delivery, FetchUser, PostActivity};
use crate::postmortem::Postmortem;
use crate::{
    Activity, Actor, AddImpact, AddMessage, Change, Channel, ChannelId, ChannelState,
    CustomerImpact, Decision, DecisionContext, Declare, DetectionMethod, Document, FieldEdits,
    FieldValues, Impact, IncidentId, IncidentKind, Integration, MessageTs, Origin,
    PendingDirectMessage, Rejection, ReminderPost, Responder, RoleAssignment, Severity, Signal,
    Status, StatusUpdate, Task, TimelineEntry, TimelineEvent, Timestamp, UserId, Visibility,
};

/// The state of an incident. Its timeline is stored separately and read on demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// Its status.
    pub status: Status,
    /// The incident commander; `None` until a user takes command.
    pub commander: Option<UserId>,
    /// The user who declared it; `None` if Muster did.
    pub declared_by: Option<UserId>,
    /// How it was detected.
    pub detection_method: DetectionMethod,
    /// A description of what happened; may be empty.
    pub summary: String,
    /// Why it happened; may be empty.
    pub root_cause: String,
    /// Whether customers were affected, as entered at the declaration.
    pub customer_impact: CustomerImpact,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// When it was detected.
    pub detected_at: Timestamp,
    /// When it was resolved; `None` while it is open.
    pub resolved_at: Option<Timestamp>,
    /// Who may see it.
    pub visibility: Visibility,
    /// Whether it is real or a test.
    pub kind: IncidentKind,
    /// The number of its incident type.
    pub incident_type: i64,
    /// The idempotency key of the program that created it; `None` if it sent none.
    pub creation_key: Option<String>,
    /// The values of the fields that the team defines.
    pub fields: FieldValues,
    /// The state of its channel.
    pub channel_state: ChannelState,
    /// Its channel; `None` while there is none.
    pub channel: Option<Channel>,
    /// The pinned header of its channel; `None` until it is posted.
    pub header: Option<MessageTs>,
    /// Its announcement; `None` until it is posted.
    pub announcement: Option<Announcement>,
    /// Its impacts, without removed ones.
    pub impacts: Vec<Impact>,
    /// The highest number of a removed impact, or 0. Numbers are not used again.
    pub last_removed_impact: i64,
    /// Its responders.
    pub responders: Vec<Responder>,
    /// The links to what led to the declaration.
    pub signals: Vec<Signal>,
    /// Its documents in the order in which they were added, including removed ones.
    pub documents: Vec<Document>,
    /// The links to other tools that programs stored, including removed ones.
    pub integrations: Vec<Integration>,
    /// The URL of a chat outside Slack.
    pub chat_url: Option<String>,
    /// The URL of its video call.
    pub call_url: Option<String>,
    /// Its tasks and follow-ups in the order in which they were added, without removed ones.
    pub tasks: Vec<Task>,
    /// The highest number of a removed task, or 0. Numbers are not used again.
    pub last_removed_task: i64,
    /// The number of its latest notification, or 0.
    pub last_notification: i64,
    /// The assigned roles, except the incident commander.
    pub roles: Vec<RoleAssignment>,
    /// The latest status update; `None` if there is none.
    pub last_update: Option<StatusUpdate>,
    /// Direct messages that wait until the channel is created or its creation has failed.
    pub pending_direct_messages: Vec<PendingDirectMessage>,
    /// The users who receive a direct message at each announced change.
    pub subscribers: Vec<UserId>,
    /// The posted reminders that still have buttons.
    pub reminder_posts: Vec<ReminderPost>,
    /// Its postmortem, without the sections; `None` until it is generated or attached.
    pub postmortem: Option<Postmortem>,
    /// When it was deleted; `None` while it is not.
    pub deleted_at: Option<Timestamp>,
    /// When it was imported from another tool; `None` if it was declared here.
    pub imported_at: Option<Timestamp>,
}

/// The one message about an incident in the announcements channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The announcements channel at the time of posting.
    pub channel: ChannelId,
    /// The message's timestamp.
    pub ts: MessageTs,
}

impl Incident {
    /// Declares an active incident whose declarer and commander are responders, and enqueues its channel.
    /// The declarer becomes the commander if the request has none. Muster never becomes a commander or responder.
    /// The remaining deliveries are enqueued when the channel exists.
    pub fn declare(
        id: IncidentId,
        mut request: Declare,
        actor: &Actor,
        declared_in: Option<Origin>,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        let fields: FieldEdits = std::mem::take(&mut request.fields);
        let impact = AddImpact {
            description: std::mem::take(&mut request.impact_description),
            ..AddImpact::starting_now(actor)
        };
        let mut incident = Self::new(id, request, actor);
        incident.check_declaration(actor)?;
        incident.check_type(ctx.settings)?;
        incident.declare_fields(fields, actor, ctx)?;
        incident.touch_responder(actor);
        if let Some(commander) = incident.commander.clone() {
            incident.add_responder(&commander, actor.at);
        }

        let declared = TimelineEvent::Declared {
            severity: incident.severity,
            customer_impact: incident.customer_impact,
            imported: None,
        };
        let mut entries = vec![TimelineEntry::by_actor(actor, declared.clone())];
        if incident.customer_impact == CustomerImpact::Yes {
            entries.push(incident.start_impact(impact, actor));
        }

        let users: Vec<_> = incident.responder_ids().cloned().collect();
        let mut change = Change::new(incident, actor.at);
        change.entries = entries;
        let new_channel = NewChannel {
            declared_in,
            ..NewChannel::default()
        };
        change.enqueue_channel(new_channel, ctx);
        change.enqueue(PostActivity {
            activity: Activity::by_actor(actor, declared),
        });
        for user in users {
            change.enqueue(FetchUser { user });
        }
        change.notify_commander(actor);
        Ok(change)
    }

    /// Checks that the incident has a user who may see it.
    fn check_declaration(&self, actor: &Actor) -> Result<(), Rejection> {
        match (self.visibility, &self.commander, &actor.user) {
            (Visibility::Private, None, None) => Err(Rejection(
                "A private incident that no user declares needs a commander: no one else could see it."
                    .to_owned(),
            )),
            (Visibility::Private | Visibility::Public, _, _) => Ok(()),
        }
    }

    /// Creates a newly declared incident.
    #[expect(clippy::too_many_lines, reason = "one line for each field")]
    fn new(id: IncidentId, request: Declare, actor: &Actor) -> Self {
        Self {
            id,
            title: request.title,
            severity: request.severity,
            status: Status::Active,
            commander: request.commander.or_else(|| actor.user.clone()),
            declared_by: actor.user.clone(),
            detection_method: request.detection_method,
            summary: request.summary,
            root_cause: String::new(),
            customer_impact: request.customer_impact,
            declared_at: actor.at,
            detected_at: request.detected_at.unwrap_or(actor.at),
            resolved_at: None,
            visibility: request.visibility,
            kind: request.kind,
            incident_type: request.incident_type,
            fields: FieldValues::new(),
            channel_state: ChannelState::Pending,
            channel: None,
            header: None,
            announcement: None,
            impacts: Vec::new(),
            last_removed_impact: 0,
            responders: Vec::new(),
            signals: request.signals,
            documents: Vec::new(),
            integrations: Vec::new(),
            chat_url: None,
            call_url: None,
            tasks: Vec::new(),
            last_removed_task: 0,
            last_notification: 0,
            roles: Vec::new(),
            last_update: None,
            pending_direct_messages: Vec::new(),
            subscribers: Vec::new(),
            reminder_posts: Vec::new(),
            postmortem: None,
            deleted_at: None,
            imported_at: None,
            creation_key: None,
        }
    }

    /// Returns the IDs of all responders, each once.
    pub fn responder_ids(&self) -> impl Iterator<Item = &UserId> {
        self.responders.iter().map(|responder| &responder.user)
    }

    /// Returns the title for display, with a prefix if the incident is a test.
    pub fn display_title(&self) -> String {
        self.kind.display_title(&self.title)
    }

    /// Records that a user acted on this incident. The user becomes a responder; Muster does not.
    pub(super) fn touch_responder(&mut self, actor: &Actor) {
        let Some(user) = &actor.user else { return };
        self.add_responder(user, actor.at);
        for responder in &mut self.responders {
            if responder.user == *user {
                responder.last_active_at = Some(actor.at);
            }
        }
    }

    /// Adds a user to the responders, unless they already are one.
    pub(super) fn add_responder(&mut self, user: &UserId, at: Timestamp) {
        if self.responder_ids().all(|known| known != user) {
            self.responders.push(Responder {
                user: user.clone(),
                joined_at: at,
                last_active_at: None,
            });
        }
    }
}

impl Change {
    /// Records the idempotency key of the program that declares the incident.
    #[must_use]
    pub fn with_creation_key(mut self, creation_key: Option<String>) -> Self {
        self.incident.creation_key = creation_key;
        self
    }

    /// Puts the Slack message from which the incident is declared first on its timeline.
    pub fn with_first_message(mut self, message: AddMessage, actor: &Actor) -> Decision {
        let mut added = self.incident.add_message(message, actor)?;
        for delivery in &mut added.deliveries {
            if let Delivery::FetchPermalink(fetch) = delivery {
                fetch.is_first = true;
            }
        }
        self.incident = added.incident;
        self.entries.splice(0..0, added.entries);
        self.deliveries.extend(added.deliveries);
        Ok(self)
    }
}

impl Activity {
    /// Creates the activity for an event that the actor caused.
    pub fn by_actor(actor: &Actor, what: TimelineEvent) -> Self {
        Self {
            actor: actor.user.clone(),
            event: what,
            at: actor.at,
        }
    }

    /// Creates the activity for an event without a user.
    pub fn automatic(what: TimelineEvent, at: Timestamp) -> Self {
        Self {
            actor: None,
            event: what,
            at,
        }
    }
}

#[cfg(test)]
mod tests;
