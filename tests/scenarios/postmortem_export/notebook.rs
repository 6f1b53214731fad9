//! Postmortems as notebooks in Datadog.

use muster_domain::postmortem::{ExportState, ExportTarget};

use crate::harness::prelude::*;
use crate::support::datadog::{Datadog, Notebook};

const TARGET: ExportTarget = ExportTarget::Notebook;

const EXPORTED: &str = "The postmortem was exported: Datadog notebook.";

const REJECTED_KEYS: &str = "Datadog rejected the keys (403). Check DATADOG_API_KEY and DATADOG_APP_KEY, and that \
                             the user of the application key has the permissions notebooks_read and \
                             notebooks_write. Then restart Muster.";

/// The cells, without the mark in the last one.
const CELLS: [&str; 3] = [
    "*Draft. Exported by Muster. The next export replaces what you write here: edit the postmortem in Muster instead.*",
    "## Summary\n\nCheckout is slow was **slow** for *all* customers. See [the graph](https://graphs.example/1?a=1&b=2).\n\n\
     > No error was logged.",
    "## Timeline \\& causes\n\n1. Deploy 991\n2. Rollback\n\n### Later\n\n- [x] Add an alert\n- [ ] <b>Add a test</b>\n\n\
     | Service | Minutes |\n| --- | --- |\n| checkout | 20 |\n\n```sql\nSELECT 1 WHERE a[b[0]]>1;\n```",
];

/// Starts a bot that exports to a new Datadog, and generates the postmortem of IR-1.
async fn prepare(world: &World) -> Datadog {
    let datadog = Datadog::start().await;
    world.restarts_with_datadog(datadog.config()).await;
    world.generates_postmortem().await;
    datadog
}

/// Exports to a notebook, and reads that it is done.
async fn exports(world: &World, channel: &str) {
    assert_eq!(world.exports(TARGET).await, None);
    assert_eq!(world.user("alice").reads(channel), [EXPORTED]);
}

/// Returns the cells without the mark.
fn cells(notebook: &Notebook) -> Vec<&str> {
    let cells = notebook.cells.iter();
    let marker = "\n\n[//]: # (muster-";
    cells
        .map(|it| it.split_once(marker).map_or(it.as_str(), |(text, _)| text))
        .collect()
}

#[test]
fn postmortem_is_a_notebook_that_each_export_replaces() {
    incident_scenario(async |world, channel, _| {
        let datadog = prepare(world).await;
        exports(world, channel).await;
        let first = datadog.only_notebook();
        assert_eq!(first.name, "IR-1 Checkout is slow");
        assert_eq!(first.kind.as_deref(), Some("postmortem"));
        assert_eq!(cells(&first), CELLS);
        let export = world.only_export().await;
        let receipt = export.receipt.unwrap();
        let url = format!("{}/notebook/{}", datadog.base_url, first.id);
        assert_eq!((receipt.url, receipt.version), (url, 1));
        assert_eq!(
            (export.state, export.detail.as_str()),
            (ExportState::Done, "")
        );

        world.writes_summary("We rolled back.").await;
        let title = "IR-1 Checkout, cart and all the other pages of the shop in all regions are very, very slow";
        world.renames_postmortem(title).await;
        exports(world, channel).await;
        let second = datadog.only_notebook();
        assert_eq!((second.id, second.writes), (first.id, 2));
        assert_eq!(cells(&second)[1], "## Summary\n\nWe rolled back.");
        assert_eq!(second.name.chars().count(), 80);
        assert_eq!(
            second.name,
            "IR-1 Checkout, cart and all the other pages of the shop in all regions are very…"
        );
        assert_eq!(world.only_export().await.receipt.unwrap().version, 2);
    });
}

#[test]
fn export_without_keys_is_explained() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.generates_postmortem().await;
        assert_eq!(world.exports(TARGET).await, None);
        alice.reads_failure(
            channel,
            "Datadog isn't configured. Set DATADOG_API_KEY and DATADOG_APP_KEY, and restart Muster.",
        );
    });
}

#[test]
fn notebooks_of_others_are_not_touched() {
    incident_scenario(async |world, channel, _| {
        let datadog = prepare(world).await;
        datadog.add_notebook("IR-1 Checkout is slow", "By hand");
        exports(world, channel).await;
        let notebooks = datadog.notebooks();
        assert_eq!(notebooks.len(), 2);
        assert_eq!(notebooks[0].cells, ["By hand"]);
        // The one of the export is found by its ID.
        exports(world, channel).await;
        assert_eq!(datadog.notebooks()[1].writes, 2);
    });
}

#[test]
fn notebook_that_a_user_deleted_is_replaced_by_a_new_one() {
    incident_scenario(async |world, channel, _| {
        let datadog = prepare(world).await;
        exports(world, channel).await;
        let id = datadog.only_notebook().id;
        datadog.delete(id);
        exports(world, channel).await;
        let export = world.only_export().await;
        assert_ne!(datadog.only_notebook().id, id);
        assert_eq!(
            export.detail,
            "The earlier notebook isn't there any more. This is a new one."
        );
        assert_eq!(export.receipt.unwrap().version, 1);
    });
}

#[test]
fn rejected_keys_are_explained_and_the_export_is_tried_again_with_others() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let datadog = prepare(world).await;
        datadog.revoke_app_key();
        assert_eq!(world.exports(TARGET).await, None);
        alice.reads_failure(channel, REJECTED_KEYS);
        datadog.restore_app_key();
        alice.tries_again(channel).await;
        assert_eq!(alice.reads(channel), [EXPORTED]);
        assert_eq!(datadog.only_notebook().writes, 1);
    });
}

#[test]
fn export_waits_for_datadog() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let datadog = prepare(world).await;
        datadog.go_down();
        assert_eq!(world.exports(TARGET).await, None);
        for _ in 0..4 {
            world.advance(600).await;
        }
        assert_eq!(world.only_export().await.state, ExportState::Waiting);
        assert_eq!(alice.reads(channel), [""; 0]);
        datadog.recover();
        world.advance(600).await;
        assert_eq!(alice.reads(channel), [EXPORTED]);
        assert_eq!(datadog.only_notebook().writes, 1);
    });
}

#[test]
fn notebook_whose_response_is_lost_is_found() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let datadog = prepare(world).await;
        datadog.break_next_write();
        assert_eq!(world.exports(TARGET).await, None);
        world.renames_postmortem("IR-1 Cart is slow").await;
        assert_eq!(alice.reads(channel), [""; 0]);
        world.advance(300).await;
        assert_eq!(alice.reads(channel), [EXPORTED]);
        let notebook = datadog.only_notebook();
        assert_eq!(notebook.name, "IR-1 Cart is slow");
        assert_eq!(
            world.only_export().await.receipt.unwrap().id,
            notebook.id.to_string()
        );
    });
}

#[test]
fn private_incident_is_never_exported_to_a_notebook() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let datadog = prepare(world).await;
        datadog.go_down();
        assert_eq!(world.exports(TARGET).await, None);
        alice.types(channel, "/datadog incident private").await;
        datadog.recover();
        world.advance(60).await;
        let reason = "IR-1 is private, and everyone who can read notebooks in Datadog could read its postmortem. \
                      Nothing was exported.";
        let export = world.only_export().await;
        assert_eq!(
            (export.state, export.detail.as_str()),
            (ExportState::Failed, reason)
        );
        world.expects_warning(&format!("A delivery of IR-1 failed: {reason}"));
        assert_eq!(world.exports(TARGET).await.as_deref(), Some(reason));
        assert_eq!(world.confirms_export(TARGET).await.as_deref(), Some(reason));
        assert_eq!(datadog.notebooks(), []);
        drop(world.take_all_unread());
    });
}
