//! The state of the workspace, its clock and its serial numbers. Other modules add methods for
//! their subject.

pub(crate) mod accounts;
pub(crate) mod bookmarks;
pub(crate) mod channel_names;
pub(crate) mod channels;
pub(crate) mod membership;
pub(crate) mod message_json;
pub(crate) mod messages;
pub(crate) mod mrkdwn_encode;
pub(crate) mod pins;
pub(crate) mod reactions;
pub(crate) mod render_text;
pub(crate) mod time_zones;
pub(crate) mod trigger_ids;
pub(crate) mod users;
pub(crate) mod view_state;
pub(crate) mod views;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::faults::{Call, Faults};
use super::ids;
use super::ids::{ChannelId, UserId};
use super::manifest::App;
use crate::app_requests::Request;
use crate::app_requests::response_url::ResponseUrl;
use crate::canvas::{CanvasPolicy, StoredCanvas};
use crate::guide::GuideProgress;
use crate::mail::Mailbox;
use crate::openid::Provider;
use crate::rate_limits::{Limiter, Limits};
use crate::user_actions::select_options::SelectOption;
use crate::workspace::channels::{Channel, InitialChannel};
use crate::workspace::trigger_ids::Trigger;
use crate::workspace::users::{AccountKind, NewAccount};
use crate::workspace::views::Views;

/// Returns the current time. The sandbox uses no other clock.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Whether failed events are retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retries {
    /// No automatic retries. A test redelivers events itself.
    Manual,
    /// Slack's schedule: almost immediately, after one minute, after five minutes.
    LikeSlack,
}

/// The number of serial numbers reserved for each second.
const SERIALS_PER_SECOND: u64 = 1_000;

/// The state that a Slack server would store in its database.
pub(super) struct Workspace {
    clock: Clock,
    pub(super) team: Team,
    pub(super) app: App,
    pub(super) users: BTreeMap<UserId, crate::workspace::users::User>,
    /// The user groups by ID.
    pub(super) user_groups: BTreeMap<String, crate::workspace::users::UserGroup>,
    pub(super) channels: BTreeMap<ChannelId, Channel>,
    /// Including deleted ones.
    pub(super) canvases: Vec<StoredCanvas>,
    pub(super) canvas_policy: CanvasPolicy,
    pub(super) views: Views,
    /// The options that the app returned for external selects, by view ID.
    pub(super) suggested_options: HashMap<String, Vec<SelectOption>>,
    pub(super) triggers: HashMap<String, Trigger>,
    pub(super) response_urls: HashMap<String, ResponseUrl>,
    pub(super) notices: HashMap<UserId, Notice>,
    /// When each unused Socket Mode ticket was created.
    pub(super) tickets: HashMap<String, DateTime<Utc>>,
    pub(super) openid: Provider,
    /// The mail that the relay accepted.
    pub(super) mailbox: Mailbox,
    pub(super) faults: Faults,
    pub(super) limiter: Limiter,
    pub(super) calls: Vec<Call>,
    /// The last request that the actions of each user sent to the app.
    pub(super) last_requests: HashMap<UserId, Request>,
    /// The last event of each type that was sent to the app.
    pub(super) last_events: HashMap<String, Request>,
    /// The ack timeout: 3 s in Slack.
    pub(super) ack_timeout: std::time::Duration,
    pub(super) retries: Retries,
    /// Events that have not been sent yet.
    pub(super) pending_events: Vec<Value>,
    /// The base URL of the app, without a trailing slash.
    pub(super) app_url: Option<String>,
    /// The base URL of the sandbox, without a trailing slash.
    pub(super) url: String,
    /// The guide on the page, and which of its steps are done.
    pub(super) guide: GuideProgress,
    pub(super) serial: u64,
    pub(super) last_ts: i64,
}

/// The ID, name and domain of the workspace.
#[derive(Clone, Debug)]
pub(super) struct Team {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) domain: String,
}

/// The last text that Slack itself showed to a user, such as a failed command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) id: u64,
    pub(super) text: String,
}

impl Workspace {
    /// Creates the initial workspace: Acme, three channels, three users, the user group `@oncall`, the app.
    pub(super) fn new(clock: Clock, app: App, limits: Limits) -> Self {
        // An app may have stored IDs of an earlier workspace. Serial numbers are based on the
        // clock, so that no ID is reused.
        let serial = clock().timestamp().unsigned_abs() * SERIALS_PER_SECOND;
        let mut workspace = Self {
            clock,
            team: Team {
                id: ids::from_name('T', "Acme"),
                name: "Acme".to_owned(),
                domain: "acme".to_owned(),
            },
            app,
            users: BTreeMap::new(),
            user_groups: BTreeMap::new(),
            channels: BTreeMap::new(),
            canvases: Vec::new(),
            canvas_policy: CanvasPolicy::default(),
            views: Views::default(),
            suggested_options: HashMap::new(),
            triggers: HashMap::new(),
            response_urls: HashMap::new(),
            notices: HashMap::new(),
            tickets: HashMap::new(),
            openid: Provider::default(),
            mailbox: Mailbox::default(),
            faults: Faults::default(),
            limiter: Limiter::new(limits),
            calls: Vec::new(),
            last_requests: HashMap::new(),
            last_events: HashMap::new(),
            ack_timeout: std::time::Duration::from_secs(3),
            retries: Retries::Manual,
            pending_events: Vec::new(),
            app_url: None,
            url: String::new(),
            guide: GuideProgress::default(),
            serial,
            last_ts: 0,
        };
        workspace.add_initial_data();
        workspace
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Returns the next serial number. Serial numbers are unique.
    pub(super) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Returns a message timestamp for the current time. Timestamps are unique and increasing.
    pub(super) fn next_ts(&mut self) -> String {
        self.last_ts = self.now().timestamp_micros().max(self.last_ts + 1);
        let (seconds, micros) = (self.last_ts / 1_000_000, self.last_ts % 1_000_000);
        format!("{seconds}.{micros:06}")
    }

    /// Shows a notice of Slack itself to a user.
    pub(super) fn show_notice(&mut self, who: &UserId, text: &str) {
        let notice = Notice {
            id: self.next_serial(),
            text: text.to_owned(),
        };
        self.notices.insert(who.clone(), notice);
    }

    fn add_initial_data(&mut self) {
        let founder = UserId(ids::from_name('U', "alice"));
        for name in ["general", "incidents", "random"] {
            self.add_initial_channel(InitialChannel {
                name,
                creator: &founder,
                is_general: name == "general",
            });
        }
        let (owner, user) = (AccountKind::Owner, AccountKind::Member);
        let users = [
            ("alice", "Alice Okafor", "Europe/Paris", owner),
            ("bob", "Bob Lindqvist", "America/New_York", user),
            ("chioma", "Chioma Ade", "Asia/Tokyo", user),
        ];
        for (name, real_name, tz, kind) in users {
            let id = self.add_user(&NewAccount {
                name,
                real_name,
                tz,
                kind,
            });
            for channel in self.channels.values_mut() {
                if !channel.members.contains(&id) {
                    channel.members.push(id.clone());
                }
            }
        }
        self.add_user_group("oncall", &["bob", "chioma"]);
        self.add_bot_user();
    }

    /// Adds the bot user of the app, or replaces it by the one of the current manifest.
    pub(super) fn add_bot_user(&mut self) {
        let name = self.app.name.clone();
        let handle = name.to_lowercase().replace(' ', "");
        let id = self.app.bot_user.clone();
        let user = crate::workspace::users::User {
            id: id.clone(),
            display_name: handle.clone(),
            name: handle,
            real_name: name,
            tz: "America/Los_Angeles".to_owned(),
            kind: AccountKind::Bot,
            color: "e7392d".to_owned(),
            updated: self.now().timestamp(),
        };
        self.users.insert(id, user);
    }
}
