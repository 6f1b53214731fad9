//! Sessions of browsers, inserted into a store before the bot starts, and requests with their cookies.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use chrono::Utc;
use rusqlite::{Connection, named_params};
use sha2::{Digest, Sha256};

use crate::process::store_path;

/// The session of a browser.
pub struct Session {
    token: String,
}

impl Session {
    /// Builds a request for a page.
    pub fn get(&self, path: &str) -> Vec<u8> {
        let token = &self.token;
        format!("GET {path} HTTP/1.1\r\nhost: muster.example.com\r\ncookie: muster={token}\r\n\r\n")
            .into_bytes()
    }
}

/// Inserts users with a session each into an existing store. The first one is the user of the other parts.
pub fn insert_sessions(folder: &Path, count: usize) -> Vec<Session> {
    let connection = Connection::open(store_path(folder)).unwrap();
    let now = Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let session = |number: usize| {
        let user = match number {
            0 => "U0ALICE0001".to_owned(),
            number => format!("U{number:09}"),
        };
        let token = format!("session-{number}");
        let digest = Sha256::digest(token.as_bytes());
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let user_row = "INSERT INTO users (id, name, time_zone, account_kind, fetched_at)
             VALUES (:user, :user, 'Europe/Paris', 'member', :now)";
        let session_row =
            "INSERT INTO web_sessions (token_hash, user_id, browser, created_at, last_seen_at)
             VALUES (:hash, :user, '', :now, :now)";
        let row = named_params! { ":user": user, ":now": now };
        connection.execute(user_row, row).unwrap();
        let row = named_params! { ":user": user, ":now": now, ":hash": hash };
        connection.execute(session_row, row).unwrap();
        Session { token }
    };
    (0..count).map(session).collect()
}

/// Sends a request on a connection of its own. Returns the body of the response, which must be a page.
pub fn fetch(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut connection = TcpStream::connect(address).unwrap();
    let head_end = request.len() - 2;
    connection.write_all(&request[..head_end]).unwrap();
    connection.write_all(b"connection: close\r\n\r\n").unwrap();
    let mut response = Vec::new();
    connection.read_to_end(&mut response).unwrap();
    let text = String::from_utf8(response).unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    body.as_bytes().to_vec()
}
