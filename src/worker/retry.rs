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

/// What says that our token is no good: the operator mends it, and nothing is to be lost meanwhile.
const TOKEN_TROUBLE: [&str; 6] = [
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "org_login_required",
];

/// Says what becomes of a delivery that failed.
pub fn verdict(trouble: &Trouble, delivery: &Delivery, now: Moment) -> Verdict {
    if now.since(delivery.queued_at) > PATIENCE {
        return Verdict::GiveUp;
    }
    let pause = Duration::seconds(pause_seconds(delivery.attempts));
    match trouble {
        Trouble::Limited { wait, .. } => {
            let wait = Duration::from_std(*wait).unwrap_or(pause);
            Verdict::Again(now.after(wait), delivery.doubt)
        }
        Trouble::Unreached { .. } => Verdict::Again(now.after(pause), delivery.doubt),
        Trouble::Unsure { .. } => Verdict::Again(now.after(pause), doubtful(delivery, now)),
        Trouble::Refused { .. } if is_of_token(trouble) => {
            let pause = pause.max(Duration::seconds(60));
            Verdict::Again(now.after(pause), delivery.doubt)
        }
        Trouble::Refused { .. } => Verdict::GiveUp,
    }
}

/// Says whether Slack does not take our token, which the operator must mend.
pub fn is_of_token(trouble: &Trouble) -> bool {
    trouble.is(&TOKEN_TROUBLE)
}

/// An attempt that may have arrived leaves a doubt that goes back to the first of its kind.
fn doubtful(delivery: &Delivery, now: Moment) -> Doubt {
    match delivery.doubt {
        Doubt::None => Doubt::Since(now.after(-Duration::minutes(1))),
        since @ Doubt::Since(_) => since,
    }
}

/// Gives 1, 2, 4, … seconds, at most five minutes.
fn pause_seconds(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    2_i64.pow(doublings).min(LONGEST_PAUSE)
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
    fn after_a_day_we_give_up() {
        let unreached = Trouble::Unreached {
            method: METHOD,
            what: String::new(),
        };
        let later = now().after(Duration::hours(25));
        assert_eq!(
            verdict(&unreached, &delivery(99, Doubt::None), later),
            Verdict::GiveUp
        );
    }
}
