//! The user's clock: their time zone as reported by Slack.

use muster_commands::UserId;

use crate::app::App;
use crate::domain::{Timestamp, UserClock};
use crate::error::Result;
use crate::slack::request_context::SlashCommand;

/// Returns the clock of a user; UTC if they are unresolved.
pub async fn user_clock(app: &App, user: &UserId) -> Result<UserClock> {
    user_clock_at(app, user, app.clock.now()).await
}

/// Returns the clock of a command's user at the time of the command. “15 minutes ago” keeps its meaning
/// while the user selects an incident.
pub async fn command_clock(app: &App, typed: &SlashCommand) -> Result<UserClock> {
    let chosen = typed.selected_incident.as_ref();
    let now = chosen.map_or_else(|| app.clock.now(), |choice| choice.requested_at);
    user_clock_at(app, &typed.user, now).await
}

async fn user_clock_at(app: &App, user: &UserId, now: Timestamp) -> Result<UserClock> {
    let known = app.store.user(user.clone()).await?;
    let zone = known.map(|(user, _)| user.time_zone);
    Ok(UserClock::new(now, zone.as_deref().unwrap_or_default()))
}

/// Returns a notice if a time was read in UTC because the user's time zone is unknown.
pub fn utc_notice(clock: &UserClock) -> &'static str {
    if clock.has_time_zone() {
        ""
    } else {
        " I do not know your time zone yet, so I read the time in UTC."
    }
}
