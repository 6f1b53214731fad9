//! Runs scenarios, over one transport or over both.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::harness::user::TestUser;
use crate::harness::world::World;
use crate::support::transport::Transport;
use crate::transport::log::Log;

/// The users of every scenario: alice, bob and chioma.
type Users<'w> = [TestUser<'w>; 3];

/// Whether the bot has pages for browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pages {
    /// `PUBLIC_URL` is its own address.
    #[allow(dead_code, reason = "for the stories of the pages")]
    Served,
    /// In addition, Sign in with Slack is configured.
    #[allow(dead_code, reason = "for the stories of the pages")]
    WithSignIn,
    /// `PUBLIC_URL` is not set.
    None,
}

/// Runs a scenario over one transport. Half of the scenarios use HTTP, the other half Socket Mode: from the
/// dispatch of a request on, both are one code path.
pub fn scenario<F: AsyncFn(&World, Users<'_>)>(steps: F) {
    run_scenario(&[transport_of(std::any::type_name::<F>())], &steps);
}

/// Runs a scenario over both transports: those about transports, and a sample of the others.
pub fn over_both_transports(steps: impl AsyncFn(&World, Users<'_>)) {
    run_scenario(&Transport::ALL, &steps);
}

/// Runs a scenario over HTTP only.
pub fn over_http(steps: impl AsyncFn(&World, Users<'_>)) {
    run_scenario(&[Transport::Http], &steps);
}

/// Runs a scenario over Socket Mode only.
pub fn over_socket_mode(steps: impl AsyncFn(&World, Users<'_>)) {
    run_scenario(&[Transport::SocketMode], &steps);
}

/// Runs a scenario in the channel of IR-1, “Checkout is slow”, which alice declared in #general. All messages
/// about the declaration have been read.
pub fn incident_scenario<F: AsyncFn(&World, &str, Users<'_>)>(steps: F) {
    let transport = transport_of(std::any::type_name::<F>());
    run_scenario(&[transport], &after_declaration(&steps));
}

/// Runs a scenario like `incident_scenario`, over both transports.
pub fn incident_over_both_transports(steps: impl AsyncFn(&World, &str, Users<'_>)) {
    run_scenario(&Transport::ALL, &after_declaration(&steps));
}

/// Runs a scenario like `incident_scenario`, over HTTP only.
pub fn incident_over_http(steps: impl AsyncFn(&World, &str, Users<'_>)) {
    run_scenario(&[Transport::Http], &after_declaration(&steps));
}

fn after_declaration(
    steps: &impl AsyncFn(&World, &str, Users<'_>),
) -> impl AsyncFn(&World, Users<'_>) {
    async move |world: &World, users: Users<'_>| {
        let declared = users[0].declares("Checkout is slow").await;
        steps(world, &declared.channel, users).await;
    }
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

/// Runs a scenario of a bot that has pages, over HTTP.
#[allow(dead_code, reason = "for the stories of the pages")]
pub fn scenario_with_pages(steps: impl AsyncFn(&World, Users<'_>)) {
    run_with_pages(&[Transport::Http], Pages::Served, &steps);
}

/// Runs a scenario of a bot that has pages, with the incident of `incident_scenario`.
#[allow(dead_code, reason = "for the stories of the pages")]
pub fn incident_scenario_with_pages(steps: impl AsyncFn(&World, &str, Users<'_>)) {
    let steps = after_declaration(&steps);
    run_with_pages(&[Transport::Http], Pages::Served, &steps);
}

/// Runs a scenario of a bot that has pages with Sign in with Slack.
#[allow(dead_code, reason = "for the stories of the pages")]
pub fn scenario_with_sign_in(steps: impl AsyncFn(&World, Users<'_>)) {
    run_with_pages(&[Transport::Http], Pages::WithSignIn, &steps);
}

/// Runs a scenario of a bot that has pages with Sign in with Slack, with the incident of `incident_scenario`.
#[allow(dead_code, reason = "for the stories of the pages")]
pub fn incident_scenario_with_sign_in(steps: impl AsyncFn(&World, &str, Users<'_>)) {
    let steps = after_declaration(&steps);
    run_with_pages(&[Transport::Http], Pages::WithSignIn, &steps);
}

fn run_scenario(transports: &[Transport], steps: &impl AsyncFn(&World, Users<'_>)) {
    run_with_pages(transports, Pages::None, steps);
}

fn run_with_pages(transports: &[Transport], pages: Pages, steps: &impl AsyncFn(&World, Users<'_>)) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    for transport in transports {
        runtime.block_on(async {
            let log = Log::default();
            let _listening = log.listen();
            let world = World::new(*transport, pages, log).await;
            let users = ["alice", "bob", "chioma"].map(|name| world.user(name));
            steps(&world, users).await;
            world.assert_nothing_left().await;
        });
    }
}
