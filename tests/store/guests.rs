//! Guests of the workspace: lists, numbers and searches contain the same incidents as `Viewer::may_see` allows.

use muster::store::{IdempotencyKey, ListRequest};
use muster_commands::list::ListFilter;
use muster_domain::{
    AccountKind, Actor, Change, Incident, IncidentId, ListQuery, Severity, User, UserClock, UserId,
    Viewer, Visibility, WhoReads,
};
use proptest::prelude::*;

use crate::support::{TestStore, at};

/// An incident of a case.
#[derive(Clone, Copy, Debug)]
struct Case {
    visibility: Visibility,
    is_responder: bool,
}

fn any_case() -> impl Strategy<Value = Case> {
    let visibility = prop::sample::select(&Visibility::ALL[..]);
    (visibility, any::<bool>()).prop_map(|(visibility, is_responder)| Case {
        visibility,
        is_responder,
    })
}

fn gus() -> UserId {
    UserId::from("U0GUS000001")
}

/// Declares an incident like a case.
async fn declare(store: &TestStore, number: usize, case: Case) {
    let declared = store
        .declare_incident(&format!("V{number}"), Severity::Sev2)
        .await;
    let key = IdempotencyKey::view(&format!("C{number}"));
    let decide = move |incident: &Incident| {
        let mut incident = match case.is_responder {
            true => incident.join(&Actor::new(gus(), at(0)))?.incident,
            false => incident.clone(),
        };
        incident.visibility = case.visibility;
        Ok(Change::new(incident, at(0)))
    };
    let changed = store.change(Viewer::Operator, declared.id, key, decide);
    changed.await.unwrap();
}

/// Checks every list on behalf of gus.
async fn assert_lists(store: &TestStore, viewer: &Viewer, cases: &[Case]) {
    let (mut visible, count) = (Vec::new(), cases.len());
    for number in 1..=i64::try_from(count).unwrap() {
        let id = IncidentId(number);
        let incident = store.incident(Viewer::Operator, id).await.unwrap();
        let may_see = incident.is_visible_to(viewer);
        assert_eq!(
            store.incident(Viewer::user(&gus()), id).await.is_ok(),
            may_see
        );
        if may_see {
            visible.insert(0, number);
        }
    }
    let total = i64::try_from(visible.len()).unwrap();
    let user = Viewer::user(&gus());
    let (open, open_total) = store.open_incidents(user.clone(), 9).await.unwrap();
    let numbers: Vec<_> = open.iter().map(|it| it.id.number()).collect();
    assert_eq!((numbers, open_total), (visible.clone(), total));
    let any = ListFilter::AnyStatus;
    let any = store.list_incidents(user.clone(), any, 0).await.unwrap();
    assert_eq!(any.item_count, total);
    let matching = store.search_incidents(user, String::new(), 9).await;
    assert_eq!(matching.unwrap(), open);
    for words in ["", "überlast"] {
        assert_filtered_list(store, words, &visible).await;
    }
}

/// Checks the filtered list with these words, and its counts, on behalf of gus.
async fn assert_filtered_list(store: &TestStore, words: &str, visible: &[i64]) {
    let request = ListRequest {
        viewer: Viewer::user(&gus()),
        query: ListQuery::parse([("q", words)]).unwrap().query,
        clock: UserClock::new(at(0), "UTC"),
    };
    let list = store.incident_list(request).await.unwrap();
    let incidents = list.page.incidents.iter();
    let numbers: Vec<_> = incidents.map(|it| it.summary.id.number()).collect();
    assert_eq!(numbers, visible);
    assert_eq!(list.facets.total.value, visible.len());
    let visibilities = list.facets.visibilities.counts.into_iter();
    assert_eq!(
        visibilities.map(|(_, count)| count).sum::<usize>(),
        visible.len()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn lists_of_a_guest_contain_the_incidents_that_they_may_see(
        cases in prop::collection::vec(any_case(), 1..6),
        account_kind in prop::sample::select(&[AccountKind::Guest, AccountKind::Member][..]),
        who_reads in prop::sample::select(&[WhoReads::Members, WhoReads::Everyone][..]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = TestStore::new();
            let user = User {
                id: gus(),
                name: "gus".to_owned(),
                handle: String::new(),
                time_zone: String::new(),
                email: None,
                account_kind,
            };
            store.save_user(user, at(0)).await.unwrap();
            let value = serde_json::to_value(who_reads).unwrap();
            let values = vec![("who_reads".to_owned(), value)];
            let changed = store.change_settings(IdempotencyKey::view("S"), values.into(), at(0));
            changed.await.unwrap().unwrap();
            for (number, case) in cases.iter().enumerate() {
                declare(&store, number, *case).await;
            }
            let viewer = Viewer::user(&gus()).with_account(Some(account_kind), who_reads);
            assert_lists(&store, &viewer, &cases).await;
        });
    }
}
