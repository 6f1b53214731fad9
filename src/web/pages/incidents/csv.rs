//! `/incidents.csv`: the whole list as comma-separated values, RFC 4180, page by page.

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::IntoResponse;
use futures_util::stream::{self, Stream};

use crate::domain::{FieldDefinition, FieldValue, Timestamp, UserNames};
use crate::error::Result;
use crate::store::{IncidentPage, ListRequest, ListedIncident, Store};
use crate::web::layout::PageResult;
use crate::web::pages::incidents::address::read;
use crate::web::pages::incidents::list_request;
use crate::web::parts::user_name;
use crate::web::routes::{Access, Routes};
use crate::web::session::SignedIn;

/// The path.
pub(super) const PATH: &str = "/incidents.csv";

const COLUMNS: &str = "incident,title,status,severity,commander,declared_at,resolved_at,last_activity_at,\
                       customer_impact,impact_since,open_tasks,visibility,test";

pub(super) fn add_routes(routes: Routes) -> Routes {
    routes.get(Access::SignedIn, PATH, export)
}

/// Sends the list. Its pages are read while it is sent, so that a long one does not fill the memory.
async fn export(signed_in: SignedIn, RawQuery(raw): RawQuery) -> PageResult {
    let query = read(signed_in.store(), &signed_in.viewer, raw.as_deref()).await?;
    let query = query.query.first_page();
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
    let fields = signed_in.store().settings().await?.fields.clone();
    let rows = Export {
        store: signed_in.store().clone(),
        fields,
    }
    .rows(request, first);
    Ok((headers, Body::from_stream(rows)).into_response())
}

/// The part of the list that has not been sent.
enum Remaining {
    Page(Box<IncidentPage>),
    PageAt(Box<ListRequest>),
    Nothing,
}

/// An export: the store that it reads, and the fields that are columns.
#[derive(Clone)]
struct Export {
    store: Store,
    fields: Vec<FieldDefinition>,
}

impl Export {
    /// Returns the header and the text of each page.
    fn rows(self, request: ListRequest, first: IncidentPage) -> impl Stream<Item = Result<String>> {
        let start = (self.header(), Remaining::Page(Box::new(first)));
        stream::try_unfold(start, move |(mut text, remaining)| {
            let (export, mut request) = (self.clone(), request.clone());
            async move {
                let page = match remaining {
                    Remaining::Page(page) => *page,
                    Remaining::PageAt(request) => export.store.incident_page(*request).await?,
                    Remaining::Nothing => return Ok(None),
                };
                for incident in &page.incidents {
                    text.push_str(&export.row(incident, &page.names));
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

    /// Returns the names of the columns. That of a field is its parameter in the URL of the list, which no other
    /// column has.
    fn header(&self) -> String {
        let fields = self.fields.iter().map(FieldDefinition::parameter);
        let columns: Vec<_> = [COLUMNS.to_owned()].into_iter().chain(fields).collect();
        columns.join(",") + "\r\n"
    }

    fn row(&self, incident: &ListedIncident, names: &UserNames) -> String {
        let values = self.fields.iter().map(|it| incident.fields.get(&it.name));
        let values = values.map(|value| value.map_or_else(String::new, field_cell));
        let cells = cells(incident, names).map(|cell| quoted(&cell));
        let cells: Vec<_> = cells.into_iter().chain(values).collect();
        cells.join(",") + "\r\n"
    }
}

/// Returns the value of a field. Several values are separated by `; `.
fn field_cell(value: &FieldValue) -> String {
    match value {
        // A negative number is no formula.
        FieldValue::Number(number) => number.to_string(),
        FieldValue::SingleSelect(_)
        | FieldValue::MultiSelect(_)
        | FieldValue::Text(_)
        | FieldValue::TextArray(_)
        | FieldValue::Datetime(_) => quoted(&value.items().join("; ")),
    }
}

/// Returns the cells that every incident has.
fn cells(incident: &ListedIncident, names: &UserNames) -> [String; 13] {
    let summary = &incident.summary;
    let time = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    [
        summary.id.to_string(),
        summary.title.clone(),
        summary.status.as_str().to_owned(),
        summary.severity.to_string(),
        summary
            .commander
            .as_ref()
            .map(|user| user_name(user, names))
            .unwrap_or_default(),
        time(Some(summary.declared_at)),
        time(summary.resolved_at),
        time(Some(incident.last_activity_at)),
        incident.impact.as_str().to_owned(),
        time(incident.impact_since),
        incident.open_tasks.to_string(),
        summary.visibility.as_str().to_owned(),
        if summary.kind.is_test() { "yes" } else { "no" }.to_owned(),
    ]
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
