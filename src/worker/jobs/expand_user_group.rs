//! Sends `ExpandUserGroup` with `usergroups.*`.

use crate::domain::delivery::ExpandUserGroup;
use crate::domain::delivery::expand_user_group::ExpandedGroup;
use crate::domain::notification::{
    Destination, NotificationTarget, Recipient, TargetOutcome, TargetState,
};
use crate::domain::{SlackGroup, UserId};
use crate::slack::client::{SlackApi, SlackResult};
use crate::store::ReadyDelivery;
use crate::worker::bot_identity::bot_identity;
use crate::worker::job::{Job, JobContext, Outcome};
use crate::worker::job_error::{JobError, JobResult};
use crate::worker::notification_mail::destination::{prefer_mail, remove_repeated};
use crate::worker::rate_limits::RateLimitKey;

impl Job for ExpandUserGroup {
    type Error = JobError;
    const METHOD: Option<&'static str> = None;

    fn rate_limits(&self, _ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        let method = match &self.group {
            SlackGroup::Handle(_) => "usergroups.list",
            SlackGroup::UserGroup(_) | SlackGroup::Channel(_) | SlackGroup::ChannelName(_) => {
                "usergroups.users.list"
            }
        };
        vec![RateLimitKey::Method(method)]
    }

    async fn send(&self, job: &JobContext<'_>) -> JobResult<Outcome<ExpandedGroup>> {
        let Some(sent) = &job.attempt.notification else {
            return Ok(Outcome::Skipped);
        };
        let bot = bot_identity(job.app).await?.user_id;
        let now = job.app.clock.now();
        let last = sent.targets.last().map_or(0, |target| target.position);
        let is_new = |user: &UserId| sent.targets.iter().all(|it| it.user.as_ref() != Some(user));
        let members = members(job.slack, &self.group).await?;
        let members = members
            .into_iter()
            .filter(|user| *user != bot && is_new(user));
        let mut targets: Vec<_> = (last + 1..)
            .zip(members)
            .map(|(position, user)| NotificationTarget {
                position,
                recipient: Recipient::Group(self.group.clone()),
                destination: Destination::DirectMessage(user.clone()),
                user: Some(user),
                outcome: TargetOutcome::new(TargetState::Waiting, now),
            })
            .collect();
        prefer_mail(job, &mut targets).await;
        remove_repeated(&mut targets, &sent.targets);
        Ok(Outcome::Done(ExpandedGroup {
            members: targets,
            author: sent.notification.author.clone(),
        }))
    }
}

async fn members(slack: &SlackApi, group: &SlackGroup) -> SlackResult<Vec<UserId>> {
    match group {
        SlackGroup::UserGroup(id) => slack.user_group_members(id).await,
        SlackGroup::Handle(handle) => slack.user_group_members_by_handle(handle).await,
        // A channel is a target itself.
        SlackGroup::Channel(_) | SlackGroup::ChannelName(_) => Ok(Vec::new()),
    }
}
