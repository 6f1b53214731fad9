//! What people see, against the files in `fixtures/`: each form, and the app manifest.
//!
//! `UPDATE_FIXTURES=1` writes the files anew; the difference is then reviewed.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use muster_commands::add_to_incident::{AddMessage, Author};
use muster_commands::declare::{self, Draft};
use muster_commands::form::{Carried, carrying};
use muster_commands::link::{self, LinkKind};
use muster_commands::manifest::{ManifestOptions, manifest};
use muster_commands::responders::{self, FilledRole, Seats};
use muster_commands::settings::{self, RoleLine, Use};
use muster_commands::task::TaskKind;
use muster_commands::task_form::{self, Clock};
use muster_commands::test_incident::Nature;
use muster_commands::update::{self, Standing};
use muster_commands::which_incident::{self, Question};
use muster_commands::{DetectionMethod, IncidentId, Scale, Severity, Status, impact, note, slash};
use serde_json::Value;
use slack_morphism::prelude::*;

#[test]
fn the_form_to_declare() {
    let draft = Draft {
        title: "Checkout is slow".to_owned(),
        commander: "U0ALICE0001".into(),
        nature: Nature::Real,
    };
    looks_as(
        "forms/declare.json",
        &json_of(declare::form(&draft, &Scale::default())),
    );
}

#[test]
fn the_form_to_declare_a_test() {
    let draft = Draft {
        title: "It is only me".to_owned(),
        commander: "U0ALICE0001".into(),
        nature: Nature::Test,
    };
    looks_as(
        "forms/test_incident.json",
        &json_of(declare::form(&draft, &Scale::default())),
    );
}

#[test]
fn the_form_to_update() {
    let standing = Standing {
        incident: IncidentId(7),
        title: "Checkout is slow".to_owned(),
        severity: Severity::Sev2,
        status: Status::Active,
        detection_method: DetectionMethod::Monitor,
        summary: "Carts time out since 14:05.".to_owned(),
        root_cause: String::new(),
        commander: "U0ALICE0001".into(),
        impact_since: Some("2026-11-23 13:50".to_owned()),
    };
    let form = update::form(&standing, &Scale::default(), &Status::PRESET);
    looks_as("forms/update.json", &json_of(form));
    let form = update::resolve_form(&standing, &Scale::default(), &Status::PRESET);
    looks_as("forms/resolve.json", &json_of(form));
}

#[test]
fn the_forms_for_links() {
    for (kind, present) in [
        (LinkKind::Document, None),
        (LinkKind::Chat, None),
        (LinkKind::Call, Some("https://zoom.us/j/1?pwd=a&b=c")),
    ] {
        let form = link::form(IncidentId(7), kind, present);
        looks_as(&format!("forms/{}.json", kind.form()), &json_of(form));
    }
}

#[test]
fn the_forms_of_tasks() {
    let edit = task_form::Standing {
        number: Some(3),
        description: "Roll back the release".to_owned(),
        assignees: vec!["U0ALICE0001".into(), "U0BOB000001".into()],
        due: "2026-11-24 17:00".to_owned(),
        ..task_form::Standing::new(IncidentId(7), TaskKind::Task, Clock::Own)
    };
    let new = task_form::Standing::new(IncidentId(7), TaskKind::FollowUp, Clock::Utc);
    for (name, standing) in [("edit_task", edit), ("follow_up", new)] {
        let form = task_form::form(&standing);
        looks_as(&format!("forms/{name}.json"), &json_of(form));
    }
}

#[test]
fn the_form_of_responders() {
    let role = |name: &str, seats, people: &[&str]| FilledRole {
        name: name.to_owned(),
        seats,
        description: "Tells customers and colleagues how things stand.".to_owned(),
        people: people.iter().map(|id| (*id).into()).collect(),
    };
    let form = responders::form(&responders::Standing {
        incident: IncidentId(7),
        commander: "U0ALICE0001".into(),
        roles: vec![
            role("Communications Lead", Seats::One, &["U0BOB000001"]),
            role("Scribe", Seats::One, &[]),
            role("Fixer", Seats::Several, &["U0BOB000001", "U0CHIOMA001"]),
        ],
        responders: vec!["U0DAN000001".into()],
    });
    looks_as("forms/responders.json", &json_of(form));
}

#[test]
fn the_form_of_an_impact() {
    let standing = impact::Standing {
        number: Some(2),
        started: "2026-11-23 13:50".to_owned(),
        ended: "2026-11-23 14:20".to_owned(),
        description: "Carts time out.".to_owned(),
        ..impact::Standing::new(IncidentId(7))
    };
    looks_as("forms/impact.json", &json_of(impact::form(&standing)));
}

#[test]
fn the_form_of_a_note() {
    let form = note::form(IncidentId(7), "now");
    looks_as("forms/note.json", &json_of(form));
}

#[test]
fn the_form_of_an_entry() {
    let standing = note::Standing {
        incident: IncidentId(7),
        entry: 41,
        happened: "2026-11-23 14:05".to_owned(),
        note: Some("I found the host causing the issue.".to_owned()),
        response_url: None,
    };
    let form = note::edit_form(&standing);
    looks_as("forms/edit_entry.json", &json_of(form));
}

#[test]
fn the_form_that_asks_which_incident() {
    let typed = "task Roll back <@U0BOB000001|bob>";
    let carried = Carried {
        typed: Some(typed.to_owned()),
        ..Carried::default()
    };
    let question = Question::of(&slash::read(typed)).unwrap();
    let form = question.form("You typed: /datadog task Roll back @bob", &carried);
    looks_as("forms/which_incident.json", &json_of(form));
}

#[test]
fn the_form_that_adds_a_message() {
    let message = AddMessage {
        channel: "C0RANDOM001".into(),
        ts: "1795447205.830222".into(),
        thread_ts: None,
        author: Author {
            id: Some("U0BOB000001".into()),
            name: None,
        },
        text: "I am working on a fix.".to_owned(),
        permalink: None,
        edited: None,
        files: Vec::new(),
    };
    let carried = Carried {
        channel: Some("C0RANDOM001".into()),
        message: Some(message.into()),
        ..Carried::default()
    };
    let form = carrying(which_incident::form_to_add(), &carried);
    looks_as("forms/add_to_incident.json", &json_of(form));
}

#[test]
fn the_form_of_settings() {
    let standing = settings::Standing {
        levels: vec![Severity::Sev1, Severity::Sev2],
        unknown: Use::Yes,
        labels: vec![
            (Severity::Sev1, "Critical".to_owned()),
            (Severity::Sev2, "High".to_owned()),
        ],
        descriptions: vec![(Severity::Sev1, "Customers cannot pay.".to_owned())],
        completed: Use::No,
        roles: vec![RoleLine {
            name: "Scribe".to_owned(),
            people: "one",
            description: "Writes down what happens.".to_owned(),
        }],
        channel_name: "incident-{{public_id}}-{{title}}".to_owned(),
        announced: vec!["declared".to_owned(), "status".to_owned()],
        reminders: vec![(Severity::Sev1, 30)],
        unknown_after: 60,
        archive_after_days: 7,
        guests: Use::Yes,
    };
    let form = settings::form(&standing);
    looks_as("forms/settings.json", &json_of(form));
}

#[test]
fn the_app_manifest() {
    looks_as("manifest.json", &manifest(&ManifestOptions::default()));
}

fn json_of(form: SlackModalView) -> Value {
    serde_json::to_value(SlackView::Modal(form)).unwrap()
}

/// Compares with a file of `fixtures/`, or writes it.
fn looks_as(file: &str, shown: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures")
        .join(file);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = serde_json::to_string_pretty(shown).unwrap();
        std::fs::write(&path, text + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).expect("UPDATE_FIXTURES=1 makes a missing fixture");
    let expected: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(shown, &expected, "{file} looks different now");
}
