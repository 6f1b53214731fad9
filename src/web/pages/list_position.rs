//! The list that the user came from: back to it, and the incidents before and after this one. The browser keeps the
//! query string of the list that it showed last, so that it need not be in the address of every page.

use axum::http::header;
use axum::response::Response;

use crate::domain::IncidentId;
use crate::error::{Error, Result};
use crate::store::{IncidentPage, IncidentSummary, ListRequest};
use crate::web::cookies;
use crate::web::pages::incident::incident_path;
use crate::web::pages::incidents::{list_address, read_list};
use crate::web::session::SignedIn;

/// The longest query string that is kept.
const MAX_LENGTH: usize = 1_000;

/// The place of an incident in a list.
pub(crate) struct ListPosition {
    /// The address of the list.
    pub(crate) back: String,
    pub(crate) previous: Option<Neighbour>,
    pub(crate) next: Option<Neighbour>,
}

/// The incident before or after another one.
pub(crate) struct Neighbour {
    pub(crate) path: String,
    pub(crate) name: String,
}

impl From<&IncidentSummary> for Neighbour {
    fn from(incident: &IncidentSummary) -> Self {
        Self {
            path: incident_path(incident.id),
            name: format!("{} {}", incident.id, incident.title),
        }
    }
}

/// Makes the browser remember the list that a response shows.
pub(crate) fn remember_list(response: &mut Response, query: &str) {
    let is_plain = query
        .bytes()
        .all(|it| it.is_ascii_graphic() && !b";,\"\\".contains(&it));
    let query = match is_plain && query.len() <= MAX_LENGTH {
        true => query,
        false => "",
    };
    if let Some(cookie) = cookies::set_list(query) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Returns the place of an incident in the list that the browser showed last.
pub(crate) async fn list_position(signed_in: &SignedIn, id: IncidentId) -> Result<ListPosition> {
    // The cookie may contain anything.
    let (store, list) = (signed_in.store(), Some(signed_in.list.as_str()));
    let parsed = read_list(store, &signed_in.viewer, list).await;
    let parsed = parsed.unwrap_or_default();
    let back = list_address(&parsed.query);
    let request = ListRequest {
        viewer: signed_in.viewer.clone(),
        query: parsed.query,
        clock: signed_in.clock,
    };
    let page = match store.incident_page(request).await {
        Ok(page) => page,
        // The list has no such page any more.
        Err(Error::Rejected(_)) => IncidentPage::default(),
        Err(error) => return Err(error),
    };
    let incidents: Vec<_> = page.incidents.iter().map(|it| &it.summary).collect();
    let here = incidents.iter().position(|it| it.id == id);
    let neighbour = |index: Option<usize>| {
        let incident = incidents.get(index?)?;
        Some(Neighbour::from(*incident))
    };
    Ok(ListPosition {
        back,
        previous: neighbour(here.and_then(|here| here.checked_sub(1))),
        next: neighbour(here.and_then(|here| here.checked_add(1))),
    })
}
