//! Crash tests for the exports of postmortems to Confluence and to Datadog notebooks: the incident has one page, with
//! one version for each export, and one notebook.

use muster_domain::DeliveryKind;

use crate::deliveries::declare_and_deliver;
use crate::harness::{World, assert_accepted};
use crate::kill_points::{KillPoint, kill_before_commit};
use crate::matrix::run_web_matrix;
use crate::support::confluence::{Confluence, Edition};
use crate::support::datadog::Datadog;
use crate::support::pause::{PauseGate, PausePoint};

/// Declares IR-1, restarts the bot with a destination, and stores a postmortem.
async fn prepare(world: &mut World, variables: Vec<(&'static str, String)>) {
    world.restart_with_variables(variables).await;
    declare_and_deliver(world).await;
    world.database.insert_postmortem();
}

async fn with_confluence(world: &mut World) -> Confluence {
    let confluence = Confluence::start(Edition::Cloud).await;
    let config = confluence.config();
    let variables = vec![
        ("CONFLUENCE_URL", config.url),
        ("CONFLUENCE_USER", config.user.unwrap_or_default()),
        ("CONFLUENCE_TOKEN", config.token.reveal().to_owned()),
        ("CONFLUENCE_SPACE", config.space),
    ];
    prepare(world, variables).await;
    confluence
}

async fn with_datadog(world: &mut World) -> Datadog {
    let datadog = Datadog::start().await;
    let config = datadog.config();
    let variables = vec![
        ("DATADOG_API_URL", config.api_url),
        ("DATADOG_API_KEY", config.api_key.reveal().to_owned()),
        ("DATADOG_APP_KEY", config.app_key.reveal().to_owned()),
    ];
    prepare(world, variables).await;
    datadog
}

/// Requests an export, and a commit of the bot with which it notices it.
async fn export(world: &World, target: &str) {
    world.database.insert_postmortem_export(target);
    let help = world
        .slack
        .types("chioma", "#general", "/datadog help")
        .await;
    assert_accepted(&help);
}

/// Exports, kills the bot while the destination has the request that writes, and restarts it.
async fn kill_export(world: &mut World, gate: &PauseGate, target: &str, kill_point: KillPoint) {
    let kind = DeliveryKind::ExportPostmortem;
    gate.arm(match kill_point {
        KillPoint::BeforeCall => PausePoint::Arrival,
        KillPoint::AfterCall | KillPoint::BeforeCommit => PausePoint::Response,
    });
    export(world, target).await;
    gate.wait_for_paused().await;
    match kill_point {
        KillPoint::BeforeCall | KillPoint::AfterCall => world.kill_app().await,
        KillPoint::BeforeCommit => kill_before_commit(world, kind, || gate.release()).await,
    }
    gate.release();
    assert_eq!(world.database.pending_deliveries(kind.as_str()), 1);
    world.start_app().await;
    world.deliver_all().await;
}

fn assert_receipt(world: &World, id: &str, version: usize) {
    let receipt = format!(
        "postmortem_exports WHERE state = 'done' AND receipt ->> 'id' = '{id}' AND receipt ->> 'version' = {version}"
    );
    assert_eq!(world.database.count(&receipt), 1, "the receipt");
    world.assert_all_is_done();
}

fn assert_one_page(world: &World, confluence: &Confluence, version: usize) {
    let pages = confluence.pages();
    assert_eq!(pages.len(), 1, "{pages:?}");
    assert_eq!(pages[0].title, "IR-1 Checkout is slow");
    assert_eq!(pages[0].text()[1..], ["Summary", "It was slow."]);
    assert_eq!(pages[0].version, version as u64);
    assert_receipt(world, &pages[0].id, version);
}

/// Kills the bot while it creates the page.
pub async fn kill_during_page_creation(kind: DeliveryKind) {
    let name = format!("{} to Confluence", kind.as_str());
    let points = &KillPoint::ALL;
    run_web_matrix(&name, points, async |mut world: World, kill_point| {
        let confluence = with_confluence(&mut world).await;
        kill_export(&mut world, confluence.gate(), "confluence", kill_point).await;
        assert_one_page(&world, &confluence, 1);
    })
    .await;
}

/// Kills the bot while it writes the second version of the page.
pub async fn kill_during_page_update(kind: DeliveryKind) {
    let name = format!("{} to Confluence again", kind.as_str());
    let points = &KillPoint::ALL;
    run_web_matrix(&name, points, async |mut world: World, kill_point| {
        let confluence = with_confluence(&mut world).await;
        export(&world, "confluence").await;
        world.deliver_all().await;
        kill_export(&mut world, confluence.gate(), "confluence", kill_point).await;
        assert_one_page(&world, &confluence, 2);
    })
    .await;
}

/// Kills the bot while it creates the notebook, then while it replaces its content.
pub async fn kill_during_notebook_export(kind: DeliveryKind) {
    let name = format!("{} to a notebook", kind.as_str());
    let points = &KillPoint::ALL;
    run_web_matrix(&name, points, async |mut world: World, kill_point| {
        let datadog = with_datadog(&mut world).await;
        for version in [1, 2] {
            kill_export(&mut world, datadog.gate(), "notebook", kill_point).await;
            let notebook = datadog.only_notebook();
            assert_eq!(notebook.name, "IR-1 Checkout is slow");
            assert!(notebook.cells[1].starts_with("## Summary\n\nIt was slow."));
            assert_receipt(&world, &notebook.id.to_string(), version);
        }
    })
    .await;
}
