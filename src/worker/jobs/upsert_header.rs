//! Sends `UpsertHeader` with `chat.postMessage`, later with `chat.update`.

use crate::domain::delivery::UpsertHeader;
use crate::domain::{ChannelId, MessageTs};
use crate::slack::SlackError;
use crate::slack::blocks::header::{HeaderContext, header};
use crate::slack::blocks::open_page::with_page_button;
use crate::slack::blocks::postmortem::postmortem_url;
use crate::slack::client::SlackResult;
use crate::store::{MessageState, ReadyDelivery};
use crate::worker::idempotent_post::{PostTarget, ignore_deleted, limited_ids, post_idempotent};
use crate::worker::job::{Job, JobContext, Outcome, Target};
use crate::worker::rate_limits::{RateLimitKey, post_keys};

impl Job for UpsertHeader {
    type Error = SlackError;
    const METHOD: Option<&'static str> = None;
    const TARGET: Target = Target::IncidentChannel;

    fn rate_limits(&self, ready: &ReadyDelivery) -> Vec<RateLimitKey> {
        match ready.header {
            MessageState::Posted => vec![RateLimitKey::Method("chat.update")],
            MessageState::Missing => {
                post_keys(ready, "conversations.history", ready.channel.as_ref())
            }
        }
    }

    async fn send(
        &self,
        job: &JobContext<'_>,
    ) -> SlackResult<Outcome<Option<(ChannelId, MessageTs)>>> {
        let Some(channel) = job.writable_channel() else {
            return Ok(Outcome::Skipped);
        };
        let (incident, names) = (job.incident, &job.attempt.names);
        let scale = job.severity_scale();
        let postmortem_url = postmortem_url(incident, &job.app.config);
        let settings = &job.attempt.settings;
        let context = HeaderContext {
            incident_type: settings.distinctive_type_name(incident.incident_type),
            next_update: job.attempt.next_update_at,
            alerts: job.attempt.alert_counts,
            first_message: job.attempt.first_message.as_deref(),
            postmortem_url: postmortem_url.as_deref(),
        };
        let message = header(incident, names, &scale, context);
        let message = with_page_button(message, incident.id, &job.app.config);
        if let Some(ts) = &incident.header {
            ignore_deleted(job.slack.update_message(channel, ts, &message).await)?;
            return Ok(Outcome::Done(None));
        }
        let target = PostTarget::top_level(channel);
        let posted = post_idempotent(job, &limited_ids(job), &target, &message).await?;
        let header = Some((channel.clone(), posted.ts));
        Ok(Outcome::DoneWith(header, posted.deliveries))
    }
}
