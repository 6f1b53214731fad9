//! Tests of the query plans of the list of postmortems.
#![allow(clippy::unwrap_used)]

use rusqlite::types::Value;

use crate::domain::postmortem::PostmortemState;
use crate::domain::{AccountKind, IncidentId, ListCursor, Timestamp, UserId, Viewer, WhoReads};
use crate::store::queries::incident_filter::filter_sql::bound;
use crate::store::queries::postmortem::list::{ListSection, section_sql};
use crate::store::queries::postmortem::{PostmortemListFilter, PostmortemListRequest};

/// Returns the steps by which SQLite selects a page after the first one.
fn plan(viewer: Viewer, filter: PostmortemListFilter, section: ListSection) -> Vec<String> {
    let tx = rusqlite::Connection::open_in_memory().unwrap();
    tx.execute_batch(include_str!("../../../../schema.sql"))
        .unwrap();
    let after = Some(ListCursor {
        section: 1,
        millis: 1_795_447_205_000,
        id: IncidentId(7),
    });
    let request = PostmortemListRequest {
        viewer,
        filter,
        after,
    };
    let (sql, mut parameters) = section_sql(&request, section, after).unwrap();
    parameters.push((":limit".to_owned(), Value::Integer(51)));
    tx.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap()
        .query_map(bound(&parameters).as_slice(), |row| row.get("detail"))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap()
}

fn alice() -> Viewer {
    Viewer::user(&UserId::from("U0ALICE0001"))
}

#[test]
fn every_filter_is_read_from_an_index_in_order() {
    let unfiltered = PostmortemListFilter::default();
    let drafts = PostmortemListFilter {
        state: Some(PostmortemState::Draft),
        ..unfiltered.clone()
    };
    let mine = PostmortemListFilter {
        is_mine: true,
        ..drafts.clone()
    };
    let recent = PostmortemListFilter {
        resolved_since: Some(Timestamp::from_epoch_seconds(0)),
        has_tests: true,
        ..drafts.clone()
    };
    for (filter, index) in [
        (unfiltered, "incidents_resolved (resolved_at"),
        (
            drafts,
            "incidents_of_postmortem_state (postmortem_state=? AND resolved_at",
        ),
        (
            mine,
            "incidents_of_postmortem_owner (<expr>=? AND resolved_at",
        ),
        (
            recent,
            "incidents_of_postmortem_state (postmortem_state=? AND resolved_at>? AND resolved_at<?)",
        ),
    ] {
        let plan = plan(alice(), filter.clone(), ListSection::Resolved);
        assert!(plan[0].contains(index), "{filter:?}: {plan:?}");
        let has_sort = plan.iter().any(|step| step.contains("TEMP B-TREE"));
        assert!(!has_sort, "{filter:?}: {plan:?}");
    }
}

#[test]
fn few_incidents_are_sorted() {
    let guest = alice().with_account(Some(AccountKind::Guest), WhoReads::Members);
    let filter = PostmortemListFilter::default();
    let restricted = plan(guest, filter.clone(), ListSection::Resolved);
    let by_number = "SEARCH incidents USING INTEGER PRIMARY KEY (rowid=?)";
    assert!(
        restricted.iter().any(|it| it == by_number),
        "{restricted:?}"
    );
    let open = plan(alice(), filter, ListSection::Open);
    assert!(open[0].contains("incidents_open (status=?"), "{open:?}");
}
