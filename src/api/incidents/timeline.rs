//! `GET /api/v2/incidents/{incident_id}/timeline`, which Datadog's clients do not know.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use serde_json::{Value, json};

use crate::api::auth::Reader;
use crate::api::error::{ApiError, Mistake};
use crate::api::incidents::list_request::{DEFAULT_SIZE, PAGE_SIZES};
use crate::api::incidents::{incident_id, pagination};
use crate::api::query::{Mistakes, Query};
use crate::domain::EntryKind;
use crate::domain::api::{CellContext, TimelineCell, cell_resource, cell_type};
use crate::store::TimelineRange;

/// The filters.
const FILTERS: [&str; 2] = ["filter[important]", "filter[kind]"];

/// `GET /api/v2/incidents/{incident_id}/timeline`: the entries, the oldest first.
pub(in crate::api) async fn list(
    Reader(caller): Reader,
    path: Result<Path<String>, PathRejection>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let store = &caller.app.store;
    let incident = incident_id(store.store_id(), path)?;
    store.incident(caller.viewer.clone(), incident).await?;
    let mut mistakes = Mistakes::default();
    let range = TimelineRange {
        incident,
        kinds: mistakes.check(parse_kinds(&query)),
        is_important: mistakes.check(parse_important(&query)),
        offset: mistakes.check(query.number("page[offset]", 0..=usize::MAX, 0)),
        size: mistakes.check(query.number("page[size]", PAGE_SIZES, DEFAULT_SIZE)),
    };
    mistakes.check(query.check_filters(&FILTERS));
    mistakes.into_result()?;
    let offset = range.offset;
    let timeline = store.timeline_cells(caller.viewer.clone(), range).await?;
    let ctx = CellContext {
        users: &timeline.users,
        store_id: store.store_id(),
    };
    let resource = |cell: &TimelineCell| cell_resource(cell, &ctx);
    let data: Vec<Value> = timeline.cells.iter().map(resource).collect();
    let meta = json!({ "pagination": pagination(offset, data.len()) });
    Ok(Json(json!({ "data": data, "meta": meta })))
}

fn parse_kinds(query: &Query) -> Result<Vec<EntryKind>, Mistake> {
    let names = EntryKind::ALL.map(cell_type).join(", ");
    let parse = |name: &str| EntryKind::ALL.into_iter().find(|it| cell_type(*it) == name);
    query.parsed_list("filter[kind]", parse, &names)
}

fn parse_important(query: &Query) -> Result<Option<bool>, Mistake> {
    let name = "filter[important]";
    match query.value(name) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(other) => {
            let detail = format!("“{other}” isn't one of true, false");
            Err(Mistake::in_parameter(name, detail))
        }
    }
}
