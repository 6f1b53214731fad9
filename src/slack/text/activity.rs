//! Activity text as rich text. User-written text is always plain: it cannot mention, format or link. Also
//! renders the fallback text for notifications.

use crate::slack::text::QUOTE_PREVIEW;
use crate::slack::text::impact;

use muster_commands::modal::block_kit_limits;
use muster_commands::{ChannelId, UserId};
use slack_morphism::prelude::*;

use crate::domain::{
    Activity, DeliveryKind, FieldChange, Reminder, TimelineEvent, Timestamp, UserNames, Visibility,
};
use crate::slack::blocks::mrkdwn;
use crate::slack::text::{role, task};

/// A piece of rich text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Plain text, verbatim.
    Text(String),
    /// Bold text.
    Bold(String),
    /// Code, for text that can be typed as shown.
    Code(String),
    /// A user's name without a mention; a mention if the name is unknown.
    User(UserId),
    /// A mention, which notifies the user.
    Mention(UserId),
    /// A link to a channel.
    Channel(ChannelId),
    /// A link, as text and URL.
    Link(String, String),
    /// A timestamp, shown in the reader's time zone.
    Time(Timestamp),
}

/// A paragraph of rich text.
pub type RichText = Vec<Span>;

/// Returns a plain span.
pub fn text(text: impl Into<String>) -> Span {
    Span::Text(text.into())
}

/// Returns a bold span.
pub fn bold(text: impl Into<String>) -> Span {
    Span::Bold(text.into())
}

/// Returns a link span.
pub fn link(text: impl Into<String>, url: impl Into<String>) -> Span {
    Span::Link(text.into(), url.into())
}

/// Returns the text of an activity, one paragraph per change.
pub fn activity_text(activity: &Activity) -> Vec<RichText> {
    let who = activity.actor.clone().map(Span::User);
    match &activity.event {
        TimelineEvent::Declared { .. } => {
            vec![with_actor(who, vec![text(" declared this incident.")])]
        }
        TimelineEvent::Updated { changes } => changes
            .iter()
            .map(|change| with_actor(who.clone(), field_changed_text(change)))
            .collect(),
        TimelineEvent::VisibilityChanged { to } => vec![with_actor(
            who,
            vec![
                text(" made this incident "),
                bold(to.as_str()),
                text(match to {
                    Visibility::Private => {
                        ": it is known to those who take part, and to nobody else."
                    }
                    Visibility::Public => ": it is known to everybody.",
                }),
            ],
        )],
        TimelineEvent::DocumentAdded { title, url } => {
            let document = link(title, url);
            vec![with_actor(
                who,
                vec![text(" added the document "), document, text(".")],
            )]
        }
        TimelineEvent::DocumentRemoved { title, url } => {
            let document = link(title, url);
            vec![with_actor(
                who,
                vec![text(" removed the document "), document, text(".")],
            )]
        }
        TimelineEvent::TaskAdded {
            task,
            assignees,
            due_at,
        } => vec![with_actor(
            who,
            task::task_added_text(task, assignees, *due_at),
        )],
        TimelineEvent::TaskEdited { task, changes } => changes
            .iter()
            .map(|change| with_actor(who.clone(), task::task_edited_text(task, change)))
            .collect(),
        TimelineEvent::TaskDone { task } => {
            vec![with_actor(who, task::task_status_text("finished", task))]
        }
        TimelineEvent::TaskReopened { task } => {
            vec![with_actor(who, task::task_status_text("reopened", task))]
        }
        TimelineEvent::LinkChanged { kind, from, to } => {
            let rest = link_changed_text(kind.label(), from.as_deref(), to.as_deref());
            vec![with_actor(who, rest)]
        }
        TimelineEvent::ImpactStarted { .. }
        | TimelineEvent::ImpactEnded { .. }
        | TimelineEvent::ImpactEdited { .. } => impact::impact_text(who.as_ref(), activity),
        TimelineEvent::Note { text: note } => vec![with_actor(
            who,
            vec![text(format!(
                " added a note: {}",
                block_kit_limits::truncate(note, QUOTE_PREVIEW)
            ))],
        )],
        TimelineEvent::Message { text: message } if message.is_empty() => {
            vec![with_actor(who, vec![text(" wrote a message.")])]
        }
        TimelineEvent::Message { text: message } => vec![with_actor(
            who,
            vec![text(format!(
                " wrote: {}",
                block_kit_limits::truncate(message, QUOTE_PREVIEW)
            ))],
        )],
        TimelineEvent::RolesChanged { change: news } => {
            vec![with_actor(
                who,
                role::role_change_text(activity.actor.as_ref(), news),
            )]
        }
        TimelineEvent::ChannelArchived => {
            vec![with_actor(who, vec![text(" archived the channel.")])]
        }
        TimelineEvent::ChannelUnarchived => {
            vec![with_actor(who, vec![text(" brought the channel back.")])]
        }
        TimelineEvent::ChannelRenamed { from, to } => vec![with_actor(
            who,
            vec![text(format!(" renamed the channel from #{from} to #{to}."))],
        )],
        TimelineEvent::ChannelRenamedByMuster { from, to } => vec![vec![text(format!(
            "The channel was renamed from #{from} to #{to}."
        ))]],
        TimelineEvent::ChannelNameLocked => vec![vec![text(
            "The channel’s name is left alone from now on: it was given by hand.",
        )]],
        TimelineEvent::ChannelDeleted => vec![with_actor(who, vec![text(" deleted the channel.")])],
        TimelineEvent::ChannelAutoArchived { days } => {
            let days = match days {
                1 => "a day".to_owned(),
                days => format!("{days} days"),
            };
            vec![vec![text(format!(
                "The channel was archived, {days} after the incident was resolved."
            ))]]
        }
        TimelineEvent::ChannelReplaced { old_name: former } => vec![vec![text(format!(
            "The incident is open again. Its earlier channel #{former} is archived, so it goes on here."
        ))]],
        TimelineEvent::RemindersStopped { reminder } => {
            vec![with_actor(
                who,
                vec![text(reminders_stopped_text(*reminder))],
            )]
        }
        TimelineEvent::Repaired { actions: mended } => {
            let built: Vec<_> = mended.iter().filter_map(|it| it.recreated_item()).collect();
            let words = format!(" had this built again: {}.", built.join(", "));
            vec![with_actor(who, vec![text(words)])]
        }
        TimelineEvent::DeliveryFailed {
            delivery_kind: owed,
            user,
            reason: why,
            ..
        } => vec![delivery_failed_text(*owed, user.as_ref(), why)],
    }
}

/// Returns the text for stopped reminders of a kind.
fn reminders_stopped_text(reminder: Reminder) -> &'static str {
    match reminder {
        Reminder::Update => " stopped the reminders to post an update.",
        Reminder::Severity => " stopped the reminders of the unknown severity.",
        Reminder::Archive => " stopped the archiving of the channel.",
    }
}

/// Returns the text for a failed delivery: its effect and the remedy.
fn delivery_failed_text(owed: DeliveryKind, user: Option<&UserId>, why: &str) -> RichText {
    let what = match owed {
        DeliveryKind::CreateChannel => "The incident’s channel could not be created.",
        DeliveryKind::InviteUser => " could not be brought into the channel.",
        DeliveryKind::KickUser => {
            " could not be taken out of the channel, and reads along until somebody does it by hand."
        }
        DeliveryKind::UpsertHeader => "The header could not be shown.",
        DeliveryKind::PinHeader => "The header could not be pinned.",
        DeliveryKind::PostActivity => "A post could not be sent.",
        DeliveryKind::SendPrivateReply => "The pointer to the channel could not be shown.",
        DeliveryKind::UpsertAnnouncement => {
            "The incident could not be announced in the global channel."
        }
        DeliveryKind::PostAnnouncementReply => "A reply under the announcement could not be sent.",
        DeliveryKind::SendDirectMessage => " could not be told directly.",
        DeliveryKind::AddPushpin => "A message could not be marked with a reaction.",
        DeliveryKind::RemovePushpin => "The reaction on a message could not be taken off.",
        DeliveryKind::FetchMessage => "A pinned message could not be read.",
        DeliveryKind::SetTopic => "The channel’s topic could not be set.",
        DeliveryKind::SetPurpose => "The channel’s description could not be set.",
        DeliveryKind::RenameChannel => "The channel could not be renamed.",
        DeliveryKind::SyncBookmarks => "A link could not be bookmarked.",
        DeliveryKind::SuggestCall => "Nobody could be asked about a video call.",
        DeliveryKind::FetchPermalink => "A message’s link could not be found.",
        DeliveryKind::PostReminder => "A reminder could not be posted.",
        DeliveryKind::ArchiveChannel => "The channel could not be archived.",
        DeliveryKind::ListOldMembers => {
            "Those who only read along could not be brought into the new channel."
        }
        DeliveryKind::DeleteAnnouncement => "The announcement could not be taken back.",
        DeliveryKind::PostOldChannelNotice => {
            "The former channel could not be told that the incident went on elsewhere."
        }
        DeliveryKind::ArchiveOldChannel => "The former channel could not be archived.",
        DeliveryKind::SendBriefing => "A person who joined could not be shown how things stand.",
        DeliveryKind::Repair => "It could not be seen what is missing in Slack.",
        DeliveryKind::FetchUser => "A person’s name could not be found.",
        DeliveryKind::ResolveUser => "It could not be found out who somebody is.",
        DeliveryKind::SendDeferredReply => "Somebody could not be answered.",
    };
    let mut sentence = Vec::new();
    if matches!(
        owed,
        DeliveryKind::InviteUser | DeliveryKind::KickUser | DeliveryKind::SendDirectMessage
    ) {
        sentence.push(match user {
            Some(user) => Span::User(user.clone()),
            None => text("Somebody"),
        });
    }
    sentence.push(text(format!("{what} {why}")));
    sentence
}

/// Returns the text for a changed chat or video call.
fn link_changed_text(label: &str, from: Option<&str>, to: Option<&str>) -> RichText {
    let url_link = |url: &str| link(block_kit_limits::truncate(url, QUOTE_PREVIEW), url);
    match (from, to) {
        (Some(from), Some(to)) => vec![
            text(format!(" changed the {label} from ")),
            url_link(from),
            text(" to "),
            url_link(to),
            text("."),
        ],
        (None, Some(to)) => vec![
            text(format!(" set the {label} to ")),
            url_link(to),
            text("."),
        ],
        (Some(from), None) => vec![
            text(format!(" removed the {label} ")),
            url_link(from),
            text("."),
        ],
        (None, None) => vec![text(format!(" removed the {label}."))],
    }
}

/// Returns the text for a changed field, without its actor.
fn field_changed_text(change: &FieldChange) -> RichText {
    let between = |field: &str, from: &str, to: &str| {
        vec![
            text(format!(" changed the {field} from ")),
            bold(from),
            text(" to "),
            bold(to),
            text("."),
        ]
    };
    let written = |field: &str, to: &str| {
        if to.is_empty() {
            vec![text(" emptied "), bold(field), text(".")]
        } else {
            vec![
                text(" wrote "),
                bold(field),
                text(format!(
                    ": {}",
                    block_kit_limits::truncate(to, QUOTE_PREVIEW)
                )),
            ]
        }
    };
    match change {
        FieldChange::Title { from, to } => {
            vec![text(format!(" changed the title from “{from}” to “{to}”."))]
        }
        FieldChange::Severity { from, to } => between("severity", from.as_str(), to.as_str()),
        FieldChange::Status { from, to } => between("status", from.label(), to.label()),
        FieldChange::Commander { from, to } => vec![
            text(" changed the commander from "),
            Span::User(from.clone()),
            text(" to "),
            Span::Mention(to.clone()),
            text("."),
        ],
        FieldChange::DetectionMethod { from, to } => {
            between("detection method", from.label(), to.label())
        }
        FieldChange::Summary { to, .. } => written("What happened", to),
        FieldChange::RootCause { to, .. } => written("Why it happened", to),
    }
}

/// Returns a paragraph that starts with its actor.
pub(super) fn with_actor(who: Option<Span>, rest: RichText) -> RichText {
    let mut sentence = vec![who.unwrap_or_else(|| text("Somebody"))];
    sentence.extend(rest);
    sentence
}

/// Replaces mentions with names.
pub fn without_mentions(sentences: Vec<RichText>) -> Vec<RichText> {
    let quiet = |piece| match piece {
        Span::Mention(user) => Span::User(user),
        other => other,
    };
    let sentences = sentences.into_iter();
    sentences
        .map(|sentence| sentence.into_iter().map(quiet).collect())
        .collect()
}

/// Renders paragraphs as one rich-text block, one per activity.
pub fn rich_text_block(sentences: &[RichText], names: &UserNames) -> SlackBlock {
    let mut elements = Vec::new();
    for sentence in sentences {
        if !elements.is_empty() {
            elements.push(SlackRichTextInlineElement::from("\n"));
        }
        elements.extend(sentence.iter().map(|piece| inline_element(piece, names)));
    }
    let section = SlackRichTextSection::new(elements);
    SlackRichTextBlock::new(vec![section.into()]).into()
}

/// Renders paragraphs as mrkdwn, for the fallback text.
pub fn mrkdwn(sentences: &[RichText], names: &UserNames) -> String {
    let lines: Vec<String> = sentences
        .iter()
        .map(|sentence| {
            sentence
                .iter()
                .map(|piece| match piece {
                    Span::Text(text) | Span::Bold(text) | Span::Code(text) => mrkdwn::escape(text),
                    Span::User(user) => mrkdwn::user_name(user, names),
                    Span::Mention(user) => mrkdwn::user_mention(user),
                    Span::Channel(channel) => mrkdwn::channel_mention(channel),
                    Span::Link(text, url) => mrkdwn::link(text, url),
                    Span::Time(timestamp) => mrkdwn::time(*timestamp),
                })
                .collect()
        })
        .collect();
    lines.join("\n")
}

fn inline_element(piece: &Span, names: &UserNames) -> SlackRichTextInlineElement {
    match piece {
        Span::Text(text) => SlackRichTextText::new(text.clone()).into(),
        Span::Bold(text) => SlackRichTextText::new(text.clone()).bold().into(),
        Span::Code(text) => SlackRichTextText::new(text.clone()).code().into(),
        Span::User(user) => match names.get(user) {
            Some(name) => SlackRichTextText::new(name.to_owned()).into(),
            None => user_element(user),
        },
        Span::Mention(user) => user_element(user),
        Span::Link(text, url) => SlackRichTextInlineElement::Link(
            SlackRichTextLink::new(url.as_str().into()).with_text(text.clone()),
        ),
        Span::Channel(channel) => SlackRichTextInlineElement::Channel(SlackRichTextChannel::new(
            channel.to_string().into(),
        )),
        Span::Time(timestamp) => date_element(*timestamp),
    }
}

fn user_element(user: &UserId) -> SlackRichTextInlineElement {
    SlackRichTextInlineElement::User(SlackRichTextUser::new(user.to_string().into()))
}

fn date_element(timestamp: Timestamp) -> SlackRichTextInlineElement {
    let seconds = SlackUtcDateTime::from_second(timestamp.epoch_seconds()).unwrap_or_default();
    SlackRichTextDate::new(SlackDateTime(seconds), mrkdwn::DATE_FORMAT.to_owned())
        .with_fallback(mrkdwn::format_utc(timestamp))
        .into()
}
