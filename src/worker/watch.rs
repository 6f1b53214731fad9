//! Watching whether Slack can be reached: what was put off is tried as soon as it can be again.
//!
//! The questions are asked beside the worker's turns: a Slack that is silent must not hold up what is due.

use chrono::Duration;
use tokio::task::AbortHandle;

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
    /// The question that is being asked.
    under_way: Option<AbortHandle>,
}

/// What is to be done beside the deliveries. It takes as long as Slack does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether Slack is there.
    IsSlackThere,
    /// Where the global channel is, and which cards it missed.
    WhereIsGlobal(Cards),
}

/// What a turn of the watch found.
pub struct Watched {
    /// What is to be asked now, beside the deliveries.
    pub question: Option<Question>,
    /// When to look again.
    pub next: Option<Moment>,
}

impl Watch {
    /// Says what is due beside the deliveries, and when to look again. While a question is under way
    /// there is no other; its end is looked at when it comes.
    pub async fn turn(&mut self, bot: &Bot, now: Moment) -> Watched {
        self.clean(bot, now).await;
        if self.is_asking() {
            let (question, next) = (None, None);
            return Watched { question, next };
        }
        match self.ask(bot, now) {
            Due::Now(question) => Watched {
                question: Some(question),
                next: None,
            },
            Due::At(asking) => match self.look(bot, now) {
                Due::Now(question) => Watched {
                    question: Some(question),
                    next: asking,
                },
                Due::At(looking) => Watched {
                    question: None,
                    next: asking.into_iter().chain(looking).min(),
                },
            },
        }
    }

    /// Notes that a question is under way.
    pub fn asks(&mut self, task: AbortHandle) {
        self.under_way = Some(task);
    }

    /// Says whether a question is under way.
    pub fn is_asking(&self) -> bool {
        let under_way = self.under_way.as_ref();
        under_way.is_some_and(|task| !task.is_finished())
    }

    /// Says when to ask whether Slack is there again, if it was not.
    fn ask(&mut self, bot: &Bot, now: Moment) -> Due {
        let every = match bot.state.slack() {
            SlackState::Reached => return Due::At(None),
            SlackState::Unknown => ASK_EVERY,
            SlackState::Trouble(_) => PROBE_EVERY,
        };
        if let Some(next) = not_yet(self.asked_at, every, now) {
            return Due::At(Some(next));
        }
        self.asked_at = Some(now);
        Due::Now(Question::IsSlackThere)
    }

    /// Says when to look for the global channel, if we do not have it.
    fn look(&mut self, bot: &Bot, now: Moment) -> Due {
        let is_wanted = bot.settings.incidents_channel.is_some();
        if !is_wanted || matches!(bot.state.global(), GlobalChannel::Ready(_)) {
            return Due::At(None);
        }
        self.is_asked_to_look |= bot.state.take_look_again();
        let was_missing = matches!(bot.state.global(), GlobalChannel::Missing(_));
        let every = if was_missing && !self.is_asked_to_look {
            LOOK_EVERY
        } else {
            PROBE_EVERY
        };
        if let Some(next) = not_yet(self.looked_at, every, now) {
            return Due::At(Some(next));
        }
        // Slack that cannot be reached is asked again when it can be.
        if bot.state.slack() != SlackState::Reached {
            return Due::At(None);
        }
        self.looked_at = Some(now);
        self.is_asked_to_look = false;
        Due::Now(Question::WhereIsGlobal(if was_missing {
            Cards::All
        } else {
            Cards::Missing
        }))
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

impl Question {
    /// Asks Slack; notes what it says, and owes what follows.
    pub async fn ask(self, bot: &Bot, now: Moment) {
        match self {
            Self::IsSlackThere => is_slack_there(bot, now).await,
            Self::WhereIsGlobal(missed) => where_is_global(bot, missed, now).await,
        }
    }
}

/// Asks whether Slack is there again; then nothing waits any longer.
async fn is_slack_there(bot: &Bot, now: Moment) {
    match bot.slack.identity().await {
        Ok(us) => {
            bot.state.set_identity(us);
            let was_down = matches!(bot.state.slack(), SlackState::Trouble(_));
            reached::asked(bot, None);
            if was_down && let Err(error) = bot.store.hurry(now).await {
                tracing::error!("What was put off could not be hurried: {error}");
            }
        }
        Err(trouble) => reached::asked(bot, Some(&trouble)),
    }
}

/// Looks for the global channel; then the cards that it missed are owed.
async fn where_is_global(bot: &Bot, missed: Cards, now: Moment) {
    match global_channel::find_anew(bot).await {
        Ok(Some(_)) => {
            if let Err(error) = bot.store.owe_cards(missed, now).await {
                tracing::error!("The missing announcements could not be queued: {error}");
            }
        }
        Ok(None) => {}
        Err(trouble) => reached::note(bot, Some(&trouble)),
    }
}

/// When something is due.
enum Due {
    Now(Question),
    /// `None`: not until something else changes.
    At(Option<Moment>),
}

/// Gives when it is time again, if it is not yet.
fn not_yet(last: Option<Moment>, every: Duration, now: Moment) -> Option<Moment> {
    last.map(|last| last.after(every))
        .filter(|next| *next > now)
}
