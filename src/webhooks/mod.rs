//! Sends HTTP requests to outgoing webhooks and to PagerDuty. It stores nothing and retries nothing: the worker
//! does, and the page that tests a webhook.

mod addresses;
mod client;
mod signature;

pub(crate) use addresses::check_url;
pub use client::WebhookClient;
pub(crate) use client::{SendError, WebhookResponse};
pub(crate) use signature::{check_secret, new_secret, signature};

use serde_json::Value;

use crate::domain::Timestamp;
use crate::secret::Secret;
use crate::store::WebhookAccess;

/// The path of PagerDuty's Events API v2.
const PAGERDUTY_PATH: &str = "/v2/enqueue";

/// A signed event.
pub(crate) struct WebhookEvent<'a> {
    /// The ID, which is the same in every attempt.
    pub(crate) id: &'a str,
    /// The body.
    pub(crate) body: &'a str,
    /// The time of the attempt.
    pub(crate) now: Timestamp,
}

impl WebhookClient {
    /// Sends an event to a webhook with the headers of the Standard Webhooks specification, version 1. While a
    /// rotation is recent, both secrets sign.
    pub(crate) async fn send_event(
        &self,
        access: &WebhookAccess,
        event: &WebhookEvent<'_>,
    ) -> Result<WebhookResponse, SendError> {
        let overlaps = |until: Timestamp| until > event.now;
        let previous = access.previous_secret.as_ref().filter(|_| {
            let until = access.webhook.previous_secret_until;
            until.is_some_and(overlaps)
        });
        let secrets: Vec<&Secret> = [&access.secret].into_iter().chain(previous).collect();
        let timestamp = event.now.epoch_seconds().to_string();
        let signed = format!("{}.{timestamp}.{}", event.id, event.body);
        let headers = [
            ("webhook-id", event.id.to_owned()),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signature(&secrets, &signed)),
        ];
        let url = &access.webhook.url;
        let response = self.post(url, &headers, event.body.to_owned()).await?;
        Ok(response.without(&access.secret))
    }

    /// Sends an event to a PagerDuty service, with its routing key.
    pub(crate) async fn send_to_pagerduty(
        &self,
        access: &WebhookAccess,
        mut event: Value,
    ) -> Result<WebhookResponse, SendError> {
        event["routing_key"] = access.secret.reveal().into();
        let url = format!("{}{PAGERDUTY_PATH}", self.pagerduty_url());
        let response = self.post(&url, &[], event.to_string()).await?;
        Ok(response.without(&access.secret))
    }
}
