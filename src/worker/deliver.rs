//! One delivery: an effect goes out to Slack, and a receipt comes back.
//!
//! At least once: we can die between Slack's yes and our note of it. So every effect bears a second
//! time, or is looked for before it is sent again.

use muster_commands::{ChannelId, PersonId};

use super::channel::{Wanted, open_channel, outcome, writable};
use super::{
    bookmarks, briefing, direct, former, global_channel, naming, offer_call, pointer, posts,
    reminders, repair, strangers, withdraw,
};
use crate::bot::Bot;
use crate::domain::{Effect, Incident, Owed, Receipt, Visibility};
use crate::slack::Trouble;
use crate::slack::cards;
use crate::slack::client::Answer;
use crate::store::{Attempt, Sent};

/// The reaction on a message that is on the timeline.
const MARK: &str = "pushpin";

/// Delivers; gives what came back and what went along. If we are not in the channel that it is for, we
/// join it and try once more: somebody brought an archived channel back, or sent us out of it.
///
/// # Errors
/// What Slack says, where it matters.
pub async fn deliver(bot: &Bot, attempt: &Attempt) -> Answer<Sent> {
    let answer = send(bot, attempt).await;
    // Of bookmarks, Slack says it in another word.
    let is_outside = |trouble: &Trouble| trouble.is(&["not_in_channel", "permission_denied"]);
    match place(attempt) {
        Some(channel) if answer.as_ref().is_err_and(is_outside) => {
            match bot.slack.join(channel).await {
                Ok(()) => send(bot, attempt).await,
                Err(still) => {
                    tracing::info!("Could not join a channel of ours: {still}");
                    answer
                }
            }
        }
        Some(_) | None => answer,
    }
}

/// Gives the channel that a delivery is for, if we belong there.
fn place(attempt: &Attempt) -> Option<&ChannelId> {
    let incident = &attempt.incident;
    match attempt.delivery.effect.owed() {
        Owed::Invite
        | Owed::Uninvite
        | Owed::ShowHeader
        | Owed::PinHeader
        | Owed::Tell
        | Owed::SetTopic
        | Owed::SetPurpose
        | Owed::RenameChannel
        | Owed::Remind
        | Owed::ArchiveChannel
        | Owed::Brief
        | Owed::Bookmark
        | Owed::OfferCall => writable(incident),
        Owed::Reply => incident.card.as_ref().map(|card| &card.channel),
        Owed::OpenChannel
        | Owed::Gather
        | Owed::Withdraw
        | Owed::Farewell
        | Owed::ArchiveFormer
        | Owed::Point
        | Owed::Direct
        | Owed::ShowCard
        | Owed::Mark
        | Owed::Unmark
        | Owed::ReadMessage
        | Owed::FindPermalink
        | Owed::Repair
        | Owed::LearnPerson
        | Owed::Meet
        | Owed::Answer => None,
    }
}

async fn send(bot: &Bot, attempt: &Attempt) -> Answer<Sent> {
    match &attempt.delivery.effect {
        Effect::OpenChannel {
            name,
            after,
            visibility,
            ..
        } => {
            let wanted = Wanted {
                name,
                after: after.as_ref(),
                visibility: *visibility,
            };
            open_channel(bot, attempt, wanted).await.map(Sent::alone)
        }
        Effect::Gather { channel } => former::gather(bot, channel).await.map(Sent::alone),
        Effect::Withdraw => withdraw::withdraw(bot, attempt).await,
        Effect::Farewell { channel } => former::farewell(bot, attempt, channel).await,
        Effect::ArchiveFormer { channel } => former::archive(bot, attempt, channel).await,
        Effect::ShowHeader => posts::show_header(bot, attempt).await,
        Effect::Tell { .. } => posts::tell(bot, attempt).await,
        Effect::ShowCard => global_channel::show_card(bot, attempt).await,
        Effect::Reply { .. } => posts::reply(bot, attempt).await,
        Effect::Point { .. } => pointer::show(bot, attempt).await.map(Sent::alone),
        Effect::Brief { person } => briefing::show(bot, attempt, person).await,
        Effect::Bookmark => bookmarks::keep(bot, attempt).await,
        Effect::OfferCall { .. } => offer_call::show(bot, attempt).await.map(Sent::alone),
        Effect::Direct { person, .. } => direct::tell(bot, attempt, person).await,
        Effect::Invite { .. }
        | Effect::Uninvite { .. }
        | Effect::PinHeader { .. }
        | Effect::SetTopic
        | Effect::SetPurpose => furnish(bot, attempt).await,
        Effect::RenameChannel { naming, after } => {
            naming::rename(bot, attempt, *naming, after.as_ref()).await
        }
        // Where others read it, a mark would tell that there is an incident of which they do not know.
        Effect::Mark { channel, .. } if !attempt.incident.may_be_seen_in(channel) => {
            Ok(Sent::alone(Receipt::Nothing))
        }
        Effect::Mark { channel, ts } => {
            let marked = bot.slack.react(channel, ts, MARK).await;
            unless_refused(marked.map(|()| Receipt::Nothing)).map(Sent::alone)
        }
        Effect::Unmark { channel, ts } => {
            let unmarked = bot.slack.unreact(channel, ts, MARK).await;
            unless_refused(unmarked.map(|()| Receipt::Nothing)).map(Sent::alone)
        }
        Effect::ReadMessage { channel, ts } => {
            let read = bot.slack.message(channel, ts).await;
            let said = read.map(|message| Receipt::Said {
                text: message.text,
                permalink: message.permalink.unwrap_or_default(),
                said_at: message.edited,
            });
            unless_refused(said).map(Sent::alone)
        }
        Effect::FindPermalink { channel, ts } => {
            let link = bot.slack.permalink(channel, ts).await;
            unless_refused(link.map(Receipt::Permalink)).map(Sent::alone)
        }
        Effect::Remind { of, since } => reminders::remind(bot, attempt, *of, *since).await,
        Effect::ArchiveChannel => reminders::put_away(bot, attempt).await,
        Effect::Repair { .. } => repair::look(bot, attempt).await.map(Sent::alone),
        Effect::LearnPerson { person } => strangers::learn(bot, person).await.map(Sent::alone),
        Effect::Meet { stranger } => strangers::meet(bot, attempt, stranger)
            .await
            .map(Sent::alone),
        Effect::Answer { stranger, became } => strangers::answer(bot, attempt, (stranger, became))
            .await
            .map(Sent::alone),
    }
}

/// Does what makes the incident's channel what it is, beside the posts.
async fn furnish(bot: &Bot, attempt: &Attempt) -> Answer<Sent> {
    let Attempt {
        delivery, incident, ..
    } = attempt;
    let Some(channel) = writable(incident) else {
        return Ok(Sent::for_all(attempt, Receipt::Nothing));
    };
    let slack = &bot.slack;
    let answer = match &delivery.effect {
        Effect::Invite { person } => slack.invite(channel, person).await,
        Effect::Uninvite { person } if may_stay(incident, person) => Ok(()),
        Effect::Uninvite { person } => slack.uninvite(channel, person).await,
        // A header of a channel that the incident left is pinned no more.
        Effect::PinHeader { ts } if incident.header.as_ref() != Some(ts) => Ok(()),
        Effect::PinHeader { ts } => slack.pin(channel, ts).await,
        Effect::SetTopic => {
            slack
                .set_topic(channel, &cards::topic(incident, &attempt.settings.scale()))
                .await
        }
        Effect::SetPurpose => slack.set_purpose(channel, &cards::purpose(incident)).await,
        // The others are not about the channel's furniture.
        _ => Ok(()),
    };
    let receipt = outcome(channel, answer)?;
    Ok(Sent::for_all(attempt, receipt))
}

/// Says whether somebody may stay in the channel as things stand: they take part again, or everybody may.
fn may_stay(incident: &Incident, person: &PersonId) -> bool {
    incident.visibility == Visibility::Public || incident.people().any(|known| known == person)
}

/// Words of Slack that say that something is not there, or not for us: nothing is missing without it.
///
/// The mark, the link and the name are extras, and a message may stand where the bot is not.
const NOT_FOR_US: [&str; 11] = [
    "not_in_channel",
    "channel_not_found",
    "message_not_found",
    "is_archived",
    "thread_locked",
    "not_reactable",
    "no_access",
    "too_many_emoji",
    "too_many_reactions",
    "user_not_found",
    "user_not_visible",
];

/// Gives what came back; that something is not for us is nothing.
///
/// # Errors
/// What else Slack says.
pub fn unless_refused(answer: Answer<Receipt>) -> Answer<Receipt> {
    match answer {
        Err(Trouble::Refused { code, .. }) if NOT_FOR_US.contains(&code.as_str()) => {
            Ok(Receipt::Nothing)
        }
        other => other,
    }
}
