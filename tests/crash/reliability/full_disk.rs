//! A full disk, simulated with a file size limit for the bot's process.

use crate::deliveries::open_update_modal;

use crate::harness::prelude::*;

#[tokio::test]
async fn full_disk_rejects_requests_until_space_is_freed() {
    run_matrix("a form", &["on a full disk"], async |world: World, _| {
        declare_and_deliver(&world).await;
        let form = open_update_modal(&world).await;

        world.fill_disk();
        for _ in 0..2 {
            let result = world.slack.submits("alice", &form).await;
            assert_eq!(result.error, None, "Slack reports an error");
            let message = "Nothing was saved: Muster couldn't write to its database. Try again in a \
                moment. If it keeps failing, tell your Muster admin. (ref ";
            let error = result.errors.values().next().expect("the modal shows no error");
            assert!(error.starts_with(message), "{error}");
        }
        let (status, page) = world.http_get("/readyz").await;
        assert_eq!(status, 503);
        let todo = "Check that the disk of DATABASE_PATH has space";
        assert!(page.contains("Can't write to the database: ") && page.contains(todo), "{page}");
        assert_eq!(world.http_get("/healthz").await.0, 200, "the process is alive");
        ExpectedState::after_declaration().assert_matches(&world);

        world.free_disk();
        let is_ready = async || world.http_get("/readyz").await.0 == 200;
        wait_for("store that can be written", is_ready).await;
        world.submit_modal("alice", &form).await;
        world.deliver_all().await;
        ExpectedState::after_update().assert_matches(&world);
    })
    .await;
}
