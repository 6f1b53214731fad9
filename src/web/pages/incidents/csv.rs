//! `/incidents.csv`: the whole list as comma-separated values, RFC 4180, page by page.

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::IntoResponse;
use futures_util::stream::{self, Stream};

use crate::domain::{Timestamp, UserNames};
use crate::error::Result;
use crate::store::{IncidentPage, ListRequest, ListedIncident, Store};
use crate::web::layout::PageResult;
use crate::web::pages::incidents::address::parse;
use crate::web::pages::incidents::list_request;
use crate::web::parts::user_name;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The path.
pub(super) const PATH: &str = "/incidents.csv";

const COLUMNS: &str = "incident,title,status,severity,commander,declared_at,resolved_at,last_activity_at,\
                       customer_impact,impact_since,open_tasks,visibility,test\r\n";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::SignedIn, PATH, export)
}

/// Sends the list. Its pages are read while it is sent, so that a long one does not fill the memory.
async fn export(signed_in: SignedIn, RawQuery(raw): RawQuery) -> PageResult {
    let query = parse(raw.as_deref())?.query.first_page();
    let request = list_request(&signed_in, query);
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present",
        ),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"incidents.csv\"",
        ),
    ];
    // The first page is read before the response, so that an error is one.
    let first = signed_in.store().incident_page(request.clone()).await?;
    let rows = rows(signed_in.store().clone(), request, first);
    Ok((headers, Body::from_stream(rows)).into_response())
}

/// The part of the list that has not been sent.
enum Remaining {
    Page(Box<IncidentPage>),
    PageAt(Box<ListRequest>),
    Nothing,
}

/// Returns the text of each page.
fn rows(
    store: Store,
    request: ListRequest,
    first: IncidentPage,
) -> impl Stream<Item = Result<String>> {
    let start = (COLUMNS.to_owned(), Remaining::Page(Box::new(first)));
    stream::try_unfold(start, move |(mut text, remaining)| {
        let (store, mut request) = (store.clone(), request.clone());
        async move {
            let page = match remaining {
                Remaining::Page(page) => *page,
                Remaining::PageAt(request) => store.incident_page(*request).await?,
                Remaining::Nothing => return Ok(None),
            };
            for incident in &page.incidents {
                text.push_str(&row(incident, &page.names));
            }
            request.query.cursor = page.next;
            let remaining = match page.next {
                Some(_) => Remaining::PageAt(Box::new(request)),
                None => Remaining::Nothing,
            };
            Ok(Some((text, (String::new(), remaining))))
        }
    })
}

fn row(incident: &ListedIncident, names: &UserNames) -> String {
    let summary = &incident.summary;
    let time = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let cells = [
        summary.id.to_string(),
        summary.title.clone(),
        summary.status.as_str().to_owned(),
        summary.severity.to_string(),
        user_name(&summary.commander, names),
        time(Some(summary.declared_at)),
        time(summary.resolved_at),
        time(Some(incident.last_activity_at)),
        incident.impact.as_str().to_owned(),
        time(incident.impact_since),
        incident.open_tasks.to_string(),
        summary.visibility.as_str().to_owned(),
        if summary.kind.is_test() { "yes" } else { "no" }.to_owned(),
    ];
    let mut text = cells.map(|cell| quoted(&cell)).join(",");
    text.push_str("\r\n");
    text
}

/// Returns a value for a cell. A text that a spreadsheet would evaluate as a formula gets an apostrophe in
/// front.
fn quoted(value: &str) -> String {
    let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let apostrophe = if is_formula { "'" } else { "" };
    let value = format!("{apostrophe}{value}");
    match value.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", value.replace('"', "\"\"")),
        false => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_are_text() {
        for (value, cell) in [
            ("Checkout is slow", "Checkout is slow"),
            ("a, b", "\"a, b\""),
            ("the \"big\" one", "\"the \"\"big\"\" one\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1,B1)", "\"'@SUM(A1,B1)\""),
            ("", ""),
        ] {
            assert_eq!(quoted(value), cell);
        }
    }
}
