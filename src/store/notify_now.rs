//! Sends the notification of a rule about incidents that matched before the rule existed.

use crate::domain::notification::{NotificationRule, notified_now};
use crate::domain::{IncidentId, Timestamp, Viewer};
use crate::error::{Error, Result};
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::settings;
use crate::store::{IdempotencyKey, Store, changes, idempotency_key};

/// A request to notify about incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifyNow {
    /// The user on whose behalf it is done.
    pub viewer: Viewer,
    /// The rule, as it was displayed.
    pub rule: NotificationRule,
    /// The incidents.
    pub incidents: Vec<IncidentId>,
    /// The idempotency key of the request.
    pub key: IdempotencyKey,
    /// The time of the request.
    pub now: Timestamp,
}

impl Store {
    /// Sends the notification of a rule about each of the incidents that still matches and that the viewer may
    /// see. Idempotent.
    ///
    /// # Errors
    /// Returns [`Error::Conflict`] if the rule was changed since it was displayed.
    pub async fn notify_now(&self, request: NotifyNow) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                if idempotency_key::is_processed(tx, &request.key)? {
                    return Ok(());
                }
                let settings = settings::current_settings(tx)?;
                if !settings.notification_rules.contains(&request.rule) {
                    return Err(Error::Conflict);
                }
                for id in request.incidents {
                    let incident = incidents::find_visible_incident(tx, &request.viewer, id);
                    let incident = match incident {
                        Ok(incident) => incident,
                        Err(Error::NotFound(_)) => continue,
                        Err(error) => return Err(error),
                    };
                    changes::run_decision(tx, Some(&incident), |inputs| {
                        let ctx = inputs.at(request.now);
                        Ok(notified_now(&request.rule, &incident, &ctx))
                    })?;
                }
                idempotency_key::record_key(tx, &request.key, None, request.now)
            })
            .await
    }
}
