//! `/incidents.atom`: the newest incidents of a list as a feed, RFC 4287. Its address contains the token of a user,
//! because feed readers have no session. Private incidents are never in a feed: its readers keep copies.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use crate::app::App;
use crate::domain::{FilterNames, ListQuery, ListSort, User, UserClock, Viewer, Visibility};
use crate::store::{IncidentPage, ListRequest, ListedIncident};
use crate::web::error_page::ErrorPage;
use crate::web::layout::PageResult;
use crate::web::pages::incidents::address::{query_string, read, with_query};
use crate::web::parts::commander_name;
use crate::web::routes::{Access, Routes};

/// The path.
const PATH: &str = "/incidents.atom";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::Public, PATH, show)
}

#[derive(Template)]
#[template(path = "feed.html", config = "src/web/askama.toml")]
struct FeedTemplate {
    /// The ID of the feed: the address of the list.
    list: String,
    title: String,
    updated: String,
    entries: Vec<Entry>,
}

struct Entry {
    link: String,
    title: String,
    published: String,
    updated: String,
    summary: String,
}

async fn show(State(app): State<App>, RawQuery(raw): RawQuery) -> PageResult {
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(raw.as_deref().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let token = pairs.iter().find(|(name, _)| name == "token");
    let user = match token {
        Some((_, token)) => app.store.user_of_feed_token(token).await?,
        None => None,
    };
    let Some(user) = user else {
        return Err(ErrorPage::unknown_feed());
    };
    let rest = pairs.iter().filter(|(name, _)| name != "token");
    let rest = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(rest)
        .finish();
    let query = read(&app.store, &Viewer::user(&user.id), Some(&rest)).await?;
    let query = query.query;
    let feed = load(&app, &user, query).await?;
    let text = feed.render().map_err(crate::error::Error::internal)?;
    let headers = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    Ok((StatusCode::OK, headers, text).into_response())
}

async fn load(app: &App, user: &User, query: ListQuery) -> Result<FeedTemplate, ErrorPage> {
    let mut query = query.first_page();
    query.filter.visibilities = [Visibility::Public].into();
    query.sort = ListSort::Newest;
    let now = app.clock.now();
    let request = ListRequest {
        viewer: Viewer::user(&user.id),
        query: query.clone(),
        clock: UserClock::new(now, &user.time_zone),
    };
    let list = app.store.incident_list(request).await?;
    let settings = app.store.settings().await?;
    let base = app.config.public_url.as_deref().unwrap_or_default();
    let base = base.trim_end_matches('/');
    let updated = list
        .page
        .incidents
        .iter()
        .map(|it| it.last_activity_at)
        .max();
    Ok(FeedTemplate {
        list: format!("{base}{}", with_query(super::PATH, &query_string(&query))),
        title: query.filter.sentence(FilterNames {
            users: &list.facets.names,
            settings: &settings,
        }),
        updated: updated.unwrap_or(now).to_string(),
        entries: entries(&list.page, base),
    })
}

fn entries(page: &IncidentPage, base: &str) -> Vec<Entry> {
    let incidents = page.incidents.iter();
    let entries = incidents.map(|incident| {
        let commander = commander_name(incident.summary.commander.as_ref(), &page.names);
        entry(incident, base, &commander)
    });
    entries.collect()
}

fn entry(incident: &ListedIncident, base: &str, commander: &str) -> Entry {
    let summary = &incident.summary;
    let severity = summary.severity.as_str();
    Entry {
        link: format!("{base}/incidents/{}", summary.id.number()),
        title: format!("{} {severity}: {}", summary.id, summary.display_title()),
        published: summary.declared_at.to_string(),
        updated: incident.last_activity_at.to_string(),
        summary: format!(
            "{}. Incident Commander: {commander}.",
            summary.status.label()
        ),
    }
}
