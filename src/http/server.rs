//! Serves HTTP/1.1 on one port, with a graceful shutdown.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long the headers of a request may take to arrive, and how long a connection may be idle between two
/// requests. It limits how long a slow client can hold a connection.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long open requests may take to finish at a stop. It is less than the time after which the program ends
/// anyway, so that a client that does not read its response does not keep the store open.
const STOP_TIMEOUT: Duration = Duration::from_secs(8);

/// The timeouts of connections.
#[derive(Clone, Copy)]
struct Timeouts {
    header: Duration,
    stop: Duration,
}

/// The delay before the next `accept` after an error of the system, such as too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_secs(1);

/// Serves until `stop` is cancelled. Then the port is closed, and open requests are finished. A handler whose
/// response has no end takes `stop` as an extension.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let router = router.layer(Extension(stop.clone()));
    let timeouts = Timeouts {
        header: HEADER_TIMEOUT,
        stop: STOP_TIMEOUT,
    };
    serve_with_timeouts(timeouts, listener, router, stop).await;
}

async fn serve_with_timeouts(
    timeouts: Timeouts,
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
) {
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(serve_connection(
                    timeouts,
                    stream,
                    router.clone(),
                    stop.clone(),
                ));
            }
            Err(error) if is_client_error(&error) => {}
            Err(error) => {
                tracing::error!("Could not accept a connection: {error}");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Serves one connection.
async fn serve_connection(
    timeouts: Timeouts,
    stream: TcpStream,
    router: Router,
    stop: CancellationToken,
) {
    // Responses are small and awaited, so Nagle's algorithm would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("Could not set TCP_NODELAY on a connection: {error}");
    }
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(timeouts.header)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let ended = tokio::time::timeout(timeouts.stop, connection).await;
            ended.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        tracing::debug!("A connection failed: {error}");
    }
}

/// Returns whether the client closed the connection before it was accepted.
fn is_client_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::Notify;

    use super::*;

    const TIMEOUT: Duration = Duration::from_millis(200);

    const TIMEOUTS: Timeouts = Timeouts {
        header: TIMEOUT,
        stop: TIMEOUT,
    };

    #[tokio::test]
    async fn connection_is_closed_when_headers_are_incomplete() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = serve_with_timeouts(TIMEOUTS, listener, Router::new(), stop.clone());
        let serving = tokio::spawn(serving);
        for sent in ["", "GET / HTTP/1.1\r\nHost: here\r\nX-Slow: "] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(sent.as_bytes()).await.unwrap();
            let mut response = Vec::new();
            stream.read_to_end(&mut response).await.unwrap();
        }
        stop.cancel();
        serving.await.unwrap();
    }

    #[tokio::test]
    async fn client_that_never_reads_does_not_prevent_the_stop() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let started = Arc::new(Notify::new());
        let handler = {
            let started = Arc::clone(&started);
            || async move {
                started.notify_one();
                // More than the buffers of both sockets hold.
                vec![b'a'; 64 * 1024 * 1024]
            }
        };
        let router = Router::new().route("/", get(handler));
        let serving = tokio::spawn(serve_with_timeouts(
            TIMEOUTS,
            listener,
            router,
            stop.clone(),
        ));
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";
        stream.write_all(request).await.unwrap();
        started.notified().await;
        stop.cancel();
        let stopped = tokio::time::timeout(Duration::from_secs(20), serving).await;
        assert!(stopped.is_ok(), "the server does not stop");
    }
}
