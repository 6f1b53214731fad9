//! The revisions of a section.

use super::{PAGE, generates, opens_form, saves, section};
use crate::harness::scenario::incident_scenario_with_pages;

#[test]
fn earlier_revision_is_compared_and_restored() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = generates(&alice, channel).await;
        saves(&browser, "1", "Disk full.\nThe alert was late.").await;
        let of_bob = bob.signs_in().await;
        let form = opens_form(&of_bob, "1").await;
        let fields = [
            ("heading", "In short"),
            ("body", "Disk full.\nThe alert was off."),
        ];
        of_bob.submits(&form, &section("1"), &fields).await;
        let revisions = browser.opens(&section("1/revisions")).await;
        revisions.shows(&[
            "Revisions of In short",
            "Revision 3 bob, Mon 23 Nov 15:05 Now",
            "Heading In short Disk full. The alert was late. The alert was off.",
            "Revision 2 alice, Mon 23 Nov 15:05 Restore",
            "Revision 1 alice",
        ]);
        assert!(revisions.html.contains("<del>The alert was late.</del>"));
        assert!(revisions.html.contains("<ins>The alert was off.</ins>"));
        let second = [("number", "2")];
        // A double click.
        for _ in 0..2 {
            let page = browser
                .submits(&revisions, &section("1/restore"), &second)
                .await;
            assert_eq!(
                page.path,
                format!("{PAGE}?saved=restored&object=1#section-1")
            );
            page.shows(&[
                "Section restored.",
                "Summary",
                "The alert was late.",
                "4 revisions",
            ]);
        }
        world.skips_messages();
    });
}

#[test]
fn revision_is_not_restored_over_a_newer_text() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = generates(&alice, channel).await;
        saves(&browser, "1", "Disk full.").await;
        let page = browser.opens(PAGE).await;
        let revisions = browser.opens(&section("1/revisions")).await;
        saves(&bob.signs_in().await, "1", "The disk was full of logs.").await;
        let first = [("number", "1")];
        let rejected = browser
            .submits(&revisions, &section("1/restore"), &first)
            .await;
        assert_eq!(rejected.status, 409);
        let reason =
            "bob saved “Summary” Mon 23 Nov 15:05, after you opened the page. Nothing was changed.";
        rejected.shows(&[reason, "The disk was full of logs."]);
        let rejected = browser.submits(&page, &section("1/remove"), &[]).await;
        assert_eq!(rejected.status, 409);
        rejected.shows(&[reason]);
        let unknown = [("number", "77"), ("key", "c0ffee")];
        let rejected = browser
            .submits(&revisions, &section("1/restore"), &unknown)
            .await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["This section has no such revision."]);
        world.skips_messages();
    });
}
