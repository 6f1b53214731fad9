//! What a person is told directly, in words: what concerns them, and where to go.

use muster_commands::buttons;
use muster_commands::limits::cut;
use slack_morphism::prelude::SlackActionsBlock;

use super::cards::TITLE_SHOWN;
use super::client::Message;
use super::task_words;
use super::words::{self, Piece, Sentence, plain, strong};
use crate::domain::{ChannelState, Incident, Mended, Names, Note};

/// Gives one message for some notes about an incident.
pub fn message(notes: &[&Note], incident: &Incident, names: &Names) -> Message {
    let mut sentences: Vec<Sentence> = notes.iter().flat_map(|note| told(note, incident)).collect();
    // Where Slack does not show the channel, nobody knows where it is.
    if !notes.iter().any(|note| is_hidden(note)) {
        sentences.push(place(incident));
    }
    let mut blocks = vec![words::block(&sentences, names)];
    if notes.iter().any(|note| is_subscribed(note)) {
        let end = buttons::unsubscribe(incident.id);
        blocks.push(SlackActionsBlock::new(vec![end.into()]).into());
    }
    Message {
        text: words::mrkdwn(&sentences, names),
        blocks,
    }
}

/// Says whether it tells that Slack does not show the channel.
fn is_hidden(note: &Note) -> bool {
    matches!(note, Note::Repaired { mended } if mended.contains(&Mended::Hidden))
}

/// Says whether it is told because the person subscribed.
fn is_subscribed(note: &Note) -> bool {
    match note {
        Note::Announced { .. } => true,
        Note::RoleGiven { .. }
        | Note::TaskGiven { .. }
        | Note::TaskOverdue { .. }
        | Note::Repaired { .. } => false,
    }
}

fn told(note: &Note, incident: &Incident) -> Vec<Sentence> {
    match note {
        Note::RoleGiven {
            by,
            role,
            description,
        } => {
            let given = vec![
                Piece::Person(by.clone()),
                plain(" gave you the role "),
                strong(role.clone()),
                plain(" in "),
                strong(incident.id.to_string()),
                plain(format!(" {}.", cut(&incident.shown_title(), TITLE_SHOWN))),
            ];
            let about = Some(description).filter(|text| !text.is_empty());
            let about = about.map(|text| vec![plain(text.clone())]);
            [given].into_iter().chain(about).collect()
        }
        Note::TaskGiven { by, task, due_at } => task_words::given(by, task, *due_at, incident),
        Note::TaskOverdue { task, due_at } => task_words::overdue(task, *due_at, incident),
        Note::Repaired { mended } => repaired(mended, incident),
        Note::Announced { line } => {
            let title = cut(&incident.shown_title(), TITLE_SHOWN);
            let of = [
                strong(incident.id.to_string()),
                plain(format!(" {title}: ")),
            ];
            let told = words::quiet(words::told(line)).into_iter();
            told.map(|sentence| [of.to_vec(), sentence].concat())
                .collect()
        }
    }
}

/// Says what a repair did.
fn repaired(mended: &[Mended], incident: &Incident) -> Vec<Sentence> {
    let of = |rest: String| {
        let title = cut(&incident.title, TITLE_SHOWN);
        vec![
            strong(incident.id.to_string()),
            plain(format!(" {title}: {rest}")),
        ]
    };
    let built: Vec<_> = mended.iter().filter_map(|it| it.built()).collect();
    let mut told = vec![of(match (built.as_slice(), mended) {
        ([], []) => "nothing was missing in Slack.".to_owned(),
        ([], [Mended::Hidden]) => "nothing could be looked at in its channel.".to_owned(),
        ([], _) => "nothing had to be built again.".to_owned(),
        (built, _) => format!("built again {}.", built.join(", ")),
    })];
    let noted = mended.iter().filter_map(|mended| match mended {
        Mended::Archived => Some(
            "Its channel is archived, and only a person can bring it back, in Slack. It is shown how \
             things stand then.",
        ),
        Mended::Unarchived => Some("Its channel is in use again."),
        Mended::Renamed => Some("Its channel has another name, which is noted now."),
        Mended::Named => Some("Its channel is given the name that the incident has now."),
        Mended::Hidden => Some(
            "Slack does not show its private channel to the app: it was deleted, or the app was taken out of \
             it. If it is still there, type /invite and the app’s name in it, and ask for the repair again.",
        ),
        Mended::Channel | Mended::Header | Mended::Card | Mended::Bookmarks => None,
    });
    told.extend(noted.map(|noted| vec![plain(noted)]));
    told
}

/// Says where the incident is dealt with.
fn place(incident: &Incident) -> Sentence {
    match (&incident.channel, incident.channel_state) {
        (Some(channel), ChannelState::Open) => vec![
            plain("Its channel is "),
            Piece::Channel(channel.id.clone()),
            plain("."),
        ],
        (Some(channel), ChannelState::Archived) => vec![
            plain("Its channel, "),
            Piece::Channel(channel.id.clone()),
            plain(", is archived."),
        ],
        (_, ChannelState::Deleted) => vec![plain("Its channel was deleted.")],
        (Some(_) | None, ChannelState::Awaited | ChannelState::Open) => {
            vec![plain("Its channel is on its way.")]
        }
        (Some(_) | None, ChannelState::Refused) | (None, ChannelState::Archived) => {
            vec![plain("It has no channel.")]
        }
    }
}
