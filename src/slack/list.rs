//! `/datadog incident list`: the open incidents, grouped by status, the worst first.

use muster_commands::limits::cut;
use muster_commands::{Scale, Status, list};
use slack_morphism::prelude::*;

use super::asked::Typed;
use super::cards;
use super::client::Message;
use super::listener::Reply;
use super::words::{self, Piece, Sentence, plain, strong};
use crate::bot::Bot;
use crate::domain::{ChannelState, Moment, Names, Visibility};
use crate::error::Result;
use crate::store::Summary;

/// How many incidents are shown; who has more open reads no longer list at three in the morning.
const SHOWN: i64 = 30;

/// How much of a title is shown.
const TITLE_SHOWN: usize = 120;

/// Typed: shows the open incidents that the person may see, only to them.
///
/// # Errors
/// When the store cannot be read.
pub async fn typed(bot: &Bot, typed: &Typed) -> Result<Reply> {
    let (incidents, open) = bot.store.open_incidents(typed.viewer(), SHOWN).await?;
    let scale = bot.store.settings().await?.scale();
    Ok(Reply::Ephemeral(shown(&incidents, open, &scale, bot)))
}

fn shown(incidents: &[Summary], open: i64, scale: &Scale, bot: &Bot) -> Message {
    if incidents.is_empty() {
        return cards::line(vec![plain(format!(
            "No incident is open. {} incident declares one.",
            bot.settings.command
        ))]);
    }
    let now = bot.clock.now();
    let names = Names::default();
    let mut blocks = Vec::new();
    let mut texts = Vec::new();
    for status in list::GROUPS {
        let group: Vec<_> = incidents.iter().filter(|it| it.status == status).collect();
        if group.is_empty() {
            continue;
        }
        let since = |it: &Summary| plain(age(it.declared_at, now));
        let lines = group.iter().map(|it| line(it, scale, since(it)));
        let lines: Vec<Sentence> = lines.collect();
        blocks.push(heading(status));
        blocks.push(words::block(&lines, &names));
        texts.push(format!(
            "{}\n{}",
            status.shown(),
            words::mrkdwn(&lines, &names)
        ));
    }
    let more = open.saturating_sub(i64::try_from(incidents.len()).unwrap_or(open));
    if more > 0 {
        let told = format!("and {more} more that are open");
        texts.push(told.clone());
        blocks.push(words::block(&[vec![plain(told)]], &names));
    }
    Message {
        text: texts.join("\n"),
        blocks,
    }
}

fn heading(status: Status) -> SlackBlock {
    let text = SlackBlockPlainText::new(status.shown().to_owned());
    SlackHeaderBlock::new(text.into()).into()
}

/// Gives an incident in a line: what it is, who leads, since when, and where it is dealt with.
pub(super) fn line(incident: &Summary, scale: &Scale, since: Piece) -> Sentence {
    let mut sentence = vec![
        strong(incident.id.to_string()),
        plain(format!(
            " {} · {}{} · ",
            cut(&incident.shown_title(), TITLE_SHOWN),
            scale.in_words(incident.severity),
            match incident.visibility {
                Visibility::Public => "",
                Visibility::Private => " · Private",
            }
        )),
        // What only one person sees notifies nobody.
        Piece::Called(incident.commander.clone()),
        plain(" · "),
        since,
        plain(" · "),
    ];
    sentence.extend(place(incident));
    sentence
}

/// Where the incident is dealt with, or what became of that place.
fn place(incident: &Summary) -> Sentence {
    let channel = incident.channel.clone().map(Piece::Channel);
    match (channel, incident.channel_state) {
        (_, ChannelState::Deleted) => vec![plain("its channel was deleted")],
        (Some(channel), ChannelState::Archived) => vec![channel, plain(" is archived")],
        (Some(channel), ChannelState::Awaited | ChannelState::Open | ChannelState::Refused) => {
            vec![channel]
        }
        (None, ChannelState::Refused) => vec![plain("it has no channel")],
        (None, ChannelState::Awaited | ChannelState::Open | ChannelState::Archived) => {
            vec![plain("its channel is on its way")]
        }
    }
}

/// Since when, in words: `3 hours ago`.
fn age(declared: Moment, now: Moment) -> String {
    timeago::Formatter::new().convert_chrono(declared.time(), now.time())
}
