//! Reads a body in the format of its source.

use axum::http::HeaderMap;

use crate::domain::alert::{
    AlertBatch, AlertError, AlertSource, SourceKind, read_alertmanager, read_datadog, read_generic,
    read_mapped, read_pagerduty, read_sentry,
};

/// The header that names the resource of a request of Sentry.
const SENTRY_RESOURCE: &str = "sentry-hook-resource";

/// The header with Sentry's ID of a request.
const SENTRY_REQUEST: &str = "request-id";

/// The alerts of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReadBody {
    pub(super) batch: AlertBatch,
    /// The sender's ID of the delivery.
    pub(super) delivery_id: Option<String>,
    /// The deduplication key that the answer to PagerDuty's clients contains.
    pub(super) key: Option<String>,
}

impl From<AlertBatch> for ReadBody {
    fn from(batch: AlertBatch) -> Self {
        Self {
            batch,
            delivery_id: None,
            key: None,
        }
    }
}

/// Reads a body. Messages of SNS are read in `sns_request`, because their signature must be checked.
pub(super) fn read_body(
    source: &AlertSource,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<ReadBody, AlertError> {
    match source.identity.kind {
        SourceKind::Alertmanager | SourceKind::Grafana => {
            read_alertmanager(body).map(ReadBody::from)
        }
        SourceKind::Datadog => read_datadog(body).map(ReadBody::from),
        SourceKind::PagerDuty => {
            let event = read_pagerduty(body, &new_key())?;
            Ok(ReadBody {
                key: Some(event.key),
                ..ReadBody::from(event.batch)
            })
        }
        SourceKind::Sentry => {
            let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
            let batch = read_sentry(value(SENTRY_RESOURCE).unwrap_or_default(), body)?;
            Ok(ReadBody {
                delivery_id: value(SENTRY_REQUEST).map(str::to_owned),
                ..ReadBody::from(batch)
            })
        }
        SourceKind::Json | SourceKind::Sns => match &source.mapping {
            Some(mapping) => read_mapped(body, mapping).map(ReadBody::from),
            None => read_generic(body).map(ReadBody::from),
        },
    }
}

/// Returns a new deduplication key.
fn new_key() -> String {
    format!("{:032x}", rand::random::<u128>())
}
