//! People's Homes: whose is due, and what stands there when very much is open.

use futures_util::future::join_all;
use muster::slack::home::view;
use muster_commands::events::HomeSees;
use muster_commands::home::{HomeList, Turn};
use muster_commands::{PersonId, Severity, Status};

use super::kept::{Kept, at, status};

/// Slack: docs.slack.dev/reference/views.
const MOST_BLOCKS: usize = 100;
const LARGEST: usize = 250_000;

fn bob() -> PersonId {
    PersonId::from("U0BOB000001")
}

async fn due(kept: &Kept) -> Vec<PersonId> {
    kept.store.homes_due(at(0), 10).await.unwrap().people
}

/// Notes that somebody's Home says how things stand.
async fn shows(kept: &Kept, person: PersonId) {
    let home = kept.store.home(person).await.unwrap().unwrap();
    kept.store.home_says(&home, "x".to_owned()).await.unwrap();
}

#[tokio::test]
async fn a_home_is_due_when_it_is_opened_and_when_what_it_shows_changes() {
    let kept = Kept::new();
    let incident = kept.declares("V1", Severity::Sev2).await;
    assert!(due(&kept).await.is_empty(), "nobody has opened one");
    let sees = HomeSees::Nothing;
    kept.store.home_opened(bob(), sees, at(0)).await.unwrap();
    assert_eq!(due(&kept).await, [bob()]);
    shows(&kept, bob()).await;
    assert!(due(&kept).await.is_empty());
    kept.opens_channel(1).await;
    assert_eq!(due(&kept).await, [bob()]);
    shows(&kept, bob()).await;
    kept.changes(incident.id, "V2", status(Status::Stable))
        .await;
    assert_eq!(due(&kept).await, [bob()]);
}

#[tokio::test]
async fn a_page_that_is_turned_while_a_home_is_published_is_not_lost() {
    let kept = Kept::new();
    let sees = HomeSees::Nothing;
    kept.store.home_opened(bob(), sees, at(0)).await.unwrap();
    let home = kept.store.home(bob()).await.unwrap().unwrap();
    let turn = Turn {
        list: HomeList::Open,
        page: 1,
    };
    kept.store.home_turned(bob(), turn, at(0)).await.unwrap();
    kept.store.home_says(&home, "x".to_owned()).await.unwrap();
    assert_eq!(due(&kept).await, [bob()]);
}

#[tokio::test]
async fn five_thousand_open_incidents_are_paged_within_slacks_limits() {
    let kept = Kept::new();
    for hundred in 0..50 {
        let declared = (0..100).map(|number| {
            let severity = Severity::ALL[number % 6];
            let key = format!("V{hundred}-{number}");
            let kept = &kept;
            async move { kept.declares(&key, severity).await }
        });
        join_all(declared).await;
    }
    let sees = HomeSees::Nothing;
    kept.store.home_opened(bob(), sees, at(0)).await.unwrap();
    for page in [0, 1, 199, 7_000] {
        for list in HomeList::ALL {
            let turn = Turn { list, page };
            kept.store.home_turned(bob(), turn, at(0)).await.unwrap();
        }
        let home = kept.store.home(bob()).await.unwrap().unwrap();
        let view = view(&home, "/datadog");
        assert!(view.blocks.len() <= MOST_BLOCKS);
        assert!(serde_json::to_string(&view).unwrap().len() <= LARGEST);
        assert_eq!((home.open.all, home.open.of), (5_000, 200));
        assert_eq!(home.open.items.len(), 25);
        assert_eq!((home.mine.all, home.mine.of), (5_000, 500));
        assert_eq!(home.open.number, page.min(199));
    }
}
