//! People's Homes of the app: each is published as it stands, when it says something else than before.
//!
//! That a Home is published twice is harmless, because it says how things stand. What changes while Slack
//! or its limits hold one up is in it when it goes out.

use std::collections::HashMap;

use chrono::Duration;
use muster_commands::PersonId;
use sha2::{Digest, Sha256};
use slack_morphism::prelude::SlackHomeView;
use tokio::task::{self, JoinError, JoinSet};

use super::limits::{Counted, Limits};
use super::retry;
use crate::bot::Bot;
use crate::domain::Moment;
use crate::error::Result;
use crate::slack::{Trouble, home, reached};
use crate::store::Home;

/// How many Homes are published at the same time.
const SIDE_BY_SIDE: usize = 8;

/// How many Homes are looked at before the deliveries have their turn again.
const LOOKED_AT: i64 = 10;

/// How long a Home waits whose publishing broke off.
const BROKEN_OFF_PAUSE: Duration = Duration::minutes(5);

const PUBLISH: &str = "views.publish";

/// Publishes Homes.
#[derive(Default)]
pub struct Homes {
    /// Whose Homes are being published, by the task that does it.
    under_way: HashMap<task::Id, PersonId>,
    published: JoinSet<Ended>,
}

/// How the task ended that published a Home.
pub type Published = std::result::Result<(task::Id, Ended), JoinError>;

/// How publishing a Home ended, as far as the next one needs to know.
pub struct Ended {
    /// Until when Slack takes no more Homes, if it said so.
    closed_until: Option<Moment>,
    /// Whether the store took our books.
    stored: bool,
}

impl Homes {
    /// Says whether no Home is being published.
    pub fn is_idle(&self) -> bool {
        self.published.is_empty()
    }

    /// Waits until one Home was published or could not be; `None` if none is under way.
    pub async fn one_ended(&mut self) -> Option<Published> {
        self.published.join_next_with_id().await
    }

    /// Gives a Home that was published or could not be, if there is one.
    pub fn ended(&mut self) -> Option<Published> {
        self.published.try_join_next_with_id()
    }

    /// Notes how publishing a Home ended; says whether the store took our books.
    pub fn note(&mut self, bot: &Bot, limits: &mut Limits, ended: Published) -> bool {
        match ended {
            Ok((task, ended)) => {
                self.under_way.remove(&task);
                if let Some(until) = ended.closed_until {
                    limits.close(Counted::Method(PUBLISH), until);
                }
                ended.stored
            }
            Err(error) => {
                tracing::error!("Publishing a Home broke off: {error}");
                if let Some(person) = self.under_way.remove(&error.id()) {
                    self.put_off(bot, person);
                }
                true
            }
        }
    }

    /// Starts to publish what is due and differs; gives when to look again.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn turn(
        &mut self,
        bot: &Bot,
        limits: &mut Limits,
        now: Moment,
    ) -> Result<Option<Moment>> {
        let opens_at = limits.opens_at(&[Counted::Method(PUBLISH)], now);
        if opens_at > now {
            return Ok(Some(opens_at));
        }
        let due = bot.store.homes_due(now, LOOKED_AT).await?;
        let mut next = due.next;
        for person in due.people {
            if self.under_way.values().any(|other| *other == person) {
                continue;
            }
            if self.published.len() >= SIDE_BY_SIDE {
                break;
            }
            let Some(home) = bot.store.home(person).await? else {
                continue;
            };
            let opens_at = self.show(bot, limits, (home, now)).await?;
            next = Some(next.map_or(opens_at, |next| next.min(opens_at)));
        }
        Ok(next)
    }

    /// Publishes a Home, if it says something else than before and the limits allow it; gives when to look
    /// for the next.
    async fn show(
        &mut self,
        bot: &Bot,
        limits: &mut Limits,
        (home, now): (Home, Moment),
    ) -> Result<Moment> {
        let view = home::view(&home, &bot.settings.command);
        let digest = digest(&view)?;
        if home.published == digest {
            bot.store.home_says(&home, digest).await?;
            return Ok(now);
        }
        let mut calls = vec![Counted::Method(PUBLISH)];
        // Who waits for their Home does not wait for those who do not look.
        if !home.is_awaited {
            calls.push(Counted::HomesUnasked);
        }
        let opens_at = limits.opens_at(&calls, now);
        if opens_at > now {
            return Ok(opens_at);
        }
        limits.take(&calls, now);
        let (bot, person) = (bot.clone(), home.person.clone());
        let task = self
            .published
            .spawn(async move { publish(&bot, home, (view, digest)).await });
        self.under_way.insert(task.id(), person);
        Ok(now)
    }

    fn put_off(&mut self, bot: &Bot, person: PersonId) {
        let (bot, whose) = (bot.clone(), person.clone());
        let task = self.published.spawn(async move {
            let due = bot.clock.now().after(BROKEN_OFF_PAUSE);
            ended(None, bot.store.postpone_home(person, due).await)
        });
        self.under_way.insert(task.id(), whose);
    }
}

/// Publishes a Home, and keeps its books.
async fn publish(bot: &Bot, home: Home, (view, digest): (SlackHomeView, String)) -> Ended {
    if let Err(error) = bot.store.begin_home(home.person.clone()).await {
        return ended(None, Err(error));
    }
    let answer = bot.slack.publish_home(&home.person, &view).await;
    reached::note(bot, answer.as_ref().err());
    match answer {
        Ok(()) => {
            count("done");
            ended(None, bot.store.home_says(&home, digest).await)
        }
        Err(trouble) => failed(bot, &home, &trouble).await,
    }
}

/// Puts a Home off that could not be published, or forgets it.
async fn failed(bot: &Bot, home: &Home, trouble: &Trouble) -> Ended {
    let (person, now) = (home.person.clone(), bot.clock.now());
    let (due, closed) = match trouble {
        Trouble::Refused { .. } if !trouble.is_of_token() => {
            count("given_up");
            tracing::warn!(
                "The Home of {person} could not be published, and is left alone until they open it \
                 again: {trouble}"
            );
            return ended(None, bot.store.forget_home(person).await);
        }
        Trouble::Limited { wait, .. } => {
            let due = now.after(Duration::from_std(*wait).unwrap_or(BROKEN_OFF_PAUSE));
            (due, Some(due))
        }
        Trouble::Refused { .. }
        | Trouble::Unreached { .. }
        | Trouble::Unsure { .. }
        | Trouble::Silent { .. } => (now.after(retry::pause(home.attempts + 1)), None),
    };
    count("again");
    ended(closed, bot.store.postpone_home(person, due).await)
}

fn ended(closed_until: Option<Moment>, stored: Result<()>) -> Ended {
    if let Err(error) = &stored {
        tracing::error!("The books of a Home could not be kept: {error}");
    }
    Ended {
        closed_until,
        stored: stored.is_ok(),
    }
}

fn digest(view: &SlackHomeView) -> Result<String> {
    let shown = serde_json::to_vec(view)?;
    let digest = Sha256::digest(&shown);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn count(outcome: &'static str) {
    metrics::counter!("muster_deliveries_total", "kind" => "publish_home", "outcome" => outcome)
        .increment(1);
}
