//! Generates load: keep-alive connections that send prepared requests at minimal cost, so that the server is
//! the bottleneck.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::process::Server;
use crate::stats::Stats;

/// Requests that were built and signed in advance.
pub enum Batch {
    /// One request that can be sent repeatedly.
    Repeated(Vec<u8>),
    /// Different requests that are sent in turn, again and again.
    Cycle(Vec<Vec<u8>>),
    /// Different requests. The load ends after the last one.
    Sequence(Vec<Vec<u8>>),
}

/// The expected body of each response. The status is 200.
#[derive(Clone, Copy, Debug)]
pub enum Expected {
    /// Any body.
    Anything,
    /// An empty body: the modal closes.
    EmptyBody,
    /// A text for the user.
    Message,
    /// Any body, with the status 202.
    Accepted,
}

/// The parameters of a load.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The number of concurrent connections.
    pub clients: usize,
    /// The duration, if the batch has enough requests.
    pub duration: Duration,
    /// The expected responses.
    pub expected: Expected,
}

/// Sends a batch to a server, from a separate thread.
pub fn run_load(server: &Server, batch: &Batch, plan: Plan) -> Stats {
    let (computed, address) = (server.cpu_time(), server.address);
    let sending = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                tokio::runtime::Builder::new_current_thread()
                    .enable_io()
                    .build()
                    .unwrap()
                    .block_on(send_batch(address, batch, plan))
            })
            .join()
    });
    let (times, elapsed) = sending.expect("the load thread panicked");
    Stats::from_times(times, elapsed, server.cpu_time() - computed)
}

/// Sends a request. Returns the body of the response.
pub fn send_once(server: &Server, request: &[u8], expected: Expected) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build();
    runtime.unwrap().block_on(async {
        let (mut connection, mut response) = (connect(server.address).await, Vec::new());
        connection.write_all(request).await.unwrap();
        let head = read_response(&mut connection, &mut response).await;
        check_response(&response, head, expected);
        response.split_off(head)
    })
}

/// Returns the response times and the total duration.
async fn send_batch(address: SocketAddr, batch: &Batch, plan: Plan) -> (Vec<Duration>, Duration) {
    let connections = join_all((0..plan.clients).map(|_| connect(address))).await;
    let next = Cell::new(0);
    let began = Instant::now();
    let clients = connections
        .into_iter()
        .map(|connection| run_client(connection, batch, plan, &next, began));
    let times = join_all(clients).await.concat();
    (times, began.elapsed())
}

/// Opens a connection.
pub async fn connect(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).await.unwrap();
    connection.set_nodelay(true).unwrap();
    connection
}

/// Sends requests one after the other. Returns the response times.
async fn run_client(
    mut connection: TcpStream,
    batch: &Batch,
    plan: Plan,
    next: &Cell<usize>,
    began: Instant,
) -> Vec<Duration> {
    let mut times = Vec::with_capacity(8192);
    let mut response = Vec::with_capacity(16 * 1024);
    while began.elapsed() < plan.duration {
        let Some(request) = batch.get(next.replace(next.get() + 1)) else {
            break;
        };
        let sent_at = Instant::now();
        connection.write_all(request).await.unwrap();
        let head = read_response(&mut connection, &mut response).await;
        times.push(sent_at.elapsed());
        check_response(&response, head, plan.expected);
    }
    times
}

impl Batch {
    fn get(&self, index: usize) -> Option<&[u8]> {
        match self {
            Self::Repeated(request) => Some(request),
            Self::Cycle(requests) => requests.get(index % requests.len()).map(Vec::as_slice),
            Self::Sequence(requests) => requests.get(index).map(Vec::as_slice),
        }
    }
}

/// Reads a whole response. Returns the length of its head.
pub async fn read_response(connection: &mut TcpStream, response: &mut Vec<u8>) -> usize {
    response.clear();
    loop {
        let came = connection.read_buf(response).await.unwrap();
        assert!(came > 0, "the server closed the connection");
        if let Some(head) = find_bytes(response, b"\r\n\r\n").map(|end| end + 4)
            && response.len() >= head + content_length(&response[..head])
        {
            return head;
        }
    }
}

/// Returns the content length from a head.
fn content_length(head: &[u8]) -> usize {
    const NAME: &[u8] = b"content-length: ";
    let start = find_bytes(head, NAME).expect("the response has no content length") + NAME.len();
    let digits = head[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'))
}

fn find_bytes(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}

/// Panics on a wrong response, so that a fast failure does not count.
pub fn check_response(response: &[u8], head: usize, expected: Expected) {
    let body = &response[head..];
    let status = match expected {
        Expected::Anything | Expected::EmptyBody | Expected::Message => "HTTP/1.1 200",
        Expected::Accepted => "HTTP/1.1 202",
    };
    let is_right = match expected {
        Expected::Anything | Expected::Accepted => true,
        Expected::EmptyBody => body.is_empty(),
        Expected::Message => find_bytes(body, b"response_type").is_some(),
    };
    assert!(
        is_right && response.starts_with(status.as_bytes()),
        "unexpected response: {}",
        String::from_utf8_lossy(response)
    );
}
