//! What we post, as Block Kit: the card, the pointer, the posts, the topic.

use muster_commands::limits::{cut, length};
use muster_commands::{ChannelId, Scale, Severity, Status, buttons, call_link};
use slack_morphism::prelude::*;

use super::client::Message;
use super::markup::{self, escape};
use super::words::{self, Piece, Sentence, plain};
use crate::domain::{ChannelState, Incident, Line, Names, Owed, Reminder, Visibility, What};

/// Slack: a header has at most 150 characters, docs.slack.dev/reference/block-kit/blocks/header-block.
const HEADER_LIMIT: usize = 150;
/// Slack: a field of a section has at most 2,000 characters.
const FIELD_LIMIT: usize = 2_000;
/// How much of a title is told in a sentence.
pub const TITLE_SHOWN: usize = 120;
/// Slack: a topic and a purpose have at most 250 characters.
pub const TOPIC_LIMIT: usize = 250;

/// The card in the global channel: how things stand, for those who are not in it. It calls nobody.
pub fn card(incident: &Incident, names: &Names, scale: &Scale, team: &str) -> Message {
    let commander = markup::name(&incident.commander, names);
    let mut blocks = title(incident);
    blocks.extend([
        glance(incident, &commander, scale),
        small(&times(incident, names)),
    ]);
    let mut buttons = Vec::new();
    if let (Some(channel), ChannelState::Open) = (&incident.channel, incident.channel_state) {
        buttons.push(join_button(team, &channel.id));
    }
    buttons.push(buttons::subscribe(incident.id).into());
    blocks.push(SlackActionsBlock::new(buttons).into());
    match (&incident.channel, incident.channel_state) {
        (Some(_), ChannelState::Open) => {}
        (Some(_) | None, state) => blocks.push(small(no_channel(state))),
    }
    Message {
        text: in_one_line(incident),
        blocks,
    }
}

/// What is told in the incident's channel. It calls those whom it concerns, not those who did it.
pub fn post(lines: &[Line], names: &Names) -> Message {
    told(lines, lines.iter().flat_map(words::told).collect(), names)
}

/// What is told under the card. It calls nobody.
pub fn reply(lines: &[Line], names: &Names) -> Message {
    let sentences = lines.iter().flat_map(words::told).collect();
    told(lines, words::quiet(sentences), names)
}

/// The first post of a channel, below its header: what can be done here.
pub fn welcome(line: &Line, names: &Names, command: &str) -> Message {
    let mut message = post(std::slice::from_ref(line), names);
    message.blocks.push(small(&format!(
        "`{command} incident update` changes how things stand. *Add to Incident*, in the menu of a \
         message, puts it on the timeline."
    )));
    message
}

/// A reminder in the incident's channel, with what can be done about it. It calls the commander.
pub fn reminder(incident: &Incident, of: Reminder, since: chrono::Duration) -> Message {
    let long = how_long(chrono::Duration::minutes(since.num_minutes()));
    let said = match of {
        Reminder::Update => format!(", nobody has said for {long} how things stand."),
        Reminder::Severity => format!(", the severity has been UNKNOWN for {long}. How bad is it?"),
        // Nobody is reminded of that: it is done.
        Reminder::Archive => format!(", it is {long} since this was resolved."),
    };
    let sentence = vec![Piece::Called(incident.commander.clone()), plain(said)];
    let mut message = line(sentence);
    let buttons = buttons::of_reminder(incident.id, of.as_str());
    message
        .blocks
        .push(SlackActionsBlock::new(buttons.map(Into::into).to_vec()).into());
    message
}

/// What the person who declared sees where they declared.
pub fn pointer(incident: &Incident, trouble: Option<&Line>) -> Message {
    let mut sentence = vec![plain(format!("{} is declared: ", incident.id))];
    match (&incident.channel, trouble) {
        (Some(channel), None) => sentence.extend([
            Piece::Channel(channel.id.clone()),
            plain(" is its channel, and you are in it."),
        ]),
        (_, Some(line)) => {
            sentence = vec![plain(match line.what {
                What::Undelivered {
                    owed: Owed::Tell, ..
                } => format!(
                    "What you did for {} is stored, but its channel was not told. ",
                    incident.id
                ),
                _ => format!("{} is stored, but it has no channel. ", incident.id),
            })];
            sentence.extend(words::told(line).into_iter().flatten());
        }
        (None, None) => sentence.push(plain("its channel is on its way.")),
    }
    let lines: Vec<_> = trouble.into_iter().cloned().collect();
    told(&lines, vec![sentence], &Names::default())
}

/// What the thread of a message reads that an incident was declared from.
pub fn thread_pointer(incident: &Incident) -> Message {
    let mut sentence = vec![plain(format!(
        "{} is declared because of this: ",
        incident.id
    ))];
    match &incident.channel {
        Some(channel) => sentence.extend([
            Piece::Channel(channel.id.clone()),
            plain(" is its channel."),
        ]),
        None => sentence.push(plain("its channel is on its way.")),
    }
    told(&[], vec![sentence], &Names::default())
}

/// The last post of a channel that its incident left. It says nothing of the incident: whoever is left to
/// read it need not know of it.
pub fn farewell(incident: &Incident) -> Message {
    let mut sentence = vec![plain(match incident.visibility {
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
        sentence.extend([plain(" "), Piece::Channel(channel.id.clone())]);
    }
    line(sentence)
}

/// The question whether a link that somebody pasted is the incident's call.
pub fn offer(url: &str) -> Message {
    let question = vec![
        plain("Use as this incident's call? "),
        words::link(cut(url, HEADER_LIMIT), url),
    ];
    let mut message = line(question);
    let button = call_link::use_button(url).into();
    message
        .blocks
        .push(SlackActionsBlock::new(vec![button]).into());
    message
}

/// A line for one person.
pub fn line(sentence: Sentence) -> Message {
    told(&[], vec![sentence], &Names::default())
}

/// Sentences, and a button for each thing that could not be delivered.
fn told(lines: &[Line], sentences: Vec<Sentence>, names: &Names) -> Message {
    let mut blocks = vec![words::block(&sentences, names)];
    let undelivered = lines.iter().filter_map(|line| match &line.what {
        What::Undelivered { delivery, .. } => Some(*delivery),
        _ => None,
    });
    // More than five buttons in one message help nobody.
    blocks.extend(undelivered.take(5).map(try_again));
    Message {
        text: words::mrkdwn(&sentences, names),
        blocks,
    }
}

/// The topic of an incident's channel.
pub fn topic(incident: &Incident, scale: &Scale) -> String {
    // Severity, status and commander fit by far; the cut is for what Slack may yet change.
    cut(
        &format!(
            "{}{} · {} · Commander: {}{}",
            incident.nature.marked(""),
            escape(&scale.in_words(incident.severity)),
            incident.status.shown(),
            markup::person(&incident.commander),
            match incident.visibility {
                Visibility::Public => "",
                Visibility::Private => " · Private",
            }
        ),
        TOPIC_LIMIT,
    )
}

/// The description of an incident's channel.
pub fn purpose(incident: &Incident) -> String {
    // Escaping makes a text longer, and must not be cut in the middle.
    let mut shown = HEADER_LIMIT;
    loop {
        let purpose = format!(
            "{}: {}",
            incident.id,
            escape(&cut(&incident.shown_title(), shown))
        );
        if length(&purpose) <= TOPIC_LIMIT {
            return purpose;
        }
        shown -= 10;
    }
}

/// An incident in one line, for notifications.
pub(super) fn in_one_line(incident: &Incident) -> String {
    format!(
        "[{} · {}] {} {}",
        incident.severity,
        incident.status.shown(),
        incident.id,
        escape(&incident.shown_title())
    )
}

/// The number and the title in large letters; a title that is too long for those, whole below them.
pub(super) fn title(incident: &Incident) -> Vec<SlackBlock> {
    let whole = format!("{} {}", incident.id, incident.shown_title());
    let large = cut(&whole, HEADER_LIMIT);
    let is_cut = large != whole;
    let as_typed = |text: String| SlackBlockPlainText::new(text).with_emoji(false);
    let mut blocks = vec![SlackHeaderBlock::new(as_typed(large).into()).into()];
    if is_cut {
        let text = as_typed(incident.title.clone()).into();
        blocks.push(SlackSectionBlock::new().with_text(text).into());
    }
    blocks
}

/// Severity, status, commander and what customers notice, side by side.
pub(super) fn glance(incident: &Incident, commander: &str, scale: &Scale) -> SlackBlock {
    let fields = [
        (
            "Severity",
            format!(
                "{} {}",
                light(incident),
                escape(&scale.in_words(incident.severity))
            ),
        ),
        ("Status", incident.status.shown().to_owned()),
        ("Incident Commander", commander.to_owned()),
        ("Customer impact", impact(incident)),
    ];
    let fields = fields
        .into_iter()
        .map(|(label, value)| {
            SlackBlockMarkDownText::new(cut(&format!("*{label}*\n{value}"), FIELD_LIMIT)).into()
        })
        .collect();
    SlackSectionBlock::new().with_fields(fields).into()
}

/// How bad it is, as a colour that is seen from afar.
fn light(incident: &Incident) -> &'static str {
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

fn impact(incident: &Incident) -> String {
    let first = incident.first_impact_start();
    if let (Some(since), Some(_)) = (first, incident.open_impact()) {
        return format!("since {}", markup::time_and_age(since));
    }
    // Without an open impact it does not matter what time it is.
    match incident.customer_impact_duration(incident.declared_at) {
        Some(lasted) => format!("ended after {}", how_long(lasted)),
        None => incident.customer_impact.label().to_owned(),
    }
}

/// A length of time in words: `25 minutes`.
pub fn how_long(length: chrono::Duration) -> String {
    let mut words = timeago::Formatter::new();
    words.num_items(2).ago("").too_low("less than a second");
    words.convert_chrono(
        chrono::DateTime::UNIX_EPOCH,
        chrono::DateTime::UNIX_EPOCH + length,
    )
}

/// By whom and when it was declared, and when it was resolved.
pub(super) fn times(incident: &Incident, names: &Names) -> String {
    let declared = format!(
        "Declared by {} {}",
        markup::name(&incident.declared_by, names),
        markup::time(incident.declared_at)
    );
    match incident.resolved_at {
        None => declared,
        Some(resolved) => format!(
            "{declared} · Resolved {} after {}",
            markup::time(resolved),
            how_long(resolved.since(incident.declared_at))
        ),
    }
}

fn no_channel(state: ChannelState) -> &'static str {
    match state {
        ChannelState::Awaited | ChannelState::Open => "Its channel is on its way.",
        ChannelState::Refused => "It has no channel.",
        ChannelState::Archived => "Its channel is archived.",
        ChannelState::Deleted => "Its channel was deleted.",
    }
}

/// Slack: this address opens a channel in whatever Slack the reader uses,
/// docs.slack.dev/interactivity/deep-linking.
fn join_button(team: &str, channel: &ChannelId) -> SlackActionBlockElement {
    let address = format!("https://slack.com/app_redirect?channel={channel}&team={team}");
    buttons::join_channel(&address).into()
}

/// A row of its own: two buttons of one name may not stand in one row.
fn try_again(delivery: i64) -> SlackBlock {
    SlackActionsBlock::new(vec![buttons::try_again(delivery).into()]).into()
}

/// A text in small letters.
pub(super) fn small(text: &str) -> SlackBlock {
    SlackContextBlock::new(vec![SlackBlockMarkDownText::new(text.to_owned()).into()]).into()
}
