//! What people see in Slack, against its file in `fixtures/cards`: paste any of them into Block Kit
//! Builder. `UPDATE_FIXTURES=1` rewrites them; the difference is reviewed.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use chrono::Duration;
use muster::domain::{
    By, Card, Channel, ChannelState, Holding, Incident, Line, Moment, Names, Note, Owed, TaskRef,
    What,
};
use muster::slack::client::Message;
use muster::slack::header::header;
use muster::slack::{cards, direct_notes};
use muster_commands::declare::Declare;
use muster_commands::link::{AddLink, LinkKind};
use muster_commands::task::TaskKind;
use muster_commands::test_incident::Nature;
use muster_commands::update::Update;
use muster_commands::visibility::Visibility;
use muster_commands::{
    ChannelId, CustomerImpact, DetectionMethod, IncidentId, MessageTs, PersonId, Scale, Severity,
    Status,
};

fn looks(name: &str, message: &Message) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/cards/{name}.json"));
    let now = serde_json::to_string_pretty(message).unwrap() + "\n";
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        now, kept,
        "{name} looks different; UPDATE_FIXTURES=1 rewrites its file"
    );
}

fn by(person: &str, minutes: i64) -> By {
    let began = Moment::from_epoch_seconds(1_795_447_200);
    By::new(
        PersonId::from(person),
        began.after(Duration::minutes(minutes)),
    )
}

/// Bob is known by name; the others we have not met.
fn names() -> Names {
    let bob = (PersonId::from("U0BOB000001"), "Bob Lindqvist".to_owned());
    [bob].into_iter().collect()
}

fn declared() -> Incident {
    let request = Declare {
        title: "Checkout is slow & <!channel> gets no ping".to_owned(),
        severity: Severity::Sev2,
        commander: PersonId::from("U0BOB000001"),
        customer_impact: CustomerImpact::Yes,
        signals: vec!["https://graphs.example.com/checkout?from=now-1h".to_owned()],
        visibility: Visibility::Public,
        nature: Nature::Real,
    };
    let change = Incident::declare(IncidentId(7), request, &by("U0ALICE0001", 0), None).unwrap();
    let mut incident = change.incident;
    incident.channel_state = ChannelState::Open;
    incident.channel = Some(Channel {
        given: None,
        id: ChannelId::from("C0INCIDENT7"),
        name: "incident-7-checkout-is-slow".to_owned(),
    });
    incident.card = Some(Card {
        channel: ChannelId::from("C0INCIDENTS"),
        ts: MessageTs::from("1795447205.000100"),
    });
    incident
}

fn resolved() -> (Incident, Line) {
    let request = Update {
        title: Some("Checkout was slow".to_owned()),
        severity: Some(Severity::Sev3),
        status: Some(Status::Resolved),
        detection_method: Some(DetectionMethod::Monitor),
        summary: Some("Payments took 20 seconds.".to_owned()),
        root_cause: Some("A query without an *index*.".to_owned()),
        commander: Some(PersonId::from("U0CHIOMA001")),
        impact_end: None,
    };
    let by = by("U0BOB000001", 85);
    let change = declared().update(request, &by).unwrap();
    let line = Line::by(&by, change.entries[0].what.clone());
    (change.incident, line)
}

fn line_of_declaration() -> Line {
    let what = What::Declared {
        severity: Severity::Sev2,
        customer_impact: CustomerImpact::Yes,
    };
    Line::by(&by("U0ALICE0001", 0), what)
}

fn undelivered(owed: Owed) -> Line {
    let what = What::Undelivered {
        owed,
        person: Some(PersonId::from("U0CHIOMA001")),
        why: "Ask a workspace admin.".to_owned(),
        delivery: 12,
    };
    Line::noticed(what, by("", 1).at)
}

#[test]
fn the_header_of_an_incident_that_is_open() {
    let next_update = by("", 30).at;
    looks(
        "header",
        &header(&declared(), &names(), &Scale::default(), Some(next_update)),
    );
}

#[test]
fn the_header_of_an_incident_with_roles() {
    let mut incident = declared();
    let holding = |role: &str, person: &str| Holding {
        role: role.to_owned(),
        person: PersonId::from(person),
        given_at: incident.declared_at,
    };
    incident.roles = vec![
        holding("Fixer", "U0BOB000001"),
        holding("Scribe & <!channel>", "U0CHIOMA001"),
        holding("Fixer", "U0CHIOMA001"),
    ];
    let header = header(&incident, &names(), &Scale::default(), None);
    looks("header-roles", &header);
}

#[test]
fn the_header_of_an_incident_that_is_over() {
    looks(
        "header-resolved",
        &header(&resolved().0, &names(), &Scale::default(), None),
    );
}

#[test]
fn what_a_person_is_told_directly() {
    let note = Note::RoleGiven {
        by: PersonId::from("U0BOB000001"),
        role: "Scribe".to_owned(),
        description: "You write down what <!channel> happens.".to_owned(),
    };
    let message = direct_notes::message(&[&note, &note], &declared(), &names());
    looks("direct", &message);
}

#[test]
fn what_a_person_is_told_of_their_tasks() {
    let task = TaskRef {
        number: 3,
        kind: TaskKind::Task,
        description: "Roll back <!here> & tell @bob".to_owned(),
    };
    let given = Note::TaskGiven {
        by: PersonId::from("U0BOB000001"),
        task: task.clone(),
        due_at: Some(by("", 90).at),
    };
    let due_at = by("", 90).at;
    let overdue = Note::TaskOverdue { task, due_at };
    let message = direct_notes::message(&[&given, &overdue], &declared(), &names());
    looks("direct-tasks", &message);
}

#[test]
fn the_card_in_the_global_channel() {
    looks(
        "card",
        &cards::card(&declared(), &names(), &Scale::default(), "T0ACME00001"),
    );
}

#[test]
fn the_card_of_an_incident_without_a_channel() {
    let mut incident = declared();
    incident.channel = None;
    incident.channel_state = ChannelState::Refused;
    looks(
        "card-without-channel",
        &cards::card(&incident, &names(), &Scale::default(), "T0ACME00001"),
    );
}

#[test]
fn the_first_post_of_a_channel() {
    looks(
        "welcome",
        &cards::welcome(&line_of_declaration(), &names(), "/datadog"),
    );
}

#[test]
fn the_post_that_tells_of_changes() {
    looks("post", &cards::post(&[resolved().1], &names()));
}

#[test]
fn the_post_that_tells_what_was_not_delivered() {
    let lines = [undelivered(Owed::Invite), undelivered(Owed::PinHeader)];
    looks("undelivered", &cards::post(&lines, &names()));
}

#[test]
fn the_header_of_an_incident_with_links() {
    let mut incident = declared();
    let links = [
        (LinkKind::Call, "https://zoom.us/j/1?pwd=a&b=c", ""),
        (
            LinkKind::Document,
            "https://wiki.example/runbook",
            "Runbook <!here>",
        ),
    ];
    for (kind, url, title) in links {
        let (url, title) = (url.to_owned(), title.to_owned());
        let added = incident.add_link(AddLink { kind, url, title }, &by("U0BOB000001", 1));
        incident = added.unwrap().incident;
    }
    looks(
        "header-links",
        &header(&incident, &names(), &Scale::default(), None),
    );
}

#[test]
fn the_question_about_a_call() {
    looks("offer_call", &cards::offer("https://zoom.us/j/1?pwd=a&b=c"));
}

#[test]
fn the_pointer_to_the_channel() {
    looks("pointer", &cards::pointer(&declared(), None));
}

#[test]
fn the_pointer_when_there_is_no_channel() {
    let mut incident = declared();
    incident.channel = None;
    let trouble = undelivered(Owed::OpenChannel);
    looks(
        "pointer-without-channel",
        &cards::pointer(&incident, Some(&trouble)),
    );
}

#[test]
fn the_topic_and_the_purpose_fit_whatever_the_title() {
    let mut incident = declared();
    assert_eq!(
        cards::topic(&incident, &Scale::default()),
        "SEV-2 High · ACTIVE · Commander: <@U0BOB000001>"
    );
    assert_eq!(
        cards::purpose(&incident),
        "IR-7: Checkout is slow &amp; &lt;!channel&gt; gets no ping"
    );
    for title in ["&".repeat(255), "🔥".repeat(255), "<!channel>".repeat(25)] {
        incident.title = title;
        assert!(cards::purpose(&incident).chars().count() <= cards::TOPIC_LIMIT);
        assert!(!cards::purpose(&incident).contains('<'));
    }
}
