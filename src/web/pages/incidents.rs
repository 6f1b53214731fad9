//! `/incidents`: the list, open incidents first.

use askama::Template;
use axum::extract::Query;
use muster_commands::list::ListFilter;
use serde::Deserialize;

use crate::domain::text::format_age;
use crate::domain::{Status, UserNames, Visibility};
use crate::store::IncidentSummary;
use crate::web::layout::{Layout, PageResult, Section, page};
use crate::web::parts::{SeverityPill, Time, user_name};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::SignedIn, "/incidents", list)
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    show: String,
    /// The page, from 1.
    #[serde(default)]
    page: i64,
}

/// The lists, with their names in the address.
const LISTS: [(&str, &str, ListFilter); 4] = [
    ("open", "Open", ListFilter::Open),
    ("mine", "Mine", ListFilter::Mine),
    ("resolved", "Resolved", ListFilter::Resolved),
    ("any", "Any status", ListFilter::AnyStatus),
];

#[derive(Template)]
#[template(path = "incidents.html", config = "src/web/askama.toml")]
struct ListTemplate {
    layout: Layout,
    lists: Vec<ListLink>,
    total: i64,
    groups: Vec<Group>,
    previous: Option<String>,
    next: Option<String>,
    position: String,
    empty: &'static str,
    command: String,
}

struct ListLink {
    name: &'static str,
    label: &'static str,
    is_current: bool,
}

/// Successive incidents with the same status.
struct Group {
    label: &'static str,
    rows: Vec<Row>,
}

struct Row {
    number: i64,
    id: String,
    title: String,
    severity: SeverityPill,
    commander: String,
    declared: Time,
    age: String,
    is_private: bool,
    is_test: bool,
}

async fn list(signed_in: SignedIn, Query(query): Query<ListQuery>) -> PageResult {
    let store = signed_in.store();
    let [open, ..] = LISTS;
    let known = LISTS.into_iter().find(|(name, ..)| *name == query.show);
    let (current, _, filter) = known.unwrap_or(open);
    let viewer = signed_in.viewer.clone();
    let number = query.page.max(1) - 1;
    let incidents = store.list_incidents(viewer, filter, number).await?;
    let commanders = incidents.items.iter().map(|it| it.commander.clone());
    let names = store.user_names(commanders.collect()).await?;
    let scale = store.settings().await?.severity_scale();
    let rows = incidents.items.iter().map(|incident| {
        let severity = SeverityPill::short(incident.severity, &scale);
        (incident.status, row(&signed_in, incident, severity, &names))
    });
    let address = |page: i64| format!("/incidents?show={current}&page={page}");
    let here = incidents.number + 1;
    page(&ListTemplate {
        layout: signed_in.layout(Section::Incidents),
        lists: list_links(current),
        total: incidents.item_count,
        groups: grouped(rows),
        previous: (here > 1).then(|| address(here - 1)),
        next: (here < incidents.page_count).then(|| address(here + 1)),
        position: format!("Page {here} of {}", incidents.page_count),
        empty: empty_text(current),
        command: signed_in.app.config.command.clone(),
    })
}

fn list_links(current: &str) -> Vec<ListLink> {
    let links = LISTS.into_iter().map(|(name, label, _)| ListLink {
        name,
        label,
        is_current: name == current,
    });
    links.collect()
}

fn empty_text(list: &str) -> &'static str {
    match list {
        "mine" => "You aren't in any open incident.",
        "resolved" => "No incident has been resolved yet.",
        "any" => "No incident has been declared yet.",
        _ => "No open incidents.",
    }
}

fn grouped(rows: impl Iterator<Item = (Status, Row)>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (status, row) in rows {
        match groups.last_mut() {
            Some(group) if group.label == status.label() => group.rows.push(row),
            Some(_) | None => groups.push(Group {
                label: status.label(),
                rows: vec![row],
            }),
        }
    }
    groups
}

fn row(
    signed_in: &SignedIn,
    incident: &IncidentSummary,
    severity: SeverityPill,
    names: &UserNames,
) -> Row {
    Row {
        number: incident.id.number(),
        id: incident.id.to_string(),
        title: incident.title.clone(),
        severity,
        commander: user_name(&incident.commander, names),
        declared: signed_in.time(incident.declared_at),
        age: format_age(incident.declared_at, signed_in.now),
        is_private: incident.visibility == Visibility::Private,
        is_test: incident.kind.is_test(),
    }
}
