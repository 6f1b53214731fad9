//! The links to the views of the list: those that every user has, and the saved ones.

use crate::domain::{IncidentFilter, ListQuery, SavedView, Settings, Status, UserId};
use crate::web::pages::incidents::PATH;
use crate::web::pages::incidents::address::{parse, query_string};

/// A link to a view.
pub(super) struct ViewLink {
    /// The name.
    pub(super) label: String,
    /// The address of the list.
    pub(super) address: String,
    /// Whether the list shows this view.
    pub(super) is_current: bool,
    /// The address of the page that renames or deletes it; `None` if it is not a saved one.
    pub(super) edit: Option<String>,
}

/// Returns the links, with the one to the present list marked.
pub(super) fn view_links(
    query: &ListQuery,
    saved: &[SavedView],
    user: &UserId,
    settings: &Settings,
) -> Vec<ViewLink> {
    let here = query_string(&query.first_page());
    let link = |label: &str, query: String| ViewLink {
        label: label.to_owned(),
        is_current: query == here,
        address: format!("{PATH}?{query}").trim_end_matches('?').to_owned(),
        edit: None,
    };
    let presets = presets().map(|(label, filter)| link(label, query_of(filter)));
    let saved = saved.iter().map(|view| {
        // A view from before a change of the filters is compared by what it means now.
        let parsed = parse(Some(&view.query)).unwrap_or_default();
        let parsed = parsed.with_known_fields(settings);
        let label = match view.owner == *user {
            true => view.name.clone(),
            false => format!("{} (shared)", view.name),
        };
        ViewLink {
            edit: Some(format!("{PATH}/views/{}", view.id)),
            ..link(&label, query_string(&parsed.query))
        }
    });
    presets.into_iter().chain(saved).collect()
}

/// Returns the views that every user has.
fn presets() -> [(&'static str, IncidentFilter); 4] {
    let mine = IncidentFilter {
        is_mine: true,
        ..IncidentFilter::default()
    };
    let resolved = IncidentFilter {
        statuses: [Status::Resolved, Status::Completed].into(),
        ..IncidentFilter::any()
    };
    [
        ("Open", IncidentFilter::default()),
        ("Mine", mine),
        ("Resolved", resolved),
        ("Any status", IncidentFilter::any()),
    ]
}

fn query_of(filter: IncidentFilter) -> String {
    query_string(&ListQuery {
        filter,
        ..ListQuery::default()
    })
}
