//! Tests of the filtered list: its SQL equals the rules of the domain, and private incidents leave no trace.

use std::collections::{BTreeMap, BTreeSet};

use muster::store::{Facets, IdempotencyKey, IncidentPage, ListRequest};
use muster_domain::{
    ChannelId, ChannelState, FieldValue, FilterField, FilteredIncident, Incident, IncidentFilter,
    IncidentId, ListGrouping, ListQuery, ListSort, Severity, UserClock, UserId, Viewer,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::random_incidents::{Seed, USERS, apply_seed, declare_seeds, queries, seeds};
use crate::support::{TestStore, alice, at, declare_request};

fn clock() -> UserClock {
    UserClock::new(at(0), "Europe/Paris")
}

fn request(viewer: &Viewer, query: &ListQuery) -> ListRequest {
    ListRequest {
        viewer: viewer.clone(),
        query: query.clone(),
        clock: clock(),
    }
}

fn viewers() -> Vec<Viewer> {
    let outsider = UserId::from("U0OUTSIDER1");
    let mut viewers: Vec<_> = USERS.map(|user| Viewer::user(&UserId::from(user))).into();
    viewers.push(Viewer::user(&outsider));
    viewers.push(Viewer::member_of(&outsider, &ChannelId::from("C00000001")));
    viewers.push(Viewer::Operator);
    viewers
}

fn attributes(incident: &Incident, viewer: &Viewer) -> FilteredIncident {
    let is_mine = |user: &UserId| incident.responders.iter().any(|it| it.user == *user);
    FilteredIncident {
        status: incident.status,
        severity: incident.severity,
        commander: incident.commander.clone(),
        is_mine: viewer.user_id().is_some_and(is_mine),
        impact: incident.impact_state(),
        detection_method: incident.detection_method,
        declared_at: incident.declared_at,
        visibility: incident.visibility,
        is_test: incident.kind.is_test(),
        is_archived: incident.channel_state == ChannelState::Archived,
        fields: incident
            .fields
            .iter()
            .map(|(name, value)| (name.clone(), value.items().into_iter().collect()))
            .collect(),
    }
}

/// Returns the incidents that the viewer may see and that pass a filter, by the rules of the domain.
fn expected<'a>(
    incidents: &'a [Incident],
    viewer: &Viewer,
    filter: &IncidentFilter,
) -> Vec<&'a Incident> {
    let declared = filter.declared_bounds(&clock());
    let matches = |incident: &&Incident| {
        let title = incident.title.to_lowercase();
        incident.is_visible_to(viewer)
            && filter
                .failed_fields(&attributes(incident, viewer), declared)
                .is_empty()
            && filter.words.split(' ').all(|part| title.contains(part))
    };
    incidents.iter().filter(matches).collect()
}

/// Follows all pages.
async fn collect_pages(store: &TestStore, mut request: ListRequest) -> Vec<IncidentPage> {
    let mut pages = Vec::new();
    loop {
        let page = store.incident_page(request.clone()).await.unwrap();
        request.query.cursor = page.next;
        pages.push(page);
        if request.query.cursor.is_none() {
            return pages;
        }
    }
}

fn is_in_order(numbers: &[i64], incidents: &[Incident], sort: ListSort) -> bool {
    let at = |number: &i64| &incidents[usize::try_from(*number).unwrap() - 1];
    numbers.is_sorted_by(|a, b| {
        let (a, b) = (at(a), at(b));
        let newest = (b.declared_at, b.id.number()) <= (a.declared_at, a.id.number());
        match sort {
            ListSort::Newest | ListSort::Activity => newest,
            ListSort::Oldest => (a.declared_at, a.id.number()) <= (b.declared_at, b.id.number()),
            ListSort::Severity => a.severity < b.severity || (a.severity == b.severity && newest),
            ListSort::Urgency => match (a.status.is_open(), b.status.is_open()) {
                (true, true) => a.severity < b.severity || (a.severity == b.severity && newest),
                (false, false) => (b.resolved_at, b.id.number()) <= (a.resolved_at, a.id.number()),
                (is_open, _) => is_open,
            },
        }
    })
}

fn counted<T: Ord + Clone>(counts: &[(T, usize)]) -> BTreeMap<T, usize> {
    counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .cloned()
        .collect()
}

fn expected_counts<T: Ord>(
    incidents: &[&Incident],
    value: impl Fn(&Incident) -> T,
) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for incident in incidents {
        *counts.entry(value(incident)).or_default() += 1;
    }
    counts
}

fn check_facets(facets: &Facets, incidents: &[Incident], viewer: &Viewer, filter: &IncidentFilter) {
    let without = |field| expected(incidents, viewer, &filter.without(&field));
    let listed = expected(incidents, viewer, filter);
    assert_eq!(facets.total.value, listed.len());
    assert!(!facets.total.is_capped);
    let groups = expected_counts(&listed, |it| it.status);
    assert_eq!(counted(&facets.status_groups.counts), groups);
    let statuses = expected_counts(&without(FilterField::Status), |it| it.status);
    assert_eq!(counted(&facets.statuses.counts), statuses);
    let severities = expected_counts(&without(FilterField::Severity), |it| it.severity);
    assert_eq!(counted(&facets.severities.counts), severities);
    let mut led = without(FilterField::Commander);
    led.retain(|it| it.commander.is_some());
    let commanders = expected_counts(&led, |it| it.commander.clone().unwrap());
    assert_eq!(counted(&facets.commanders.counts), commanders);
    let impacts = expected_counts(&without(FilterField::Impact), Incident::impact_state);
    assert_eq!(counted(&facets.impacts.counts), impacts);
    let visibilities = expected_counts(&without(FilterField::Visibility), |it| it.visibility);
    assert_eq!(counted(&facets.visibilities.counts), visibilities);
    let tests = expected_counts(&without(FilterField::Test), |it| it.kind.is_test());
    assert_eq!(counted(&facets.tests.counts), tests);
    for facet in &facets.fields {
        let name = &facet.field.name;
        let mut counts = BTreeMap::new();
        for incident in without(FilterField::Field(name.clone())) {
            let items = incident.fields.get(name).map(FieldValue::items);
            let items = items.map_or(vec![None], |it| it.into_iter().map(Some).collect());
            for item in items {
                *counts.entry(item).or_default() += 1;
            }
        }
        assert_eq!(counted(&facet.counts.counts), counts, "{name}: {filter:?}");
    }
    let fields: Vec<_> = facets.fields.iter().map(|it| &it.field.name).collect();
    assert_eq!(fields, ["services", "teams"]);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn list_and_facets_equal_the_rules_of_the_domain(
        seeds in vec(seeds(), 70..110),
        queries in vec(queries(), 12),
    ) {
        runtime().block_on(async {
            let store = TestStore::new();
            let incidents = declare_seeds(&store, seeds).await;
            for (viewer, query) in viewers().iter().cycle().zip(&queries) {
                let pages = collect_pages(&store, request(viewer, query)).await;
                let numbers: Vec<i64> = pages
                    .iter()
                    .flat_map(|page| page.incidents.iter().map(|it| it.summary.id.number()))
                    .collect();
                let listed = expected(&incidents, viewer, &query.filter);
                let expected: BTreeSet<i64> = listed.iter().map(|it| it.id.number()).collect();
                assert_eq!(numbers.iter().copied().collect::<BTreeSet<_>>(), expected, "{query:?}");
                assert_eq!(numbers.len(), expected.len(), "an incident is on two pages: {query:?}");
                if query.grouping == ListGrouping::Ungrouped {
                    assert!(is_in_order(&numbers, &incidents, query.sort), "{query:?}");
                }
                let list = store.incident_list(request(viewer, query)).await.unwrap();
                assert_eq!(list.page, pages[0]);
                check_facets(&list.facets, &incidents, viewer, &query.filter);
            }
        });
    }

    #[test]
    fn private_incident_changes_nothing_that_an_outsider_sees(
        seeds in vec(seeds(), 10..30),
        private in seeds(),
        queries in vec(queries(), 6),
    ) {
        runtime().block_on(async {
            let outsider = Viewer::user(&UserId::from("U0OUTSIDER1"));
            let store = TestStore::new();
            declare_seeds(&store, seeds).await;
            let read = || async {
                let mut lists = Vec::new();
                for query in &queries {
                    lists.push(store.incident_list(request(&outsider, query)).await.unwrap());
                }
                lists
            };
            let before = read().await;
            let seed = Seed { is_private: true, ..private };
            let key = IdempotencyKey::view("VX");
            let declared = store.declare(key, at(0), move |id, ctx| {
                let request = declare_request(Severity::Sev1);
                let mut change = Incident::declare(id, request, &alice(), None, ctx)?;
                apply_seed(&mut change.incident, &seed);
                Ok(change)
            });
            let id = declared.await.unwrap().id;
            assert_eq!(read().await, before);
            let key = IdempotencyKey::action("x");
            let changed = store.change(Viewer::Operator, id, key, |incident| {
                let mut changed = incident.clone();
                changed.title = "Checkout is slow again".to_owned();
                changed.severity = Severity::Sev2;
                Ok(muster_domain::Change::new(changed, at(1)))
            });
            changed.await.unwrap();
            assert_eq!(read().await, before);
        });
    }
}

#[tokio::test]
async fn cursor_of_another_list_is_rejected() {
    let store = TestStore::new();
    let mut query = ListQuery {
        grouping: ListGrouping::Ungrouped,
        sort: ListSort::Newest,
        ..ListQuery::default()
    };
    query.cursor = Some("1.0.1".parse().unwrap());
    let error = store
        .incident_page(request(&Viewer::Operator, &query))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "This link doesn’t lead to a page of the list. Start from the first page."
    );
}

#[tokio::test]
async fn row_shows_impact_tasks_and_last_activity() {
    let store = TestStore::new();
    let incident = store.declare_incident("V1", Severity::Sev2).await;
    let key = IdempotencyKey::action("note");
    let changed = store.change(Viewer::Operator, incident.id, key, |incident| {
        let mut change = muster_domain::Change::new(incident.clone(), at(90));
        let event = muster_domain::TimelineEvent::Note {
            text: "A note".to_owned(),
        };
        change.add_entry(muster_domain::TimelineEntry::by_actor(&alice(), event));
        Ok(change)
    });
    changed.await.unwrap();
    let query = ListQuery::default();
    let page = store
        .incident_page(request(&Viewer::Operator, &query))
        .await
        .unwrap();
    let [row] = page.incidents.as_slice() else {
        panic!("{page:?}");
    };
    assert_eq!(row.summary.id, IncidentId(1));
    assert_eq!(row.impact, incident.impact_state());
    assert_eq!(
        row.impact_since,
        incident.impacts.first().map(|it| it.started_at)
    );
    assert_eq!(row.last_activity_at, at(90));
    assert_eq!(row.open_tasks, 0);
    assert!(!page.is_partial);
}
