//! `/alerts`: the groups of alerts, with the buttons of their cards, and the alerts that no rule matched.

mod actions;
mod changes;
mod related;

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;

use crate::domain::alert::group::GroupStage;
use crate::domain::alert::{AlertLink, StoredAlert};
use crate::domain::text::{format_duration, truncate};
use crate::domain::{AccountKind, IncidentId, Viewer};
use crate::error::Result;
use crate::store::{AlertListFilter, AlertListState, GroupMessage, ListedAlertGroup};
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page};
use crate::web::pages::incident::incident_path;
use crate::web::parts::{SeverityPill, Time, user_name};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(crate) use changes::{ChangeRow, change_rows};
pub(crate) use related::RelatedBlock;

const PATH: &str = "/alerts";

/// The last page that can be opened. Older groups are found by their source.
const LAST_PAGE: i64 = 10_000;

/// The longest description on the page, in characters.
const LONGEST_DESCRIPTION: usize = 500;

/// The number of open incidents that alerts can be added to.
const OFFERED_INCIDENTS: usize = 50;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = routes.get(Access::SignedIn, PATH, list);
    let routes = actions::add_routes(routes);
    related::add_routes(routes)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    show: String,
    /// The number of a source; empty for all.
    source: String,
    /// The page, from 1.
    page: i64,
}

#[derive(Template)]
#[template(path = "alerts.html", config = "src/web/askama.toml")]
struct AlertsTemplate {
    layout: Layout,
    /// Whether the user may read the rules.
    has_rules_link: bool,
    show: &'static str,
    source: String,
    sources: Vec<SourceChoice>,
    groups: Vec<GroupRow>,
    unmatched: Vec<AlertRow>,
    incidents: Vec<IncidentChoice>,
    previous: Option<i64>,
    next: Option<i64>,
}

struct SourceChoice {
    id: String,
    name: String,
    is_selected: bool,
}

struct IncidentChoice {
    number: i64,
    label: String,
}

struct GroupRow {
    id: i64,
    title: String,
    severity: String,
    suggested: SeverityPill,
    titles: Vec<String>,
    labels: String,
    description: String,
    links: Vec<AlertLink>,
    counts: String,
    since: Time,
    sources: String,
    rule: String,
    outcome: String,
    incident: Option<(String, String)>,
    resolved: String,
    /// Remarks about its alerts and its source.
    remarks: Vec<&'static str>,
    has_buttons: bool,
    /// How long it is ignored unless a user chooses a time.
    window: String,
    key: String,
}

struct AlertRow {
    title: String,
    severity: String,
    source: String,
    since: Time,
}

async fn list(signed_in: SignedIn, Query(query): Query<ListQuery>) -> PageResult {
    let is_resolved = query.show == "resolved";
    let filter = AlertListFilter {
        state: match is_resolved {
            true => AlertListState::Resolved,
            false => AlertListState::Firing,
        },
        source: query.source.parse().ok(),
        page: query.page.clamp(1, LAST_PAGE) - 1,
    };
    let (store, now) = (signed_in.store(), signed_in.now);
    let number = filter.page;
    let viewer = signed_in.viewer.clone();
    let listed = store.list_alert_groups(viewer, filter, now).await?;
    let sources = store.alert_sources().await?.into_iter();
    let sources = sources.map(|source| SourceChoice {
        id: source.identity.id.to_string(),
        is_selected: source.identity.id.to_string() == query.source,
        name: source.identity.name,
    });
    let groups = listed.groups.iter().map(|group| row(&signed_in, group));
    let unmatched = listed.unmatched.iter();
    let unmatched = unmatched.map(|alert| alert_row(&signed_in, alert));
    page(&AlertsTemplate {
        layout: signed_in.layout(Section::Alerts),
        has_rules_link: signed_in.user.account_kind != AccountKind::Guest,
        show: if is_resolved { "resolved" } else { "firing" },
        source: query.source.clone(),
        sources: sources.collect(),
        groups: groups.collect(),
        unmatched: unmatched.collect(),
        incidents: open_incidents(&signed_in, signed_in.viewer.clone()).await?,
        previous: (number > 0).then_some(number),
        next: listed.has_next.then_some(number + 2),
    })
}

async fn open_incidents(signed_in: &SignedIn, viewer: Viewer) -> Result<Vec<IncidentChoice>> {
    let store = signed_in.store();
    let searched = store.search_incidents(viewer, String::new(), OFFERED_INCIDENTS);
    let open = searched.await?.into_iter();
    let open = open.filter(|incident| incident.status.is_open());
    let choice = |id: IncidentId, title: String| IncidentChoice {
        number: id.number(),
        label: format!("{id} {title}"),
    };
    Ok(open.map(|it| choice(it.id, it.display_title())).collect())
}

fn row(signed_in: &SignedIn, listed: &ListedAlertGroup) -> GroupRow {
    let content = &listed.message;
    let group = &content.group;
    let labels = content.displayed_labels();
    let labels: Vec<_> = labels
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let resolved = content
        .ended_at
        .filter(|_| content.counts.are_all_resolved());
    let resolved = resolved.map(|at| format_duration(at.duration_since(content.started_at)));
    let is_closed = [GroupStage::Attached, GroupStage::Ignored].contains(&group.stage);
    let titles = content.titles.iter().filter(|it| it.title != group.title);
    GroupRow {
        id: group.id,
        title: group.title.clone(),
        severity: content.severity.clone(),
        suggested: SeverityPill::short(content.suggested, &content.scale),
        titles: titles.map(|it| it.title.clone()).collect(),
        labels: labels.join(" · "),
        description: truncate(&content.description, LONGEST_DESCRIPTION),
        links: content.links.clone(),
        counts: counts(listed),
        since: signed_in.time(content.started_at),
        sources: content.sources.join(", "),
        rule: group.rule.clone(),
        outcome: outcome(listed),
        incident: listed
            .incident
            .map(|id| (id.to_string(), incident_path(id))),
        resolved: resolved.unwrap_or_default(),
        remarks: remarks(content),
        has_buttons: !is_closed && !content.counts.are_all_resolved(),
        window: format_duration(content.window),
        key: new_key(),
    }
}

fn remarks(content: &GroupMessage) -> Vec<&'static str> {
    let remarks = [
        (content.is_acknowledged, "acknowledged in its source"),
        (content.is_flapping, "flapping"),
        (content.stale_since.is_some(), "stale"),
        (content.is_clock_off, "the clock of its source is off"),
    ];
    let remarks = remarks.into_iter().filter(|(is_due, _)| *is_due);
    remarks.map(|(_, remark)| remark).collect()
}

fn counts(listed: &ListedAlertGroup) -> String {
    let counts = listed.message.counts;
    let omitted = listed.message.omitted_text();
    match counts.total {
        1 => format!("1 alert{omitted}"),
        total if counts.firing == total => format!("{total} alerts{omitted}"),
        total => format!("{total} alerts, {} firing{omitted}", counts.firing),
    }
}

/// Returns the outcome of the group, and the user.
fn outcome(listed: &ListedAlertGroup) -> String {
    let (content, group) = (&listed.message, &listed.message.group);
    let user = group.handled_by.as_ref();
    let actor = user.map_or("Muster".to_owned(), |user| user_name(user, &content.names));
    match group.stage {
        GroupStage::Attached if group.is_added => format!("Added to an incident by {actor}"),
        GroupStage::Attached => format!("Declared by {actor}"),
        GroupStage::Ignored => format!("Ignored by {actor}"),
        GroupStage::Suggested => "Suggested".to_owned(),
        GroupStage::InStorm => "Counted in a storm".to_owned(),
        GroupStage::Waiting => "Waiting for its rule".to_owned(),
        GroupStage::Listed => "Listed only".to_owned(),
    }
}

fn alert_row(signed_in: &SignedIn, alert: &StoredAlert) -> AlertRow {
    AlertRow {
        title: alert.report.title.clone(),
        severity: alert.report.severity.clone(),
        source: alert.source.name.clone(),
        since: signed_in.time(alert.started_at),
    }
}
