//! Direct messages: assigned roles and tasks, overdue tasks, repairs and announced changes, with a
//! reference to the channel.

use muster_commands::payload::button_click;
use slack_morphism::prelude::SlackActionsBlock;

use crate::domain::text::{
    RichText, Span, TITLE_PREVIEW, activity_text, actor_span, bold, join_items, task_assigned_text,
    task_overdue_text, text, truncate, without_mentions,
};
use crate::domain::{
    ChannelState, DirectMessage, DirectMessageThread, Incident, RepairAction, UserId, UserNames,
};
use crate::slack::blocks::{postmortem, rich_text, status_update, task_notice};
use crate::slack::client::Message;

/// Returns one direct message for several notices about an incident. `thread` is the thread in which it is sent;
/// **Unsubscribe** is shown once in it.
pub fn direct_message(
    notes: &[&DirectMessage],
    incident: &Incident,
    names: &UserNames,
    thread: Option<&DirectMessageThread>,
) -> Message {
    let mut sentences: Vec<RichText> = notes
        .iter()
        .flat_map(|note| direct_message_text(note, incident))
        .collect();
    // A channel that Slack does not return has no usable reference.
    if !notes.iter().any(|note| is_channel_hidden(note)) {
        sentences.push(channel_text(incident));
    }
    let mut blocks = vec![rich_text::rich_text_block(&sentences, names)];
    let numbers = task_numbers(notes);
    blocks.extend(task_notice::buttons(incident, &numbers));
    if notes.contains(&&DirectMessage::PostmortemDue) {
        blocks.push(postmortem::reminder_buttons(incident));
    }
    let can_unsubscribe = thread.is_some_and(|thread| thread.can_unsubscribe);
    if !can_unsubscribe && notes.iter().any(|note| is_subscription_message(note)) {
        let end = button_click::unsubscribe_button(incident.id);
        blocks.push(SlackActionsBlock::new(vec![end.into()]).into());
    }
    Message {
        text: rich_text::fallback_text(&sentences, names),
        blocks,
    }
}

/// Returns the numbers of the tasks that the notices ask for, without duplicates.
fn task_numbers(notes: &[&DirectMessage]) -> Vec<i64> {
    let mut numbers = Vec::new();
    for task in notes.iter().filter_map(|note| note.task()) {
        if !numbers.contains(&task.number) {
            numbers.push(task.number);
        }
    }
    numbers
}

/// Returns whether the notice says that Slack does not return the channel.
fn is_channel_hidden(note: &DirectMessage) -> bool {
    matches!(note, DirectMessage::Repaired { actions } if actions.contains(&RepairAction::Inaccessible))
}

/// Returns whether the user receives the notice as a subscriber.
pub(crate) fn is_subscription_message(note: &DirectMessage) -> bool {
    match note {
        DirectMessage::Announced { .. } => true,
        DirectMessage::RoleAssigned { .. }
        | DirectMessage::RoleRemoved { .. }
        | DirectMessage::TaskAssigned { .. }
        | DirectMessage::TaskOverdue { .. }
        | DirectMessage::PostmortemDue
        | DirectMessage::Repaired { .. } => false,
    }
}

fn direct_message_text(note: &DirectMessage, incident: &Incident) -> Vec<RichText> {
    match note {
        DirectMessage::RoleAssigned {
            actor,
            role,
            description,
        } => role_assigned_text(actor.as_ref(), role, description, incident),
        DirectMessage::RoleRemoved { actor, role } => {
            vec![role_removed_text(actor.as_ref(), role, incident)]
        }
        DirectMessage::TaskAssigned {
            actor,
            task,
            due_at,
        } => task_assigned_text(actor.as_ref(), task, *due_at, incident),
        DirectMessage::TaskOverdue { task, due_at } => task_overdue_text(task, *due_at, incident),
        DirectMessage::PostmortemDue => vec![postmortem::direct_reminder_text(incident)],
        DirectMessage::Repaired { actions } => repair_text(actions, incident),
        DirectMessage::Announced { activity } => {
            let title = truncate(&incident.display_title(), TITLE_PREVIEW);
            let prefix = [bold(incident.id.to_string()), text(format!(" {title}: "))];
            status_update::direct_message_text(activity, &prefix).unwrap_or_else(|| {
                let mut sentences = without_mentions(activity_text(activity));
                if let Some(first) = sentences.first_mut() {
                    *first = [prefix.to_vec(), std::mem::take(first)].concat();
                }
                sentences
            })
        }
    }
}

fn role_assigned_text(
    actor: Option<&UserId>,
    role: &str,
    description: &str,
    incident: &Incident,
) -> Vec<RichText> {
    let title = truncate(&incident.display_title(), TITLE_PREVIEW);
    let assignment = vec![
        actor_span(actor),
        text(" made you "),
        bold(role),
        text(" for "),
        bold(incident.id.to_string()),
        text(format!(" {title}.")),
    ];
    let about = Some(description).filter(|text| !text.is_empty());
    let about = about.map(|about| vec![text(about)]);
    [assignment].into_iter().chain(about).collect()
}

fn role_removed_text(actor: Option<&UserId>, role: &str, incident: &Incident) -> RichText {
    let title = truncate(&incident.display_title(), TITLE_PREVIEW);
    vec![
        actor_span(actor),
        text(" removed you as "),
        bold(role),
        text(" of "),
        bold(incident.id.to_string()),
        text(format!(" {title}.")),
    ]
}

/// Describes what a repair did.
fn repair_text(actions: &[RepairAction], incident: &Incident) -> Vec<RichText> {
    let incident_sentence = |rest: String| {
        let title = truncate(&incident.title, TITLE_PREVIEW);
        vec![
            bold(incident.id.to_string()),
            text(format!(" {title}: {rest}")),
        ]
    };
    let built: Vec<&str> = actions
        .iter()
        .filter_map(|it| it.recreated_item())
        .collect();
    let mut sentences = vec![incident_sentence(match (built.as_slice(), actions) {
        ([], []) => "nothing was missing in Slack.".to_owned(),
        ([], [RepairAction::Inaccessible]) => "its channel couldn't be checked.".to_owned(),
        ([], _) => "nothing had to be recreated.".to_owned(),
        (built, _) => format!("recreated {}.", join_items(built)),
    })];
    let details = actions.iter().filter_map(|action| match action {
        RepairAction::Archived => Some(
            "Its channel is archived. Only a person can unarchive it, in Slack; Muster updates it then.",
        ),
        RepairAction::Unarchived => Some("Its channel is no longer archived."),
        RepairAction::Renamed => Some("Its channel was renamed in Slack; Muster has saved the new name."),
        RepairAction::NameSet => Some("Its channel is being renamed to match the incident."),
        RepairAction::Inaccessible => Some(
            "The app can't see its private channel: the channel was deleted, or the app was removed from \
             it. If it still exists, type /invite and the app's name in it, then repair again.",
        ),
        RepairAction::Channel | RepairAction::Header | RepairAction::Announcement | RepairAction::Bookmarks => None,
    });
    sentences.extend(details.map(|detail| vec![text(detail)]));
    sentences
}

/// Returns a reference to the incident's channel, or its state.
pub(crate) fn channel_text(incident: &Incident) -> RichText {
    match (&incident.channel, incident.channel_state) {
        (Some(channel), ChannelState::Open) => {
            vec![text("Channel: "), Span::Channel(channel.id.clone())]
        }
        (Some(channel), ChannelState::Archived) => vec![
            text("Channel: "),
            Span::Channel(channel.id.clone()),
            text(" (archived)"),
        ],
        (_, ChannelState::Deleted) => vec![text("Its channel was deleted.")],
        (Some(_) | None, ChannelState::Pending | ChannelState::Open) => {
            vec![text("Its channel is being created.")]
        }
        (Some(_) | None, ChannelState::Failed) | (None, ChannelState::Archived) => {
            vec![text("It has no channel.")]
        }
    }
}
