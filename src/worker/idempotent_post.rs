//! Idempotent posts (`chat.postMessage`): an uncertain attempt is looked up before it is sent again.

use muster_commands::{ChannelId, MessageTs};

use crate::app::App;
use crate::domain::{Activity, Delivery, DeliveryOutput, TimelineEvent};
use crate::slack::blocks::header::header;
use crate::slack::blocks::{activity, welcome};
use crate::slack::client::{DeliveryMetadata, Message, PostedMessage, SlackResult};
use crate::store::{Attempt, CompletedDeliveries, QueuedDelivery, Uncertainty};
use crate::worker::announcements_channel::{CHANNEL_CLOSED_CODES, handle_closed_channel};
use crate::worker::jobs::create_channel::{MAX_CLOCK_SKEW, channel_result, writable_channel};

/// Maximum length of a message that combines several activities, in characters.
const MAX_BATCH_CHARS: usize = 3_000;

/// Maximum number of other deliveries in the metadata of a message. Slack does not document the size limit
/// of metadata.
const MAX_COALESCED: usize = 50;

/// Where a message is posted.
pub struct PostTarget<'a> {
    /// The channel.
    pub channel: &'a ChannelId,
    /// The parent message, if it is posted in a thread.
    pub thread: Option<&'a MessageTs>,
}

impl<'a> PostTarget<'a> {
    /// Returns the top level of a channel.
    pub fn top_level(channel: &'a ChannelId) -> Self {
        Self {
            channel,
            thread: None,
        }
    }
}

/// Posts a message that finishes a delivery and those coalesced with it. If an earlier attempt is uncertain,
/// the message is looked up first.
pub async fn post_idempotent(
    app: &App,
    delivery: &QueuedDelivery,
    along: &[i64],
    spot: &PostTarget<'_>,
    message: &Message,
) -> SlackResult<PostedMessage> {
    let deliveries = [&[delivery.id], along].concat();
    let mark = DeliveryMetadata {
        store_id: app.store.store_id().to_owned(),
        deliveries,
    };
    if let Uncertainty::Since(timestamp) = delivery.uncertain_since {
        let since = timestamp.plus(-MAX_CLOCK_SKEW);
        let found = app
            .slack
            .find_message(spot.channel, spot.thread, &mark, since)
            .await?;
        if let Some(posted) = found {
            return Ok(posted);
        }
    }
    let ts = app
        .slack
        .post_message(spot.channel, spot.thread, message, &mark)
        .await?;
    Ok(PostedMessage {
        ts,
        deliveries: mark.deliveries,
    })
}

/// Posts the header of the incident's channel, or edits it to show the current state.
pub async fn upsert_header(app: &App, attempt: &Attempt) -> SlackResult<CompletedDeliveries> {
    let Attempt {
        delivery, incident, ..
    } = attempt;
    let Some(channel) = writable_channel(incident) else {
        return Ok(CompletedDeliveries::with_coalesced(
            attempt,
            DeliveryOutput::Nothing,
        ));
    };
    let scale = attempt.settings.severity_scale();
    let message = header(incident, &attempt.names, &scale, attempt.next_update_at);
    let receipt = match &incident.header {
        Some(ts) => {
            let edited = app.slack.update_message(channel, ts, &message).await;
            channel_result(channel, ignore_deleted(edited))?
        }
        None => match post_idempotent(
            app,
            delivery,
            &coalesced_ids(attempt),
            &PostTarget::top_level(channel),
            &message,
        )
        .await
        {
            Ok(posted) => return Ok(CompletedDeliveries::with_message(delivery, channel, posted)),
            Err(trouble) => channel_result(channel, Err(trouble))?,
        },
    };
    Ok(CompletedDeliveries::with_coalesced(attempt, receipt))
}

/// Posts activity in the incident's channel, in one message for all queued deliveries.
pub async fn post_activity(app: &App, attempt: &Attempt) -> SlackResult<CompletedDeliveries> {
    let (lines, along) = batch_activities(attempt);
    let Some(channel) = writable_channel(&attempt.incident) else {
        let receipt = DeliveryOutput::Nothing;
        return Ok(CompletedDeliveries {
            output: receipt,
            coalesced: along,
        });
    };
    let message = match lines.as_slice() {
        [line] if matches!(line.event, TimelineEvent::Declared { .. }) => {
            welcome::welcome(line, &attempt.names, &app.config.command)
        }
        lines => activity::activity(lines, &attempt.names),
    };
    match post_idempotent(
        app,
        &attempt.delivery,
        &along,
        &PostTarget::top_level(channel),
        &message,
    )
    .await
    {
        Ok(posted) => Ok(CompletedDeliveries::from_post(
            &attempt.delivery,
            posted,
            DeliveryOutput::Nothing,
        )),
        Err(trouble) => {
            let receipt = channel_result(channel, Err(trouble))?;
            Ok(CompletedDeliveries {
                output: receipt,
                coalesced: along,
            })
        }
    }
}

/// Posts activity in the announcement's thread, in one message for all queued deliveries.
///
/// Nothing is posted without an announcement, for an incident that is not announced, or if the announcements
/// channel is unavailable.
pub async fn post_announcement_reply(
    app: &App,
    attempt: &Attempt,
) -> SlackResult<CompletedDeliveries> {
    let (lines, along) = batch_activities(attempt);
    let announced = attempt.incident.announcement.as_ref();
    let Some(card) = announced.filter(|_| attempt.incident.is_announced()) else {
        return Ok(CompletedDeliveries {
            output: DeliveryOutput::Nothing,
            coalesced: along,
        });
    };
    let spot = PostTarget {
        channel: &card.channel,
        thread: Some(&card.ts),
    };
    let message = activity::announcement_reply(&lines, &attempt.names);
    match post_idempotent(app, &attempt.delivery, &along, &spot, &message).await {
        Ok(posted) => Ok(CompletedDeliveries::from_post(
            &attempt.delivery,
            posted,
            DeliveryOutput::Nothing,
        )),
        Err(trouble)
            if trouble.has_code(&CHANNEL_CLOSED_CODES)
                || trouble.has_code(&["thread_not_found"]) =>
        {
            handle_closed_channel(app, &card.channel, &trouble);
            let receipt = DeliveryOutput::Nothing;
            Ok(CompletedDeliveries {
                output: receipt,
                coalesced: along,
            })
        }
        Err(trouble) => Err(trouble),
    }
}

/// Ignores errors for a message that a user deleted. It is not posted again.
pub fn ignore_deleted(answer: SlackResult<()>) -> SlackResult<()> {
    match answer {
        Err(trouble) if trouble.has_code(&["message_not_found", "cant_update_message"]) => {
            tracing::info!("A message of the bot was deleted: {trouble}");
            Ok(())
        }
        other => other,
    }
}

/// Returns the coalesced deliveries that a message with the current state finishes. Those beyond the limit
/// of the metadata are finished by one later edit.
pub fn coalesced_ids(attempt: &Attempt) -> Vec<i64> {
    let along = attempt.coalesced.iter().map(|delivery| delivery.id);
    along.take(MAX_COALESCED).collect()
}

/// Returns the activities for one message: that of the delivery, and as many of the queued ones as fit.
fn batch_activities(attempt: &Attempt) -> (Vec<Activity>, Vec<i64>) {
    let mut lines: Vec<Activity> = activity_of(&attempt.delivery).into_iter().collect();
    let mut along = Vec::new();
    for delivery in &attempt.coalesced {
        let Some(line) = activity_of(delivery) else {
            continue;
        };
        lines.push(line);
        if activity::activity(&lines, &attempt.names)
            .text
            .chars()
            .count()
            > MAX_BATCH_CHARS
        {
            lines.pop();
            break;
        }
        along.push(delivery.id);
    }
    (lines, along)
}

fn activity_of(delivery: &QueuedDelivery) -> Option<Activity> {
    match &delivery.payload {
        Delivery::PostActivity { activity } | Delivery::PostAnnouncementReply { activity } => {
            Some(activity.clone())
        }
        _ => None,
    }
}

impl CompletedDeliveries {
    /// The delivery finishes alone.
    pub(crate) fn single(receipt: DeliveryOutput) -> Self {
        Self {
            output: receipt,
            coalesced: Vec::new(),
        }
    }

    /// A state delivery finishes all coalesced deliveries.
    pub(crate) fn with_coalesced(attempt: &Attempt, receipt: DeliveryOutput) -> Self {
        Self {
            output: receipt,
            coalesced: attempt
                .coalesced
                .iter()
                .map(|delivery| delivery.id)
                .collect(),
        }
    }

    /// A message with the current state exists. If it was found by a lookup, it shows an older state, so
    /// that only the deliveries in its metadata finish, and none that was enqueued later.
    pub(crate) fn with_message(
        delivery: &QueuedDelivery,
        channel: &ChannelId,
        posted: PostedMessage,
    ) -> Self {
        let receipt = DeliveryOutput::MessagePosted {
            channel: channel.clone(),
            ts: posted.ts.clone(),
        };
        Self::from_post(delivery, posted, receipt)
    }

    /// A posted message finishes the deliveries in its metadata.
    pub(crate) fn from_post(
        delivery: &QueuedDelivery,
        posted: PostedMessage,
        receipt: DeliveryOutput,
    ) -> Self {
        Self {
            output: receipt,
            coalesced: posted
                .deliveries
                .into_iter()
                .filter(|id| *id != delivery.id)
                .collect(),
        }
    }
}
