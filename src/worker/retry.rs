//! When a delivery that failed is tried again, and when we give it up. Pure.

use chrono::Duration;

use crate::domain::Moment;
use crate::slack::Trouble;
use crate::store::{Delivery, Doubt};

/// What becomes of a delivery that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is tried again at that time; the doubt says whether it may have arrived by then.
    Again(Moment, Doubt),
    /// It will not get better by itself.
    GiveUp,
}

/// The longest pause between two attempts.
const LONGEST_PAUSE: i64 = 300;

/// For how long we try.
const PATIENCE: Duration = Duration::days(1);

/// How many attempts a day of patience holds at least.
const MANY: i64 = 100;

/// How late Slack may still do what it did not answer to in time.
const LATE: Duration = Duration::seconds(30);

/// Says what becomes of a delivery that failed.
pub fn verdict(trouble: &Trouble, delivery: &Delivery, now: Moment) -> Verdict {
    let pause = pause(delivery.attempts);
    let again = |pause: Duration, doubt| Verdict::Again(now.after(pause), doubt);
    match trouble {
        Trouble::Limited { wait, .. } => {
            again(Duration::from_std(*wait).unwrap_or(pause), delivery.doubt)
        }
        Trouble::Refused { .. } if trouble.is_of_token() => {
            again(pause.max(Duration::seconds(60)), delivery.doubt)
        }
        Trouble::Refused { .. } => Verdict::GiveUp,
        Trouble::Unreached { .. } | Trouble::Unsure { .. } | Trouble::Silent { .. }
            if is_enough(delivery, now) =>
        {
            Verdict::GiveUp
        }
        Trouble::Unreached { .. } => again(pause, delivery.doubt),
        Trouble::Unsure { .. } => again(pause, doubtful(delivery, now)),
        // Slack may yet do it: who looks too early does not find it, and sends it twice.
        Trouble::Silent { .. } => again(pause.max(LATE), doubtful(delivery, now)),
    }
}

/// Says whether we tried for long enough: for a day, and really, not once after a weekend.
fn is_enough(delivery: &Delivery, now: Moment) -> bool {
    now.since(delivery.queued_at) > PATIENCE && delivery.attempts > MANY
}

/// An attempt that may have arrived leaves a doubt that goes back to the first of its kind.
fn doubtful(delivery: &Delivery, now: Moment) -> Doubt {
    match delivery.doubt {
        Doubt::None => Doubt::Since(now.after(-LATE)),
        since @ Doubt::Since(_) => since,
    }
}

/// Gives how long to wait after so many attempts: 1, 2, 4, … seconds, at most five minutes.
pub fn pause(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    Duration::seconds(2_i64.pow(doublings).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use std::time::Duration as Wait;

    use muster_commands::IncidentId;

    use super::*;
    use crate::domain::Effect;

    const METHOD: &str = "chat.postMessage";

    fn now() -> Moment {
        Moment::from_epoch_seconds(1_795_447_205)
    }

    fn delivery(attempts: i64, doubt: Doubt) -> Delivery {
        Delivery {
            id: 1,
            incident: IncidentId(7),
            effect: Effect::ShowCard,
            attempts,
            doubt,
            queued_at: now(),
        }
    }

    fn refused(code: &str) -> Trouble {
        Trouble::Refused {
            method: METHOD,
            code: code.to_owned(),
            needed: None,
        }
    }

    #[test]
    fn trouble_that_passes_is_waited_for_longer_and_longer() {
        let unsure = Trouble::Unsure {
            method: METHOD,
            what: String::new(),
        };
        let pauses = [1, 2, 3, 9, 10, 1000].map(|attempts| {
            match verdict(&unsure, &delivery(attempts, Doubt::None), now()) {
                Verdict::Again(due, Doubt::Since(_)) => due.since(now()).num_seconds(),
                other => panic!("{other:?}"),
            }
        });
        assert_eq!(pauses, [1, 2, 4, 256, 300, 300]);
    }

    #[test]
    fn what_surely_did_not_arrive_leaves_no_doubt() {
        let limited = Trouble::Limited {
            method: METHOD,
            wait: Wait::from_secs(17),
        };
        assert_eq!(
            verdict(&limited, &delivery(3, Doubt::None), now()),
            Verdict::Again(now().after(Duration::seconds(17)), Doubt::None)
        );
        let earlier = Doubt::Since(now());
        assert_eq!(
            verdict(&limited, &delivery(3, earlier), now()),
            Verdict::Again(now().after(Duration::seconds(17)), earlier)
        );
    }

    #[test]
    fn trouble_that_will_not_pass_is_given_up_at_once() {
        assert_eq!(
            verdict(
                &refused("restricted_action"),
                &delivery(1, Doubt::None),
                now()
            ),
            Verdict::GiveUp
        );
    }

    #[test]
    fn a_token_that_is_no_good_is_waited_for() {
        let verdict = verdict(&refused("token_revoked"), &delivery(1, Doubt::None), now());
        assert_eq!(
            verdict,
            Verdict::Again(now().after(Duration::seconds(60)), Doubt::None)
        );
    }

    #[test]
    fn after_a_day_of_trying_we_give_up_and_not_after_a_weekend_off() {
        let unreached = Trouble::Unreached {
            method: METHOD,
            what: String::new(),
        };
        let later = now().after(Duration::hours(25));
        assert_eq!(
            verdict(&unreached, &delivery(290, Doubt::None), later),
            Verdict::GiveUp
        );
        assert_eq!(
            verdict(&unreached, &delivery(1, Doubt::None), later),
            Verdict::Again(later.after(Duration::seconds(1)), Doubt::None)
        );
    }
}
