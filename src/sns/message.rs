//! The messages of SNS, as they are sent over HTTP.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use serde::Deserialize;

use crate::domain::Timestamp;
use crate::sns::SnsError;
use crate::sns::certificate::Digest;

/// How old a message may be. SNS retries for an hour at most.
const LONGEST_AGE: Duration = Duration::hours(1);

/// A message of SNS. Its signature is checked by [`crate::sns::SnsClient`].
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SnsEnvelope {
    #[serde(rename = "Type")]
    kind: String,
    /// The ID, which is the same when the message is sent again.
    pub(crate) message_id: String,
    /// The ARN of the topic.
    pub(crate) topic_arn: String,
    subject: Option<String>,
    message: String,
    timestamp: String,
    #[serde(default)]
    signature_version: String,
    #[serde(default)]
    signature: String,
    #[serde(default, rename = "SigningCertURL")]
    pub(super) signing_cert_url: String,
    token: Option<String>,
    /// The URL that confirms the subscription.
    #[serde(rename = "SubscribeURL")]
    pub(crate) subscribe_url: Option<String>,
}

/// The type of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SnsType {
    /// A notification: it contains an alert.
    Notification,
    /// The request to confirm a subscription.
    SubscriptionConfirmation,
    /// The notice that a subscription ended.
    UnsubscribeConfirmation,
}

impl SnsEnvelope {
    /// Reads a message.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, SnsError> {
        serde_json::from_slice(body).map_err(|error| {
            SnsError::rejected(format!("The body isn't a message of SNS: {error}."))
        })
    }

    /// Returns the type.
    pub(crate) fn message_type(&self) -> Result<SnsType, SnsError> {
        match self.kind.as_str() {
            "Notification" => Ok(SnsType::Notification),
            "SubscriptionConfirmation" => Ok(SnsType::SubscriptionConfirmation),
            "UnsubscribeConfirmation" => Ok(SnsType::UnsubscribeConfirmation),
            other => Err(SnsError::Rejected(format!(
                "SNS has no messages of the type {other:?}."
            ))),
        }
    }

    /// Checks that the message is not old: a stolen copy must not fire an alert a day later.
    pub(super) fn check_age(&self, now: Timestamp) -> Result<(), SnsError> {
        let malformed = || SnsError::rejected("Its Timestamp isn't a time.");
        let sent_at: Timestamp = self.timestamp.parse().map_err(|_| malformed())?;
        match now.duration_since(sent_at).abs() <= LONGEST_AGE {
            true => Ok(()),
            false => Err(SnsError::Rejected(format!(
                "Its Timestamp is {sent_at}, which is more than an hour off. If SNS sent it just now, the clock of \
                 this machine is wrong."
            ))),
        }
    }

    /// Returns the digest that the signature uses.
    pub(super) fn digest(&self) -> Result<Digest, SnsError> {
        match self.signature_version.as_str() {
            "1" => Ok(Digest::Sha1),
            "2" => Ok(Digest::Sha256),
            other => Err(SnsError::Rejected(format!(
                "Its SignatureVersion is {other:?}. SNS has 1 and 2."
            ))),
        }
    }

    /// Returns the bytes of the signature.
    pub(super) fn signature(&self) -> Result<Vec<u8>, SnsError> {
        let decoded = STANDARD.decode(&self.signature);
        decoded.map_err(|_| SnsError::rejected("Its Signature isn't Base64."))
    }

    /// Returns the signed text: the names and values of the signed members, each in a row of its own.
    pub(super) fn signed_text(&self) -> Result<String, SnsError> {
        let is_notification = self.message_type()? == SnsType::Notification;
        let for_notification = |value: &Option<String>| value.clone().filter(|_| is_notification);
        let for_confirmation = |value: &Option<String>| value.clone().filter(|_| !is_notification);
        let members = [
            ("Message", Some(self.message.clone())),
            ("MessageId", Some(self.message_id.clone())),
            ("Subject", for_notification(&self.subject)),
            ("SubscribeURL", for_confirmation(&self.subscribe_url)),
            ("Timestamp", Some(self.timestamp.clone())),
            ("Token", for_confirmation(&self.token)),
            ("TopicArn", Some(self.topic_arn.clone())),
            ("Type", Some(self.kind.clone())),
        ];
        let rows = members.iter().filter_map(|(name, value)| {
            let value = value.as_ref()?;
            Some(format!("{name}\n{value}\n"))
        });
        Ok(rows.collect())
    }
}
