//! What happened, in words: plain pieces that become rich text, where nothing that people wrote can
//! ping, format or link, and the text beside it for notifications.

mod impact;

use muster_commands::{ChannelId, PersonId, limits};
use slack_morphism::prelude::*;

use crate::domain::{FieldChange, Line, Moment, Names, Owed, Reminder, Visibility, What};
use crate::slack::{markup, role_words, task_words};

/// One piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words, exactly as they stand.
    Plain(String),
    /// Words that stand out.
    Strong(String),
    /// Words that can be typed just so.
    Code(String),
    /// Somebody, by name, without calling them; by a mention only if we do not know their name.
    Person(PersonId),
    /// Somebody who is called: Slack notifies them.
    Called(PersonId),
    /// A channel, by name.
    Channel(ChannelId),
    /// A link: what it is called, and where it leads.
    Link(String, String),
    /// A moment, to each reader in their own zone.
    Time(Moment),
}

/// A sentence.
pub type Sentence = Vec<Piece>;

/// How much of a long text is told; the timeline has the whole.
const QUOTED: usize = 300;

/// Gives words, exactly as they stand.
pub fn plain(text: impl Into<String>) -> Piece {
    Piece::Plain(text.into())
}

/// Gives words that stand out.
pub fn strong(text: impl Into<String>) -> Piece {
    Piece::Strong(text.into())
}

/// Gives a link that reads as what it is called.
pub fn link(text: impl Into<String>, url: impl Into<String>) -> Piece {
    Piece::Link(text.into(), url.into())
}

/// Gives the sentences that tell of one happening.
pub fn told(line: &Line) -> Vec<Sentence> {
    let who = line.by.clone().map(Piece::Person);
    match &line.what {
        What::Declared { .. } => vec![starting(who, vec![plain(" declared this incident.")])],
        What::Changed { changes } => changes
            .iter()
            .map(|change| starting(who.clone(), changed(change)))
            .collect(),
        What::ShownTo { to } => vec![starting(
            who,
            vec![
                plain(" made this incident "),
                strong(to.as_str()),
                plain(match to {
                    Visibility::Private => {
                        ": it is known to those who take part, and to nobody else."
                    }
                    Visibility::Public => ": it is known to everybody.",
                }),
            ],
        )],
        What::DocumentAdded { title, url } => {
            let document = link(title, url);
            vec![starting(
                who,
                vec![plain(" added the document "), document, plain(".")],
            )]
        }
        What::DocumentRemoved { title, url } => {
            let document = link(title, url);
            vec![starting(
                who,
                vec![plain(" removed the document "), document, plain(".")],
            )]
        }
        What::TaskAdded {
            task,
            assignees,
            due_at,
        } => vec![starting(who, task_words::added(task, assignees, *due_at))],
        What::TaskEdited { task, changes } => changes
            .iter()
            .map(|change| starting(who.clone(), task_words::edited(task, change)))
            .collect(),
        What::TaskDone { task } => vec![starting(who, task_words::turned("finished", task))],
        What::TaskReopened { task } => vec![starting(who, task_words::turned("reopened", task))],
        What::LinkChanged { kind, from, to } => {
            let rest = link_changed(kind.label(), from.as_deref(), to.as_deref());
            vec![starting(who, rest)]
        }
        What::ImpactStarted { .. } | What::ImpactEnded { .. } | What::ImpactEdited { .. } => {
            impact::told(who.as_ref(), line)
        }
        What::Note { text } => vec![starting(
            who,
            vec![plain(format!(
                " added a note: {}",
                limits::cut(text, QUOTED)
            ))],
        )],
        What::Message { text } if text.is_empty() => {
            vec![starting(who, vec![plain(" wrote a message.")])]
        }
        What::Message { text } => vec![starting(
            who,
            vec![plain(format!(" wrote: {}", limits::cut(text, QUOTED)))],
        )],
        What::Responders { news } => {
            vec![starting(who, role_words::told(line.by.as_ref(), news))]
        }
        What::ChannelArchived => vec![starting(who, vec![plain(" archived the channel.")])],
        What::ChannelUnarchived => vec![starting(who, vec![plain(" brought the channel back.")])],
        What::ChannelRenamed { from, to } => vec![starting(
            who,
            vec![plain(format!(
                " renamed the channel from #{from} to #{to}."
            ))],
        )],
        What::ChannelFollowed { from, to } => vec![vec![plain(format!(
            "The channel was renamed from #{from} to #{to}."
        ))]],
        What::NameLeftAlone => vec![vec![plain(
            "The channel’s name is left alone from now on: it was given by hand.",
        )]],
        What::ChannelDeleted => vec![starting(who, vec![plain(" deleted the channel.")])],
        What::ChannelPutAway { days } => {
            let days = match days {
                1 => "a day".to_owned(),
                days => format!("{days} days"),
            };
            vec![vec![plain(format!(
                "The channel was archived, {days} after the incident was resolved."
            ))]]
        }
        What::ChannelReplaced { former } => vec![vec![plain(format!(
            "The incident is open again. Its earlier channel #{former} is archived, so it goes on here."
        ))]],
        What::RemindersStopped { of } => vec![starting(who, vec![plain(stopped(*of))])],
        What::Repaired { mended } => {
            let built: Vec<_> = mended.iter().filter_map(|it| it.built()).collect();
            let words = format!(" had this built again: {}.", built.join(", "));
            vec![starting(who, vec![plain(words)])]
        }
        What::Undelivered {
            owed, person, why, ..
        } => vec![undelivered(*owed, person.as_ref(), why)],
    }
}

/// Gives what there is no reminder of any more.
fn stopped(of: Reminder) -> &'static str {
    match of {
        Reminder::Update => " stopped the reminders to post an update.",
        Reminder::Severity => " stopped the reminders of the unknown severity.",
        Reminder::Archive => " stopped the archiving of the channel.",
    }
}

/// Gives what did not happen, and what to do about it.
fn undelivered(owed: Owed, person: Option<&PersonId>, why: &str) -> Sentence {
    let what = match owed {
        Owed::OpenChannel => "The incident’s channel could not be created.",
        Owed::Invite => " could not be brought into the channel.",
        Owed::Uninvite => {
            " could not be taken out of the channel, and reads along until somebody does it by hand."
        }
        Owed::ShowHeader => "The header could not be shown.",
        Owed::PinHeader => "The header could not be pinned.",
        Owed::Tell => "A post could not be sent.",
        Owed::Point => "The pointer to the channel could not be shown.",
        Owed::ShowCard => "The incident could not be announced in the global channel.",
        Owed::Reply => "A reply under the announcement could not be sent.",
        Owed::Direct => " could not be told directly.",
        Owed::Mark => "A message could not be marked with a reaction.",
        Owed::Unmark => "The reaction on a message could not be taken off.",
        Owed::ReadMessage => "A pinned message could not be read.",
        Owed::SetTopic => "The channel’s topic could not be set.",
        Owed::SetPurpose => "The channel’s description could not be set.",
        Owed::RenameChannel => "The channel could not be renamed.",
        Owed::Bookmark => "A link could not be bookmarked.",
        Owed::OfferCall => "Nobody could be asked about a video call.",
        Owed::FindPermalink => "A message’s link could not be found.",
        Owed::Remind => "A reminder could not be posted.",
        Owed::ArchiveChannel => "The channel could not be archived.",
        Owed::Gather => "Those who only read along could not be brought into the new channel.",
        Owed::Withdraw => "The announcement could not be taken back.",
        Owed::Farewell => {
            "The former channel could not be told that the incident went on elsewhere."
        }
        Owed::ArchiveFormer => "The former channel could not be archived.",
        Owed::Brief => "A person who joined could not be shown how things stand.",
        Owed::Repair => "It could not be seen what is missing in Slack.",
        Owed::LearnPerson => "A person’s name could not be found.",
        Owed::Meet => "It could not be found out who somebody is.",
        Owed::Answer => "Somebody could not be answered.",
    };
    let mut sentence = Vec::new();
    if matches!(owed, Owed::Invite | Owed::Uninvite | Owed::Direct) {
        sentence.push(match person {
            Some(person) => Piece::Person(person.clone()),
            None => plain("Somebody"),
        });
    }
    sentence.push(plain(format!("{what} {why}")));
    sentence
}

/// Gives how the chat or the video call changed.
fn link_changed(label: &str, from: Option<&str>, to: Option<&str>) -> Sentence {
    let shown = |url: &str| link(limits::cut(url, QUOTED), url);
    match (from, to) {
        (Some(from), Some(to)) => vec![
            plain(format!(" changed the {label} from ")),
            shown(from),
            plain(" to "),
            shown(to),
            plain("."),
        ],
        (None, Some(to)) => vec![
            plain(format!(" set the {label} to ")),
            shown(to),
            plain("."),
        ],
        (Some(from), None) => vec![
            plain(format!(" removed the {label} ")),
            shown(from),
            plain("."),
        ],
        (None, None) => vec![plain(format!(" removed the {label}."))],
    }
}

/// Gives what was changed, from what to what, without who did it.
fn changed(change: &FieldChange) -> Sentence {
    let between = |field: &str, from: &str, to: &str| {
        vec![
            plain(format!(" changed the {field} from ")),
            strong(from),
            plain(" to "),
            strong(to),
            plain("."),
        ]
    };
    let written = |field: &str, to: &str| {
        if to.is_empty() {
            vec![plain(" emptied "), strong(field), plain(".")]
        } else {
            vec![
                plain(" wrote "),
                strong(field),
                plain(format!(": {}", limits::cut(to, QUOTED))),
            ]
        }
    };
    match change {
        FieldChange::Title { from, to } => vec![plain(format!(
            " changed the title from “{from}” to “{to}”."
        ))],
        FieldChange::Severity { from, to } => between("severity", from.as_str(), to.as_str()),
        FieldChange::Status { from, to } => between("status", from.shown(), to.shown()),
        FieldChange::Commander { from, to } => vec![
            plain(" changed the commander from "),
            Piece::Person(from.clone()),
            plain(" to "),
            Piece::Called(to.clone()),
            plain("."),
        ],
        FieldChange::DetectionMethod { from, to } => {
            between("detection method", from.label(), to.label())
        }
        FieldChange::Summary { to, .. } => written("What happened", to),
        FieldChange::RootCause { to, .. } => written("Why it happened", to),
    }
}

/// Gives a sentence that begins with who did it.
fn starting(who: Option<Piece>, rest: Sentence) -> Sentence {
    let mut sentence = vec![who.unwrap_or_else(|| plain("Somebody"))];
    sentence.extend(rest);
    sentence
}

/// Gives sentences that call nobody.
pub fn quiet(sentences: Vec<Sentence>) -> Vec<Sentence> {
    let quiet = |piece| match piece {
        Piece::Called(person) => Piece::Person(person),
        other => other,
    };
    let all = sentences.into_iter();
    all.map(|sentence| sentence.into_iter().map(quiet).collect())
        .collect()
}

/// Gives sentences as one block of rich text, each on a line of its own.
pub fn block(sentences: &[Sentence], names: &Names) -> SlackBlock {
    let mut elements = Vec::new();
    for sentence in sentences {
        if !elements.is_empty() {
            elements.push(SlackRichTextInlineElement::from("\n"));
        }
        elements.extend(sentence.iter().map(|piece| rich(piece, names)));
    }
    let section = SlackRichTextSection::new(elements);
    SlackRichTextBlock::new(vec![section.into()]).into()
}

/// Gives sentences as mrkdwn, for where blocks are not shown.
pub fn mrkdwn(sentences: &[Sentence], names: &Names) -> String {
    let lines: Vec<String> = sentences
        .iter()
        .map(|sentence| {
            sentence
                .iter()
                .map(|piece| match piece {
                    Piece::Plain(text) | Piece::Strong(text) | Piece::Code(text) => {
                        markup::escape(text)
                    }
                    Piece::Person(person) => markup::name(person, names),
                    Piece::Called(person) => markup::person(person),
                    Piece::Channel(channel) => markup::channel(channel),
                    Piece::Link(text, url) => markup::link(text, url),
                    Piece::Time(moment) => markup::time(*moment),
                })
                .collect()
        })
        .collect();
    lines.join("\n")
}

fn rich(piece: &Piece, names: &Names) -> SlackRichTextInlineElement {
    match piece {
        Piece::Plain(text) => SlackRichTextText::new(text.clone()).into(),
        Piece::Strong(text) => SlackRichTextText::new(text.clone()).bold().into(),
        Piece::Code(text) => SlackRichTextText::new(text.clone()).code().into(),
        Piece::Person(person) => match names.of(person) {
            Some(name) => SlackRichTextText::new(name.to_owned()).into(),
            None => called(person),
        },
        Piece::Called(person) => called(person),
        Piece::Link(text, url) => SlackRichTextInlineElement::Link(
            SlackRichTextLink::new(url.as_str().into()).with_text(text.clone()),
        ),
        Piece::Channel(channel) => SlackRichTextInlineElement::Channel(SlackRichTextChannel::new(
            channel.to_string().into(),
        )),
        Piece::Time(moment) => time(*moment),
    }
}

fn called(person: &PersonId) -> SlackRichTextInlineElement {
    SlackRichTextInlineElement::User(SlackRichTextUser::new(person.to_string().into()))
}

fn time(moment: Moment) -> SlackRichTextInlineElement {
    let seconds = SlackUtcDateTime::from_second(moment.epoch_seconds()).unwrap_or_default();
    SlackRichTextDate::new(SlackDateTime(seconds), markup::TIME.to_owned())
        .with_fallback(markup::utc(moment))
        .into()
}
