//! The baselines: the minimum work of a server on the same HTTP library. Each runs in a process of its own,
//! which is this program with an internal argument.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io::Write;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use muster_sandbox::signature;
use rusqlite::Connection;
use serde::de::IgnoredAny;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use crate::api::row_floor;
use crate::pages::bare_page;
use crate::process::Server;
use crate::rows;

const HTTP_ONLY: &str = "--floor-that-answers";
const SINGLE_ROW: &str = "--floor-that-stores";
const VERIFYING: &str = "--floor-that-reads";
const ALL_ROWS: &str = "--floor-that-keeps";

/// The size of the row that the second baseline stores, in bytes of the request.
const ROW_SIZE: usize = 64;

/// Starts the first baseline: a bare hyper server that answers 200.
pub fn start_http_only() -> Server {
    Server::start_baseline(&[HTTP_ONLY])
}

/// Starts the second baseline: a bare hyper server that stores one small row per request and responds once it
/// is on disk.
pub fn start_single_row(folder: &Path) -> Server {
    let file = folder.join("floor.db");
    Server::start_baseline(&[SINGLE_ROW, file.to_str().unwrap()])
}

/// Starts the third baseline: like the second, but it verifies Slack's signature and parses the payload as
/// JSON. That is the minimum for any Slack request.
pub fn start_verifying(folder: &Path, secret: &str) -> Server {
    let file = folder.join("reading-floor.db");
    Server::start_baseline(&[VERIFYING, file.to_str().unwrap(), secret])
}

/// Starts the fourth baseline: like the third, but it inserts the rows of a declaration, without a decision
/// or a lookup. That is the minimum for a declaration in Muster's tables.
pub fn start_all_rows(folder: &Path, secret: &str) -> Server {
    let file = folder.join("keeping-floor.db");
    Server::start_baseline(&[ALL_ROWS, file.to_str().unwrap(), secret])
}

/// Runs a baseline if this process was started as one. Returns whether it was.
pub fn serve_if_baseline() -> bool {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(HTTP_ONLY) => serve(Baseline::HttpOnly),
        Some(SINGLE_ROW) => {
            let file = arguments.next().unwrap();
            serve(Baseline::SingleRow(start_row_writer(&file)));
        }
        Some(VERIFYING) => {
            let (file, secret) = (arguments.next().unwrap(), arguments.next().unwrap());
            let writer = start_row_writer(&file);
            serve(Baseline::Verifying(writer, secret.into()));
        }
        Some(ALL_ROWS) => {
            let (file, secret) = (arguments.next().unwrap(), arguments.next().unwrap());
            let writer = start_writer(&file, rows::SCHEMA, insert_all_rows);
            serve(Baseline::Verifying(writer, secret.into()));
        }
        Some(bare_page::ARGUMENT) => bare_page::serve(arguments.next().unwrap().parse().unwrap()),
        Some(row_floor::ARGUMENT) => {
            let (file, size) = (arguments.next().unwrap(), arguments.next().unwrap());
            row_floor::serve(&file, size.parse().unwrap());
        }
        _ => return false,
    }
    true
}

#[derive(Clone)]
enum Baseline {
    HttpOnly,
    SingleRow(Writer),
    Verifying(Writer, Arc<str>),
}

/// A thread that stores rows by group commit.
pub type Writer = mpsc::UnboundedSender<WriteRequest>;

/// A row to store, and the request that waits for it.
pub struct WriteRequest {
    text: Vec<u8>,
    committed: oneshot::Sender<()>,
}

#[tokio::main]
async fn serve(floor: Baseline) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    std::io::stdout().flush().unwrap();
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        connection.set_nodelay(true).unwrap();
        tokio::spawn(serve_connection(connection, floor.clone()));
    }
}

async fn serve_connection(connection: TcpStream, floor: Baseline) {
    let service = service_fn(move |request| respond(request, floor.clone()));
    // An error here means that a client has disconnected.
    drop(
        hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(connection), service)
            .await,
    );
}

async fn respond(
    request: Request<Incoming>,
    floor: Baseline,
) -> Result<Response<String>, Infallible> {
    let (head, mut body) = request.into_parts();
    let mut text = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Some(data) = frame.unwrap().data_ref() {
            text.extend_from_slice(data);
        }
    }
    if let Baseline::Verifying(_, secret) = &floor {
        assert!(is_signed(&head.headers, &text, secret) && is_form(&text));
    }
    if let Baseline::SingleRow(writer) | Baseline::Verifying(writer, _) = floor {
        text.truncate(ROW_SIZE);
        store_row(&writer, text).await;
    }
    Ok(Response::new(String::new()))
}

/// Stores a row, and returns once it is on disk.
pub async fn store_row(writer: &Writer, text: Vec<u8>) {
    let (committed, is_committed) = oneshot::channel();
    writer.send(WriteRequest { text, committed }).ok().unwrap();
    is_committed.await.unwrap();
}

/// Starts a thread that stores a row per request in a file.
pub fn start_row_writer(file: &str) -> Writer {
    start_writer(file, SINGLE_ROW_SCHEMA, insert_single_row)
}

/// Returns whether a request has a valid signature of Slack.
fn is_signed(headers: &HeaderMap, body: &[u8], secret: &str) -> bool {
    let header = |name: &str| headers[name].to_str().unwrap();
    let at = header("x-slack-request-timestamp").parse().unwrap();
    let body = std::str::from_utf8(body).unwrap();
    signature(secret, at, body) == header("x-slack-signature")
}

/// Returns whether a body is a form with a JSON payload. The parsed payload is discarded.
fn is_form(body: &[u8]) -> bool {
    form_urlencoded::parse(body)
        .find(|(name, _)| name == "payload")
        .is_some_and(|(_, payload)| serde_json::from_str::<IgnoredAny>(&payload).is_ok())
}

/// The table of the baselines that store one small row.
const SINGLE_ROW_SCHEMA: &str =
    "CREATE TABLE requests (id INTEGER PRIMARY KEY, text BLOB NOT NULL) STRICT;";

/// Stores the rows of a request, given its number and the start of its body.
type InsertRows = fn(&Connection, i64, &[u8]);

fn insert_single_row(connection: &Connection, _: i64, text: &[u8]) {
    connection
        .prepare_cached("INSERT INTO requests (text) VALUES (?1)")
        .unwrap()
        .execute([text])
        .unwrap();
}

fn insert_all_rows(connection: &Connection, number: i64, _: &[u8]) {
    rows::insert_rows(connection, number);
}

fn start_writer(file: &str, schema: &str, insert_rows: InsertRows) -> Writer {
    let connection = Connection::open(file).unwrap();
    let tuning = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
    connection
        .execute_batch(&format!("{tuning} {schema}"))
        .unwrap();
    let (writer, waiting) = mpsc::unbounded_channel();
    std::thread::spawn(move || commit_batches(&connection, waiting, insert_rows));
    writer
}

/// Group commit: stores all waiting rows in one transaction, responds, and repeats.
fn commit_batches(
    connection: &Connection,
    mut waiting: mpsc::UnboundedReceiver<WriteRequest>,
    insert_rows: InsertRows,
) {
    let run = |sql| connection.prepare_cached(sql).unwrap().execute([]).unwrap();
    let (mut answered, mut numbers) = (Vec::new(), 1..);
    while let Some(first) = waiting.blocking_recv() {
        run("BEGIN IMMEDIATE");
        let mut next = Some(first);
        while let Some(row) = next {
            insert_rows(connection, numbers.next().unwrap(), &row.text);
            answered.push(row.committed);
            next = waiting.try_recv().ok();
        }
        run("COMMIT");
        for committed in answered.drain(..) {
            committed.send(()).unwrap();
        }
    }
}
