//! The subscription that a mail of a rule belongs to, by the token in its link.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::Timestamp;
use crate::domain::notification::{Destination, MailSubscription, RuleMail, StoppedMails};
use crate::error::Result;
use crate::store::Store;
use crate::store::db::sql_types::{json_column, parse_column};
use crate::store::tables::workspace::rule_renames::{NamedRule, rule_named};
use crate::store::tables::workspace::unsubscribed_addresses::{self, RuleAddress};

impl Store {
    /// Returns the token in the link of a mail. It cannot be guessed.
    pub fn unsubscribe_token(&self, mail: &RuleMail) -> String {
        self.unsubscribe_key.token(mail)
    }

    /// Returns the subscription that a mail belongs to; `None` if no rule sent it, or it is no mail.
    pub async fn mail_subscription(&self, mail: RuleMail) -> Result<Option<MailSubscription>> {
        self.read_pool
            .run(move |tx| find_subscription(tx, &mail))
            .await
    }

    /// Returns the subscription of a token; `None` if this store did not make the token.
    pub async fn subscription_of_token(&self, token: &str) -> Result<Option<MailSubscription>> {
        match self.unsubscribe_key.mail(token) {
            Some(mail) => self.mail_subscription(mail).await,
            None => Ok(None),
        }
    }

    /// Stops mails of the rule that sent the mail of a token, to its address. Idempotent: mails that are stopped
    /// already stay so.
    pub async fn unsubscribe(
        &self,
        token: &str,
        mails: StoppedMails,
        now: Timestamp,
    ) -> Result<()> {
        let Some(mail) = self.unsubscribe_key.mail(token) else {
            return Ok(());
        };
        self.write_thread
            .run(move |tx| stop_mails(tx, &mail, mails, now))
            .await
    }
}

fn stop_mails(tx: &Connection, mail: &RuleMail, mails: StoppedMails, now: Timestamp) -> Result<()> {
    let subscription = find_subscription(tx, mail)?;
    let Some(subscription) = subscription.filter(|it| !it.is_deleted) else {
        return Ok(());
    };
    let what = RuleAddress {
        rule: &subscription.rule,
        address: &subscription.address,
        incident: subscription.incident,
    };
    unsubscribed_addresses::stop_mails(tx, what, mails, now)
}

fn find_subscription(tx: &Connection, mail: &RuleMail) -> Result<Option<MailSubscription>> {
    let Some((rule, sent_at, destination)) = find_mail(tx, mail)? else {
        return Ok(None);
    };
    let (Some(rule), Destination::Mail(address)) = (rule, destination) else {
        return Ok(None);
    };
    let NamedRule { name, is_deleted } = rule_named(tx, &rule, sent_at)?;
    let what = RuleAddress {
        rule: &name,
        address: &address,
        incident: mail.incident,
    };
    let stopped = match is_deleted {
        true => None,
        false => unsubscribed_addresses::find_stopped(tx, what)?,
    };
    Ok(Some(MailSubscription {
        rule: name,
        is_deleted,
        address,
        incident: mail.incident,
        stopped,
    }))
}

/// The rule that sent a mail, if one did, when, and where to.
type SentMail = (Option<String>, Timestamp, Destination);

/// Returns a mail without the other targets of its notification, of which there may be many.
fn find_mail(tx: &Connection, mail: &RuleMail) -> Result<Option<SentMail>> {
    let mail = tx
        .prepare_cached(
            "SELECT notifications.rule, notifications.sent_at, target.destination
               FROM notifications JOIN notification_targets AS target
                 ON target.incident_id = notifications.incident_id AND target.notification = notifications.number
              WHERE notifications.incident_id = :incident AND notifications.number = :number
                AND target.position = :position",
        )?
        .query_row(
            named_params! {
                ":incident": mail.incident.number(),
                ":number": mail.notification,
                ":position": mail.position,
            },
            |row| {
                let sent_at = parse_column(row, "sent_at")?;
                Ok((row.get("rule")?, sent_at, json_column(row, "destination")?))
            },
        )
        .optional()?;
    Ok(mail)
}
