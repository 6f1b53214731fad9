//! Trouble that tests stage: Slack is down, a method fails, an answer is lost, a call is held at a chosen moment.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::watch;

/// A call of the Web API, as it was noted.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Such as `chat.postMessage`; `response_url` for an answer sent to one.
    pub method: String,
    /// The arguments as they were read, without the token.
    pub arguments: Value,
    /// When it came.
    pub at: DateTime<Utc>,
    /// Slack's code if it was refused; a staged trouble's own word if it got no proper answer.
    pub error: Option<String>,
}

/// How all of Slack is down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Down {
    /// Connections are closed without an answer.
    Reset,
    /// Every call gets this HTTP status.
    Status(u16),
    /// No call gets an answer. Those that still wait go on when Slack comes back.
    Hang,
    /// Every call is refused with this code.
    Error(&'static str),
}

/// How one call of a method goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// It is refused with this code.
    Error(&'static str),
    /// It is refused with this body; `ok` is false in any case.
    ErrorWith(Value),
    /// It gets this HTTP status, and nothing happens.
    Status(u16),
    /// HTTP 429: to be tried again after so many seconds.
    RateLimited(u64),
    /// The connection is closed before anything happens.
    Reset,
    /// It is done, and then the connection is closed without an answer.
    LostAnswer,
    /// It is done, and refused all the same with this code, as Slack may with `fatal_error`.
    DoneBut(&'static str),
    /// It gets no answer, and nothing happens, until Slack comes back.
    Hang,
}

/// When a call is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nothing has happened yet.
    Before,
    /// It is done, and not yet answered.
    After,
}

/// A call that is held, or will be. Dropping it lets the call go on.
#[derive(Debug)]
pub struct Held {
    reached: watch::Receiver<bool>,
    decision: watch::Sender<Decision>,
}

/// What becomes of a held call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Wait,
    GoOn,
    Cut,
}

impl Held {
    /// Waits until the call has come to the moment; at once if it already has.
    pub async fn reached(&self) {
        let mut reached = self.reached.clone();
        // The other end is only dropped when the call's connection is gone: then it was reached as well.
        let _ = reached.wait_for(|reached| *reached).await;
    }

    /// Lets the call go on.
    pub fn release(&self) {
        self.decision.send_replace(Decision::GoOn);
    }

    /// Closes the call's connection without an answer.
    pub fn cut(&self) {
        self.decision.send_replace(Decision::Cut);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.decision.send_if_modified(|decision| {
            let waits = *decision == Decision::Wait;
            if waits {
                *decision = Decision::GoOn;
            }
            waits
        });
    }
}

/// Which calls of a method are meant, by their arguments.
pub(super) type Wanted = Box<dyn Fn(&Value) -> bool + Send>;

/// The trap that a [`Held`] call falls into.
pub(super) struct Trap {
    method: String,
    moment: Moment,
    wanted: Wanted,
    reached: watch::Sender<bool>,
    decision: watch::Receiver<Decision>,
}

impl Trap {
    /// Says that the call has come, and waits for what becomes of it.
    pub(super) async fn spring(mut self) -> Decision {
        self.reached.send_replace(true);
        match self.decision.wait_for(|d| *d != Decision::Wait).await {
            Ok(decision) => *decision,
            Err(_) => Decision::GoOn,
        }
    }
}

/// All trouble that is staged now.
pub(super) struct Faults {
    down: watch::Sender<Option<Down>>,
    /// Counts how often Slack came back: what hangs goes on then.
    back: watch::Sender<u64>,
    failing: VecDeque<(String, Trouble)>,
    traps: Vec<Trap>,
    pub(super) latency: Duration,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            down: watch::Sender::new(None),
            back: watch::Sender::new(0),
            failing: VecDeque::new(),
            traps: Vec::new(),
            latency: Duration::ZERO,
        }
    }
}

impl Faults {
    /// Takes Slack down.
    pub(super) fn go_down(&mut self, down: Down) {
        self.down.send_replace(Some(down));
    }

    /// Brings Slack back; what hangs goes on.
    pub(super) fn come_back(&mut self) {
        self.down.send_replace(None);
        self.back.send_modify(|times| *times += 1);
    }

    /// Tells how Slack is down, if it is.
    pub(super) fn is_down(&self) -> Option<Down> {
        self.down.borrow().clone()
    }

    /// Gives what changes when Slack comes back.
    pub(super) fn back(&self) -> watch::Receiver<u64> {
        self.back.subscribe()
    }

    /// Lets the next `times` calls of a method fail.
    pub(super) fn fail(&mut self, method: &str, times: usize, trouble: &Trouble) {
        for _ in 0..times {
            self.failing.push_back((method.to_owned(), trouble.clone()));
        }
    }

    /// Takes the trouble that the next call of this method is in for.
    pub(super) fn next_trouble(&mut self, method: &str) -> Option<Trouble> {
        let place = self.failing.iter().position(|(name, _)| name == method)?;
        self.failing.remove(place).map(|(_, trouble)| trouble)
    }

    /// Sets a trap for the next call of a method that is wanted.
    pub(super) fn hold(&mut self, method: &str, moment: Moment, wanted: Wanted) -> Held {
        let (reached, reached_at) = watch::channel(false);
        let (decision, decided) = watch::channel(Decision::Wait);
        self.traps.push(Trap {
            method: method.to_owned(),
            moment,
            wanted,
            reached,
            decision: decided,
        });
        Held {
            reached: reached_at,
            decision,
        }
    }

    /// Takes the trap that a call of this method with these arguments falls into at this moment.
    pub(super) fn trap(&mut self, call: (&str, &Value), moment: Moment) -> Option<Trap> {
        let (method, arguments) = call;
        let place = self.traps.iter().position(|trap| {
            trap.method == method && trap.moment == moment && (trap.wanted)(arguments)
        })?;
        Some(self.traps.remove(place))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_held_call_waits_for_its_decision() {
        let mut faults = Faults::default();
        let is_c1 = |arguments: &Value| arguments["channel"] == "C1";
        let held = faults.hold("pins.add", Moment::After, Box::new(is_c1));
        let (here, elsewhere) = (json!({"channel": "C1"}), json!({"channel": "C2"}));
        assert!(faults.trap(("pins.add", &here), Moment::Before).is_none());
        assert!(
            faults
                .trap(("pins.add", &elsewhere), Moment::After)
                .is_none()
        );
        let call = faults
            .trap(("pins.add", &here), Moment::After)
            .map(|trap| tokio::spawn(trap.spring()));
        held.reached().await;
        held.cut();
        let decision = match call {
            Some(call) => call.await.ok(),
            None => None,
        };
        assert_eq!(decision, Some(Decision::Cut));
    }

    #[test]
    fn a_method_fails_as_often_as_asked() {
        let mut faults = Faults::default();
        faults.fail("pins.add", 2, &Trouble::Status(503));
        assert_eq!(faults.next_trouble("pins.list"), None);
        assert_eq!(faults.next_trouble("pins.add"), Some(Trouble::Status(503)));
        assert_eq!(faults.next_trouble("pins.add"), Some(Trouble::Status(503)));
        assert_eq!(faults.next_trouble("pins.add"), None);
    }
}
