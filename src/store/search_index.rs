//! Keeps the full-text index up to date, without delaying the changes.
//!
//! A change only notes its texts. A task indexes them in small transactions, and a search indexes what is
//! left, so that it finds every earlier change.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::error::Result;
use crate::store::Store;
use crate::store::db::full_text;

/// The number of texts that are indexed in one transaction. Writes wait meanwhile.
const BATCH: usize = 64;

/// The number of texts that a search indexes in one transaction.
const SEARCH_BATCH: usize = 1_000;

/// The number of transactions in which a search indexes texts at most. After a burst of many thousands of
/// changes it may miss the oldest incidents among them for a while.
const SEARCH_BATCHES: usize = 5;

/// The delay after a change, so that one transaction indexes the texts of several.
const DELAY: Duration = Duration::from_millis(500);

/// How much longer than a transaction the pause after it takes, so that the index gets a twentieth of the
/// time of the write thread at most.
const PAUSE_FACTOR: u32 = 20;

impl Store {
    /// Indexes changed texts until it is stopped.
    pub async fn run_indexing(self, stop: CancellationToken) {
        let mut changes = self.committed_changes();
        let indexing = async {
            loop {
                if let Err(error) = self.index_all().await {
                    tracing::warn!("Cannot index texts for the search: {error}");
                }
                // A receiver that missed changes is notified as well. The sender exists as long as the store.
                drop(changes.recv().await);
                tokio::time::sleep(DELAY).await;
                changes = changes.resubscribe();
            }
        };
        stop.run_until_cancelled(indexing).await;
    }

    /// Indexes all changed texts, with pauses.
    async fn index_all(&self) -> Result<()> {
        while self.has_changed_texts().await? {
            let started_at = Instant::now();
            self.index_changed_texts(BATCH).await?;
            tokio::time::sleep(started_at.elapsed() * PAUSE_FACTOR).await;
        }
        Ok(())
    }

    /// Indexes the last changed texts before a search. If that fails, the search misses them.
    pub(crate) async fn index_before_search(&self) {
        let indexing = async {
            for _ in 0..SEARCH_BATCHES {
                if !self.has_changed_texts().await? {
                    break;
                }
                self.index_changed_texts(SEARCH_BATCH).await?;
            }
            Ok::<_, crate::error::Error>(())
        };
        if let Err(error) = indexing.await {
            tracing::warn!("Cannot index texts before a search: {error}");
        }
    }

    async fn has_changed_texts(&self) -> Result<bool> {
        self.read_pool.run(full_text::has_noted).await
    }

    async fn index_changed_texts(&self, limit: usize) -> Result<usize> {
        self.write_thread
            .run(move |tx| full_text::index_noted(tx, limit))
            .await
    }
}
