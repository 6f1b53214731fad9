//! User actions. Each action sends the requests of Slack, waits for the response and returns the
//! result for the user.
//!
//! Users are named by handle or ID, channels by name or ID. An action that Slack's client does
//! not offer (posting in a channel without being a member, clicking a button that does not exist)
//! returns an error and sends nothing.

mod block_actions;
mod channels;
pub(crate) mod element_ref;
mod home;
pub(crate) mod input_values;
mod messages;
mod modals;
mod options;
pub(crate) mod select_options;
mod shortcuts;
mod slash_commands;

use crate::Sandbox;
use crate::app_requests::Request;
use crate::app_requests::response_effects::ActionResult;
use crate::ids::{ChannelId, UserId};
use crate::workspace::Workspace;
use crate::workspace::channels::Channel;
use crate::workspace::users::AccountKind;

/// The request of a user action, or a sentence that explains why the action is rejected.
type RequestResult = Result<Request, String>;

impl Sandbox {
    /// Sends the request of a user action.
    async fn send_action(
        &self,
        who: &str,
        make: impl FnOnce(&mut Workspace, &UserId) -> RequestResult,
    ) -> ActionResult {
        let made = self.shared.change(|workspace| {
            let who = workspace.active_user(who)?;
            make(workspace, &who)
        });
        match made {
            Ok(request) => self.shared.send_and_apply(&request, None).await,
            Err(sentence) => ActionResult::rejected(sentence),
        }
    }

    /// Performs an action that the app learns of only by events, and sends the events. The
    /// closure returns the `ts` of a new message.
    pub(crate) async fn perform_action(
        &self,
        who: &str,
        action: impl FnOnce(&mut Workspace, &UserId) -> Result<Option<String>, String>,
    ) -> ActionResult {
        let done = self.shared.change(|workspace| {
            let who = workspace.active_user(who)?;
            let ts = action(workspace, &who)?;
            Ok::<_, String>((who, ts, workspace.take_events()))
        });
        let (who, ts, events) = match done {
            Ok(done) => done,
            Err(sentence) => return ActionResult::rejected(sentence),
        };
        let mut result = ActionResult {
            ts,
            ..ActionResult::default()
        };
        for (n, event) in events.into_iter().enumerate() {
            let response = self.shared.send_event(event).await;
            // Keeps the status of the first event that failed, because tests check it.
            if n == 0
                || result
                    .status
                    .is_some_and(|status| (200..300).contains(&status))
            {
                result.status = response.status;
            }
        }
        result.view = self.top_modal(&who);
        result
    }
}

impl Workspace {
    /// Returns the acting user. A deactivated account is rejected.
    fn active_user(&self, who: &str) -> Result<UserId, String> {
        let user = self
            .find_user(who)
            .ok_or_else(|| format!("There is no user called {who}."))?;
        if user.kind == AccountKind::Deactivated {
            return Err(format!("The account of {} is deactivated.", user.name));
        }
        Ok(user.id.clone())
    }

    /// Returns a channel that the user can see.
    fn visible_channel(&self, who: &UserId, channel: &str) -> Result<&Channel, String> {
        let nowhere = || format!("There is no channel called {channel}.");
        let channel = self.find_channel(channel).ok_or_else(nowhere)?;
        let is_guest = self
            .users
            .get(who)
            .is_some_and(|user| user.kind == AccountKind::Guest);
        if !channel.has_member(who) && (is_guest || !channel.is_visible_to(who)) {
            return Err(nowhere());
        }
        Ok(channel)
    }

    /// Returns a channel that the user may post in.
    pub(crate) fn writable_channel(
        &self,
        who: &UserId,
        channel: &str,
    ) -> Result<ChannelId, String> {
        let channel = self.visible_channel(who, channel)?;
        if channel.is_archived {
            return Err(format!("#{} is archived.", channel.name));
        }
        if !channel.has_member(who) {
            return Err(format!("You are not in #{}. Join it first.", channel.name));
        }
        Ok(channel.id.clone())
    }
}
