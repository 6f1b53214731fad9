//! Serving HTTP/1.1 on one port, and stopping without dropping anybody.

use std::io;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Serves until told to stop: then the port closes, and the requests under way are finished.
///
/// # Errors
/// When the system takes the port away.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
) -> io::Result<()> {
    // Answers are small and awaited: none may wait for the next one to fill a packet.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("Could not switch off delays on a connection: {error}");
        }
    });
    axum::serve(listener, router)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
}
