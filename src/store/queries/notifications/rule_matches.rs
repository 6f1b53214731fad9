//! The effects of a notification rule: the incidents that match it now, and its replay over the past.

use chrono::Duration;
use rusqlite::{Connection, named_params};

use crate::domain::notification::{NotificationRule, past_states, replay};
use crate::domain::{IncidentId, Settings, Timestamp, Viewer};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::effective_viewer::effective_viewer;
use crate::store::tables::incident::{incidents, timeline};
use crate::store::tables::workspace::settings;

/// The number of incidents, the newest first, that are looked at.
pub const EXAMINED_INCIDENTS: usize = 1_000;

/// The number of days over which a rule is replayed.
pub const REPLAYED_DAYS: i64 = 30;

/// The effects that a rule would have had, within the incidents that the viewer may see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleMatches {
    /// The incidents about which it would have notified in the last days, the newest first, each as often as it
    /// would have.
    pub notified: Vec<IncidentId>,
    /// The incidents that match now, the newest first, with their titles.
    pub matching: Vec<(IncidentId, String)>,
    /// Whether there are older incidents that were not looked at.
    pub is_limited: bool,
}

impl Store {
    /// Returns what a rule would have done.
    pub async fn rule_matches(
        &self,
        viewer: Viewer,
        rule: NotificationRule,
        now: Timestamp,
    ) -> Result<RuleMatches> {
        self.read_pool
            .run(move |tx| {
                let viewer = effective_viewer(tx, &viewer)?;
                let settings = settings::current_settings(tx)?;
                let examination = Examination {
                    rule: &rule,
                    settings: &settings,
                    since: now.plus(-Duration::days(REPLAYED_DAYS)),
                    now,
                };
                let mut matches = RuleMatches::default();
                for id in newest_incidents(tx)? {
                    examination.examine(tx, &viewer, id, &mut matches)?;
                }
                matches.is_limited = incidents::next_incident_id(tx)?.number()
                    > i64::try_from(EXAMINED_INCIDENTS).map_err(Error::internal)? + 1;
                Ok(matches)
            })
            .await
    }
}

/// A rule and the period over which it is replayed.
struct Examination<'r> {
    rule: &'r NotificationRule,
    settings: &'r Settings,
    since: Timestamp,
    now: Timestamp,
}

impl Examination<'_> {
    fn examine(
        &self,
        tx: &Connection,
        viewer: &Viewer,
        id: IncidentId,
        matches: &mut RuleMatches,
    ) -> Result<()> {
        let incident = incidents::find_incident(tx, id)?;
        if !incident.is_visible_to(viewer) {
            return Ok(());
        }
        // It was off until now, or is looked at before it is switched on.
        let rule = NotificationRule {
            enabled: true,
            ..self.rule.clone()
        };
        if rule.matches(&incident) {
            let title = incident.display_title();
            matches.matching.push((id, title));
        }
        if last_activity_at(tx, id)? < self.since {
            return Ok(());
        }
        let states = past_states(&incident, &timeline::timeline_of(tx, id)?);
        let worst = self.settings.severity_levels.first().copied();
        let sent = replay(&rule, &states, worst, self.now);
        let sent = sent.into_iter().filter(|at| *at >= self.since);
        matches.notified.extend(sent.map(|_| id));
        Ok(())
    }
}

fn newest_incidents(tx: &Connection) -> Result<Vec<IncidentId>> {
    let limit = i64::try_from(EXAMINED_INCIDENTS).map_err(Error::internal)?;
    let ids = tx
        .prepare_cached("SELECT id FROM incidents ORDER BY id DESC LIMIT :limit")?
        .query_map(named_params! { ":limit": limit }, |row| {
            row.get(0).map(IncidentId)
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}

fn last_activity_at(tx: &Connection, id: IncidentId) -> Result<Timestamp> {
    let at: String = tx
        .prepare_cached("SELECT last_activity_at FROM incidents WHERE id = :id")?
        .query_row(named_params! { ":id": id.number() }, |row| row.get(0))?;
    Timestamp::try_from(at).map_err(Error::internal)
}
