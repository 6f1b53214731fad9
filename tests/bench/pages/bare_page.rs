//! The baseline of pages: a bare axum server that sends a text of the same size, in a process of its own.

use std::io::Write;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::process::Server;

/// The internal argument that starts this program as the baseline.
pub const ARGUMENT: &str = "--floor-that-sends-a-page";

/// Starts a server whose pages have this size, in bytes.
pub fn start(size: usize) -> Server {
    Server::start_baseline(&[ARGUMENT, &size.to_string()])
}

/// Serves pages of this size.
#[tokio::main]
pub async fn serve(size: usize) {
    let page = "a".repeat(size);
    let router = Router::new().fallback(get(move || {
        let page = page.clone();
        async move { Html(page) }
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    std::io::stdout().flush().unwrap();
    axum::serve(listener, router).await.unwrap();
}
