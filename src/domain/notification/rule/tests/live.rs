//! An incident with its timeline and its schedule, to which changes are applied as the store applies them.

use crate::consequences::derive;
use crate::notification::{Notification, NotificationChange, NotificationRule};
use crate::testing::{context, incident_with_channel};
use crate::{
    Actor, AddImpact, Change, ChannelState, CustomerImpact, Decision, DecisionContext, Declare,
    FieldEdits, Incident, IncidentId, IncidentKind, NextUpdate, PostStatusUpdate, ScheduleEntry,
    ScheduleKind, Settings, Severity, Status, TimelineEntry, Timestamp, Update, UserId, Visibility,
};

/// An action of a user.
#[derive(Clone, Debug)]
pub(super) enum Action {
    SetTitle(String),
    SetSeverity(Severity),
    SetStatus(Status),
    PostUpdate,
    StartImpact,
    EndImpact,
    SetVisibility(Visibility),
    AddNote,
}

/// An incident, as the store has it.
pub(super) struct Live {
    pub(super) settings: Settings,
    pub(super) incident: Incident,
    pub(super) timeline: Vec<TimelineEntry>,
    pub(super) schedule: Vec<ScheduleEntry>,
    /// The notifications, in order.
    pub(super) sent: Vec<Notification>,
    /// The incident at each of them.
    pub(super) incidents: Vec<Incident>,
}

impl Live {
    /// Declares an incident under a rule.
    pub(super) fn declare(rule: &NotificationRule, request: Declare, at: Timestamp) -> Self {
        let settings = Settings {
            notification_rules: vec![rule.clone()],
            ..Settings::default()
        };
        let ctx = DecisionContext {
            settings: &settings,
            ..context(at)
        };
        let declared = Incident::declare(IncidentId(7), request, &actor(at), None, &ctx);
        let mut change = declared.unwrap();
        derive(None, &mut change, &ctx);
        let mut live = Self {
            incident: change.incident.clone(),
            settings: settings.clone(),
            timeline: Vec::new(),
            schedule: Vec::new(),
            sent: Vec::new(),
            incidents: Vec::new(),
        };
        live.store(change);
        live
    }

    /// Applies an action at a time, after everything that is due until then. A rejected action changes nothing.
    pub(super) fn act(&mut self, action: &Action, at: Timestamp) {
        self.advance(at);
        let settings = self.settings.clone();
        let ctx = DecisionContext {
            settings: &settings,
            schedule: &self.schedule.clone(),
            pending_entries: &self.timeline.clone(),
            ..context(at)
        };
        if let Ok(mut change) = decide(&self.incident, action, &actor(at), &ctx) {
            derive(Some(&self.incident), &mut change, &ctx);
            self.store(change);
        }
    }

    /// Fires the schedule entries of rules that are due until `now`.
    pub(super) fn advance(&mut self, now: Timestamp) {
        let is_due = |entry: &&ScheduleEntry| {
            entry.kind == ScheduleKind::RuleNotification
                && entry.due_at.is_some_and(|due_at| due_at <= now)
        };
        let Some(entry) = self.schedule.iter().find(is_due).cloned() else {
            return;
        };
        let settings = self.settings.clone();
        let ctx = DecisionContext {
            settings: &settings,
            schedule: &self.schedule.clone(),
            pending_entries: &self.timeline.clone(),
            ..context(entry.due_at.unwrap())
        };
        let mut change = self.incident.claim_scheduled(&entry, &ctx);
        derive(Some(&self.incident), &mut change, &ctx);
        self.store(change);
        self.advance(now);
    }

    /// Continues with what the store has: the rules as they are written, and the schedule. What is due is claimed
    /// at once.
    pub(super) fn restart(&mut self, now: Timestamp) {
        let written = serde_json::to_string(&self.settings).unwrap();
        self.settings = serde_json::from_str(&written).unwrap();
        self.advance(now);
    }

    fn store(&mut self, change: Change) {
        for change in change.schedule {
            let is_other = |entry: &ScheduleEntry| !change.is_of(entry);
            self.schedule.retain(is_other);
            self.schedule.extend(change.entry().cloned());
        }
        self.timeline.extend(change.entries);
        let sent = change.notifications.into_iter();
        self.sent.extend(sent.filter_map(|change| match change {
            NotificationChange::Sent(notification) => Some(notification),
            NotificationChange::Rendered { .. }
            | NotificationChange::TargetsAdded { .. }
            | NotificationChange::TargetChanged { .. }
            | NotificationChange::WebhookGone { .. }
            | NotificationChange::DraftSaved(_)
            | NotificationChange::DraftRemoved { .. } => None,
        }));
        let incidents = std::iter::repeat_n(&change.incident, self.sent.len());
        self.incidents
            .extend(incidents.skip(self.incidents.len()).cloned());
        self.incident = change.incident;
        // The channel is created at once, so that the visibility can change again.
        let channel = incident_with_channel("").channel;
        self.incident.channel = channel;
        self.incident.channel_state = ChannelState::Open;
    }

    /// Returns when notifications were sent.
    pub(super) fn sent_at(&self) -> Vec<Timestamp> {
        self.sent.iter().map(|sent| sent.sent_at).collect()
    }
}

fn decide(
    incident: &Incident,
    action: &Action,
    actor: &Actor,
    ctx: &DecisionContext<'_>,
) -> Decision {
    let mut update = Update::default();
    match action {
        Action::SetTitle(title) => update.title = Some(title.clone()),
        Action::SetSeverity(severity) => update.severity = Some(*severity),
        Action::SetStatus(status) => update.status = Some(*status),
        Action::PostUpdate => {
            let request = PostStatusUpdate {
                text: "Rolling back.".to_owned(),
                next_update: NextUpdate::Default,
            };
            return incident.post_status_update(request, actor, ctx);
        }
        Action::StartImpact => return incident.add_impact(AddImpact::starting_now(actor), actor),
        Action::EndImpact => return incident.end_impact(actor.at, actor),
        Action::SetVisibility(to) => return incident.set_visibility(*to, actor, ctx),
        Action::AddNote => return Ok(Change::new(incident.clone(), actor.at)),
    }
    incident.update(update, actor, ctx)
}

/// Returns a request to declare an incident.
pub(super) fn request(severity: Severity) -> Declare {
    Declare {
        summary: String::new(),
        title: "Checkout is slow".to_owned(),
        severity,
        commander: Some(UserId::from("U0ALICE0001")),
        customer_impact: CustomerImpact::No,
        impact_description: String::new(),
        incident_type: crate::DEFAULT_INCIDENT_TYPE,
        detection_method: DetectionMethod::Unknown,
        detected_at: None,
        signals: Vec::new(),
        visibility: Visibility::Public,
        kind: IncidentKind::Real,
        fields: FieldEdits::new(),
    }
}

fn actor(at: Timestamp) -> Actor {
    Actor::new(UserId::from("U0ALICE0001"), at)
}
