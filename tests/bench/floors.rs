//! The floors: the least that a server can do, on the same HTTP library. Each is a process of its own,
//! which is this very program, started with a word that nobody types.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rusqlite::Connection;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use super::process::Process;

const ANSWERS: &str = "--floor-that-answers";
const STORES: &str = "--floor-that-stores";

/// How much of a request the second floor stores: one small row.
const ROW: usize = 64;

/// Starts the first floor: a bare hyper server that answers 200.
pub fn that_answers() -> Process {
    Process::floor(&[ANSWERS])
}

/// Starts the second floor: a bare hyper server that stores one small row for each request, and
/// answers once it is on disk.
pub fn that_stores(folder: &Path) -> Process {
    let file = folder.join("floor.db");
    Process::floor(&[STORES, file.to_str().unwrap()])
}

/// Serves as a floor if this process was started as one; says whether it was.
pub fn serve_if_asked() -> bool {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(ANSWERS) => serve(Floor::Answers),
        Some(STORES) => serve(Floor::Stores(start_writer(
            &arguments.next().unwrap().into(),
        ))),
        _ => return false,
    }
    true
}

#[derive(Clone)]
enum Floor {
    Answers,
    Stores(mpsc::UnboundedSender<Row>),
}

/// What is to be stored, and who waits for it.
struct Row {
    text: Vec<u8>,
    stored: oneshot::Sender<()>,
}

#[tokio::main]
async fn serve(floor: Floor) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    std::io::stdout().flush().unwrap();
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        connection.set_nodelay(true).unwrap();
        tokio::spawn(answer_all(connection, floor.clone()));
    }
}

async fn answer_all(connection: TcpStream, floor: Floor) {
    let service = service_fn(move |request| answer(request, floor.clone()));
    // An error here is a client that went away.
    drop(
        hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(connection), service)
            .await,
    );
}

async fn answer(request: Request<Incoming>, floor: Floor) -> Result<Response<String>, Infallible> {
    let mut body = request.into_body();
    let mut text = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Some(data) = frame.unwrap().data_ref() {
            text.extend_from_slice(data);
        }
    }
    if let Floor::Stores(writer) = floor {
        text.truncate(ROW);
        let (stored, is_stored) = oneshot::channel();
        writer.send(Row { text, stored }).ok().unwrap();
        is_stored.await.unwrap();
    }
    Ok(Response::new(String::new()))
}

fn start_writer(file: &PathBuf) -> mpsc::UnboundedSender<Row> {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE requests (id INTEGER PRIMARY KEY, text BLOB NOT NULL) STRICT;",
        )
        .unwrap();
    let (writer, waiting) = mpsc::unbounded_channel();
    std::thread::spawn(move || write_all(&connection, waiting));
    writer
}

/// Stores all that waits in one transaction, then answers it, and so on.
fn write_all(connection: &Connection, mut waiting: mpsc::UnboundedReceiver<Row>) {
    let run = |sql| connection.prepare_cached(sql).unwrap().execute([]).unwrap();
    let mut answered = Vec::new();
    while let Some(first) = waiting.blocking_recv() {
        run("BEGIN IMMEDIATE");
        let mut next = Some(first);
        while let Some(row) = next {
            connection
                .prepare_cached("INSERT INTO requests (text) VALUES (?1)")
                .unwrap()
                .execute([row.text])
                .unwrap();
            answered.push(row.stored);
            next = waiting.try_recv().ok();
        }
        run("COMMIT");
        for stored in answered.drain(..) {
            stored.send(()).unwrap();
        }
    }
}
