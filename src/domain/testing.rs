//! Incidents and decision contexts for unit tests.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::{
    Actor, Announcement, Channel, ChannelId, ChannelState, CustomerImpact, DecisionContext,
    DetectionMethod, FieldValues, Incident, IncidentId, IncidentKind, MessageTs, Settings,
    Severity, Status, Timestamp, User, UserId, Visibility,
};

static DEFAULT_SETTINGS: LazyLock<Settings> = LazyLock::new(Settings::default);
static NO_USERS: LazyLock<HashMap<UserId, (User, Timestamp)>> = LazyLock::new(HashMap::new);

/// Returns a context with the default settings, an empty user cache and an empty schedule.
pub fn context(now: Timestamp) -> DecisionContext<'static> {
    DecisionContext {
        now,
        settings: &DEFAULT_SETTINGS,
        users: &*NO_USERS,
        schedule: &[],
        commander_since: None,
        previous_update: None,
        pending_entries: &[],
    }
}

/// Returns IR-7, declared by Alice, with a pending channel.
#[expect(clippy::too_many_lines, reason = "one line for each field")]
pub fn incident(title: &str) -> Incident {
    let at = Timestamp::from_epoch_seconds(1_795_447_205);
    Incident {
        id: IncidentId(7),
        title: title.to_owned(),
        severity: Severity::Unknown,
        status: Status::Active,
        commander: Some(UserId::from("U0ALICE0001")),
        declared_by: Some(UserId::from("U0ALICE0001")),
        detection_method: DetectionMethod::Unknown,
        summary: String::new(),
        root_cause: String::new(),
        customer_impact: CustomerImpact::Unknown,
        declared_at: at,
        detected_at: at,
        resolved_at: None,
        visibility: Visibility::Public,
        kind: IncidentKind::Real,
        incident_type: crate::DEFAULT_INCIDENT_TYPE,
        fields: FieldValues::new(),
        channel_state: ChannelState::Pending,
        channel: None,
        header: None,
        announcement: None,
        impacts: Vec::new(),
        last_removed_impact: 0,
        responders: Vec::new(),
        signals: Vec::new(),
        documents: Vec::new(),
        integrations: Vec::new(),
        chat_url: None,
        call_url: None,
        tasks: Vec::new(),
        last_removed_task: 0,
        last_notification: 0,
        roles: Vec::new(),
        last_update: None,
        pending_direct_messages: Vec::new(),
        subscribers: Vec::new(),
        reminder_posts: Vec::new(),
        postmortem: None,
        deleted_at: None,
        imported_at: None,
        creation_key: None,
    }
}

/// Returns Alice, who declared IR-7 and is its commander, at a time.
pub fn alice_at(at: Timestamp) -> Actor {
    Actor::new(UserId::from("U0ALICE0001"), at)
}

/// Returns IR-7 with its channel, header and announcement.
pub fn incident_with_channel(title: &str) -> Incident {
    let mut incident = incident(title);
    incident.touch_responder(&alice_at(incident.declared_at));
    incident.channel_state = ChannelState::Open;
    incident.channel = Some(Channel {
        id: ChannelId::from("C0INCIDENT7"),
        name: "incident-7".to_owned(),
        requested_name: None,
    });
    incident.header = Some(MessageTs::from("1795447206.000100"));
    incident.announcement = Some(Announcement {
        channel: ChannelId::from("C0INCIDENTS"),
        ts: MessageTs::from("1795447207.000100"),
    });
    incident
}
