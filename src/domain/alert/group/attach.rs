//! The changes of an incident that alerts cause.

use crate::alert::AlertEvent;
use crate::alert::rule::WhenResolved;
use crate::delivery::{PostActivity, SyncBookmarks};
use crate::{
    Actor, Change, ChannelState, Decision, DecisionContext, DetectionMethod, Incident, Signal,
    Source, Status, TimelineEntry, TimelineEvent, Timestamp, Update,
};

/// The most signals that alerts add to an incident.
const MAX_SIGNALS: usize = 20;

/// The most titles that are named when alerts are added to an incident. Alerts with other titles are counted.
pub const MAX_ADDED_TITLES: usize = 10;

/// The number of alerts of an incident from which further ones are only counted by its header.
pub const MAX_NAMED_ALERTS: u32 = 100;

/// Alerts that are added to an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertAddition {
    /// Those that are named, by title: at most [`MAX_ADDED_TITLES`].
    pub named: Vec<AddedAlerts>,
    /// The number of the others.
    pub more: u32,
}

impl AlertAddition {
    /// Appends the alerts of another group.
    pub fn append(&mut self, other: Self) {
        self.named.extend(other.named);
        self.more = self.more.saturating_add(other.more);
    }

    /// Returns the events on the timeline, and whether each is posted when `actor` adds the alerts.
    fn events(&self, actor: Option<&Actor>) -> impl Iterator<Item = (TimelineEvent, bool)> {
        let is_added_by_user = actor.is_some();
        let named = self.named.iter();
        let named = named.map(move |added| (added.event(), added.is_new_title || is_added_by_user));
        let more = (self.more > 0).then_some(AlertEvent::AddedMore { count: self.more });
        named.chain(more.map(|change| (TimelineEvent::Alert { change }, true)))
    }
}

/// Alerts with one title that are added to an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedAlerts {
    /// Their title.
    pub title: String,
    /// The name of their source.
    pub source: String,
    /// The severity in the sender's own words; may be empty.
    pub severity: String,
    /// Their number.
    pub count: u32,
    /// Whether the incident had no alert with this title.
    pub is_new_title: bool,
    /// The first link of the first one, named by its title.
    pub link: Option<Signal>,
}

impl AddedAlerts {
    fn event(&self) -> TimelineEvent {
        let change = AlertEvent::Added {
            title: self.title.clone(),
            source: self.source.clone(),
            severity: self.severity.clone(),
            count: self.count,
            url: self.link.as_ref().map(|link| link.url.clone()),
        };
        TimelineEvent::Alert { change }
    }
}

/// The facts of a group from which an incident is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertOrigin {
    /// When its first alert started.
    pub detected_at: Timestamp,
    /// Its alerts.
    pub alerts: AlertAddition,
}

impl Incident {
    /// Adds alerts. Those with a new title are posted in the channel; the others are counted by the header.
    /// `actor` is the user who added them, if a user did.
    pub fn add_alerts(
        &self,
        alerts: &AlertAddition,
        actor: Option<&Actor>,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        change.incident.add_signals(&alerts.named);
        let has_new_signals = change.incident.signals.len() > self.signals.len();
        if has_new_signals && self.channel_state == ChannelState::Open {
            change.enqueue(SyncBookmarks);
        }
        for (event, is_posted) in alerts.events(actor) {
            let entry = entry(actor, event, ctx.now);
            if is_posted {
                change.enqueue(PostActivity {
                    activity: entry.activity(),
                });
            }
            change.add_entry(entry);
        }
        change.enqueue_header_refresh();
        change
    }

    /// Posts that an alert became more severe. The severity of the incident does not change.
    pub fn report_more_severe_alert(
        &self,
        title: &str,
        severity: &str,
        ctx: &DecisionContext<'_>,
    ) -> Change {
        self.report_alert(
            AlertEvent::MoreSevere {
                title: title.to_owned(),
                severity: severity.to_owned(),
            },
            ctx,
        )
    }

    /// Posts that an alert fires although the incident is resolved.
    pub fn report_alert_again(&self, title: &str, group: i64, ctx: &DecisionContext<'_>) -> Change {
        self.report_alert(
            AlertEvent::FiredAgain {
                title: title.to_owned(),
                group,
            },
            ctx,
        )
    }

    /// Posts that all alerts are resolved. An active incident becomes stable if the rule says so; it is never
    /// resolved.
    ///
    /// # Errors
    /// Returns a [`crate::Rejection`] if the status cannot be changed.
    pub fn report_resolved_alerts(
        &self,
        resolved: AlertEvent,
        reaction: WhenResolved,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        let mut change = match reaction {
            WhenResolved::Stable if self.status == Status::Active => {
                let stable = Update {
                    status: Some(Status::Stable),
                    ..Update::default()
                };
                self.update(stable, &Actor::muster(ctx.now, Source::Alert), ctx)?
            }
            WhenResolved::Stable | WhenResolved::Say | WhenResolved::Nothing => {
                Change::new(self.clone(), ctx.now)
            }
        };
        change.report_alert(resolved);
        change.enqueue_header_refresh();
        Ok(change)
    }

    fn report_alert(&self, event: AlertEvent, ctx: &DecisionContext<'_>) -> Change {
        let mut change = Change::new(self.clone(), ctx.now);
        change.report_alert(event);
        change
    }

    fn add_signals(&mut self, alerts: &[AddedAlerts]) {
        for link in alerts.iter().filter_map(|added| added.link.as_ref()) {
            let is_known = self.signals.iter().any(|known| known.url == link.url);
            if !is_known && self.signals.len() < MAX_SIGNALS {
                self.signals.push(link.clone());
            }
        }
    }
}

impl Change {
    /// Records an event of alerts and posts it.
    fn report_alert(&mut self, event: AlertEvent) {
        let entry = entry(None, TimelineEvent::Alert { change: event }, self.at);
        self.enqueue(PostActivity {
            activity: entry.activity(),
        });
        self.add_entry(entry);
    }

    /// Adds the alerts from which the incident is declared; its signals are part of the declaration. It was detected
    /// by a monitor when the first one started.
    #[must_use]
    pub fn with_alerts(mut self, origin: &AlertOrigin) -> Self {
        let incident = &mut self.incident;
        incident.detection_method = DetectionMethod::Monitor;
        incident.detected_at = origin.detected_at.min(incident.declared_at);
        for (event, _) in origin.alerts.events(None) {
            let entry = entry(None, event, self.at);
            self.entries.push(entry.clone());
            self.enqueue(PostActivity {
                activity: entry.activity(),
            });
        }
        self
    }
}

fn entry(actor: Option<&Actor>, event: TimelineEvent, now: Timestamp) -> TimelineEntry {
    match actor {
        Some(actor) => TimelineEntry::by_actor(actor, event),
        None => TimelineEntry {
            source: Source::Alert,
            ..TimelineEntry::automatic(event, now)
        },
    }
}
