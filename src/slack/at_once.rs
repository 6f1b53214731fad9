//! `/datadog incident severity SEV-2`, `status stable`, `resolve`, `title …`, `commander @ann`: which words
//! there are, and what is said of the change.

use muster_commands::at_once::AtOnce;
use muster_commands::update::Update;
use muster_commands::{PersonId, Status, UnknownWord, title_trouble};

use super::mentioned::whom;
use super::one_thing::OneThing;
use super::words::{Piece, Sentence, plain, strong};
use crate::bot::Bot;
use crate::domain::{By, Decision, Incident, Seat};
use crate::error::{Error, Result};
use crate::store::Compared;

impl OneThing for AtOnce {
    type Wanted = Update;

    async fn read(&self, bot: &Bot, asker: &PersonId) -> Result<Update> {
        request(bot, asker, self).await
    }

    fn seated(wanted: &Update) -> Option<(Seat, PersonId)> {
        let commander = wanted.commander.clone();
        commander.map(|person| (Seat::Commander, person))
    }

    fn decide(wanted: &Update, incident: &Incident, by: &By) -> Decision {
        incident.update(wanted.clone(), by)
    }

    fn told(&self, bot: &Bot, _: &Update, done: &Compared) -> Sentence {
        let mut sentence = told(self, done);
        sentence.extend(impact_ended(bot, done));
        sentence
    }
}

/// Gives what is to be changed, or says what there is to choose from.
async fn request(bot: &Bot, asker: &PersonId, change: &AtOnce) -> Result<Update> {
    let settings = bot.store.settings().await?;
    let mut update = Update::default();
    match change {
        AtOnce::Severity(said) => {
            let severity = settings.scale().read(said);
            update.severity = Some(severity.map_err(|unknown| refused(&unknown))?);
        }
        AtOnce::Status(said) => {
            let status = Status::read(said, &settings.statuses());
            update.status = Some(status.map_err(|unknown| refused(&unknown))?);
        }
        AtOnce::Title(title) => {
            let title = title.replace(['\r', '\n'], " ");
            if let Some(trouble) = title_trouble(&title) {
                let example = example(bot, change);
                return Err(Error::Refused(format!("{trouble} {example}")));
            }
            update.title = Some(title);
        }
        AtOnce::Commander(None) => {
            let example = example(bot, change);
            return Err(Error::Refused(format!("Who is to lead? {example}")));
        }
        AtOnce::Commander(Some(who)) => {
            update.commander = Some(whom(bot, who, asker, settings.guests()).await?);
        }
    }
    Ok(update)
}

fn example(bot: &Bot, change: &AtOnce) -> String {
    format!(
        "Type {} {}, for example.",
        bot.settings.command,
        change.example()
    )
}

/// Says which words there are.
fn refused(unknown: &UnknownWord) -> Error {
    let UnknownWord { kind, said, known } = unknown;
    Error::Refused(if said.is_empty() {
        format!("Which {kind}? Choose one of: {known}.")
    } else {
        unknown.to_string()
    })
}

/// Says what was changed, or that it is so already.
fn told(change: &AtOnce, done: &Compared) -> Sentence {
    let field = change.word();
    let of = |incident: &Incident| shown(change, incident);
    let id = done.now.id;
    match &done.before {
        Some(before) if of(before) != of(&done.now) => vec![
            plain(format!("You changed the {field} of {id} from ")),
            of(before),
            plain(" to "),
            of(&done.now),
            plain("."),
        ],
        Some(_) => vec![
            plain(format!("The {field} of {id} is ")),
            of(&done.now),
            plain(" already. Nothing was changed."),
        ],
        None => vec![
            plain(format!("The {field} of {id} is ")),
            of(&done.now),
            plain("."),
        ],
    }
}

/// Says that an impact ended with the incident, and how to say that it ended earlier.
pub fn impact_ended(bot: &Bot, done: &Compared) -> Option<Piece> {
    let was_open = done
        .before
        .as_ref()
        .is_some_and(|before| before.open_impact().is_some());
    let is_ended = was_open && done.now.open_impact().is_none();
    is_ended.then(|| {
        plain(format!(
            " The impact ended now, too; if it ended earlier, {} incident impact edit says when.",
            bot.settings.command
        ))
    })
}

/// Gives how the thing that was asked for stands.
fn shown(change: &AtOnce, incident: &Incident) -> Piece {
    match change {
        AtOnce::Severity(_) => strong(incident.severity.as_str()),
        AtOnce::Status(_) => strong(incident.status.shown()),
        AtOnce::Title(_) => plain(format!("“{}”", incident.title)),
        // What only one person sees notifies nobody.
        AtOnce::Commander(_) => Piece::Called(incident.commander.clone()),
    }
}
