//! Runs scenarios, over one transport or over both.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::support::world::World;
use crate::transport::log::Log;

/// The transports from Slack to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Signed HTTP requests.
    Http,
    /// Envelopes on a WebSocket.
    SocketMode,
}

/// Runs a scenario over one transport. Half of the scenarios use HTTP, the other half Socket Mode: from the
/// dispatch of a request on, both are one code path.
pub async fn scenario<F: AsyncFn(&World)>(steps: F) {
    let transport = transport_of(std::any::type_name::<F>());
    run_scenario(transport, &steps).await;
}

/// Runs a scenario over both transports: those about transports, and a sample of the others.
pub async fn over_both_transports(steps: impl AsyncFn(&World)) {
    for transport in [Transport::Http, Transport::SocketMode] {
        run_scenario(transport, &steps).await;
    }
}

/// Runs a scenario over HTTP only.
pub async fn over_http(steps: impl AsyncFn(&World)) {
    run_scenario(Transport::Http, &steps).await;
}

/// Runs a scenario over Socket Mode only.
pub async fn over_socket_mode(steps: impl AsyncFn(&World)) {
    run_scenario(Transport::SocketMode, &steps).await;
}

/// Returns the transport for a scenario. It depends only on the scenario's name, so that a failure recurs.
fn transport_of(name: &str) -> Transport {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    match hasher.finish() % 2 {
        0 => Transport::Http,
        _ => Transport::SocketMode,
    }
}

async fn run_scenario(transport: Transport, steps: &impl AsyncFn(&World)) {
    let log = Log::default();
    let _listening = log.listen();
    let world = World::new(transport, log).await;
    steps(&world).await;
    world.assert_nothing_left().await;
}
