//! The simulated clock of a scenario.

use std::sync::atomic::Ordering;

use crate::harness::world::{START_MILLIS, World};

impl World {
    /// Advances the clock by `seconds`, step by step, and sends the deliveries that become due.
    pub async fn advance_stepwise(&self, seconds: i64) {
        let end = self.now() + seconds * 1000;
        while self.now() < end {
            self.time
                .store(end.min(self.now() + 1000), Ordering::SeqCst);
            self.deliver_all().await;
        }
    }

    /// Advances the clock by `seconds` in one step, then sends the deliveries that are due.
    pub async fn advance(&self, seconds: i64) {
        self.advance_clock(seconds);
        self.deliver_all().await;
    }

    /// Advances the clock by `seconds` without sending deliveries.
    pub fn advance_clock(&self, seconds: i64) {
        self.time.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Advances the clock in one step to `minutes` after the start of the scenario.
    pub async fn advance_to_minute(&self, minutes: i64) {
        let timestamp = START_MILLIS + minutes * 60_000;
        assert!(timestamp > self.now(), "this time is in the past");
        self.time.store(timestamp, Ordering::SeqCst);
        self.deliver_all().await;
    }
}
