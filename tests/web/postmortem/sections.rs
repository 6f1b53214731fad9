//! The sections of a postmortem, edited one at a time.

use super::{PAGE, generates, headings, opens_form, saves, section, value};
use crate::browser::{Browser, Page};
use crate::harness::scenario::incident_scenario_with_pages;

#[test]
fn section_is_previewed_and_saved_once() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = generates(&alice, channel).await;
        let form = opens_form(&browser, "1").await;
        form.shows(&["Heading", "Text", "Variables", "Preview", "Cancel"]);
        assert_eq!(value(&form, &section("1"), "heading"), "Summary");
        let text = ("body", "  indented\n**{{incident.title}}**: {{inc");
        let preview = [text, ("step", "preview")];
        let preview = browser.submits(&form, &section("1"), &preview).await;
        assert_eq!(preview.status, 200);
        preview.shows(&["Checkout is slow : {{inc", "incident.title"]);
        assert_eq!(value(&preview, &section("1"), "body"), text.1);
        let insert = [text, ("insert", "incident.severity")];
        let inserted = browser.submits(&form, &section("1"), &insert).await;
        let body = value(&inserted, &section("1"), "body");
        assert!(body.ends_with(": {{incident.severity}}"), "{body}");
        browser.opens(PAGE).await.hides(&["indented"]);
        // A double click.
        for _ in 0..2 {
            let page = browser.submits(&inserted, &section("1"), &[]).await;
            assert_eq!(page.path, format!("{PAGE}?saved=section#section-1"));
            page.shows(&[
                "Section saved.",
                "Checkout is slow : UNKNOWN",
                "2 revisions",
            ]);
        }
        world.skips_messages();
    });
}

#[test]
fn preview_of_a_section_is_a_part_of_the_page() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = generates(&alice, channel).await;
        let path = format!("{}?preview=yes", section("new"));
        let part = browser
            .posts(&path, &[("body", "# Cause\n\n{{incident.id}}")])
            .await;
        assert!(
            part.html.starts_with("<section id=\"preview\""),
            "{}",
            part.html
        );
        assert!(part.html.contains("<h3>Cause</h3>"), "{}", part.html);
        assert!(part.html.contains("<p>IR-1</p>"), "{}", part.html);
        world.skips_messages();
    });
}

#[test]
fn text_that_is_too_long_stays_in_its_form() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = generates(&alice, channel).await;
        let form = opens_form(&browser, "2").await;
        let text = "🔥".repeat(200_000);
        let rejected = browser
            .submits(&form, &section("2"), &[("body", &text)])
            .await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&[
            "The text has 200000 characters, and 50000 is the maximum of a section. Split it into several sections. \
             Nothing is saved yet.",
        ]);
        assert!(value(&rejected, &section("2"), "body") == text);
        let shorter = [("body", "Everyone."), ("heading", " ")];
        let rejected = browser.submits(&rejected, &section("2"), &shorter).await;
        rejected.shows(&["Enter a heading."]);
        let heading = [("heading", "Who was affected")];
        let page = browser.submits(&rejected, &section("2"), &heading).await;
        page.shows(&["Section saved.", "Who was affected", "Everyone."]);
        let huge = "🔥".repeat(500_000);
        let rejected = browser
            .submits(&form, &section("2"), &[("body", &huge)])
            .await;
        assert_eq!(rejected.status, 413);
        rejected.shows(&["This form holds more than 4096 kB. Nothing was changed."]);
        world.skips_messages();
    });
}

#[test]
fn markup_of_users_is_text() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = generates(&alice, channel).await;
        let text = "See <script>alert(1)</script> [a](javascript:alert(2)) ![b](https://example.com/b.png)\n\n```\n## x";
        let page = saves(&browser, "1", text).await;
        page.shows(&["See <script>alert(1)</script> a b"]);
        page.hides(&["<script>alert", "javascript:", "<img"]);
        assert_eq!(headings(&page).len(), 11, "the code ends with its section");
        world.skips_messages();
    });
}

/// Presses a button of a section.
async fn presses(browser: &Browser<'_>, number: i64, button: &str) -> Page {
    let page = browser.opens(PAGE).await;
    let path = section(&format!("{number}/{button}"));
    browser.submits(&page, &path, &[]).await
}

#[test]
fn sections_are_added_moved_removed_and_restored() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = generates(&alice, channel).await;
        let form = opens_form(&browser, "new").await;
        let fields = [("heading", "Rollback"), ("body", "It took an hour.")];
        for _ in 0..2 {
            let page = browser.submits(&form, &section("new"), &fields).await;
            assert_eq!(page.path, format!("{PAGE}?saved=section#section-12"));
            assert_eq!(headings(&page)[11], "Rollback");
            assert_eq!(headings(&page).len(), 12);
        }
        let page = presses(&browser, 12, "move-up").await;
        page.shows(&["Section moved."]);
        assert_eq!(headings(&page)[10..], ["Rollback", "Links"]);
        let page = presses(&browser, 1, "move-down").await;
        assert_eq!(headings(&page)[..2], ["Impact", "Summary"]);
        let path = section("2/move-up");
        assert!(!page.html.contains(&path), "the first one stays first");

        let page = presses(&browser, 12, "remove").await;
        page.shows(&["Section removed.", "Undo", "Removed sections", "Rollback"]);
        assert_eq!(headings(&page).len(), 11);
        let restored = browser.submits(&page, &section("12/restore"), &[]).await;
        restored.shows(&["Section restored."]);
        assert_eq!(headings(&restored)[10..], ["Rollback", "Links"]);
        restored.hides(&["Removed sections"]);
        world.skips_messages();
    });
}

#[test]
fn variables_of_a_section_become_text() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = generates(&alice, channel).await;
        let page = saves(&browser, "1", "It was a {{incident.severity}}.").await;
        let made = browser.submits(&page, &section("1/make-text"), &[]).await;
        made.shows(&["The section is text now.", "It was a UNKNOWN."]);
        assert!(
            !made.html.contains(&section("1/make-text")),
            "it's text already"
        );
        alice.types(channel, "/datadog severity SEV-2").await;
        browser.opens(PAGE).await.shows(&["It was a UNKNOWN."]);
        let form = opens_form(&browser, "1").await;
        assert_eq!(value(&form, &section("1"), "body"), "It was a UNKNOWN.");
        world.skips_messages();
    });
}
