//! The addresses of the list.

use crate::domain::{ListQuery, ParsedListQuery, Viewer};
use crate::store::Store;
use crate::web::error_page::ErrorPage;
use crate::web::pages::incidents::PATH;

/// Reads the query string of the list, and checks the fields of its filter against the settings.
pub(crate) async fn read(
    store: &Store,
    viewer: &Viewer,
    raw: Option<&str>,
) -> Result<ParsedListQuery, ErrorPage> {
    let parsed = parse(raw)?;
    Ok(store.with_known_fields(viewer.clone(), parsed).await?)
}

/// Reads the query string of the list. Fields of its filter may not exist.
pub(crate) fn parse(raw: Option<&str>) -> Result<ParsedListQuery, ErrorPage> {
    let pairs = || form_urlencoded::parse(raw.unwrap_or_default().as_bytes());
    ListQuery::parse(pairs()).map_err(|rejection| {
        // Everything but the cursor is readable.
        let rest = pairs().filter(|(name, _)| name != "after");
        let first = ListQuery::parse(rest).unwrap_or_default();
        ErrorPage::unknown_list_page(rejection.0).with_way_on(address(&first.query), "First page")
    })
}

/// Returns the query string of a list; empty for the list of open incidents.
pub(super) fn query_string(query: &ListQuery) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query.parameters()).finish()
}

/// Returns the address of a list.
pub(crate) fn address(query: &ListQuery) -> String {
    with_query(PATH, &query_string(query))
}

/// Returns the address of a list as CSV.
pub(super) fn csv_address(query: &ListQuery) -> String {
    with_query(super::csv::PATH, &query_string(query))
}

pub(super) fn with_query(path: &str, query: &str) -> String {
    match query {
        "" => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}
