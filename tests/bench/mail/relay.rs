//! A mail relay on loopback that accepts every mail and keeps the last one. It runs on a thread of its own.

use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

/// How long to wait for mails.
const TIMEOUT: Duration = Duration::from_secs(300);

/// A running relay. Its thread ends with the benchmark.
pub struct Relay {
    /// The address.
    pub address: SocketAddr,
    accepted: Arc<Accepted>,
}

/// The mails that the relay accepted.
#[derive(Default)]
struct Accepted {
    state: Mutex<State>,
    is_changed: Condvar,
}

#[derive(Default)]
struct State {
    count: usize,
    last: Vec<u8>,
}

impl Relay {
    /// Starts a relay.
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::<Accepted>::default();
        let shared = Arc::clone(&accepted);
        std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(listener, shared));
        });
        Self { address, accepted }
    }

    /// Returns the number of accepted mails.
    pub fn count(&self) -> usize {
        self.accepted.state.lock().unwrap().count
    }

    /// Returns the last mail.
    pub fn last_mail(&self) -> Vec<u8> {
        self.accepted.state.lock().unwrap().last.clone()
    }

    /// Waits until this number of mails was accepted.
    pub fn wait_for(&self, count: usize) {
        let deadline = Instant::now() + TIMEOUT;
        let mut state = self.accepted.state.lock().unwrap();
        while state.count < count {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} of {count} mails", state.count);
            let waited = self.accepted.is_changed.wait_timeout(state, left);
            state = waited.unwrap().0;
        }
    }
}

async fn serve(listener: std::net::TcpListener, accepted: Arc<Accepted>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let accepted = Arc::clone(&accepted);
        // An error means that the client has disconnected.
        tokio::spawn(async move { drop(serve_connection(stream, &accepted).await) });
    }
}

/// Answers the commands of one connection.
async fn serve_connection(stream: TcpStream, accepted: &Accepted) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 relay ESMTP\r\n").await?;
    let mut row = String::new();
    while stream.read_line(&mut row).await? > 0 {
        let command = row.split_whitespace().next().unwrap_or_default();
        match command.to_ascii_uppercase().as_str() {
            "DATA" => {
                stream.write_all(b"354 Go ahead\r\n").await?;
                accepted.add(read_mail(&mut stream).await?);
                stream.write_all(b"250 2.0.0 OK\r\n").await?;
            }
            "QUIT" => return stream.write_all(b"221 2.0.0 Bye\r\n").await,
            _ => stream.write_all(b"250 2.0.0 OK\r\n").await?,
        }
        row.clear();
    }
    Ok(())
}

/// Reads a mail up to the final dot.
async fn read_mail(stream: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let start = mail.len();
        stream.read_until(b'\n', &mut mail).await?;
        if mail[start..] == *b".\r\n" || mail.len() == start {
            mail.truncate(start);
            return Ok(mail);
        }
    }
}

impl Accepted {
    fn add(&self, mail: Vec<u8>) {
        let mut state = self.state.lock().unwrap();
        state.count += 1;
        state.last = mail;
        self.is_changed.notify_all();
    }
}
