//! `/postmortems`: the resolved incidents and the states of their postmortems, so that none is forgotten.

use askama::Template;
use axum::extract::Query;
use chrono::Duration;
use serde::Deserialize;

use crate::domain::postmortem::{PostmortemState, PostmortemStatus};
use crate::domain::text::format_duration;
use crate::domain::{ListCursor, Settings, Timestamp, UserNames, Visibility};
use crate::store::{ListedPostmortem, PostmortemListFilter, PostmortemListRequest, PostmortemPage};
use crate::web::error_page::ErrorPage;
use crate::web::layout::{Layout, PageResult, Section, page};
use crate::web::pages::incident::incident_path;
use crate::web::parts::{SeverityPill, StatusPill, Time, is_web_address, user_name};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

const PATH: &str = "/postmortems";

pub(crate) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::SignedIn, PATH, list)
}

/// The periods of resolution: the value in the address, the label, the days. The first one is the default.
const PERIODS: [(&str, &str, i64); 5] = [
    ("", "Any time", 0),
    ("7d", "Last 7 days", 7),
    ("30d", "Last 30 days", 30),
    ("90d", "Last 90 days", 90),
    ("365d", "Last 365 days", 365),
];

/// The query of an address. A value that does not exist is ignored.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    state: String,
    mine: String,
    resolved: String,
    test: String,
    /// The last postmortem of the page before.
    after: String,
}

impl ListQuery {
    fn state(&self) -> Option<PostmortemState> {
        let mut states = PostmortemState::ALL.into_iter();
        states.find(|state| state.as_str() == self.state)
    }

    /// Returns the address of the list with this query.
    fn address(&self) -> String {
        let parameters = [
            ("state", &self.state),
            ("mine", &self.mine),
            ("resolved", &self.resolved),
            ("test", &self.test),
            ("after", &self.after),
        ];
        let entered = parameters
            .into_iter()
            .filter(|(_, value)| !value.is_empty());
        let mut query = form_urlencoded::Serializer::new(String::new());
        match query.extend_pairs(entered).finish().as_str() {
            "" => PATH.to_owned(),
            query => format!("{PATH}?{query}"),
        }
    }

    fn first_page(&self) -> Self {
        Self {
            after: String::new(),
            ..self.clone()
        }
    }

    fn filter(&self, signed_in: &SignedIn) -> PostmortemListFilter {
        let days = PERIODS.iter().find(|(name, ..)| *name == self.resolved);
        let days = days.map_or(0, |(.., days)| *days);
        PostmortemListFilter {
            state: self.state(),
            is_mine: !self.mine.is_empty(),
            resolved_since: (days > 0).then(|| signed_in.now.plus(-Duration::days(days))),
            has_tests: !self.test.is_empty(),
        }
    }
}

#[derive(Template)]
#[template(path = "postmortems.html", config = "src/web/askama.toml")]
struct ListTemplate {
    layout: Layout,
    query: ListQuery,
    states: Vec<StateLink>,
    rows: Vec<Row>,
    empty: &'static str,
    /// The address of the whole list, unless this is it.
    unfiltered: Option<&'static str>,
    first: Option<String>,
    next: Option<String>,
}

/// A link to the postmortems in a state.
struct StateLink {
    address: String,
    label: &'static str,
    is_current: bool,
}

struct Row {
    /// The path of the postmortem's page.
    path: String,
    id: String,
    title: String,
    severity: SeverityPill,
    state: PostmortemState,
    /// The status of a document elsewhere.
    attached_status: Option<PostmortemStatus>,
    /// The owner; `None` if the incident has no commander either.
    owner: Option<String>,
    resolved: Option<Time>,
    /// The status of an incident that is open.
    status: Option<StatusPill>,
    due: Option<Time>,
    /// How long the deadline has passed; empty if it has not.
    overdue: String,
    /// The open follow-ups; empty without one.
    follow_ups: String,
    attached_url: Option<String>,
    is_private: bool,
    is_test: bool,
}

async fn list(signed_in: SignedIn, Query(query): Query<ListQuery>) -> PageResult {
    let unknown_page = |rejection: crate::domain::Rejection| {
        let first = query.first_page().address();
        ErrorPage::unknown_list_page(rejection.0).with_way_on(first, "First page")
    };
    let after = match query.after.as_str() {
        "" => None,
        after => Some(after.parse::<ListCursor>().map_err(unknown_page)?),
    };
    let request = PostmortemListRequest {
        viewer: signed_in.viewer.clone(),
        filter: query.filter(&signed_in),
        after,
    };
    let listed = signed_in.store().postmortem_page(request).await?;
    let settings = signed_in.store().settings().await?;
    page(&template(&signed_in, &settings, query, &listed))
}

fn template(
    signed_in: &SignedIn,
    settings: &Settings,
    query: ListQuery,
    listed: &PostmortemPage,
) -> ListTemplate {
    let rows = listed.postmortems.iter();
    let rows = rows.map(|it| row(signed_in, settings, it, &listed.names));
    let next = listed.next.map(|cursor| ListQuery {
        after: cursor.to_string(),
        ..query.clone()
    });
    let is_filtered = query.first_page().address() != PATH;
    ListTemplate {
        layout: signed_in.layout(Section::Postmortems),
        states: states(&query),
        rows: rows.collect(),
        empty: empty_text(&query),
        unfiltered: is_filtered.then_some(PATH),
        first: (!query.after.is_empty()).then(|| query.first_page().address()),
        next: next.map(|next| next.address()),
        query,
    }
}

fn states(query: &ListQuery) -> Vec<StateLink> {
    let any_state = (String::new(), "All states");
    let states = PostmortemState::ALL.into_iter();
    let states = states.map(|state| (state.as_str().to_owned(), state.label()));
    let current = query.state().map_or("", PostmortemState::as_str);
    let link = |(state, label): (String, &'static str)| StateLink {
        is_current: state == current,
        address: ListQuery {
            state,
            ..query.first_page()
        }
        .address(),
        label,
    };
    [any_state].into_iter().chain(states).map(link).collect()
}

fn row(
    signed_in: &SignedIn,
    settings: &Settings,
    listed: &ListedPostmortem,
    names: &UserNames,
) -> Row {
    let incident = &listed.incident;
    let due_at = due_at(settings, listed);
    let overdue = due_at.filter(|due| *due <= signed_in.now);
    let overdue = overdue.map(|due| format_duration(signed_in.now.duration_since(due)));
    Row {
        path: format!("{}/postmortem", incident_path(incident.id)),
        id: incident.id.to_string(),
        title: incident.title.clone(),
        severity: SeverityPill::short(incident.severity, &settings.severity_scale()),
        state: listed.state,
        attached_status: listed.status.filter(|_| listed.attached_url.is_some()),
        owner: listed.owner.as_ref().map(|it| user_name(it, names)),
        resolved: incident.resolved_at.map(|at| signed_in.time(at)),
        status: incident.status.is_open().then(|| incident.status.into()),
        due: due_at.map(|at| signed_in.time(at)),
        overdue: overdue.unwrap_or_default(),
        follow_ups: match listed.open_follow_ups {
            0 => String::new(),
            1 => "1 open follow-up".to_owned(),
            count => format!("{count} open follow-ups"),
        },
        attached_url: listed.attached_url.clone().filter(|it| is_web_address(it)),
        is_private: incident.visibility == Visibility::Private,
        is_test: incident.kind.is_test(),
    }
}

/// Returns when a postmortem is due that isn't completed. Tests need none.
fn due_at(settings: &Settings, listed: &ListedPostmortem) -> Option<Timestamp> {
    let incident = &listed.incident;
    let is_completed = listed.status == Some(PostmortemStatus::Completed);
    if is_completed || incident.kind.is_test() {
        return None;
    }
    settings.postmortem_due_at(incident.severity, incident.resolved_at?)
}

fn empty_text(query: &ListQuery) -> &'static str {
    let has_other_filter = ListQuery {
        state: String::new(),
        ..query.first_page()
    }
    .address()
        != PATH;
    match (query.state(), has_other_filter) {
        (_, true) => "No postmortem matches.",
        (None, false) => "No incident has been resolved yet.",
        (Some(PostmortemState::NotStarted), false) => "Every resolved incident has a postmortem.",
        (Some(PostmortemState::Draft), false) => "No postmortem is a draft.",
        (Some(PostmortemState::InReview), false) => "No postmortem is in review.",
        (Some(PostmortemState::Completed), false) => "No postmortem is completed.",
        (Some(PostmortemState::Attached), false) => "No document is attached.",
    }
}
