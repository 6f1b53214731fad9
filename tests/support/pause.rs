//! Pauses a request to a stand-in at a point, so that a test can do something in the meantime.

use tokio::sync::watch;

/// The point at which a request is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PausePoint {
    /// It has arrived, and is not handled.
    Arrival,
    /// It is handled, and the response is not sent.
    Response,
}

/// Whether a request is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    None,
    /// The next request is paused at this point.
    Armed(PausePoint),
    Arrived,
    Released,
}

/// The gate at which requests are paused.
pub struct PauseGate(watch::Sender<Pause>);

impl Default for PauseGate {
    fn default() -> Self {
        Self(watch::Sender::new(Pause::None))
    }
}

impl PauseGate {
    /// Pauses the next request at a point.
    pub fn arm(&self, at: PausePoint) {
        self.0.send_replace(Pause::Armed(at));
    }

    /// Waits until the request that is paused has arrived.
    pub async fn wait_for_paused(&self) {
        self.wait_for(Pause::Arrived).await;
    }

    /// Releases the request that is paused.
    pub fn release(&self) {
        self.0.send_replace(Pause::Released);
    }

    /// Lets a request pass, or pauses it if it is the one to pause at this point.
    pub async fn pass(&self, at: PausePoint) {
        let is_paused = self.0.send_if_modified(|state| {
            let is_paused = *state == Pause::Armed(at);
            if is_paused {
                *state = Pause::Arrived;
            }
            is_paused
        });
        if is_paused {
            self.wait_for(Pause::Released).await;
        }
    }

    async fn wait_for(&self, expected: Pause) {
        let mut pause = self.0.subscribe();
        pause.wait_for(|state| *state == expected).await.unwrap();
    }
}
