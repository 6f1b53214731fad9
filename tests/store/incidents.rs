//! Tests of declaring, changing and finding incidents.

use std::collections::HashMap;

use crate::support::{TestStore, alice, at, declare_request, status_request};
use muster::error::Error;
use muster::store::{IdempotencyKey, Store};
use muster_domain::{
    Change, ChannelId, DecisionContext, DeliveryKind, Incident, IncidentId, Rejection, Settings,
    Severity, Status, TimelineEvent, UserId, Viewer, Visibility,
};

#[tokio::test]
async fn declared_incident_is_read_back_unchanged_after_a_restart() {
    let store = TestStore::new();
    let declared = store.declare_incident("V1", Severity::Sev2).await;
    let (settings, users) = (Settings::default(), HashMap::new());
    let ctx = DecisionContext {
        now: at(0),
        settings: &settings,
        users: &users,
        schedule: &[],
        commander_since: None,
        previous_update: None,
        pending_entries: &[],
    };
    let expected = Incident::declare(
        IncidentId(1),
        declare_request(Severity::Sev2),
        &alice(),
        None,
        &ctx,
    )
    .unwrap()
    .incident;
    assert_eq!(declared, expected);
    let store = store.restart();
    assert_eq!(
        store
            .incident(Viewer::Operator, IncidentId(1))
            .await
            .unwrap(),
        expected
    );
    let timeline = store
        .timeline(Viewer::Operator, IncidentId(1))
        .await
        .unwrap();
    assert_eq!(timeline.len(), 2);
    assert!(matches!(timeline[0].event, TimelineEvent::Declared { .. }));
}

#[tokio::test]
async fn form_submitted_twice_declares_one_incident() {
    let store = TestStore::new();
    let first = store.declare_incident("V1", Severity::Sev2).await;
    let again = store.declare_incident("V1", Severity::Sev2).await;
    assert_eq!(first, again);
    assert_eq!(
        store.open_incidents(Viewer::Operator, 10).await.unwrap().1,
        1
    );
    assert_eq!(store.due(DeliveryKind::CreateChannel, at(0)).await.len(), 1);
}

#[tokio::test]
async fn rejected_decision_stores_nothing() {
    let store = TestStore::new();
    let result = store
        .declare(IdempotencyKey::view("V1"), at(0), |_, _| {
            Err(Rejection("No.".to_owned()).into())
        })
        .await;
    assert!(matches!(result, Err(Error::Rejected(why)) if why == "No."));
    let incident = store.declare_incident("V1", Severity::Sev2).await;
    assert_eq!(
        incident.id,
        IncidentId(1),
        "a rejected declaration uses no number"
    );

    let before = store.outbox_stats().await.unwrap();
    let result = store
        .change(
            Viewer::Operator,
            incident.id,
            IdempotencyKey::view("V2"),
            |_| Err(Rejection("No.".to_owned())),
        )
        .await;
    assert!(result.is_err());
    assert_eq!(
        store.incident(Viewer::Operator, incident.id).await.unwrap(),
        incident
    );
    assert_eq!(store.outbox_stats().await.unwrap(), before);
}

#[tokio::test]
async fn panicking_request_fails_alone_in_its_group() {
    let store = TestStore::new();
    let others = (0..20).map(|number| {
        let store = &store;
        async move {
            store
                .declare_incident(&format!("V{number}"), Severity::Sev3)
                .await
        }
    });
    let broken = store.declare(IdempotencyKey::view("VX"), at(0), |_, _| {
        panic!("on purpose")
    });
    let (declared, broken) = tokio::join!(futures_util::future::join_all(others), broken);
    assert!(matches!(broken, Err(Error::Internal(_))));
    let mut numbers: Vec<_> = declared
        .iter()
        .map(|incident| incident.id.number())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn search_matches_numbers_and_titles_with_open_incidents_first() {
    let store = TestStore::new();
    for number in 1..=12 {
        store
            .declare_incident(&format!("V{number}"), Severity::Sev3)
            .await;
    }
    store
        .update_incident(IncidentId(3), "R", status_request(Status::Resolved))
        .await;
    let cases: [(&str, &[i64]); 5] = [
        ("IR-1", &[12, 11, 10, 1]),
        ("3", &[3]),
        ("überlast", &[12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1, 3]),
        ("100%", &[]),
        ("", &[12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1, 3]),
    ];
    for (words, expected) in cases {
        let results = store
            .search_incidents(Viewer::Operator, words.to_owned(), 100)
            .await
            .unwrap();
        let numbers: Vec<_> = results.iter().map(|it| it.id.number()).collect();
        assert_eq!(numbers, expected, "{words}");
    }
}

#[tokio::test]
async fn private_incident_is_visible_only_to_its_responders() {
    let store = TestStore::new();
    store.declare_incident("V1", Severity::Sev2).await;
    let id = store.declare_incident("V2", Severity::Sev3).await.id;
    store.create_channel(1).await;
    store.create_channel(2).await;
    store
        .change(
            Viewer::Operator,
            id,
            IdempotencyKey::view("P"),
            |incident| {
                let mut incident = incident.clone();
                incident.visibility = Visibility::Private;
                Ok(Change::new(incident, at(1)))
            },
        )
        .await
        .unwrap();

    let [alice, bob, chioma] =
        ["U0ALICE0001", "U0BOB000001", "U0CHIOMA001"].map(|id| Viewer::user(&UserId::from(id)));
    for (viewer, numbers) in [(alice, vec![1, 2]), (bob, vec![1, 2]), (chioma, vec![1])] {
        assert_sees(&store, viewer, numbers).await;
    }
}

/// Asserts that the second incident is visible everywhere or nowhere, as `numbers` says.
async fn assert_sees(store: &Store, viewer: Viewer, numbers: Vec<i64>) {
    let (id, channel) = (IncidentId(2), ChannelId::from("C00000002"));
    let count = i64::try_from(numbers.len()).unwrap();
    let (listed, open) = store.open_incidents(viewer.clone(), 9).await.unwrap();
    assert_eq!(
        (listed.iter().map(|it| it.id.number()).collect(), open),
        (numbers.clone(), count)
    );
    assert_eq!(
        store.open_incidents(viewer.clone(), 1).await.unwrap().1,
        count
    );
    let results = store
        .search_incidents(viewer.clone(), String::new(), 9)
        .await;
    assert_eq!(results.unwrap(), listed);
    let is_told = numbers.contains(&2);
    let of_channel = store.incident_of_channel(viewer.clone(), channel);
    assert_eq!(of_channel.await.unwrap().is_some(), is_told);
    assert_eq!(store.incident(viewer.clone(), id).await.is_ok(), is_told);
    assert_eq!(store.timeline(viewer.clone(), id).await.is_ok(), is_told);
    let key = IdempotencyKey::view(&format!("{viewer:?}"));
    let changed = store.change(viewer, id, key, |it| Ok(Change::new(it.clone(), at(2))));
    match changed.await {
        Ok(_) => assert!(is_told),
        Err(error) => assert!(!is_told && matches!(error, Error::NotFound("incident"))),
    }
}
