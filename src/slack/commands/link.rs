//! `/datadog incident link`, `chat`, `call` and `links`: adds and lists the links of an incident.

use muster_commands::link::{self, LinkCommand};
use muster_commands::modal::ViewSubmission;
use slack_morphism::prelude::SlackModalView;

use crate::domain::{Incident, LinkKind};
use crate::error::{Error, Result};
use crate::slack::blocks::lists::link_list;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;

/// Adds the link, opens the modal or shows the list.
pub(crate) async fn handle(ctx: &RequestContext, args: LinkCommand) -> Result<Reply> {
    match args {
        LinkCommand::Invalid(problem) => Err(Error::Rejected(problem.message(ctx.slash_command()))),
        LinkCommand::List => {
            let incident = ctx.incident().await?;
            Ok(Reply::Ephemeral(link_list::list(&incident, 0)))
        }
        LinkCommand::OpenModal(kind) => {
            let view = link_modal(ctx, &ctx.incident().await?, kind);
            let name = link::command_words(kind)
                .first()
                .copied()
                .unwrap_or_default();
            Ok(Reply::modal(
                view,
                ctx.retry_hint(&format!("incident {name}")),
            ))
        }
        LinkCommand::Add(request) => {
            let id = ctx.incident().await?.id;
            ctx.change(id, move |incident, actor| incident.add_link(request, actor))
                .await?;
            Ok(Reply::saved())
        }
    }
}

/// Stores the link of a submission.
pub(crate) async fn submit(
    ctx: &RequestContext,
    kind: LinkKind,
    form: &ViewSubmission,
) -> Result<Reply> {
    let id = ctx.incident_id()?;
    let Some(request) = link::read(kind, &form.view_state)? else {
        return Ok(Reply::Nothing);
    };
    ctx.change(id, move |incident, actor| incident.add_link(request, actor))
        .await?;
    Ok(Reply::submission_saved(
        "Link saved",
        &format!("The link of {id} is saved."),
        "its channel will be updated when it's back.",
    ))
}

/// Returns the modal with the existing link filled in.
pub(crate) fn link_modal(
    ctx: &RequestContext,
    incident: &Incident,
    kind: LinkKind,
) -> SlackModalView {
    let url = match kind {
        LinkKind::Document => None,
        LinkKind::Chat => incident.chat_url.as_deref(),
        LinkKind::Call => incident.call_url.as_deref(),
    };
    ctx.incident_modal(link::modal(incident.id, kind, url), incident.id)
}
