//! Views: modals and the Home tab.

use serde_json::{Value, json};
use slack_morphism::prelude::*;

use super::{OkResponse, SlackApi, SlackResult};
use crate::domain::UserId;

impl SlackApi {
    /// Opens a modal. Slack: a trigger ID is valid for 3 seconds and opens one modal,
    /// docs.slack.dev/interactivity/handling-user-interaction.
    pub(crate) async fn open_view(&self, trigger: &str, form: &SlackModalView) -> SlackResult<()> {
        let body = json!({ "trigger_id": trigger, "view": SlackView::Modal(form.clone()) });
        self.post::<OkResponse>("views.open", &body).await.map(drop)
    }

    /// Updates an open modal, unless it has changed since `hash`. Slack keeps the input of fields whose
    /// block is unchanged, docs.slack.dev/reference/methods/views.update.
    pub(crate) async fn update_view(
        &self,
        view: &str,
        hash: &str,
        form: &Value,
    ) -> SlackResult<()> {
        let body = json!({ "view_id": view, "hash": hash, "view": form });
        self.post::<OkResponse>("views.update", &body)
            .await
            .map(drop)
    }

    /// Replaces an open modal by another one, unless it has changed since `hash`.
    pub(crate) async fn replace_modal(
        &self,
        view: &str,
        hash: &str,
        form: SlackModalView,
    ) -> SlackResult<()> {
        let form = json!(SlackView::Modal(form));
        self.update_view(view, hash, &form).await
    }

    /// Publishes a user's Home view. Slack: docs.slack.dev/reference/methods/views.publish.
    pub(crate) async fn publish_home(
        &self,
        user: &UserId,
        home: &SlackHomeView,
    ) -> SlackResult<()> {
        let body = json!({ "user_id": user, "view": SlackView::Home(home.clone()) });
        self.post::<OkResponse>("views.publish", &body)
            .await
            .map(drop)
    }
}
