//! The user's clock: their time zone as reported by Slack.

use crate::domain::UserClock;
use crate::error::Result;
use crate::slack::request_context::RequestContext;

/// Returns the clock of the user at the time of the request; UTC if they are unresolved. “15 minutes ago”
/// keeps its meaning while the user selects an incident.
pub(crate) async fn user_clock(ctx: &RequestContext) -> Result<UserClock> {
    let user = ctx.store().user(ctx.user().clone()).await?;
    let time_zone = user.map(|(user, _)| user.time_zone).unwrap_or_default();
    Ok(UserClock::new(ctx.sent_at, &time_zone))
}

/// Returns a notice if a time was read in UTC because the user's time zone is unknown.
pub(crate) fn utc_notice(clock: &UserClock) -> &'static str {
    if clock.has_time_zone() {
        ""
    } else {
        " I don't know your time zone yet, so I used UTC."
    }
}
