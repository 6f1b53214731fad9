//! The app's Home tab, and the check of its address.

use serde_json::{Value, json};

use super::super::Sandbox;
use super::super::answers::Seen;
use super::super::requests::{Request, RequestKind};

impl Sandbox {
    /// Opens the app's Home tab.
    pub async fn opens_home(&self, who: &str) -> Seen {
        self.does(who, |workspace, who| {
            if !workspace.app.home_tab {
                return Err(format!("{} has no Home tab.", workspace.app.name));
            }
            let bot = workspace.app.bot_user.clone();
            let channel = workspace.open_im(who, &bot);
            let mut event = json!({
                "type": "app_home_opened", "user": who, "channel": channel, "tab": "home",
            });
            if let Some(view) = workspace.home_of(who) {
                event["view"] = workspace.view_json(view);
            }
            workspace.event("app_home_opened", event);
            Ok(None)
        })
        .await
    }

    /// Checks the address for events, as Slack does when it is entered: it must give back the challenge.
    pub async fn verifies_address(&self) -> bool {
        let challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";
        let request = Request {
            kind: RequestKind::Event,
            payload: json!({
                "token": "verification-token", "challenge": challenge, "type": "url_verification",
            }),
            who: None,
        };
        let answer = self.shared.deliver(&request, None).await;
        let as_json: Option<Value> = serde_json::from_str(&answer.body).ok();
        let given = as_json.as_ref().and_then(|body| body["challenge"].as_str());
        let given = given.unwrap_or_else(|| answer.body.trim_start_matches("challenge="));
        answer.is_good() && given == challenge
    }
}
