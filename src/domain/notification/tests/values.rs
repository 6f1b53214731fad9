//! Tests of the values of variables.

use super::{Fixture, minutes};
use crate::notification::TEMPLATE_VARIABLES;
use crate::{
    FieldDefinition, FieldKind, FieldValue, Impact, IncidentKind, Responder, Status, StatusUpdate,
    Task, TaskKind, UserId,
};

/// Returns IR-7 with a value for every variable.
fn resolved_incident() -> Fixture {
    let mut fixture = Fixture::new("Checkout is slow");
    let incident = &mut fixture.incident;
    incident.summary = "The disk was full.".to_owned();
    incident.root_cause = "Logs.".to_owned();
    incident.status = Status::Resolved;
    incident.resolved_at = Some(minutes(8));
    incident.call_url = Some("https://acme.zoom.us/j/123?pwd=s3cret".to_owned());
    let alice = UserId::from("U0ALICE0001");
    incident.last_update = Some(StatusUpdate {
        text: "Rolled back.".to_owned(),
        author: Some(alice.clone()),
        at: minutes(2),
        next_update_at: Some(minutes(32)),
    });
    incident.impacts = vec![Impact {
        number: 1,
        description: "Orders fail".to_owned(),
        started_at: minutes(0),
        ended_at: Some(minutes(5)),
    }];
    incident.tasks = vec![Task {
        number: 1,
        kind: TaskKind::FollowUp,
        description: "Add an alert".to_owned(),
        assignees: vec![alice],
        handles: Vec::new(),
        due_at: Some(minutes(60)),
        done_at: None,
    }];
    let services = vec!["checkout".to_owned(), "search".to_owned()];
    let fields = &mut incident.fields;
    fields.insert("services".to_owned(), FieldValue::MultiSelect(services));
    fields.insert(
        "teams".to_owned(),
        FieldValue::SingleSelect("payments".to_owned()),
    );
    fixture.changes = vec!["Status → RESOLVED".to_owned()];
    fixture
}

/// The variables of a resolved incident, and their values in a subject.
const VALUES: [(&str, &str); 41] = [
    ("id", "IR-7"),
    ("title", "Checkout is slow"),
    ("url", "https://muster.example.com/incidents/7"),
    ("severity", "UNKNOWN"),
    ("status", "RESOLVED"),
    ("summary", "The disk was full."),
    ("root_cause", "Logs."),
    ("changes", "Status → RESOLVED"),
    ("update", "Rolled back."),
    ("next_update", "—"),
    ("created", "Mon 23 Nov 16:20 CET"),
    ("detected", "Mon 23 Nov 16:20 CET"),
    ("resolved", "Mon 23 Nov 16:28 CET"),
    ("time_to_resolve", "8 min"),
    ("commander", "Alice"),
    ("commander_name", "Alice"),
    ("commander_handle", "alice"),
    ("commander_email", "alice@example.com"),
    ("created_by_name", "Alice"),
    ("created_by_handle", "alice"),
    ("created_by_email", "alice@example.com"),
    ("responders_summary", "Alice"),
    ("responders_full_list", "Alice"),
    ("customer_impacted", "True"),
    (
        "customer_impact",
        "Orders fail (Mon 23 Nov 16:20 CET to Mon 23 Nov 16:25 CET, 5 min)",
    ),
    ("scope_of_impact", "Orders fail"),
    ("customer_impact_start", "Mon 23 Nov 16:20 CET"),
    ("customer_impact_end", "Mon 23 Nov 16:25 CET"),
    ("customer_impact_duration", "5 min"),
    ("services", "checkout, search"),
    ("teams", "payments"),
    (
        "open_tasks",
        "Follow-up 1: Add an alert (Alice, due Mon 23 Nov 17:20 CET)",
    ),
    ("slack_channel_name", "incident-7"),
    (
        "slack_channel_url",
        "https://slack.com/app_redirect?channel=C0INCIDENT7",
    ),
    ("slack_channel_link", "#incident-7"),
    ("slack_channel_id", "C0INCIDENT7"),
    ("call_url", "https://acme.zoom.us/j/123?pwd=s3cret"),
    ("zoom_id", "123"),
    ("zoom_join_url", "https://acme.zoom.us/j/123?pwd=s3cret"),
    ("zoom_password", "s3cret"),
    ("zoom_link", "Zoom Meeting 123"),
];

#[test]
fn every_variable_has_its_value() {
    let fixture = resolved_incident();
    let names: Vec<_> = VALUES
        .iter()
        .map(|(name, _)| format!("incident.{name}"))
        .collect();
    let known: Vec<_> = TEMPLATE_VARIABLES
        .iter()
        .map(|it| it.name.to_owned())
        .collect();
    assert_eq!(names, known);
    for (name, value) in VALUES {
        assert_eq!(
            fixture.subject(&format!("{{{{incident.{name}}}}}")),
            value,
            "{name}"
        );
    }
}

#[test]
fn ongoing_impact_has_no_end_and_counts_until_now() {
    let mut fixture = resolved_incident();
    fixture.incident.impacts.push(Impact {
        number: 2,
        description: String::new(),
        started_at: minutes(6),
        ended_at: None,
    });
    fixture.incident.status = Status::Active;
    for (name, value) in [
        ("customer_impact_end", "—"),
        ("customer_impact_duration", "10 min"),
        ("scope_of_impact", "Orders fail"),
        ("next_update", "Mon 23 Nov 16:52 CET"),
    ] {
        assert_eq!(fixture.subject(&format!("{{{{incident.{name}}}}}")), value);
    }
    let impacts = fixture.body("{{incident.customer_impact}}");
    assert!(
        impacts.ends_with("\n* Customers affected (since Mon 23 Nov 16:26 CET, 4 min so far)"),
        "{impacts}"
    );
}

#[test]
fn commander_is_named_by_what_is_known() {
    let mut fixture = Fixture::new("Checkout");
    let commander =
        |fixture: &Fixture| fixture.subject("{{incident.commander}} {{incident.commander_name}}");
    let alice = UserId::from("U0ALICE0001");
    fixture.contacts.get_mut(&alice).unwrap().name.clear();
    assert_eq!(commander(&fixture), "alice@example.com —");
    fixture
        .contacts
        .get_mut(&alice)
        .unwrap()
        .mail_address
        .clear();
    assert_eq!(commander(&fixture), "alice —");
    fixture.contacts.clear();
    assert_eq!(commander(&fixture), "U0ALICE0001 —");
}

#[test]
fn many_responders_are_summarized() {
    let mut fixture = Fixture::new("Checkout");
    fixture.incident.responders = (1..8)
        .map(|number| Responder {
            user: UserId(format!("U{number}")),
            joined_at: minutes(0),
            last_active_at: None,
        })
        .collect();
    assert_eq!(
        fixture.subject("{{incident.responders_summary}}"),
        "U1, U2, U3, U4, U5 and 2 more"
    );
    assert_eq!(
        fixture.subject("{{incident.responders_full_list}}"),
        "U1, U2, U3, U4, U5, U6, U7"
    );
}

#[test]
fn custom_field_is_a_variable_and_a_test_is_marked() {
    let mut fixture = Fixture::new("Checkout");
    fixture.incident.kind = IncidentKind::Test;
    let since = FieldDefinition::new("broken_since", FieldKind::Datetime);
    fixture.settings.fields.push(since);
    let template = "{{incident.title}}: {{incident.broken_since}}";
    assert_eq!(fixture.subject(template), "TEST · Checkout: —");
    let value = FieldValue::Datetime(minutes(1));
    fixture
        .incident
        .fields
        .insert("broken_since".to_owned(), value);
    assert_eq!(
        fixture.subject(template),
        "TEST · Checkout: Mon 23 Nov 16:21 CET"
    );
    let variables = fixture.settings.template_variables();
    let last = (
        "incident.broken_since".to_owned(),
        "Broken since".to_owned(),
    );
    assert_eq!(variables.last(), Some(&last));
    // A field that was removed since has no value, and a field never hides another variable.
    fixture.settings.fields = vec![FieldDefinition::new("url", FieldKind::Text)];
    assert_eq!(fixture.subject(template), "TEST · Checkout: —");
    assert_eq!(
        fixture.settings.template_variables().len(),
        TEMPLATE_VARIABLES.len()
    );
}

#[test]
fn names_of_datadog_stand_for_the_variables_here() {
    let mut fixture = resolved_incident();
    let [state, tasks] =
        [("state", "status"), ("follow-ups", "open_tasks")].map(|(alias, name)| {
            let alias = format!("{{{{incident.{alias}}}}}");
            let value = fixture.subject(&alias);
            assert_eq!(value, fixture.subject(&format!("{{{{incident.{name}}}}}")));
            assert!(fixture.settings.variable_errors(&alias).is_empty());
            value
        });
    assert!(!state.is_empty() && !tasks.is_empty());
    let text = "{{incident.state}}";
    assert!(fixture.settings.postmortem_variable_errors(text).is_empty());
    // The list has each variable once, and a field of the team with the name comes first.
    let variables = fixture.settings.template_variables();
    assert!(variables.iter().all(|(name, _)| name != "incident.state"));
    let field = FieldDefinition::new("state", FieldKind::Text);
    fixture.settings.fields.push(field);
    let value = FieldValue::Text("Bavaria".to_owned());
    fixture.incident.fields.insert("state".to_owned(), value);
    assert_eq!(fixture.subject(text), "Bavaria");
}
