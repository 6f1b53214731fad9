//! Snapshot tests: compares each modal and the app manifest with the files in `fixtures/`.
//!
//! `UPDATE_FIXTURES=1` writes the files. Review the diff afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use muster_commands::declare::{self, Draft};
use muster_commands::incident_picker;
use muster_commands::incident_picker::PickerLabels;
use muster_commands::link;
use muster_commands::manifest::{ManifestOptions, manifest};
use muster_commands::modal::{PrivateMetadata, with_metadata};
use muster_commands::postmortem_modal::{self, EditDefaults, ExportAudience, GenerateDefaults};
use muster_commands::resolve::{self, ResolveDefaults};
use muster_commands::responders::{self, RoleField, RoleLimit};
use muster_commands::settings::{self, RoleText};
use muster_commands::status_update::{self, StatusUpdateDefaults};
use muster_commands::task_modal;
use muster_commands::task_modal::TimeZoneSource;
use muster_commands::update::{self, UpdateDefaults};
use muster_commands::{impact, note, severity_modal, slash};
use muster_domain::postmortem::{ExportTarget, PostmortemStatus};
use muster_domain::{
    AddMessage, DetectionMethod, IncidentId, IncidentKind, LinkKind, MessageAuthor, Severity,
    SeverityScale, Status, Task, TaskKind,
};
use serde_json::Value;
use slack_morphism::prelude::*;

#[test]
fn declare_modal_matches_its_snapshot() {
    let draft = Draft {
        title: "Checkout is slow".to_owned(),
        commander: "U0ALICE0001".into(),
        kind: IncidentKind::Real,
        prefill: declare::Prefill::default(),
    };
    assert_snapshot(
        "modals/declare.json",
        &view_json(declare::modal(
            &draft,
            &SeverityScale::default(),
            "/datadog",
        )),
    );
}

#[test]
fn test_incident_modal_matches_its_snapshot() {
    let draft = Draft {
        title: "It is only me".to_owned(),
        commander: "U0ALICE0001".into(),
        kind: IncidentKind::Test,
        prefill: declare::Prefill::default(),
    };
    assert_snapshot(
        "modals/test_incident.json",
        &view_json(declare::modal(
            &draft,
            &SeverityScale::default(),
            "/datadog",
        )),
    );
}

#[test]
fn status_update_modal_matches_its_snapshot() {
    let defaults = StatusUpdateDefaults {
        incident: IncidentId(7),
        status: Status::Active,
        interval: Some(30),
    };
    assert_snapshot(
        "modals/status_update.json",
        &view_json(status_update::modal(&defaults)),
    );
}

#[test]
fn update_modal_matches_its_snapshot() {
    let defaults = UpdateDefaults {
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
    let form = update::modal(&defaults, &SeverityScale::default(), &Status::DEFAULTS);
    assert_snapshot("modals/update.json", &view_json(form));
}

#[test]
fn resolve_modal_matches_its_snapshot() {
    let task = Task {
        number: 3,
        kind: TaskKind::Task,
        description: "Roll back the release".to_owned(),
        assignees: vec!["U0BOB000001".into()],
        due_at: None,
        done_at: None,
        handles: Vec::new(),
    };
    let defaults = ResolveDefaults {
        what_fixed_it: String::new(),
        incident: IncidentId(7),
        severity: Severity::Unknown,
        root_cause: String::new(),
        impact_since: Some("2026-11-23 13:50".to_owned()),
        open_tasks: vec![task],
    };
    let form = resolve::modal(&defaults, &SeverityScale::default());
    assert_snapshot("modals/resolve.json", &view_json(form));
}

#[test]
fn severity_modal_matches_its_snapshot() {
    let scale = SeverityScale::default();
    let form = severity_modal::modal(IncidentId(7), Severity::Sev2, &scale);
    assert_snapshot("modals/severity.json", &view_json(form));
}

#[test]
fn link_modals_match_their_snapshots() {
    for (kind, present) in [
        (LinkKind::Document, None),
        (LinkKind::Chat, None),
        (LinkKind::Call, Some("https://zoom.us/j/1?pwd=a&b=c")),
    ] {
        let form = link::modal(IncidentId(7), kind, present);
        assert_snapshot(
            &format!("modals/{}.json", link::callback_id(kind)),
            &view_json(form),
        );
    }
}

#[test]
fn postmortem_modals_match_their_snapshots() {
    let generate = GenerateDefaults {
        incident: IncidentId(7),
        templates: vec!["Postmortem".to_owned(), "Short".to_owned()],
        timeline: None,
        important_count: 3,
        entry_count: 15,
        owner: "U0ALICE0001".into(),
        remark: "Written elsewhere already? Attach it: /datadog postmortem IR-7 https://…"
            .to_owned(),
    };
    let form = postmortem_modal::generate_modal(&generate);
    assert_snapshot("modals/postmortem.json", &view_json(form));
    let edit = EditDefaults {
        incident: IncidentId(7),
        owner: "U0ALICE0001".into(),
        status: PostmortemStatus::Draft,
        exports: vec![
            (ExportTarget::Canvas, ExportAudience::SameAsIncident),
            (ExportTarget::Confluence, ExportAudience::Wider),
        ],
        page_url: Some("https://muster.example.com/incidents/7/postmortem".to_owned()),
        remarks: vec!["Slack canvas: exported.".to_owned()],
    };
    let form = postmortem_modal::edit_modal(&edit);
    assert_snapshot("modals/edit_postmortem.json", &view_json(form));
}

#[test]
fn task_modals_match_their_snapshots() {
    let edit = task_modal::TaskDefaults {
        number: Some(3),
        description: "Roll back the release".to_owned(),
        assignees: vec!["U0ALICE0001".into(), "U0BOB000001".into()],
        due: "2026-11-24 17:00".to_owned(),
        ..task_modal::TaskDefaults::new(IncidentId(7), TaskKind::Task, TimeZoneSource::User)
    };
    let new = task_modal::TaskDefaults::new(IncidentId(7), TaskKind::FollowUp, TimeZoneSource::Utc);
    for (name, defaults) in [("edit_task", edit), ("follow_up", new)] {
        let form = task_modal::modal(&defaults);
        assert_snapshot(&format!("modals/{name}.json"), &view_json(form));
    }
}

#[test]
fn responders_modal_matches_its_snapshot() {
    let role = |name: &str, limit, users: &[&str]| RoleField {
        name: name.to_owned(),
        limit,
        description: "You keep customers and colleagues up to date.".to_owned(),
        users: users.iter().map(|id| (*id).into()).collect(),
    };
    let form = responders::modal(&responders::RespondersDefaults {
        incident: IncidentId(7),
        commander: "U0ALICE0001".into(),
        roles: vec![
            role("Communications Lead", RoleLimit::One, &["U0BOB000001"]),
            role("Scribe", RoleLimit::One, &[]),
            role("Fixer", RoleLimit::Several, &["U0BOB000001", "U0CHIOMA001"]),
        ],
        responders: vec!["U0DAN000001".into()],
    });
    assert_snapshot("modals/responders.json", &view_json(form));
}

#[test]
fn impact_modal_matches_its_snapshot() {
    let defaults = impact::ImpactDefaults {
        number: Some(2),
        started: "2026-11-23 13:50".to_owned(),
        ended: "2026-11-23 14:20".to_owned(),
        description: "Carts time out.".to_owned(),
        ..impact::ImpactDefaults::new(IncidentId(7))
    };
    assert_snapshot("modals/impact.json", &view_json(impact::modal(&defaults)));
}

#[test]
fn note_modal_matches_its_snapshot() {
    let form = note::modal(IncidentId(7), "now");
    assert_snapshot("modals/note.json", &view_json(form));
}

#[test]
fn edit_entry_modal_matches_its_snapshot() {
    let defaults = note::NoteDefaults {
        label: "Note",
        incident: IncidentId(7),
        entry: 41,
        happened_at: "2026-11-23 14:05".to_owned(),
        text: Some("I found the host causing the issue.".to_owned()),
    };
    let form = note::edit_modal(&defaults);
    assert_snapshot("modals/edit_timeline_entry.json", &view_json(form));
}

#[test]
fn incident_picker_matches_its_snapshot() {
    let command = "task Roll back <@U0BOB000001|bob>";
    let private_metadata = PrivateMetadata {
        command: Some(command.to_owned()),
        ..PrivateMetadata::default()
    };
    let question = PickerLabels::for_command(&slash::parse(command)).unwrap();
    let form = question.modal("You typed: /datadog task Roll back @bob", &private_metadata);
    assert_snapshot("modals/incident_picker.json", &view_json(form));
}

#[test]
fn add_to_incident_modal_matches_its_snapshot() {
    let message = AddMessage {
        channel: "C0RANDOM001".into(),
        ts: "1795447205.830222".into(),
        thread_ts: None,
        author: MessageAuthor {
            id: Some("U0BOB000001".into()),
            name: None,
        },
        text: "I am working on a fix.".to_owned(),
        permalink: None,
        edited_ts: None,
        files: Vec::new(),
    };
    let private_metadata = PrivateMetadata {
        channel: Some("C0RANDOM001".into()),
        message: Some(message.into()),
        ..PrivateMetadata::default()
    };
    let form = with_metadata(incident_picker::add_to_incident_modal(), &private_metadata);
    assert_snapshot("modals/add_to_incident.json", &view_json(form));
}

#[test]
fn settings_modal_matches_its_snapshot() {
    let defaults = settings::SettingsDefaults {
        levels: vec![Severity::Sev1, Severity::Sev2],
        has_unknown: true,
        labels: vec![
            (Severity::Sev1, "Critical".to_owned()),
            (Severity::Sev2, "High".to_owned()),
        ],
        descriptions: vec![(Severity::Sev1, "Customers cannot pay.".to_owned())],
        has_completed: false,
        roles: vec![RoleText {
            name: "Scribe".to_owned(),
            capacity: "one",
            description: "Writes down what happens.".to_owned(),
            incident_type: None,
        }],
        channel_name: "incident-{{public_id}}-{{title}}".to_owned(),
        announced: vec!["severity".to_owned(), "status".to_owned()],
        reminder_minutes: vec![(Severity::Sev1, 30)],
        unknown_reminder_minutes: 60,
        archive_after_days: 7,
        may_guests_declare: true,
    };
    let form = settings::modal(&defaults);
    assert_snapshot("modals/settings.json", &view_json(form));
}

#[test]
fn app_manifest_matches_its_snapshot() {
    assert_snapshot("manifest.json", &manifest(&ManifestOptions::default()));
}

fn view_json(form: SlackModalView) -> Value {
    serde_json::to_value(SlackView::Modal(form)).unwrap()
}

/// Compares a value with a file in `fixtures/`, or writes the file.
fn assert_snapshot(file: &str, rendered: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures")
        .join(file);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = serde_json::to_string_pretty(rendered).unwrap();
        std::fs::write(&path, text + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).expect("UPDATE_FIXTURES=1 creates the snapshot");
    let expected: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(rendered, &expected, "{file} differs from the snapshot");
}
