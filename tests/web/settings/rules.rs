//! Notification rules: list, editor, replay, what matches already, samples, and what is asked before saving.

use muster_sandbox::Visibility;
use serde_json::{Value, json};

use crate::browser::{Browser, OK, Page};
use crate::harness::prelude::*;
use crate::harness::scenario::{incident_scenario_with_pages, scenario_with_pages};

const EDIT: &str = "/settings/rules/edit";
const CHANGE: &str = "/settings/rules/change";
const NOTIFY: &str = "/settings/rules/notify";
const SAMPLES: &str = "/settings/samples";

/// The fields of the rule for the executives.
const EXECUTIVES: [(&str, &str); 7] = [
    ("name", "Executives / 🔥"),
    ("when", "declared_or_updated"),
    ("condition_severity", "SEV-1"),
    ("condition_commander", "bob"),
    ("renotify_on", "status"),
    ("recipients", "#exec\r\n@commander, alice"),
    ("at_most_every_minutes", "30"),
];

/// Sends the form of a rule after its fields were changed.
async fn saves(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Page {
    let form = browser.opens(path).await;
    browser.submits(&form, EDIT, fields).await
}

fn rule(name: &str, severity: &str) -> Value {
    json!({
        "name": name,
        "when": "declared_or_updated",
        "conditions": [{ "field": "severity", "values": [severity] }],
        "recipients": ["#exec"],
    })
}

fn set_rules(world: &World, rules: &[Value]) {
    world
        .slack
        .add_channel("exec", Visibility::Public, &["bob"]);
    world.change_settings(&[("notification_rules", json!(rules))]);
}

#[test]
fn admin_creates_copies_orders_switches_and_deletes_rules() {
    scenario_with_pages(async |_, [alice, bob, _]| {
        // Muster knows the people who have used it.
        bob.signs_in().await;
        let browser = alice.signs_in().await;
        browser
            .opens("/settings")
            .await
            .shows(&["Notification rules", "No rules."]);
        let saved = saves(&browser, EDIT, &EXECUTIVES).await;
        assert_eq!(saved.status, OK);
        saved.shows(&[
            "Saved. Applies from the next change of an incident on.",
            "No incident matches now.",
        ]);
        assert!(saved.html.contains("@bob") && saved.html.contains("#exec\n@commander\n@alice"));
        let copy = format!("{EDIT}?copy=Executives+%2F+%F0%9F%94%A5");
        saves(&browser, &copy, &[("name", "Second")]).await;
        let list = browser.opens("/settings").await;
        list.shows(&[
            "Declared or updated, severity SEV-1, incident commander U0BOB000001 → #exec, @commander and a person",
            "Second",
        ]);
        let off = browser.submits(&list, CHANGE, &[("action", "off")]).await;
        off.shows(&["Saved.", "Executives / 🔥 (off)"]);
        let down = browser.submits(&off, CHANGE, &[("action", "down")]).await;
        let text = down.text();
        assert!(text.find("Second") < text.find("Executives / 🔥"), "{text}");
        let deleted = browser
            .submits(&down, CHANGE, &[("action", "delete")])
            .await;
        deleted.hides(&["Second"]);
        deleted.shows(&["Executives / 🔥 (off)"]);
        let filtered = browser.opens("/settings?rule=nothing").await;
        filtered.hides(&["Executives"]);
    });
}

#[test]
fn invalid_rule_is_not_saved_and_stays_in_the_form_with_each_problem() {
    scenario_with_pages(async |world, [alice, ..]| {
        set_rules(world, &[rule("Executives", "SEV-1")]);
        let browser = alice.signs_in().await;
        let fields = [
            ("name", "executives"),
            ("renotify_on", "status"),
            ("delay_minutes", "90"),
            ("recipients", "#exec"),
        ];
        let page = saves(&browser, EDIT, &fields).await;
        assert_eq!(page.status, 422);
        page.shows(&[
            "There's already a rule Executives.",
            "Enter 0 to 60 minutes, not 90.",
            "A rule for declarations notifies once.",
        ]);
        assert!(page.html.contains("value=\"executives\""));
        let page = saves(
            &browser,
            EDIT,
            &[("name", "A"), ("recipients", "neither this nor that")],
        )
        .await;
        assert_eq!(page.status, 422);
        assert!(
            page.html.contains("neither this nor that</textarea>"),
            "{}",
            page.html
        );
        let page = saves(&browser, EDIT, &[("name", "A"), ("delay_minutes", "soon")]).await;
        page.shows(&["“soon” isn't a number of minutes."]);
    });
}

#[test]
fn editor_replays_the_rule_and_notifies_about_matching_incidents_only_on_request() {
    incident_scenario_with_pages(async |world, channel, [alice, bob, _]| {
        world
            .slack
            .add_channel("exec", Visibility::Public, &["bob"]);
        alice.updates(channel, &[SEV_1]).await;
        alice.declares_with("Search is down", &[SEV_1]).await;
        world.skips_messages();
        let browser = alice.signs_in().await;
        let fields = [
            ("name", "Executives"),
            ("when", "declared_or_updated"),
            ("condition_severity", "SEV-1"),
            ("recipients", "#exec"),
            ("preview", "yes"),
        ];
        let page = saves(&browser, EDIT, &fields).await;
        let replayed = "In the last 30 days it would have notified 2 times: IR-2, IR-1.";
        page.shows(&["Nothing is saved yet.", replayed]);
        let page = browser.submits(&page, EDIT, &fields[..4]).await;
        page.shows(&[
            "Saved.",
            replayed,
            "2 incidents match now. They aren't notified about until they change.",
        ]);
        assert_eq!(bob.reads("#exec"), [""; 0], "it fires for none of them");
        let sent = browser
            .submits(&page, NOTIFY, &[("incident", "IR-2")])
            .await;
        sent.shows(&["Sent. Each incident's page shows what became of it."]);
        let posts = bob.reads("#exec");
        assert!(
            posts.len() == 1 && posts[0].starts_with("[IR-2] Search is down"),
            "{posts:?}"
        );
        world.skips_messages();
    });
}

#[test]
fn private_incidents_for_a_channel_are_confirmed() {
    scenario_with_pages(async |_, [alice, ..]| {
        let browser = alice.signs_in().await;
        let fields = [
            ("name", "Leaks"),
            ("visibility", "private"),
            ("recipients", "#exec\r\n@commander"),
        ];
        let question = saves(&browser, EDIT, &fields).await;
        assert_eq!(question.status, 409);
        question.shows(&[
            "Save these settings?",
            "The notification rule “Leaks” tells #exec about private incidents",
        ]);
        browser.opens("/settings").await.hides(&["Leaks"]);
        browser
            .submits(&question, EDIT, &[])
            .await
            .shows(&["Saved."]);
        let responders = [
            ("name", "Responders"),
            ("visibility", "private"),
            ("recipients", "@responders"),
        ];
        saves(&browser, EDIT, &responders).await.shows(&["Saved."]);
    });
}

#[test]
fn removing_what_a_rule_names_is_confirmed() {
    scenario_with_pages(async |world, [alice, ..]| {
        let mut small = rule("Small ones", "SEV-5");
        small["template"] = json!("Executive summary");
        set_rules(world, &[small]);
        let browser = alice.signs_in().await;
        let form = browser.opens("/settings").await;
        let levels = [("severity_levels", "SEV-1 SEV-4")];
        let path = "/settings/severities";
        let options = crate::html::option_value(&form.html, "SEV-1 to SEV-4");
        let level = options.as_deref().unwrap_or(levels[0].1);
        let question = browser
            .submits(&form, path, &[("severity_levels", level)])
            .await;
        question.shows(&["The notification rule “Small ones” names severity SEV-5."]);
        browser
            .submits(&question, path, &[])
            .await
            .shows(&["Saved."]);
        let list = browser.opens("/settings").await;
        list.shows(&["Doesn't exist any more: severity SEV-5"]);
        // A rule follows a template that is renamed; its removal is confirmed.
        let editor = "/settings/templates/edit";
        let form = browser
            .opens(&format!("{editor}?name=Executive+summary"))
            .await;
        browser
            .submits(&form, editor, &[("name", "Summary")])
            .await
            .shows(&["Saved."]);
        let delete = "/settings/templates/delete";
        let form = browser.opens(&format!("{editor}?name=Summary")).await;
        let question = browser.submits(&form, delete, &[]).await;
        question.shows(&["The notification rule “Small ones” names template Summary."]);
        let deleted = browser.submits(&question, delete, &[]).await;
        deleted.shows(&[
            "Saved.",
            "Doesn't exist any more: severity SEV-5, template Summary",
        ]);
    });
}

#[test]
fn preview_of_a_settings_file_names_the_rules_that_lose_a_name() {
    scenario_with_pages(async |world, [alice, ..]| {
        set_rules(world, &[rule("Small ones", "SEV-5")]);
        let browser = alice.signs_in().await;
        let form = browser.opens("/settings/import").await;
        let text = "severity_levels = [\"SEV-1\", \"SEV-2\", \"SEV-3\", \"SEV-4\"]\n";
        let preview = browser
            .submits(&form, "/settings/import", &[("text", text)])
            .await;
        preview.shows(&[
            "Nothing is changed yet.",
            "The notification rule “Small ones” names severity SEV-5.",
        ]);
    });
}

#[test]
fn sample_of_a_rule_and_of_a_template_arrives_as_a_direct_message() {
    incident_scenario_with_pages(async |world, _, [alice, ..]| {
        set_rules(world, &[rule("Executives", "SEV-1")]);
        let browser = alice.signs_in().await;
        let page = browser.opens(&format!("{EDIT}?name=Executives")).await;
        // Slack accepts one message per second and channel.
        world.advance(2).await;
        let sent = browser.submits(&page, SAMPLES, &[]).await;
        sent.shows(&["Sent to your direct messages."]);
        let read = alice.reads_direct_messages();
        assert!(
            read[0].starts_with("Sample: [IR-1] Checkout is slow"),
            "{read:?}"
        );
        // The same form again.
        browser.submits(&page, SAMPLES, &[]).await;
        assert_eq!(alice.reads_direct_messages(), [""; 0]);
        let page = browser
            .opens("/settings/templates/edit?name=Executive+summary")
            .await;
        // Slack accepts one message per second and channel.
        world.advance(2).await;
        let sent = browser.submits(&page, SAMPLES, &[]).await;
        sent.shows(&["Sent to your direct messages."]);
        let read = alice.reads_direct_messages();
        assert!(read[0].starts_with("Sample: IR-1 in brief"), "{read:?}");
        world.skips_messages();
    });
}

#[test]
fn rule_that_another_admin_changed_is_not_overwritten() {
    scenario_with_pages(async |world, [alice, ..]| {
        set_rules(world, &[rule("Executives", "SEV-1")]);
        let browser = alice.signs_in().await;
        let form = browser.opens(&format!("{EDIT}?name=Executives")).await;
        world.change_settings(&[("notification_rules", json!([rule("Executives", "SEV-2")]))]);
        let page = browser
            .submits(&form, EDIT, &[("delay_minutes", "5")])
            .await;
        assert_eq!(page.status, 409);
        page.shows(&["Another admin changed or deleted this rule"]);
        browser.opens("/settings").await.shows(&["severity SEV-2"]);
        browser.submits(&page, EDIT, &[]).await.shows(&["Saved."]);
        browser.opens("/settings").await.shows(&["severity SEV-1"]);
    });
}
