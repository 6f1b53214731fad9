//! How long things took, from the times that an incident knows. All are in whole seconds and never less
//! than nothing: what came before that from which it is counted took no time.

use chrono::Duration;
use muster_commands::Status;

use super::{FieldChange, Incident, Moment, What};

impl Incident {
    /// Gives for how long customers were hurt, from the earliest start to the latest end, or to now while
    /// they are; `None` if they never were.
    pub fn customer_impact_duration(&self, now: Moment) -> Option<Duration> {
        let end = match self.open_impact() {
            Some(_) => now,
            None => self.last_impact_end()?,
        };
        Some(between(self.first_impact_start()?, end))
    }

    /// Gives how long it took from the first impact until somebody noticed.
    pub fn time_to_detect(&self) -> Option<Duration> {
        Some(between(self.first_impact_start()?, self.detected_at))
    }

    /// Gives how long it took from noticing until the incident was declared.
    pub fn time_to_internal_response(&self) -> Duration {
        between(self.detected_at, self.declared_at)
    }

    /// Gives how long it took from the declaration until it was resolved; `None` while it is open.
    pub fn time_to_resolve(&self) -> Option<Duration> {
        Some(between(self.declared_at, self.resolved_at?))
    }

    /// Gives how long it took from noticing until customers were no longer hurt; `None` while they are.
    pub fn time_to_repair(&self) -> Option<Duration> {
        match self.open_impact() {
            Some(_) => None,
            None => Some(between(self.detected_at, self.last_impact_end()?)),
        }
    }

    /// Gives when customers began to be hurt, if they ever were.
    pub fn first_impact_start(&self) -> Option<Moment> {
        let starts = self.impacts.iter().map(|impact| impact.started_at);
        starts.min()
    }

    fn last_impact_end(&self) -> Option<Moment> {
        let ends = self.impacts.iter().filter_map(|impact| impact.ended_at);
        ends.max()
    }
}

impl What {
    /// Gives the status that the incident came to have by this; `None` if it kept its own.
    pub fn status(&self) -> Option<Status> {
        let changes: &[FieldChange] = match self {
            Self::Changed { changes } => changes,
            _ => &[],
        };
        changes.iter().find_map(|change| match change {
            FieldChange::Status { to, .. } => Some(*to),
            _ => None,
        })
    }
}

/// Gives how long an incident had each status until now, from when it was declared as active and when it
/// came to have which status, in any order.
pub fn time_in_each(
    declared_at: Moment,
    changes: &[(Moment, Status)],
    now: Moment,
) -> [(Status, Duration); 4] {
    let mut changes = changes.to_vec();
    // Of two at the same moment the later one counts, and the other lasted no time.
    changes.sort_by_key(|(at, _)| *at);
    let mut spent = Status::ALL.map(|status| (status, Duration::zero()));
    let (mut since, mut status) = (declared_at, Status::Active);
    for (at, next) in changes.into_iter().chain([(now, Status::Active)]) {
        let until = at.clamp(since, now.max(since));
        if let Some((_, spent)) = spent.iter_mut().find(|(known, _)| *known == status) {
            *spent += until.since(since);
        }
        (since, status) = (until, next);
    }
    spent.map(|(status, spent)| (status, Duration::seconds(spent.num_seconds())))
}

/// Gives the whole seconds from one moment to a later one.
fn between(from: Moment, to: Moment) -> Duration {
    Duration::seconds(to.since(from).num_seconds().max(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::domain::Impact;
    use crate::domain::sample::incident;

    fn after(seconds: i64) -> Moment {
        incident("").declared_at.after(Duration::seconds(seconds))
    }

    fn impact(number: i64, started: i64, ended: Option<i64>) -> Impact {
        Impact {
            number,
            description: String::new(),
            started_at: after(started),
            ended_at: ended.map(after),
        }
    }

    fn seconds(duration: Option<Duration>) -> Option<i64> {
        duration.map(|duration| duration.num_seconds())
    }

    #[test]
    fn each_length_is_counted_from_what_it_says() {
        let mut incident = incident("Checkout");
        let now = after(3_600);
        assert_eq!(incident.customer_impact_duration(now), None);
        assert_eq!(incident.time_to_detect(), None);
        incident.detected_at = after(-60);
        incident.impacts = vec![impact(1, -900, Some(300)), impact(2, -600, Some(1_200))];
        assert_eq!(seconds(incident.customer_impact_duration(now)), Some(2_100));
        assert_eq!(seconds(incident.time_to_detect()), Some(840));
        assert_eq!(incident.time_to_internal_response().num_seconds(), 60);
        assert_eq!(seconds(incident.time_to_repair()), Some(1_260));
        assert_eq!(incident.time_to_resolve(), None);
        incident.resolved_at = Some(after(1_800));
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
        fn no_length_is_less_than_nothing_and_the_order_does_not_matter(
            mut impacts in any_impacts(),
            detected in -5_000..5_000_i64,
        ) {
            let mut one = incident("");
            one.detected_at = after(detected);
            let mut other = one.clone();
            one.impacts = impacts.clone();
            impacts.reverse();
            other.impacts = impacts;
            let lengths = |incident: &Incident| [
                incident.customer_impact_duration(after(20_000)),
                incident.time_to_detect(),
                incident.time_to_repair(),
                Some(incident.time_to_internal_response()),
            ];
            prop_assert_eq!(lengths(&one), lengths(&other));
            for length in lengths(&one).into_iter().flatten() {
                prop_assert!(length >= Duration::zero());
            }
            let longest = one.impacts.iter().filter_map(|impact| {
                Some(impact.ended_at?.since(impact.started_at))
            }).max();
            prop_assert!(one.customer_impact_duration(after(20_000)) >= longest);
        }

        #[test]
        fn every_second_belongs_to_one_status_whatever_the_order(
            mut changes in prop::collection::vec((-100..5_000_i64, select(&Status::ALL[..])), 0..12),
            now in 0..6_000_i64,
        ) {
            changes.sort_by_key(|(at, _)| *at);
            changes.dedup_by_key(|(at, _)| *at);
            let changes: Vec<_> = changes.into_iter().map(|(at, status)| (after(at), status)).collect();
            let spent = time_in_each(after(0), &changes, after(now));
            let all: i64 = spent.iter().map(|(_, spent)| spent.num_seconds()).sum();
            prop_assert_eq!(all, now);
            let backwards: Vec<_> = changes.into_iter().rev().collect();
            prop_assert_eq!(time_in_each(after(0), &backwards, after(now)), spent);
        }
    }
}
