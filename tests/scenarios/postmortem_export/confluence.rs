//! Postmortems as pages in Confluence, in the cloud and in a Data Center.

use muster_domain::postmortem::{ExportState, ExportTarget};

use crate::harness::prelude::*;
use crate::support::confluence::{Confluence, Edition, PARENT, StoredPage, TOKEN};

const TARGET: ExportTarget = ExportTarget::Confluence;

const TITLE: &str = "IR-1 Checkout is slow";

const EXPORTED: &str = "The postmortem was exported: Confluence.";

const EXPIRED: &str = "Confluence rejected the token (401). It may have expired: create a new one, set \
                       CONFLUENCE_TOKEN and restart Muster.";

/// The page without its mark, which contains a digest.
const BODY: &str = "<p><em>Draft. Exported by Muster. The next export replaces what you write here: edit the \
    postmortem in Muster instead.</em></p>\
    <h2>Summary</h2>\
    <p>Checkout is slow was <strong>slow</strong> for <em>all</em> customers. See \
    <a href=\"https://graphs.example/1?a=1&amp;b=2\">the graph</a>.</p>\
    <blockquote><p>No error was logged.</p></blockquote>\
    <h2>Timeline &amp; causes</h2>\
    <ol start=\"1\"><li><p>Deploy 991</p></li><li><p>Rollback</p></li></ol>\
    <h5>Later</h5>\
    <ac:task-list>\
    <ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>\
    <ac:task-body>Add an alert</ac:task-body></ac:task>\
    <ac:task><ac:task-id>2</ac:task-id><ac:task-status>incomplete</ac:task-status>\
    <ac:task-body>&lt;b&gt;Add a test&lt;/b&gt;</ac:task-body></ac:task>\
    </ac:task-list>\
    <table><tbody><tr><th><p>Service</p></th><th><p>Minutes</p></th></tr>\
    <tr><td><p>checkout</p></td><td><p>20</p></td></tr></tbody></table>\
    <ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">sql</ac:parameter>\
    <ac:plain-text-body><![CDATA[SELECT 1 WHERE a[b[0]]]]><![CDATA[>1;]]></ac:plain-text-body>\
    </ac:structured-macro>";

/// Starts a bot that exports to a new Confluence, and generates the postmortem of IR-1.
async fn prepare(world: &World, edition: Edition) -> Confluence {
    let confluence = Confluence::start(edition).await;
    world.restarts_with_confluence(confluence.config()).await;
    world.generates_postmortem().await;
    confluence
}

/// Exports to Confluence, and reads that it is done.
async fn exports(world: &World, channel: &str) {
    assert_eq!(world.exports(TARGET).await, None);
    assert_eq!(world.user("alice").reads(channel), [EXPORTED]);
}

fn without_mark(page: &StoredPage) -> &str {
    let (content, _) = page
        .body
        .rsplit_once("<p><ac:structured-macro ac:name=\"anchor\">")
        .unwrap();
    content
}

async fn assert_exported_twice(world: &World, channel: &str, edition: Edition) {
    let confluence = prepare(world, edition).await;
    exports(world, channel).await;
    let page = confluence.only_page();
    assert_eq!((page.title.as_str(), page.version), (TITLE, 1));
    assert_eq!(page.parent.as_deref(), Some(PARENT));
    assert_eq!(without_mark(&page), BODY);
    let export = world.only_export().await;
    let receipt = export.receipt.unwrap();
    let web = match edition {
        Edition::Cloud => "/wiki",
        Edition::DataCenter => "",
    };
    let url = format!("{}{web}/spaces/OPS/pages/{}", confluence.base_url, page.id);
    assert_eq!((receipt.url, receipt.version), (url, 1));
    assert_eq!(
        (export.state, export.detail.as_str()),
        (ExportState::Done, "")
    );

    world.writes_summary("A <script> & a \u{1} sign.").await;
    world.renames_postmortem("IR-1 Checkout & cart").await;
    exports(world, channel).await;
    let second = confluence.only_page();
    assert_eq!((&second.id, second.version), (&page.id, 2));
    assert_eq!(second.title, "IR-1 Checkout & cart");
    assert_eq!(second.text()[2], "A <script> & a  sign.");
    let receipt = world.only_export().await.receipt.unwrap();
    assert_eq!((receipt.id, receipt.version), (page.id, 2));
    assert_eq!(confluence.take_writes(), 2);
}

#[test]
fn postmortem_is_a_page_of_confluence_cloud_with_a_new_version_for_each_export() {
    incident_scenario(async |world, channel, _| {
        assert_exported_twice(world, channel, Edition::Cloud).await;
    });
}

#[test]
fn postmortem_is_a_page_of_a_data_center_with_a_new_version_for_each_export() {
    incident_scenario(async |world, channel, _| {
        assert_exported_twice(world, channel, Edition::DataCenter).await;
    });
}

#[test]
fn export_without_a_configuration_is_explained() {
    incident_scenario(async |world, channel, [alice, ..]| {
        world.generates_postmortem().await;
        assert_eq!(world.exports(TARGET).await, None);
        alice.reads_failure(
            channel,
            "Confluence isn't configured. Set CONFLUENCE_URL, CONFLUENCE_TOKEN and CONFLUENCE_SPACE, and restart \
             Muster.",
        );
        assert_eq!(world.only_export().await.state, ExportState::Failed);
    });
}

#[test]
fn page_of_a_user_with_the_same_title_is_not_overwritten() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let confluence = prepare(world, Edition::Cloud).await;
        let id = confluence.add_page("ir-1 checkout is slow", "<p>By hand</p>");
        let url = format!("{}/wiki/spaces/OPS/pages/{id}", confluence.base_url);
        assert_eq!(world.exports(TARGET).await, None);
        alice.reads_failure(
            channel,
            &format!(
                "A page with this title already exists in the space OPS ({url}). Rename it or the postmortem."
            ),
        );
        confluence.set_status(&id, "archived");
        alice.tries_again(channel).await;
        alice.reads_failure(
            channel,
            &format!(
                "An archived page with this title already exists in the space OPS ({url}). Rename it or the postmortem."
            ),
        );
        assert_eq!(confluence.take_writes(), 0);
        confluence.set_status(&id, "trashed");
        alice.tries_again(channel).await;
        assert_eq!(alice.reads(channel), [EXPORTED]);
        assert_eq!(confluence.pages()[0].body, "<p>By hand</p>");
        assert_eq!(confluence.only_page().title, TITLE);
    });
}

#[test]
fn title_that_only_confluence_sees_taken_is_explained() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let confluence = prepare(world, Edition::DataCenter).await;
        let id = confluence.add_page(TITLE, "<p>By hand</p>");
        confluence.set_status(&id, "archived");
        assert_eq!(world.exports(TARGET).await, None);
        alice.reads_failure(
            channel,
            "A page with this title already exists in the space OPS, but the user of the token can't see it. It may \
             be restricted, archived or in the trash. Rename it or the postmortem.",
        );
    });
}

#[test]
fn title_that_is_taken_after_the_export_is_explained() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let confluence = prepare(world, Edition::Cloud).await;
        exports(world, channel).await;
        let id = confluence.add_page("IR-1 Checkout is down", "<p>By hand</p>");
        world.renames_postmortem("IR-1 Checkout is down").await;
        assert_eq!(world.exports(TARGET).await, None);
        let url = format!("{}/wiki/spaces/OPS/pages/{id}", confluence.base_url);
        alice.reads_failure(
            channel,
            &format!(
                "A page with this title already exists in the space OPS ({url}). Rename it or the postmortem."
            ),
        );
        assert_eq!(confluence.pages()[0].title, TITLE);
    });
}

#[test]
fn page_that_users_change_during_the_export_gets_the_version_after_theirs() {
    incident_scenario(async |world, channel, _| {
        for edition in [Edition::Cloud, Edition::DataCenter] {
            let confluence = Confluence::start(edition).await;
            world.restarts_with_confluence(confluence.config()).await;
            if edition == Edition::Cloud {
                world.generates_postmortem().await;
            }
            exports(world, channel).await;
            confluence.edit_before_updates(1);
            world.writes_summary("We rolled back.").await;
            exports(world, channel).await;
            let page = confluence.only_page();
            assert_eq!(page.version, 3);
            assert_eq!(page.text()[2], "We rolled back.");
            // A page that changes all the time is tried again later.
            confluence.edit_before_updates(2);
            assert_eq!(world.exports(TARGET).await, None);
            assert_eq!(world.user("alice").reads(channel), [""; 0]);
            world.advance(5).await;
            assert_eq!(world.user("alice").reads(channel), [EXPORTED]);
            assert_eq!(confluence.only_page().version, 6);
        }
    });
}

#[test]
fn page_that_a_user_deleted_is_replaced_by_a_new_one() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let confluence = prepare(world, Edition::Cloud).await;
        exports(world, channel).await;
        let id = confluence.only_page().id;
        confluence.set_status(&id, "archived");
        assert_eq!(world.exports(TARGET).await, None);
        alice.reads_failure(
            channel,
            &format!(
                "The page is archived in Confluence ({}/wiki/spaces/OPS/pages/{id}), so it can't be changed. Restore it, \
                 or delete it to get a new one.",
                confluence.base_url
            ),
        );
        confluence.set_status(&id, "trashed");
        alice.tries_again(channel).await;
        assert_eq!(alice.reads(channel), [EXPORTED]);
        let page = confluence.only_page();
        assert_ne!(page.id, id);
        let export = world.only_export().await;
        assert_eq!(export.receipt.unwrap().id, page.id);
        assert_eq!(
            export.detail,
            "The earlier page isn't there any more. This is a new one in the space OPS."
        );
    });
}

#[test]
fn expired_token_is_explained_and_the_export_is_tried_again_with_a_new_one() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let confluence = prepare(world, Edition::Cloud).await;
        confluence.set_token("T0ken-2");
        assert_eq!(world.exports(TARGET).await, None);
        alice.reads_failure(channel, EXPIRED);
        let export = world.only_export().await;
        assert_eq!(
            (export.state, export.detail.as_str()),
            (ExportState::Failed, EXPIRED)
        );
        assert_eq!(confluence.pages(), []);
        confluence.set_token(TOKEN);
        alice.tries_again(channel).await;
        assert_eq!(alice.reads(channel), [EXPORTED]);
        assert_eq!(confluence.only_page().title, TITLE);
    });
}

#[test]
fn export_waits_for_confluence() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let confluence = prepare(world, Edition::Cloud).await;
        confluence.limit(600);
        assert_eq!(world.exports(TARGET).await, None);
        assert_eq!(world.only_export().await.state, ExportState::Waiting);
        world.advance(590).await;
        assert_eq!(confluence.pages(), []);
        confluence.go_down();
        world.advance(10).await;
        for _ in 0..3 {
            world.advance(600).await;
        }
        assert_eq!(alice.reads(channel), [""; 0]);
        confluence.recover();
        world.advance(600).await;
        assert_eq!(alice.reads(channel), [EXPORTED]);
        assert_eq!(confluence.only_page().version, 1);
    });
}

#[test]
fn export_whose_response_is_lost_is_not_repeated() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let confluence = prepare(world, Edition::Cloud).await;
        for version in [1, 2] {
            confluence.break_next_write();
            assert_eq!(world.exports(TARGET).await, None);
            assert_eq!(alice.reads(channel), [""; 0]);
            world.advance(5).await;
            assert_eq!(alice.reads(channel), [EXPORTED]);
            assert_eq!(confluence.only_page().version, version);
            assert_eq!(confluence.take_writes(), 1);
            world.writes_summary("We rolled back.").await;
        }
    });
}

#[test]
fn page_is_found_after_a_lost_response_although_its_title_changes() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let confluence = prepare(world, Edition::DataCenter).await;
        confluence.break_next_write();
        assert_eq!(world.exports(TARGET).await, None);
        world.renames_postmortem("Cart is slow").await;
        world.advance(5).await;
        assert_eq!(alice.reads(channel), [EXPORTED]);
        let page = confluence.only_page();
        assert_eq!(
            (page.title.as_str(), page.version),
            ("IR-1 Cart is slow", 2)
        );
    });
}

#[test]
fn private_incident_is_exported_only_after_a_confirmation() {
    incident_scenario(async |world, channel, [alice, ..]| {
        let confluence = prepare(world, Edition::Cloud).await;
        confluence.go_down();
        assert_eq!(world.exports(TARGET).await, None);
        alice.types(channel, "/datadog incident private").await;
        confluence.recover();
        world.advance(60).await;
        let warning = "IR-1 is private, and everyone who can read the Confluence space could read its postmortem. \
                       Confirm that you want to export it.";
        let export = world.only_export().await;
        assert_eq!(
            (export.state, export.detail.as_str()),
            (ExportState::Failed, warning)
        );
        world.expects_warning(&format!("A delivery of IR-1 failed: {warning}"));
        assert_eq!(world.exports(TARGET).await.as_deref(), Some(warning));
        assert_eq!(confluence.pages(), []);
        assert_eq!(world.confirms_export(TARGET).await, None);
        assert_eq!(world.only_export().await.state, ExportState::Done);
        assert_eq!(confluence.only_page().title, TITLE);
        drop(world.take_all_unread());
    });
}
