//! Sends `InviteGroup` with `usergroups.*` or `conversations.members`.

use crate::domain::delivery::InviteGroup;
use crate::domain::{SlackGroup, UserId};
use crate::slack::SlackError;
use crate::slack::client::{SlackApi, SlackResult};
use crate::store::ReadyDelivery;
use crate::worker::bot_identity::bot_identity;
use crate::worker::error_help::TOO_MANY_MEMBERS;
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::RateLimitKey;

/// The largest group that is invited. A channel such as #general would invite the whole workspace.
pub(crate) const MAX_MEMBERS: usize = 200;

impl Job for InviteGroup {
    type Error = SlackError;
    const METHOD: Option<&'static str> = None;
    const TARGET: Target = Target::IncidentChannel;

    fn rate_limits(&self, _ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        let methods: &[&'static str] = match &self.group {
            SlackGroup::UserGroup(_) => &["usergroups.users.list"],
            SlackGroup::Handle(_) => &["usergroups.list"],
            SlackGroup::Channel(_) => &["conversations.members"],
            SlackGroup::ChannelName(_) => &["conversations.list", "conversations.members"],
        };
        let methods = methods.iter().copied();
        methods.map(RateLimitKey::Method).collect()
    }

    /// Lists the members without the bot. They are invited by deliveries of their own.
    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<Vec<UserId>>> {
        if job.writable_channel().is_none() || !job.incident.invites_groups() {
            return Ok(Outcome::Skipped);
        }
        let mut members = members(job.slack, &self.group).await?;
        if members.len() > MAX_MEMBERS {
            return Err(api_error(TOO_MANY_MEMBERS));
        }
        let bot = bot_identity(job.app).await?.user_id;
        members.retain(|user| *user != bot);
        Ok(Outcome::Done(members))
    }
}

async fn members(slack: &SlackApi, group: &SlackGroup) -> SlackResult<Vec<UserId>> {
    match group {
        SlackGroup::UserGroup(id) => slack.user_group_members(id).await,
        SlackGroup::Handle(handle) => slack.user_group_members_by_handle(handle).await,
        SlackGroup::Channel(id) => slack.channel_members(id).await,
        SlackGroup::ChannelName(name) => match slack.find_channel_by_name(name).await? {
            Some(channel) => slack.channel_members(&channel.id).await,
            None => Err(api_error("channel_not_found")),
        },
    }
}

fn api_error(code: &str) -> SlackError {
    SlackError::Api {
        method: "conversations.members",
        code: code.to_owned(),
        needed: None,
    }
}
