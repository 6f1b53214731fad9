//! Tests of long timelines: pages, filters and changes.

use muster::store::{IdempotencyKey, Store};
use muster_commands::timeline::{Page, PageCursor, SortOrder};
use muster_domain::{
    Change, Importance, IncidentId, Severity, TimelineEntry, TimelineEvent, Viewer,
};

use crate::support::{TestStore, alice, at};

/// Adds `count` notes to a timeline in one change.
async fn add_notes(store: &Store, id: IncidentId, count: usize) {
    store
        .change(
            Viewer::Operator,
            id,
            IdempotencyKey::action("notes"),
            move |incident| {
                let mut change = Change::new(incident.clone(), at(1));
                for number in 0..count {
                    let text = number.to_string();
                    // Several notes have the same timestamp.
                    let happened_at = at(i64::try_from(number / 7).unwrap_or_default());
                    change.add_entry(TimelineEntry {
                        happened_at,
                        ..TimelineEntry::by_actor(&alice(), TimelineEvent::Note { text })
                    });
                }
                Ok(change)
            },
        )
        .await
        .unwrap();
}

/// Follows all pages. Returns the entry IDs in display order.
async fn collect_pages(store: &Store, first: Page) -> Vec<i64> {
    let (mut page, mut ids) = (first, Vec::new());
    loop {
        let results = store
            .timeline_page(Viewer::Operator, page, 300)
            .await
            .unwrap();
        assert_eq!(results.has_before, !ids.is_empty());
        ids.extend(results.entries.iter().map(|entry| entry.id));
        let last = results.entries.last().unwrap();
        page = page.with_cursor(PageCursor::After(
            last.entry.happened_at.epoch_millis(),
            last.id,
        ));
        if !results.has_after {
            return ids;
        }
    }
}

#[tokio::test]
async fn long_timeline_shows_each_entry_on_one_page_in_both_orders() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev2).await.id;
    add_notes(&store, id, 20_000).await;
    let first = Page::first(id);
    let mut newest = collect_pages(&store, first).await;
    let oldest = collect_pages(&store, first.with_reversed_order()).await;
    newest.reverse();
    assert_eq!(newest, oldest);
    let mut numbers = oldest;
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers.len() >= 20_000, "{}", numbers.len());
}

#[tokio::test]
async fn important_filter_returns_only_important_entries() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev2).await.id;
    add_notes(&store, id, 1_000).await;
    let ids = collect_pages(&store, Page::first(id)).await;
    let flagged: Vec<i64> = ids.iter().copied().step_by(97).collect();
    for entry in &flagged {
        let key = IdempotencyKey::action(&entry.to_string());
        store
            .change_timeline_entry(Viewer::Operator, (id, *entry), key, |incident, entry| {
                incident.set_importance(entry, Importance::Important, &alice())
            })
            .await
            .unwrap();
    }
    let page = Page::first(id).with_toggled_filter();
    assert_eq!(page.order, SortOrder::NewestFirst);
    assert_eq!(collect_pages(&store, page).await, flagged);
}
