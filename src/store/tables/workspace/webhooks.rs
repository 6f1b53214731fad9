//! The table `webhooks`: outgoing webhooks and PagerDuty services, with their secrets.

use chrono::Duration;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::delivery::WebhookRef;
use crate::domain::webhook::{
    MAX_WEBHOOKS, SwitchedOff, Webhook, WebhookKind, checked_webhook_name,
};
use crate::domain::{Rejection, Timestamp};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::{IdempotencyKey, Store, idempotency_key};

const COLUMNS: &str = "id, name, kind, url, secret, previous_secret, previous_until, created_at, \
                       switched_off_at, switched_off_reason";

/// How long the previous secret signs too after a rotation.
const ROTATION_OVERLAP: Duration = Duration::days(1);

/// Why a webhook is off whose receiver answered 410 Gone.
const GONE_REASON: &str = "It answered 410 Gone.";

/// A request to add a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddWebhook {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: WebhookKind,
    /// The URL that receives events; empty for PagerDuty.
    pub url: String,
    /// The secret, or the routing key.
    pub secret: Secret,
}

/// A webhook with what is needed to send to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAccess {
    /// The webhook.
    pub webhook: Webhook,
    /// The secret, or the routing key.
    pub secret: Secret,
    /// The secret before the last rotation; `None` if there was none.
    pub previous_secret: Option<Secret>,
}

/// A change of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookAction {
    /// It gets another secret. The previous one signs too for a day.
    Rotate(Secret),
    /// It is switched on.
    SwitchOn,
    /// It is switched off.
    SwitchOff,
    /// It is removed.
    Remove,
}

impl Store {
    /// Returns all webhooks and PagerDuty services, by name.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>> {
        self.read_pool.run(select_webhooks).await
    }

    /// Returns a webhook with its secrets; `None` if there is none with this ID.
    pub async fn webhook_access(&self, id: i64) -> Result<Option<WebhookAccess>> {
        self.read_pool.run(move |tx| find_by_id(tx, id)).await
    }

    /// Adds a webhook, once per key.
    pub async fn add_webhook(
        &self,
        key: IdempotencyKey,
        request: AddWebhook,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(());
                }
                insert_webhook(tx, &request, now)?;
                idempotency_key::record_key(tx, &key, None, now)
            })
            .await
    }

    /// Changes a webhook, once per key.
    pub async fn change_webhook(
        &self,
        key: IdempotencyKey,
        id: i64,
        action: WebhookAction,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(());
                }
                let access = find_by_id(tx, id)?.ok_or(Error::NotFound("webhook"))?;
                match action {
                    WebhookAction::Rotate(secret) => rotate(tx, &access, &secret, now)?,
                    WebhookAction::SwitchOn => set_state(tx, id, None)?,
                    WebhookAction::SwitchOff => {
                        let reason = "An admin switched it off.".to_owned();
                        set_state(tx, id, Some(SwitchedOff { at: now, reason }))?;
                    }
                    WebhookAction::Remove => delete_webhook(tx, id)?,
                }
                idempotency_key::record_key(tx, &key, None, now)
            })
            .await
    }
}

/// Returns the webhook that a delivery addresses, with its secrets.
pub(crate) fn find_access(tx: &Connection, webhook: &WebhookRef) -> Result<Option<WebhookAccess>> {
    let access = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM webhooks WHERE name = :name AND kind = :kind"
        ))?
        .query_row(
            named_params! { ":name": webhook.name, ":kind": webhook.kind.as_str() },
            access_from_row,
        )
        .optional()?;
    Ok(access)
}

/// Switches off a webhook whose receiver answered 410 Gone, unless it is off already.
pub(crate) fn switch_off_gone(tx: &Connection, name: &str, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE webhooks SET switched_off_at = :now, switched_off_reason = :reason
          WHERE name = :name AND switched_off_at IS NULL",
    )?
    .execute(named_params! { ":name": name, ":now": now.to_string(), ":reason": GONE_REASON })?;
    Ok(())
}

fn select_webhooks(tx: &Connection) -> Result<Vec<Webhook>> {
    let webhooks = tx
        .prepare_cached(&format!("SELECT {COLUMNS} FROM webhooks ORDER BY name"))?
        .query_map([], webhook_from_row)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(webhooks)
}

fn find_by_id(tx: &Connection, id: i64) -> Result<Option<WebhookAccess>> {
    let access = tx
        .prepare_cached(&format!("SELECT {COLUMNS} FROM webhooks WHERE id = :id"))?
        .query_row(named_params! { ":id": id }, access_from_row)
        .optional()?;
    Ok(access)
}

fn insert_webhook(tx: &Connection, request: &AddWebhook, now: Timestamp) -> Result<()> {
    let name = checked_webhook_name(&request.name)?;
    let existing = select_webhooks(tx)?;
    if existing
        .iter()
        .any(|it| it.name.eq_ignore_ascii_case(&name))
    {
        let why = format!("There's already a webhook or PagerDuty service named {name}.");
        return Err(Rejection(why).into());
    }
    if existing.len() >= MAX_WEBHOOKS {
        let why = format!("There are {MAX_WEBHOOKS} webhooks, the maximum. Remove one first.");
        return Err(Rejection(why).into());
    }
    tx.prepare_cached(
        "INSERT INTO webhooks (name, kind, url, secret, created_at)
         VALUES (:name, :kind, :url, :secret, :now)",
    )?
    .execute(named_params! {
        ":name": name,
        ":kind": request.kind.as_str(),
        ":url": request.url,
        ":secret": request.secret.reveal(),
        ":now": now.to_string(),
    })?;
    Ok(())
}

/// Replaces the secret. PagerDuty knows one key at a time, so the previous one is not kept.
fn rotate(tx: &Connection, access: &WebhookAccess, secret: &Secret, now: Timestamp) -> Result<()> {
    let overlap = access.webhook.kind == WebhookKind::Webhook;
    let previous = overlap.then(|| access.secret.reveal());
    let until = overlap.then(|| now.plus(ROTATION_OVERLAP).to_string());
    tx.prepare_cached(
        "UPDATE webhooks SET secret = :secret, previous_secret = :previous, previous_until = :until
          WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": access.webhook.id, ":secret": secret.reveal(), ":previous": previous, ":until": until,
    })?;
    Ok(())
}

fn set_state(tx: &Connection, id: i64, off: Option<SwitchedOff>) -> Result<()> {
    let (at, reason) = off.map(|off| (off.at.to_string(), off.reason)).unzip();
    tx.prepare_cached(
        "UPDATE webhooks SET switched_off_at = :at, switched_off_reason = :reason WHERE id = :id",
    )?
    .execute(named_params! { ":id": id, ":at": at, ":reason": reason })?;
    Ok(())
}

fn delete_webhook(tx: &Connection, id: i64) -> Result<()> {
    tx.prepare_cached("DELETE FROM webhooks WHERE id = :id")?
        .execute(named_params! { ":id": id })?;
    Ok(())
}

fn webhook_from_row(row: &Row<'_>) -> rusqlite::Result<Webhook> {
    let off_at: Option<Timestamp> = parse_optional_column(row, "switched_off_at")?;
    let reason: Option<String> = row.get("switched_off_reason")?;
    Ok(Webhook {
        id: row.get("id")?,
        name: row.get("name")?,
        kind: parse_column(row, "kind")?,
        url: row.get("url")?,
        created_at: parse_column(row, "created_at")?,
        previous_secret_until: parse_optional_column(row, "previous_until")?,
        switched_off: off_at.map(|at| SwitchedOff {
            at,
            reason: reason.unwrap_or_default(),
        }),
    })
}

fn access_from_row(row: &Row<'_>) -> rusqlite::Result<WebhookAccess> {
    let previous: Option<String> = row.get("previous_secret")?;
    let secret: String = row.get("secret")?;
    Ok(WebhookAccess {
        webhook: webhook_from_row(row)?,
        secret: Secret::new(secret),
        previous_secret: previous.map(Secret::new),
    })
}
