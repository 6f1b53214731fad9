//! The running bot: store, Slack client, clock, configuration and health state.

mod ignore_alerts;
mod state;

use std::sync::Arc;

use tokio_util::task::TaskTracker;

pub use state::{AnnouncementsChannel, AppState, SlackState, SocketMode};

use crate::clock::Clock;
use crate::config::MailConfig;
use crate::confluence::ConfluenceClient;
use crate::domain::notification::NotificationText;
use crate::domain::{Actor, ChangeSettings, ChannelId, SettingChange, SettingError, User, UserId};
use crate::error::Result;
use crate::mail::Mailer;
use crate::notebooks::NotebookClient;
use crate::openid::OpenId;
use crate::slack::blocks::notification::notification_message;
use crate::slack::client::{DeliveryMetadata, SlackApi, SlackResult};
use crate::slack::users::admin_rights;
use crate::slack::users::user_cache;
use crate::slack::users::user_lookups::UserLookups;
use crate::sns::SnsClient;
use crate::store::{IdempotencyKey, Store};
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
    /// The client of AWS SNS.
    pub sns: Arc<SnsClient>,
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
            sns: Arc::default(),
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

    /// Replaces the client of AWS SNS.
    #[must_use]
    pub fn with_sns(self, client: SnsClient) -> Self {
        Self {
            sns: Arc::new(client),
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
            tracing::info!(
                user = actor.user.as_ref().map(UserId::as_str),
                source,
                "Changed settings: {}",
                keys.join(", ")
            );
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
