//! A timeline that is long: every page of it, and changing the incident that it belongs to.

use muster::domain::{Change, Entry, Flag, Viewer, What};
use muster::store::{Key, Store};
use muster_commands::timeline::{Order, Page, Reach};
use muster_commands::{IncidentId, Severity};

use super::kept::{Kept, alice, at};

/// Puts so many notes on a timeline at once.
async fn notes(store: &Store, id: IncidentId, count: usize) {
    store
        .change(
            Viewer::Operator,
            id,
            Key::action("notes"),
            move |incident| {
                let mut change = Change::to(incident.clone(), at(1));
                for number in 0..count {
                    let text = number.to_string();
                    // Many happen at the same moment.
                    let happened_at = at(i64::try_from(number / 7).unwrap_or_default());
                    change.record(Entry {
                        happened_at,
                        ..Entry::by(&alice(), What::Note { text })
                    });
                }
                Ok(change)
            },
        )
        .await
        .unwrap();
}

/// Turns all pages, and gives the numbers of the entries in the order in which they are shown.
async fn turned(store: &Store, first: Page) -> Vec<i64> {
    let (mut page, mut seen) = (first, Vec::new());
    loop {
        let found = store
            .timeline_page(Viewer::Operator, page, 300)
            .await
            .unwrap();
        assert_eq!(found.has_before, !seen.is_empty());
        seen.extend(found.entries.iter().map(|kept| kept.id));
        let last = found.entries.last().unwrap();
        page = page.at(Reach::After(last.entry.happened_at.epoch_millis(), last.id));
        if !found.has_after {
            return seen;
        }
    }
}

#[tokio::test]
async fn every_entry_of_a_long_timeline_is_on_one_page_in_either_order() {
    let kept = Kept::new();
    let id = kept.declares("V1", Severity::Sev2).await.id;
    notes(&kept.store, id, 20_000).await;
    let first = Page::first(id);
    let mut newest = turned(&kept.store, first).await;
    let oldest = turned(&kept.store, first.turned_round()).await;
    newest.reverse();
    assert_eq!(newest, oldest);
    let mut numbers = oldest;
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers.len() >= 20_000, "{}", numbers.len());
}

#[tokio::test]
async fn the_important_entries_are_found_among_all() {
    let kept = Kept::new();
    let id = kept.declares("V1", Severity::Sev2).await.id;
    notes(&kept.store, id, 1_000).await;
    let all = turned(&kept.store, Page::first(id)).await;
    let flagged: Vec<i64> = all.iter().copied().step_by(97).collect();
    for entry in &flagged {
        let key = Key::action(&entry.to_string());
        kept.store
            .change_entry(Viewer::Operator, (id, *entry), key, |incident, kept| {
                incident.flag(kept, Flag::Important, &alice())
            })
            .await
            .unwrap();
    }
    let page = Page::first(id).narrowed();
    assert_eq!(page.order, Order::NewestFirst);
    assert_eq!(turned(&kept.store, page).await, flagged);
}
