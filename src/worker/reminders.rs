//! Reminding a channel, and putting it away: each only if it is still called for as things stand now.

use super::channel::{outcome, writable};
use super::posts::{Spot, once, shown};
use crate::bot::Bot;
use crate::domain::{ChannelNews, Moment, QUIET, Receipt, Reminder};
use crate::slack::cards;
use crate::slack::client::Answer;
use crate::store::{Attempt, Doubt, Sent};

/// Reminds the incident's channel, in one message for all reminders of the kind that wait.
///
/// # Errors
/// What Slack says.
pub async fn remind(bot: &Bot, attempt: &Attempt, of: Reminder, since: Moment) -> Answer<Sent> {
    let incident = &attempt.incident;
    let channel = writable(incident).filter(|_| of.wait(incident, &attempt.settings).is_some());
    let Some(channel) = channel else {
        return Ok(Sent::for_all(attempt, Receipt::Nothing));
    };
    let message = cards::reminder(incident, of, bot.clock.now().since(since));
    let along = shown(attempt);
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
        Err(trouble) => Ok(Sent::for_all(attempt, outcome(channel, Err(trouble))?)),
    }
}

/// Archives the incident's channel, unless somebody spoke in it during the last day: that is looked at right
/// before.
///
/// # Errors
/// What Slack says.
pub async fn put_away(bot: &Bot, attempt: &Attempt) -> Answer<Sent> {
    let incident = &attempt.incident;
    let is_wanted = Reminder::Archive
        .wait(incident, &attempt.settings)
        .is_some();
    let Some(channel) = writable(incident).filter(|_| is_wanted) else {
        return Ok(Sent::for_all(attempt, Receipt::Nothing));
    };
    let archived = || Receipt::ChannelGone {
        channel: channel.clone(),
        news: ChannelNews::Archived,
    };
    // Whoever archives a channel is not in it any more, and cannot look into it.
    let in_doubt = attempt.delivery.doubt != Doubt::None;
    if in_doubt && bot.slack.channel(channel).await?.is_archived {
        return Ok(Sent::for_all(attempt, archived()));
    }
    let receipt = match bot.slack.last_spoken(channel).await {
        Ok(Some(last)) if last.after(QUIET) > bot.clock.now() => Receipt::Spoken(last),
        Ok(_) => match outcome(channel, bot.slack.archive(channel).await)? {
            Receipt::Nothing => archived(),
            gone => gone,
        },
        Err(trouble) => outcome(channel, Err(trouble))?,
    };
    Ok(Sent::for_all(attempt, receipt))
}
