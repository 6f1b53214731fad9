//! Durations computed from the timestamps of an incident, for analytics. They are in whole seconds and
//! never negative: if the end precedes the start, the duration is zero.

use chrono::Duration;

use crate::{FieldChange, Incident, Status, TimelineEvent, Timestamp};

impl Incident {
    /// Returns the time from the earliest impact start to the latest impact end, or to `now` while an
    /// impact is open. `None` if there was no impact.
    pub fn customer_impact_duration(&self, now: Timestamp) -> Option<Duration> {
        let end = match self.open_impact() {
            Some(_) => now,
            None => self.last_impact_end()?,
        };
        Some(duration_between(self.first_impact_start()?, end))
    }

    /// Returns the time from the first impact start to the detection.
    pub fn time_to_detect(&self) -> Option<Duration> {
        Some(duration_between(
            self.first_impact_start()?,
            self.detected_at,
        ))
    }

    /// Returns the time from the detection to the declaration.
    pub fn time_to_internal_response(&self) -> Duration {
        duration_between(self.detected_at, self.declared_at)
    }

    /// Returns the time from the declaration to the resolution; `None` while the incident is open.
    pub fn time_to_resolve(&self) -> Option<Duration> {
        Some(duration_between(self.declared_at, self.resolved_at?))
    }

    /// Returns the time from the detection to the last impact end; `None` while an impact is open.
    pub fn time_to_repair(&self) -> Option<Duration> {
        match self.open_impact() {
            Some(_) => None,
            None => Some(duration_between(self.detected_at, self.last_impact_end()?)),
        }
    }

    /// Returns the earliest impact start.
    pub fn first_impact_start(&self) -> Option<Timestamp> {
        let starts = self.impacts.iter().map(|impact| impact.started_at);
        starts.min()
    }

    fn last_impact_end(&self) -> Option<Timestamp> {
        let ends = self.impacts.iter().filter_map(|impact| impact.ended_at);
        ends.max()
    }
}

impl TimelineEvent {
    /// Returns the status that this event sets, if it changes the status.
    pub fn new_status(&self) -> Option<Status> {
        let Self::Updated { changes } = self else {
            return None;
        };
        changes.iter().find_map(|change| {
            let FieldChange::Status { to, .. } = change else {
                return None;
            };
            Some(*to)
        })
    }
}

/// Returns the time that an incident spent in each status until `now`. It is active from `declared_at` on;
/// `changes` are the later status changes, in any order.
pub fn time_in_each_status(
    declared_at: Timestamp,
    changes: &[(Timestamp, Status)],
    now: Timestamp,
) -> [(Status, Duration); 4] {
    let mut changes = changes.to_vec();
    // Of two changes with the same timestamp the later one in the list wins; the other lasts zero seconds.
    changes.sort_by_key(|(at, _)| *at);
    let mut spent = Status::ALL.map(|status| (status, Duration::zero()));
    let (mut since, mut status) = (declared_at, Status::Active);
    for (at, next) in changes.into_iter().chain([(now, Status::Active)]) {
        let until = at.clamp(since, now.max(since));
        if let Some((_, spent)) = spent.iter_mut().find(|(known, _)| *known == status) {
            *spent += until.duration_since(since);
        }
        (since, status) = (until, next);
    }
    spent.map(|(status, spent)| (status, Duration::seconds(spent.num_seconds())))
}

/// Returns the whole seconds from one timestamp to another, or zero if `to` is earlier.
fn duration_between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::seconds(to.duration_since(from).num_seconds().max(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::Impact;
    use crate::testing::incident;

    fn seconds_after_declaration(seconds: i64) -> Timestamp {
        incident("").declared_at.plus(Duration::seconds(seconds))
    }

    fn impact(number: i64, started: i64, ended: Option<i64>) -> Impact {
        Impact {
            number,
            description: String::new(),
            started_at: seconds_after_declaration(started),
            ended_at: ended.map(seconds_after_declaration),
        }
    }

    fn seconds(duration: Option<Duration>) -> Option<i64> {
        duration.map(|duration| duration.num_seconds())
    }

    #[test]
    fn each_duration_is_measured_from_its_own_start() {
        let mut incident = incident("Checkout");
        let now = seconds_after_declaration(3_600);
        assert_eq!(incident.customer_impact_duration(now), None);
        assert_eq!(incident.time_to_detect(), None);
        incident.detected_at = seconds_after_declaration(-60);
        incident.impacts = vec![impact(1, -900, Some(300)), impact(2, -600, Some(1_200))];
        assert_eq!(seconds(incident.customer_impact_duration(now)), Some(2_100));
        assert_eq!(seconds(incident.time_to_detect()), Some(840));
        assert_eq!(incident.time_to_internal_response().num_seconds(), 60);
        assert_eq!(seconds(incident.time_to_repair()), Some(1_260));
        assert_eq!(incident.time_to_resolve(), None);
        incident.resolved_at = Some(seconds_after_declaration(1_800));
        assert_eq!(seconds(incident.time_to_resolve()), Some(1_800));
        incident.impacts.push(impact(3, 60, None));
        assert_eq!(seconds(incident.customer_impact_duration(now)), Some(4_500));
        assert_eq!(incident.time_to_repair(), None);
    }

    fn any_impacts() -> impl Strategy<Value = Vec<Impact>> {
        let times = (-5_000..5_000_i64, prop::option::of(0..5_000_i64));
        prop::collection::vec(times, 0..6).prop_map(|times| {
            let numbered = (1..).zip(times);
            let impacts = numbered.map(|(number, (started, lasted))| {
                impact(number, started, lasted.map(|lasted| started + lasted))
            });
            impacts.collect()
        })
    }

    proptest! {
        #[test]
        fn durations_are_never_negative_and_ignore_impact_order(
            mut impacts in any_impacts(),
            detected in -5_000..5_000_i64,
        ) {
            let mut one = incident("");
            one.detected_at = seconds_after_declaration(detected);
            let mut other = one.clone();
            one.impacts = impacts.clone();
            impacts.reverse();
            other.impacts = impacts;
            let lengths = |incident: &Incident| [
                incident.customer_impact_duration(seconds_after_declaration(20_000)),
                incident.time_to_detect(),
                incident.time_to_repair(),
                Some(incident.time_to_internal_response()),
            ];
            prop_assert_eq!(lengths(&one), lengths(&other));
            for length in lengths(&one).into_iter().flatten() {
                prop_assert!(length >= Duration::zero());
            }
            let longest = one.impacts.iter().filter_map(|impact| {
                Some(impact.ended_at?.duration_since(impact.started_at))
            }).max();
            prop_assert!(one.customer_impact_duration(seconds_after_declaration(20_000)) >= longest);
        }

        #[test]
        fn status_durations_add_up_to_the_total_in_any_order(
            mut changes in prop::collection::vec((-100..5_000_i64, select(&Status::ALL[..])), 0..12),
            now in 0..6_000_i64,
        ) {
            changes.sort_by_key(|(at, _)| *at);
            changes.dedup_by_key(|(at, _)| *at);
            let changes: Vec<_> = changes.into_iter().map(|(at, status)| (seconds_after_declaration(at), status)).collect();
            let spent = time_in_each_status(seconds_after_declaration(0), &changes, seconds_after_declaration(now));
            let total: i64 = spent.iter().map(|(_, spent)| spent.num_seconds()).sum();
            prop_assert_eq!(total, now);
            let backwards: Vec<_> = changes.into_iter().rev().collect();
            prop_assert_eq!(time_in_each_status(seconds_after_declaration(0), &backwards, seconds_after_declaration(now)), spent);
        }
    }
}
