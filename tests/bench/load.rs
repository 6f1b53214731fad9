//! The load: keep-alive connections that send requests made beforehand, as cheaply as can be, so that
//! what is measured is the server.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::figures::Figures;
use super::process::Process;

/// Requests, made and signed beforehand.
pub enum Batch {
    /// One that can be asked again and again.
    Repeated(Vec<u8>),
    /// Each of its own; when the last one is sent, the load ends.
    Once(Vec<Vec<u8>>),
}

/// What the body of each answer is to be. The status is always 200.
#[derive(Clone, Copy, Debug)]
pub enum Expected {
    /// Whatever the server says.
    Anything,
    /// Nothing: the form closes.
    Nothing,
    /// Words that a person reads.
    Words,
}

/// How a batch is sent.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many connections ask at the same time.
    pub clients: usize,
    /// For how long, if the batch lasts.
    pub lasting: Duration,
    /// What is answered.
    pub expected: Expected,
}

/// Sends a batch to a server, from a thread of its own.
pub fn load(server: &Process, batch: &Batch, plan: Plan) -> Figures {
    let (computed, address) = (server.cpu(), server.address);
    let sending = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                tokio::runtime::Builder::new_current_thread()
                    .enable_io()
                    .build()
                    .unwrap()
                    .block_on(send(address, batch, plan))
            })
            .join()
    });
    let (times, elapsed) = sending.expect("the load came to its end");
    Figures::of(times, elapsed, server.cpu() - computed)
}

/// Gives how long each answer took, and all of them together.
async fn send(address: SocketAddr, batch: &Batch, plan: Plan) -> (Vec<Duration>, Duration) {
    let connections = join_all((0..plan.clients).map(|_| connect(address))).await;
    let next = Cell::new(0);
    let began = Instant::now();
    let clients = connections
        .into_iter()
        .map(|connection| client(connection, batch, plan, &next, began));
    let times = join_all(clients).await.concat();
    (times, began.elapsed())
}

async fn connect(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).await.unwrap();
    connection.set_nodelay(true).unwrap();
    connection
}

/// Asks one thing after the other; gives how long each answer took.
async fn client(
    mut connection: TcpStream,
    batch: &Batch,
    plan: Plan,
    next: &Cell<usize>,
    began: Instant,
) -> Vec<Duration> {
    let mut times = Vec::with_capacity(8192);
    let mut answer = Vec::with_capacity(16 * 1024);
    while began.elapsed() < plan.lasting {
        let Some(request) = batch.get(next.replace(next.get() + 1)) else {
            break;
        };
        let asked = Instant::now();
        connection.write_all(request).await.unwrap();
        let head = read(&mut connection, &mut answer).await;
        times.push(asked.elapsed());
        check(&answer, head, plan.expected);
    }
    times
}

impl Batch {
    fn get(&self, place: usize) -> Option<&[u8]> {
        match self {
            Self::Repeated(request) => Some(request),
            Self::Once(requests) => requests.get(place).map(Vec::as_slice),
        }
    }
}

/// Reads one answer whole; gives the length of its head.
async fn read(connection: &mut TcpStream, answer: &mut Vec<u8>) -> usize {
    answer.clear();
    loop {
        let came = connection.read_buf(answer).await.unwrap();
        assert!(came > 0, "the server closed the connection");
        if let Some(head) = find(answer, b"\r\n\r\n").map(|end| end + 4)
            && answer.len() >= head + length(&answer[..head])
        {
            return head;
        }
    }
}

/// Gives the length of the body that a head announces.
fn length(head: &[u8]) -> usize {
    const NAME: &[u8] = b"content-length: ";
    let start = find(head, NAME).expect("the length is announced") + NAME.len();
    let digits = head[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// An answer that is fast and wrong is no figure.
fn check(answer: &[u8], head: usize, expected: Expected) {
    let body = &answer[head..];
    let is_right = match expected {
        Expected::Anything => true,
        Expected::Nothing => body.is_empty(),
        Expected::Words => find(body, b"response_type").is_some(),
    };
    assert!(
        is_right && answer.starts_with(b"HTTP/1.1 200"),
        "answered with {}",
        String::from_utf8_lossy(answer)
    );
}
