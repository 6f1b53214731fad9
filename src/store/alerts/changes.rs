//! Stores the changes that tools report, and returns those of the time of an incident.

use crate::domain::alert::PagerDutyChange;
use crate::domain::{Incident, Timestamp};
use crate::error::Result;
use crate::store::tables::alerts::alert_bodies::{self, BodyOutcome};
use crate::store::tables::alerts::alert_deliveries;
use crate::store::tables::alerts::change_events::{self, ReportedChange};
use crate::store::{ReceivedBody, Store};

impl Store {
    /// Stores a change that a source reports. A repeated delivery changes nothing.
    pub async fn record_change_event(
        &self,
        source: i64,
        reported: PagerDutyChange,
        body: ReceivedBody,
        now: Timestamp,
    ) -> Result<()> {
        self.write_thread
            .run(move |tx| {
                let delivery = &reported.delivery_id;
                let is_new = alert_deliveries::record(tx, source, delivery, now)?;
                if is_new {
                    change_events::insert(tx, source, &reported.event, now)?;
                }
                let sentence = match is_new {
                    true => format!("Change: {}", reported.event.summary),
                    false => {
                        "The same change was received before, so nothing was stored.".to_owned()
                    }
                };
                let outcome = BodyOutcome {
                    is_accepted: true,
                    sentence,
                };
                alert_bodies::insert(tx, source, body.content(), &outcome, now)
            })
            .await
    }

    /// Returns the last changes of the time of an incident, the newest first.
    pub async fn changes_of(&self, incident: Incident) -> Result<Vec<ReportedChange>> {
        self.read_pool
            .run(move |tx| change_events::changes_of(tx, &incident))
            .await
    }
}
