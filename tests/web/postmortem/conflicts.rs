//! Two users in one section: nothing that either of them typed is lost.

use super::{PAGE, generates, headings, opens_form, saves, section, value};
use crate::browser::{Browser, Page};
use crate::harness::scenario::incident_scenario_with_pages;
use crate::html::form_fields;

/// Returns the text of the form with the changes of both.
fn merged(page: &Page) -> String {
    let (_, form) = page.html.split_once("id=\"merged\"").unwrap();
    let fields = form_fields(&format!("id=\"merged\"{form}"), &section("1")).unwrap();
    let body = fields.into_iter().find(|(name, _)| name == "body");
    body.unwrap().1
}

/// Both open the form of the first section, and bob saves it. Returns the answer to alice.
async fn overtakes(alice: &Browser<'_>, bob: &Browser<'_>, [theirs, mine]: [&str; 2]) -> Page {
    let form = opens_form(alice, "1").await;
    saves(bob, "1", theirs).await;
    let conflict = alice.submits(&form, &section("1"), &[("body", mine)]).await;
    assert_eq!(conflict.status, 409);
    conflict.shows(&[
        "bob saved this section too",
        "bob saved Summary Mon 23 Nov 15:05, after you opened the form. Nothing of yours is saved yet.",
        "Keep theirs",
        "Keep mine",
        "Edit together",
    ]);
    assert_eq!(value(&conflict, &section("1"), "body"), mine);
    conflict
}

#[test]
fn both_texts_of_a_section_are_shown_and_merged() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = generates(&alice, channel).await;
        let of_bob = bob.signs_in().await;
        saves(&browser, "1", "Disk full.\n\nThe alert was late.").await;
        let texts = [
            "Disk of db-1 full.\n\nThe alert was late.",
            "Disk full.\n\nThe alert was off.",
        ];
        let conflict = overtakes(&browser, &of_bob, texts).await;
        conflict.shows(&[
            "Disk of db-1 full.",
            "The alert was off.",
            "The changes of both, in one text.",
        ]);
        let both = merged(&conflict);
        assert_eq!(both, "Disk of db-1 full.\n\nThe alert was off.");
        // Keep theirs is a link: nothing is saved.
        browser.opens(PAGE).await.hides(&["The alert was off."]);
        let saved = browser
            .submits(&conflict, &section("1"), &[("body", &both)])
            .await;
        saved.shows(&[
            "Section saved.",
            "Disk of db-1 full. The alert was off.",
            "4 revisions",
        ]);

        let texts = ["It was full of logs.", "It was full of cores."];
        let conflict = overtakes(&browser, &of_bob, texts).await;
        conflict.shows(&["1 place was changed by both: there, their text is before yours."]);
        assert_eq!(
            merged(&conflict),
            "It was full of logs.\nIt was full of cores."
        );
        // Keep mine, with a double click.
        for _ in 0..2 {
            let saved = browser.submits(&conflict, &section("1"), &[]).await;
            saved.shows(&["Section saved.", "It was full of cores.", "6 revisions"]);
        }
        let revisions = browser.opens(&section("1/revisions")).await;
        revisions.shows(&["It was full of logs.", "bob"]);
        world.skips_messages();
    });
}

#[test]
fn text_for_a_removed_section_becomes_a_new_one() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = generates(&alice, channel).await;
        let of_bob = bob.signs_in().await;
        let form = opens_form(&browser, "1").await;
        let page = of_bob.opens(PAGE).await;
        of_bob.submits(&page, &section("1/remove"), &[]).await;
        let text = [("body", "Disk full.")];
        let conflict = browser.submits(&form, &section("1"), &text).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&["This section was removed", "Disk full.", "Leave it removed"]);
        let saved = browser.submits(&conflict, &section("new"), &[]).await;
        saved.shows(&["Section saved.", "Disk full.", "Removed sections"]);
        assert_eq!(headings(&saved)[10], "Summary");
        world.skips_messages();
    });
}

#[test]
fn form_names_the_user_who_saved_the_section_meanwhile() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        let browser = generates(&alice, channel).await;
        let form = opens_form(&browser, "1").await;
        let address = form
            .html
            .split("hx-get=\"")
            .find(|it| it.contains("displayed="))
            .unwrap();
        let address = address.split('"').next().unwrap().replace("&amp;", "&");
        browser.opens(&address).await.hides(&["saved this section"]);
        saves(&bob.signs_in().await, "1", "Disk full.").await;
        browser
            .opens(&address)
            .await
            .shows(&["bob saved this section Mon 23 Nov 15:05. When you save, you see both texts"]);
        world.skips_messages();
    });
}
