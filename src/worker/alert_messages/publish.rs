//! One attempt to publish a message about alerts.

use crate::app::App;
use crate::domain::{ChannelId, MessageTs, Timestamp};
use crate::error::Result;
use crate::slack::blocks::alerts::{group::group_message, storm::storm_message};
use crate::slack::blocks::text_message;
use crate::slack::client::{ChannelInfo, DeliveryMetadata, Message, SlackResult};
use crate::slack::{SlackError, slack_health};
use crate::store::{AlertMessage, AlertMessageSubject, PostedAlertMessage};
use crate::worker::announcements_channel::{CHANNEL_CLOSED_CODES, find_announcements_channel};
use crate::worker::error_help::error_help;
use crate::worker::idempotent_post::{MAX_CLOCK_SKEW, ignore_deleted};
use crate::worker::poll::JobResult;
use crate::worker::rate_limits::{RateLimitKey, limited_key};
use crate::worker::retry::{RetryDecision, decide_slack_retry};

/// Makes one attempt to publish a message, and records its result.
pub(super) async fn publish(app: &App, id: i64, keys: &[RateLimitKey]) -> JobResult {
    let result = attempt(app, id, keys).await;
    if let Err(error) = &result {
        tracing::error!(
            "The result of publishing a message about alerts could not be stored: {error}"
        );
    }
    JobResult {
        is_stored: result.is_ok(),
        limited: result.ok().flatten(),
    }
}

async fn attempt(
    app: &App,
    id: i64,
    keys: &[RateLimitKey],
) -> Result<Option<(RateLimitKey, Timestamp)>> {
    let started = app.store.start_alert_message(id, app.clock.now()).await?;
    let Some(message) = started else {
        return Ok(None);
    };
    let Some(content) = content(app, &message).await? else {
        return finish(app, &message, None).await;
    };
    let responses_before = app.slack.response_count();
    let result = send(app, &message, &content).await;
    let error = result.as_ref().err();
    if error.is_some() || app.slack.response_count() > responses_before {
        slack_health::record_call_result(app, error);
    }
    match result {
        Ok(posted) => {
            count_attempt("done");
            finish(app, &message, posted).await
        }
        Err(error) => handle_failure(app, &message, &error, keys).await,
    }
}

/// The content of a message, and the thread that it is posted in.
struct Content {
    message: Message,
    thread: Option<(ChannelId, MessageTs)>,
}

/// Returns the current content of a message; `None` if it is a reply and its card was not posted.
async fn content(app: &App, message: &AlertMessage) -> Result<Option<Content>> {
    let (store, now) = (&app.store, app.clock.now());
    let (message, thread) = match &message.subject {
        AlertMessageSubject::Group(group) => (
            group_message(&store.group_message(*group, now).await?),
            None,
        ),
        AlertMessageSubject::Storm(storm) => (
            storm_message(&store.storm_message(*storm).await?, &app.config),
            None,
        ),
        AlertMessageSubject::Reply { group, text } => {
            let Some(posted) = store.posted_group_message(*group).await? else {
                return Ok(None);
            };
            let text = crate::domain::text::text(text.as_str());
            (text_message(vec![text]), Some(posted))
        }
    };
    Ok(Some(Content { message, thread }))
}

/// Edits a message that was posted, or posts it. Returns where it was posted; `None` if it was edited, or if the
/// operator named no channel.
async fn send(
    app: &App,
    message: &AlertMessage,
    content: &Content,
) -> SlackResult<Option<(ChannelId, MessageTs)>> {
    if let Some((channel, ts)) = &message.posted {
        let edited = app
            .slack
            .update_message(channel, ts, &content.message)
            .await;
        return match ignore_deleted(edited) {
            Err(error) if error.has_code(&CHANNEL_CLOSED_CODES) => {
                tracing::info!("A card of alerts can no longer be changed: {error}");
                Ok(None)
            }
            result => result.map(|()| None),
        };
    }
    let channel = match &content.thread {
        Some((channel, _)) => Some(channel.clone()),
        None => find_channel(app, message).await?,
    };
    let Some(channel) = channel else {
        return Ok(None);
    };
    let thread = content.thread.as_ref().map(|(_, ts)| ts);
    let metadata = DeliveryMetadata {
        store_id: app.store.store_id().to_owned(),
        // The IDs of deliveries are positive.
        deliveries: vec![-message.id],
    };
    if let Some(since) = message.uncertain_since {
        let since = since.plus(-MAX_CLOCK_SKEW);
        let slack = &app.slack;
        let lookup = slack.find_message(&channel, thread, &metadata, since);
        if let Some(posted) = lookup.await? {
            return Ok(Some((channel, posted.ts)));
        }
    }
    let slack = &app.slack;
    let posted = slack.post_message(&channel, thread, &content.message, &metadata);
    let ts = posted.await?;
    Ok(Some((channel, ts)))
}

/// Returns the channel of a card: the one that the rule names, or the announcements channel; `None` if the operator
/// named none. The bot joins it.
async fn find_channel(app: &App, message: &AlertMessage) -> SlackResult<Option<ChannelId>> {
    let Some(name) = &message.channel_name else {
        return find_announcements_channel(app).await;
    };
    let name = name.trim_start_matches('#');
    let named = match is_channel_id(name) {
        true => app
            .slack
            .channel_info(&ChannelId::from(name))
            .await
            .map(Some),
        false => app.slack.find_channel_by_name(name).await,
    };
    let not_found = || SlackError::Api {
        method: "conversations.info",
        code: "channel_not_found".to_owned(),
        needed: None,
    };
    let channel: ChannelInfo = named?.ok_or_else(not_found)?;
    if !channel.is_member {
        app.slack.join_channel(&channel.id).await?;
    }
    Ok(Some(channel.id))
}

fn is_channel_id(name: &str) -> bool {
    let is_id = |sign: char| sign.is_ascii_uppercase() || sign.is_ascii_digit();
    name.len() > 8 && name.starts_with(['C', 'G']) && name.chars().all(is_id)
}

async fn finish(
    app: &App,
    message: &AlertMessage,
    posted: Option<(ChannelId, MessageTs)>,
) -> Result<Option<(RateLimitKey, Timestamp)>> {
    let posted = PostedAlertMessage {
        id: message.id,
        revision: message.revision,
        posted,
        at: app.clock.now(),
    };
    app.store.record_alert_message(posted).await?;
    Ok(None)
}

/// Reschedules a message after an error. One that Slack rejects is published again when its content changes.
async fn handle_failure(
    app: &App,
    message: &AlertMessage,
    error: &SlackError,
    keys: &[RateLimitKey],
) -> Result<Option<(RateLimitKey, Timestamp)>> {
    let now = app.clock.now();
    let (due, uncertain_since) = match decide_slack_retry(error, message, now) {
        RetryDecision::Retry(due, uncertain_since) => {
            count_attempt("retried");
            (Some(due), uncertain_since)
        }
        RetryDecision::Fail(_) => {
            count_attempt("failed");
            let channel = message.channel_name.as_deref().unwrap_or("announcements");
            let help = error_help(error);
            tracing::warn!(
                "A card of alerts couldn't be posted in the channel {channel}: {error}. {help}"
            );
            (None, None)
        }
    };
    app.store
        .reschedule_alert_message(message.id, due, uncertain_since, error.to_string())
        .await?;
    let is_limited = matches!(error, SlackError::RateLimited { .. });
    let key = is_limited.then(|| limited_key(error.method(), keys));
    Ok(key.zip(due))
}

fn count_attempt(outcome: &'static str) {
    metrics::counter!("muster_deliveries_total", "kind" => "alert_message", "outcome" => outcome)
        .increment(1);
}
