//! The running bot: store, Slack client, clock, configuration and health state.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::config::MailConfig;
use crate::confluence::ConfluenceClient;
use crate::domain::notification::NotificationText;
use crate::domain::{
    Actor, ChangeSettings, ChannelId, SettingChange, SettingError, Timestamp, User, UserId,
};
use crate::error::Result;
use crate::mail::Mailer;
use crate::notebooks::NotebookClient;
use crate::openid::OpenId;
use crate::slack::blocks::notification::notification_message;
use crate::slack::client::{BotIdentity, DeliveryMetadata, SlackApi, SlackResult};
use crate::slack::menu_limit::MenuLimit;
use crate::slack::users::admin_rights::{self, AdminRights};
use crate::slack::users::user_cache;
use crate::slack::users::user_lookups::UserLookups;
use crate::store::{IdempotencyKey, Store};
use crate::web::live::StreamLimits;
use crate::webhooks::WebhookClient;

/// The dependencies of requests and jobs. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The client of Slack's Web API.
    pub slack: SlackApi,
    /// The clock.
    pub clock: Clock,
    /// The configuration.
    pub config: Arc<AppConfig>,
    /// The health state.
    pub state: Arc<AppState>,
    /// The lookups of users by requests.
    pub user_lookups: Arc<UserLookups>,
    /// The way out for mail.
    pub(crate) mailer: Arc<Mailer>,
    /// Sign in with Slack; `None` if it is not configured.
    pub openid: Option<Arc<OpenId>>,
    /// The client of outgoing webhooks and of PagerDuty.
    pub webhooks: Arc<WebhookClient>,
    /// The Confluence to which postmortems are exported; `None` if it is not configured.
    pub confluence: Option<Arc<ConfluenceClient>>,
    /// The notebooks of Datadog; `None` if they are not configured.
    pub notebooks: Option<Arc<NotebookClient>>,
    /// Background tasks of requests. The shutdown waits for them.
    pub tasks: TaskTracker,
}

/// The part of the configuration that requests and deliveries need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppConfig {
    /// The slash command, such as `/datadog`.
    pub command: String,
    /// The announcements channel, by name or ID; `None` if there is none.
    pub incidents_channel: Option<String>,
    /// The URL of the pages, without a trailing `/`; `None` if it is not configured.
    pub public_url: Option<String>,
    /// How mail leaves the bot.
    pub mail: MailConfig,
}

impl AppConfig {
    /// Returns the URL of a page; `None` if the pages have no address.
    pub fn page_url(&self, path: &str) -> Option<String> {
        let base = self.public_url.as_ref()?;
        Some(format!("{base}{path}"))
    }
}

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

impl App {
    /// Creates a bot with an empty health state.
    pub fn new(store: Store, slack: SlackApi, clock: Clock, settings: AppConfig) -> Self {
        Self {
            mailer: Arc::new(Mailer::new(settings.mail.clone())),
            store,
            slack,
            clock,
            config: Arc::new(settings),
            state: Arc::default(),
            user_lookups: Arc::default(),
            openid: None,
            webhooks: Arc::default(),
            confluence: None,
            notebooks: None,
            tasks: TaskTracker::new(),
        }
    }

    /// Replaces the way out for mail.
    #[must_use]
    pub fn with_mailer(self, mailer: Mailer) -> Self {
        Self {
            mailer: Arc::new(mailer),
            ..self
        }
    }

    /// Adds Sign in with Slack.
    #[must_use]
    pub fn with_openid(self, openid: Option<OpenId>) -> Self {
        Self {
            openid: openid.map(Arc::new),
            ..self
        }
    }

    /// Replaces the client of outgoing webhooks.
    #[must_use]
    pub fn with_webhooks(self, client: WebhookClient) -> Self {
        Self {
            webhooks: Arc::new(client),
            ..self
        }
    }

    /// Adds the Confluence to which postmortems are exported.
    #[must_use]
    pub fn with_confluence(self, client: Option<ConfluenceClient>) -> Self {
        Self {
            confluence: client.map(Arc::new),
            ..self
        }
    }

    /// Adds the notebooks of Datadog.
    #[must_use]
    pub fn with_notebooks(self, client: Option<NotebookClient>) -> Self {
        Self {
            notebooks: client.map(Arc::new),
            ..self
        }
    }

    /// Returns the ID of the workspace; `None` if Slack did not answer.
    pub(crate) async fn team_id(&self) -> Option<String> {
        if let Some(identity) = self.state.identity() {
            return Some(identity.team_id);
        }
        let identity = self.slack.bot_identity().await.ok()?;
        self.state.set_identity(identity.clone());
        Some(identity.team_id)
    }

    /// Fetches a user who signs in. Returns `None` if nothing is known about them.
    pub(crate) async fn fetch_user(&self, user: &UserId) -> Result<Option<User>> {
        user_cache::fetch_user_now(self, user).await
    }

    /// Fetches a user in the background unless they are cached and fresh.
    pub(crate) fn refresh_user(&self, user: UserId) {
        user_cache::refresh_user_cache(self, user);
    }

    /// Returns whether a user is an admin or owner of the workspace; `None` if Slack did not answer.
    pub(crate) async fn is_admin(&self, user: &UserId) -> Option<bool> {
        admin_rights::is_admin(self, user).await
    }

    /// Sends a text about an incident to a user as a direct message.
    pub(crate) async fn send_text(
        &self,
        user: &UserId,
        text: &NotificationText,
        page_url: Option<&str>,
    ) -> SlackResult<()> {
        let metadata = DeliveryMetadata {
            store_id: self.store.store_id().to_owned(),
            deliveries: Vec::new(),
        };
        let message = notification_message(text, page_url);
        // Slack: a message to a user ID goes to the user's direct messages with the app.
        let channel = ChannelId(user.to_string());
        let posted = self.slack.post_message(&channel, None, &message, &metadata);
        posted.await.map(drop)
    }

    /// Changes settings on behalf of a user. Returns the changes, or all errors.
    pub(crate) async fn change_settings(
        &self,
        key: IdempotencyKey,
        request: ChangeSettings,
        actor: &Actor,
    ) -> Result<std::result::Result<Vec<SettingChange>, Vec<SettingError>>> {
        let outcome = self.store.change_settings(key, request, actor.at).await?;
        if let Ok(changes) = &outcome
            && !changes.is_empty()
        {
            let keys: Vec<_> = changes.iter().map(|change| change.key).collect();
            let source = actor.source.as_str();
            tracing::info!(user = %actor.user, source, "Changed settings: {}", keys.join(", "));
        }
        Ok(outcome)
    }

    /// Makes the worker poll now.
    pub fn wake_worker(&self) {
        self.store.commit_notify().notify_one();
    }

    /// Returns a function that makes the worker poll now. It does not keep the store open.
    pub fn worker_waker(&self) -> impl Fn() + Send + Sync + use<> {
        let notify = Arc::clone(self.store.commit_notify());
        move || notify.notify_one()
    }
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
