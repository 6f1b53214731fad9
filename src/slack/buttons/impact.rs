//! The buttons that remove an impact, and those of an impact that starts long before the declaration.

use muster_commands::impact::ImpactDefaults;
use muster_commands::impact_buttons::{ImpactButton, ImpactDraft};
use muster_commands::payload::button_click::{ButtonClick, OpenModal};
use slack_morphism::prelude::SlackBlockPlainText;

use crate::domain::{AddImpact, EntryKind, Incident, IncidentId, Timestamp};
use crate::error::{Error, Result};
use crate::slack::commands::impact::impact_modal;
use crate::slack::commands::timeline::updated_first_page;
use crate::slack::reply::{Reply, text_view};
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_timezone::user_clock;

/// Handles **Remove**, in a modal or in the list of impacts.
pub(crate) async fn remove(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let ImpactButton { incident, number } =
        ImpactButton::parse(&click.value).ok_or(Error::NotFound("impact"))?;
    let Some(modal) = &click.modal else {
        remove_impact(ctx, incident, number).await?;
        let text = removed_text(incident, number);
        return Ok(Reply::replacement(text));
    };
    let ctx = ctx.in_modal(&modal.private_metadata);
    let (text, list) = match remove_impact(&ctx, incident, number).await {
        Ok(_) => (
            removed_text(incident, number),
            updated_first_page(&ctx, modal.private_metadata.list.as_deref()).await?,
        ),
        // The modal is open, so the answer is shown in it.
        Err(Error::Rejected(reason)) => (reason, None),
        Err(error) => return Err(error),
    };
    show_in_modal(&ctx, modal.clone(), text);
    if let Some(list) = list {
        ctx.replace_original(list);
    }
    Ok(Reply::Nothing)
}

/// Handles **Add anyway**: adds the impact that was questioned.
pub(crate) async fn add_anyway(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let draft = parse_draft(click)?;
    let request = AddImpact {
        description: draft.description,
        started_at: Timestamp::from_epoch_millis(draft.started_at),
        ended_at: None,
    };
    ctx.change(draft.incident, move |incident, actor| {
        incident.add_impact(request, actor)
    })
    .await?;
    let text = format!("Added customer impact to {}.", draft.incident);
    Ok(Reply::replacement(text))
}

/// Handles **Edit**: opens the modal with the values of the impact that was questioned.
pub(crate) async fn edit_draft(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let draft = parse_draft(click)?;
    let viewer = ctx.viewer.clone();
    let incident = ctx.store().incident(viewer, draft.incident).await?;
    let clock = user_clock(ctx).await?;
    let defaults = ImpactDefaults {
        started: clock.format(Timestamp::from_epoch_millis(draft.started_at)),
        description: draft.description,
        ..ImpactDefaults::new(incident.id)
    };
    let view = impact_modal(ctx, &defaults);
    Ok(Reply::modal(view, "Click “Edit” again.".to_owned()))
}

/// Removes an impact.
pub(crate) async fn remove_impact(
    ctx: &RequestContext,
    incident: IncidentId,
    number: i64,
) -> Result<Incident> {
    let (target, actor) = (ctx.target(incident), ctx.actor.clone());
    ctx.store()
        .change_entries_of_kind(target, EntryKind::Impact, move |incident, entries| {
            incident.remove_impact(number, entries, &actor)
        })
        .await
}

/// Returns the confirmation of a removal.
pub(crate) fn removed_text(incident: IncidentId, number: i64) -> String {
    format!("Removed impact {number} of {incident}.")
}

fn parse_draft(click: &ButtonClick) -> Result<ImpactDraft> {
    ImpactDraft::parse(&click.value).ok_or(Error::NotFound("impact"))
}

/// Replaces the modal with a text.
fn show_in_modal(ctx: &RequestContext, modal: OpenModal, text: String) {
    let view = text_view("Remove Impact", SlackBlockPlainText::new(text).into());
    let slack = ctx.app.slack.clone();
    ctx.app.tasks.spawn(async move {
        let updated = slack.replace_modal(&modal.id, &modal.hash, *view);
        if let Err(error) = updated.await {
            tracing::info!("Cannot update a modal: {error}");
        }
    });
}
