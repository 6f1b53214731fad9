//! Takes in the messages of SNS: notifications, and requests to confirm a subscription.

use axum::http::HeaderMap;

use crate::alerts::read_body::ReadBody;
use crate::alerts::receive::Intake;
use crate::alerts::reply::Reply;
use crate::domain::alert::{AlertBatch, AlertError, SnsMessage, read_mapped, read_sns_message};
use crate::error::Error;
use crate::sns::{SnsEnvelope, SnsError, SnsType};
use crate::store::{BodyOutcome, SnsConfirmation};

/// Takes in a request.
pub(super) async fn run(intake: Intake) -> Result<Reply, Error> {
    if header(&intake.headers, "x-amz-sns-rawdelivery") == Some("true") {
        return record_raw(intake).await;
    }
    let verified = verify(&intake).await;
    let (envelope, message_type) = match verified {
        Ok(verified) => verified,
        Err(SnsError::Rejected(reason)) => return intake.reject(&reason).await,
        Err(SnsError::Unreachable(reason)) => return postpone(intake, reason).await,
    };
    match message_type {
        SnsType::Notification => {
            let read = SnsMessage::try_from(intake.body.content.as_slice());
            record_message(intake, read, Some(envelope.message_id)).await
        }
        SnsType::SubscriptionConfirmation => confirm(intake, envelope).await,
        SnsType::UnsubscribeConfirmation => {
            let sentence = format!("The subscription of {} ended.", envelope.topic_arn);
            accept(intake, sentence).await
        }
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Returns the message if SNS signed it. Its type is also in a header, which is not signed and not read.
async fn verify(intake: &Intake) -> Result<(SnsEnvelope, SnsType), SnsError> {
    let envelope = SnsEnvelope::parse(&intake.body.content)?;
    let message_type = envelope.message_type()?;
    intake.app.sns.verify(&envelope, intake.now).await?;
    Ok((envelope, message_type))
}

/// Stores the alerts of a message that was delivered without an envelope and a signature.
async fn record_raw(intake: Intake) -> Result<Reply, Error> {
    if !intake.source.accepts_raw_delivery {
        let reason = "The message was delivered raw, without a signature. Switch off raw message delivery in the \
                      subscription, or add a source that accepts it.";
        return intake.reject(reason).await;
    }
    let text = |name: &str| header(&intake.headers, name).unwrap_or_default().to_owned();
    let message_id = Some(text("x-amz-sns-message-id")).filter(|id| !id.is_empty());
    let message = SnsMessage {
        topic: text("x-amz-sns-topic-arn"),
        subject: String::new(),
        message: String::from_utf8_lossy(&intake.body.content).into_owned(),
    };
    record_message(intake, Ok(message), message_id).await
}

async fn record_message(
    intake: Intake,
    message: Result<SnsMessage, AlertError>,
    message_id: Option<String>,
) -> Result<Reply, Error> {
    let batch = message.and_then(|message| read_message(&intake, &message));
    match batch {
        Ok(batch) => {
            let read = ReadBody {
                delivery_id: message_id,
                ..ReadBody::from(batch)
            };
            intake.record(read).await
        }
        Err(error) => intake.reject(&error.0).await,
    }
}

/// Reads a message: by the mapping of the source if it has one and the message fits it, otherwise by its shape.
fn read_message(intake: &Intake, message: &SnsMessage) -> Result<AlertBatch, AlertError> {
    let mapped = intake.source.mapping.as_ref();
    let mapped = mapped.map(|mapping| read_mapped(message.message.as_bytes(), mapping));
    match mapped {
        Some(Ok(batch)) => Ok(batch),
        Some(Err(_)) | None => read_sns_message(message),
    }
}

/// Confirms the subscription of a topic that the source accepts. That of another topic waits for an admin.
async fn confirm(intake: Intake, envelope: SnsEnvelope) -> Result<Reply, Error> {
    let topic = envelope.topic_arn;
    let Some(subscribe_url) = envelope.subscribe_url else {
        return intake.reject("SubscribeURL is missing.").await;
    };
    if !intake.source.topics.contains(&topic) {
        return store_confirmation(intake, topic, subscribe_url).await;
    }
    match intake.app.sns.confirm(&subscribe_url).await {
        Ok(()) => accept(intake, format!("Confirmed the subscription of {topic}.")).await,
        Err(SnsError::Rejected(reason)) => intake.reject(&reason).await,
        Err(SnsError::Unreachable(reason)) => postpone(intake, reason).await,
    }
}

async fn store_confirmation(
    intake: Intake,
    topic: String,
    subscribe_url: String,
) -> Result<Reply, Error> {
    let confirmation = SnsConfirmation {
        topic,
        subscribe_url,
        received_at: intake.now,
    };
    let (source, body) = (intake.source.identity.id, intake.received_body());
    let storing = intake
        .app
        .store
        .record_sns_confirmation(source, body, confirmation);
    let outcome = storing.await?;
    Ok(match outcome.is_accepted {
        true => Reply::accepted(intake.kind(), &outcome.sentence, None),
        false => Reply::rejected(intake.kind(), &outcome.sentence),
    })
}

async fn accept(intake: Intake, sentence: String) -> Result<Reply, Error> {
    let reply = Reply::accepted(intake.kind(), &sentence, None);
    let outcome = BodyOutcome {
        is_accepted: true,
        sentence,
    };
    intake.store_body(outcome).await?;
    Ok(reply)
}

/// Asks SNS to send the message again, because it cannot be checked now.
async fn postpone(intake: Intake, reason: String) -> Result<Reply, Error> {
    tracing::warn!(
        source = intake.source.identity.id,
        "SNS can't be reached: {reason}"
    );
    let reply = Reply::unavailable(intake.kind(), &reason);
    let outcome = BodyOutcome {
        is_accepted: false,
        sentence: reason,
    };
    intake.store_body(outcome).await?;
    Ok(reply)
}
