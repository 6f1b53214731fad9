//! The closing summary in the channel of an incident that was resolved.

use muster_commands::action_menu::{self, PostmortemButton};
use slack_morphism::prelude::*;

use crate::domain::text::{RichText, Span, bold, format_duration, text, truncate};
use crate::domain::{Incident, SeverityScale, Task, TaskKind, UserId, UserNames};
use crate::slack::blocks::mrkdwn::{self, escape};
use crate::slack::blocks::rich_text;
use crate::slack::client::Message;

/// Maximum number of users named.
const MAX_USERS: usize = 15;

/// Maximum number of open tasks, and of follow-ups.
const MAX_TASKS: usize = 10;

/// Maximum length of a description of a task.
const TASK_PREVIEW: usize = 150;

/// Maximum length of a text. Slack: a text has at most 3,000 characters.
const TEXT_LIMIT: usize = 2_900;

/// Slack: a field of a section has at most 2,000 characters.
const FIELD_LIMIT: usize = 2_000;

/// Returns the closing summary: duration, impact, responders, what fixed it and why it happened, and what is left to
/// do. It mentions no one.
pub(crate) fn closing_summary(
    incident: &Incident,
    names: &UserNames,
    scale: &SeverityScale,
    postmortem: PostmortemButton,
) -> Message {
    let title = title(incident);
    let mut blocks = vec![section(&title), facts(incident, names, scale)];
    let fixed = incident.closing_update().map(|update| update.text.as_str());
    let texts = [
        ("What fixed it", fixed.unwrap_or_default()),
        ("Why it happened", incident.root_cause.as_str()),
    ];
    for (label, value) in texts.into_iter().filter(|(_, value)| !value.is_empty()) {
        let value = truncate(value, TEXT_LIMIT);
        let paragraphs = [vec![bold(label)], vec![text(value)]];
        blocks.push(rich_text::rich_text_block(&paragraphs, names));
    }
    let work = work_left(incident).into_iter();
    blocks.extend(work.map(|paragraphs| rich_text::rich_text_block(&paragraphs, names)));
    blocks.extend(action_menu::closing_buttons(postmortem));
    Message {
        text: title,
        blocks,
    }
}

fn title(incident: &Incident) -> String {
    let after = incident.time_to_resolve().map(format_duration);
    let after = after.map(|after| format!(" after {after}"));
    format!(
        ":white_check_mark: *{} is {}*{}",
        incident.id,
        incident.status.label(),
        after.unwrap_or_default()
    )
}

fn section(text: &str) -> SlackBlock {
    let text = SlackBlockMarkDownText::new(text.to_owned());
    SlackSectionBlock::new().with_text(text.into()).into()
}

fn facts(incident: &Incident, names: &UserNames, scale: &SeverityScale) -> SlackBlock {
    let fields = [
        (
            "Severity",
            format!(
                "{} {}",
                scale.severity_emoji(incident.severity),
                escape(&scale.severity_name(incident.severity))
            ),
        ),
        ("Customer impact", impact_text(incident)),
        (
            "Incident Commander",
            mrkdwn::commander_name(incident.commander.as_ref(), names),
        ),
        ("Responders", responders_text(incident, names)),
    ];
    let fields = fields.into_iter().map(|(label, value)| {
        let field = truncate(&format!("*{label}*\n{value}"), FIELD_LIMIT);
        SlackBlockMarkDownText::new(field).into()
    });
    SlackSectionBlock::new()
        .with_fields(fields.collect())
        .into()
}

fn impact_text(incident: &Incident) -> String {
    let end = incident.resolved_at.unwrap_or(incident.declared_at);
    match incident.customer_impact_duration(end) {
        Some(lasted) => format_duration(lasted),
        None => "None recorded".to_owned(),
    }
}

/// Returns the responders besides the commander, with their roles.
fn responders_text(incident: &Incident, names: &UserNames) -> String {
    let others: Vec<&UserId> = incident
        .responder_ids()
        .filter(|user| !incident.is_commander(user))
        .collect();
    let mut named: Vec<String> = others
        .iter()
        .take(MAX_USERS)
        .map(|user| with_roles(incident, user, names))
        .collect();
    match others.len().saturating_sub(MAX_USERS) {
        0 => {}
        more => named.push(format!("and {more} more")),
    }
    match named.is_empty() {
        true => "No one else".to_owned(),
        false => named.join(", "),
    }
}

fn with_roles(incident: &Incident, user: &UserId, names: &UserNames) -> String {
    let roles: Vec<String> = incident
        .roles
        .iter()
        .filter(|assignment| assignment.user == *user)
        .map(|assignment| escape(&truncate(&assignment.role, 40)))
        .collect();
    let name = mrkdwn::user_name(user, names);
    match roles.is_empty() {
        true => name,
        false => format!("{name} ({})", roles.join(", ")),
    }
}

/// Returns the open tasks, and the open follow-ups.
fn work_left(incident: &Incident) -> Vec<Vec<RichText>> {
    let mut lists = Vec::new();
    for (kind, label) in [
        (TaskKind::Task, "Open tasks"),
        (TaskKind::FollowUp, "Open follow-ups"),
    ] {
        let tasks: Vec<&Task> = incident.open_tasks(kind).collect();
        if tasks.is_empty() {
            continue;
        }
        let mut paragraphs = vec![vec![bold(format!("{label}: {}", tasks.len()))]];
        paragraphs.extend(tasks.iter().take(MAX_TASKS).map(|task| task_text(task)));
        match tasks.len().saturating_sub(MAX_TASKS) {
            0 => {}
            more => paragraphs.push(vec![text(format!("and {more} more"))]),
        }
        lists.push(paragraphs);
    }
    if lists.is_empty() {
        lists.push(vec![vec![text("No open tasks or follow-ups.")]]);
    }
    lists
}

fn task_text(task: &Task) -> RichText {
    let description = truncate(&task.description, TASK_PREVIEW).replace('\n', " ");
    let mut paragraph = vec![text(format!("{}. {description}", task.number))];
    for user in task.assignees.iter().take(MAX_USERS) {
        paragraph.extend([text(" · "), Span::User(user.clone())]);
    }
    for name in task.other_assignees().take(MAX_USERS) {
        paragraph.push(text(format!(" · {name}")));
    }
    if let Some(due_at) = task.due_at {
        paragraph.extend([text(" · due "), Span::Time(due_at)]);
    }
    paragraph
}
