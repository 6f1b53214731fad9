//! Reminders of very many incidents follow settings that change: some at a time, and each once.

use super::kept::{Kept, at, status};
use futures_util::future::join_all;
use muster::domain::{Owed, Receipt};
use muster::store::Beside;
use muster_commands::{IncidentId, Severity, Status};
use rusqlite::Connection;
use serde_json::json;

/// How many incidents there are.
const MANY: i64 = 120;

/// How many of them follow at once.
const AT_ONCE: i64 = 50;

/// Gives a store with many incidents that are active, whose reminders follow the settings.
async fn many() -> Kept {
    let kept = Kept::new();
    let keys: Vec<_> = (0..MANY).map(|number| format!("V{number}")).collect();
    join_all(keys.iter().map(|key| kept.declares(key, Severity::Sev1))).await;
    follow(&kept).await;
    kept
}

/// Lets all reminders follow; gives how many steps that took.
async fn follow(kept: &Kept) -> usize {
    let mut steps = 0;
    while is_behind(kept).await {
        kept.store.let_reminders_follow(at(0)).await.unwrap();
        steps += 1;
    }
    steps
}

async fn is_behind(kept: &Kept) -> bool {
    let due = kept.store.due(vec![], at(0), 1).await.unwrap();
    due.reminders_behind
}

/// Sets after how many minutes an update is due, beside the bot.
fn sets(kept: &Kept, minutes: u32) {
    let mut beside = Beside::open(&kept.folder.path().join("incidents.db")).unwrap();
    let wanted = ("reminder_minutes".to_owned(), json!({ "SEV-1": minutes }));
    let changed = beside.change(|before| before.with([wanted]), at(0));
    assert_eq!(changed.unwrap().unwrap().len(), 1);
}

/// Gives how many updates are due so many minutes after the beginning.
fn due_after(kept: &Kept, minutes: i64) -> i64 {
    let connection = Connection::open(kept.folder.path().join("incidents.db")).unwrap();
    let count = "SELECT count(*) FROM reminders
                  WHERE kind = 'update' AND state = 'waiting' AND due_at = ?1";
    let due = [at(minutes * 60)];
    connection.query_row(count, due, |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn reminders_follow_some_at_a_time_and_go_on_after_a_restart() {
    let kept = many().await;
    assert_eq!(due_after(&kept, 30), MANY);
    sets(&kept, 60);
    kept.store.let_reminders_follow(at(0)).await.unwrap();
    assert_eq!(due_after(&kept, 60), AT_ONCE);
    let kept = kept.restarted();
    assert!(is_behind(&kept).await);
    assert_eq!(follow(&kept).await, 2);
    assert_eq!(due_after(&kept, 60), MANY);
    // One that is due before it followed is not late: it follows right then.
    sets(&kept, 90);
    kept.store.let_reminders_follow(at(0)).await.unwrap();
    let taken = kept.store.take_reminders(at(60 * 60)).await.unwrap();
    assert_eq!(taken, usize::try_from(MANY - AT_ONCE).unwrap());
    assert_eq!(due_after(&kept, 90), MANY);
    assert!(kept.due(Owed::Remind, at(60 * 60)).await.is_empty());
}

#[tokio::test]
async fn settings_that_change_once_more_meanwhile_are_the_ones_that_hold() {
    let kept = many().await;
    sets(&kept, 60);
    kept.store.let_reminders_follow(at(0)).await.unwrap();
    sets(&kept, 45);
    assert_eq!(follow(&kept).await, 3);
    assert_eq!(due_after(&kept, 45), MANY);
    // Back again before anything followed, there is nothing to do.
    sets(&kept, 60);
    sets(&kept, 45);
    assert!(!is_behind(&kept).await);
}

#[tokio::test]
async fn headers_of_very_many_incidents_are_edited_one_after_the_other_and_a_change_at_once() {
    let kept = many().await;
    for number in 1..=MANY {
        kept.opens_channel(number).await;
    }
    for _ in 1..=MANY {
        let header = kept.begins(Owed::ShowHeader, at(0)).await;
        kept.settles(header, Receipt::Nothing).await;
    }
    sets(&kept, 60);
    follow(&kept).await;
    let edited = |seconds| kept.due(Owed::ShowHeader, at(seconds));
    assert_eq!(edited(0).await.len(), 20);
    assert_eq!(edited(30).await.len(), 30);
    let last = IncidentId(1);
    let is_in = |due: &[(i64, i64)]| due.iter().any(|(number, _)| *number == last.number());
    assert!(!is_in(&edited(30).await));
    kept.changes(last, "C", status(Status::Active)).await;
    assert!(!is_in(&edited(0).await), "nothing changed");
    kept.changes(last, "D", status(Status::Stable)).await;
    assert!(is_in(&edited(0).await));
}
