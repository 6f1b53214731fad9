//! Time that passes in a story, because the story says so.

use std::sync::atomic::Ordering;

use super::world::{BEGINNING, World};

impl World {
    /// Lets time pass, in seconds, and delivers what is due by then, step by step.
    pub async fn later(&self, seconds: i64) {
        let end = self.now() + seconds * 1000;
        while self.now() < end {
            self.time
                .store(end.min(self.now() + 1000), Ordering::SeqCst);
            self.settles().await;
        }
    }

    /// Lets time pass at one go, as if nobody had looked meanwhile, and delivers what is due then.
    pub async fn leaps(&self, seconds: i64) {
        self.passes(seconds);
        self.settles().await;
    }

    /// Lets time pass, in seconds, and looks at nothing.
    pub fn passes(&self, seconds: i64) {
        self.time.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Lets time pass at once until so many minutes after the story began.
    pub async fn comes_to(&self, minutes: i64) {
        let moment = BEGINNING + minutes * 60_000;
        assert!(moment > self.now(), "this is over");
        self.time.store(moment, Ordering::SeqCst);
        self.settles().await;
    }
}
