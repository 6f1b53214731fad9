//! The health state of the bot, in memory only.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::domain::{ChannelId, Timestamp, UserId};
use crate::slack::client::BotIdentity;
use crate::slack::menu_limit::MenuLimit;
use crate::slack::users::admin_rights::AdminRights;
use crate::web::live::StreamLimits;

/// Health state and caches. Kept in memory only; rebuilt after a restart.
#[derive(Debug, Default)]
pub struct AppState {
    identity: RwLock<Option<BotIdentity>>,
    slack: RwLock<SlackState>,
    last_response_at: RwLock<Option<Timestamp>>,
    socket_mode: RwLock<SocketMode>,
    announcements_channel: RwLock<AnnouncementsChannel>,
    is_lookup_requested: AtomicBool,
    polled_at: RwLock<Option<Timestamp>>,
    menu_limit: MenuLimit,
    live_streams: Arc<StreamLimits>,
    admin_rights: AdminRights,
    mail_problem: RwLock<Option<String>>,
}

/// Result of the last call to Slack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SlackState {
    /// No call was made yet, or the last one had no response.
    #[default]
    Unknown,
    /// Slack responded.
    Up,
    /// Slack did not respond, or rejected the token; with the reason.
    Down(String),
}

/// State of Socket Mode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SocketMode {
    /// The number of open connections.
    pub open_connections: usize,
    /// When the last connection closed; `None` while one is open, or without Socket Mode.
    pub disconnected_since: Option<Timestamp>,
    /// Why the last connection closed or could not be opened; empty if there was no error.
    pub last_error: String,
}

/// State of the announcements channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AnnouncementsChannel {
    /// Not looked up yet, or not configured.
    #[default]
    Unknown,
    /// The bot can post in it.
    Ready(ChannelId),
    /// The bot cannot post in it; with the reason and how to fix it.
    Missing(String),
}

impl AppState {
    /// Returns the limits of the streams that tell pages of changes.
    pub(crate) fn live_streams(&self) -> &Arc<StreamLimits> {
        &self.live_streams
    }

    /// Returns who is known to be an admin.
    pub(crate) fn admin_rights(&self) -> &AdminRights {
        &self.admin_rights
    }

    /// Returns the bot's identity, if it has been fetched.
    pub fn identity(&self) -> Option<BotIdentity> {
        read_value(&self.identity)
    }

    /// Returns whether a user is the bot's own user.
    pub fn is_own_user(&self, user: &UserId) -> bool {
        self.identity().is_some_and(|us| us.user_id == *user)
    }

    /// Records the bot's identity.
    pub fn set_identity(&self, identity: BotIdentity) {
        write_value(&self.identity, Some(identity));
    }

    /// Returns the result of the last call to Slack.
    pub fn slack(&self) -> SlackState {
        read_value(&self.slack)
    }

    /// Returns whether Slack is known to be unreachable.
    pub fn is_slack_down(&self) -> bool {
        matches!(self.slack(), SlackState::Down(_))
    }

    /// Records the result of a call to Slack. Returns whether the state changed.
    pub fn set_slack(&self, state: SlackState) -> bool {
        self.slack() != state && {
            write_value(&self.slack, state);
            true
        }
    }

    /// Returns when Slack last responded to a call.
    pub fn last_response_at(&self) -> Option<Timestamp> {
        read_value(&self.last_response_at)
    }

    /// Records that Slack responded to a call.
    pub fn set_last_response_at(&self, now: Timestamp) {
        write_value(&self.last_response_at, Some(now));
    }

    /// Returns the state of Socket Mode.
    pub fn socket_mode(&self) -> SocketMode {
        read_value(&self.socket_mode)
    }

    /// Records that Socket Mode is used and not connected yet.
    pub fn socket_started(&self, now: Timestamp) {
        self.update_socket_mode(|socket| socket.disconnected_since = Some(now));
    }

    /// Records that a connection was opened.
    pub fn socket_opened(&self) {
        self.update_socket_mode(|socket| {
            socket.open_connections += 1;
            socket.disconnected_since = None;
        });
    }

    /// Records that an open connection was closed.
    pub fn socket_closed(&self, now: Timestamp) {
        self.update_socket_mode(|socket| {
            socket.open_connections = socket.open_connections.saturating_sub(1);
            if socket.open_connections == 0 {
                socket.disconnected_since = Some(now);
            }
        });
    }

    /// Records why a connection was closed or could not be opened.
    pub fn socket_failed(&self, why: &str) {
        self.update_socket_mode(|socket| why.clone_into(&mut socket.last_error));
    }

    fn update_socket_mode(&self, change: impl FnOnce(&mut SocketMode)) {
        let socket_mode = self.socket_mode.write();
        change(&mut socket_mode.unwrap_or_else(PoisonError::into_inner));
    }

    /// Returns the state of the announcements channel.
    pub fn announcements_channel(&self) -> AnnouncementsChannel {
        read_value(&self.announcements_channel)
    }

    /// Records the state of the announcements channel. Returns whether it changed.
    pub fn set_announcements_channel(&self, global: AnnouncementsChannel) -> bool {
        self.announcements_channel() != global && {
            write_value(&self.announcements_channel, global);
            true
        }
    }

    /// Requests a lookup of the announcements channel, because its state may be outdated. A known error
    /// stays recorded, so that it is not logged twice.
    pub fn request_channel_lookup(&self) {
        if matches!(self.announcements_channel(), AnnouncementsChannel::Ready(_)) {
            write_value(&self.announcements_channel, AnnouncementsChannel::Unknown);
        }
        self.is_lookup_requested.store(true, Ordering::SeqCst);
    }

    /// Returns whether a lookup was requested since the last call.
    pub fn take_lookup_request(&self) -> bool {
        self.is_lookup_requested.swap(false, Ordering::SeqCst)
    }

    /// Returns why all mail waits; `None` if it does not.
    pub fn mail_problem(&self) -> Option<String> {
        read_value(&self.mail_problem)
    }

    /// Records why all mail waits, or that the relay accepted a mail. Returns whether that changed.
    pub fn set_mail_problem(&self, problem: Option<String>) -> bool {
        self.mail_problem() != problem && {
            write_value(&self.mail_problem, problem);
            true
        }
    }

    /// Returns the limit of answers to users who write to the app.
    pub(crate) fn menu_limit(&self) -> &MenuLimit {
        &self.menu_limit
    }

    /// Returns when the worker last polled.
    pub fn polled_at(&self) -> Option<Timestamp> {
        read_value(&self.polled_at)
    }

    /// Records that the worker polls.
    pub fn set_polled_at(&self, now: Timestamp) {
        write_value(&self.polled_at, Some(now));
    }
}

fn read_value<T: Clone>(lock: &RwLock<T>) -> T {
    lock.read().unwrap_or_else(PoisonError::into_inner).clone()
}

fn write_value<T>(lock: &RwLock<T>, value: T) {
    *lock.write().unwrap_or_else(PoisonError::into_inner) = value;
}
