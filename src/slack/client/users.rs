//! Users, the bot's own identity and the Socket Mode URL.

use serde::Deserialize;
use serde_json::json;
use slack_morphism::prelude::*;

use super::{SlackApi, SlackResult};
use crate::domain::{AccountKind, User, UserId};

/// The bot's identity in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct BotIdentity {
    /// The ID of the bot user.
    pub user_id: UserId,
    /// The bot's ID.
    #[serde(default)]
    pub bot_id: String,
    /// The workspace's ID.
    pub team_id: String,
    /// The workspace's name.
    #[serde(default)]
    pub team: String,
    /// The bot user's name.
    #[serde(default)]
    pub user: String,
    /// The workspace's URL: `https://acme.slack.com/`.
    #[serde(default)]
    pub url: String,
}

#[derive(Deserialize)]
struct UserResponse {
    user: UserInfo,
}

#[derive(Deserialize)]
struct UserInfo {
    id: UserId,
    #[serde(default)]
    name: String,
    #[serde(default)]
    tz: Option<String>,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    is_admin: bool,
    #[serde(default)]
    is_owner: bool,
    #[serde(default)]
    is_restricted: bool,
    #[serde(default)]
    is_ultra_restricted: bool,
    #[serde(default)]
    profile: Profile,
}

#[derive(Default, Deserialize)]
struct Profile {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    real_name: String,
    /// Absent without the scope `users:read.email`.
    #[serde(default)]
    email: Option<String>,
}

impl SlackApi {
    /// Calls `auth.test`.
    pub(crate) async fn bot_identity(&self) -> SlackResult<BotIdentity> {
        self.post("auth.test", &json!({})).await
    }

    /// Fetches a user with `users.info`.
    pub(crate) async fn user_info(&self, user: &UserId) -> SlackResult<User> {
        let params = [("user", Some(user.to_string()))];
        let response: UserResponse = self.get("users.info", &params).await?;
        Ok(response.user.into())
    }

    /// Returns whether a user is an admin or owner of the workspace.
    pub(crate) async fn is_admin(&self, user: &UserId) -> SlackResult<bool> {
        let params = [("user", Some(user.to_string()))];
        let UserResponse { user } = self.get("users.info", &params).await?;
        Ok((user.is_admin || user.is_owner) && !user.deleted)
    }

    /// Returns the WebSocket URL for Socket Mode. Requires the app-level token.
    pub(crate) async fn socket_url(&self, app_token: &str) -> SlackResult<String> {
        #[derive(Deserialize)]
        struct OpenResponse {
            url: String,
        }
        let token = SlackApiToken::new(SlackApiTokenValue(app_token.to_owned()));
        let session = self.client.open_session(&token);
        let method = "apps.connections.open";
        let body = json!({});
        let call = session.http_session_api.http_post(method, &body, None);
        let open: OpenResponse = self.call_with_timeout(method, call).await?;
        Ok(open.url)
    }
}

impl From<UserInfo> for User {
    fn from(user: UserInfo) -> Self {
        let Profile {
            display_name,
            real_name,
            email,
        } = user.profile;
        let account_kind = if user.deleted {
            AccountKind::Deactivated
        } else if user.is_bot {
            AccountKind::Bot
        } else if user.is_restricted || user.is_ultra_restricted {
            AccountKind::Guest
        } else {
            AccountKind::Member
        };
        Self {
            id: user.id,
            handle: user.name.clone(),
            name: [display_name, real_name, user.name]
                .into_iter()
                .find(|name| !name.is_empty())
                .unwrap_or_default(),
            time_zone: user.tz.unwrap_or_default(),
            email: email.and_then(|email| email.parse().ok()),
            account_kind,
        }
    }
}
