//! The topic and the purpose of an incident channel.

use crate::domain::text::{length, truncate};
use crate::domain::{Incident, SeverityScale, UserNames, Visibility};
use crate::slack::blocks::mrkdwn::escape;
use crate::slack::blocks::{HEADER_LIMIT, mrkdwn};

/// Slack: a topic and a purpose have at most 250 characters.
pub const TOPIC_LIMIT: usize = 250;

/// Returns the topic of an incident channel.
pub fn topic(incident: &Incident, names: &UserNames, scale: &SeverityScale) -> String {
    // Severity, status and commander are far shorter than the limit. The cut covers later changes of
    // Slack's.
    truncate(
        &format!(
            "{}{} · {} · Commander: {}{}",
            incident.kind.display_title(""),
            escape(&scale.severity_name(incident.severity)),
            incident.status.label(),
            mrkdwn::commander_mention(incident.commander.as_ref(), names),
            match incident.visibility {
                Visibility::Public => "",
                Visibility::Private => " · Private",
            }
        ),
        TOPIC_LIMIT,
    )
}

/// Returns the purpose of an incident channel.
pub fn purpose(incident: &Incident) -> String {
    // Cut before escaping: escaping lengthens the text, and a cut could split an escape sequence.
    let mut title_limit = HEADER_LIMIT;
    loop {
        let purpose = format!(
            "{}: {}",
            incident.id,
            escape(&truncate(&incident.display_title(), title_limit))
        );
        if length(&purpose) <= TOPIC_LIMIT {
            return purpose;
        }
        title_limit -= 10;
    }
}
