//! Serving HTTP/1.1 on one port, and stopping without dropping anybody.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long the headers of a request may take to come in, and how long a connection may rest between two
/// requests: who keeps us waiting on purpose holds a connection no longer.
const HEADERS_WITHIN: Duration = Duration::from_secs(30);

/// How long we leave the port alone when the system gives no connection: it has too many files open.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until told to stop: then the port closes, and the requests under way are finished.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    serve_within(HEADERS_WITHIN, listener, router, stop).await;
}

async fn serve_within(
    patience: Duration,
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
                connections.spawn(connected(patience, stream, router.clone(), stop.clone()));
            }
            Err(error) if is_of_the_caller(&error) => {}
            Err(error) => {
                tracing::error!("No connection can be taken: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Serves one connection.
async fn connected(patience: Duration, stream: TcpStream, router: Router, stop: CancellationToken) {
    // Answers are small and awaited: none may wait for the next one to fill a packet.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("Could not switch off delays on a connection: {error}");
    }
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(patience)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("A connection ended: {error}");
    }
}

/// Says whether it was the caller who went away before the connection was taken.
fn is_of_the_caller(error: &io::Error) -> bool {
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
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn who_never_sends_the_whole_headers_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = serve_within(PATIENCE, listener, Router::new(), stop.clone());
        let serving = tokio::spawn(serving);
        for sent in ["", "GET / HTTP/1.1\r\nHost: here\r\nX-Slow: "] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(sent.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
        }
        stop.cancel();
        serving.await.unwrap();
    }
}
