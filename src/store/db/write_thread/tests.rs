//! Tests of group commit, savepoints and a full disk.
#![allow(clippy::unwrap_used)]

use std::pin::pin;

use tempfile::TempDir;

use crate::store::db::write_thread::*;

/// Starts a write thread on a database with a table of notes.
fn notes_write_thread(folder: &TempDir) -> WriteThread {
    let file = folder.path().join("notes.db");
    let mut connection = Connection::open(&file).unwrap();
    let schema = "PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT NOT NULL) STRICT";
    connection.execute_batch(schema).unwrap();
    let checkpoints = Checkpointer::start(&file, &mut connection).unwrap();
    WriteThread::start(connection, checkpoints, CommitSignals::default()).unwrap()
}

fn insert_text(tx: &Connection, kilobytes: usize) -> Result<()> {
    let text = "x".repeat(kilobytes * 1024);
    tx.execute("INSERT INTO notes (text) VALUES (?1)", [text])?;
    Ok(())
}

fn set_max_pages(tx: &Connection, pages: i64) -> Result<()> {
    tx.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
    Ok(())
}

fn count_rows(tx: &Connection) -> Result<i64> {
    Ok(tx.query_row("SELECT count(*) FROM notes", [], |row| row.get(0))?)
}

fn write_then_fail(tx: &Connection) -> Result<()> {
    insert_text(tx, 1)?;
    Err(Error::Rejected("No.".to_owned()))
}

/// Runs requests in one group: they are sent while the write thread is busy with another request.
async fn run_in_one_group<T>(writer: &WriteThread, requests: impl Future<Output = T>) -> T {
    let (begin, begun) = oneshot::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let busy = writer.run(move |_| {
        let _ = begin.send(());
        let _ = ended.recv();
        Ok(())
    });
    let requests = async {
        // All requests that are sent from now on are in the next group.
        begun.await.unwrap();
        let mut requests = pin!(requests);
        assert!(futures_util::poll!(requests.as_mut()).is_pending());
        drop(end);
        requests.await
    };
    let (busy, outcomes) = tokio::join!(busy, requests);
    busy.unwrap();
    outcomes
}

#[tokio::test]
async fn full_disk_rolls_back_the_whole_request_and_later_writes_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let writer = notes_write_thread(&folder);
    writer.run(|tx| insert_text(tx, 1)).await.unwrap();
    // SQLite reports a database at its page limit as a full disk.
    writer.run(|tx| set_max_pages(tx, 10)).await.unwrap();

    let both = |tx: &Connection| insert_text(tx, 1).and_then(|()| insert_text(tx, 100));
    let (large, small) = tokio::join!(writer.run(both), writer.run(|tx| insert_text(tx, 1)));
    assert!(
        matches!(large, Err(Error::StoreUnavailable(_))),
        "{large:?}"
    );
    // The other request is stored completely or rejected, depending on its group.
    let stored = match small {
        Ok(()) => 2,
        Err(Error::StoreUnavailable(_)) => 1,
        Err(other) => panic!("{other}"),
    };
    assert_eq!(writer.run(count_rows).await.unwrap(), stored);

    writer.run(|tx| set_max_pages(tx, 10_000)).await.unwrap();
    writer.run(both).await.unwrap();
    assert_eq!(writer.run(count_rows).await.unwrap(), stored + 2);
}

#[tokio::test]
async fn rejected_request_rolls_back_alone_in_its_group() {
    let folder = tempfile::tempdir().unwrap();
    let writer = notes_write_thread(&folder);
    let reject = |_: &Connection| Err::<(), _>(Error::Rejected("No.".to_owned()));
    let (late, early, stored) = run_in_one_group(&writer, async {
        tokio::join!(
            writer.run(write_then_fail),
            writer.run(reject),
            writer.run(|tx| insert_text(tx, 1))
        )
    })
    .await;
    stored.unwrap();
    assert!(matches!(late, Err(Error::Rejected(_))), "{late:?}");
    assert!(matches!(early, Err(Error::Rejected(_))), "{early:?}");
    assert_eq!(writer.run(count_rows).await.unwrap(), 1);
}

#[tokio::test]
async fn panicking_request_rolls_back_alone_in_its_group() {
    let folder = tempfile::tempdir().unwrap();
    let writer = notes_write_thread(&folder);
    let write_then_panic = |tx: &Connection| -> Result<()> {
        insert_text(tx, 1)?;
        panic!("on purpose")
    };
    let (panicked, stored) = run_in_one_group(&writer, async {
        tokio::join!(
            writer.run(write_then_panic),
            writer.run(|tx| insert_text(tx, 1))
        )
    })
    .await;
    assert!(matches!(panicked, Err(Error::Internal(_))), "{panicked:?}");
    stored.unwrap();
    assert_eq!(writer.run(count_rows).await.unwrap(), 1);
}
