//! Users who are notified by mail, because their address is known from Slack. Others get a direct message.

use std::collections::HashSet;

use crate::domain::notification::{Destination, NotificationTarget};
use crate::slack::users::user_cache::fetch_users_within;
use crate::worker::job::JobContext;

/// Replaces direct messages by mails for users whose address is known. Users who are not cached are fetched first;
/// this waits for a second at most.
pub(crate) async fn prefer_mail(job: &JobContext<'_>, targets: &mut [NotificationTarget]) {
    let users = targets.iter().filter_map(|target| target.user.as_ref());
    fetch_users_within(job.app, users).await;
    for target in targets {
        if let Destination::DirectMessage(user) = &target.destination
            && let Ok(Some((user, _))) = job.app.store.user(user.clone()).await
            && user.is_active()
            && let Some(address) = user.email
        {
            target.destination = Destination::Mail(address);
        }
    }
}

/// Removes targets whose destination is already there: a person and their address are one target.
pub(crate) fn remove_repeated(
    targets: &mut Vec<NotificationTarget>,
    present: &[NotificationTarget],
) {
    let mut known: HashSet<Destination> = present
        .iter()
        .map(|target| target.destination.clone())
        .collect();
    targets.retain(|target| known.insert(target.destination.clone()));
}
