//! Tests of long timelines: pages, filters and changes.

use muster::store::{ChangeTarget, EarlierVersion, IdempotencyKey, RecordedEntry, Snapshot, Store};
use muster_commands::timeline::{Page, PageCursor, SortOrder};
use muster_domain::{
    Change, EditEntry, Importance, IncidentId, Severity, TimelineEntry, TimelineEvent, Viewer,
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

fn timeline_target(id: IncidentId, key: &str) -> ChangeTarget {
    ChangeTarget {
        viewer: Viewer::Operator,
        id,
        key: IdempotencyKey::action(key),
        now: alice().at,
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
        let target = timeline_target(id, &entry.to_string());
        store
            .change_timeline_entry(target, *entry, |incident, entry, _| {
                incident.set_importance(entry, Importance::Important, &alice())
            })
            .await
            .unwrap();
    }
    let page = Page::first(id).with_toggled_filter();
    assert_eq!(page.order, SortOrder::NewestFirst);
    assert_eq!(collect_pages(&store, page).await, flagged);
}

/// Returns the timeline of the only incident, as exported.
fn exported_timeline(store: &TestStore) -> Vec<RecordedEntry> {
    let mut snapshot = Snapshot::open(&store.folder.path().join("incidents.db")).unwrap();
    let mut timeline = Vec::new();
    snapshot
        .for_each_incident(|record, _| {
            timeline.clone_from(&record.timeline);
            Ok(())
        })
        .unwrap();
    timeline
}

#[tokio::test]
async fn export_has_flags_and_earlier_versions_of_entries() {
    let store = TestStore::new();
    let id = store.declare_incident("V1", Severity::Sev2).await.id;
    add_notes(&store, id, 3).await;
    let entry = exported_note(&store, "1").stored.id;
    for (key, text) in [("edit1", "one"), ("edit2", "One.")] {
        let edit = EditEntry {
            text: Some(text.to_owned()),
            happened_at: None,
        };
        store
            .change_timeline_entry(
                timeline_target(id, key),
                entry,
                move |incident, entry, _| incident.edit_entry(entry, edit, &alice()),
            )
            .await
            .unwrap();
    }
    store
        .change_timeline_entry(timeline_target(id, "flag"), entry, |incident, entry, _| {
            incident.set_importance(entry, Importance::Important, &alice())
        })
        .await
        .unwrap();

    let timeline = exported_timeline(&store);
    let (edited, others): (Vec<_>, Vec<_>) =
        timeline.into_iter().partition(|it| it.stored.id == entry);
    assert_eq!(edited[0].stored.entry.event, note("One."));
    assert!(edited[0].stored.is_important);
    let earlier = ["1", "one"].map(|text| EarlierVersion {
        event: note(text),
        happened_at: Some(edited[0].stored.entry.happened_at),
        edited_at: alice().at,
        edited_by: alice().user,
    });
    assert_eq!(edited[0].earlier, earlier);
    let is_untouched = |it: &RecordedEntry| it.earlier.is_empty() && !it.stored.is_important;
    assert!(others.iter().all(is_untouched));
}

fn exported_note(store: &TestStore, text: &str) -> RecordedEntry {
    let mut timeline = exported_timeline(store).into_iter();
    timeline
        .find(|it| it.stored.entry.event == note(text))
        .unwrap()
}

fn note(text: &str) -> TimelineEvent {
    TimelineEvent::Note {
        text: text.to_owned(),
    }
}
