//! Posts of which there must be exactly one: each is looked for before it is sent a second time.

use muster_commands::{ChannelId, MessageTs};

use super::channel::{CLOCKS_DIFFER, outcome, writable};
use super::global_channel::{CLOSED_TO_US, closed};
use crate::bot::Bot;
use crate::domain::{Effect, Line, Receipt, What};
use crate::slack::cards;
use crate::slack::client::{Answer, Mark, Message, Posted};
use crate::slack::header::header;
use crate::store::{Attempt, Delivery, Doubt, Sent};

/// How many characters of several posts go out in one message.
const ONE_MESSAGE: usize = 3_000;

/// How many other deliveries the mark of a message names at the most. Slack does not say how large
/// metadata may be.
const MARKED: usize = 50;

/// Where a message is to stand.
pub struct Spot<'a> {
    /// The channel.
    pub channel: &'a ChannelId,
    /// The message that it replies to, if it is a reply.
    pub thread: Option<&'a MessageTs>,
}

impl<'a> Spot<'a> {
    /// Gives the top level of a channel.
    pub fn top(channel: &'a ChannelId) -> Self {
        Self {
            channel,
            thread: None,
        }
    }
}

/// Posts a message that settles a delivery and those that go along. If an earlier attempt may have
/// arrived, it is looked for first.
///
/// # Errors
/// What Slack says.
pub async fn once(
    bot: &Bot,
    delivery: &Delivery,
    along: &[i64],
    spot: &Spot<'_>,
    message: &Message,
) -> Answer<Posted> {
    let deliveries = [&[delivery.id], along].concat();
    let mark = Mark {
        store: bot.store.identity().to_owned(),
        deliveries,
    };
    if let Doubt::Since(moment) = delivery.doubt {
        let since = moment.after(-CLOCKS_DIFFER);
        let found = bot
            .slack
            .find(spot.channel, spot.thread, &mark, since)
            .await?;
        if let Some(posted) = found {
            return Ok(posted);
        }
    }
    let ts = bot
        .slack
        .tell(spot.channel, spot.thread, message, &mark)
        .await?;
    Ok(Posted {
        ts,
        deliveries: mark.deliveries,
    })
}

/// Posts the header of the incident's channel, or edits it to say how things stand.
///
/// # Errors
/// What Slack says.
pub async fn show_header(bot: &Bot, attempt: &Attempt) -> Answer<Sent> {
    let Attempt {
        delivery, incident, ..
    } = attempt;
    let Some(channel) = writable(incident) else {
        return Ok(Sent::for_all(attempt, Receipt::Nothing));
    };
    let scale = attempt.settings.scale();
    let message = header(incident, &attempt.names, &scale, attempt.next_update);
    let receipt = match &incident.header {
        Some(ts) => {
            let edited = bot.slack.edit(channel, ts, &message).await;
            outcome(channel, unless_deleted(edited))?
        }
        None => match once(
            bot,
            delivery,
            &shown(attempt),
            &Spot::top(channel),
            &message,
        )
        .await
        {
            Ok(posted) => return Ok(Sent::standing(delivery, channel, posted)),
            Err(trouble) => outcome(channel, Err(trouble))?,
        },
    };
    Ok(Sent::for_all(attempt, receipt))
}

/// Tells the incident's channel what happened, in one message for all that waits.
///
/// # Errors
/// What Slack says.
pub async fn tell(bot: &Bot, attempt: &Attempt) -> Answer<Sent> {
    let (lines, along) = together(attempt);
    let Some(channel) = writable(&attempt.incident) else {
        let receipt = Receipt::Nothing;
        return Ok(Sent { receipt, along });
    };
    let message = match lines.as_slice() {
        [line] if matches!(line.what, What::Declared { .. }) => {
            cards::welcome(line, &attempt.names, &bot.settings.command)
        }
        lines => cards::post(lines, &attempt.names),
    };
    match once(
        bot,
        &attempt.delivery,
        &along,
        &Spot::top(channel),
        &message,
    )
    .await
    {
        Ok(posted) => Ok(Sent::by(&attempt.delivery, posted, Receipt::Nothing)),
        Err(trouble) => {
            let receipt = outcome(channel, Err(trouble))?;
            Ok(Sent { receipt, along })
        }
    }
}

/// Tells the thread under the card what happened, in one message for all that waits. Without a card,
/// of an incident that is not announced, or in a global channel that is closed to us, there is nobody to tell.
///
/// # Errors
/// What Slack says.
pub async fn reply(bot: &Bot, attempt: &Attempt) -> Answer<Sent> {
    let (lines, along) = together(attempt);
    let announced = attempt.incident.card.as_ref();
    let Some(card) = announced.filter(|_| attempt.incident.is_announced()) else {
        return Ok(Sent {
            receipt: Receipt::Nothing,
            along,
        });
    };
    let spot = Spot {
        channel: &card.channel,
        thread: Some(&card.ts),
    };
    let message = cards::reply(&lines, &attempt.names);
    match once(bot, &attempt.delivery, &along, &spot, &message).await {
        Ok(posted) => Ok(Sent::by(&attempt.delivery, posted, Receipt::Nothing)),
        Err(trouble) if trouble.is(&CLOSED_TO_US) || trouble.is(&["thread_not_found"]) => {
            closed(bot, &card.channel, &trouble);
            let receipt = Receipt::Nothing;
            Ok(Sent { receipt, along })
        }
        Err(trouble) => Err(trouble),
    }
}

/// A message of ours that somebody deleted is not fought over: there is nothing to edit any more.
///
/// # Errors
/// Everything else that Slack says.
pub fn unless_deleted(answer: Answer<()>) -> Answer<()> {
    match answer {
        Err(trouble) if trouble.is(&["message_not_found", "cant_update_message"]) => {
            tracing::info!("A message of ours is gone: {trouble}");
            Ok(())
        }
        other => other,
    }
}

/// Gives the deliveries that are settled by showing how things stand now: those that wait to show the
/// same. More than a mark should hold are settled by one edit after it.
pub fn shown(attempt: &Attempt) -> Vec<i64> {
    let along = attempt.along.iter().map(|delivery| delivery.id);
    along.take(MARKED).collect()
}

/// Gives the lines that go out in one message: that of the delivery, and of those behind it as many
/// as fit.
fn together(attempt: &Attempt) -> (Vec<Line>, Vec<i64>) {
    let mut lines: Vec<Line> = line_of(&attempt.delivery).into_iter().collect();
    let mut along = Vec::new();
    for delivery in &attempt.along {
        let Some(line) = line_of(delivery) else {
            continue;
        };
        lines.push(line);
        if cards::post(&lines, &attempt.names).text.chars().count() > ONE_MESSAGE {
            lines.pop();
            break;
        }
        along.push(delivery.id);
    }
    (lines, along)
}

fn line_of(delivery: &Delivery) -> Option<Line> {
    match &delivery.effect {
        Effect::Tell { line } | Effect::Reply { line } => Some(line.clone()),
        _ => None,
    }
}

impl Sent {
    /// Says that a delivery settled itself alone.
    pub(super) fn alone(receipt: Receipt) -> Self {
        Self {
            receipt,
            along: Vec::new(),
        }
    }

    /// Says that a delivery, which shows how things stand, settled all that wait to show the same.
    pub(super) fn for_all(attempt: &Attempt, receipt: Receipt) -> Self {
        Self {
            receipt,
            along: attempt.along.iter().map(|delivery| delivery.id).collect(),
        }
    }

    /// Says that a message stands which shows how things stand. If it was found again, it shows how they
    /// stood: it settles those that it was sent for, and no change that was queued since.
    pub(super) fn standing(delivery: &Delivery, channel: &ChannelId, posted: Posted) -> Self {
        let receipt = Receipt::Message {
            channel: channel.clone(),
            ts: posted.ts.clone(),
        };
        Self::by(delivery, posted, receipt)
    }

    /// Says which deliveries a message that stands has settled.
    pub(super) fn by(delivery: &Delivery, posted: Posted, receipt: Receipt) -> Self {
        Self {
            receipt,
            along: posted
                .deliveries
                .into_iter()
                .filter(|id| *id != delivery.id)
                .collect(),
        }
    }
}
