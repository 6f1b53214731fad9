//! The tabs of the app: Home and Messages; and the check of its address.

use serde_json::{Value, json};

use super::super::Sandbox;
use super::super::answers::Seen;
use super::super::ids::PersonId;
use super::super::requests::{Request, RequestKind};
use super::super::workspace::Workspace;

impl Sandbox {
    /// Opens the app's Home tab.
    pub async fn opens_home(&self, who: &str) -> Seen {
        self.does(who, |workspace, who| {
            if !workspace.app.home_tab {
                return Err(format!("{} has no Home tab.", workspace.app.name));
            }
            workspace.opens_app(who, "home");
            Ok(None)
        })
        .await
    }

    /// Opens the app's Messages tab: the direct message with its bot.
    pub async fn opens_app_messages(&self, who: &str) -> Seen {
        self.does(who, |workspace, who| {
            if !workspace.app.messages_tab {
                return Err(format!("{} has no Messages tab.", workspace.app.name));
            }
            workspace.opens_app(who, "messages");
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

impl Workspace {
    /// Notes that somebody looks at a tab of the app.
    fn opens_app(&mut self, who: &PersonId, tab: &str) {
        let bot = self.app.bot_user.clone();
        let channel = self.open_im(who, &bot);
        let mut event = json!({
            "type": "app_home_opened", "user": who, "channel": channel, "tab": tab,
        });
        if let Some(view) = self.home_of(who) {
            event["view"] = self.view_json(view);
        }
        self.event("app_home_opened", event);
    }
}
