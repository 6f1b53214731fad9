//! Stores the requests of sources: alerts, their effects and the bodies, in one transaction per request.

use rusqlite::Connection;

use crate::domain::Timestamp;
use crate::domain::alert::{
    Alert, AlertBatch, AlertChange, Receipt, Recorded, ReportEffect, SourceIdentity, decide_report,
};
use crate::error::Result;
use crate::secret::Secret;
use crate::store::Store;
use crate::store::alerts::routing;
use crate::store::tables::alerts::alert_bodies::{self, BodyOutcome};
use crate::store::tables::alerts::sns_confirmations::{self, SnsConfirmation};
use crate::store::tables::alerts::{alert_deliveries, alerts};

/// Replaces the token in a stored body.
const REMOVED: &[u8] = "…".as_bytes();

/// A body as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedBody {
    content: Vec<u8>,
}

impl ReceivedBody {
    /// Returns a body without the token of its source, which PagerDuty's clients send in the body.
    pub fn without_token(content: &[u8], token: &Secret) -> Self {
        let token = token.reveal().as_bytes();
        let mut clean = Vec::new();
        let mut rest = content;
        while let Some(start) = position(rest, token) {
            let (before, after) = rest.split_at(start);
            clean.extend_from_slice(before);
            clean.extend_from_slice(REMOVED);
            rest = after.get(token.len()..).unwrap_or_default();
        }
        clean.extend_from_slice(rest);
        Self { content: clean }
    }

    /// Returns the bytes.
    pub(crate) fn content(&self) -> &[u8] {
        &self.content
    }
}

/// Returns where a token begins in a body.
fn position(body: &[u8], token: &[u8]) -> Option<usize> {
    let first = token.first()?;
    let mut start = 0;
    loop {
        // The first bytes are compared alone, which is several times faster than comparing the token at each byte.
        start += body.get(start..)?.iter().position(|byte| byte == first)?;
        if body.get(start..)?.starts_with(token) {
            return Some(start);
        }
        start += 1;
    }
}

/// The alerts of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedBatch {
    /// The alerts.
    pub batch: AlertBatch,
    /// The sender's ID of the delivery, by which a repeated one is recognized; `None` if it has none.
    pub delivery_id: Option<String>,
    /// The body.
    pub body: ReceivedBody,
}

impl Store {
    /// Stores the alerts of a request and applies the alert rules, in one transaction.
    pub async fn record_alerts(
        &self,
        source: SourceIdentity,
        received: ReceivedBatch,
        now: Timestamp,
    ) -> Result<Recorded> {
        self.write_thread
            .run(move |tx| record(tx, &source, received, now))
            .await
    }

    /// Stores a body whose alerts were not stored, so that the operator can see it.
    pub async fn record_alert_body(
        &self,
        source: i64,
        body: ReceivedBody,
        outcome: BodyOutcome,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| alert_bodies::insert(tx, source, &body.content, &outcome, now))
            .await
    }

    /// Stores a request of SNS to confirm a subscription, until an admin confirms it. Returns its outcome.
    pub async fn record_sns_confirmation(
        &self,
        source: i64,
        body: ReceivedBody,
        confirmation: SnsConfirmation,
    ) -> Result<BodyOutcome> {
        self.write_thread
            .run(move |tx| {
                let is_accepted = sns_confirmations::upsert(tx, source, &confirmation)?;
                let topic = &confirmation.topic;
                let outcome = BodyOutcome {
                    is_accepted,
                    sentence: match is_accepted {
                        true => format!("{topic} waits for an admin to confirm it."),
                        false => format!(
                            "Too many subscriptions wait for an admin, so {topic} was rejected."
                        ),
                    },
                };
                let now = confirmation.received_at;
                alert_bodies::insert(tx, source, &body.content, &outcome, now)?;
                Ok(outcome)
            })
            .await
    }
}

fn record(
    tx: &Connection,
    source: &SourceIdentity,
    received: ReceivedBatch,
    now: Timestamp,
) -> Result<Recorded> {
    let delivery = received.delivery_id.as_deref();
    let is_new = delivery.map(|id| alert_deliveries::record(tx, source.id, id, now));
    let recorded = match is_new.transpose()? {
        Some(false) => Recorded {
            is_duplicate: true,
            ..Recorded::default()
        },
        Some(true) | None => record_batch(tx, source, received.batch, now)?,
    };
    let outcome = BodyOutcome {
        is_accepted: true,
        sentence: recorded.sentence(),
    };
    alert_bodies::insert(tx, source.id, &received.body.content, &outcome, now)?;
    Ok(recorded)
}

fn record_batch(
    tx: &Connection,
    source: &SourceIdentity,
    batch: AlertBatch,
    now: Timestamp,
) -> Result<Recorded> {
    let receipt = Receipt {
        source,
        received_at: now,
    };
    let mut recorded = Recorded {
        omitted: batch.omitted,
        ..Recorded::default()
    };
    let mut changes = Vec::new();
    for report in batch.alerts {
        let effect = record_report(tx, report, &receipt)?;
        recorded.count(&effect);
        if let ReportEffect::Changed(change) = effect {
            changes.push(change);
        }
    }
    routing::route(tx, &changes, batch.omitted, now)?;
    Ok(recorded)
}

/// Stores the effect of one reported alert, and returns it.
fn record_report(tx: &Connection, report: Alert, receipt: &Receipt<'_>) -> Result<ReportEffect> {
    let latest = alerts::find_latest(tx, receipt.source, &report.key)?;
    let mut effect = decide_report(latest, report, receipt);
    match &mut effect {
        ReportEffect::Changed(AlertChange { alert, .. }) | ReportEffect::Updated(alert) => {
            alerts::save(tx, alert)?;
        }
        ReportEffect::Ignored(_) => {}
    }
    Ok(effect)
}
