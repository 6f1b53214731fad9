//! The floors: the least that a server can do, on the same HTTP library. Each is a process of its own,
//! which is this very program, started with a word that nobody types.

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
use muster::sandbox::signature;
use rusqlite::Connection;
use serde::de::IgnoredAny;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use super::process::Process;
use super::rows;

const ANSWERS: &str = "--floor-that-answers";
const STORES: &str = "--floor-that-stores";
const READS: &str = "--floor-that-reads";
const KEEPS: &str = "--floor-that-keeps";

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

/// Starts the third floor: as the second, but it takes a request for Slack's only if it is, and sees that
/// what a form says is JSON. That is the least of what whoever answers Slack does, whatever is asked.
pub fn that_reads(folder: &Path, secret: &str) -> Process {
    let file = folder.join("reading-floor.db");
    Process::floor(&[READS, file.to_str().unwrap(), secret])
}

/// Starts the fourth floor: as the third, but it stores the rows that a declaration leaves, with nothing decided
/// and nothing looked up. That is the least of what a declaration takes in Muster's tables.
pub fn that_keeps(folder: &Path, secret: &str) -> Process {
    let file = folder.join("keeping-floor.db");
    Process::floor(&[KEEPS, file.to_str().unwrap(), secret])
}

/// Serves as a floor if this process was started as one; says whether it was.
pub fn serve_if_asked() -> bool {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(ANSWERS) => serve(Floor::Answers),
        Some(STORES) => {
            let file = arguments.next().unwrap();
            serve(Floor::Stores(start_writer(&file, ONE_ROW, put_down_one)));
        }
        Some(READS) => {
            let (file, secret) = (arguments.next().unwrap(), arguments.next().unwrap());
            let writer = start_writer(&file, ONE_ROW, put_down_one);
            serve(Floor::Reads(writer, secret.into()));
        }
        Some(KEEPS) => {
            let (file, secret) = (arguments.next().unwrap(), arguments.next().unwrap());
            let writer = start_writer(&file, rows::SCHEMA, put_down_all);
            serve(Floor::Reads(writer, secret.into()));
        }
        _ => return false,
    }
    true
}

#[derive(Clone)]
enum Floor {
    Answers,
    Stores(mpsc::UnboundedSender<Row>),
    Reads(mpsc::UnboundedSender<Row>, Arc<str>),
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
    let (head, mut body) = request.into_parts();
    let mut text = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Some(data) = frame.unwrap().data_ref() {
            text.extend_from_slice(data);
        }
    }
    if let Floor::Reads(_, secret) = &floor {
        assert!(is_signed(&head.headers, &text, secret) && is_form(&text));
    }
    if let Floor::Stores(writer) | Floor::Reads(writer, _) = floor {
        text.truncate(ROW);
        let (stored, is_stored) = oneshot::channel();
        writer.send(Row { text, stored }).ok().unwrap();
        is_stored.await.unwrap();
    }
    Ok(Response::new(String::new()))
}

/// Says whether Slack signed a request.
fn is_signed(headers: &HeaderMap, body: &[u8], secret: &str) -> bool {
    let header = |name: &str| headers[name].to_str().unwrap();
    let at = header("x-slack-request-timestamp").parse().unwrap();
    let body = std::str::from_utf8(body).unwrap();
    signature(secret, at, body) == header("x-slack-signature")
}

/// Says whether a body is that of a form, with a payload that is JSON. Nothing of it is kept.
fn is_form(body: &[u8]) -> bool {
    form_urlencoded::parse(body)
        .find(|(name, _)| name == "payload")
        .is_some_and(|(_, payload)| serde_json::from_str::<IgnoredAny>(&payload).is_ok())
}

/// The table of those floors that store one small row.
const ONE_ROW: &str = "CREATE TABLE requests (id INTEGER PRIMARY KEY, text BLOB NOT NULL) STRICT;";

/// Puts down what a request leaves, by its place among all and with how it begins.
type PutDown = fn(&Connection, i64, &[u8]);

fn put_down_one(connection: &Connection, _: i64, text: &[u8]) {
    connection
        .prepare_cached("INSERT INTO requests (text) VALUES (?1)")
        .unwrap()
        .execute([text])
        .unwrap();
}

fn put_down_all(connection: &Connection, number: i64, _: &[u8]) {
    rows::put_down(connection, number);
}

fn start_writer(file: &str, schema: &str, put_down: PutDown) -> mpsc::UnboundedSender<Row> {
    let connection = Connection::open(file).unwrap();
    let tuning = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
    connection
        .execute_batch(&format!("{tuning} {schema}"))
        .unwrap();
    let (writer, waiting) = mpsc::unbounded_channel();
    std::thread::spawn(move || write_all(&connection, waiting, put_down));
    writer
}

/// Stores all that waits in one transaction, then answers it, and so on.
fn write_all(
    connection: &Connection,
    mut waiting: mpsc::UnboundedReceiver<Row>,
    put_down: PutDown,
) {
    let run = |sql| connection.prepare_cached(sql).unwrap().execute([]).unwrap();
    let (mut answered, mut numbers) = (Vec::new(), 1..);
    while let Some(first) = waiting.blocking_recv() {
        run("BEGIN IMMEDIATE");
        let mut next = Some(first);
        while let Some(row) = next {
            put_down(connection, numbers.next().unwrap(), &row.text);
            answered.push(row.stored);
            next = waiting.try_recv().ok();
        }
        run("COMMIT");
        for stored in answered.drain(..) {
            stored.send(()).unwrap();
        }
    }
}
