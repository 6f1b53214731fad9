//! Calls about the workspace: who we are, who people are, opening forms and the socket.

use muster_commands::PersonId;
use serde::Deserialize;
use serde_json::{Value, json};
use slack_morphism::prelude::*;

use super::{Answer, SlackApi, Yes};
use crate::domain::{Person, PersonStanding};

/// Who we are in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// Our bot user.
    pub user_id: PersonId,
    /// Our bot.
    #[serde(default)]
    pub bot_id: String,
    /// The workspace.
    pub team_id: String,
    /// What the workspace is called.
    #[serde(default)]
    pub team: String,
    /// What our bot user is called.
    #[serde(default)]
    pub user: String,
    /// Where the workspace is: `https://acme.slack.com/`.
    #[serde(default)]
    pub url: String,
}

#[derive(Deserialize)]
struct Found {
    user: User,
}

#[derive(Deserialize)]
struct User {
    id: PersonId,
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
}

impl SlackApi {
    /// Asks Slack who we are.
    ///
    /// # Errors
    /// `invalid_auth`, `account_inactive`, `token_revoked` when the token is no good.
    pub async fn identity(&self) -> Answer<Identity> {
        self.post("auth.test", &json!({})).await
    }

    /// Opens a form. Slack: a trigger lives 3 seconds and opens one form,
    /// docs.slack.dev/interactivity/handling-user-interaction.
    ///
    /// # Errors
    /// `expired_trigger_id` when it was too late.
    pub async fn open_form(&self, trigger: &str, form: &SlackModalView) -> Answer<()> {
        let body = json!({ "trigger_id": trigger, "view": SlackView::Modal(form.clone()) });
        self.post::<Yes>("views.open", &body).await.map(drop)
    }

    /// Shows a form anew that is open, if nobody did meanwhile. Slack keeps what was typed where the field
    /// stays, docs.slack.dev/reference/methods/views.update.
    ///
    /// # Errors
    /// `hash_conflict` when it was shown anew meanwhile, `not_found` when it is closed.
    pub async fn update_form(&self, view: &str, hash: &str, form: &Value) -> Answer<()> {
        let body = json!({ "view_id": view, "hash": hash, "view": form });
        self.post::<Yes>("views.update", &body).await.map(drop)
    }

    /// Publishes somebody's Home of the app. Slack: docs.slack.dev/reference/methods/views.publish.
    ///
    /// # Errors
    /// `not_enabled` when the app has no Home tab.
    pub async fn publish_home(&self, person: &PersonId, home: &SlackHomeView) -> Answer<()> {
        let body = json!({ "user_id": person, "view": SlackView::Home(home.clone()) });
        self.post::<Yes>("views.publish", &body).await.map(drop)
    }

    /// Asks Slack who somebody is.
    ///
    /// # Errors
    /// `user_not_found`, `user_not_visible`.
    pub async fn person(&self, person: &PersonId) -> Answer<Person> {
        let params = [("user", Some(person.to_string()))];
        let found: Found = self.get("users.info", &params).await?;
        Ok(found.user.into())
    }

    /// Asks Slack whether somebody looks after the workspace: an admin or an owner of it.
    ///
    /// # Errors
    /// `user_not_found`, `user_not_visible`.
    pub async fn is_admin(&self, person: &PersonId) -> Answer<bool> {
        let params = [("user", Some(person.to_string()))];
        let Found { user } = self.get("users.info", &params).await?;
        Ok((user.is_admin || user.is_owner) && !user.deleted)
    }

    /// Asks Slack where to connect for Socket Mode, with the app's own token.
    ///
    /// # Errors
    /// `invalid_auth`, `not_allowed_token_type` when that token is no good.
    pub async fn socket_url(&self, app_token: &str) -> Answer<String> {
        #[derive(Deserialize)]
        struct Open {
            url: String,
        }
        let token = SlackApiToken::new(SlackApiTokenValue(app_token.to_owned()));
        let session = self.client.open_session(&token);
        let method = "apps.connections.open";
        let body = json!({});
        let call = session.http_session_api.http_post(method, &body, None);
        let open: Open = self.timed(method, call).await?;
        Ok(open.url)
    }
}

impl From<User> for Person {
    fn from(user: User) -> Self {
        let Profile {
            display_name,
            real_name,
        } = user.profile;
        let standing = if user.deleted {
            PersonStanding::Deactivated
        } else if user.is_bot {
            PersonStanding::Bot
        } else if user.is_restricted || user.is_ultra_restricted {
            PersonStanding::Guest
        } else {
            PersonStanding::Member
        };
        Self {
            id: user.id,
            handle: user.name.clone(),
            name: [display_name, real_name, user.name]
                .into_iter()
                .find(|name| !name.is_empty())
                .unwrap_or_default(),
            time_zone: user.tz.unwrap_or_default(),
            standing,
        }
    }
}
