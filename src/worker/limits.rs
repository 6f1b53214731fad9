//! Slack's limits, known before they are hit: how many calls of a method go out in a minute, and how
//! many posts to a channel in a second.
//!
//! Slack: docs.slack.dev/apis/web-api/rate-limits. Its numbers are minima; we keep to them.

use std::collections::{HashMap, VecDeque};

use chrono::Duration;
use muster_commands::ChannelId;

use crate::domain::Moment;

/// What a limit counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// The calls of one method.
    Method(&'static str),
    /// The posts to one channel.
    Posts(ChannelId),
    /// The new names of one channel: Slack puts a message into the channel for each, and a title that is
    /// written in a hurry is often written again.
    Renames(ChannelId),
    /// The Homes that are published though nobody waits for them: they leave room for those that are opened.
    HomesUnasked,
}

impl Counted {
    /// Gives how many are let through in which time; `None` if as many as one likes.
    ///
    /// Calls do not arrive at the distance at which they leave, so each window is a little longer
    /// than Slack's.
    fn allowance(&self) -> Option<(usize, Duration)> {
        let minute = Duration::seconds(61);
        match self {
            Self::Posts(_) => Some((1, Duration::milliseconds(1100))),
            Self::Renames(_) => Some((1, minute)),
            Self::HomesUnasked => Some((50, minute)),
            Self::Method(method) => match *method {
                "conversations.create"
                | "conversations.list"
                | "conversations.rename"
                | "conversations.setTopic"
                | "conversations.setPurpose"
                | "pins.add"
                | "bookmarks.add"
                | "bookmarks.edit"
                | "bookmarks.remove" => Some((20, minute)),
                "conversations.invite"
                | "conversations.kick"
                | "conversations.info"
                | "conversations.join"
                | "conversations.history"
                | "conversations.replies"
                | "chat.update"
                | "reactions.add"
                | "bookmarks.list" => Some((50, minute)),
                "chat.postEphemeral" | "views.publish" => Some((100, minute)),
                // Whoever speaks to us is asked after beside the answer: those calls have the rest of the 100.
                "users.info" => Some((80, minute)),
                // Slack: several hundred a minute for a workspace.
                "chat.postMessage" => Some((300, minute)),
                _ => None,
            },
        }
    }
}

/// What went out lately, and what Slack told us to leave alone.
#[derive(Debug, Default)]
pub struct Limits {
    lately: HashMap<Counted, VecDeque<Moment>>,
    closed: HashMap<Counted, Moment>,
}

impl Limits {
    /// Gives when all of these may go out together; `now` or earlier if at once.
    pub fn opens_at(&mut self, calls: &[Counted], now: Moment) -> Moment {
        let opens = calls.iter().map(|counted| self.one_opens_at(counted, now));
        opens.max().unwrap_or(now)
    }

    /// Counts calls that go out now.
    pub fn take(&mut self, calls: &[Counted], now: Moment) {
        for counted in calls {
            if counted.allowance().is_some() {
                self.lately
                    .entry(counted.clone())
                    .or_default()
                    .push_back(now);
            }
        }
    }

    /// Lets nothing of this kind out before a moment.
    pub fn close(&mut self, counted: Counted, until: Moment) {
        self.closed.insert(counted, until);
    }

    /// Forgets channels to which nothing was sent lately, so that memory does not grow with them.
    pub fn tidy(&mut self, now: Moment) {
        self.lately.retain(|counted, sent| {
            let window = counted
                .allowance()
                .map_or(Duration::zero(), |(_, window)| window);
            sent.back().is_some_and(|last| now.since(*last) < window)
        });
        self.closed.retain(|_, until| *until > now);
    }

    fn one_opens_at(&mut self, counted: &Counted, now: Moment) -> Moment {
        let closed = self.closed.get(counted).copied().unwrap_or(now);
        let Some((allowed, window)) = counted.allowance() else {
            return closed;
        };
        let Some(sent) = self.lately.get_mut(counted) else {
            return closed;
        };
        while sent
            .front()
            .is_some_and(|first| now.since(*first) >= window)
        {
            sent.pop_front();
        }
        match sent
            .len()
            .checked_sub(allowed)
            .and_then(|over| sent.get(over))
        {
            Some(blocking) => closed.max(blocking.after(window)),
            None => closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: Counted = Counted::Method("conversations.create");

    fn at(milliseconds: i64) -> Moment {
        Moment::from_epoch_seconds(1_795_447_200).after(Duration::milliseconds(milliseconds))
    }

    #[test]
    fn the_twenty_first_channel_of_a_minute_waits_for_the_first() {
        let mut limits = Limits::default();
        for number in 0..20 {
            assert_eq!(limits.opens_at(&[CREATE], at(number)), at(number));
            limits.take(&[CREATE], at(number));
        }
        assert_eq!(limits.opens_at(&[CREATE], at(30)), at(61_000));
        assert_eq!(limits.opens_at(&[CREATE], at(61_000)), at(61_000));
    }

    #[test]
    fn one_channel_does_not_wait_for_another() {
        let mut limits = Limits::default();
        let here = Counted::Posts(ChannelId::from("C1"));
        limits.take(std::slice::from_ref(&here), at(0));
        assert_eq!(limits.opens_at(&[here], at(0)), at(1100));
        assert_eq!(
            limits.opens_at(&[Counted::Posts(ChannelId::from("C2"))], at(0)),
            at(0)
        );
    }

    #[test]
    fn what_slack_closed_stays_closed_and_nothing_else() {
        let mut limits = Limits::default();
        limits.close(CREATE, at(30_000));
        assert_eq!(limits.opens_at(&[CREATE], at(1)), at(30_000));
        assert_eq!(
            limits.opens_at(&[Counted::Method("pins.add")], at(1)),
            at(1)
        );
        limits.tidy(at(30_000));
        assert_eq!(limits.opens_at(&[CREATE], at(30_000)), at(30_000));
    }
}
