//! The recipients that the form offers, and the words for those that were chosen.

use crate::domain::notification::Recipient;
use crate::domain::{FieldOption, Incident, SlackGroup};
use crate::error::Result;
use crate::web::pages::notification_form::Compose;
use crate::web::parts::Choice;

/// How many recipients of earlier notifications are offered.
const MAX_USED: i64 = 100;

/// Returns the recipients that the form offers as buttons: those of this incident.
pub(super) fn quick_choices(incident: &Incident) -> Vec<Choice> {
    let mut recipients = vec![
        Recipient::IncidentChannel,
        Recipient::Commander,
        Recipient::Responders,
    ];
    for assignment in &incident.roles {
        let role = Recipient::Role(assignment.role.clone());
        if !recipients.contains(&role) {
            recipients.push(role);
        }
    }
    let choices = recipients.into_iter().map(|recipient| Choice {
        value: recipient.to_string(),
        label: capitalized(&recipient.description()),
    });
    choices.collect()
}

fn capitalized(text: &str) -> String {
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_uppercase())
}

/// Returns the recipients that complete what the user types: users, webhooks, the groups and channels of services and
/// teams, and those of earlier notifications.
pub(super) async fn known_recipients(compose: &Compose) -> Result<Vec<Choice>> {
    let settings = &compose.source.settings;
    let users = compose.source.users.iter().filter(|user| user.is_active());
    let mut choices: Vec<Choice> = users
        .map(|user| Choice {
            value: match user.handle.is_empty() {
                true => user.name.clone(),
                false => format!("@{}", user.handle),
            },
            label: user.name.clone(),
        })
        .collect();
    choices.sort_by_key(|choice| choice.label.to_lowercase());
    let options: Vec<&FieldOption> = settings.services.iter().chain(&settings.teams).collect();
    let groups = options.into_iter().filter_map(|option| {
        let group: SlackGroup = option.slack.parse().ok()?;
        Some((group.to_string(), option.name.clone()))
    });
    let (viewer, id) = (compose.signed_in.viewer.clone(), compose.incident.id);
    let store = compose.signed_in.store();
    let used = store.used_recipients(viewer, id, MAX_USED).await?;
    let used = used.iter().map(|used| (used.to_string(), String::new()));
    let webhooks = compose.source.webhooks.iter();
    let webhooks = webhooks.map(|it| (it.recipient().to_string(), it.kind.label().to_owned()));
    for (value, label) in groups.chain(webhooks).chain(used) {
        if choices.iter().all(|choice| choice.value != value) {
            choices.push(Choice { value, label });
        }
    }
    Ok(choices)
}
