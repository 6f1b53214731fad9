//! `muster doctor` and the destinations of postmortems. Nothing is written.

use muster::config::ConfluenceConfig;

use crate::doctor::TestSetup;
use crate::support::confluence::{Confluence, Edition};
use crate::support::datadog::Datadog;

async fn with_confluence(edition: Edition) -> (TestSetup, Confluence) {
    let mut setup = TestSetup::new();
    let confluence = Confluence::start(edition).await;
    let ConfluenceConfig {
        url,
        user,
        token,
        space,
        parent,
    } = confluence.config();
    setup.set("CONFLUENCE_URL", &url);
    setup.set("CONFLUENCE_USER", &user.unwrap_or_default());
    setup.set("CONFLUENCE_TOKEN", token.reveal());
    setup.set("CONFLUENCE_SPACE", &space);
    setup.set("CONFLUENCE_PARENT", &parent.unwrap_or_default());
    (setup, confluence)
}

async fn with_datadog() -> (TestSetup, Datadog) {
    let mut setup = TestSetup::new();
    let datadog = Datadog::start().await;
    let config = datadog.config();
    setup.set("DATADOG_API_URL", &config.api_url);
    setup.set("DATADOG_API_KEY", config.api_key.reveal());
    setup.set("DATADOG_APP_KEY", config.app_key.reveal());
    (setup, datadog)
}

#[tokio::test]
async fn readable_space_passes_in_both_editions() {
    for edition in [Edition::Cloud, Edition::DataCenter] {
        let (setup, confluence) = with_confluence(edition).await;
        let (passed, report) = setup.report().await;
        assert!(passed, "{report}");
        let expected = format!("The space OPS at {} is readable.", confluence.base_url);
        assert!(report.contains(&expected), "{report}");
        assert_eq!(confluence.take_writes(), 0);
    }
}

#[tokio::test]
async fn problems_of_confluence_are_explained_without_the_token() {
    for edition in [Edition::Cloud, Edition::DataCenter] {
        let (mut setup, confluence) = with_confluence(edition).await;
        setup.set("CONFLUENCE_PARENT", "99");
        setup
            .assert_only_error("There's no page 99 in Confluence")
            .await;
        setup.set("CONFLUENCE_SPACE", "DEV");
        setup
            .assert_only_error("There's no space DEV in Confluence")
            .await;
        setup.set("CONFLUENCE_TOKEN", "s3cret");
        setup
            .assert_only_error("Confluence rejected the token (401).")
            .await;
        confluence.go_down();
        setup.assert_only_error("Confluence answered 503.").await;
        setup.set("CONFLUENCE_URL", "http://127.0.0.1:9");
        setup
            .assert_only_error("Couldn't connect to Confluence.")
            .await;
        let (_, report) = setup.report().await;
        assert!(!report.contains("s3cret"), "{report}");
    }
}

#[tokio::test]
async fn accepted_keys_of_datadog_pass() {
    let (setup, datadog) = with_datadog().await;
    let (passed, report) = setup.report().await;
    let expected = format!("{} accepts the keys.", datadog.base_url);
    assert!(passed && report.contains(&expected), "{report}");
    assert_eq!(datadog.notebooks(), []);
}

#[tokio::test]
async fn rejected_keys_of_datadog_are_distinguished() {
    let (mut setup, datadog) = with_datadog().await;
    datadog.revoke_app_key();
    setup
        .assert_only_error("Datadog rejected the keys (403).")
        .await;
    setup.set("DATADOG_API_KEY", "s3cret");
    setup
        .assert_only_error("Datadog rejected the API key (403).")
        .await;
}
