//! Declaring, changing and finding incidents.

use super::kept::{Kept, alice, at, request, status};
use muster::domain::{Incident, Owed, Refusal, What};
use muster::error::Error;
use muster::store::Key;
use muster_commands::{IncidentId, Severity, Status};

#[tokio::test]
async fn an_incident_reads_back_as_it_was_declared_also_after_a_restart() {
    let kept = Kept::new();
    let declared = kept.declares("V1", Severity::Sev2).await;
    let expected = Incident::declare(IncidentId(1), request(Severity::Sev2), &alice(), None)
        .unwrap()
        .incident;
    assert_eq!(declared, expected);
    let kept = kept.restarted();
    assert_eq!(kept.store.incident(IncidentId(1)).await.unwrap(), expected);
    let timeline = kept.store.timeline(IncidentId(1)).await.unwrap();
    assert_eq!(timeline.len(), 2);
    assert!(matches!(timeline[0].what, What::Declared { .. }));
}

#[tokio::test]
async fn the_same_form_twice_declares_once() {
    let kept = Kept::new();
    let first = kept.declares("V1", Severity::Sev2).await;
    let again = kept.declares("V1", Severity::Sev2).await;
    assert_eq!(first, again);
    assert_eq!(kept.store.open_incidents(10).await.unwrap().1, 1);
    assert_eq!(kept.due(Owed::OpenChannel, at(0)).await.len(), 1);
}

#[tokio::test]
async fn a_decision_that_refuses_leaves_no_trace() {
    let kept = Kept::new();
    let refused = kept
        .store
        .declare(Key::view("V1"), |_| Err(Refusal("No.".to_owned())))
        .await;
    assert!(matches!(refused, Err(Error::Refused(why)) if why == "No."));
    let incident = kept.declares("V1", Severity::Sev2).await;
    assert_eq!(incident.id, IncidentId(1), "no number is used up");

    let before = kept.store.backlog().await.unwrap();
    let refused = kept
        .store
        .change(incident.id, Key::view("V2"), |_| {
            Err(Refusal("No.".to_owned()))
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(kept.store.incident(incident.id).await.unwrap(), incident);
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
        .declare(Key::view("VX"), |_| panic!("on purpose"));
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
async fn open_incidents_are_found_by_number_and_by_words() {
    let kept = Kept::new();
    for number in 1..=12 {
        kept.declares(&format!("V{number}"), Severity::Sev3).await;
    }
    kept.changes(IncidentId(3), "R", status(Status::Resolved))
        .await;
    let cases: [(&str, &[i64]); 5] = [
        ("IR-1", &[12, 11, 10, 1]),
        ("3", &[]),
        ("überlast", &[12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1]),
        ("100%", &[]),
        ("", &[12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1]),
    ];
    for (words, expected) in cases {
        let found = kept.store.search_open(words.to_owned(), 100).await.unwrap();
        let numbers: Vec<_> = found.iter().map(|it| it.id.number()).collect();
        assert_eq!(numbers, expected, "{words}");
    }
}
