//! Tests of the query plans of searches.
#![allow(clippy::unwrap_used)]

use rusqlite::Connection;

use crate::domain::api::search::{SearchContext, parse_query, resolve};
use crate::domain::{Settings, Timestamp, UserId, Viewer};
use crate::store::queries::api_search::lowering::Lowering;
use crate::store::queries::api_search::node::{LeafRows, Node};
use crate::store::queries::api_search::statement::Rows;
use crate::store::queries::api_search::tally::COLUMNS;
use crate::store::queries::incident_filter::filter_sql::bound;
use crate::store::queries::incident_filter::list_sections::SectionOrder;

const STORE: &str = "0123456789abcdef";

fn schema() -> Connection {
    let tx = Connection::open_in_memory().unwrap();
    tx.execute_batch(include_str!("../../../../schema.sql"))
        .unwrap();
    tx
}

fn node(tx: &Connection, query: &str) -> Node {
    let now = Timestamp::from_epoch_seconds(1_795_447_205);
    let ctx = SearchContext {
        settings: &Settings::default(),
        store_id: STORE,
        now,
    };
    let condition = resolve(&parse_query(query).unwrap(), &ctx).unwrap();
    Lowering::new(tx, STORE, now).lower(&condition).unwrap()
}

fn plan(tx: &Connection, node: &Node, candidates: Option<&[i64]>, order: SectionOrder) -> String {
    let viewer = Viewer::user(&UserId::from("U0ALICE0001"));
    let rows = Rows {
        viewer: &viewer,
        node,
        candidates,
        order,
        offset: 0,
        limit: 10,
    };
    let (sql, parameters) = rows.sql(COLUMNS);
    explain(tx, &sql, &bound(&parameters))
}

fn explain(tx: &Connection, sql: &str, parameters: &[(&str, &dyn rusqlite::ToSql)]) -> String {
    let mut statement = tx.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps = statement.query_map(parameters, |row| row.get::<_, String>("detail"));
    let steps = steps.unwrap().collect::<rusqlite::Result<Vec<_>>>();
    steps.unwrap().join("\n")
}

/// Conditions of every kind.
const QUERIES: [&str; 12] = [
    "*",
    "checkout NOT payments",
    "state:(active OR stable OR resolved)",
    "severity:SEV-2 -is_test:true",
    "services:checkout OR commander:alice",
    "title:check*out root_cause:db",
    "responder:alice created_by:bob last_modified_by:muster",
    "time_to_repair:>3600 time_to_detect:[1 TO 2] customer_impact_duration:*",
    "time_to_resolve:<60 time_to_internal_response:5",
    "resolved:* modified:>now-1d detected:<now",
    "public_id:>7 visibility:private postmortem:Yes impact:customer",
    "NOT (teams:* OR summary:*)",
];

#[test]
fn incidents_are_read_in_order_or_by_number() {
    let tx = schema();
    for query in QUERIES {
        let node = node(&tx, query);
        for order in [SectionOrder::Newest, SectionOrder::Oldest] {
            let steps = plan(&tx, &node, None, order);
            assert!(
                steps.starts_with("SCAN incidents USING INDEX incidents_declared"),
                "{query}: {steps}"
            );
            assert!(!steps.contains("TEMP B-TREE"), "{query}: {steps}");
        }
        let steps = plan(&tx, &node, Some(&[7]), SectionOrder::Newest);
        let by_number = "SEARCH incidents USING INTEGER PRIMARY KEY (rowid=?)";
        assert!(steps.contains(by_number), "{query}: {steps}");
    }
}

#[test]
fn time_of_the_declaration_bounds_the_rows() {
    let tx = schema();
    let node = node(&tx, "created:[now-7d TO now] state:resolved");
    let steps = plan(&tx, &node, None, SectionOrder::Newest);
    let bounded =
        "SEARCH incidents USING INDEX incidents_declared (declared_at>? AND declared_at<?)";
    assert!(steps.starts_with(bounded), "{steps}");
}

#[test]
fn candidates_come_from_an_index() {
    let tx = schema();
    for (query, index) in [
        ("state:(active OR stable)", "incidents_open"),
        ("state:completed", "incidents_completed"),
        ("severity:SEV-1", "incidents_of_severity"),
        ("detection_method:monitor", "incidents_of_method"),
        ("commander:alice", "incidents_of_commander"),
        ("created_by:alice", "incidents_of_declarer"),
        ("postmortem:Yes", "incidents_with_postmortem"),
        ("responder:alice", "responders_by_user"),
        ("visibility:private", "incidents_of_visibility"),
        ("is_test:true", "incidents_tests"),
        ("services:checkout", "field_values_by_value"),
        ("created:>now-1d", "incidents_declared"),
        ("resolved:>now-1d", "incidents_resolved"),
        ("modified:>now-1d", "incidents_active"),
    ] {
        let (sql, parameters) = match first_leaf(&node(&tx, query)) {
            LeafRows::Selected(sql, parameters) => (sql.clone(), parameters.clone()),
            LeafRows::Unindexed | LeafRows::Known(_) => panic!("{query}: no index"),
        };
        let steps = explain(&tx, &sql, &bound(&parameters));
        assert!(steps.contains(index), "{query}: {steps}");
        assert!(!steps.contains("SCAN incidents\n"), "{query}: {steps}");
    }
}

fn first_leaf(node: &Node) -> LeafRows {
    match node {
        Node::Leaf(leaf) => leaf.rows.clone(),
        Node::And(parts) | Node::Or(parts) => first_leaf(&parts[0]),
        Node::Not(part) => first_leaf(part),
        Node::Constant(_) => LeafRows::Unindexed,
    }
}
