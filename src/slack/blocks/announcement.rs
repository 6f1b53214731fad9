//! Block Kit messages: announcement, activity, welcome, reminder, private reply, old-channel notice; and
//! the channel's topic and purpose.

use muster_commands::modal::block_kit_limits::{length, truncate};
use muster_commands::payload::button_click;
use muster_commands::{ChannelId, Severity, SeverityScale, Status, suggest_call};
use slack_morphism::prelude::*;

use crate::domain::{
    Activity, ChannelState, DeliveryKind, Incident, Reminder, TimelineEvent, UserNames, Visibility,
};
use crate::slack::blocks::mrkdwn;
use crate::slack::blocks::mrkdwn::escape;
use crate::slack::client::Message;
use crate::slack::text::activity;
use crate::slack::text::activity::{RichText, Span, text};

/// Slack: a header has at most 150 characters, docs.slack.dev/reference/block-kit/blocks/header-block.
const HEADER_LIMIT: usize = 150;
/// Slack: a field of a section has at most 2,000 characters.
const FIELD_LIMIT: usize = 2_000;
/// Maximum length of a title within a sentence.
pub const TITLE_PREVIEW: usize = 120;
/// Slack: a topic and a purpose have at most 250 characters.
pub const TOPIC_LIMIT: usize = 250;

/// Returns the announcement: the incident's current state, for users outside its channel. It mentions no
/// one.
pub fn announcement(
    incident: &Incident,
    names: &UserNames,
    scale: &SeverityScale,
    team: &str,
) -> Message {
    let commander = mrkdwn::user_name(&incident.commander, names);
    let mut blocks = title_blocks(incident);
    blocks.extend([
        overview_section(incident, &commander, scale),
        context_block(&times_text(incident, names)),
    ]);
    let mut buttons = Vec::new();
    if let (Some(channel), ChannelState::Open) = (&incident.channel, incident.channel_state) {
        buttons.push(join_button(team, &channel.id));
    }
    buttons.push(button_click::subscribe_button(incident.id).into());
    blocks.push(SlackActionsBlock::new(buttons).into());
    match (&incident.channel, incident.channel_state) {
        (Some(_), ChannelState::Open) => {}
        (Some(_) | None, state) => blocks.push(context_block(no_channel_text(state))),
    }
    Message {
        text: summary_text(incident),
        blocks,
    }
}

/// Returns the activity message for the incident channel. It mentions the affected users but not the
/// actors.
pub fn activity(lines: &[Activity], names: &UserNames) -> Message {
    message_with_retry_buttons(
        lines,
        lines.iter().flat_map(activity::activity_text).collect(),
        names,
    )
}

/// Returns the announcement reply: the same activity, without mentions.
pub fn announcement_reply(lines: &[Activity], names: &UserNames) -> Message {
    let sentences = lines.iter().flat_map(activity::activity_text).collect();
    message_with_retry_buttons(lines, activity::without_mentions(sentences), names)
}

/// Returns the first message of a channel, below its header, with the main commands.
pub fn welcome(line: &Activity, names: &UserNames, command: &str) -> Message {
    let mut message = activity(std::slice::from_ref(line), names);
    message.blocks.push(context_block(&format!(
        "`{command} incident update` changes how things stand. *Add to Incident*, in the menu of a \
         message, puts it on the timeline."
    )));
    message
}

/// Returns a reminder with its buttons. It mentions the commander.
pub fn reminder(incident: &Incident, of: Reminder, since: chrono::Duration) -> Message {
    let long = format_duration(chrono::Duration::minutes(since.num_minutes()));
    let said = match of {
        Reminder::Update => format!(", nobody has said for {long} how things stand."),
        Reminder::Severity => format!(", the severity has been UNKNOWN for {long}. How bad is it?"),
        // Unused: archiving needs no reminder message.
        Reminder::Archive => format!(", it is {long} since this was resolved."),
    };
    let sentence = vec![Span::Mention(incident.commander.clone()), text(said)];
    let mut message = text_message(sentence);
    let buttons = button_click::reminder_buttons(incident.id, of.as_str());
    message
        .blocks
        .push(SlackActionsBlock::new(buttons.map(Into::into).to_vec()).into());
    message
}

/// Returns the reply to the user who declared the incident, sent where they declared it.
pub fn private_reply(incident: &Incident, trouble: Option<&Activity>) -> Message {
    let mut sentence = vec![text(format!("{} is declared: ", incident.id))];
    match (&incident.channel, trouble) {
        (Some(channel), None) => sentence.extend([
            Span::Channel(channel.id.clone()),
            text(" is its channel, and you are in it."),
        ]),
        (_, Some(line)) => {
            sentence = vec![text(match line.event {
                TimelineEvent::DeliveryFailed {
                    delivery_kind: DeliveryKind::PostActivity,
                    ..
                } => format!(
                    "What you did for {} is stored, but its channel was not told. ",
                    incident.id
                ),
                _ => format!("{} is stored, but it has no channel. ", incident.id),
            })];
            sentence.extend(activity::activity_text(line).into_iter().flatten());
        }
        (None, None) => sentence.push(text("its channel is on its way.")),
    }
    let lines: Vec<_> = trouble.into_iter().cloned().collect();
    message_with_retry_buttons(&lines, vec![sentence], &UserNames::default())
}

/// Returns the reply in the thread of the message from which the incident was declared.
pub fn thread_reply(incident: &Incident) -> Message {
    let mut sentence = vec![text(format!(
        "{} is declared because of this: ",
        incident.id
    ))];
    match &incident.channel {
        Some(channel) => {
            sentence.extend([Span::Channel(channel.id.clone()), text(" is its channel.")])
        }
        None => sentence.push(text("its channel is on its way.")),
    }
    message_with_retry_buttons(&[], vec![sentence], &UserNames::default())
}

/// Returns the last message of an old channel. It contains no details of the incident: remaining members
/// may lack access to it.
pub fn old_channel_notice(incident: &Incident) -> Message {
    let mut sentence = vec![text(match incident.visibility {
        Visibility::Private => {
            "This incident is private from now on, and goes on elsewhere with those who are here. This \
             channel is archived."
        }
        Visibility::Public => {
            "This incident is public from now on, and goes on elsewhere. This channel is archived."
        }
    })];
    if incident.visibility == Visibility::Public
        && let Some(channel) = &incident.channel
    {
        sentence.extend([text(" "), Span::Channel(channel.id.clone())]);
    }
    text_message(sentence)
}

/// Returns the prompt to use a posted URL as the incident's call.
pub fn call_suggestion(url: &str) -> Message {
    let question = vec![
        text("Use as this incident's call? "),
        activity::link(truncate(url, HEADER_LIMIT), url),
    ];
    let mut message = text_message(question);
    let button = suggest_call::suggest_call_button(url).into();
    message
        .blocks
        .push(SlackActionsBlock::new(vec![button]).into());
    message
}

/// Returns a message of one paragraph, without user names.
pub fn text_message(sentence: RichText) -> Message {
    message_with_retry_buttons(&[], vec![sentence], &UserNames::default())
}

/// Returns a message with one **Try again** button per failed delivery.
fn message_with_retry_buttons(
    lines: &[Activity],
    sentences: Vec<RichText>,
    names: &UserNames,
) -> Message {
    let mut blocks = vec![activity::rich_text_block(&sentences, names)];
    let undelivered = lines.iter().filter_map(|line| match &line.event {
        TimelineEvent::DeliveryFailed {
            delivery_id: delivery,
            ..
        } => Some(*delivery),
        _ => None,
    });
    // At most five buttons, to keep the message readable.
    blocks.extend(undelivered.take(5).map(retry_block));
    Message {
        text: activity::mrkdwn(&sentences, names),
        blocks,
    }
}

/// Returns the topic of an incident channel.
pub fn topic(incident: &Incident, scale: &SeverityScale) -> String {
    // Severity, status and commander are far shorter than the limit. The cut covers later changes of
    // Slack's.
    truncate(
        &format!(
            "{}{} · {} · Commander: {}{}",
            incident.kind.display_title(""),
            escape(&scale.severity_name(incident.severity)),
            incident.status.label(),
            mrkdwn::user_mention(&incident.commander),
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
    let mut shown = HEADER_LIMIT;
    loop {
        let purpose = format!(
            "{}: {}",
            incident.id,
            escape(&truncate(&incident.display_title(), shown))
        );
        if length(&purpose) <= TOPIC_LIMIT {
            return purpose;
        }
        shown -= 10;
    }
}

/// Returns the incident in one line, for notifications.
pub(crate) fn summary_text(incident: &Incident) -> String {
    format!(
        "[{} · {}] {} {}",
        incident.severity,
        incident.status.label(),
        incident.id,
        escape(&incident.display_title())
    )
}

/// Returns a header block with ID and title, and a section with the full title if the header is cut.
pub(crate) fn title_blocks(incident: &Incident) -> Vec<SlackBlock> {
    let whole = format!("{} {}", incident.id, incident.display_title());
    let large = truncate(&whole, HEADER_LIMIT);
    let is_cut = large != whole;
    let as_typed = |text: String| SlackBlockPlainText::new(text).with_emoji(false);
    let mut blocks = vec![SlackHeaderBlock::new(as_typed(large).into()).into()];
    if is_cut {
        let text = as_typed(incident.title.clone()).into();
        blocks.push(SlackSectionBlock::new().with_text(text).into());
    }
    blocks
}

/// Returns a section with severity, status, commander and customer impact.
pub(crate) fn overview_section(
    incident: &Incident,
    commander: &str,
    scale: &SeverityScale,
) -> SlackBlock {
    let fields = [
        (
            "Severity",
            format!(
                "{} {}",
                severity_emoji(incident),
                escape(&scale.severity_name(incident.severity))
            ),
        ),
        ("Status", incident.status.label().to_owned()),
        ("Incident Commander", commander.to_owned()),
        ("Customer impact", impact_text(incident)),
    ];
    let fields = fields
        .into_iter()
        .map(|(label, value)| {
            SlackBlockMarkDownText::new(truncate(&format!("*{label}*\n{value}"), FIELD_LIMIT))
                .into()
        })
        .collect();
    SlackSectionBlock::new().with_fields(fields).into()
}

/// Returns the emoji whose colour shows the severity.
fn severity_emoji(incident: &Incident) -> &'static str {
    match (incident.status, incident.severity) {
        (Status::Resolved | Status::Completed, _) => ":large_green_circle:",
        (_, Severity::Sev0 | Severity::Sev1 | Severity::Sev2) => ":red_circle:",
        (_, Severity::Sev3) => ":large_orange_circle:",
        (_, Severity::Unknown) => ":white_circle:",
        (_, Severity::Sev4 | Severity::Sev5 | Severity::Sev6 | Severity::Sev7) => {
            ":large_yellow_circle:"
        }
        (_, Severity::Sev8 | Severity::Sev9 | Severity::Sev10) => ":large_yellow_circle:",
    }
}

fn impact_text(incident: &Incident) -> String {
    let first = incident.first_impact_start();
    if let (Some(since), Some(_)) = (first, incident.open_impact()) {
        return format!("since {}", mrkdwn::time_and_age(since));
    }
    // The current time is irrelevant without an open impact.
    match incident.customer_impact_duration(incident.declared_at) {
        Some(lasted) => format!("ended after {}", format_duration(lasted)),
        None => incident.customer_impact.label().to_owned(),
    }
}

/// Formats a duration: `25 minutes`.
pub fn format_duration(length: chrono::Duration) -> String {
    let mut words = timeago::Formatter::new();
    words.num_items(2).ago("").too_low("less than a second");
    words.convert_chrono(
        chrono::DateTime::UNIX_EPOCH,
        chrono::DateTime::UNIX_EPOCH + length,
    )
}

/// Returns who declared the incident and when, and when it was resolved.
pub(crate) fn times_text(incident: &Incident, names: &UserNames) -> String {
    let declared = format!(
        "Declared by {} {}",
        mrkdwn::user_name(&incident.declared_by, names),
        mrkdwn::time(incident.declared_at)
    );
    match incident.resolved_at {
        None => declared,
        Some(resolved) => format!(
            "{declared} · Resolved {} after {}",
            mrkdwn::time(resolved),
            format_duration(resolved.duration_since(incident.declared_at))
        ),
    }
}

fn no_channel_text(state: ChannelState) -> &'static str {
    match state {
        ChannelState::Pending | ChannelState::Open => "Its channel is on its way.",
        ChannelState::Failed => "It has no channel.",
        ChannelState::Archived => "Its channel is archived.",
        ChannelState::Deleted => "Its channel was deleted.",
    }
}

/// Returns a link button that opens the channel in any Slack client,
/// docs.slack.dev/interactivity/deep-linking.
fn join_button(team: &str, channel: &ChannelId) -> SlackActionBlockElement {
    let address = format!("https://slack.com/app_redirect?channel={channel}&team={team}");
    button_click::join_channel_button(&address).into()
}

/// Returns a **Try again** button in its own actions block: action IDs must be unique within a block.
fn retry_block(delivery: i64) -> SlackBlock {
    SlackActionsBlock::new(vec![button_click::retry_button(delivery).into()]).into()
}

/// Returns a context block.
pub(crate) fn context_block(text: &str) -> SlackBlock {
    SlackContextBlock::new(vec![SlackBlockMarkDownText::new(text.to_owned()).into()]).into()
}
