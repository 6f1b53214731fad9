//! The notifications of an incident, with what became of them.

use rusqlite::named_params;

use crate::domain::notification::{
    NotificationAuthor, NotificationDraft, Recipient, SentNotification,
};
use crate::domain::{IncidentId, UserId, UserNames, Viewer};
use crate::error::Result;
use crate::store::Store;
use crate::store::effective_viewer::effective_viewer;
use crate::store::tables::incident::incidents;
use crate::store::tables::notification::{notification_drafts, notifications};
use crate::store::tables::workspace::users;

/// The notifications of an incident and the names of the users in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentNotifications {
    /// The notifications, the newest first.
    pub sent: Vec<SentNotification>,
    /// Names of authors, recipients and targets, if they have been fetched.
    pub names: UserNames,
}

impl Store {
    /// Returns a notification with its targets, for its delivery; `None` if there is none with this number.
    pub async fn sent_notification(
        &self,
        incident: IncidentId,
        number: i64,
    ) -> Result<Option<SentNotification>> {
        self.read_pool
            .run(move |tx| notifications::find_sent(tx, incident, number))
            .await
    }

    /// Returns the newest notifications of an incident, at most `limit`.
    pub async fn incident_notifications(
        &self,
        viewer: Viewer,
        id: IncidentId,
        limit: i64,
    ) -> Result<IncidentNotifications> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                let sent = notifications::sent_notifications(tx, id, limit)?;
                let users: Vec<UserId> = sent.iter().flat_map(users_of).cloned().collect();
                Ok(IncidentNotifications {
                    names: users::user_names(tx, &users)?,
                    sent,
                })
            })
            .await
    }
}

impl Store {
    /// Returns the drafts of an incident, the latest first, with the names of their authors.
    pub async fn notification_drafts(
        &self,
        viewer: Viewer,
        id: IncidentId,
    ) -> Result<(Vec<NotificationDraft>, UserNames)> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                let drafts = notification_drafts::drafts_of(tx, id)?;
                let names = users::user_names(tx, drafts.iter().map(|draft| &draft.author))?;
                Ok((drafts, names))
            })
            .await
    }

    /// Returns a draft of an incident; `None` if it was sent or deleted.
    pub async fn notification_draft(
        &self,
        viewer: Viewer,
        id: IncidentId,
        draft: i64,
    ) -> Result<Option<NotificationDraft>> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                notification_drafts::find(tx, id, draft)
            })
            .await
    }

    /// Returns the latest recipients of notifications about this incident and about public ones, without users, at
    /// most `limit`. A viewer who sees only the incidents that they take part in gets those of this incident.
    pub async fn used_recipients(
        &self,
        viewer: Viewer,
        id: IncidentId,
        limit: i64,
    ) -> Result<Vec<Recipient>> {
        self.read_pool
            .run(move |tx| {
                incidents::find_visible_incident(tx, &viewer, id)?;
                let is_restricted = effective_viewer(tx, &viewer)?.is_restricted();
                let mut select = tx.prepare_cached(
                    "SELECT used.value AS recipient, max(sent_at) AS last_sent_at
                       FROM notifications JOIN incidents ON incidents.id = incident_id,
                            json_each(recipients) AS used
                      WHERE (incident_id = :incident OR (visibility = 'public' AND NOT :restricted))
                            AND used.value NOT LIKE '<@%'
                      GROUP BY used.value ORDER BY last_sent_at DESC LIMIT :limit",
                )?;
                let values = named_params! {
                    ":incident": id.number(), ":restricted": is_restricted, ":limit": limit,
                };
                let rows = select.query_map(values, |row| row.get::<_, String>("recipient"))?;
                let texts = rows.collect::<rusqlite::Result<Vec<_>>>()?;
                Ok(texts.iter().filter_map(|text| text.parse().ok()).collect())
            })
            .await
    }
}

fn users_of(sent: &SentNotification) -> impl Iterator<Item = &UserId> {
    let author = match &sent.notification.author {
        NotificationAuthor::User(user) => Some(user),
        NotificationAuthor::Rule(_) => None,
    };
    let recipients = sent.notification.recipients.iter();
    let recipients = recipients.filter_map(|recipient| recipient.user());
    let targets = sent
        .targets
        .iter()
        .filter_map(|target| target.user.as_ref());
    author.into_iter().chain(recipients).chain(targets)
}
