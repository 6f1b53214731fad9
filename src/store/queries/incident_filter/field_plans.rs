//! Tests of the query plans of filters by fields that the settings define.
#![allow(clippy::unwrap_used)]

use rusqlite::Connection;

use crate::domain::{IncidentFilter, ListQuery};
use crate::store::queries::incident_filter::field_counts::{VALUES, VALUES_OF_FIELD};
use crate::store::queries::incident_filter::filter_driver::Purpose;
use crate::store::queries::incident_filter::filter_plans::{
    page_columns, plan_of, query_plan, schema,
};
use crate::store::queries::incident_filter::list_sections::SectionOrder;
use crate::store::queries::incident_filter::matching_rows::counted_columns_of;

/// Inserts incidents, and the value of a field for each.
fn insert_values(tx: &Connection, incidents: i64, value: &str) {
    tx.execute(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :incidents)
         INSERT INTO field_values (incident_id, field, position, type, value)
         SELECT n, 'services', (SELECT count(*) FROM field_values WHERE incident_id = n) + 1, 'multi_select', :value
           FROM numbers",
        rusqlite::named_params! { ":incidents": incidents, ":value": value },
    )
    .unwrap();
}

fn insert_incident(tx: &Connection, id: i64) {
    tx.execute(
        "INSERT INTO incidents (id, title, severity, status, commander, declared_by, detection_method, summary,
                root_cause, customer_impact, declared_at, detected_at, channel_state)
         VALUES (?1, '', 'SEV-1', 'active', '', '', 'unknown', '', '', 'no', '', '', 'pending')",
        [id],
    )
    .unwrap();
}

fn filter(parameters: &[(&str, &str)]) -> IncidentFilter {
    let parsed = ListQuery::parse(parameters.iter().copied()).unwrap();
    parsed.query.filter
}

const RARE: [(&str, &str); 2] = [("status", "any"), ("field.services", "rare")];
const FREQUENT: [(&str, &str); 2] = [("status", "any"), ("field.services", "frequent")];

#[test]
fn rare_value_of_a_field_selects_the_incidents() {
    let tx = schema();
    tx.pragma_update(None, "foreign_keys", false).unwrap();
    insert_values(&tx, 7_001, "frequent");
    insert_values(&tx, 7, "rare");
    let newest = SectionOrder::Newest;
    let columns = page_columns(newest);
    let plan = query_plan(&tx, &filter(&RARE), newest, &columns);
    let search = "SEARCH field_values USING INDEX field_values_by_value (field=? AND value=?)";
    assert_eq!(plan[0], search, "{plan:?}");
    assert!(plan[1].contains("PRIMARY KEY (rowid=?)"), "{plan:?}");
    // A frequent value is compared in the order of the list, until a page is full.
    insert_incident(&tx, 7_001);
    let plan = query_plan(&tx, &filter(&FREQUENT), newest, &columns);
    assert!(plan[0].contains("incidents_declared ("), "{plan:?}");
    let compare = "USING PRIMARY KEY (incident_id=? AND field=?)";
    assert!(plan.iter().any(|step| step.contains(compare)), "{plan:?}");
    assert!(
        !plan.iter().any(|step| step.contains("TEMP B-TREE")),
        "{plan:?}"
    );
}

#[test]
fn value_that_no_recent_incident_has_selects_the_incidents() {
    let tx = schema();
    tx.pragma_update(None, "foreign_keys", false).unwrap();
    insert_values(&tx, 7_001, "frequent");
    insert_incident(&tx, 1);
    insert_incident(&tx, 100_000);
    let search = "SEARCH field_values USING INDEX field_values_by_value (field=? AND value=?)";
    for (order, is_selected) in [
        (SectionOrder::Newest, true),
        (SectionOrder::LastResolved, true),
        (SectionOrder::Oldest, false),
    ] {
        let plan = query_plan(&tx, &filter(&FREQUENT), order, &page_columns(order));
        assert_eq!(plan[0] == search, is_selected, "{order:?}: {plan:?}");
    }
}

#[test]
fn incidents_with_a_frequent_value_are_counted_from_the_newest_number_on() {
    let tx = schema();
    tx.pragma_update(None, "foreign_keys", false).unwrap();
    insert_values(&tx, 10_001, "frequent");
    insert_values(&tx, 10_001, "another");
    let one = filter(&FREQUENT);
    let two = filter(&[FREQUENT[0], FREQUENT[1], ("field.services", "another")]);
    for filter in [one, two] {
        let columns = counted_columns_of(&filter);
        let plan = plan_of(&tx, &filter, &columns, (Purpose::Counts, None));
        let search = "SEARCH field_values USING INDEX field_values_by_value (field=? AND value=?)";
        let arms = plan.iter().filter(|step| *step == search).count();
        assert_eq!(arms, filter.fields["services"].values.len(), "{plan:?}");
        assert!(
            !plan.iter().any(|step| step.contains("TEMP B-TREE")),
            "{plan:?}"
        );
    }
}

#[test]
fn values_of_counted_incidents_are_found_by_the_primary_key() {
    let tx = schema();
    for (sql, parameters, key) in [
        (
            VALUES,
            &["[7]"][..],
            "SEARCH field_values USING PRIMARY KEY (incident_id=?)",
        ),
        (
            VALUES_OF_FIELD,
            &["[7]", "services"][..],
            "SEARCH field_values USING PRIMARY KEY (incident_id=? AND field=?)",
        ),
    ] {
        let plan: Vec<String> = tx
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap()
            .query_map(rusqlite::params_from_iter(parameters), |row| {
                row.get("detail")
            })
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        assert_eq!(plan[0], key, "{plan:?}");
        assert!(
            !plan.iter().any(|step| step.contains("TEMP B-TREE")),
            "{plan:?}"
        );
    }
}
