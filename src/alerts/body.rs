//! Reads the bodies of requests. All bodies in flight share a limited amount of memory; when it is used up, senders
//! are asked to try again.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::alert::MAX_BODY;

/// The unit in which memory is reserved, in bytes.
const UNIT: usize = 16 * 1024;

/// The memory of all bodies in flight, in units. A parsed body needs several times its size.
const UNITS: usize = 3 * MAX_BODY / UNIT;

/// How many bytes of a body that is too large are read and discarded, so that the sender receives the answer
/// instead of a broken connection.
const MAX_DISCARDED: usize = 2 * MAX_BODY;

/// How long a body may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The memory of the bodies in flight.
#[derive(Debug)]
pub(super) struct BodyMemory(Arc<Semaphore>);

/// A received body. Its memory is reserved until it is dropped.
#[derive(Debug)]
pub(super) struct IntakeBody {
    pub(super) content: Vec<u8>,
    _reserved: Vec<OwnedSemaphorePermit>,
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// It is larger than the limit.
    TooLarge,
    /// The memory of all bodies is used up.
    Overloaded,
    /// It did not arrive in time, or the connection broke.
    Incomplete(StatusCode),
}

impl Default for BodyMemory {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(UNITS)))
    }
}

impl BodyMemory {
    /// Reads a whole body, with or without a `Content-Length`.
    pub(super) async fn read(
        &self,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<IntakeBody, BodyError> {
        let reading = tokio::time::timeout(TIMEOUT, self.read_chunks(headers, body));
        let timeout = Err(BodyError::Incomplete(StatusCode::REQUEST_TIMEOUT));
        reading.await.unwrap_or(timeout)
    }

    async fn read_chunks(&self, headers: &HeaderMap, body: Body) -> Result<IntakeBody, BodyError> {
        let announced = announced_size(headers).unwrap_or_default();
        let mut received = IntakeBody {
            content: Vec::new(),
            _reserved: Vec::new(),
        };
        if announced <= MAX_BODY {
            received._reserved.extend(self.reserve(announced.max(1))?);
        }
        let mut reserved = announced.max(1).next_multiple_of(UNIT);
        let mut size = 0;
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| BodyError::Incomplete(StatusCode::BAD_REQUEST))?;
            size += chunk.len();
            if size.max(announced) > MAX_BODY {
                // It is only read to its end. Its memory is released now.
                (received.content, received._reserved) = (Vec::new(), Vec::new());
                if size > MAX_DISCARDED {
                    break;
                }
                continue;
            }
            while reserved < size {
                received._reserved.extend(self.reserve(UNIT)?);
                reserved += UNIT;
            }
            received.content.extend_from_slice(&chunk);
        }
        match size.max(announced) > MAX_BODY {
            true => Err(BodyError::TooLarge),
            false => Ok(received),
        }
    }

    /// Reserves memory, or fails if it is used up: waiting senders would only time out.
    fn reserve(&self, size: usize) -> Result<Option<OwnedSemaphorePermit>, BodyError> {
        let units = u32::try_from(size.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let reserved = Arc::clone(&self.0).try_acquire_many_owned(units);
        reserved.map(Some).map_err(|_| BodyError::Overloaded)
    }
}

fn announced_size(headers: &HeaderMap) -> Option<usize> {
    let size = headers.get(header::CONTENT_LENGTH)?;
    size.to_str().ok()?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    async fn read(memory: &BodyMemory, size: usize) -> Result<IntakeBody, BodyError> {
        let body = Body::from(vec![b'a'; size]);
        memory.read(&HeaderMap::new(), body).await
    }

    #[tokio::test]
    async fn body_of_up_to_10_mib_is_read_and_a_larger_one_rejected() {
        let memory = BodyMemory::default();
        for size in [0, 1, UNIT + 1, MAX_BODY] {
            let body = read(&memory, size).await.unwrap();
            assert_eq!(body.content.len(), size);
        }
        for size in [MAX_BODY + 1, MAX_DISCARDED + 1] {
            let rejected = read(&memory, size).await.unwrap_err();
            assert_eq!(rejected, BodyError::TooLarge);
        }
        assert_eq!(memory.0.available_permits(), UNITS);
    }

    #[tokio::test]
    async fn overload_rejects_further_bodies_until_memory_is_free() {
        let memory = BodyMemory::default();
        let mut received = Vec::new();
        for _ in 0..2 {
            received.push(read(&memory, MAX_BODY).await.unwrap());
        }
        received.push(read(&memory, MAX_BODY - 2 * UNIT).await.unwrap());
        let overloaded = read(&memory, MAX_BODY).await.unwrap_err();
        assert_eq!(overloaded, BodyError::Overloaded);
        received.pop();
        assert_eq!(read(&memory, UNIT).await.unwrap().content.len(), UNIT);
    }
}
