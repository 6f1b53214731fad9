//! The text of an activity: one paragraph per change, each with its actor.

use super::alert::alert_text;
use super::delivery_failed::delivery_failed_text;
use super::notification::notification_sent_text;
use super::{
    MUSTER, QUOTE_PREVIEW, RichText, Span, bold, changed_links, impact, link, mention, postmortem,
    rich, role, task,
};
use crate::text::truncate;
use crate::{
    Activity, FieldChange, FieldValue, ImportSource, Reminder, TimelineEvent, UserId, Visibility,
};

/// Returns the text of an activity, one paragraph per change.
#[expect(clippy::too_many_lines, reason = "one arm per event")]
pub fn activity_text(activity: &Activity) -> Vec<RichText> {
    let acted = |predicate: RichText| with_actor(activity, predicate);
    match &activity.event {
        TimelineEvent::Declared {
            imported: Some(source),
            ..
        } => vec![imported_text(activity.actor.as_ref(), *source)],
        TimelineEvent::Declared { imported: None, .. } => {
            vec![acted(rich![" declared this incident."])]
        }
        TimelineEvent::Updated { changes } => {
            changes_text(changes, " updated the incident", field_changed_text, acted)
        }
        TimelineEvent::Deleted => vec![acted(rich![" deleted the incident."])],
        TimelineEvent::VisibilityChanged { to } => vec![acted(visibility_changed_text(*to))],
        TimelineEvent::DocumentAdded { title, url } => {
            vec![acted(rich![" added the document ", link(title, url), "."])]
        }
        TimelineEvent::DocumentRemoved { title, url } => {
            vec![acted(rich![
                " removed the document ",
                link(title, url),
                "."
            ])]
        }
        TimelineEvent::DocumentEdited { from, to } => {
            vec![acted(changed_links::document_edited_text(from, to))]
        }
        TimelineEvent::IntegrationChanged {
            integration,
            from,
            to,
        } => {
            let text = changed_links::integration_text(*integration, from, to);
            vec![acted(text)]
        }
        TimelineEvent::LinkChanged { kind, from, to } => {
            let url = (from.as_deref(), to.as_deref());
            vec![acted(link_changed_text(kind.label(), url.0, url.1))]
        }
        TimelineEvent::TaskAdded {
            task,
            assignees,
            other_assignees,
            due_at,
        } => {
            let assignees = task::assignees_text(assignees, other_assignees);
            vec![acted(task::task_added_text(task, assignees, *due_at))]
        }
        TimelineEvent::TaskEdited { task, changes } => {
            vec![acted(task::task_edited_text(task, changes))]
        }
        TimelineEvent::TaskDone { task } => vec![acted(task::task_status_text("finished", task))],
        TimelineEvent::TaskReopened { task } => {
            vec![acted(task::task_status_text("reopened", task))]
        }
        TimelineEvent::ImpactStarted {
            description,
            since,
            until,
            ..
        } => {
            let since = since.filter(|since| impact::is_earlier(*since, activity.at));
            vec![acted(impact::impact_started_text(
                description,
                since,
                *until,
            ))]
        }
        TimelineEvent::ImpactEnded { at, .. } => {
            let at = at.filter(|at| impact::is_earlier(*at, activity.at));
            vec![acted(impact::impact_ended_text(at))]
        }
        TimelineEvent::ImpactEdited { changes, .. } => changes_text(
            changes,
            " edited the impact",
            impact::impact_edited_text,
            acted,
        ),
        TimelineEvent::ImpactRemoved {
            description, since, ..
        } => vec![acted(impact::impact_removed_text(description, *since))],
        TimelineEvent::StatusUpdate { text, .. } => {
            vec![acted(quote_text(" posted an update: ", text))]
        }
        TimelineEvent::TaskRemoved { task } => vec![acted(task::task_status_text("removed", task))],
        TimelineEvent::Note { text } => vec![acted(quote_text(" added a note: ", text))],
        TimelineEvent::Message { text } if text.is_empty() => {
            vec![acted(rich![" wrote a message."])]
        }
        TimelineEvent::Message { text } => vec![acted(quote_text(" wrote: ", text))],
        TimelineEvent::RolesChanged { change } => {
            vec![acted(role::role_change_text(
                activity.actor.as_ref(),
                change,
            ))]
        }
        TimelineEvent::NotificationSent {
            subject,
            rule,
            recipients,
            ..
        } => {
            let text = notification_sent_text(subject.as_ref(), rule.as_ref(), recipients);
            vec![match rule {
                Some(_) => text,
                None => acted(text),
            }]
        }
        TimelineEvent::PostmortemGenerated { owner } => {
            vec![acted(postmortem::generated_text(
                activity.actor.as_ref(),
                owner,
            ))]
        }
        TimelineEvent::PostmortemAttached { title, url } => vec![acted(rich![
            " attached the postmortem ",
            link(title, url),
            "."
        ])],
        TimelineEvent::PostmortemAssigned { owner } => {
            vec![acted(postmortem::assigned_text(
                activity.actor.as_ref(),
                owner,
            ))]
        }
        TimelineEvent::PostmortemStatusChanged { from, to } => {
            vec![acted(postmortem::status_text(*from, *to))]
        }
        TimelineEvent::PostmortemExported { target, url } => {
            vec![postmortem::exported_text(*target, url)]
        }
        TimelineEvent::RemindersStopped { reminder } => {
            vec![acted(rich![reminders_stopped_text(*reminder)])]
        }
        TimelineEvent::Repaired { actions } => {
            let items: Vec<_> = actions
                .iter()
                .filter_map(|it| it.recreated_item())
                .collect();
            vec![acted(rich![format!(" recreated {}.", join_items(&items))])]
        }
        TimelineEvent::ChannelArchived => vec![acted(rich![" archived the channel."])],
        TimelineEvent::ChannelUnarchived => vec![acted(rich![" unarchived the channel."])],
        TimelineEvent::ChannelDeleted => vec![acted(rich![" deleted the channel."])],
        TimelineEvent::ChannelRenamed { from, to } => {
            vec![acted(rich![format!(
                " renamed the channel from #{from} to #{to}."
            )])]
        }
        TimelineEvent::ChannelRenamedByMuster { from, to } => {
            vec![rich![format!(
                "The channel was renamed from #{from} to #{to}."
            )]]
        }
        TimelineEvent::ChannelNameLocked => vec![rich![
            "The channel was renamed by hand, so its name no longer changes automatically."
        ]],
        TimelineEvent::ChannelAutoArchived { days } => vec![rich![format!(
            "The channel was archived {} after the incident was resolved.",
            days_text(*days)
        )]],
        TimelineEvent::ChannelReplaced { old_name } => vec![rich![format!(
            "The incident was reopened. Its old channel #{old_name} is archived, so it continues here."
        )]],
        TimelineEvent::Alert { change } => vec![alert_text(activity.actor.as_ref(), change)],
        TimelineEvent::DeliveryFailed {
            delivery_kind,
            user,
            reason,
            ..
        } => {
            vec![delivery_failed_text(*delivery_kind, user.as_ref(), reason)]
        }
    }
}

/// Returns a paragraph that starts with its actor.
fn with_actor(activity: &Activity, predicate: RichText) -> RichText {
    let is_from_slack = matches!(
        activity.event,
        TimelineEvent::Message { .. }
            | TimelineEvent::ChannelArchived
            | TimelineEvent::ChannelUnarchived
            | TimelineEvent::ChannelDeleted
            | TimelineEvent::ChannelRenamed { .. }
    );
    let subject = match &activity.actor {
        Some(user) => user.into(),
        // Slack does not always name the user who changed a channel.
        None if is_from_slack => "Someone".into(),
        None => MUSTER.into(),
    };
    std::iter::once(subject).chain(predicate).collect()
}

/// Returns the text of a declaration elsewhere. The user who declared the incident may be unknown.
fn imported_text(declared_by: Option<&UserId>, source: ImportSource) -> RichText {
    let source = source.label();
    match declared_by {
        Some(user) => rich![
            user,
            format!(" declared this incident. It was imported {source}.")
        ],
        None => rich![format!("This incident was imported {source}.")],
    }
}

fn quote_text(verb: &str, quoted: &str) -> RichText {
    rich![format!("{verb}{}", truncate(quoted, QUOTE_PREVIEW))]
}

fn visibility_changed_text(to: Visibility) -> RichText {
    rich![" made this incident ", bold(to.as_str()), "."]
}

fn days_text(days: i64) -> String {
    match days {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

fn reminders_stopped_text(reminder: Reminder) -> &'static str {
    match reminder {
        Reminder::Update => " stopped the update reminders.",
        Reminder::Severity => " stopped the severity reminders.",
        Reminder::Postmortem => " stopped the postmortem reminders.",
    }
}

/// Returns the text for a changed chat or video call.
fn link_changed_text(label: &str, from: Option<&str>, to: Option<&str>) -> RichText {
    let shortened = |url: &str| link(truncate(url, QUOTE_PREVIEW), url);
    match (from, to) {
        (Some(from), Some(to)) => rich![
            format!(" changed the {label} from "),
            shortened(from),
            " to ",
            shortened(to),
            ".",
        ],
        (None, Some(to)) => rich![format!(" set the {label} to "), shortened(to), "."],
        (Some(from), None) => rich![format!(" removed the {label} "), shortened(from), "."],
        (None, None) => rich![format!(" removed the {label}.")],
    }
}

/// Returns the text for the changes of one request: one change in one sentence; several as a heading, with one
/// line for each.
fn changes_text<T>(
    changes: &[T],
    heading: &str,
    change_text: impl Fn(&T) -> ChangeText,
    acted: impl Fn(RichText) -> RichText,
) -> Vec<RichText> {
    if let [change] = changes {
        return vec![acted(change_text(change).sentence)];
    }
    let items = changes.iter().map(|it| change_text(it).item);
    std::iter::once(acted(rich![heading]))
        .chain(items)
        .collect()
}

/// A change as text.
pub(super) struct ChangeText {
    /// The change as the only one, without its actor: ` changed severity UNKNOWN → SEV-3`.
    pub(super) sentence: RichText,
    /// The change as one of several: `Severity UNKNOWN → SEV-3`.
    pub(super) item: RichText,
}

/// Returns the text for a changed field.
fn field_changed_text(change: &FieldChange) -> ChangeText {
    match change {
        FieldChange::Title { from, to } => ChangeText {
            sentence: rich![format!(" changed the title from “{from}” to “{to}”.")],
            item: rich![format!("Title “{from}” → “{to}”")],
        },
        FieldChange::Severity { from, to } => {
            value_changed_text("Severity", from.as_str(), to.as_str())
        }
        FieldChange::Status { from, to } => value_changed_text("Status", from.label(), to.label()),
        FieldChange::DetectionMethod { from, to } => {
            value_changed_text("Detection method", from.label(), to.label())
        }
        FieldChange::DetectedAt { from, to } => ChangeText {
            sentence: rich![" changed the time of the detection ", *from, " → ", *to],
            item: rich!["Detected ", *from, " → ", *to],
        },
        FieldChange::Commander { from, to } => ChangeText {
            sentence: commander_changed(" changed commander ", from.as_ref(), to.as_ref()),
            item: commander_changed("Commander ", from.as_ref(), to.as_ref()),
        },
        FieldChange::Summary { to, .. } => text_changed_text("What happened", to),
        FieldChange::RootCause { to, .. } => text_changed_text("Why it happened", to),
        FieldChange::Configured {
            label, from, to, ..
        } => configured_text(label, from.as_ref(), to.as_ref()),
    }
}

fn commander_changed(label: &str, from: Option<&UserId>, to: Option<&UserId>) -> RichText {
    let from = from.map_or_else(|| Span::from("none"), Span::from);
    let to = to.map_or_else(|| Span::from("none"), mention);
    rich![label, from, " → ", to]
}

fn value_changed_text(field: &str, from: &str, to: &str) -> ChangeText {
    let field_in_sentence = field.to_lowercase();
    ChangeText {
        sentence: rich![
            format!(" changed {field_in_sentence} "),
            bold(from),
            " → ",
            bold(to)
        ],
        item: rich![format!("{field} "), bold(from), " → ", bold(to)],
    }
}

fn text_changed_text(field: &str, to: &str) -> ChangeText {
    if to.is_empty() {
        return ChangeText {
            sentence: rich![" cleared ", bold(field), "."],
            item: rich!["Cleared ", bold(field)],
        };
    }
    let text = format!(": {}", truncate(to, QUOTE_PREVIEW));
    ChangeText {
        sentence: rich![" wrote ", bold(field), text.clone()],
        item: rich![bold(field), text],
    }
}

/// Returns the text for a changed field that the team defines.
fn configured_text(label: &str, from: Option<&FieldValue>, to: Option<&FieldValue>) -> ChangeText {
    let (from, to) = match (from, to) {
        (_, Some(FieldValue::Text(text))) => return text_changed_text(label, text),
        (_, None) => return text_changed_text(label, ""),
        (None, Some(to)) => {
            let item = || rich![bold(label), ": "].into_iter().chain(preview(to));
            return ChangeText {
                sentence: std::iter::once(Span::from(" set ")).chain(item()).collect(),
                item: item().collect(),
            };
        }
        (Some(from), Some(to)) => (preview(from), preview(to)),
    };
    let label = rich![bold(label), ": "];
    let values = from.into_iter().chain(rich![" → "]).chain(to);
    let item: RichText = label.into_iter().chain(values).collect();
    ChangeText {
        sentence: std::iter::once(Span::from(" changed "))
            .chain(item.clone())
            .collect(),
        item,
    }
}

/// Returns a value, shortened.
fn preview(value: &FieldValue) -> RichText {
    let mut spans = value.to_rich_text();
    for span in &mut spans {
        if let Span::Text(text) = span {
            *text = truncate(text, QUOTE_PREVIEW);
        }
    }
    spans
}

/// Joins items to a list: `the header, the bookmarks and the announcement`.
pub fn join_items(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
