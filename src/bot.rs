//! The bot: the store, the way to Slack, the clock, the settings, and what it knows of itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use muster_commands::{ChannelId, PersonId};
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::domain::Moment;
use crate::slack::client::{Identity, SlackApi};
use crate::store::Store;

/// The bot. Cheap to clone; every clone is the same bot.
#[derive(Clone)]
pub struct Bot {
    /// Where incidents are kept.
    pub store: Store,
    /// The way to Slack.
    pub slack: SlackApi,
    /// The time.
    pub clock: Clock,
    /// How it was set up.
    pub settings: Arc<Settings>,
    /// How it goes.
    pub state: Arc<State>,
    /// What goes on beside the requests; waited for when the bot stops.
    pub tasks: TaskTracker,
}

/// How the bot was set up, as far as requests and deliveries need to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What people type: `/datadog`.
    pub command: String,
    /// The global channel, by name or id; `None` when there is none.
    pub incidents_channel: Option<String>,
}

/// How it goes. Nothing of it is worth keeping: after a restart it is learned anew.
#[derive(Debug, Default)]
pub struct State {
    identity: RwLock<Option<Identity>>,
    slack: RwLock<SlackState>,
    heard_at: RwLock<Option<Moment>>,
    socket: RwLock<SocketMode>,
    global: RwLock<GlobalChannel>,
    look_again: AtomicBool,
    turned_at: RwLock<Option<Moment>>,
}

/// How the last call to Slack went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SlackState {
    /// Slack was not asked yet.
    #[default]
    Unknown,
    /// Slack answered.
    Reached,
    /// Slack did not answer, or does not take our token.
    Trouble(String),
}

/// How things are with Socket Mode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SocketMode {
    /// How many connections are open.
    pub open: usize,
    /// Since when none is; `None` while one is open, and when Socket Mode is not used at all.
    pub shut_since: Option<Moment>,
    /// Why the last connection ended or could not be opened; empty if there was none yet.
    pub why: String,
}

/// How things are with the global channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum GlobalChannel {
    /// It was not looked for yet, or there is none.
    #[default]
    Unknown,
    /// We can write to it.
    Ready(ChannelId),
    /// We cannot, and why, with what to do about it.
    Missing(String),
}

impl Bot {
    /// Gives a bot that knows nothing of itself yet.
    pub fn new(store: Store, slack: SlackApi, clock: Clock, settings: Settings) -> Self {
        Self {
            store,
            slack,
            clock,
            settings: Arc::new(settings),
            state: Arc::default(),
            tasks: TaskTracker::new(),
        }
    }
}

impl State {
    /// Gives who we are in the workspace, once Slack said so.
    pub fn identity(&self) -> Option<Identity> {
        read(&self.identity)
    }

    /// Says whether a person is our own bot user.
    pub fn is_us(&self, person: &PersonId) -> bool {
        self.identity().is_some_and(|us| us.user_id == *person)
    }

    /// Notes who we are.
    pub fn set_identity(&self, identity: Identity) {
        write(&self.identity, Some(identity));
    }

    /// Gives how the last call to Slack went.
    pub fn slack(&self) -> SlackState {
        read(&self.slack)
    }

    /// Notes how a call to Slack went; says whether that is news.
    pub fn set_slack(&self, state: SlackState) -> bool {
        self.slack() != state && {
            write(&self.slack, state);
            true
        }
    }

    /// Gives when Slack last answered a call.
    pub fn heard_at(&self) -> Option<Moment> {
        read(&self.heard_at)
    }

    /// Notes that Slack answered a call.
    pub fn set_heard_at(&self, now: Moment) {
        write(&self.heard_at, Some(now));
    }

    /// Gives how things are with Socket Mode.
    pub fn socket(&self) -> SocketMode {
        read(&self.socket)
    }

    /// Notes that Socket Mode is used from now on, and not connected yet.
    pub fn socket_begins(&self, now: Moment) {
        self.with_socket(|socket| socket.shut_since = Some(now));
    }

    /// Notes that a connection is open.
    pub fn socket_opened(&self) {
        self.with_socket(|socket| {
            socket.open += 1;
            socket.shut_since = None;
        });
    }

    /// Notes that a connection that was open no longer is.
    pub fn socket_closed(&self, now: Moment) {
        self.with_socket(|socket| {
            socket.open = socket.open.saturating_sub(1);
            if socket.open == 0 {
                socket.shut_since = Some(now);
            }
        });
    }

    /// Notes why a connection ended or could not be opened.
    pub fn socket_failed(&self, why: &str) {
        self.with_socket(|socket| why.clone_into(&mut socket.why));
    }

    fn with_socket(&self, change: impl FnOnce(&mut SocketMode)) {
        change(&mut self.socket.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Gives how things are with the global channel.
    pub fn global(&self) -> GlobalChannel {
        read(&self.global)
    }

    /// Notes how things are with the global channel; says whether that is news.
    pub fn set_global(&self, global: GlobalChannel) -> bool {
        self.global() != global && {
            write(&self.global, global);
            true
        }
    }

    /// Asks for the global channel to be looked for soon: what we know of it may be wrong. What is wrong
    /// with it stays known, so that it is not said twice.
    pub fn look_again_for_global(&self) {
        if matches!(self.global(), GlobalChannel::Ready(_)) {
            write(&self.global, GlobalChannel::Unknown);
        }
        self.look_again.store(true, Ordering::SeqCst);
    }

    /// Says whether somebody asked for the global channel to be looked for since this was last asked.
    pub fn take_look_again(&self) -> bool {
        self.look_again.swap(false, Ordering::SeqCst)
    }

    /// Gives when the worker last looked for something to do.
    pub fn turned_at(&self) -> Option<Moment> {
        read(&self.turned_at)
    }

    /// Notes that the worker looks for something to do.
    pub fn set_turned_at(&self, now: Moment) {
        write(&self.turned_at, Some(now));
    }
}

fn read<T: Clone>(place: &RwLock<T>) -> T {
    place.read().unwrap_or_else(PoisonError::into_inner).clone()
}

fn write<T>(place: &RwLock<T>, value: T) {
    *place.write().unwrap_or_else(PoisonError::into_inner) = value;
}
