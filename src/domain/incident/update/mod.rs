//! Updating fields of an incident, and reporting the fields that changed.

mod expected;

use crate::change::NewChannel;
use crate::delivery::{
    FetchUser, InviteUser, PostActivity, SetPurpose, SetTopic, UpsertAnnouncement, UpsertHeader,
};
use crate::{
    Activity, Actor, Change, ChannelState, Decision, DecisionContext, DetectionMethod, FieldChange,
    FieldEdits, Incident, Severity, Status, TimelineEntry, TimelineEvent, Timestamp, UserId,
};

/// A request to update an incident. A field that is `None` is unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// The new title as entered.
    pub title: Option<String>,
    /// The new severity.
    pub severity: Option<Severity>,
    /// The new status.
    pub status: Option<Status>,
    /// The new detection method.
    pub detection_method: Option<DetectionMethod>,
    /// The new time of the detection.
    pub detected_at: Option<Timestamp>,
    /// The new description of what happened; `Some("")` if it was emptied.
    pub summary: Option<String>,
    /// The new description of why it happened; `Some("")` if it was emptied.
    pub root_cause: Option<String>,
    /// The new Incident Commander; `Some(None)` if the incident has none any more.
    pub commander: Option<Option<UserId>>,
    /// The end of the ongoing impact as entered, if the new status closes the incident.
    pub impact_end: Option<String>,
    /// New values of fields.
    pub fields: FieldEdits,
}

impl Incident {
    /// Updates fields of the incident and reports the changes.
    ///
    /// Values that are already set are not reported, so a modal that is submitted unchanged or twice has no
    /// effect. If the incident is resolved or completed, its open impact ends now and a closing summary is posted.
    pub fn update(&self, request: Update, actor: &Actor, ctx: &DecisionContext<'_>) -> Decision {
        self.update_and_end(request, None, actor, ctx)
    }

    /// Updates fields of the incident, and ends the open impact at `impact_end`. Without `impact_end` the
    /// impact ends now if the incident is resolved or completed.
    pub fn update_and_end(
        &self,
        mut request: Update,
        impact_end: Option<Timestamp>,
        actor: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        let mut incident = self.clone();
        let edits = std::mem::take(&mut request.fields);
        let mut changes = incident.apply_update(request, actor.at);
        changes.extend(incident.apply_field_edits(edits, actor, ctx)?);
        if changes.is_empty() {
            return match impact_end {
                Some(at) => self.end_impact(at, actor),
                None => Ok(Change::new(incident, actor.at)),
            };
        }
        incident.check_required_fields(self.status, actor, ctx.settings)?;
        incident.touch_responder(actor);
        let ended = if impact_end.is_some() || incident.is_over() {
            incident.end_open_impact(impact_end.unwrap_or(actor.at), actor)?
        } else {
            None
        };
        let old_name = incident.leave_archived_channel(self);
        let awaits_channel = incident.awaits_first_channel(self);

        let mut change = Change::new(incident, actor.at);
        for event in update_events(&changes) {
            change.add_entry(TimelineEntry::by_actor(actor, event));
        }
        if let Some(old_name) = old_name {
            change.replace_channel(old_name, ctx);
            enqueue_update_activities(&mut change, actor, &changes);
        }
        if awaits_channel {
            change.enqueue_channel(NewChannel::default(), ctx);
        }
        self.enqueue_update(&mut change, actor, &changes, ctx);
        for field in &changes {
            if let FieldChange::Commander { from, .. } = field {
                change.notify_commanders(from.as_ref(), actor);
            }
        }
        self.record_impact_end(&mut change, ended, actor);
        change.enqueue_closing_summary(self);
        Ok(change)
    }

    fn record_impact_end(&self, change: &mut Change, ended: Option<TimelineEntry>, actor: &Actor) {
        if let Some(entry) = ended {
            self.enqueue_activity(change, Activity::by_actor(actor, entry.event.clone()));
            self.enqueue_impact_refresh(change);
            change.add_entry(entry);
        }
    }

    /// Sets the fields that differ, and returns the changes.
    fn apply_update(&mut self, request: Update, at: Timestamp) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        if let Some((from, to)) = replace_if_different(&mut self.title, request.title) {
            changes.push(FieldChange::Title { from, to });
        }
        if let Some((from, to)) = replace_if_different(&mut self.severity, request.severity) {
            changes.push(FieldChange::Severity { from, to });
        }
        if let Some((from, to)) = replace_if_different(&mut self.status, request.status) {
            changes.push(FieldChange::Status { from, to });
            self.resolved_at = match (from.is_open(), to.is_open()) {
                (_, true) => None,
                (true, false) => Some(at),
                (false, false) => self.resolved_at,
            };
        }
        if let Some((from, to)) = replace_if_different(&mut self.commander, request.commander) {
            if let Some(to) = &to {
                self.add_responder(to, at);
            }
            changes.push(FieldChange::Commander { from, to });
        }
        if let Some((from, to)) =
            replace_if_different(&mut self.detection_method, request.detection_method)
        {
            changes.push(FieldChange::DetectionMethod { from, to });
        }
        if let Some((from, to)) = replace_if_different(&mut self.detected_at, request.detected_at) {
            changes.push(FieldChange::DetectedAt { from, to });
        }
        if let Some((from, to)) = replace_if_different(&mut self.summary, request.summary) {
            changes.push(FieldChange::Summary { from, to });
        }
        if let Some((from, to)) = replace_if_different(&mut self.root_cause, request.root_cause) {
            changes.push(FieldChange::RootCause { from, to });
        }
        changes
    }

    /// Enqueues the deliveries that report and show the changes.
    fn enqueue_update(
        &self,
        change: &mut Change,
        actor: &Actor,
        changes: &[FieldChange],
        ctx: &DecisionContext<'_>,
    ) {
        for field in changes {
            if let FieldChange::Commander { to: Some(to), .. } = field {
                change.enqueue(FetchUser { user: to.clone() });
            }
        }
        match self.channel_state {
            // The header and the deliveries that depend on it are enqueued when the channel has been created,
            // and show the state at that time; the activity waits for the channel.
            ChannelState::Pending => enqueue_update_activities(change, actor, changes),
            ChannelState::Open => {
                enqueue_channel_update(change, actor, changes, ctx);
                change.enqueue_groups(&self.fields, ctx.settings);
                enqueue_announcement_update(change, actor, changes, ctx);
            }
            ChannelState::Failed | ChannelState::Archived | ChannelState::Deleted => {
                enqueue_announcement_update(change, actor, changes, ctx);
            }
        }
    }

    /// Enqueues an activity if the channel is open or pending.
    pub(crate) fn enqueue_activity(&self, change: &mut Change, activity: Activity) {
        match self.channel_state {
            ChannelState::Pending | ChannelState::Open => change.enqueue(PostActivity { activity }),
            ChannelState::Failed | ChannelState::Archived | ChannelState::Deleted => {}
        }
    }
}

/// Enqueues the activity, and the deliveries that update the incident's channel.
fn enqueue_channel_update(
    change: &mut Change,
    actor: &Actor,
    changes: &[FieldChange],
    ctx: &DecisionContext<'_>,
) {
    for field in changes {
        if let FieldChange::Commander { to: Some(to), .. } = field {
            change.enqueue(InviteUser { user: to.clone() });
        }
    }
    enqueue_update_activities(change, actor, changes);
    change.enqueue(UpsertHeader);
    if changes.iter().any(FieldChange::is_announced) {
        change.enqueue(SetTopic);
    }
    if changes.iter().any(is_title) {
        change.enqueue(SetPurpose);
    }
    if changes.iter().any(|it| is_title(it) || is_severity(it)) {
        change.enqueue_rename(ctx);
    }
}

/// Enqueues the update of the announcement, and the announcement reply.
fn enqueue_announcement_update(
    change: &mut Change,
    actor: &Actor,
    changes: &[FieldChange],
    ctx: &DecisionContext<'_>,
) {
    // The announcement shows all of these; the settings decide which are announced in a reply.
    let announced: Vec<_> = changes
        .iter()
        .filter(|it| it.is_announced() || is_title(it))
        .cloned()
        .collect();
    if !announced.is_empty() {
        change.enqueue(UpsertAnnouncement);
        let what = TimelineEvent::Updated { changes: announced };
        change.enqueue_announcement_reply(Activity::by_actor(actor, what), ctx.settings);
    }
}

/// Enqueues the activities that report the changes. Those that are due together become one post.
fn enqueue_update_activities(change: &mut Change, actor: &Actor, changes: &[FieldChange]) {
    for event in update_events(changes) {
        let activity = Activity::by_actor(actor, event);
        change.enqueue(PostActivity { activity });
    }
}

/// Returns the events that record the changes: one for all built-in fields, and one for each other field.
fn update_events(changes: &[FieldChange]) -> Vec<TimelineEvent> {
    let is_configured = |it: &FieldChange| matches!(it, FieldChange::Configured { .. });
    let (configured, built_in): (Vec<_>, Vec<_>) = changes.iter().cloned().partition(is_configured);
    let built_in = Some(built_in).filter(|changes| !changes.is_empty());
    let configured = configured.into_iter().map(|change| vec![change]);
    let groups = built_in.into_iter().chain(configured);
    groups
        .map(|changes| TimelineEvent::Updated { changes })
        .collect()
}

fn is_title(change: &FieldChange) -> bool {
    matches!(change, FieldChange::Title { .. })
}

fn is_severity(change: &FieldChange) -> bool {
    matches!(change, FieldChange::Severity { .. })
}

/// Replaces a value if the requested one differs. Returns the previous and the new value.
fn replace_if_different<T: Clone + PartialEq>(
    field: &mut T,
    requested: Option<T>,
) -> Option<(T, T)> {
    let to = requested.filter(|requested| requested != field)?;
    let from = std::mem::replace(field, to.clone());
    Some((from, to))
}

#[cfg(test)]
mod tests;
