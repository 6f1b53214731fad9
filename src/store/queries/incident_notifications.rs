//! The notifications of an incident, with what became of them.

use crate::domain::notification::{NotificationAuthor, SentNotification};
use crate::domain::{IncidentId, UserId, UserNames, Viewer};
use crate::error::Result;
use crate::store::Store;
use crate::store::tables::incident::{incidents, notifications};
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
                let mut sent = Vec::new();
                for notification in notifications::notifications_of(tx, id, limit)? {
                    let targets = notifications::targets_of(tx, id, notification.number)?;
                    sent.push(SentNotification {
                        notification,
                        targets,
                    });
                }
                let users: Vec<UserId> = sent.iter().flat_map(users_of).cloned().collect();
                Ok(IncidentNotifications {
                    names: users::user_names(tx, &users)?,
                    sent,
                })
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
