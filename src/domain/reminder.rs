//! What Muster reminds an incident's channel of, and when; and when it archives that channel.

use chrono::Duration;
use muster_commands::{Severity, Status};
use serde::{Deserialize, Serialize};

use super::{By, Change, ChannelState, Effect, Entry, Incident, Line, Moment, Settings, What};

/// How long **Snooze 30 min** puts a reminder off.
pub const SNOOZE: Duration = Duration::minutes(30);

/// How long nobody must have spoken in a channel before it is archived.
pub const QUIET: Duration = Duration::days(1);

/// Something that is due some time after something else, unless it is settled before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// The incident is active, and nobody said for a while how things stand.
    Update,
    /// The severity is still unknown.
    Severity,
    /// The incident was resolved some days ago, and its channel can be archived.
    Archive,
}

/// How a reminder of an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// There is nothing to wait for.
    Idle,
    /// It is due some time.
    Until {
        /// Since when we wait.
        since: Moment,
        /// From when the time is counted that the settings give it: the last reminder, or `since`. `None` if it
        /// was put off, whatever the settings say.
        from: Option<Moment>,
        /// Until when.
        due: Moment,
    },
    /// It was due, and what it owes is on its way.
    Fired {
        /// Since when we waited.
        since: Moment,
    },
    /// Somebody stopped it.
    Stopped,
}

/// What a person, or what we saw, does to a reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjust {
    /// It is not due before this moment.
    PutOff(Moment),
    /// It is not due any more, as long as the incident stays as it is.
    Stop,
}

impl Wait {
    /// Gives when it is due, if it is due some time.
    pub fn due(self) -> Option<Moment> {
        match self {
            Self::Until { due, .. } => Some(due),
            Self::Idle | Self::Fired { .. } | Self::Stopped => None,
        }
    }
}

impl Reminder {
    /// Every reminder.
    pub const ALL: [Self; 3] = [Self::Update, Self::Severity, Self::Archive];

    /// Gives the word that the store keeps.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Severity => "severity",
            Self::Archive => "archive",
        }
    }

    /// Names the lane of the outbox in which it is owed.
    pub fn lane(self) -> String {
        format!("reminder {}", self.as_str())
    }

    /// Gives how long to wait for it as the incident stands; `None` if there is nothing to wait for.
    pub fn wait(self, incident: &Incident, settings: &Settings) -> Option<Duration> {
        let can_be_written_to = match incident.channel_state {
            ChannelState::Awaited | ChannelState::Open => true,
            ChannelState::Refused | ChannelState::Archived | ChannelState::Deleted => false,
        };
        let minutes = |minutes: u32| (minutes > 0).then(|| Duration::minutes(minutes.into()));
        let is_active = incident.status == Status::Active;
        match self {
            _ if !can_be_written_to => None,
            Self::Update if is_active => {
                let wanted = settings.reminder_minutes.get(&incident.severity);
                minutes(wanted.copied().unwrap_or(0))
            }
            Self::Severity if is_active && incident.severity == Severity::Unknown => {
                minutes(settings.reminder_minutes_unknown)
            }
            Self::Archive if !incident.status.is_open() => {
                let days = settings.archive_after_days;
                (days > 0).then(|| Duration::days(days.into()))
            }
            Self::Update | Self::Severity | Self::Archive => None,
        }
    }

    /// Says whether how it stands fits how its incident stands: what is called for waits, was given or was
    /// stopped, and nothing else does.
    pub fn fits(self, stands: Wait, incident: &Incident, settings: &Settings) -> bool {
        let is_called_for = self.wait(incident, settings).is_some();
        is_called_for == (stands != Wait::Idle)
    }

    /// Gives how it stands after a change of the incident. `touched` says that a person did something for
    /// the incident: who does that says how things stand.
    pub fn after(
        self,
        before: Wait,
        change: &ReminderChange<'_>,
        adjusted: Option<Adjust>,
    ) -> Wait {
        let ReminderChange {
            incident,
            settings,
            touched,
            at,
        } = *change;
        let Some(wait) = self.wait(incident, settings) else {
            return Wait::Idle;
        };
        let since = match self {
            Self::Update | Self::Severity => at,
            Self::Archive => incident.resolved_at.unwrap_or(at),
        };
        let anew = Wait::Until {
            since,
            from: Some(since),
            due: since.after(wait).max(at),
        };
        match (adjusted, before) {
            (Some(Adjust::Stop), _) | (None, Wait::Stopped) => Wait::Stopped,
            (Some(Adjust::PutOff(_)), Wait::Stopped | Wait::Idle) => before,
            (Some(Adjust::PutOff(due)), Wait::Until { since, .. } | Wait::Fired { since }) => {
                let from = None;
                Wait::Until { since, from, due }
            }
            (None, Wait::Idle) => anew,
            (None, Wait::Until { since: known, .. } | Wait::Fired { since: known }) => match self {
                Self::Update if touched == Touched::ByAPerson => anew,
                Self::Archive if known != since => anew,
                Self::Update | Self::Severity | Self::Archive => before,
            },
        }
    }
}

/// A change of an incident, as far as its reminders go by it.
#[derive(Clone, Copy, Debug)]
pub struct ReminderChange<'a> {
    /// The incident as it is now.
    pub incident: &'a Incident,
    /// How the team works.
    pub settings: &'a Settings,
    /// Who did it.
    pub touched: Touched,
    /// When.
    pub at: Moment,
}

/// Who did something for an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// A person: whoever does something for an incident says how things stand.
    ByAPerson,
    /// Muster itself.
    ByItself,
}

impl Incident {
    /// Says what is owed when a reminder is due.
    pub fn reminded(&self, of: Reminder, since: Moment, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        change.then(match of {
            Reminder::Update | Reminder::Severity => Effect::Remind { of, since },
            Reminder::Archive => Effect::ArchiveChannel,
        });
        self.show_next(of, &mut change);
        change
    }

    /// Says what is owed when a reminder was due that the team wants later, or no more.
    pub fn not_reminded(&self, of: Reminder, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        self.show_next(of, &mut change);
        change
    }

    /// Owes the header anew, which says when the next update is due, if it is not owed anyway.
    pub fn show_next_update(&self, effects: &mut Vec<Effect>) {
        let is_owed = effects.contains(&Effect::ShowHeader);
        if self.channel_state == ChannelState::Open && !is_owed {
            effects.push(Effect::ShowHeader);
        }
    }

    fn show_next(&self, of: Reminder, change: &mut Change) {
        match of {
            Reminder::Update => self.show_next_update(&mut change.effects),
            Reminder::Severity | Reminder::Archive => {}
        }
    }

    /// Puts a reminder off, because somebody asked for it.
    pub fn snooze(&self, of: Reminder, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        change
            .reminders
            .push((of, Adjust::PutOff(now.after(SNOOZE))));
        change
    }

    /// Stops the reminders of one kind, and tells the others that there will be none.
    pub fn stop_reminders(&self, of: Reminder, by: &By) -> Change {
        let mut incident = self.clone();
        incident.acted(by);
        let mut change = Change::to(incident, by.at);
        let what = What::RemindersStopped { of };
        change.record(Entry::by(by, what.clone()));
        if self.channel_state == ChannelState::Open {
            change.then(Effect::Tell {
                line: Line::by(by, what),
            });
        }
        change.reminders.push((of, Adjust::Stop));
        change
    }

    /// Says what follows when somebody spoke lately in a channel that was to be archived: it waits until
    /// they are silent.
    pub fn still_spoken_in(&self, last: Moment, now: Moment) -> Change {
        let mut change = Change::to(self.clone(), now);
        let quiet = Adjust::PutOff(last.after(QUIET).max(now.after(Duration::minutes(1))));
        change.reminders.push((Reminder::Archive, quiet));
        change
    }

    /// Notes that we archived the channel, some days after the incident was resolved.
    pub fn channel_put_away(&self, now: Moment) -> Change {
        if self.channel_state != ChannelState::Open {
            return Change::to(self.clone(), now);
        }
        let mut incident = self.clone();
        incident.channel_state = ChannelState::Archived;
        let days = self
            .resolved_at
            .map_or(0, |resolved| now.since(resolved).num_days());
        let mut change = Change::to(incident, now);
        change.record(Entry::noticed(What::ChannelPutAway { days }, now));
        change.then(Effect::ShowCard);
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::in_its_channel;

    fn active(severity: Severity) -> Incident {
        let mut incident = in_its_channel("Checkout");
        incident.severity = severity;
        incident
    }

    fn after(of: Reminder, before: Wait, incident: &Incident, minutes: i64) -> Wait {
        let changed = ReminderChange {
            incident,
            settings: &Settings {
                archive_after_days: 3,
                ..Settings::default()
            },
            touched: Touched::ByAPerson,
            at: later(incident, minutes),
        };
        of.after(before, &changed, None)
    }

    fn later(incident: &Incident, minutes: i64) -> Moment {
        incident.declared_at.after(Duration::minutes(minutes))
    }

    #[test]
    fn an_update_is_due_some_time_after_the_last_one() {
        let incident = active(Severity::Sev1);
        let until = |since, due| Wait::Until {
            since: later(&incident, since),
            from: Some(later(&incident, since)),
            due: later(&incident, due),
        };
        let first = after(Reminder::Update, Wait::Idle, &incident, 0);
        assert_eq!(first, until(0, 30));
        assert_eq!(after(Reminder::Update, first, &incident, 20), until(20, 50));
        assert_eq!(
            after(Reminder::Update, Wait::Stopped, &incident, 20),
            Wait::Stopped
        );
        let minor = active(Severity::Sev4);
        assert_eq!(after(Reminder::Update, first, &minor, 20), Wait::Idle);
    }

    #[test]
    fn whoever_resolves_an_incident_ends_its_reminders_stopped_or_not() {
        let mut incident = active(Severity::Sev1);
        incident.status = Status::Resolved;
        incident.resolved_at = Some(later(&incident, 10));
        for of in [Reminder::Update, Reminder::Severity] {
            assert_eq!(after(of, Wait::Stopped, &incident, 10), Wait::Idle);
        }
        let archive = Wait::Until {
            since: later(&incident, 10),
            from: Some(later(&incident, 10)),
            due: later(&incident, 10 + 3 * 24 * 60),
        };
        assert_eq!(after(Reminder::Archive, Wait::Idle, &incident, 10), archive);
        // What is said afterwards does not put it off; what is resolved anew does.
        assert_eq!(after(Reminder::Archive, archive, &incident, 60), archive);
        incident.resolved_at = Some(later(&incident, 90));
        assert_ne!(after(Reminder::Archive, archive, &incident, 90), archive);
    }

    #[test]
    fn a_severity_that_is_known_is_not_asked_for() {
        let unknown = active(Severity::Unknown);
        let asked = after(Reminder::Severity, Wait::Idle, &unknown, 0);
        assert_eq!(after(Reminder::Severity, asked, &unknown, 10), asked);
        let known = active(Severity::Sev3);
        assert_eq!(after(Reminder::Severity, asked, &known, 10), Wait::Idle);
    }

    #[test]
    fn what_is_idle_or_stopped_cannot_be_put_off() {
        let incident = active(Severity::Sev1);
        let put_off = Some(Adjust::PutOff(later(&incident, 60)));
        let changed = ReminderChange {
            incident: &incident,
            settings: &Settings::default(),
            touched: Touched::ByItself,
            at: later(&incident, 30),
        };
        for before in [Wait::Idle, Wait::Stopped] {
            assert_eq!(Reminder::Update.after(before, &changed, put_off), before);
        }
        let since = later(&incident, 0);
        let expected = Wait::Until {
            since,
            from: None,
            due: later(&incident, 60),
        };
        let fired = Wait::Fired { since };
        assert_eq!(Reminder::Update.after(fired, &changed, put_off), expected);
    }
}
