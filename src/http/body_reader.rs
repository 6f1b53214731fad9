//! Reads the bodies of requests. Large bodies share a limited amount of memory.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The maximum size of a body, in bytes. Slack sends a message of 38,000 letters to a message action as
/// 217 KB: the message appears as text and as blocks, and both are encoded as a form.
pub(crate) const MAX_BODY_SIZE: usize = 1024 * 1024;

/// The maximum size of a body that needs no reservation. Nearly all requests are smaller.
const SMALL_BODY_SIZE: usize = 64 * 1024;

/// The memory for larger bodies, in units of [`SMALL_BODY_SIZE`]. Further large bodies wait, small ones do
/// not.
const LARGE_BODY_UNITS: usize = 4 * MAX_BODY_SIZE / SMALL_BODY_SIZE;

/// How many bytes of a body that is too large are read and discarded, so that the sender receives the
/// response.
const MAX_DISCARDED_SIZE: usize = 8 * 1024 * 1024;

/// Reads bodies, and limits the memory of large ones that are in flight.
pub struct BodyReader {
    units: Arc<Semaphore>,
}

/// A received body. Its memory is reserved until it is dropped.
pub(crate) struct ReceivedBody {
    pub(crate) content: Bytes,
    pub(crate) _reserved: Option<OwnedSemaphorePermit>,
}

impl Default for BodyReader {
    fn default() -> Self {
        Self {
            units: Arc::new(Semaphore::new(LARGE_BODY_UNITS)),
        }
    }
}

impl BodyReader {
    /// Reads a whole body, with or without a `Content-Length`.
    pub(crate) async fn read(
        &self,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<ReceivedBody, StatusCode> {
        let announced = content_length(headers);
        if announced.is_some_and(|length| length > MAX_DISCARDED_SIZE) {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let mut chunks = body.into_data_stream();
        let mut content = Vec::with_capacity(announced.unwrap_or_default().min(SMALL_BODY_SIZE));
        let (mut length, mut reserved) = (0, None);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
            length += chunk.len();
            if length.max(announced.unwrap_or_default()) > MAX_BODY_SIZE {
                // It is only read to its end. Its memory is released now.
                (content, reserved) = (Vec::new(), None);
                if length > MAX_DISCARDED_SIZE {
                    break;
                }
                continue;
            }
            if length > SMALL_BODY_SIZE && reserved.is_none() {
                reserved = Some(self.reserve(announced).await?);
            }
            content.extend_from_slice(&chunk);
        }
        if length > MAX_BODY_SIZE {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        Ok(ReceivedBody {
            content: content.into(),
            _reserved: reserved,
        })
    }

    /// Reserves the memory of a large body, all at once, so that two bodies cannot wait for each other.
    async fn reserve(&self, announced: Option<usize>) -> Result<OwnedSemaphorePermit, StatusCode> {
        let units = announced
            .unwrap_or(MAX_BODY_SIZE)
            .min(MAX_BODY_SIZE)
            .div_ceil(SMALL_BODY_SIZE);
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        // Acquiring fails only if the semaphore is closed, which never happens.
        let reserved = Arc::clone(&self.units).acquire_many_owned(units).await;
        reserved.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
    }
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    fn headers(length: Option<usize>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(length) = length {
            headers.insert(header::CONTENT_LENGTH, length.into());
        }
        headers
    }

    async fn read(
        reader: &BodyReader,
        length: Option<usize>,
        size: usize,
    ) -> Result<ReceivedBody, StatusCode> {
        reader
            .read(&headers(length), Body::from(vec![b'a'; size]))
            .await
    }

    #[tokio::test]
    async fn body_of_up_to_1_mib_is_read_and_a_larger_one_rejected() {
        let reader = BodyReader::default();
        for size in [0, SMALL_BODY_SIZE, SMALL_BODY_SIZE + 1, MAX_BODY_SIZE] {
            for length in [Some(size), None] {
                let body = read(&reader, length, size).await.ok().unwrap();
                assert_eq!(body.content.len(), size);
                assert_eq!(body._reserved.is_some(), size > SMALL_BODY_SIZE);
            }
        }
        for length in [Some(MAX_BODY_SIZE + 1), None] {
            let rejected = read(&reader, length, MAX_BODY_SIZE + 1).await.err();
            assert_eq!(rejected, Some(StatusCode::PAYLOAD_TOO_LARGE));
        }
        assert_eq!(reader.units.available_permits(), LARGE_BODY_UNITS);
    }

    #[tokio::test]
    async fn large_body_waits_for_memory_and_a_small_one_does_not() {
        let reader = BodyReader::default();
        let mut received = Vec::new();
        for _ in 0..4 {
            received.push(read(&reader, None, MAX_BODY_SIZE).await.ok().unwrap());
        }
        read(&reader, None, SMALL_BODY_SIZE).await.ok().unwrap();
        let mut waiting = std::pin::pin!(read(&reader, Some(100_000), 100_000));
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        received.pop();
        assert_eq!(waiting.await.ok().unwrap().content.len(), 100_000);
    }
}
