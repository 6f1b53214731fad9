//! `/incidents`: the list. Its URL contains the search words, the filter and the order, so that it can be sent
//! to another user and saved as a view.

mod address;
mod csv;
mod facets;
mod feed;
mod rows;
mod saved_views;
mod view_links;

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;

use crate::domain::{
    FilterNames, IncidentFilter, ListCursor, ListGrouping, ListQuery, ListSort, ParsedListQuery,
};
use crate::error::Error;
use crate::store::{IncidentList, ListRequest};
use crate::web::error_page::ErrorPage;
use crate::web::form::new_key;
use crate::web::layout::{Layout, PageResult, Section, page, page_with_status};
use crate::web::pages::incidents::address::{address, csv_address, query_string, read};
use crate::web::pages::incidents::facets::{DaysFacet, Facet, FacetOption, facets};
use crate::web::pages::incidents::rows::{Group, groups};
use crate::web::pages::incidents::view_links::{ViewLink, view_links};
use crate::web::pages::list_position::remember_list;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

pub(crate) use address::{address as list_address, read as read_list};

const PATH: &str = "/incidents";

pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = routes.get(Access::SignedIn, PATH, show);
    saved_views::add_routes(feed::add_routes(csv::add_routes(routes)))
}

#[derive(Template)]
#[template(path = "incidents.html", config = "src/web/askama.toml")]
struct ListTemplate {
    layout: Layout,
    title: String,
    words: String,
    is_mine: bool,
    views: Vec<ViewLink>,
    parts: Vec<Part>,
    total: String,
    facets: Vec<Facet>,
    days: DaysFacet,
    sorts: Vec<FacetOption>,
    groupings: Vec<FacetOption>,
    notices: Vec<String>,
    groups: Vec<Group>,
    empty: &'static str,
    command: String,
    addresses: Addresses,
    form: SaveForm,
}

/// The addresses that a list links to.
struct Addresses {
    /// The list without a filter; `None` if it has none.
    unfiltered: Option<String>,
    /// The first page; `None` on it.
    first: Option<String>,
    /// The next page; `None` on the last one.
    next: Option<String>,
    /// The list as CSV.
    csv: String,
}

/// A part of the filter, with the address that lifts it.
struct Part {
    text: String,
    without: String,
}

/// The form that saves the list as a view.
struct SaveForm {
    name: String,
    is_shared: bool,
    /// The query string of the list.
    query: String,
    /// The idempotency key.
    key: String,
    /// Why the view was rejected.
    error: Option<String>,
}

impl SaveForm {
    fn empty() -> Self {
        Self {
            name: String::new(),
            is_shared: false,
            query: String::new(),
            key: new_key(),
            error: None,
        }
    }
}

async fn show(signed_in: SignedIn, RawQuery(raw): RawQuery) -> PageResult {
    let parsed = read(signed_in.store(), &signed_in.viewer, raw.as_deref()).await?;
    let query = query_string(&parsed.query);
    let template = load(&signed_in, parsed, SaveForm::empty()).await?;
    let mut response = page(&template)?;
    remember_list(&mut response, &query);
    Ok(response)
}

/// Returns the list again, with a view that was not saved.
async fn show_rejected(signed_in: &SignedIn, form: SaveForm) -> PageResult {
    let parsed = read(signed_in.store(), &signed_in.viewer, Some(&form.query)).await?;
    let template = load(signed_in, parsed, form).await?;
    page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &template)
}

/// Returns the request of the list on behalf of the user.
fn list_request(signed_in: &SignedIn, query: ListQuery) -> ListRequest {
    ListRequest {
        viewer: signed_in.viewer.clone(),
        query,
        clock: signed_in.clock,
    }
}

async fn load(
    signed_in: &SignedIn,
    parsed: ParsedListQuery,
    form: SaveForm,
) -> Result<ListTemplate, ErrorPage> {
    let store = signed_in.store();
    let request = list_request(signed_in, parsed.query.clone());
    let list = store.incident_list(request).await;
    let list = list.map_err(|error| unknown_page(error, &parsed.query))?;
    let settings = store.settings().await?;
    let scale = settings.severity_scale();
    let views = store.saved_views(signed_in.user.id.clone()).await?;
    let query = &parsed.query;
    let filter = &query.filter;
    let names = FilterNames {
        users: &list.facets.names,
        settings: &settings,
    };
    Ok(ListTemplate {
        layout: signed_in.layout(Section::Incidents),
        title: filter.sentence(names),
        words: filter.words.clone(),
        is_mine: filter.is_mine,
        views: view_links(query, &views, &signed_in.user.id, &settings),
        parts: parts(query, names),
        total: list.facets.total.to_string(),
        facets: facets(filter, &list.facets, &scale),
        days: DaysFacet::from(filter),
        sorts: sorts(query.sort),
        groupings: groupings(query.grouping),
        notices: notices(&parsed.ignored, &list),
        groups: groups(signed_in, query.grouping, &list, &scale),
        empty: empty_text(query),
        command: signed_in.app.config.command.clone(),
        addresses: Addresses::new(query, list.page.next),
        form: SaveForm {
            query: query_string(&query.first_page()),
            ..form
        },
    })
}

impl Addresses {
    /// Returns the addresses of a list with this next page.
    fn new(query: &ListQuery, next: Option<ListCursor>) -> Self {
        let is_filtered = query.filter != IncidentFilter::any();
        Self {
            unfiltered: is_filtered.then(|| address(&unfiltered())),
            first: query.cursor.map(|_| address(&query.first_page())),
            next: next.map(|cursor| {
                let cursor = Some(cursor);
                address(&ListQuery {
                    cursor,
                    ..query.clone()
                })
            }),
            csv: csv_address(&query.first_page()),
        }
    }
}

/// Returns the query of all incidents.
fn unfiltered() -> ListQuery {
    ListQuery {
        filter: IncidentFilter::any(),
        ..ListQuery::default()
    }
}

/// Returns the page of an error. The store rejects cursors only.
fn unknown_page(error: Error, query: &ListQuery) -> ErrorPage {
    match error {
        Error::Rejected(reason) => ErrorPage::unknown_list_page(reason)
            .with_way_on(address(&query.first_page()), "First page"),
        other => other.into(),
    }
}

fn parts(query: &ListQuery, names: FilterNames<'_>) -> Vec<Part> {
    let parts = query.filter.parts(names).into_iter();
    let parts = parts.map(|part| Part {
        without: address(&ListQuery {
            filter: query.filter.without(&part.field),
            ..query.first_page()
        }),
        text: part.text,
    });
    parts.collect()
}

fn sorts(current: ListSort) -> Vec<FacetOption> {
    let sorts = ListSort::ALL.into_iter();
    let options = sorts.map(|sort| FacetOption {
        is_selected: sort == current,
        ..FacetOption::new(sort.as_str(), sort.label())
    });
    options.collect()
}

fn groupings(current: ListGrouping) -> Vec<FacetOption> {
    let groupings = ListGrouping::ALL.into_iter();
    let options = groupings.map(|grouping| FacetOption {
        is_selected: grouping == current,
        ..FacetOption::new(grouping.as_str(), grouping.label())
    });
    options.collect()
}

fn notices(ignored: &[String], list: &IncidentList) -> Vec<String> {
    let mut notices = Vec::new();
    if !ignored.is_empty() {
        notices.push(format!(
            "Ignored, because the list has no such filter: {}.",
            ignored.join(", ")
        ));
    }
    if list.page.is_partial {
        notices.push(
            "These words occur in too many incidents. Only the newest were searched: add a word or a filter."
                .to_owned(),
        );
    }
    notices
}

fn empty_text(query: &ListQuery) -> &'static str {
    let filter = &query.filter;
    let mine = IncidentFilter {
        is_mine: true,
        ..IncidentFilter::default()
    };
    if *filter == IncidentFilter::default() {
        "No open incidents."
    } else if *filter == mine {
        "You aren't in any open incident."
    } else if *filter == IncidentFilter::any() {
        "No incident has been declared yet."
    } else {
        "No incident matches."
    }
}
