//! The title, the owner, the timeline and the status of a postmortem.

use muster_domain::postmortem::TimelineSelection;

use super::{PAGE, field, generates, opens_form, saves, section, value};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::html::option_value;

#[test]
fn title_owner_and_timeline_are_edited_in_their_places() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        bob.types("#general", "/datadog help").await;
        let browser = generates(&alice, channel).await;
        let form = opens_form(&browser, "title").await;
        let empty = browser
            .submits(&form, &field("title"), &[("title", " ")])
            .await;
        assert_eq!(empty.status, 422);
        empty.shows(&["Enter a title."]);
        let title = [("title", "Full disk")];
        for _ in 0..2 {
            let page = browser.submits(&form, &field("title"), &title).await;
            page.shows(&["Title saved.", "Full disk Edit"]);
        }
        let form = opens_form(&browser, "owner").await;
        let bob_id = option_value(&form.html, "bob").unwrap();
        let owner = [("owner", bob_id.as_str())];
        let page = browser.submits(&form, &field("owner"), &owner).await;
        page.shows(&["Owner saved.", "Owner bob"]);
        let stranger = [
            ("owner", "U0NOBODY001"),
            ("key", "c0ffee"),
            ("expected_owner", &bob_id),
        ];
        let rejected = browser.submits(&form, &field("owner"), &stranger).await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["Muster doesn't know this user. Choose someone from the list."]);
        let form = opens_form(&browser, "timeline").await;
        let selection = [("timeline", TimelineSelection::ALL[1].as_str())];
        let page = browser.submits(&form, &field("timeline"), &selection).await;
        page.shows(&["Timeline saved.", "Timeline All entries"]);
        browser
            .opens("/incidents/1/timeline")
            .await
            .shows(&["alice assigned the postmortem to bob"]);
        world.skips_messages();
    });
}

#[test]
fn field_that_another_user_changed_shows_both_values() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = generates(&alice, channel).await;
        let form = opens_form(&browser, "title").await;
        let page = browser.opens(PAGE).await;
        let of_bob = bob.signs_in().await;
        let title = [("title", "Disk of bob")];
        let of_bob_form = opens_form(&of_bob, "title").await;
        of_bob.submits(&of_bob_form, &field("title"), &title).await;
        let status = [("status", "in_review")];
        let bobs_page = of_bob.opens(PAGE).await;
        of_bob.submits(&bobs_page, &field("status"), &status).await;

        let mine = [("title", "Disk of alice")];
        let conflict = browser.submits(&form, &field("title"), &mine).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&["Title was changed after you opened the page. Now: Disk of bob."]);
        assert_eq!(value(&conflict, &field("title"), "title"), "Disk of alice");
        let saved = browser.submits(&conflict, &field("title"), &[]).await;
        saved.shows(&["Title saved.", "Disk of alice Edit"]);

        let completed = [("status", "completed")];
        let conflict = browser.submits(&page, &field("status"), &completed).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&["Status was changed after you opened the page. Now: In Review."]);
        assert_eq!(value(&conflict, &field("status"), "status"), "completed");
        let saved = browser.submits(&conflict, &field("status"), &[]).await;
        saved.shows(&["Status saved.", "This postmortem is completed"]);
        world.skips_messages();
    });
}

#[test]
fn completed_postmortem_stays_as_it_is_until_it_is_a_draft_again() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = generates(&alice, channel).await;
        saves(&browser, "1", "It was a {{incident.severity}}.").await;
        let stale = opens_form(&browser, "1").await;
        let page = browser.opens(PAGE).await;
        let completed = [("status", "completed")];
        browser.submits(&page, &field("status"), &completed).await;
        alice.types(channel, "/datadog severity SEV-2").await;
        alice.types(channel, "/datadog incident reopen").await;
        let page = browser.opens(PAGE).await;
        page.shows(&[
            "It was a UNKNOWN.",
            "This postmortem is completed, so it stays as it is.",
            "Completed Mon 23 Nov 15:05",
            "IR-1 was reopened after this postmortem was completed.",
            "Back to Draft",
        ]);
        page.hides(&["Edit Summary", "Edit Title", "Add section", "Move down"]);
        let text = [("body", "Typed meanwhile.")];
        let rejected = browser.submits(&stale, &section("1"), &text).await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["This postmortem is completed. Set it to Draft or In Review to edit it."]);
        assert_eq!(value(&rejected, &section("1"), "body"), "Typed meanwhile.");
        let draft = [("status", "draft")];
        let page = browser.submits(&page, &field("status"), &draft).await;
        page.shows(&["Status saved.", "It was a SEV-2.", "Add section"]);
        page.hides(&["was reopened after"]);
        world.skips_messages();
    });
}
