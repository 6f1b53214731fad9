//! Keys of the API, inserted into a store before the bot starts.

use std::path::Path;

use rusqlite::{Connection, named_params};
use sha2::{Digest, Sha256};

use crate::process::store_path;

/// The number of keys. Each can send 600 requests at once and 10 more per second, and no run sends as many.
const KEYS: usize = 2_000;

/// Inserts keys into an existing store. Returns their tokens. Their last use is in the future: a single key records
/// its use once a minute, which many keys would do all the time.
pub fn insert_keys(folder: &Path) -> Vec<String> {
    let mut connection = Connection::open(store_path(folder)).unwrap();
    let tx = connection.transaction().unwrap();
    let insert = "INSERT INTO api_keys (name, key_id, secret_hash, scopes, created_at, last_used_at)
         VALUES (:key_id, :key_id, :hash, 'read write', '2026-11-20T10:00:00.000Z', '2099-01-01T00:00:00.000Z')";
    let key = |number: usize| {
        let (key_id, secret) = (format!("{number:032x}"), format!("{number:040x}"));
        let digest = Sha256::digest(secret.as_bytes());
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let row = named_params! { ":key_id": key_id, ":hash": hash };
        tx.execute(insert, row).unwrap();
        format!("muster_{key_id}{secret}")
    };
    let tokens = (0..KEYS).map(key).collect();
    tx.commit().unwrap();
    tokens
}
