//! Tests of the query plans of filters.
#![allow(clippy::unwrap_used)]

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::domain::{IncidentFilter, ListQuery, UserClock, UserId, Viewer};
use crate::store::queries::incident_filter::filter_driver::Purpose;
use crate::store::queries::incident_filter::filter_sql::{Selection, bound};
use crate::store::queries::incident_filter::list_sections::SectionOrder;
use crate::store::queries::incident_filter::matching_rows::counted_columns_of;

/// Returns the steps by which SQLite selects a page.
pub(super) fn query_plan(
    tx: &Connection,
    filter: &IncidentFilter,
    order: SectionOrder,
    columns: &str,
) -> Vec<String> {
    let after = Some(("2026-11-23T14:05:09.120Z", 7));
    let purpose = Purpose::Page(order);
    plan_of(tx, filter, columns, (purpose, after))
}

pub(super) fn plan_of(
    tx: &Connection,
    filter: &IncidentFilter,
    columns: &str,
    (purpose, after): (Purpose, Option<(&str, i64)>),
) -> Vec<String> {
    let clock = UserClock::new(crate::domain::Timestamp::from_epoch_seconds(0), "UTC");
    let selection = Selection {
        viewer: &Viewer::user(&UserId::from("U0ALICE0001")),
        filter,
        declared: filter.declared_bounds(&clock),
        purpose,
        after,
    };
    let (sql, mut parameters) = selection.sql(tx, columns).unwrap();
    parameters.push((":limit".to_owned(), Value::Integer(51)));
    tx.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap()
        .query_map(bound(&parameters).as_slice(), |row| row.get("detail"))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap()
}

pub(super) fn page_columns(order: SectionOrder) -> String {
    format!("id, {}", order.column())
}

pub(super) fn schema() -> Connection {
    let tx = Connection::open_in_memory().unwrap();
    tx.execute_batch(include_str!("../../../../schema.sql"))
        .unwrap();
    tx
}

/// URL parameters, the order, and the index that yields the rows in order.
type PlanCase = (
    &'static [(&'static str, &'static str)],
    SectionOrder,
    &'static str,
);

const PLANS: &[PlanCase] = &[
    (
        &[("status", "any")],
        SectionOrder::Newest,
        "incidents_declared (",
    ),
    (
        &[("status", "any")],
        SectionOrder::Oldest,
        "incidents_declared (",
    ),
    (
        &[("status", "any"), ("declared", "7d")],
        SectionOrder::Newest,
        "incidents_declared (",
    ),
    (
        &[("status", "resolved")],
        SectionOrder::LastResolved,
        "incidents_resolved (",
    ),
    (
        &[("status", "any"), ("declared", "7d")],
        SectionOrder::LastActive,
        "incidents_active (",
    ),
    (
        &[("status", "any")],
        SectionOrder::LongestInactive,
        "incidents_active (",
    ),
    (
        &[("status", "completed")],
        SectionOrder::Newest,
        "incidents_completed (",
    ),
    (
        &[("status", "any"), ("severity", "SEV-1")],
        SectionOrder::Newest,
        "incidents_of_severity (",
    ),
    (
        &[
            ("status", "any"),
            ("severity", "SEV-1"),
            ("severity", "SEV-2"),
        ],
        SectionOrder::Newest,
        "incidents_of_severity (",
    ),
    (
        &[("status", "resolved"), ("severity", "SEV-1")],
        SectionOrder::LastResolved,
        "incidents_resolved_of_severity (",
    ),
    (
        &[
            ("status", "any"),
            ("commander", "U0BOB000001"),
            ("severity", "SEV-1"),
        ],
        SectionOrder::Newest,
        "incidents_of_commander (",
    ),
    (
        &[
            ("status", "any"),
            ("detection", "customer"),
            ("archived", "yes"),
        ],
        SectionOrder::Newest,
        "incidents_of_method (",
    ),
    (
        &[("status", "any"), ("impact", "ongoing")],
        SectionOrder::Newest,
        "incidents_with_impact (",
    ),
    (
        &[("status", "any"), ("visibility", "private")],
        SectionOrder::Newest,
        "incidents_of_visibility (",
    ),
    (
        &[("status", "any"), ("test", "yes")],
        SectionOrder::Newest,
        "incidents_tests (",
    ),
];

#[test]
fn every_filter_is_read_from_its_index_in_order() {
    let tx = schema();
    for (parameters, order, index) in PLANS {
        let query = ListQuery::parse(parameters.iter().copied()).unwrap().query;
        let plan = query_plan(&tx, &query.filter, *order, &page_columns(*order));
        assert!(
            plan.iter().any(|step| step.contains(index)),
            "{parameters:?}: {plan:?}"
        );
        let has_sort = plan.iter().any(|step| step.contains("TEMP B-TREE"));
        assert!(!has_sort, "{parameters:?}: {plan:?}");
        let is_scan =
            |step: &&String| step.starts_with("SCAN incidents") && !step.contains("INDEX");
        assert!(
            !plan.iter().any(|step| is_scan(&step)),
            "{parameters:?}: {plan:?}"
        );
    }
}

#[test]
fn few_incidents_are_sorted() {
    let tx = schema();
    for (parameters, index) in [
        (&[] as &[_], "incidents_open (status=?"),
        (
            &[("status", "active"), ("severity", "SEV-1")],
            "incidents_open (status=? AND severity_rank=?",
        ),
        (
            &[("status", "any"), ("mine", "yes")],
            "responders_by_user (user_id=?",
        ),
    ] {
        let query = ListQuery::parse(parameters.iter().copied()).unwrap().query;
        let plan = query_plan(
            &tx,
            &query.filter,
            SectionOrder::Newest,
            &page_columns(SectionOrder::Newest),
        );
        assert!(
            plan.iter().any(|step| step.contains(index)),
            "{parameters:?}: {plan:?}"
        );
    }
}

#[test]
fn facets_are_counted_from_an_index_alone() {
    let tx = schema();
    for (parameters, index) in [
        (
            &[("status", "any")] as &[_],
            "COVERING INDEX incidents_declared",
        ),
        (
            &[("status", "resolved"), ("archived", "yes")],
            "COVERING INDEX incidents_declared",
        ),
        (
            &[
                ("status", "any"),
                ("severity", "SEV-1"),
                ("visibility", "public"),
            ],
            "COVERING INDEX incidents_of_severity",
        ),
    ] {
        let filter = ListQuery::parse(parameters.iter().copied())
            .unwrap()
            .query
            .filter;
        let columns = counted_columns_of(&filter);
        let plan = query_plan(&tx, &filter, SectionOrder::Newest, &columns);
        assert!(
            plan.iter().any(|step| step.contains(index)),
            "{parameters:?}: {plan:?}"
        );
    }
}
