//! Accepts connections of the mail relay.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::smtp_session::SmtpSession;
use crate::server::Shared;

/// Binds a free port at the same address as the page.
pub(crate) fn bind(mut address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    address.set_port(0);
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((TcpListener::from_std(listener)?, address))
}

/// Serves connections until the sandbox stops.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let stopping = shared.stopping.clone();
    loop {
        let accepted = tokio::select! {
            () = stopping.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else { continue };
        let (session, stopping) = (SmtpSession::new(stream, &shared), stopping.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = stopping.cancelled() => {}
                // An error means that the client is gone, or that a fault dropped the connection.
                _ = session.serve() => {}
            }
        });
    }
}
