//! Declaring, changing and finding incidents.

use super::kept::{Kept, alice, at, request, status};
use muster::domain::{Change, Incident, Owed, Refusal, Viewer, Visibility, What};
use muster::error::Error;
use muster::store::{Key, Store};
use muster_commands::{ChannelId, IncidentId, PersonId, Severity, Status};

#[tokio::test]
async fn an_incident_reads_back_as_it_was_declared_also_after_a_restart() {
    let kept = Kept::new();
    let declared = kept.declares("V1", Severity::Sev2).await;
    let expected = Incident::declare(IncidentId(1), request(Severity::Sev2), &alice(), None)
        .unwrap()
        .incident;
    assert_eq!(declared, expected);
    let kept = kept.restarted();
    assert_eq!(
        kept.store
            .incident(Viewer::Operator, IncidentId(1))
            .await
            .unwrap(),
        expected
    );
    let timeline = kept
        .store
        .timeline(Viewer::Operator, IncidentId(1))
        .await
        .unwrap();
    assert_eq!(timeline.len(), 2);
    assert!(matches!(timeline[0].what, What::Declared { .. }));
}

#[tokio::test]
async fn the_same_form_twice_declares_once() {
    let kept = Kept::new();
    let first = kept.declares("V1", Severity::Sev2).await;
    let again = kept.declares("V1", Severity::Sev2).await;
    assert_eq!(first, again);
    assert_eq!(
        kept.store
            .open_incidents(Viewer::Operator, 10)
            .await
            .unwrap()
            .1,
        1
    );
    assert_eq!(kept.due(Owed::OpenChannel, at(0)).await.len(), 1);
}

#[tokio::test]
async fn a_decision_that_refuses_leaves_no_trace() {
    let kept = Kept::new();
    let refused = kept
        .store
        .declare(
            Key::view("V1"),
            |_, _| Err(Refusal("No.".to_owned()).into()),
        )
        .await;
    assert!(matches!(refused, Err(Error::Refused(why)) if why == "No."));
    let incident = kept.declares("V1", Severity::Sev2).await;
    assert_eq!(incident.id, IncidentId(1), "no number is used up");

    let before = kept.store.backlog().await.unwrap();
    let refused = kept
        .store
        .change(Viewer::Operator, incident.id, Key::view("V2"), |_| {
            Err(Refusal("No.".to_owned()))
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(
        kept.store
            .incident(Viewer::Operator, incident.id)
            .await
            .unwrap(),
        incident
    );
    assert_eq!(kept.store.backlog().await.unwrap(), before);
}

#[tokio::test]
async fn a_request_that_panics_takes_nothing_and_nobody_with_it() {
    let kept = Kept::new();
    let others = (0..20).map(|number| {
        let kept = &kept;
        async move { kept.declares(&format!("V{number}"), Severity::Sev3).await }
    });
    let broken = kept
        .store
        .declare(Key::view("VX"), |_, _| panic!("on purpose"));
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
async fn incidents_are_found_by_number_and_by_words_the_open_ones_first() {
    let kept = Kept::new();
    for number in 1..=12 {
        kept.declares(&format!("V{number}"), Severity::Sev3).await;
    }
    kept.changes(IncidentId(3), "R", status(Status::Resolved))
        .await;
    let cases: [(&str, &[i64]); 5] = [
        ("IR-1", &[12, 11, 10, 1]),
        ("3", &[3]),
        ("überlast", &[12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1, 3]),
        ("100%", &[]),
        ("", &[12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1, 3]),
    ];
    for (words, expected) in cases {
        let found = kept
            .store
            .search(Viewer::Operator, words.to_owned(), 100)
            .await
            .unwrap();
        let numbers: Vec<_> = found.iter().map(|it| it.id.number()).collect();
        assert_eq!(numbers, expected, "{words}");
    }
}

#[tokio::test]
async fn a_private_incident_is_there_for_its_responders_alone() {
    let kept = Kept::new();
    kept.declares("V1", Severity::Sev2).await;
    let id = kept.declares("V2", Severity::Sev3).await.id;
    kept.opens_channel(1).await;
    kept.opens_channel(2).await;
    kept.store
        .change(Viewer::Operator, id, Key::view("P"), |incident| {
            let mut incident = incident.clone();
            incident.visibility = Visibility::Private;
            Ok(Change::to(incident, at(1)))
        })
        .await
        .unwrap();

    let [alice, bob, chioma] =
        ["U0ALICE0001", "U0BOB000001", "U0CHIOMA001"].map(|id| Viewer::person(&PersonId::from(id)));
    for (viewer, numbers) in [(alice, vec![1, 2]), (bob, vec![1, 2]), (chioma, vec![1])] {
        sees(&kept.store, viewer, numbers).await;
    }
}

/// Whoever may know of the second incident sees it everywhere, and whoever may not, nowhere.
async fn sees(store: &Store, viewer: Viewer, numbers: Vec<i64>) {
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
    let found = store.search(viewer.clone(), String::new(), 9).await;
    assert_eq!(found.unwrap(), listed);
    let is_told = numbers.contains(&2);
    let of_channel = store.incident_of_channel(viewer.clone(), channel);
    assert_eq!(of_channel.await.unwrap().is_some(), is_told);
    assert_eq!(store.incident(viewer.clone(), id).await.is_ok(), is_told);
    assert_eq!(store.timeline(viewer.clone(), id).await.is_ok(), is_told);
    let key = Key::view(&format!("{viewer:?}"));
    let changed = store.change(viewer, id, key, |it| Ok(Change::to(it.clone(), at(2))));
    match changed.await {
        Ok(_) => assert!(is_told),
        Err(error) => assert!(!is_told && matches!(error, Error::NotFound("incident"))),
    }
}
