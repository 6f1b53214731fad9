//! Generates load at a constant rate. Each response time begins when its request was due, so that a slow response
//! delays no later request and no measurement.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

use crate::load::{Expected, check_response, connect, read_response};

/// The number of connections that are open before the first request.
const CONNECTIONS: usize = 32;

/// The times of a load.
#[derive(Debug, Default)]
pub struct Times {
    /// The response times, from when the request was due.
    pub responses: Vec<Duration>,
    /// The maximum delay with which a request was sent.
    pub longest_delay: Duration,
    /// The duration of the load.
    pub elapsed: Duration,
}

/// The open connections that are not in use.
type Idle = Arc<Mutex<Vec<TcpStream>>>;

/// Sends each request when it is due: one per period, on an idle connection or on a new one.
pub async fn send_at_rate(
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    period: Duration,
    expected: Expected,
) -> Times {
    let idle = Idle::default();
    for _ in 0..CONNECTIONS {
        let connection = connect(address).await;
        idle.lock().unwrap().push(connection);
    }
    let began = Instant::now();
    let (mut ticks, mut sending) = (interval(period), JoinSet::new());
    for request in requests {
        // The ticks that were missed come at once, each with the time at which it was due.
        let due_at = ticks.tick().await;
        sending.spawn(send(address, request, due_at, Arc::clone(&idle), expected));
    }
    let mut times = Times::default();
    for (delay, response) in sending.join_all().await {
        times.responses.push(response);
        times.longest_delay = times.longest_delay.max(delay);
    }
    times.elapsed = began.elapsed();
    times
}

/// Sends a request. Returns the delay with which it was sent, and the response time.
async fn send(
    address: SocketAddr,
    request: Vec<u8>,
    due_at: Instant,
    idle: Idle,
    expected: Expected,
) -> (Duration, Duration) {
    let delay = due_at.elapsed();
    let reused = idle.lock().unwrap().pop();
    let mut connection = match reused {
        Some(connection) => connection,
        None => connect(address).await,
    };
    connection.write_all(&request).await.unwrap();
    let mut response = Vec::with_capacity(1024);
    let head = read_response(&mut connection, &mut response).await;
    let elapsed = due_at.elapsed();
    check_response(&response, head, expected);
    idle.lock().unwrap().push(connection);
    (delay, elapsed)
}
