//! The content of cards.

use std::collections::BTreeMap;

use chrono::Duration;
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::domain::alert::group::{GroupCounts, GroupStage};
use crate::domain::alert::rule::AlertRule;
use crate::domain::alert::{AlertLink, StoredAlert};
use crate::domain::{
    IncidentId, Severity, SeverityScale, Status, Timestamp, UserId, UserNames, Visibility,
};
use crate::error::Result;
use crate::store::alert_groups::added_alerts::{alerts_of, severities_of};
use crate::store::alert_groups::settle::rule_of;
use crate::store::db::sql_types::{parse_column, parse_optional_column};
use crate::store::tables::alert_groups::groups::{self, StoredGroup};
use crate::store::tables::alert_groups::members;
use crate::store::tables::alert_groups::storms::Storm;
use crate::store::tables::workspace::{settings, users};

/// The most alerts of a group from which its card is made. All of them are counted.
const MAX_READ: i64 = 100;

/// The most titles and links that a card shows.
const MAX_TITLES: usize = 5;
const MAX_LINKS: usize = 4;

/// The card of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMessage {
    /// The group.
    pub group: StoredGroup,
    /// The description of the first alert that has one.
    pub description: String,
    /// How long it is ignored unless a user chooses a time.
    pub window: Duration,
    /// The severity of the worst alert in the sender's own words; may be empty.
    pub severity: String,
    /// The severity that the rule suggests.
    pub suggested: Severity,
    /// The team's scale.
    pub scale: SeverityScale,
    /// The labels that all alerts have in common.
    pub labels: BTreeMap<String, String>,
    /// The names of the sources.
    pub sources: Vec<String>,
    /// The titles.
    pub titles: Vec<TitleCount>,
    /// The links, without repeated URLs.
    pub links: Vec<AlertLink>,
    /// The numbers of alerts.
    pub counts: GroupCounts,
    /// The tool that left alerts out of its last request; `None` if it left out none.
    pub omitted_by: Option<&'static str>,
    /// How many times its alerts were reported.
    pub reports: u64,
    /// When the first alert started.
    pub started_at: Timestamp,
    /// When the last alert ended, if all have.
    pub ended_at: Option<Timestamp>,
    /// Whether an alert flaps.
    pub is_flapping: bool,
    /// Whether all alerts that fire are acknowledged in their source.
    pub is_acknowledged: bool,
    /// Whether the clock of a source is so far off that the time of receipt is used.
    pub is_clock_off: bool,
    /// Since when a firing alert was not reported, if one is stale.
    pub stale_since: Option<Timestamp>,
    /// The incident that it belongs to.
    pub incident: Option<GroupIncident>,
    /// The open public incident to which it is most likely to belong.
    pub candidate: Option<IncidentId>,
    /// The names of the users on it.
    pub names: UserNames,
}

/// The labels whose values are displayed as the title and the severity.
const DISPLAYED_ELSEWHERE: [&str; 2] = ["alertname", "severity"];

impl GroupMessage {
    /// Returns that alerts are missing, as the end of a sentence; empty if none are.
    pub fn omitted_text(&self) -> String {
        let omitted = self.group.omitted;
        let text = |tool| format!(" and {omitted} more that {tool} left out");
        self.omitted_by.map(text).unwrap_or_default()
    }

    /// Returns the labels that all alerts have in common, without those that are displayed elsewhere.
    pub fn displayed_labels(&self) -> impl Iterator<Item = (&String, &String)> {
        let labels = self.labels.iter();
        labels.filter(|(name, value)| {
            !DISPLAYED_ELSEWHERE.contains(&name.as_str()) && !value.is_empty()
        })
    }
}

/// A title on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleCount {
    /// The title.
    pub title: String,
    /// The number of alerts with it.
    pub count: u32,
}

/// The incident of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupIncident {
    /// Its number; `None` if it is private, because everyone in the channel reads the card.
    pub id: Option<IncidentId>,
}

/// The card of a storm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StormMessage {
    /// The storm.
    pub storm: Storm,
}

/// Returns the card of a group.
pub(super) fn find_group_message(tx: &Connection, id: i64, now: Timestamp) -> Result<GroupMessage> {
    let group = groups::find_group(tx, id)?;
    let settings = settings::current_settings(tx)?;
    let rule = rule_of(&settings, &group);
    let summary = Summary::new(&alerts_of(tx, id, MAX_READ)?);
    let facts = facts_of(tx, id, now)?;
    let severity = rule.worst(severities_of(tx, id)?);
    Ok(GroupMessage {
        suggested: rule.severity_for(&severity),
        severity,
        scale: settings.severity_scale(),
        description: summary.description,
        window: rule.window(),
        labels: summary.labels,
        sources: summary.sources,
        titles: summary.titles,
        links: summary.links,
        counts: members::count(tx, id, now)?,
        omitted_by: summary.sender.filter(|_| group.omitted > 0),
        reports: facts.reports,
        started_at: facts.started_at.unwrap_or(group.opened_at),
        ended_at: facts.ended_at,
        is_flapping: facts.is_flapping,
        is_acknowledged: facts.is_acknowledged,
        is_clock_off: facts.is_clock_off,
        stale_since: facts.stale_since,
        incident: incident_of(tx, &group)?,
        candidate: candidate_for(tx, &group, &rule)?,
        names: names_of(tx, group.handled_by.as_ref())?,
        group,
    })
}

/// The texts of alerts.
struct Summary {
    description: String,
    labels: BTreeMap<String, String>,
    sources: Vec<String>,
    titles: Vec<TitleCount>,
    links: Vec<AlertLink>,
    /// The tool of the last alert that can leave out others.
    sender: Option<&'static str>,
}

impl Summary {
    fn new(alerts: &[StoredAlert]) -> Self {
        let labels = alerts.first().map(|alert| alert.report.labels.clone());
        let mut descriptions = alerts.iter().map(|alert| &alert.report.description);
        let description = descriptions.find(|it| !it.is_empty()).cloned();
        let mut summary = Self {
            description: description.unwrap_or_default(),
            labels: labels.unwrap_or_default(),
            sources: Vec::new(),
            titles: Vec::new(),
            links: Vec::new(),
            sender: alerts
                .iter()
                .rev()
                .find_map(|it| it.source.kind.tool_that_omits()),
        };
        for alert in alerts {
            summary.add(alert);
        }
        summary.titles.truncate(MAX_TITLES);
        summary
    }

    fn add(&mut self, alert: &StoredAlert) {
        let report = &alert.report;
        let labels = &report.labels;
        self.labels
            .retain(|name, value| labels.get(name) == Some(value));
        for link in &report.links {
            let is_known = self.links.iter().any(|known| known.url == link.url);
            if !is_known && self.links.len() < MAX_LINKS {
                self.links.push(link.clone());
            }
        }
        if !self.sources.contains(&alert.source.name) {
            self.sources.push(alert.source.name.clone());
        }
        let mut titles = self.titles.iter_mut();
        match titles.find(|it| it.title == report.title) {
            Some(known) => known.count += 1,
            None => self.titles.push(TitleCount {
                title: report.title.clone(),
                count: 1,
            }),
        }
    }
}

/// Facts of all alerts of a group.
struct GroupFacts {
    reports: u64,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    is_flapping: bool,
    is_acknowledged: bool,
    is_clock_off: bool,
    stale_since: Option<Timestamp>,
}

fn facts_of(tx: &Connection, group: i64, now: Timestamp) -> Result<GroupFacts> {
    let facts = tx
        .prepare_cached(
            "SELECT ifnull(sum(count), 0) AS reports, min(started_at) AS started_at,
                    iif(sum(is_firing) = 0, max(ended_at), NULL) AS ended_at,
                    ifnull(max(flapping_until > :now), 0) AS is_flapping,
                    ifnull(max(is_clock_off), 0) AS is_clock_off,
                    ifnull(min(iif(is_firing = 1, acknowledged_at IS NOT NULL, NULL)), 0) AS is_acknowledged,
                    min(iif(is_firing = 1 AND stale_at <= :now, last_seen_at, NULL)) AS stale_since
               FROM alert_group_members JOIN alerts ON alerts.id = alert_id
              WHERE group_id = :group",
        )?
        .query_row(
            named_params! { ":group": group, ":now": now.to_string() },
            |row| {
                let reports: i64 = row.get("reports")?;
                Ok(GroupFacts {
                    reports: u64::try_from(reports).unwrap_or_default(),
                    started_at: parse_optional_column(row, "started_at")?,
                    ended_at: parse_optional_column(row, "ended_at")?,
                    is_flapping: row.get("is_flapping")?,
                    is_acknowledged: row.get("is_acknowledged")?,
                    is_clock_off: row.get("is_clock_off")?,
                    stale_since: parse_optional_column(row, "stale_since")?,
                })
            },
        )?;
    Ok(facts)
}

fn incident_of(tx: &Connection, group: &StoredGroup) -> Result<Option<GroupIncident>> {
    let Some(incident) = group.incident else {
        return Ok(None);
    };
    let visibility: Visibility = tx
        .prepare_cached("SELECT visibility FROM incidents WHERE id = :id")?
        .query_row(named_params! { ":id": incident.number() }, |row| {
            parse_column(row, "visibility")
        })?;
    Ok(Some(GroupIncident {
        id: (visibility == Visibility::Public).then_some(incident),
    }))
}

/// Returns the newest open public incident of the group's service; without one, the newest of all. A private rule
/// offers none.
fn candidate_for(
    tx: &Connection,
    group: &StoredGroup,
    rule: &AlertRule,
) -> Result<Option<IncidentId>> {
    if group.stage == GroupStage::Attached || group.is_private || rule.private {
        return Ok(None);
    }
    let candidate = tx
        .prepare_cached(
            "SELECT id FROM incidents
              WHERE status IN (:active, :stable) AND visibility = 'public' AND kind = 'real'
              ORDER BY EXISTS (SELECT 1 FROM field_values
                                WHERE incident_id = incidents.id AND field = 'services'
                                  AND value = :service) DESC, id DESC LIMIT 1",
        )?
        .query_row(
            named_params! {
                ":active": Status::Active.as_str(),
                ":stable": Status::Stable.as_str(),
                ":service": group.service,
            },
            |row| row.get(0),
        )
        .optional()?;
    Ok(candidate.map(IncidentId))
}

fn names_of(tx: &Connection, user: Option<&UserId>) -> Result<UserNames> {
    let user = user.map(|user| users::find_user(tx, user)).transpose()?;
    let known = user.flatten().map(|(user, _)| (user.id, user.name));
    Ok(known.into_iter().collect())
}
