//! Holds a request to a stand-in at a point, so that a test can do something in the meantime.

use tokio::sync::watch;

/// The point at which a request is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PausePoint {
    /// It has arrived, and is not handled.
    Arrival,
    /// It is handled, and the response is not sent.
    Response,
}

/// Whether a request is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    None,
    /// The next request is held at this point.
    Armed(PausePoint),
    Arrived,
    Released,
}

/// The gate at which requests are held.
pub struct PauseGate(watch::Sender<Pause>);

impl Default for PauseGate {
    fn default() -> Self {
        Self(watch::Sender::new(Pause::None))
    }
}

impl PauseGate {
    /// Holds the next request at a point.
    pub fn arm(&self, at: PausePoint) {
        self.0.send_replace(Pause::Armed(at));
    }

    /// Waits until the request that is held has arrived.
    pub async fn wait_for_held(&self) {
        self.wait_for(Pause::Arrived).await;
    }

    /// Releases the request that is held.
    pub fn release(&self) {
        self.0.send_replace(Pause::Released);
    }

    /// Holds a request if it is the one to hold at this point.
    pub async fn hold(&self, at: PausePoint) {
        let is_held = self.0.send_if_modified(|state| {
            let is_held = *state == Pause::Armed(at);
            if is_held {
                *state = Pause::Arrived;
            }
            is_held
        });
        if is_held {
            self.wait_for(Pause::Released).await;
        }
    }

    async fn wait_for(&self, expected: Pause) {
        let mut pause = self.0.subscribe();
        pause.wait_for(|state| *state == expected).await.unwrap();
    }
}
