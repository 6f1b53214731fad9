//! A disk without room, staged by the system itself: no file of the bot may grow.

use super::cases::each;
use super::deliveries::{declares, fills_in_changes};
use super::standing::Standing;
use super::world::{World, eventually};

#[tokio::test]
async fn nothing_is_stored_on_a_full_disk_and_all_goes_on_when_there_is_room() {
    each("a form", &["on a full disk"], async |world: World, _| {
        declares(&world).await;
        world.settles().await;
        let form = fills_in_changes(&world).await;

        world.fills_the_disk();
        for _ in 0..2 {
            let seen = world.slack.submits("alice", &form).await;
            assert_eq!(seen.trouble, None, "Slack itself complained");
            let told = "Nothing was stored, and nobody was told: the store did not take it. Try again in \
                        a moment; if it stays so, tell whoever runs this bot. (ref ";
            let error = seen.errors.values().next().expect("the form says why");
            assert!(error.starts_with(told), "{error}");
        }
        let (status, page) = world.gets("/readyz").await;
        assert_eq!(status, 503);
        let todo = "Check that the disk of DATABASE_PATH has room";
        assert!(page.contains("Nothing can be stored: ") && page.contains(todo), "{page}");
        assert_eq!(world.gets("/healthz").await.0, 200, "it lives");
        Standing::declared().is_found(&world);

        world.makes_room();
        let is_ready = async || world.gets("/readyz").await.0 == 200;
        eventually("store that can be written", is_ready).await;
        world.submits("alice", &form).await;
        world.settles().await;
        Standing::changed().is_found(&world);
    })
    .await;
}
