//! The baseline of requests that change something: a bare axum server that stores the body of each as a row by group
//! commit, and then sends a text, in a process of its own.

use std::io::Write;
use std::path::Path;

use axum::Router;
use axum::body::Bytes;
use axum::response::Html;
use axum::routing::any;
use tokio::net::TcpListener;

use crate::baseline;
use crate::process::Server;

/// The internal argument that starts this program as the baseline.
pub const ARGUMENT: &str = "--floor-that-stores-a-body";

/// Starts a server whose responses have this size, in bytes.
pub fn start(folder: &Path, size: usize) -> Server {
    let file = folder.join(format!("row-floor-{size}.db"));
    Server::start_baseline(&[ARGUMENT, file.to_str().unwrap(), &size.to_string()])
}

/// Stores bodies in a file, and sends responses of this size.
#[tokio::main]
pub async fn serve(file: &str, size: usize) {
    let writer = baseline::start_row_writer(file);
    let response = "a".repeat(size);
    let router = Router::new().fallback(any(move |body: Bytes| {
        let (writer, response) = (writer.clone(), response.clone());
        async move {
            baseline::store_row(&writer, body.to_vec()).await;
            Html(response)
        }
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    std::io::stdout().flush().unwrap();
    axum::serve(listener, router).await.unwrap();
}
