//! Quick edits: commands that change one field at once and reply in one line, such as `/datadog incident
//! status stable` and `/datadog incident role Scribe @ann`.

use muster_commands::UserId;

use crate::app::{App, SlackState};
use crate::domain::{Actor, Decision, DecisionContext, Incident, RoleTarget};
use crate::error::{Error, Result};
use crate::slack::blocks::announcement;
use crate::slack::commands::incident_picker::{IncidentChoice, incident_for_command, title_hint};
use crate::slack::dispatch::Reply;
use crate::slack::request_context::SlashCommand;
use crate::slack::text::activity::{RichText, Span, text};
use crate::slack::users::resolve_user::is_unresolved;
use crate::slack::users::unresolved_users::defer_until_resolved;
use crate::store::{Applied, ChangeTarget};

/// A command that changes one field of an incident.
pub trait QuickEdit: Send + Sync + 'static {
    /// The parsed and resolved request.
    type Request: Clone + Send + Sync + 'static;

    /// Resolves the arguments with the team's settings, or returns an error that lists the valid values.
    fn resolve_request(
        &self,
        app: &App,
        asker: &UserId,
    ) -> impl Future<Output = Result<Self::Request>> + Send;

    /// Returns the role target and the user to assign, if the request assigns one.
    fn role_assignment(wanted: &Self::Request) -> Option<(RoleTarget, UserId)>;

    /// Decides the change.
    fn decide(
        wanted: &Self::Request,
        incident: &Incident,
        by: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision;

    /// Returns the reply, which says whether the value changed.
    fn reply_text(&self, app: &App, wanted: &Self::Request, done: &Applied) -> RichText;
}

/// Applies a quick edit. If it assigns an unresolved user, the request is deferred until they have been
/// fetched.
pub async fn handle<T: QuickEdit>(app: &App, typed: SlashCommand, thing: T) -> Result<Reply> {
    // Rejects invalid arguments before the user is asked to select an incident.
    let wanted = match thing.resolve_request(app, &typed.user).await {
        Ok(wanted) => wanted,
        Err(Error::Rejected(why)) => {
            return Err(Error::Rejected(format!("{why}{}", title_hint(app, &typed))));
        }
        Err(error) => return Err(error),
    };
    let incident = match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => incident,
        IncidentChoice::Prompt(reply) => return Ok(reply),
    };
    if let Some((seat, user)) = T::role_assignment(&wanted)
        && !seat.is_assigned_to(&user, &incident)
        && is_unresolved(app, &user).await?
    {
        return defer_until_resolved(app, typed, incident.id, (seat, user)).await;
    }
    let asked = wanted.clone();
    let (viewer, key) = (typed.viewer(), typed.idempotency_key());
    let by = Actor::new(typed.user, app.clock.now());
    let target = ChangeTarget {
        viewer,
        id: incident.id,
        key,
        now: by.at,
    };
    let done = app
        .store
        .change_with_context(target, move |incident, ctx| {
            Ok(T::decide(&asked, incident, &by, ctx)?)
        })
        .await?;
    let mut sentence = thing.reply_text(app, &wanted, &done);
    sentence.extend(offline_notice(app));
    Ok(Reply::Ephemeral(announcement::text_message(sentence)))
}

/// Returns a notice that other users will be notified later, while Slack is unreachable.
fn offline_notice(app: &App) -> Option<Span> {
    match app.state.slack() {
        SlackState::Unknown | SlackState::Up => None,
        SlackState::Down(_) => Some(text(
            " Slack does not answer us right now: the others are told as soon as it does.",
        )),
    }
}
