//! Requests of the HTTP API that change something: several decisions in one transaction, and the answers that a
//! repeated request receives again.

mod imports;
mod parts;
mod settings;
mod transaction;

pub use transaction::ApiTransaction;

use crate::domain::{Timestamp, Viewer};
use crate::error::Error;
use crate::store::Store;
use crate::store::tables::api::api_answers;

/// A request of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiRequest {
    /// On whose behalf it reads and writes.
    pub viewer: Viewer,
    /// Its idempotency key; `None` if it has none.
    pub key: Option<AnswerKey>,
    /// When it arrived.
    pub now: Timestamp,
}

/// The idempotency key of a request of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerKey {
    /// The key that the program chose, together with the API key that sent it.
    pub key: String,
    /// A digest of the request.
    pub digest: String,
}

/// The answer to a request that changed something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiResponse {
    /// The HTTP status.
    pub status: u16,
    /// The body as JSON; empty if there is none.
    pub body: String,
    /// The entity tag of the incident; empty if there is none.
    pub entity_tag: String,
}

/// The result of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiOutcome {
    /// The answer, which may be an earlier one.
    Answered(ApiResponse),
    /// Another request had this idempotency key. Nothing was changed.
    KeyReused,
}

impl Store {
    /// Runs a request of the API that reads. All its reads see the same state.
    pub async fn run_api_read<T: Send + 'static, E: Send + 'static>(
        &self,
        viewer: Viewer,
        now: Timestamp,
        work: impl FnOnce(&ApiTransaction<'_>) -> std::result::Result<T, E> + Send + 'static,
    ) -> crate::error::Result<std::result::Result<T, E>> {
        self.read_pool
            .run(move |tx| Ok(work(&ApiTransaction::new(tx, viewer, now))))
            .await
    }

    /// Runs a request of the API in one transaction: all its changes are stored with its answer, or none.
    ///
    /// If a request with the same idempotency key has been answered, returns that answer without running `work`.
    pub async fn run_api_request<E: From<Error> + Send + 'static>(
        &self,
        request: ApiRequest,
        work: impl FnOnce(&ApiTransaction<'_>) -> std::result::Result<ApiResponse, E> + Send + 'static,
    ) -> std::result::Result<ApiOutcome, E> {
        let ApiRequest { viewer, key, now } = request;
        self.write_thread
            .run_with_error(move |tx| {
                let earlier = key.as_ref().map(|key| api_answers::find_answer(tx, key));
                if let Some(earlier) = earlier.transpose()?.flatten() {
                    return Ok(earlier);
                }
                let response = work(&ApiTransaction::new(tx, viewer, now))?;
                if let Some(key) = &key {
                    api_answers::insert_answer(tx, key, &response, now)?;
                }
                Ok(ApiOutcome::Answered(response))
            })
            .await
    }
}
