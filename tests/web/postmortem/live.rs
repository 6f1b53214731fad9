//! Pages of a postmortem that are notified of changes.

use super::{PAGE, generates, saves, section};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::live::Stream;

#[test]
fn page_is_notified_of_a_saved_and_a_moved_section() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = generates(&alice, channel).await;
        let of_bob = bob.signs_in().await;
        saves(&of_bob, "1", "Bob takes part.").await;
        for change in ["save", "move"] {
            let mut stream = Stream::open(&browser, "/incidents/1/events").await;
            let page = of_bob.opens(PAGE).await;
            match change {
                "save" => saves(&of_bob, "2", "Disk full.").await,
                _ => of_bob.submits(&page, &section("2/move-up"), &[]).await,
            };
            let event = stream.read_until("event: changed\ndata: ").await;
            assert!(!event.contains("Disk"), "{event}");
        }
        world.skips_messages();
    });
}
