//! The list of postmortems contains what `Viewer::may_see` and the filter allow, and nothing else.

use muster::store::{IdempotencyKey, PostmortemListFilter, PostmortemListRequest};
use muster_domain::postmortem::{Postmortem, PostmortemState, PostmortemStatus, TimelineSelection};
use muster_domain::{
    AccountKind, Actor, Change, Incident, IncidentKind, Severity, Status, User, UserId, Viewer,
    Visibility, WhoReads,
};
use proptest::prelude::*;

use crate::support::{TestStore, at};

/// An incident of a case.
#[derive(Clone, Copy, Debug)]
struct Case {
    visibility: Visibility,
    kind: IncidentKind,
    is_responder: bool,
    is_resolved: bool,
    is_commander: bool,
    state: PostmortemState,
    is_owner: bool,
}

fn any_case() -> impl Strategy<Value = Case> {
    let kinds = [IncidentKind::Real, IncidentKind::Test];
    let visibility = prop::sample::select(&Visibility::ALL[..]);
    let state = prop::sample::select(&PostmortemState::ALL[..]);
    let flags = prop::array::uniform4(any::<bool>());
    (
        visibility,
        prop::sample::select(kinds.to_vec()),
        state,
        flags,
    )
        .prop_map(
            |(visibility, kind, state, [is_responder, is_resolved, is_commander, is_owner])| Case {
                visibility,
                kind,
                is_responder,
                is_resolved,
                is_commander,
                state,
                is_owner,
            },
        )
}

fn gus() -> UserId {
    UserId::from("U0GUS000001")
}

fn alice() -> UserId {
    UserId::from("U0ALICE0001")
}

fn postmortem(case: Case) -> Option<Postmortem> {
    let (status, attached_url) = match case.state {
        PostmortemState::NotStarted => return None,
        PostmortemState::Draft => (PostmortemStatus::Draft, None),
        PostmortemState::InReview => (PostmortemStatus::InReview, None),
        PostmortemState::Completed => (PostmortemStatus::Completed, None),
        PostmortemState::Attached => (PostmortemStatus::Draft, Some("https://a.example")),
    };
    Some(Postmortem {
        title: "IR-7 Checkout is slow".to_owned(),
        owner: if case.is_owner { gus() } else { alice() },
        status,
        timeline: TimelineSelection::Important,
        template: String::new(),
        created_at: at(0),
        created_by: gus(),
        completed_at: None,
        attached_url: attached_url.map(str::to_owned),
        last_section: 0,
    })
}

/// Declares an incident like a case, which is resolved at a time of its own.
async fn declare(store: &TestStore, number: usize, case: Case) {
    let key = format!("V{number}");
    let declared = store.declare_incident(&key, Severity::Sev2).await;
    let key = IdempotencyKey::view(&format!("C{number}"));
    let minutes = i64::try_from(number % 3).unwrap();
    let decide = move |incident: &Incident| {
        let mut incident = match case.is_responder {
            true => incident.join(&Actor::new(gus(), at(0)))?.incident,
            false => incident.clone(),
        };
        incident.visibility = case.visibility;
        incident.kind = case.kind;
        incident.commander = match (case.is_commander, number % 4) {
            (true, _) => Some(gus()),
            (false, 0) => None,
            (false, _) => Some(alice()),
        };
        incident.postmortem = postmortem(case);
        if case.is_resolved {
            incident.status = Status::Resolved;
            incident.resolved_at = Some(at(minutes));
        }
        Ok(Change::new(incident, at(0)))
    };
    let changed = store.change(Viewer::Operator, declared.id, key, decide);
    changed.await.unwrap();
}

/// Returns the numbers of the incidents that the list must contain, in order.
fn expected(incidents: &[Incident], viewer: &Viewer, filter: &PostmortemListFilter) -> Vec<i64> {
    let is_listed = |incident: &&Incident| {
        let state = PostmortemState::of_postmortem(incident.postmortem.as_ref());
        let owner = incident.postmortem.as_ref().map(|it| &it.owner);
        let is_old = |since| incident.resolved_at.is_none_or(|at| at < since);
        incident.is_visible_to(viewer)
            && (incident.resolved_at.is_some() || state != PostmortemState::NotStarted)
            && filter.state.is_none_or(|it| it == state)
            && (!filter.is_mine || owner.or(incident.commander.as_ref()) == Some(&gus()))
            && (filter.has_tests || incident.kind == IncidentKind::Real)
            && !filter.resolved_since.is_some_and(is_old)
    };
    let mut listed: Vec<_> = incidents.iter().filter(is_listed).collect();
    listed.sort_by_key(|it| {
        let resolved_at = std::cmp::Reverse((it.resolved_at, it.id));
        (it.resolved_at.is_some(), resolved_at)
    });
    listed.iter().map(|it| it.id.number()).collect()
}

async fn assert_list(store: &TestStore, incidents: &[Incident], viewer: &Viewer) {
    let states = PostmortemState::ALL.map(Some);
    for state in states.into_iter().chain([None]) {
        for flags in 0..8 {
            let filter = PostmortemListFilter {
                state,
                is_mine: flags & 1 > 0,
                has_tests: flags & 2 > 0,
                resolved_since: (flags & 4 > 0).then(|| at(1)),
            };
            let request = PostmortemListRequest {
                viewer: Viewer::user(&gus()),
                filter: filter.clone(),
                after: None,
            };
            let page = store.postmortem_page(request).await.unwrap();
            let numbers = page.postmortems.iter().map(|it| it.incident.id.number());
            let numbers: Vec<_> = numbers.collect();
            assert_eq!(numbers, expected(incidents, viewer, &filter), "{filter:?}");
        }
    }
}

async fn save_gus(store: &TestStore, account_kind: AccountKind) {
    let user = User {
        id: gus(),
        name: "gus".to_owned(),
        handle: String::new(),
        time_zone: String::new(),
        email: None,
        account_kind,
    };
    store.save_user(user, at(0)).await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn list_contains_the_postmortems_that_the_viewer_may_see_and_the_filter_allows(
        cases in prop::collection::vec(any_case(), 1..9),
        account_kind in prop::sample::select(&[AccountKind::Guest, AccountKind::Member][..]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = TestStore::new();
            save_gus(&store, account_kind).await;
            let mut incidents = Vec::new();
            for (number, case) in cases.iter().enumerate() {
                declare(&store, number, *case).await;
                let id = muster_domain::IncidentId(i64::try_from(number).unwrap() + 1);
                incidents.push(store.incident(Viewer::Operator, id).await.unwrap());
            }
            let viewer = Viewer::user(&gus()).with_account(Some(account_kind), WhoReads::Members);
            assert_list(&store, &incidents, &viewer).await;
        });
    }
}
