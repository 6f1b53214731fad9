//! `/datadog incident private` and `public`: changes the visibility, which moves the incident to a new
//! channel.

use muster_commands::visibility::Visibility;

use crate::app::App;
use crate::domain::Actor;
use crate::error::{Error, Result};
use crate::slack::blocks::announcement;
use crate::slack::dispatch::Reply;
use crate::slack::request_context::SlashCommand;
use crate::slack::text::activity::text;
use crate::store::{ChangeTarget, IdempotencyKey};

/// Makes the channel's incident private or public. The outbox moves it to a new channel.
pub async fn handle(app: &App, typed: SlashCommand, to: Visibility) -> Result<Reply> {
    let (viewer, key) = (typed.viewer(), IdempotencyKey::action(&typed.trigger_id));
    let by = Actor::new(typed.user.clone(), app.clock.now());
    let here = app
        .store
        .incident_of_channel(viewer.clone(), typed.channel.clone())
        .await?;
    let Some(incident) = here else {
        return Err(Error::Rejected(format!(
            "This is not the channel of an incident. Type {} incident {to} in the one that you mean.",
            app.config.command
        )));
    };
    let target = ChangeTarget {
        viewer,
        id: incident.id,
        key,
        now: by.at,
    };
    app.store
        .change_with_context(target, move |incident, ctx| {
            Ok(incident.set_visibility(to, &by, ctx)?)
        })
        .await?;
    Ok(Reply::Ephemeral(announcement::text_message(vec![text(
        visibility_text(to),
    )])))
}

fn visibility_text(to: Visibility) -> &'static str {
    match to {
        Visibility::Private => {
            "The incident is private from now on: known to those who take part, and not announced. A \
             private channel is on its way; everybody who is here is brought there, and this channel is \
             archived."
        }
        Visibility::Public => {
            "The incident is public from now on, and is announced. A public channel is on its way; \
             everybody who is here is brought there, and this channel is archived."
        }
    }
}
