//! `GET /api/v2/incidents/search`.

use axum::Json;
use serde_json::{Value, json};

use crate::api::auth::{Caller, Reader};
use crate::api::error::{ApiError, Mistake};
use crate::api::incidents::document::{INCLUDES, Renderer};
use crate::api::incidents::list_request::{DEFAULT_SIZE, PAGE_SIZES};
use crate::api::incidents::pagination;
use crate::api::query::{Mistakes, Query};
use crate::domain::Settings;
use crate::domain::api::object;
use crate::domain::api::search::{
    Condition, FacetContext, SearchContext, facet_document, parse_query, resolve,
};
use crate::store::{DocumentOrder, DocumentSearch, DocumentSearchPage};

/// The orders: their names, and what they mean.
const ORDERS: [(&str, DocumentOrder); 2] = [
    ("-created", DocumentOrder::CreatedDescending),
    ("created", DocumentOrder::Created),
];

/// `GET /api/v2/incidents/search`: the incidents that match a query, and the counts of the facets.
pub(in crate::api) async fn search(
    Reader(caller): Reader,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let settings = caller.app.store.settings().await?;
    let mut mistakes = Mistakes::default();
    let condition = parse_condition(&caller, &query, &settings).map(Some);
    let search = DocumentSearch {
        viewer: caller.viewer.clone(),
        condition: mistakes.check(condition).unwrap_or(Condition::Nothing),
        order: mistakes.check(parse_order(&query)),
        offset: mistakes.check(query.number("page[offset]", 0..=usize::MAX, 0)),
        size: mistakes.check(query.number("page[size]", PAGE_SIZES, DEFAULT_SIZE)),
        now: caller.now,
    };
    let includes = mistakes.check(query.includes(&INCLUDES));
    mistakes.into_result()?;
    let offset = search.offset;
    let page = caller.app.store.search_documents(search).await?;
    let renderer = Renderer {
        caller: &caller,
        documents: &page.documents,
    };
    let resources = renderer.resources();
    let mut meta = json!({ "pagination": pagination(offset, resources.len()) });
    meta["total_is_capped"] = json!(page.total.is_capped);
    let mut body = object([("data", result(&caller, &page, resources)), ("meta", meta)]);
    if !includes.is_empty() {
        body["included"] = Value::Array(renderer.included(&includes));
    }
    Ok(Json(body))
}

/// Returns the result as a resource.
fn result(caller: &Caller, page: &DocumentSearchPage, resources: Vec<Value>) -> Value {
    let references = resources.iter();
    let references = references.map(|it| json!({ "type": it["type"], "id": it["id"] }));
    let references =
        json!({ "incidents_relationship": { "data": references.collect::<Vec<_>>() } });
    let incidents = resources.into_iter().map(|it| object([("data", it)]));
    let ctx = FacetContext {
        settings: &page.documents.settings,
        store_id: caller.app.store.store_id(),
        users: &page.users,
    };
    let attributes = object([
        ("total", json!(page.total.value)),
        ("incidents", Value::Array(incidents.collect())),
        ("facets", facet_document(&page.counts, &ctx)),
    ]);
    object([
        ("type", json!("incidents_search_results")),
        ("attributes", attributes),
        ("relationships", references),
    ])
}

fn parse_condition(
    caller: &Caller,
    query: &Query,
    settings: &Settings,
) -> Result<Condition, Mistake> {
    let text = query.text("query");
    let text = text.ok_or_else(|| Mistake::in_parameter("query", "is missing"))?;
    let ctx = SearchContext {
        settings,
        store_id: caller.app.store.store_id(),
        now: caller.now,
    };
    let condition = parse_query(text).and_then(|expression| resolve(&expression, &ctx));
    condition.map_err(|error| Mistake::in_parameter("query", error.to_string()))
}

fn parse_order(query: &Query) -> Result<DocumentOrder, Mistake> {
    let (default, _) = ORDERS[0];
    let name = query.value("sort").unwrap_or(default);
    let order = ORDERS.into_iter().find(|(known, _)| *known == name);
    order.map(|(_, order)| order).ok_or_else(|| {
        let names = ORDERS.map(|(name, _)| name).join(", ");
        Mistake::in_parameter("sort", format!("“{name}” isn't one of {names}"))
    })
}
