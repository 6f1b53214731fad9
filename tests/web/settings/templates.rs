//! Message templates: list, editor, preview, completion, conflicts.

use serde_json::{Value, json};

use crate::browser::{Browser, OK, Page};
use crate::harness::prelude::*;
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

const EDIT: &str = "/settings/templates/edit";
const DELETE: &str = "/settings/templates/delete";
const LIST: &str = "/settings?saved=templates#templates";

/// Sends the form of a template after its fields were changed.
async fn saves(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Page {
    let form = browser.opens(path).await;
    browser.submits(&form, EDIT, fields).await
}

/// Returns a template as the setting contains it.
fn template(name: &str, subject: &str, body: &str) -> Value {
    json!({ "name": name, "category": "Incident", "subject": subject, "body": body })
}

fn set_templates(world: &World, templates: &[Value]) {
    world.change_settings(&[("message_templates", json!(templates))]);
}

#[test]
fn admin_creates_changes_copies_and_deletes_a_template() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let page = browser.opens("/settings").await;
        page.shows(&[
            "Incident Declared [{{incident.id}}] {{incident.severity}}: {{incident.title}} Copy Update",
            "Recovery Stable",
            "Summary Executive summary {{incident.id}} in brief: {{incident.title}} Copy New template",
        ]);
        let fields = [
            ("name", "Legal / 🔥"),
            ("category", "Legal"),
            ("subject", "{{incident.title}}"),
            ("body", "{{ incident.summary }}\r\n\r\n* {{incident.url}}"),
        ];
        let saved = saves(&browser, EDIT, &fields).await;
        assert_eq!(saved.path, LIST);
        saved.shows(&["Saved.", "Legal Legal / 🔥 {{incident.title}} Copy"]);
        let path = format!("{EDIT}?name=Legal+%2F+%F0%9F%94%A5");
        let renamed = saves(&browser, &path, &[("name", "Lawyers")]).await;
        renamed.shows(&["Saved.", "Legal Lawyers"]);
        renamed.hides(&["Legal / 🔥"]);
        assert_eq!(browser.opens(&path).await.status, 404);
        let copied = saves(&browser, &format!("{EDIT}?copy=Lawyers"), &[]).await;
        copied.shows(&["Legal Lawyers {{incident.title}} Copy Copy of Lawyers"]);
        let unchanged = saves(&browser, &format!("{EDIT}?name=Lawyers"), &[]).await;
        unchanged.shows(&["Nothing to save: no value is changed."]);
        let form = browser.opens(&format!("{EDIT}?name=Lawyers")).await;
        let deleted = browser.submits(&form, DELETE, &[]).await;
        assert_eq!(deleted.path, LIST);
        deleted.hides(&[">Lawyers<"]);
        deleted.shows(&["Copy of Lawyers"]);
        assert!(world.log.take_warnings().is_empty());
    });
}

#[test]
fn invalid_template_is_not_saved_and_stays_in_the_form_with_each_problem() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let long = "x".repeat(1_000);
        let fields = [
            ("name", "declared"),
            ("category", " "),
            ("subject", long.as_str()),
            (
                "body",
                "{{incident.comander}} {{incident.ms_teams_channel_id}}\n{{incident.title",
            ),
        ];
        let page = saves(&browser, EDIT, &fields).await;
        assert_eq!(page.status, 422);
        page.shows(&[
            "Nothing is saved yet. Correct the marked fields.",
            "There's already a template Declared.",
            "The category is missing.",
            "The subject has 1000 characters; 255 is the most.",
            "There's no {{incident.comander}}; did you mean {{incident.commander}}?",
            "There's no {{incident.ms_teams_channel_id}}: incidents have channels in Slack, not in Microsoft Teams.",
            "“{{incident.title” isn't closed; end the variable with }} in the same line.",
        ]);
        assert!(page.html.contains(&long) && page.html.contains("value=\"declared\""));
        assert!(
            page.html.contains(
                "{{incident.comander}} {{incident.ms_teams_channel_id}}\n{{incident.title<"
            )
        );
        let list = browser.opens("/settings").await;
        list.hides(&["comander"]);
        // Corrected on the page of the rejection.
        let fixed = [
            ("name", "Mine"),
            ("category", "Mine"),
            ("subject", "s"),
            ("body", "b"),
        ];
        let saved = browser.submits(&page, EDIT, &fixed).await;
        saved.shows(&["Saved.", "Mine Mine s Copy"]);
    });
}

#[test]
fn preview_is_filled_in_from_an_incident_and_stores_nothing() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        let browser = alice.signs_in().await;
        alice
            .declares("<b>[a](https://b.example)\u{202E} # שלום 🔥")
            .await;
        let fields = [
            ("name", "Mine"),
            ("subject", "{{incident.id}}: {{incident.title}}"),
            (
                "body",
                "**{{incident.title}}**\n\nCause: {{incident.root_cause}}\n{{incident.update}}\n\n[Page]({{incident.url}})",
            ),
            ("preview", "yes"),
        ];
        let page = saves(&browser, EDIT, &fields).await;
        assert_eq!(page.status, OK);
        page.shows(&[
            "Nothing is saved yet.",
            "IR-2: <b>[a](https://b.example) # שלום 🔥",
            "Cause: — Page",
        ]);
        let html = &page.html;
        let body = "<strong>&lt;b&gt;[a](https://b.example) # שלום 🔥</strong>";
        assert!(html.contains(body), "{html}");
        assert!(html.contains("/incidents/2\">Page</a>"), "{html}");
        let other = [&fields[..], &[("incident", "1")]].concat();
        let page = browser.submits(&page, EDIT, &other).await;
        page.hides(&["IR-2: "]);
        assert!(page.text().contains("IR-1: "), "{}", page.text());
        browser.opens("/settings").await.hides(&[">Mine<"]);
        world.skips_messages();
    });
}

#[test]
fn preview_without_an_incident_is_an_example_and_a_private_one_is_hidden() {
    scenario_with_pages(async |world, [alice, bob, _]| {
        let browser = alice.signs_in().await;
        let path = format!("{EDIT}?name=Declared");
        let page = browser.opens(&path).await;
        page.shows(&[
            "There's no incident yet, so this is an example.",
            "[IR-42] SEV-2: Checkout is slow",
            "Declared by: alice",
        ]);
        bob.types("#general", "/datadog incident Leaked keys").await;
        let option = "Private (visible to responders only)";
        bob.fills_several("Options", &[option]).await;
        bob.submits_and_closes(&[("Severity Level", "SEV-1 Critical")])
            .await;
        world.deliver_all().await;
        let page = browser.opens(&path).await;
        page.hides(&["Leaked keys", "IR-1 "]);
        let page = browser
            .submits(&page, EDIT, &[("incident", "1"), ("preview", "yes")])
            .await;
        assert_eq!(page.status, OK);
        page.hides(&["Leaked keys"]);
        world.skips_messages();
    });
}

#[test]
fn variable_completes_the_one_that_is_being_written() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let fields = [
            ("name", "Mine"),
            ("subject", "s"),
            ("body", "By {{comm today.\n\nMore"),
            ("preview", "yes"),
        ];
        let page = saves(&browser, EDIT, &fields).await;
        page.shows(&["incident.commander_email mail address of the Incident Commander"]);
        let insert = [("insert", "incident.commander"), ("subject", "s")];
        let page = browser.submits(&page, EDIT, &insert).await;
        assert_eq!(page.status, OK);
        assert!(
            page.html
                .contains("\nBy {{incident.commander}} today.\n\nMore</textarea>")
        );
        let page = browser
            .submits(&page, EDIT, &[("insert", "incident.id")])
            .await;
        assert!(page.html.contains("\n\nMore {{incident.id}}</textarea>"));
        browser.submits(&page, EDIT, &[]).await.shows(&["Saved."]);
    });
}

#[test]
fn template_that_another_admin_changed_is_not_overwritten() {
    scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let [one, two] = ["One", "Two"].map(|name| template(name, "old", "b"));
        set_templates(world, &[one.clone(), two]);
        let form = browser.opens(&format!("{EDIT}?name=One")).await;
        // Another template is no conflict.
        set_templates(world, &[one.clone(), template("Two", "new", "b")]);
        let mine = [("subject", "mine")];
        let saved = browser.submits(&form, EDIT, &mine).await;
        saved.shows(&["Saved.", "One mine", "Two new"]);
        // Sent again, it changes nothing again.
        set_templates(world, &[one]);
        browser.submits(&form, EDIT, &mine).await;
        browser.opens("/settings").await.shows(&["One old"]);
        let form = browser.opens(&format!("{EDIT}?name=One")).await;
        set_templates(world, &[template("One", "theirs", "their body")]);
        let conflict = browser.submits(&form, EDIT, &mine).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&[
            "Another admin changed this template after you opened it.",
            "Subject theirs Body their body",
        ]);
        let denied = browser.submits(&form, DELETE, &[]).await;
        assert_eq!(denied.status, 409);
        browser
            .submits(&conflict, EDIT, &[])
            .await
            .shows(&["One mine"]);
        let form = browser.opens(&format!("{EDIT}?name=One")).await;
        set_templates(world, &[]);
        let conflict = browser.submits(&form, EDIT, &[("subject", "again")]).await;
        assert_eq!(conflict.status, 409);
        conflict.shows(&["Save again to store what the fields contain."]);
        browser
            .submits(&conflict, EDIT, &[])
            .await
            .shows(&["One again"]);
    });
}

#[test]
fn members_read_templates_and_only_admins_change_them() {
    scenario_with_pages(async |world, [_, bob, _]| {
        let browser = bob.signs_in().await;
        let page = browser.opens("/settings").await;
        page.shows(&[
            "Recovery Stable [{{incident.id}}] Stable: {{incident.title}}",
            "is stable. We're still",
        ]);
        page.hides(&[EDIT]);
        assert_eq!(browser.opens(EDIT).await.status, 403);
        let key = [
            ("key", "a1"),
            ("name", "x"),
            ("category", "x"),
            ("subject", "x"),
            ("body", "x"),
        ];
        for path in [EDIT, DELETE] {
            let denied = browser.posts(path, &key).await;
            assert_eq!(denied.status, 403);
            denied.shows(&["Only workspace admins can change settings. Nothing was changed."]);
        }
        // A field that a template names stays.
        let alice = world.user("alice").signs_in().await;
        let fields = json!([{ "name": "region", "type": "text" }]);
        world.change_settings(&[("fields", fields)]);
        set_templates(world, &[template("One", "{{incident.region}}", "b")]);
        let form = alice.opens("/settings").await;
        let rejected = alice
            .submits(&form, "/settings/fields", &[("fields", "[]")])
            .await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["Must have the fields that message templates name. One: there's no {{incident.region}}."]);
    });
}
