//! Tests of importing an incident.

use chrono::Duration;

use super::*;
use crate::schedule::ScheduleKind;
use crate::testing::{alice_at, context, incident};
use crate::text::{RichText, activity_text, rich};
use crate::{
    AddLink, DeliveryKind, LinkKind, Severity, Source, TaskKind, Update, Viewer, consequences,
};

/// Returns a time in minutes after the declaration.
fn minute(minutes: i64) -> Timestamp {
    incident("").declared_at.plus(Duration::minutes(minutes))
}

fn importer() -> Actor {
    Actor::with_source(UserId::from("U0CHIOMA001"), minute(10_000), Source::Api)
}

fn bob() -> UserId {
    UserId::from("U0BOB000001")
}

/// Returns an incident that Alice declared, that Bob led and that was resolved after two hours.
fn resolved() -> ImportIncident {
    let impact = AddImpact {
        description: "Carts time out".to_owned(),
        started_at: minute(-15),
        ended_at: Some(minute(90)),
    };
    let task = ImportTask {
        kind: TaskKind::FollowUp,
        description: "Add an alert".to_owned(),
        assignees: vec![bob(), bob()],
        due_at: Some(minute(300)),
        done_at: None,
        added_at: minute(100),
    };
    let document = ImportDocument {
        link: AddLink::new(LinkKind::Document, "https://wiki.example.com/7", "Runbook"),
        added_at: minute(20),
    };
    let note = ImportNote {
        text: "Rolled back".to_owned(),
        at: minute(80),
        author: Some(bob()),
    };
    ImportIncident {
        severity: Severity::Sev2,
        status: Status::Resolved,
        resolved_at: Some(minute(120)),
        detected_at: Some(minute(-5)),
        declared_by: Some(UserId::from("U0ALICE0001")),
        commander: Some(bob()),
        impacts: vec![impact],
        tasks: vec![task],
        documents: vec![document],
        notes: vec![note],
        ..ImportIncident::new(ImportSource::Datadog, "Checkout is slow", minute(0))
    }
}

/// Imports an incident and derives the consequences, as the store does.
fn import(request: ImportIncident) -> Change {
    let actor = importer();
    let mut change = Incident::import(IncidentId(7), request, &actor).unwrap();
    consequences::derive(None, &mut change, &context(actor.at));
    change
}

fn rejection(request: ImportIncident) -> String {
    let decision = Incident::import(IncidentId(7), request, &importer());
    decision.unwrap_err().0
}

#[test]
fn imported_incident_has_its_own_times_and_users() {
    let change = import(resolved());
    let incident = &change.incident;
    assert_eq!(incident.declared_at, minute(0));
    assert_eq!(incident.detected_at, minute(-5));
    assert_eq!(incident.resolved_at, Some(minute(120)));
    assert_eq!(incident.imported_at, Some(importer().at));
    assert_eq!(incident.commander, Some(bob()));
    let responders: Vec<_> = incident.responder_ids().map(UserId::as_str).collect();
    assert_eq!(responders, ["U0ALICE0001", "U0BOB000001"]);
    assert_eq!(incident.task(1).unwrap().assignees, [bob()]);
    assert_eq!(incident.customer_impact, CustomerImpact::Yes);
    let times: Vec<_> = change.entries.iter().map(|it| it.happened_at).collect();
    let expected = [0, -15, 100, 20, 80, 120].map(minute);
    assert_eq!(times, expected);
    for entry in &change.entries {
        assert_eq!(entry.recorded_at, importer().at);
        assert_eq!(entry.recorded_by, importer().user);
        assert_eq!(entry.source, Source::Api);
    }
    let text = |entry: &TimelineEntry| -> RichText { activity_text(&entry.activity()).remove(0) };
    let alice = &UserId::from("U0ALICE0001");
    assert_eq!(
        text(&change.entries[0]),
        rich![
            alice,
            " declared this incident. It was imported from Datadog."
        ]
    );
    let anonymous = ImportIncident {
        declared_by: None,
        source: ImportSource::Api,
        ..resolved()
    };
    let first = &import(anonymous).entries[0];
    assert_eq!(
        text(first),
        rich!["This incident was imported through the API."]
    );
}

#[test]
fn import_notifies_and_reminds_no_user() {
    for status in Status::ALL {
        let resolved_at = Some(minute(120)).filter(|_| !status.is_open());
        let change = import(ImportIncident {
            status,
            resolved_at,
            ..resolved()
        });
        assert_eq!(change.deliveries, []);
        assert_eq!(change.schedule, []);
        assert_eq!(change.notifications, []);
        let incident = &change.incident;
        assert_eq!(incident.channel_state, ChannelState::Failed);
        assert!(!incident.is_announced());
        for kind in ScheduleKind::WITH_INTERVAL {
            assert!(!kind.is_needed(incident), "{kind:?}");
            assert!(kind.is_consistent(None, incident, context(minute(0)).settings));
        }
    }
}

#[test]
fn later_change_of_an_old_import_announces_nothing() {
    let imported = import(resolved()).incident;
    let request = Update {
        root_cause: Some("A lock".to_owned()),
        ..Update::default()
    };
    let actor = alice_at(importer().at);
    let ctx = context(actor.at);
    let mut change = imported.update(request, &actor, &ctx).unwrap();
    consequences::derive(Some(&imported), &mut change, &ctx);
    assert_eq!((change.deliveries, change.schedule), (vec![], vec![]));
}

#[test]
fn reopened_import_gets_its_first_channel() {
    let imported = import(resolved()).incident;
    let request = Update {
        status: Some(Status::Active),
        ..Update::default()
    };
    let actor = alice_at(importer().at);
    let change = imported
        .update(request, &actor, &context(actor.at))
        .unwrap();
    assert_eq!(change.incident.channel_state, ChannelState::Pending);
    assert_eq!(change.deliveries[0].kind(), DeliveryKind::CreateChannel);
}

#[test]
fn importer_sees_a_private_incident() {
    let private = ImportIncident {
        visibility: Visibility::Private,
        ..resolved()
    };
    let incident = import(private).incident;
    let user = importer().user.unwrap();
    assert!(incident.is_visible_to(&Viewer::user(&user)));
    let other = UserId::from("U0DAVID0001");
    assert!(!incident.is_visible_to(&Viewer::user(&other)));
    assert!(
        !import(resolved())
            .incident
            .responder_ids()
            .any(|it| *it == user)
    );
}

#[test]
fn contradictory_times_are_rejected() {
    let base = resolved;
    let open = ImportIncident {
        status: Status::Stable,
        ..base()
    };
    assert!(rejection(open).starts_with("The incident is STABLE, so it can't have"));
    let early = ImportIncident {
        resolved_at: Some(minute(-1)),
        ..base()
    };
    assert_eq!(
        rejection(early),
        "An incident can't be resolved before it was declared."
    );
    let future = ImportIncident {
        resolved_at: Some(minute(10_001)),
        ..base()
    };
    assert!(rejection(future).ends_with("in the future."));
    let mut ongoing = base();
    ongoing.impacts[0].ended_at = None;
    assert!(rejection(ongoing).starts_with("Only one impact of an open incident"));
    let blank = ImportIncident {
        title: " ".to_owned(),
        ..base()
    };
    assert_eq!(rejection(blank), "An incident needs a title.");
}

#[test]
fn long_title_is_truncated_and_complete_in_a_note() {
    let title = "a".repeat(LONGEST_TITLE + 1);
    let change = import(ImportIncident {
        title: title.clone(),
        notes: Vec::new(),
        ..resolved()
    });
    assert!(change.incident.title.ends_with('…'));
    let note = TimelineEvent::Note {
        text: format!("The full title: {title}"),
    };
    assert!(change.entries.iter().any(|entry| entry.event == note));
    let title = "a".repeat(LONGEST_IMPORTED_TITLE + 1);
    let request = ImportIncident {
        title,
        ..resolved()
    };
    assert!(rejection(request).contains("1024 is the most"));
}

#[test]
fn unknown_time_of_resolution_is_that_of_the_declaration() {
    let request = ImportIncident {
        resolved_at: None,
        ..resolved()
    };
    let incident = import(request).incident;
    assert_eq!(incident.resolved_at, Some(minute(0)));
}
