//! The table `unsubscribed_addresses`: addresses that get no more mails of a notification rule.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::notification::{
    MailAddress, StoppedMails, UnsubscribedAddress, UnsubscribedMails,
};
use crate::domain::{IncidentId, Timestamp, Visibility};
use crate::error::Result;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::{IdempotencyKey, Store, idempotency_key};

/// A rule, an address and an incident.
#[derive(Clone, Copy, Debug)]
pub struct RuleAddress<'a> {
    pub rule: &'a str,
    pub address: &'a MailAddress,
    pub incident: IncidentId,
}

impl Store {
    /// Returns the addresses that get no more mails of a rule, the first one first.
    pub async fn unsubscribed_addresses(&self, rule: String) -> Result<Vec<UnsubscribedAddress>> {
        self.read_pool
            .run(move |tx| select_addresses(tx, &rule))
            .await
    }

    /// Lets an address get the mails of a rule again. Idempotent.
    pub async fn subscribe_again(
        &self,
        key: IdempotencyKey,
        id: i64,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &key)? {
                    return Ok(());
                }
                tx.prepare_cached("DELETE FROM unsubscribed_addresses WHERE id = :id")?
                    .execute(named_params! { ":id": id })?;
                idempotency_key::record_key(tx, &key, None, now)
            })
            .await
    }
}

/// Stops mails of a rule. Mails that are stopped already stay so, with their time.
pub fn stop_mails(
    tx: &Connection,
    what: RuleAddress<'_>,
    mails: StoppedMails,
    now: Timestamp,
) -> Result<()> {
    let incident = match mails {
        StoppedMails::OfRule => None,
        StoppedMails::AboutIncident => Some(what.incident.number()),
    };
    tx.prepare_cached(
        "INSERT INTO unsubscribed_addresses (rule, address, incident_id, since)
         VALUES (:rule, :address, :incident, :now)
         ON CONFLICT DO NOTHING",
    )?
    .execute(named_params! {
        ":rule": what.rule,
        ":address": what.address.as_str(),
        ":incident": incident,
        ":now": now.to_string(),
    })?;
    Ok(())
}

/// Returns which mails were stopped, and when: all of the rule, or else those about the incident.
pub fn find_stopped(
    tx: &Connection,
    what: RuleAddress<'_>,
) -> Result<Option<(StoppedMails, Timestamp)>> {
    let stopped = tx
        .prepare_cached(
            "SELECT incident_id, since FROM unsubscribed_addresses
              WHERE rule = :rule AND address = :address AND (incident_id IS NULL OR incident_id = :incident)
              ORDER BY incident_id IS NOT NULL LIMIT 1",
        )?
        .query_row(
            named_params! {
                ":rule": what.rule,
                ":address": what.address.as_str(),
                ":incident": what.incident.number(),
            },
            |row| {
                let incident: Option<i64> = row.get("incident_id")?;
                let mails = match incident {
                    None => StoppedMails::OfRule,
                    Some(_) => StoppedMails::AboutIncident,
                };
                Ok((mails, parse_column(row, "since")?))
            },
        )
        .optional()?;
    Ok(stopped)
}

/// Follows a rule to its new name; forgets the addresses of a rule that was deleted.
pub fn rename_rule(tx: &Connection, rename: &crate::domain::Rename) -> Result<()> {
    match &rename.to {
        Some(name) => tx
            .prepare_cached("UPDATE unsubscribed_addresses SET rule = :name WHERE rule = :rule")?
            .execute(named_params! { ":name": name, ":rule": rename.from })?,
        None => tx
            .prepare_cached("DELETE FROM unsubscribed_addresses WHERE rule = :rule")?
            .execute(named_params! { ":rule": rename.from })?,
    };
    Ok(())
}

fn select_addresses(tx: &Connection, rule: &str) -> Result<Vec<UnsubscribedAddress>> {
    let addresses = tx
        .prepare_cached(
            "SELECT it.id, it.address, it.incident_id, it.since, incidents.visibility
               FROM unsubscribed_addresses AS it
               LEFT JOIN incidents ON incidents.id = it.incident_id
              WHERE it.rule = :rule ORDER BY it.id",
        )?
        .query_map(named_params! { ":rule": rule }, from_row)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(addresses.into_iter().flatten().collect())
}

/// Returns the address; `None` if a newer Muster is stricter about addresses than the one that stored it.
fn from_row(row: &Row<'_>) -> rusqlite::Result<Option<UnsubscribedAddress>> {
    let Ok(address) = row.get::<_, String>("address")?.parse() else {
        return Ok(None);
    };
    let incident: Option<i64> = row.get("incident_id")?;
    let visibility: Option<Visibility> = parse_optional_column(row, "visibility")?;
    Ok(Some(UnsubscribedAddress {
        id: row.get("id")?,
        address,
        mails: match (incident, visibility) {
            (None, _) => UnsubscribedMails::OfRule,
            (Some(number), Some(Visibility::Public)) => {
                UnsubscribedMails::AboutIncident(IncidentId(number))
            }
            (Some(_), Some(Visibility::Private) | None) => UnsubscribedMails::AboutPrivateIncident,
        },
        since: parse_column(row, "since")?,
    }))
}
