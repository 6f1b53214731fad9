//! Programs of others, unmodified, against the program: Datadog's clients and its test suite, and Schemathesis.

mod bdd;
mod main_path;
mod proxy;
mod schemathesis;

use muster_domain::api_key::{KeyIdentity, Scope};

use super::{Program, user_id};
use crate::harness::world::World;

/// Returns a program whose key acts as alice and may do everything.
async fn program(world: &World) -> Program<'_> {
    // Muster knows the users who have used it.
    world.user("alice").opens_home().await;
    let identity = KeyIdentity::User(user_id(world, "alice"));
    Program::with_key(world, identity, &Scope::ALL).await
}

/// Sends what is queued. Skips the messages, which other tests check.
async fn deliver(world: &World) {
    world.deliver_all_advancing().await;
    drop(world.take_all_unread());
}
