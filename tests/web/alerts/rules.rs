//! The pages of alert rules: the list with its buttons, and the form.

use muster_domain::alert::SourceKind;
use muster_sandbox::{AccountKind, Visibility};
use serde_json::{Value, json};

use super::{Sender, intake_scenario_with_pages, request, rows};
use crate::browser::{Browser, OK, Page};
use crate::harness::world::World;

const LIST: &str = "/settings/alert-rules";
const EDIT: &str = "/settings/alert-rules/edit";
const CHANGE: &str = "/settings/alert-rules/change";

/// The names of the rules, in order.
const NAMES: &str = "SELECT value ->> 'name' FROM json_each((SELECT value FROM settings WHERE key = 'alert_rules'))";

/// The fields of a rule that declares incidents.
const CHECKOUT: [(&str, &str); 8] = [
    ("name", "Checkout / 🔥"),
    ("sources", "Alertmanager"),
    (
        "match",
        "severity = critical\r\n\r\nservice=~\"checkout|cart\"",
    ),
    ("action", "declare"),
    ("severity", "SEV-2"),
    ("severities", "fatal = SEV-1"),
    ("title", "{{title}} in {{labels.region}}"),
    ("group_by", "service, region"),
];

/// The fields of a rule that is wrong in many ways.
const WRONG: [(&str, &str); 10] = [
    ("name", "OTHERS"),
    ("match", "severity\r\nservice=~("),
    ("action", "declare"),
    ("channel", "two words"),
    ("hold_minutes", "soon"),
    ("threshold", "0"),
    ("title", "{{name}}"),
    ("severities", "fatal\r\nbad = SEV-77"),
    ("limit", "5000"),
    ("snoozed_until", "some day"),
];

/// The inputs of that rule, and their problems.
const PROBLEMS: [(&str, &str); 10] = [
    ("name", "There's already a rule Others."),
    ("match", "“severity” isn't a test of a label."),
    ("match", "The pattern of service is wrong: unclosed group."),
    ("channel", "The channel must be a name such as #alerts."),
    ("hold_minutes", "“soon” isn't a whole number."),
    ("threshold", "Must be 1 to 1000, not 0."),
    ("title", "There's no variable {{name}}."),
    ("severities", "“fatal” isn't a pair. Write fatal = SEV-1."),
    ("severities", "I don't know the severity “SEV-77”."),
    ("limit", "Must be 1 to 1000, not 5000."),
];

/// A field of the form and its value, the same in a settings file, and its problem.
const WRONG_IN_BOTH: [(&str, &str, &str, &str); 4] = [
    (
        "title",
        "{{x}}",
        "title = \"{{x}}\"",
        "there's no variable {{x}}.",
    ),
    (
        "match",
        "a=~(",
        "match = [\"a=~(\"]",
        "the pattern of a is wrong: unclosed group.",
    ),
    (
        "window_minutes",
        "0",
        "window_minutes = 0",
        "must be 1 to 10080, not 0.",
    ),
    (
        "severity",
        "SEV-7",
        "severity = \"SEV-7\"",
        "there's no severity SEV-7.",
    ),
];

fn set_rules(world: &World, rules: &[Value]) {
    world.change_settings(&[("alert_rules", json!(rules))]);
}

/// Returns the part of the list from a rule on, by its number.
fn row(page: &Page, number: usize) -> Page {
    let start = format!("id=\"rule-{number}\"");
    let (_, html) = page.html.split_once(&start).unwrap();
    Page {
        html: html.to_owned(),
        ..page.clone()
    }
}

async fn saves(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Page {
    let form = browser.opens(path).await;
    browser.submits(&form, EDIT, fields).await
}

#[test]
fn rule_is_added_before_the_one_for_all_alerts_and_described_in_a_sentence() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let mut source = request(SourceKind::Alertmanager);
        source.name = "Alertmanager".to_owned();
        Sender::with_request(world, source).await;
        let browser = alice.signs_in().await;
        for path in ["/settings", "/settings/alert-sources", "/alerts"] {
            let page = browser.opens(path).await;
            assert!(
                page.html.contains("href=\"/settings/alert-rules\""),
                "{path}"
            );
        }
        let list = browser.opens(LIST).await;
        list.shows(&["All alerts → suggest an incident in the announcements channel"]);
        let saved = saves(&browser, EDIT, &CHECKOUT).await;
        assert_eq!(saved.status, OK);
        saved.shows(&[
            "Saved Checkout / 🔥.",
            "Alertmanager alerts with severity = critical and service matching checkout|cart → declare an incident, \
             SEV-2, held 2 min",
        ]);
        assert_eq!(rows(world, NAMES), ["Checkout / 🔥", "All alerts"]);
        let stored = "SELECT value -> 0 FROM settings WHERE key = 'alert_rules'";
        let stored: Value = serde_json::from_str(&rows(world, stored)[0]).unwrap();
        let expected = json!({
            "name": "Checkout / 🔥",
            "sources": ["Alertmanager"],
            "match": ["severity=critical", "service=~checkout|cart"],
            "group_by": ["service", "region"],
            "action": "declare",
            "title": "{{title}} in {{labels.region}}",
            "severity": "SEV-2",
            "severities": { "fatal": "SEV-1" },
        });
        assert_eq!(stored, expected);
    });
}

#[test]
fn copy_comes_after_its_rule_and_a_form_that_is_sent_twice_adds_one_rule() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        saves(&browser, EDIT, &CHECKOUT).await;
        // Saved without a change, and sent twice.
        let edit = format!("{EDIT}?name=Checkout+%2F+%F0%9F%94%A5");
        let form = browser.opens(&edit).await;
        for _ in 0..2 {
            browser.submits(&form, EDIT, &[]).await.shows(&["Saved"]);
        }
        assert_eq!(rows(world, NAMES).len(), 2);
        let copy = format!("{EDIT}?copy=Checkout+%2F+%F0%9F%94%A5");
        saves(&browser, &copy, &[("name", "Second")]).await;
        let last = [("name", "Third"), ("position", "All alerts")];
        saves(&browser, EDIT, &last).await;
        let names = ["Checkout / 🔥", "Second", "All alerts", "Third"];
        assert_eq!(rows(world, NAMES), names);
    });
}

#[test]
fn rules_are_moved_up_and_down() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        set_rules(
            world,
            &[
                json!({ "name": "A" }),
                json!({ "name": "B" }),
                json!({ "name": "C" }),
            ],
        );
        let browser = alice.signs_in().await;
        let list = browser.opens(LIST).await;
        let up = [("action", "up")];
        let moved = browser.submits(&row(&list, 3), CHANGE, &up).await;
        moved.shows(&["Saved C."]);
        assert_eq!(rows(world, NAMES), ["A", "C", "B"]);
        browser
            .submits(&row(&moved, 1), CHANGE, &[("action", "down")])
            .await;
        assert_eq!(rows(world, NAMES), ["C", "A", "B"]);
        // The same form again moves it no further.
        browser
            .submits(&row(&moved, 1), CHANGE, &[("action", "down")])
            .await;
        assert_eq!(rows(world, NAMES), ["C", "A", "B"]);
        let list = browser.opens(LIST).await;
        browser.submits(&row(&list, 1), CHANGE, &up).await;
        assert_eq!(rows(world, NAMES), ["C", "A", "B"]);
    });
}

#[test]
fn rules_are_switched_off_and_deleted() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        set_rules(world, &[json!({ "name": "C" }), json!({ "name": "A" })]);
        let browser = alice.signs_in().await;
        let list = browser.opens(LIST).await;
        let off = browser
            .submits(&row(&list, 2), CHANGE, &[("action", "off")])
            .await;
        row(&off, 2).shows(&["A off All alerts"]);
        let on = browser
            .submits(&row(&off, 2), CHANGE, &[("action", "on")])
            .await;
        row(&on, 2).shows(&["A All alerts"]);
        let deleted = browser
            .submits(&row(&on, 1), CHANGE, &[("action", "delete")])
            .await;
        deleted.shows(&["Deleted C."]);
        assert_eq!(rows(world, NAMES), ["A"]);
    });
}

#[test]
fn snoozed_rule_posts_nothing_until_the_snooze_ends() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        let list = browser.opens(LIST).await;
        let invalid = [("action", "snooze"), ("until", "some day")];
        let rejected = browser.submits(&list, CHANGE, &invalid).await;
        assert_eq!(rejected.status, 422);
        rejected.shows(&["All alerts isn't snoozed. Correct the time."]);
        assert!(
            rejected.html.contains("value=\"some day\""),
            "{}",
            rejected.html
        );
        let snoozed = browser
            .submits(
                &rejected,
                CHANGE,
                &[("action", "snooze"), ("until", "2 hours")],
            )
            .await;
        snoozed.shows(&["Saved All alerts.", "quiet until", "End snooze"]);
        let tool = Sender::new(world, SourceKind::Json).await;
        let stage = "SELECT stage FROM alert_groups ORDER BY id";
        tool.sends("{\"title\":\"a\"}").await;
        assert_eq!(rows(world, stage), ["waiting"]);
        let form = browser.opens(&format!("{EDIT}?name=All+alerts")).await;
        browser
            .submits(&form, EDIT, &[("threshold", "1"), ("limit", "6")])
            .await;
        let until = "SELECT value -> 0 ->> 'snoozed_until' FROM settings WHERE key = 'alert_rules'";
        assert_eq!(rows(world, until).len(), 1, "the form keeps it");
        let list = browser.opens(LIST).await;
        let ended = browser
            .submits(&list, CHANGE, &[("action", "end-snooze")])
            .await;
        assert!(!ended.text().contains("quiet until"));
        tool.sends("{\"title\":\"b\"}").await;
        assert_eq!(rows(world, stage), ["waiting", "suggested"]);
    });
}

#[test]
fn every_mistake_is_shown_at_its_field_and_nothing_is_lost() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        set_rules(world, &[json!({ "name": "Others" })]);
        let browser = alice.signs_in().await;
        let page = saves(&browser, EDIT, &WRONG).await;
        assert_eq!(page.status, 422);
        for (field, problem) in PROBLEMS {
            page.shows(&[problem]);
            let start = format!("id=\"field-{field}\"");
            let (_, rest) = page.html.split_once(&start).unwrap();
            let own = rest.split("id=\"field-").next().unwrap();
            assert!(
                crate::html::text_of(own).contains(problem),
                "{field}: {own}"
            );
        }
        page.shows(&["Hold (minutes): “soon” isn't a whole number."]);
        let entered = crate::html::form_fields(&page.html, EDIT).unwrap();
        for (name, value) in WRONG {
            let value = value.replace("\r\n", "\n");
            assert!(
                entered.contains(&(name.to_owned(), value)),
                "{name}: {entered:?}"
            );
        }
        assert_eq!(rows(world, NAMES), ["Others"]);
    });
}

#[test]
fn form_and_settings_file_reject_the_same_rules() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        let browser = alice.signs_in().await;
        for (key, value, file, problem) in WRONG_IN_BOTH {
            let page = saves(&browser, EDIT, &[("name", "A"), (key, value)]).await;
            assert_eq!(page.status, 422, "{key}");
            assert!(
                page.text().to_lowercase().contains(&problem.to_lowercase()),
                "{key}"
            );
            let form = browser.opens("/settings/import").await;
            let text = format!("alert_rules = [{{ name = \"A\", {file} }}]\n");
            let page = browser
                .submits(&form, "/settings/import", &[("text", &text)])
                .await;
            page.shows(&[problem]);
        }
        assert_eq!(rows(world, NAMES), [""; 0]);
    });
}

#[test]
fn both_versions_are_shown_when_another_admin_changed_the_rule() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        set_rules(world, &[json!({ "name": "A", "threshold": 2 })]);
        let browser = alice.signs_in().await;
        let form = browser.opens(&format!("{EDIT}?name=A")).await;
        set_rules(
            world,
            &[json!({ "name": "A", "threshold": 2, "channel": "#ops", "action": "declare" })],
        );
        let mine = [("channel", "#alerts"), ("limit", "9")];
        let page = browser.submits(&form, EDIT, &mine).await;
        assert_eq!(page.status, 409);
        page.shows(&[
            "Another admin changed this too",
            "Channel of the cards Now #ops Yours #alerts",
            "At most cards and incidents Now 5 Yours 9",
            "Action Now Declare an incident Yours Suggest:",
            "Keep the current one",
        ]);
        browser.submits(&page, EDIT, &[]).await.shows(&[
            "Saved A.",
            "All alerts → suggest an incident in #alerts, from 2 alerts on",
        ]);
    });
}

#[test]
fn button_of_an_old_list_and_form_of_a_deleted_rule_change_nothing() {
    intake_scenario_with_pages(async |world, [alice, ..]| {
        set_rules(world, &[json!({ "name": "A", "threshold": 2 })]);
        let browser = alice.signs_in().await;
        let list = browser.opens(LIST).await;
        set_rules(
            world,
            &[json!({ "name": "A", "threshold": 2, "action": "declare" })],
        );
        let off = browser.submits(&list, CHANGE, &[("action", "off")]).await;
        assert_eq!(off.status, 409);
        off.shows(&[
            "Another admin changed A",
            "Before All alerts → suggest an incident in the announcements channel, from 2 alerts on",
            "Now All alerts → declare an incident, held 2 min, from 2 alerts on",
        ]);
        let form = browser.opens(&format!("{EDIT}?name=A")).await;
        set_rules(world, &[]);
        let page = browser.submits(&form, EDIT, &[("limit", "8")]).await;
        assert_eq!(page.status, 409);
        page.shows(&["Another admin renamed or deleted this rule"]);
        browser.submits(&page, EDIT, &[]).await.shows(&["Saved A."]);
        assert_eq!(rows(world, NAMES), ["A"]);
        let unknown = browser.opens(&format!("{EDIT}?name=B")).await;
        assert_eq!(unknown.status, 404);
    });
}

#[test]
fn members_read_rules_only_admins_change_them_and_guests_see_none() {
    intake_scenario_with_pages(async |world, [_, bob, _]| {
        set_rules(world, &[json!({ "name": "A", "severity": "SEV-5" })]);
        let levels = json!(["SEV-1", "SEV-2", "SEV-3", "SEV-4"]);
        world.change_settings(&[("severity_levels", levels)]);
        let member = bob.signs_in().await;
        let page = member.opens(LIST).await;
        page.shows(&[
            "Workspace admins change the rules.",
            "A All alerts → suggest an incident",
            "Doesn't exist any more: severity SEV-5",
        ]);
        page.hides(&["<form", EDIT]);
        assert_eq!(member.opens(EDIT).await.status, 403);
        for path in [EDIT, CHANGE] {
            assert_eq!(member.posts(path, &[]).await.status, 403, "{path}");
        }
        let slack = &world.slack;
        slack.add_user("gus", "Gus Guest", "Europe/Paris", AccountKind::Guest);
        slack.add_channel("partners", Visibility::Public, &["gus"]);
        let guest = world.user("gus").signs_in_from("#partners").await;
        guest.opens("/alerts").await.hides(&[LIST]);
        assert_eq!(guest.opens(LIST).await.status, 403);
    });
}
