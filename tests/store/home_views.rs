//! Tests of Home views: when they are due, and their size with thousands of open incidents.

use futures_util::future::join_all;
use muster::slack::blocks::home::home_view;
use muster_commands::home::{HomeList, PageChange};
use muster_commands::payload::events::HomeContent;
use muster_domain::{Severity, Status, UserId};

use crate::support::{TestStore, at, status_request};

/// Slack: docs.slack.dev/reference/views.
const MAX_BLOCKS: usize = 100;
const MAX_VIEW_BYTES: usize = 250_000;

fn bob() -> UserId {
    UserId::from("U0BOB000001")
}

async fn due_users(store: &TestStore) -> Vec<UserId> {
    store.due_home_views(at(0), 10).await.unwrap().users
}

/// Records that the user's Home view shows the current state.
async fn record_published(store: &TestStore, user: UserId) {
    let home = store.home_view(user).await.unwrap().unwrap();
    store
        .record_published_home(&home, "x".to_owned())
        .await
        .unwrap();
}

#[tokio::test]
async fn home_view_is_due_when_it_is_opened_and_when_its_content_changes() {
    let store = TestStore::new();
    let incident = store.declare_incident("V1", Severity::Sev2).await;
    assert!(due_users(&store).await.is_empty(), "no user has opened it");
    let sees = HomeContent::Empty;
    store.record_home_opened(bob(), sees, at(0)).await.unwrap();
    assert_eq!(due_users(&store).await, [bob()]);
    record_published(&store, bob()).await;
    assert!(due_users(&store).await.is_empty());
    store.create_channel(1).await;
    assert_eq!(due_users(&store).await, [bob()]);
    record_published(&store, bob()).await;
    store
        .update_incident(incident.id, "V2", status_request(Status::Stable))
        .await;
    assert_eq!(due_users(&store).await, [bob()]);
}

#[tokio::test]
async fn page_change_is_not_lost_while_the_home_view_is_published() {
    let store = TestStore::new();
    let sees = HomeContent::Empty;
    store.record_home_opened(bob(), sees, at(0)).await.unwrap();
    let home = store.home_view(bob()).await.unwrap().unwrap();
    let change = PageChange {
        list: HomeList::Open,
        page: 1,
    };
    store.set_home_page(bob(), change, at(0)).await.unwrap();
    store
        .record_published_home(&home, "x".to_owned())
        .await
        .unwrap();
    assert_eq!(due_users(&store).await, [bob()]);
}

#[tokio::test]
async fn home_view_of_5000_open_incidents_stays_within_block_kit_limits() {
    let store = TestStore::new();
    for hundred in 0..50 {
        let declared = (0..100).map(|number| {
            let severity = Severity::ALL[number % 6];
            let key = format!("V{hundred}-{number}");
            let store = &store;
            async move { store.declare_incident(&key, severity).await }
        });
        join_all(declared).await;
    }
    let sees = HomeContent::Empty;
    store.record_home_opened(bob(), sees, at(0)).await.unwrap();
    for page in [0, 1, 199, 7_000] {
        for list in HomeList::ALL {
            let change = PageChange { list, page };
            store.set_home_page(bob(), change, at(0)).await.unwrap();
        }
        let home = store.home_view(bob()).await.unwrap().unwrap();
        let view = home_view(&home, "/datadog", Some("T0MUSTER001"));
        assert!(view.blocks.len() <= MAX_BLOCKS);
        assert!(serde_json::to_string(&view).unwrap().len() <= MAX_VIEW_BYTES);
        assert_eq!(
            (
                home.open_incidents.item_count,
                home.open_incidents.page_count
            ),
            (5_000, 334)
        );
        assert_eq!(
            home.open_incidents.items.len(),
            if page >= 333 { 5 } else { 15 }
        );
        assert_eq!(
            (home.own_incidents.item_count, home.own_incidents.page_count),
            (5_000, 500)
        );
        assert_eq!(home.open_incidents.number, page.min(333));
    }
}
