//! Opening the app's Home and Messages tabs, and verifying its request URL.

use serde_json::{Value, json};

use crate::Sandbox;
use crate::app_requests::response_effects::ActionResult;
use crate::app_requests::{Request, RequestKind};
use crate::ids::UserId;
use crate::workspace::Workspace;

impl Sandbox {
    /// Opens the app's Home tab.
    pub async fn opens_home(&self, who: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            if !workspace.app.home_tab {
                return Err(format!("{} has no Home tab.", workspace.app.name));
            }
            workspace.push_app_home_opened(who, "home");
            Ok(None)
        })
        .await
    }

    /// Opens the app's Messages tab: the direct message with its bot.
    pub async fn opens_messages_tab(&self, who: &str) -> ActionResult {
        self.perform_action(who, |workspace, who| {
            if !workspace.app.messages_tab {
                return Err(format!("{} has no Messages tab.", workspace.app.name));
            }
            workspace.push_app_home_opened(who, "messages");
            Ok(None)
        })
        .await
    }

    /// Verifies the request URL for events, as Slack does when it is configured. The app must
    /// return the challenge.
    pub async fn verify_request_url(&self) -> bool {
        let challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";
        let request = Request {
            kind: RequestKind::Event,
            payload: json!({
                "token": "verification-token", "challenge": challenge, "type": "url_verification",
            }),
            who: None,
        };
        let response = self.shared.deliver(&request, None).await;
        let as_json: Option<Value> = serde_json::from_str(&response.body).ok();
        let value = as_json.as_ref().and_then(|body| body["challenge"].as_str());
        let value = value.unwrap_or_else(|| response.body.trim_start_matches("challenge="));
        response.is_success() && value == challenge
    }
}

impl Workspace {
    /// Queues `app_home_opened`.
    fn push_app_home_opened(&mut self, who: &UserId, tab: &str) {
        let bot = self.app.bot_user.clone();
        let channel = self.open_im(who, &bot);
        let mut event = json!({
            "type": "app_home_opened", "user": who, "channel": channel, "tab": tab,
        });
        if let Some(view) = self.home_view(who) {
            event["view"] = self.view_json(view);
        }
        self.push_event("app_home_opened", event);
    }
}
