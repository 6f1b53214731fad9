//! One look at the outbox: what is due and allowed goes out, side by side.

use std::collections::HashMap;

use chrono::Duration;
use tokio::task::{self, JoinError, JoinSet};

use super::deliver::deliver;
use super::homes::{Homes, Published};
use super::limits::{Counted, Limits};
use super::retry::{Verdict, verdict};
use super::watch::{Watch, Watched};
use super::{advice, overdue, plan};
use crate::bot::{Bot, GlobalChannel, SlackState};
use crate::domain::{Effect, Moment, Owed};
use crate::error::Result;
use crate::slack::{Trouble, reached};
use crate::store::{Attempt, Doubt, Due, Ready, Standing};

/// How many deliveries go out at the same time.
const SIDE_BY_SIDE: usize = 64;

/// How many of one kind are looked at.
const LOOKED_AT: i64 = 100;

/// How long we leave a store alone that does not take our books.
const STORE_PAUSE: Duration = Duration::seconds(1);

/// How long a delivery waits that broke off.
const BROKEN_OFF_PAUSE: Duration = Duration::minutes(5);

/// Delivers what is owed.
pub struct Worker {
    bot: Bot,
    limits: Limits,
    watch: Watch,
    /// The deliveries that are being made, by the task that makes each.
    under_way: HashMap<task::Id, i64>,
    attempts: JoinSet<Ended>,
    homes: Homes,
    paused_until: Option<Moment>,
}

/// How an attempt ended, as far as the next one needs to know.
struct Ended {
    closed: Option<(Counted, Moment)>,
    stored: bool,
}

impl Worker {
    /// Gives a worker that has sent nothing yet.
    pub fn new(bot: Bot) -> Self {
        Self {
            bot,
            limits: Limits::default(),
            watch: Watch::default(),
            under_way: HashMap::new(),
            attempts: JoinSet::new(),
            homes: Homes::default(),
            paused_until: None,
        }
    }

    /// Starts everything that may go out now; gives when to look again.
    pub async fn turn(&mut self) -> Moment {
        let now = self.bot.clock.now();
        self.bot.state.set_turned_at(now);
        while let Some(ended) = self.attempts.try_join_next_with_id() {
            self.note(ended);
        }
        while let Some(ended) = self.homes.ended() {
            self.note_home(ended);
        }
        let never = now.after(Duration::days(1));
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return until;
        }
        let overdue = overdue::owe(&self.bot, now).await.unwrap_or(never);
        let watched = self.watch(now).await.unwrap_or(never).min(overdue);
        self.limits.tidy(now);
        match self.start(now).await {
            Ok(next) => next.unwrap_or(never).min(watched),
            Err(error) => {
                tracing::error!("What is owed could not be read: {error}");
                now.after(STORE_PAUSE)
            }
        }
    }

    /// Waits until one attempt ended; for ever if none is under way.
    pub async fn one_ended(&mut self) {
        tokio::select! {
            Some(ended) = self.attempts.join_next_with_id() => self.note(ended),
            Some(ended) = self.homes.one_ended() => self.note_home(ended),
            else => std::future::pending().await,
        }
    }

    /// Waits until no attempt is under way.
    pub async fn finish(&mut self) {
        while let Some(ended) = self.attempts.join_next_with_id().await {
            self.note(ended);
        }
        while let Some(ended) = self.homes.one_ended().await {
            self.note_home(ended);
        }
    }

    /// Delivers everything that may go out at this moment, and what follows from it; gives when the
    /// next may.
    pub async fn settle(&mut self) -> Moment {
        loop {
            let next = self.turn().await;
            let is_idle = self.attempts.is_empty() && self.homes.is_idle();
            if is_idle && next > self.bot.clock.now() {
                return next;
            }
            if !is_idle {
                self.one_ended().await;
            }
        }
    }

    /// Asks beside the deliveries what is to be asked, who we are and where to announce; gives when to
    /// look again.
    async fn watch(&mut self, now: Moment) -> Option<Moment> {
        let Watched { question, next } = self.watch.turn(&self.bot, now).await;
        if let Some(question) = question {
            let bot = self.bot.clone();
            self.watch.asks(self.attempts.spawn(async move {
                question.ask(&bot, now).await;
                Ended {
                    closed: None,
                    stored: true,
                }
            }));
        }
        next
    }

    /// Starts what may go out: deliveries first, then people's Homes; gives when to look again.
    async fn start(&mut self, now: Moment) -> Result<Option<Moment>> {
        let delivery = self.start_due(now).await?;
        let home = self.homes.turn(&self.bot, &mut self.limits, now).await?;
        Ok(delivery.into_iter().chain(home).min())
    }

    /// Starts what is due; gives when the next delivery is due or the next limit opens.
    async fn start_due(&mut self, now: Moment) -> Result<Option<Moment>> {
        let open: Vec<Owed> = Owed::BY_PRIORITY
            .into_iter()
            .filter(|kind| match main_method(*kind) {
                Some(method) => self.limits.opens_at(&[Counted::Method(method)], now) <= now,
                None => true,
            })
            .collect();
        let shut = Owed::BY_PRIORITY.iter().filter(|kind| !open.contains(kind));
        let mut next: Option<Moment> = None;
        for kind in shut {
            if let Some(method) = main_method(*kind) {
                next = earlier(next, self.limits.opens_at(&[Counted::Method(method)], now));
            }
        }
        let Due {
            ready,
            next: next_due,
            reminder,
            reminders_behind,
        } = self.bot.store.due(open, now, LOOKED_AT).await?;
        if let Some(due) = next_due {
            next = earlier(next, due);
        }
        // What they owe is queued now, and looked at in the next turn, which is due at once.
        if reminders_behind {
            next = earlier(next, now);
            self.bot.store.let_reminders_follow(now).await?;
        }
        if let Some(due) = reminder {
            next = earlier(next, due);
            if due <= now {
                self.bot.store.take_reminders(now).await?;
            }
        }
        let global = self.bot.state.global();
        for ready in ready {
            if self.under_way.values().any(|id| *id == ready.delivery.id) {
                continue;
            }
            if self.attempts.len() >= SIDE_BY_SIDE {
                break;
            }
            if self.waits_for_global(&ready) {
                continue;
            }
            let calls = plan::calls(&ready, &global);
            let opens_at = self.limits.opens_at(&calls, now);
            if opens_at > now {
                next = earlier(next, opens_at);
                continue;
            }
            self.limits.take(&calls, now);
            self.attempt(ready, calls);
        }
        Ok(next)
    }

    /// Says whether a card is to be posted while we still ask where: then it waits for that, so that not
    /// each card asks anew.
    fn waits_for_global(&self, ready: &Ready) -> bool {
        self.watch.is_asking()
            && self.bot.state.global() == GlobalChannel::Unknown
            && ready.delivery.effect == Effect::ShowCard
            && ready.card == Standing::Missing
    }

    fn attempt(&mut self, ready: Ready, calls: Vec<Counted>) {
        let bot = self.bot.clone();
        let delivery = ready.delivery.id;
        let task = self.attempts.spawn(async move {
            let closed = attempt(&bot, delivery, &calls).await;
            let stored = closed.is_ok();
            if let Err(error) = &closed {
                tracing::error!("The books of delivery {delivery} could not be kept: {error}");
            }
            Ended {
                closed: closed.ok().flatten(),
                stored,
            }
        });
        self.under_way.insert(task.id(), delivery);
    }

    fn note(&mut self, ended: std::result::Result<(task::Id, Ended), JoinError>) {
        let ended = match ended {
            Ok((task, ended)) => {
                self.under_way.remove(&task);
                ended
            }
            Err(error) => {
                let delivery = self.under_way.remove(&error.id());
                tracing::error!(?delivery, "A delivery broke off: {error}");
                if let Some(delivery) = delivery {
                    self.put_off(delivery);
                }
                return;
            }
        };
        if let Some((counted, until)) = ended.closed {
            self.limits.close(counted, until);
        }
        if !ended.stored {
            self.paused_until = Some(self.bot.clock.now().after(STORE_PAUSE));
        }
    }

    fn note_home(&mut self, ended: Published) {
        if !self.homes.note(&self.bot, &mut self.limits, ended) {
            self.paused_until = Some(self.bot.clock.now().after(STORE_PAUSE));
        }
    }

    /// Puts a delivery off that broke off: it may break off each time, and the others must not wait.
    fn put_off(&mut self, delivery: i64) {
        let bot = self.bot.clone();
        let now = bot.clock.now();
        let task = self.attempts.spawn(async move {
            let doubt = Doubt::Since(now.after(-BROKEN_OFF_PAUSE));
            let due = now.after(BROKEN_OFF_PAUSE);
            let why = "it broke off".to_owned();
            let stored = bot.store.postpone(delivery, due, doubt, why).await.is_ok();
            Ended {
                closed: None,
                stored,
            }
        });
        self.under_way.insert(task.id(), delivery);
    }
}

/// Makes one attempt, and keeps its books; gives what Slack closed to us, and until when.
async fn attempt(bot: &Bot, id: i64, calls: &[Counted]) -> Result<Option<(Counted, Moment)>> {
    let Some(attempt) = bot.store.begin(id, bot.clock.now()).await? else {
        return Ok(None);
    };
    let answered = bot.slack.answered();
    let outcome = deliver(bot, &attempt).await;
    let was_down = matches!(bot.state.slack(), SlackState::Trouble(_));
    // What needed no call says nothing of Slack.
    if outcome.is_err() || bot.slack.answered() > answered {
        reached::note(bot, outcome.as_ref().err());
    }
    let now = bot.clock.now();
    let kind = attempt.delivery.effect.owed();
    let closed = match outcome {
        Ok(sent) => {
            count(kind, "done");
            bot.store.delivered(attempt.delivery, sent, now).await?;
            None
        }
        Err(trouble) => failed(bot, attempt, trouble, calls).await?,
    };
    if was_down && bot.state.slack() == SlackState::Reached {
        bot.store.hurry(now).await?;
    }
    Ok(closed)
}

/// Puts a delivery off that failed, or gives it up.
async fn failed(
    bot: &Bot,
    attempt: Attempt,
    trouble: Trouble,
    calls: &[Counted],
) -> Result<Option<(Counted, Moment)>> {
    let now = bot.clock.now();
    let Attempt {
        delivery, incident, ..
    } = attempt;
    let kind = delivery.effect.owed();
    match verdict(&trouble, &delivery, now) {
        Verdict::Again(due, doubt) => {
            count(kind, "again");
            bot.store
                .postpone(delivery.id, due, doubt, trouble.to_string())
                .await?;
            let limited = matches!(trouble, Trouble::Limited { .. });
            Ok(limited.then(|| (plan::closed_by(trouble.method(), calls), due)))
        }
        Verdict::GiveUp => {
            count(kind, "given_up");
            let why = advice::why(&trouble);
            tracing::warn!(incident.id = %incident.id, delivery.id = delivery.id, kind = kind.as_str(),
                "Gave up a delivery of {}: {trouble}. {why}", incident.id);
            bot.store.give_up(delivery, why, now).await?;
            Ok(None)
        }
    }
}

fn count(kind: Owed, outcome: &'static str) {
    metrics::counter!("muster_deliveries_total", "kind" => kind.as_str(), "outcome" => outcome)
        .increment(1);
}

/// The method without which nothing of a kind goes out, so that a closed one is not even looked at.
fn main_method(kind: Owed) -> Option<&'static str> {
    match kind {
        Owed::OpenChannel => Some("conversations.create"),
        Owed::Invite => Some("conversations.invite"),
        Owed::Uninvite => Some("conversations.kick"),
        Owed::PinHeader => Some("pins.add"),
        Owed::Tell | Owed::Reply | Owed::Remind | Owed::Direct | Owed::Farewell => {
            Some("chat.postMessage")
        }
        Owed::Gather => Some("conversations.members"),
        Owed::Withdraw => Some("chat.delete"),
        Owed::ArchiveFormer => Some("conversations.archive"),
        Owed::Point | Owed::Brief | Owed::OfferCall => Some("chat.postEphemeral"),
        Owed::Mark => Some("reactions.add"),
        Owed::Unmark => Some("reactions.remove"),
        Owed::ReadMessage => Some("reactions.get"),
        Owed::SetTopic => Some("conversations.setTopic"),
        Owed::SetPurpose => Some("conversations.setPurpose"),
        Owed::Bookmark => Some("bookmarks.add"),
        Owed::ArchiveChannel => Some("conversations.archive"),
        Owed::Repair | Owed::RenameChannel => Some("conversations.info"),
        Owed::LearnPerson | Owed::Meet => Some("users.info"),
        Owed::ShowHeader | Owed::ShowCard | Owed::FindPermalink | Owed::Answer => None,
    }
}

fn earlier(one: Option<Moment>, other: Moment) -> Option<Moment> {
    Some(one.map_or(other, |one| one.min(other)))
}
