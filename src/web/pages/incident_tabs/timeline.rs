//! `/incidents/7/timeline`: what happened, entry by entry.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use muster_commands::timeline::{Page, PageCursor, SortOrder};

use crate::domain::Incident;
use crate::error::Result;
use crate::store::TimelinePage;
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::actions::{Action, EntryAction};
use crate::web::pages::incident::IncidentPath;
use crate::web::pages::incident_tabs::timeline_notice::Notice;
use crate::web::pages::incident_tabs::timeline_rows::{Day, Rows};
use crate::web::pages::incident_tabs::timeline_versions::{edit_counts, versions};
use crate::web::pages::incident_tabs::timeline_view::{self, FILTERS};
use crate::web::pages::incident_tabs::{IncidentHead, Tab, TabState, open_tab};
use crate::web::parts::ActionForm;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// How many entries a page shows.
const PAGE_SIZE: usize = 50;

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::SignedIn, "/incidents/{id}/timeline", show)
}

#[derive(Template)]
#[template(path = "incident_timeline.html", config = "src/web/askama.toml")]
struct TimelineTemplate {
    layout: Layout,
    head: IncidentHead,
    composer: ActionForm,
    filters: Vec<Chip>,
    order: Chip,
    notice: Notice,
    days: Vec<Day>,
    newer: Option<String>,
    older: Option<String>,
}

/// A link that changes what the timeline shows.
struct Chip {
    label: &'static str,
    path: String,
    is_current: bool,
}

async fn show(
    signed_in: SignedIn,
    path: IncidentPath,
    Query(query): Query<HashMap<String, String>>,
) -> PageResult {
    open_tab(Tab::Timeline, &signed_in, path.id, query).await
}

/// Renders the timeline of an incident that the user may see.
pub(super) async fn render(
    signed_in: &SignedIn,
    incident: &Incident,
    state: TabState,
) -> PageResult {
    let view = timeline_view::read(incident.id, &state.query);
    let mut notice = Notice::count(signed_in, &state, view).await?;
    let store = signed_in.store();
    let page = store.timeline_page(signed_in.viewer.clone(), view, PAGE_SIZE);
    let page = page.await?;
    let rows = Rows {
        signed_in,
        incident,
        state: &state,
        view,
        names: &page.names,
        edit_counts: edit_counts(signed_in, incident, &page.entries).await?,
        versions: versions(signed_in, incident, &state).await?,
    };
    let (newer, older) = neighbours(view, &page);
    let days = rows.days(&page.entries);
    if newer.is_none() {
        notice.lead_to_newest(view, &days);
    }
    page_with_status(
        state.status,
        &TimelineTemplate {
            layout: signed_in.layout(Section::Incidents),
            head: IncidentHead::read(signed_in, incident, Tab::Timeline, &state).await?,
            composer: composer(signed_in, incident, &state).await?,
            filters: filters(view),
            order: order(view),
            notice,
            days,
            newer,
            older,
        },
    )
}

/// Returns the addresses of the pages with newer and with older entries.
fn neighbours(view: Page, page: &TimelinePage) -> (Option<String>, Option<String>) {
    let before = timeline_view::next_to(view, page.entries.first(), PageCursor::Before);
    let after = timeline_view::next_to(view, page.entries.last(), PageCursor::After);
    let path = |page: Option<Page>| page.map(|page| timeline_view::path(page, &[]));
    let before = path(before).filter(|_| page.has_before);
    let after = path(after).filter(|_| page.has_after);
    match view.order {
        SortOrder::NewestFirst => (before, after),
        SortOrder::OldestFirst => (after, before),
    }
}

/// Returns the form that adds a note: the one that is open, or an empty one.
async fn composer(
    signed_in: &SignedIn,
    incident: &Incident,
    state: &TabState,
) -> Result<ActionForm> {
    let action = Action::Entry(EntryAction::AddNote);
    let mut form = state.form_or_empty(signed_in, incident, action).await?;
    let view = timeline_view::read(incident.id, &state.query);
    form.back = timeline_view::path(view, &[]);
    Ok(form)
}

fn filters(view: Page) -> Vec<Chip> {
    let first = view.with_cursor(PageCursor::First);
    let chips = FILTERS.iter().map(|(_, label, filter)| Chip {
        label,
        path: timeline_view::path(
            Page {
                filter: *filter,
                ..first
            },
            &[],
        ),
        is_current: view.filter == *filter,
    });
    chips.collect()
}

fn order(view: Page) -> Chip {
    Chip {
        label: match view.order {
            SortOrder::NewestFirst => "Oldest first",
            SortOrder::OldestFirst => "Newest first",
        },
        path: timeline_view::path(view.with_reversed_order(), &[]),
        is_current: false,
    }
}
