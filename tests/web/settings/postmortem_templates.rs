//! Postmortem templates: list, editor, preview, default, conflicts.

use serde_json::json;

use crate::browser::{Browser, OK, Page};
use crate::harness::prelude::*;
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

const EDIT: &str = "/settings/postmortem-templates/edit";
const DELETE: &str = "/settings/postmortem-templates/delete";
const DEFAULT: &str = "/settings/postmortem-templates/default";
const LIST: &str = "/settings?saved=postmortems#postmortems";

/// Sends the form of a template after its fields were changed.
async fn saves(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Page {
    let form = browser.opens(path).await;
    browser.submits(&form, EDIT, fields).await
}

fn set_templates(world: &World, templates: &[(&str, &str)]) {
    let templates = templates.iter();
    let templates: Vec<_> = templates
        .map(|(name, content)| json!({ "name": name, "content": content }))
        .collect();
    world.change_settings(&[("postmortem_templates", json!(templates))]);
}

#[test]
fn admin_creates_changes_copies_and_deletes_a_template() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens("/settings").await;
        page.shows(&[
            "Templates Postmortem (default) Summary · Impact · At a glance · Timeline · How it was detected",
            "Copy New template Generate postmortems at any time",
        ]);
        page.hides(&["name=\"postmortem_templates\""]);
        let fields = [
            ("name", "Security / 🔥"),
            (
                "content",
                "## Why\r\n\r\n{{ incident.root_cause }}\r\n\r\n## What now",
            ),
        ];
        let saved = saves(&browser, EDIT, &fields).await;
        assert_eq!(saved.path, LIST);
        saved.shows(&["Saved.", "Security / 🔥 Why · What now Make default Copy"]);
        let path = format!("{EDIT}?name=Security+%2F+%F0%9F%94%A5");
        let renamed = saves(&browser, &path, &[("name", "Security")]).await;
        renamed.shows(&["Saved.", "Security Why · What now"]);
        renamed.hides(&["Security / 🔥"]);
        assert_eq!(browser.opens(&path).await.status, 404);
        let copied = saves(&browser, &format!("{EDIT}?copy=Security"), &[]).await;
        copied.shows(&["Copy of Security Why · What now"]);
        let unchanged = saves(&browser, &format!("{EDIT}?name=Security"), &[]).await;
        unchanged.shows(&["Nothing to save: no value is changed."]);
        let form = browser.opens(&format!("{EDIT}?name=Security")).await;
        form.shows(&["Postmortems that were generated from it stay as they are."]);
        form.hides(&["Send me a sample"]);
        let deleted = browser.submits(&form, DELETE, &[]).await;
        assert_eq!(deleted.path, LIST);
        deleted.hides(&[">Security<"]);
        deleted.shows(&["Copy of Security"]);
        assert!(world.log.take_warnings().is_empty());
    });
}

#[test]
fn default_is_the_first_template() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        set_templates(
            world,
            &[("One", "## A"), ("Two", "## B"), ("Three", "## C")],
        );
        let list = browser.opens("/settings").await;
        list.shows(&["One (default) A Copy Two B Make default Copy Three C Make default Copy"]);
        // The form of the second template.
        let (_, rest) = list.html.split_once("Two</a>").unwrap();
        let second = Page {
            html: rest.to_owned(),
            ..list.clone()
        };
        set_templates(
            world,
            &[("One", "## A"), ("Two", "## New"), ("Three", "## C")],
        );
        for _ in 0..2 {
            let page = browser.submits(&second, DEFAULT, &[]).await;
            assert_eq!(page.path, LIST);
            page.shows(&[
                "Saved.",
                "Two (default) New Copy One A Make default Copy Three C",
            ]);
        }
        set_templates(world, &[("One", "## A")]);
        reject_changes_of_the_last_template(&browser).await;
    });
}

async fn reject_changes_of_the_last_template(browser: &Browser<'_>) {
    let fields = [
        ("key", "k1"),
        (
            "expected_template",
            "{\"name\":\"Two\",\"content\":\"## New\"}",
        ),
    ];
    let gone = browser.posts(DEFAULT, &fields).await;
    assert_eq!(gone.status, 404);
    gone.shows(&["There's no postmortem template with this name."]);
    let form = browser.opens(&format!("{EDIT}?name=One")).await;
    let last = browser.submits(&form, DELETE, &[]).await;
    assert_eq!(last.status, 422);
    last.shows(&["postmortem_templates must have at least one template."]);
}

#[test]
fn invalid_template_is_not_saved_and_stays_in_the_form_with_each_problem() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let content =
            "## A\n\n{{incident.timelin}} {{incident.ms_teams_channel_id}}\n{{incident.title";
        let fields = [("name", "postmortem"), ("content", content)];
        let page = saves(&browser, EDIT, &fields).await;
        assert_eq!(page.status, 422);
        page.shows(&[
            "Nothing is saved yet. Correct the marked fields.",
            "There's already a template Postmortem.",
            "There's no {{incident.timelin}}; did you mean {{incident.timeline}}?",
            "There's no {{incident.ms_teams_channel_id}}: incidents have channels in Slack, not in Microsoft Teams.",
            "“{{incident.title” isn't closed; end the variable with }} in the same line.",
        ]);
        assert!(page.html.contains(&format!("\n{content}</textarea>")));
        browser.opens("/settings").await.hides(&["timelin}"]);
        let long = "x".repeat(60_000);
        let page = saves(&browser, EDIT, &[("name", "Long"), ("content", &long)]).await;
        assert_eq!(page.status, 422);
        page.shows(&["The content has 60000 characters; 50000 is the most."]);
        let fixed = [
            ("name", "Mine"),
            ("content", "## Mine\n\n{{incident.gaps}}"),
        ];
        let saved = browser.submits(&page, EDIT, &fixed).await;
        saved.shows(&["Saved.", "Mine Mine Make default"]);
    });
}

#[test]
fn preview_is_the_postmortem_of_an_incident_and_stores_nothing() {
    incident_scenario_with_pages(async |world, channel, [alice, ..]| {
        let browser = alice.signs_in().await;
        let note = "/datadog incident note <b>Disk</b> [a](https://b.example) is full";
        alice.types(channel, note).await;
        alice.declares("Search is down").await;
        let fields = [
            ("name", "Mine"),
            (
                "content",
                "## About {{incident.id}}\n\n**{{incident.title}}** by {{comm\n\n## All\n\n{{incident.responders_full_list}}\n\n* [ ] todo",
            ),
            ("preview", "yes"),
        ];
        let page = saves(&browser, EDIT, &fields).await;
        assert_eq!(page.status, OK);
        page.shows(&[
            "Nothing is saved yet.",
            "incident.commander_email mail address of the Incident Commander",
            "IR-2 Search is down",
            "Search is down by",
            "All alice ☐ todo",
        ]);
        let insert = [("insert", "incident.commander")];
        let page = browser.submits(&page, EDIT, &insert).await;
        assert!(
            page.html.contains("** by {{incident.commander}}\n\n## All"),
            "{}",
            page.html
        );
        let other = [("incident", "1"), ("preview", "yes")];
        let page = browser.submits(&page, EDIT, &other).await;
        page.shows(&["IR-1 Checkout is slow", "Checkout is slow by alice"]);
        browser.opens("/settings").await.hides(&[">Mine<"]);
        assert_eq!(
            browser.opens("/incidents/1/postmortem.md").await.status,
            404
        );
        world.skips_messages();
    });
}

#[test]
fn preview_without_an_incident_is_an_example() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens(&format!("{EDIT}?name=Postmortem")).await;
        page.shows(&[
            "There's no incident yet, so this is an example.",
            "IR-42 Checkout is slow Summary",
            "Contributing factors",
        ]);
    });
}

#[test]
fn template_that_another_admin_changed_is_not_overwritten() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        set_templates(world, &[("One", "## Old"), ("Two", "## B")]);
        let form = browser.opens(&format!("{EDIT}?name=One")).await;
        // Another template is no conflict.
        set_templates(world, &[("One", "## Old"), ("Two", "## New")]);
        let mine = [("content", "## Mine")];
        let saved = browser.submits(&form, EDIT, &mine).await;
        saved.shows(&["Saved.", "One (default) Mine", "Two New"]);
        let form = browser.opens(&format!("{EDIT}?name=One")).await;
        set_templates(world, &[("One", "## Theirs"), ("Two", "## New")]);
        let conflict = browser
            .submits(&form, EDIT, &[("content", "## Again")])
            .await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&[
            "Another admin changed this template after you opened it.",
            "Content ## Theirs",
        ]);
        let denied = browser.submits(&form, DELETE, &[]).await;
        assert_eq!(denied.status, 409);
        let saved = browser.submits(&conflict, EDIT, &[]).await;
        saved.shows(&["One (default) Again"]);
    });
}

#[test]
fn members_read_templates_and_only_admins_change_them() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        set_templates(
            world,
            &[
                ("One", "## Why\n\n{{incident.root_cause}}"),
                ("Two", "## B"),
            ],
        );
        let browser = bob.signs_in().await;
        let page = browser.opens("/settings").await;
        page.shows(&["One (default) ## Why {{incident.root_cause}} Two ## B"]);
        page.hides(&[EDIT, DEFAULT]);
        assert_eq!(browser.opens(EDIT).await.status, 403);
        let fields = [("key", "a1"), ("name", "x"), ("content", "x")];
        for path in [EDIT, DELETE, DEFAULT] {
            let denied = browser.posts(path, &fields).await;
            assert_eq!(denied.status, 403);
            denied.shows(&["Only workspace admins can change settings. Nothing was changed."]);
        }
        let admin = alice.signs_in().await;
        change_other_settings(&admin, &browser).await;
    });
}

/// The other settings of the group are fields.
async fn change_other_settings(admin: &Browser<'_>, browser: &Browser<'_>) {
    let form = admin.opens("/settings").await;
    let fields = [
        ("postmortem_any_time", "yes"),
        ("postmortem_reminder_days", "SEV-1: 2\nSEV-3: 10"),
    ];
    let saved = admin.submits(&form, "/settings/postmortems", &fields).await;
    assert_eq!(saved.path, LIST);
    saved.shows(&["Saved.", "One (default)"]);
    let page = browser.opens("/settings").await;
    page.shows(&[
        "Generate postmortems at any time Yes",
        "SEV-1: 2 SEV-3: 10",
        "Can be generated at any time.",
        "SEV-2 Never due.",
        "SEV-3 Due 10 days after the resolution.",
    ]);
    let rejected = [("postmortem_reminder_days", "SEV-1: soon")];
    let form = admin.opens("/settings").await;
    let rejected = admin
        .submits(&form, "/settings/postmortems", &rejected)
        .await;
    assert_eq!(rejected.status, 422);
    rejected.shows(&["Nothing is saved yet. Correct the marked fields."]);
}
