//! Watching whether Slack can be reached: what was put off is tried as soon as it can be again.

use chrono::Duration;

use super::global_channel;
use crate::bot::{Bot, GlobalChannel, SlackState};
use crate::domain::Moment;
use crate::slack::reached;
use crate::store::Cards;

/// How long to wait between two questions whether Slack is there again.
const PROBE_EVERY: Duration = Duration::seconds(5);

/// How long to wait between two questions after a call that got no answer.
const ASK_EVERY: Duration = Duration::seconds(1);

/// How long to wait before looking again for a global channel that is missing.
const LOOK_EVERY: Duration = Duration::minutes(5);

/// What the worker watches beside its deliveries.
#[derive(Debug, Default)]
pub struct Watch {
    asked_at: Option<Moment>,
    looked_at: Option<Moment>,
    is_asked_to_look: bool,
    cleaned_at: Option<Moment>,
}

impl Watch {
    /// Does what is due beside the deliveries; gives when to look again.
    pub async fn turn(&mut self, bot: &Bot, now: Moment) -> Option<Moment> {
        self.clean(bot, now).await;
        let slack = self.ask(bot, now).await;
        let global = self.look(bot, now).await;
        let overdue = overdue(bot, now).await;
        slack.into_iter().chain(global).chain(overdue).min()
    }

    /// Asks whether Slack is there again, if it was not; then nothing waits any longer.
    async fn ask(&mut self, bot: &Bot, now: Moment) -> Option<Moment> {
        let every = match bot.state.slack() {
            SlackState::Reached => return None,
            SlackState::Unknown => ASK_EVERY,
            SlackState::Trouble(_) => PROBE_EVERY,
        };
        if let Some(next) = not_yet(self.asked_at, every, now) {
            return Some(next);
        }
        self.asked_at = Some(now);
        match bot.slack.identity().await {
            Ok(us) => {
                bot.state.set_identity(us);
                let was_down = matches!(bot.state.slack(), SlackState::Trouble(_));
                reached::asked(bot, None);
                if was_down && let Err(error) = bot.store.hurry(now).await {
                    tracing::error!("What was put off could not be hurried: {error}");
                }
                Some(now)
            }
            Err(trouble) => {
                reached::asked(bot, Some(&trouble));
                Some(now.after(PROBE_EVERY))
            }
        }
    }

    /// Looks for the global channel, if we do not have it; then the cards that it missed are owed.
    async fn look(&mut self, bot: &Bot, now: Moment) -> Option<Moment> {
        let is_wanted = bot.settings.incidents_channel.is_some();
        if !is_wanted || matches!(bot.state.global(), GlobalChannel::Ready(_)) {
            return None;
        }
        self.is_asked_to_look |= bot.state.take_look_again();
        let was_missing = matches!(bot.state.global(), GlobalChannel::Missing(_));
        let every = if was_missing && !self.is_asked_to_look {
            LOOK_EVERY
        } else {
            PROBE_EVERY
        };
        if let Some(next) = not_yet(self.looked_at, every, now) {
            return Some(next);
        }
        // Slack that cannot be reached is asked again when it can be.
        if bot.state.slack() != SlackState::Reached {
            return None;
        }
        self.looked_at = Some(now);
        self.is_asked_to_look = false;
        match global_channel::find_anew(bot).await {
            Ok(Some(_)) => {
                let cards = if was_missing {
                    Cards::All
                } else {
                    Cards::Missing
                };
                if let Err(error) = bot.store.owe_cards(cards, now).await {
                    tracing::error!("The missing announcements could not be queued: {error}");
                }
                Some(now.after(LOOK_EVERY))
            }
            Ok(None) => Some(now.after(LOOK_EVERY)),
            Err(trouble) => {
                reached::note(bot, Some(&trouble));
                Some(now.after(PROBE_EVERY))
            }
        }
    }

    /// Forgets, once a day, what nobody needs any more.
    async fn clean(&mut self, bot: &Bot, now: Moment) {
        if not_yet(self.cleaned_at, Duration::days(1), now).is_some() {
            return;
        }
        self.cleaned_at = Some(now);
        if let Err(error) = bot.store.forget_old(now).await {
            tracing::error!("What is done could not be forgotten: {error}");
        }
    }
}

/// Owes whoever has something overdue the word; gives when to look again.
async fn overdue(bot: &Bot, now: Moment) -> Option<Moment> {
    let next = match bot.store.next_overdue().await {
        Ok(Some(next)) if next <= now => bot.store.tell_overdue(now).await.map(|()| Some(now)),
        next => next,
    };
    next.unwrap_or_else(|error| {
        tracing::error!("What is overdue could not be looked for: {error}");
        Some(now.after(PROBE_EVERY))
    })
}

/// Gives when it is time again, if it is not yet.
fn not_yet(last: Option<Moment>, every: Duration, now: Moment) -> Option<Moment> {
    last.map(|last| last.after(every))
        .filter(|next| *next > now)
}
