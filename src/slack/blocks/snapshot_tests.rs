//! Compares the messages in Slack with their snapshots in `fixtures/blocks`, which can be pasted into Block
//! Kit Builder. `UPDATE_FIXTURES=1` rewrites them; review the difference.

use std::path::Path;

use chrono::Duration;
use muster_commands::action_menu::PostmortemButton;

use crate::domain::testing::context;
use crate::domain::{
    Activity, Actor, AddLink, Announcement, Channel, ChannelId, ChannelState, CustomerImpact,
    Declare, DeliveryKind, DetectionMethod, DirectMessage, FieldEdits, Incident, IncidentId,
    IncidentKind, LinkKind, MessageTs, NextUpdate, PostStatusUpdate, Resolve, RoleAssignment,
    Severity, SeverityScale, Signal, Status, Task, TaskKind, TaskRef, TimelineEvent, Timestamp,
    Update, UserId, UserNames, Visibility,
};
use crate::slack::blocks::channel::{channel_topic, welcome};
use crate::slack::blocks::header::{HeaderContext, header};
use crate::slack::blocks::{
    activity, announcement, call_suggestion, closing_summary, direct_message, private_reply,
};
use crate::slack::client::Message;

pub(super) fn assert_snapshot(name: &str, message: &Message) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/blocks/{name}.json"));
    let now = serde_json::to_string_pretty(message).unwrap() + "\n";
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        now, stored,
        "{name} differs from its snapshot; UPDATE_FIXTURES=1 rewrites it"
    );
}

pub(super) fn actor(user: &str, minutes: i64) -> Actor {
    let began = Timestamp::from_epoch_seconds(1_795_447_200);
    Actor::new(UserId::from(user), began.plus(Duration::minutes(minutes)))
}

/// Bob is in the user cache; the other users are unresolved.
pub(super) fn names() -> UserNames {
    let bob = (UserId::from("U0BOB000001"), "Bob Lindqvist".to_owned());
    [bob].into_iter().collect()
}

fn declared_incident() -> Incident {
    let request = Declare {
        summary: String::new(),
        title: "Checkout is slow & <!channel> gets no ping".to_owned(),
        severity: Severity::Sev2,
        commander: Some(UserId::from("U0BOB000001")),
        customer_impact: CustomerImpact::Yes,
        impact_description: String::new(),
        incident_type: crate::domain::DEFAULT_INCIDENT_TYPE,
        detection_method: DetectionMethod::Unknown,
        detected_at: None,
        signals: Signal::find_in("https://graphs.example.com/checkout?from=now-1h"),
        visibility: Visibility::Public,
        kind: IncidentKind::Real,
        fields: FieldEdits::new(),
    };
    let alice = actor("U0ALICE0001", 0);
    let context = context(alice.at);
    let change = Incident::declare(IncidentId(7), request, &alice, None, &context).unwrap();
    let mut incident = change.incident;
    incident.channel_state = ChannelState::Open;
    incident.channel = Some(Channel {
        requested_name: None,
        id: ChannelId::from("C0INCIDENT7"),
        name: "incident-7-checkout-is-slow".to_owned(),
    });
    incident.announcement = Some(Announcement {
        channel: ChannelId::from("C0INCIDENTS"),
        ts: MessageTs::from("1795447205.000100"),
    });
    incident
}

pub(super) fn resolved_incident() -> (Incident, Activity) {
    let request = Update {
        title: Some("Checkout was slow".to_owned()),
        severity: Some(Severity::Sev3),
        status: Some(Status::Resolved),
        detected_at: None,
        detection_method: Some(DetectionMethod::Monitor),
        summary: Some("Payments took 20 seconds.".to_owned()),
        root_cause: Some("A query without an *index*.".to_owned()),
        commander: Some(Some(UserId::from("U0CHIOMA001"))),
        impact_end: None,
        fields: FieldEdits::new(),
    };
    let bob = actor("U0BOB000001", 85);
    let change = declared_incident()
        .update(request, &bob, &context(bob.at))
        .unwrap();
    let activity = Activity::by_actor(&bob, change.entries[0].event.clone());
    (change.incident, activity)
}

fn declaration_activity() -> Activity {
    let event = TimelineEvent::Declared {
        severity: Severity::Sev2,
        customer_impact: CustomerImpact::Yes,
        imported: None,
    };
    Activity::by_actor(&actor("U0ALICE0001", 0), event)
}

fn failed_delivery_activity(kind: DeliveryKind) -> Activity {
    let event = TimelineEvent::DeliveryFailed {
        delivery_kind: kind,
        user: Some(UserId::from("U0CHIOMA001")),
        reason: "Ask a workspace admin.".to_owned(),
        delivery_id: 12,
    };
    Activity::automatic(event, actor("", 1).at)
}

fn header_message(incident: &Incident) -> Message {
    let context = HeaderContext::default();
    header(incident, &names(), &SeverityScale::default(), context)
}

#[test]
fn header_of_an_open_incident_matches_snapshot() {
    let next_update = actor("", 30).at;
    assert_snapshot(
        "header",
        &header(
            &declared_incident(),
            &names(),
            &SeverityScale::default(),
            HeaderContext {
                next_update: Some(next_update),
                first_message: Some(
                    "https://acme.slack.com/archives/C0GENERAL01/p1795442400000100",
                ),
                ..HeaderContext::default()
            },
        ),
    );
}

/// Returns an incident with a status update, and the update as an activity.
fn updated_incident() -> (Incident, Activity) {
    let bob = actor("U0BOB000001", 10);
    let request = PostStatusUpdate {
        text: "Rolled back *deploy 991*.\n<!channel> Error rate is dropping.".to_owned(),
        next_update: NextUpdate::Default,
    };
    let change = declared_incident()
        .post_status_update(request, &bob, &context(bob.at))
        .unwrap();
    let activity = Activity::by_actor(&bob, change.entries[0].event.clone());
    (change.incident, activity)
}

#[test]
fn header_with_a_status_update_matches_snapshot() {
    let (incident, _) = updated_incident();
    let context = HeaderContext {
        next_update: incident.promised_update_at(),
        ..HeaderContext::default()
    };
    assert_snapshot(
        "header-status-update",
        &header(&incident, &names(), &SeverityScale::default(), context),
    );
}

#[test]
fn status_update_matches_snapshot() {
    let (_, update) = updated_incident();
    assert_snapshot("status-update", &activity::activity(&[update], &names()));
}

#[test]
fn direct_message_about_a_status_update_matches_snapshot() {
    let (incident, activity) = updated_incident();
    let message = DirectMessage::Announced { activity };
    let message = direct_message::direct_message(&[&message], &incident, &names(), None);
    assert_snapshot("direct-message-status-update", &message);
}

#[test]
fn header_with_roles_matches_snapshot() {
    let mut incident = declared_incident();
    let holding = |role: &str, user: &str| RoleAssignment {
        role: role.to_owned(),
        user: UserId::from(user),
        assigned_at: incident.declared_at,
    };
    incident.roles = vec![
        holding("Fixer", "U0BOB000001"),
        holding("Scribe & <!channel>", "U0CHIOMA001"),
        holding("Fixer", "U0CHIOMA001"),
    ];
    assert_snapshot("header-roles", &header_message(&incident));
}

#[test]
fn header_of_a_resolved_incident_matches_snapshot() {
    assert_snapshot("header-resolved", &header_message(&resolved_incident().0));
}

#[test]
fn closing_summary_matches_snapshot() {
    let bob = actor("U0BOB000001", 85);
    let request = Resolve {
        what_fixed_it: "Rolled back <!channel>.".to_owned(),
        root_cause: Some("A query without an *index*.".to_owned()),
        ..Resolve::default()
    };
    let mut incident = declared_incident();
    incident.tasks = [TaskKind::Task, TaskKind::FollowUp]
        .into_iter()
        .zip(1..)
        .map(|(kind, number)| Task {
            number,
            kind,
            description: "Watch <!here> & tell @bob".to_owned(),
            assignees: vec![UserId::from("U0BOB000001"), UserId::from("U0CHIOMA001")],
            handles: Vec::new(),
            due_at: Some(actor("", 600).at),
            done_at: None,
        })
        .collect();
    let change = incident.resolve(request, &bob, &context(bob.at)).unwrap();
    let scale = SeverityScale::default();
    let button = PostmortemButton::Generate;
    let message = closing_summary::closing_summary(&change.incident, &names(), &scale, button);
    assert_snapshot("closing-summary", &message);
}

#[test]
fn direct_message_about_a_role_matches_snapshot() {
    let message = DirectMessage::RoleAssigned {
        actor: Some(UserId::from("U0BOB000001")),
        role: "Scribe".to_owned(),
        description: "You write down what <!channel> happens.".to_owned(),
    };
    let message =
        direct_message::direct_message(&[&message, &message], &declared_incident(), &names(), None);
    assert_snapshot("direct-message", &message);
}

#[test]
fn direct_message_about_tasks_matches_snapshot() {
    let task = TaskRef {
        number: 3,
        kind: TaskKind::Task,
        description: "Roll back <!here> & tell @bob".to_owned(),
    };
    let assigned = DirectMessage::TaskAssigned {
        actor: Some(UserId::from("U0BOB000001")),
        task: task.clone(),
        due_at: Some(actor("", 90).at),
    };
    let due_at = actor("", 90).at;
    let overdue = DirectMessage::TaskOverdue { task, due_at };
    let message = direct_message::direct_message(
        &[&assigned, &overdue],
        &declared_incident(),
        &names(),
        None,
    );
    assert_snapshot("direct-message-tasks", &message);
}

#[test]
fn announcement_matches_snapshot() {
    assert_snapshot(
        "announcement",
        &announcement::announcement(
            &declared_incident(),
            &names(),
            &SeverityScale::default(),
            "T0ACME00001",
        ),
    );
}

#[test]
fn announcement_without_a_channel_matches_snapshot() {
    let mut incident = declared_incident();
    incident.channel = None;
    incident.channel_state = ChannelState::Failed;
    assert_snapshot(
        "announcement-without-channel",
        &announcement::announcement(
            &incident,
            &names(),
            &SeverityScale::default(),
            "T0ACME00001",
        ),
    );
}

#[test]
fn welcome_message_matches_snapshot() {
    assert_snapshot(
        "welcome",
        &welcome::welcome(&declaration_activity(), &names(), "/datadog"),
    );
}

#[test]
fn activity_of_an_update_matches_snapshot() {
    assert_snapshot(
        "activity",
        &activity::activity(&[resolved_incident().1], &names()),
    );
}

#[test]
fn activity_of_failed_deliveries_matches_snapshot() {
    let lines = [
        failed_delivery_activity(DeliveryKind::InviteUser),
        failed_delivery_activity(DeliveryKind::PinHeader),
    ];
    assert_snapshot("delivery-failed", &activity::activity(&lines, &names()));
}

#[test]
fn header_with_links_matches_snapshot() {
    let mut incident = declared_incident();
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
        let added = incident.add_link(AddLink { kind, url, title }, &actor("U0BOB000001", 1));
        incident = added.unwrap().incident;
    }
    assert_snapshot("header-links", &header_message(&incident));
}

#[test]
fn call_suggestion_matches_snapshot() {
    assert_snapshot(
        "suggest_call",
        &call_suggestion::call_suggestion("https://zoom.us/j/1?pwd=a&b=c"),
    );
}

#[test]
fn private_reply_matches_snapshot() {
    assert_snapshot(
        "private-reply",
        &private_reply::private_reply(&declared_incident(), None),
    );
}

#[test]
fn private_reply_without_a_channel_matches_snapshot() {
    let mut incident = declared_incident();
    incident.channel = None;
    let failure = failed_delivery_activity(DeliveryKind::CreateChannel);
    assert_snapshot(
        "private-reply-without-channel",
        &private_reply::private_reply(&incident, Some(&failure)),
    );
}

#[test]
fn topic_and_purpose_stay_within_limits_for_any_title() {
    let mut incident = declared_incident();
    assert_eq!(
        channel_topic::topic(&incident, &names(), &SeverityScale::default()),
        "SEV-2 High · ACTIVE · Commander: <@U0BOB000001>"
    );
    assert_eq!(
        channel_topic::purpose(&incident),
        "IR-7: Checkout is slow &amp; &lt;!channel&gt; gets no ping"
    );
    for title in ["&".repeat(255), "🔥".repeat(255), "<!channel>".repeat(25)] {
        incident.title = title;
        assert!(channel_topic::purpose(&incident).chars().count() <= channel_topic::TOPIC_LIMIT);
        assert!(!channel_topic::purpose(&incident).contains('<'));
    }
}
