//! The clock by which somebody types times: their own zone, as Slack told it.

use muster_commands::PersonId;

use crate::bot::Bot;
use crate::domain::WallClock;
use crate::error::Result;

/// Gives the clock of a person. Of whom we know nothing yet has one that shows UTC.
///
/// # Errors
/// When the store cannot be read.
pub async fn wall_clock(bot: &Bot, person: &PersonId) -> Result<WallClock> {
    let known = bot.store.person(person.clone()).await?;
    let zone = known.map(|(person, _)| person.time_zone);
    Ok(WallClock::new(
        bot.clock.now(),
        zone.as_deref().unwrap_or_default(),
    ))
}

/// Gives what a person is told whose time was read in UTC because we do not know their zone.
pub fn read_in_utc(clock: &WallClock) -> &'static str {
    if clock.is_known() {
        ""
    } else {
        " I do not know your time zone yet, so I read the time in UTC."
    }
}
