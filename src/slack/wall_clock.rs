//! The clock by which somebody types times: their own zone, as Slack told it.

use muster_commands::PersonId;

use super::asked::Typed;
use crate::bot::Bot;
use crate::domain::{Moment, WallClock};
use crate::error::Result;

/// Gives the clock of a person. Of whom we know nothing yet has one that shows UTC.
///
/// # Errors
/// When the store cannot be read.
pub async fn wall_clock(bot: &Bot, person: &PersonId) -> Result<WallClock> {
    clock_at(bot, person, bot.clock.now()).await
}

/// Gives the clock of whoever typed something, as it stood when they did: while they choose an incident for it,
/// “15 minutes ago” stays what it was.
///
/// # Errors
/// When the store cannot be read.
pub async fn clock_when_typed(bot: &Bot, typed: &Typed) -> Result<WallClock> {
    let chosen = typed.chosen.as_ref();
    let now = chosen.map_or_else(|| bot.clock.now(), |choice| choice.typed_at);
    clock_at(bot, &typed.person, now).await
}

async fn clock_at(bot: &Bot, person: &PersonId, now: Moment) -> Result<WallClock> {
    let known = bot.store.person(person.clone()).await?;
    let zone = known.map(|(person, _)| person.time_zone);
    Ok(WallClock::new(now, zone.as_deref().unwrap_or_default()))
}

/// Gives what a person is told whose time was read in UTC because we do not know their zone.
pub fn read_in_utc(clock: &WallClock) -> &'static str {
    if clock.is_known() {
        ""
    } else {
        " I do not know your time zone yet, so I read the time in UTC."
    }
}
