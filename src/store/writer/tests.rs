//! What becomes of requests that come together.
#![allow(clippy::unwrap_used)]

use std::pin::pin;

use tempfile::TempDir;

use super::*;

/// Gives a writer of a table for notes.
fn of_notes(folder: &TempDir) -> Writer {
    let file = folder.path().join("notes.db");
    let mut connection = Connection::open(&file).unwrap();
    let schema = "PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT NOT NULL) STRICT";
    connection.execute_batch(schema).unwrap();
    let checkpoints = Checkpoints::start(&file, &mut connection).unwrap();
    Writer::start(connection, checkpoints, Arc::new(Notify::new())).unwrap()
}

fn fill(tx: &Connection, kilobytes: usize) -> Result<()> {
    let text = "x".repeat(kilobytes * 1024);
    tx.execute("INSERT INTO notes (text) VALUES (?1)", [text])?;
    Ok(())
}

fn limit(tx: &Connection, pages: i64) -> Result<()> {
    tx.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
    Ok(())
}

fn count(tx: &Connection) -> Result<i64> {
    Ok(tx.query_row("SELECT count(*) FROM notes", [], |row| row.get(0))?)
}

fn fails(tx: &Connection) -> Result<()> {
    fill(tx, 1)?;
    Err(Error::Refused("No.".to_owned()))
}

/// Has requests come together: they are asked while the writer is busy with another one.
async fn together<T>(writer: &Writer, requests: impl Future<Output = T>) -> T {
    let (begin, begun) = oneshot::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let busy = writer.run(move |_| {
        let _ = begin.send(());
        let _ = ended.recv();
        Ok(())
    });
    let requests = async {
        // From then on whatever comes is of the next group.
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
async fn a_full_disk_takes_nothing_of_a_request_and_everything_when_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let writer = of_notes(&folder);
    writer.run(|tx| fill(tx, 1)).await.unwrap();
    // SQLite treats a database that may not grow as a disk that is full.
    writer.run(|tx| limit(tx, 10)).await.unwrap();

    let both = |tx: &Connection| fill(tx, 1).and_then(|()| fill(tx, 100));
    let (large, small) = tokio::join!(writer.run(both), writer.run(|tx| fill(tx, 1)));
    assert!(matches!(large, Err(Error::NotStored(_))), "{large:?}");
    // Who came together with it is stored whole, or told that they are not.
    let stored = match small {
        Ok(()) => 2,
        Err(Error::NotStored(_)) => 1,
        Err(other) => panic!("{other}"),
    };
    assert_eq!(writer.run(count).await.unwrap(), stored);

    writer.run(|tx| limit(tx, 10_000)).await.unwrap();
    writer.run(both).await.unwrap();
    assert_eq!(writer.run(count).await.unwrap(), stored + 2);
}

#[tokio::test]
async fn what_is_refused_takes_nothing_from_those_who_came_together_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let writer = of_notes(&folder);
    let refuses = |_: &Connection| Err::<(), _>(Error::Refused("No.".to_owned()));
    let (late, early, decided) = together(&writer, async {
        tokio::join!(
            writer.run(fails),
            writer.decide(refuses),
            writer.decide(|tx| fill(tx, 1))
        )
    })
    .await;
    decided.unwrap();
    assert!(matches!(late, Err(Error::Refused(_))), "{late:?}");
    assert!(matches!(early, Err(Error::Refused(_))), "{early:?}");
    assert_eq!(writer.run(count).await.unwrap(), 1);
}

#[tokio::test]
async fn of_one_that_fails_after_it_began_to_write_nothing_is_kept_and_who_came_with_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let writer = of_notes(&folder);
    let (failed, other) = together(&writer, async {
        tokio::join!(writer.decide(fails), writer.run(|tx| fill(tx, 1)))
    })
    .await;
    assert!(matches!(failed, Err(Error::Refused(_))), "{failed:?}");
    assert!(matches!(other, Err(Error::NotStored(_))), "{other:?}");
    assert_eq!(writer.run(count).await.unwrap(), 0);
    writer.decide(|tx| fill(tx, 1)).await.unwrap();
    assert_eq!(writer.run(count).await.unwrap(), 1);
}
