//! The groups of alerts that a viewer may see, page by page, and the alerts that no rule matched.
//!
//! Guests who see only the incidents that they take part in see no groups. A group of a rule that makes private
//! incidents is visible to those who may see its incident.

use rusqlite::{Connection, named_params};

use crate::domain::alert::StoredAlert;
use crate::domain::{IncidentId, Timestamp, Viewer};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::alert_groups::group_message::{self, GroupMessage};
use crate::store::alert_groups::settle::rule_of;
use crate::store::effective_viewer::effective_viewer;
use crate::store::tables::alert_groups::groups;
use crate::store::tables::alerts::alerts;
use crate::store::tables::incident::incidents;
use crate::store::tables::workspace::settings;

/// The number of groups on a page, and of alerts without a rule.
const GROUPS_PER_PAGE: i64 = 50;

/// Which groups a list contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertListState {
    /// Those with an alert that fires.
    Firing,
    /// Those whose alerts are all resolved.
    Resolved,
}

/// The filter of a list of groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertListFilter {
    /// Whether their alerts fire.
    pub state: AlertListState,
    /// The source of an alert; `None` for all sources.
    pub source: Option<i64>,
    /// The page, from 0.
    pub page: i64,
}

/// A page of groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertGroupPage {
    /// The groups, the newest first.
    pub groups: Vec<ListedAlertGroup>,
    /// The alerts that no rule matched, the newest first; on the first page only.
    pub unmatched: Vec<StoredAlert>,
    /// Whether there is a next page.
    pub has_next: bool,
}

/// A group in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAlertGroup {
    /// The content of its card.
    pub message: GroupMessage,
    /// Its incident, if the viewer may see it.
    pub incident: Option<IncidentId>,
}

impl Store {
    /// Returns a page of groups; an empty one for a viewer who may not see groups.
    pub async fn list_alert_groups(
        &self,
        viewer: Viewer,
        filter: AlertListFilter,
        now: Timestamp,
    ) -> Result<AlertGroupPage> {
        self.read_pool
            .run(move |tx| list(tx, &viewer, &filter, now))
            .await
    }

    /// Checks that a viewer may see a group.
    ///
    /// # Errors
    /// Returns [`Error::NotFound`] if they may not, as for a group that does not exist.
    pub async fn check_visible_alert_group(&self, viewer: Viewer, group: i64) -> Result<()> {
        self.read_pool
            .run(move |tx| visible_incident(tx, &viewer, group).map(drop))
            .await
    }
}

fn list(
    tx: &Connection,
    viewer: &Viewer,
    filter: &AlertListFilter,
    now: Timestamp,
) -> Result<AlertGroupPage> {
    let mut page = AlertGroupPage {
        groups: Vec::new(),
        unmatched: Vec::new(),
        has_next: false,
    };
    if effective_viewer(tx, viewer)?.is_restricted() {
        return Ok(page);
    }
    let mut ids = group_ids(tx, filter)?;
    let size = usize::try_from(GROUPS_PER_PAGE).unwrap_or_default();
    page.has_next = ids.len() > size;
    ids.truncate(size);
    for id in ids {
        match visible_incident(tx, viewer, id) {
            Ok(incident) => page.groups.push(ListedAlertGroup {
                message: group_message::find_group_message(tx, id, now)?,
                incident,
            }),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if filter.page == 0 {
        page.unmatched = unmatched(tx, filter)?;
    }
    Ok(page)
}

/// Returns the incident of a group, if the viewer may see it.
fn visible_incident(tx: &Connection, viewer: &Viewer, group: i64) -> Result<Option<IncidentId>> {
    let hidden = || Error::NotFound("alert group");
    if effective_viewer(tx, viewer)?.is_restricted() {
        return Err(hidden());
    }
    let group = groups::find_group(tx, group)?;
    // The rule may have been renamed or changed since the group began.
    let is_private = group.is_private || rule_of(&*settings::current_settings(tx)?, &group).private;
    let Some(incident) = group.incident else {
        return match is_private {
            true => Err(hidden()),
            false => Ok(None),
        };
    };
    match incidents::find_visible_incident(tx, viewer, incident) {
        Ok(_) => Ok(Some(incident)),
        Err(Error::NotFound(_)) if is_private => Err(hidden()),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn group_ids(tx: &Connection, filter: &AlertListFilter) -> Result<Vec<i64>> {
    let ids = tx
        .prepare_cached(
            "SELECT id FROM alert_groups
              WHERE EXISTS (SELECT 1 FROM alert_group_members
                             WHERE group_id = alert_groups.id AND is_firing = 1) = :is_firing
                AND (:source IS NULL
                     OR EXISTS (SELECT 1 FROM alert_group_members JOIN alerts ON alerts.id = alert_id
                                 WHERE group_id = alert_groups.id AND source_id = :source))
              ORDER BY id DESC LIMIT :limit OFFSET :offset",
        )?
        .query_map(
            named_params! {
                ":is_firing": filter.state == AlertListState::Firing,
                ":source": filter.source,
                ":limit": GROUPS_PER_PAGE + 1,
                ":offset": filter.page * GROUPS_PER_PAGE,
            },
            |row| row.get(0),
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(ids)
}

/// Returns the last alerts that no rule matched.
fn unmatched(tx: &Connection, filter: &AlertListFilter) -> Result<Vec<StoredAlert>> {
    let (columns, source) = (alerts::COLUMNS, alerts::SOURCE_COLUMNS);
    let alerts = tx
        .prepare_cached(&format!(
            "SELECT {columns}, {source} FROM alerts
              WHERE (ended_at IS NULL) = :is_firing AND (:source IS NULL OR source_id = :source)
                AND NOT EXISTS (SELECT 1 FROM alert_group_members WHERE alert_id = alerts.id)
              ORDER BY id DESC LIMIT :limit"
        ))?
        .query_map(
            named_params! {
                ":is_firing": filter.state == AlertListState::Firing,
                ":source": filter.source,
                ":limit": GROUPS_PER_PAGE,
            },
            alerts::alert_with_source,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok(alerts)
}
