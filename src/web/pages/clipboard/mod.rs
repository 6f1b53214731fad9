//! `/clipboard`: links that the user collects. Selected ones open the form that declares an incident, or become
//! documents of one. Other users don't see them.

mod add;
mod selection;

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;

use crate::domain::{ClipboardItem, IncidentId, MAX_CLIPBOARD_ITEMS};
use crate::error::Result;
use crate::web::form::{Form, new_key};
use crate::web::layout::{Layout, PageResult, Section, page_with_status};
use crate::web::pages::incident::incident_path;
use crate::web::parts::{Choice, Time};
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

use selection::ITEM;
pub(super) use selection::selected_items;

const PATH: &str = "/clipboard";

/// The maximum number of incidents in the select.
const MAX_INCIDENTS: i64 = 200;

pub(crate) fn add_routes(routes: Routes) -> Routes {
    let routes = add::add_routes(routes).get(Access::SignedIn, PATH, show);
    selection::add_routes(routes)
}

/// The state of the page besides the stored items.
#[derive(Default)]
struct PageState {
    selection: Selection,
    /// The number of the selected incident; empty if there is none.
    incident: String,
    /// The result of the last form.
    done: Option<Done>,
    /// Why the last form was not accepted.
    problem: Option<String>,
}

/// The items whose boxes are ticked.
#[derive(Default)]
enum Selection {
    #[default]
    Nothing,
    Everything,
    Items(Vec<i64>),
}

impl Selection {
    fn contains(&self, id: i64) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Items(ids) => ids.contains(&id),
        }
    }
}

/// The result of a form, with a link to what it changed.
struct Done {
    text: String,
    path: String,
    label: String,
}

impl Done {
    fn new(text: String) -> Self {
        Self {
            text,
            path: String::new(),
            label: String::new(),
        }
    }
}

#[derive(Template)]
#[template(path = "clipboard.html", config = "src/web/askama.toml")]
struct ClipboardTemplate {
    layout: Layout,
    rows: Vec<ItemRow>,
    incidents: Vec<Choice>,
    /// How many more open incidents there are than the select offers.
    other_incidents: i64,
    is_everything_selected: bool,
    bookmarklet: Option<String>,
    state: PageState,
    /// The idempotency keys of the buttons.
    keys: [String; 2],
}

struct ItemRow {
    id: i64,
    title: String,
    url: String,
    added: Time,
    is_selected: bool,
}

async fn show(signed_in: SignedIn, RawQuery(query): RawQuery) -> PageResult {
    let query = Form::of_query(query.as_deref());
    let items = signed_in.store().clipboard(signed_in.user.id.clone());
    let state = PageState {
        selection: match query.value("all") {
            "" | "0" => Selection::Nothing,
            _ => Selection::Everything,
        },
        done: done(&signed_in, &query, &items.await?).await,
        ..PageState::default()
    };
    render(&signed_in, state, StatusCode::OK).await
}

/// Returns the result of the form that led here.
async fn done(signed_in: &SignedIn, query: &Form, items: &[ClipboardItem]) -> Option<Done> {
    let number = |name: &str| query.value(name).parse::<i64>().ok();
    if let Some(id) = number("added") {
        let item = items.iter().find(|item| item.id == id)?;
        return Some(Done::new(format!("Added “{}”.", item.title)));
    }
    if let Some(count) = number("removed").filter(|count| *count > 0) {
        return Some(Done::new(match count {
            1 => "Removed 1 link.".to_owned(),
            count => format!("Removed {count} links."),
        }));
    }
    let id = IncidentId(number("to")?);
    let store = signed_in.store();
    let incident = store.incident(signed_in.viewer.clone(), id).await.ok()?;
    Some(Done {
        text: format!("The links are documents of {id} now."),
        path: format!("{}/remediation", incident_path(id)),
        label: format!("{id} {}", incident.display_title()),
    })
}

/// Renders the page with what the user has selected.
async fn render(signed_in: &SignedIn, state: PageState, status: StatusCode) -> PageResult {
    let template = load(signed_in, state).await?;
    page_with_status(status, &template)
}

async fn load(signed_in: &SignedIn, state: PageState) -> Result<ClipboardTemplate> {
    let store = signed_in.store();
    let items = store.clipboard(signed_in.user.id.clone()).await?;
    let viewer = signed_in.viewer.clone();
    let (incidents, total) = store.open_incidents(viewer, MAX_INCIDENTS).await?;
    let other_incidents = total - i64::try_from(incidents.len()).unwrap_or(total);
    let incidents = incidents.into_iter().map(|incident| Choice {
        value: incident.id.number().to_string(),
        label: format!("{} {}", incident.id, incident.display_title()),
    });
    let config = &signed_in.app.config;
    let row = |item: ClipboardItem| ItemRow {
        is_selected: state.selection.contains(item.id),
        added: signed_in.time(item.added_at),
        id: item.id,
        title: item.title,
        url: item.url,
    };
    let rows: Vec<_> = items.into_iter().map(row).collect();
    Ok(ClipboardTemplate {
        layout: signed_in.layout(Section::Clipboard),
        is_everything_selected: rows.iter().all(|row| row.is_selected),
        rows,
        incidents: incidents.collect(),
        other_incidents,
        bookmarklet: config.page_url(add::PATH).map(|url| bookmarklet(&url)),
        state,
        keys: [new_key(), new_key()],
    })
}

/// Returns the address of the “Add to Muster” bookmark: a script that opens the form with the address and the
/// title of the page that the browser shows.
///
/// The page shows it as text. A link to drag would be a link to a script: the content security policy blocks and
/// reports the click that everyone tries first, and no template may contain one.
fn bookmarklet(form_url: &str) -> String {
    let form_url = form_url.replace('\'', "%27").replace('\\', "%5C");
    format!(
        "javascript:void(open('{form_url}?url='+encodeURIComponent(location.href)\
         +'&title='+encodeURIComponent(document.title)))"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookmarklet_quotes_the_address_of_the_form() {
        assert_eq!(
            bookmarklet("https://muster.example.com/it's/clipboard/new"),
            "javascript:void(open('https://muster.example.com/it%27s/clipboard/new?url='\
             +encodeURIComponent(location.href)+'&title='+encodeURIComponent(document.title)))"
        );
    }
}
