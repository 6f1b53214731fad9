//! Sends `PostActivity` with `chat.postMessage`: one message for all queued activities that fit.

use crate::domain::delivery::PostActivity;
use crate::domain::{Activity, ActivityPost, ChannelId, PostedState, TimelineEvent};
use crate::slack::SlackError;
use crate::slack::blocks::activity;
use crate::slack::blocks::alerts::incident_buttons::with_alert_buttons;
use crate::slack::blocks::channel::welcome;
use crate::slack::blocks::postmortem::with_postmortem_button;
use crate::slack::client::{Message, PostedMessage, SlackResult};
use crate::store::ReadyDelivery;
use crate::worker::idempotent_post::{
    PostTarget, batch_activities, delivery_metadata, find_posted, post_idempotent,
};
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

impl Job for PostActivity {
    type Error = SlackError;
    const METHOD: Option<&'static str> = Some("chat.postMessage");
    const TARGET: Target = Target::IncidentChannel;

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        post_keys(ready, "conversations.history", ready.channel.as_ref())
    }

    async fn send(&self, job: &JobContext<'_>) -> SlackResult<Outcome<Option<ActivityPost>>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        let target = PostTarget::top_level(channel);
        let Some(first) = current_activity(job, job.attempt.delivery.id, &self.activity) else {
            // An attempt whose outcome is unknown may have posted it.
            let posted = find_posted(job, &target, &delivery_metadata(job, &[])).await?;
            return Ok(match posted {
                Some(posted) => done(channel, posted),
                None => Outcome::DoneWith(None, Vec::new()),
            });
        };
        let (activities, coalesced) = batch_activities(job, first, |id, queued: &Self| {
            current_activity(job, id, &queued.activity)
        });
        let message = message(job, &activities);
        let posted = post_idempotent(job, &coalesced, &target, &message).await?;
        Ok(done(channel, posted))
    }
}

fn message(job: &JobContext<'_>, activities: &[Activity]) -> Message {
    let names = &job.attempt.names;
    match activities {
        [activity] if matches!(activity.event, TimelineEvent::Declared { .. }) => {
            welcome::welcome(activity, names, &job.app.config.command)
        }
        activities => {
            let message = activity::activity(activities, names);
            let message = with_alert_buttons(message, activities, job.incident);
            with_postmortem_button(message, activities, job.incident, &job.app.config)
        }
    }
}

fn done(channel: &ChannelId, posted: PostedMessage) -> Outcome<Option<ActivityPost>> {
    let post = ActivityPost {
        channel: channel.clone(),
        ts: posted.ts,
        deliveries: posted.deliveries.clone(),
    };
    Outcome::DoneWith(Some(post), posted.deliveries)
}

/// Returns the activity of a delivery with the present text of its entry; `None` if the entry was removed since.
fn current_activity(job: &JobContext<'_>, delivery: i64, activity: &Activity) -> Option<Activity> {
    let mut entries = job.attempt.unposted_entries.iter();
    let entry = entries.find(|(id, _)| *id == delivery);
    let Some((_, posted)) = entry else {
        return Some(activity.clone());
    };
    match posted.state {
        PostedState::Original => Some(activity.clone()),
        PostedState::Edited => Some(posted.activity()),
        PostedState::Removed(_) => None,
    }
}
