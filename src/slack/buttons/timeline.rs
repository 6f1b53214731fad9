//! The buttons of the timeline: paging, **Flag**, **Edit** and **Remove**.

use muster_commands::modal::{PrivateMetadata, with_metadata};
use muster_commands::payload::button_click::ButtonClick;
use muster_commands::timeline::{self, Page, TimelineButton};
use muster_commands::{impact, note};

use crate::domain::{Decision, DecisionContext, Importance, Incident, StoredEntry, TimelineEvent};
use crate::error::{Error, Result};
use crate::slack::buttons::impact::remove_impact;
use crate::slack::commands::impact::impact_defaults;
use crate::slack::commands::timeline::{first_page, page_message};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_timezone::user_clock;

/// How to repeat a click on **Edit**.
const RETRY_HINT: &str = "Press the button again.";

/// Replaces the page with another one.
pub(crate) async fn show_page(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let page: Page = timeline::parse(&click.value).ok_or(Error::NotFound("page"))?;
    Ok(Reply::Replacement(page_message(ctx, page).await?))
}

/// Flags an entry as important or removes the flag, and updates the page.
pub(crate) async fn flag(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let button = parse(click)?;
    let importance = if button.flag {
        Importance::Important
    } else {
        Importance::Normal
    };
    let actor = ctx.actor.clone();
    change_entry(ctx, button, move |incident, entry, _| {
        incident.set_importance(entry, importance, &actor)
    })
    .await
}

/// Removes a note, a status update or an impact after confirmation, and updates the page.
pub(crate) async fn remove(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let button = parse(click)?;
    if let Some(number) = button.impact {
        remove_impact(ctx, button.page.incident, number).await?;
        return Ok(Reply::Replacement(first_page(ctx, button.page).await?));
    }
    let actor = ctx.actor.clone();
    change_entry(ctx, button, move |incident, entry, context| {
        incident.remove_text_entry(entry, &actor, context)
    })
    .await
}

/// Opens the modal of an entry: that of the impact if the entry records its start.
pub(crate) async fn edit(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let TimelineButton { page, entry, .. } = parse(click)?;
    let viewer = ctx.viewer.clone();
    let stored = ctx
        .store()
        .timeline_entry(viewer.clone(), page.incident, entry)
        .await?;
    let view = match &stored.entry.event {
        TimelineEvent::ImpactStarted {
            number: Some(number),
            ..
        } => {
            let clock = user_clock(ctx).await?;
            let incident = ctx.store().incident(viewer, page.incident).await?;
            let defaults = impact_defaults(&incident, Some(*number), &clock)?;
            let metadata = PrivateMetadata {
                number: Some(*number),
                ..list_metadata(ctx, page)
            };
            with_metadata(impact::modal(&defaults), &metadata)
        }
        _ => {
            let defaults = note_defaults(ctx, page, &stored).await?;
            let metadata = PrivateMetadata {
                number: Some(stored.id),
                ..list_metadata(ctx, page)
            };
            with_metadata(note::edit_modal(&defaults), &metadata)
        }
    };
    Ok(Reply::modal(view, RETRY_HINT.to_owned()))
}

async fn note_defaults(
    ctx: &RequestContext,
    page: Page,
    stored: &StoredEntry,
) -> Result<note::NoteDefaults> {
    let (label, text) = match &stored.entry.event {
        TimelineEvent::Note { text } => ("Note", Some(text)),
        TimelineEvent::StatusUpdate { text, .. } => ("Update", Some(text)),
        _ => ("Note", None),
    };
    let text = text.filter(|_| stored.may_be_rewritten_by(&ctx.actor));
    Ok(note::NoteDefaults {
        label,
        incident: page.incident,
        entry: stored.id,
        happened_at: user_clock(ctx).await?.format(stored.entry.happened_at),
        text: text.cloned(),
    })
}

/// Returns the private metadata of a modal that was opened from a page, which is updated afterwards.
fn list_metadata(ctx: &RequestContext, page: Page) -> PrivateMetadata {
    PrivateMetadata {
        response_url: ctx.origin.response_url.clone(),
        list: serde_json::to_string(&page).ok(),
        ..ctx.metadata(page.incident)
    }
}

fn parse(click: &ButtonClick) -> Result<TimelineButton> {
    timeline::parse(&click.value).ok_or(Error::NotFound("entry"))
}

/// Changes an entry of a page and updates the page.
async fn change_entry(
    ctx: &RequestContext,
    button: TimelineButton,
    decide: impl FnOnce(&Incident, &StoredEntry, &DecisionContext<'_>) -> Decision + Send + 'static,
) -> Result<Reply> {
    let target = ctx.target(button.page.incident);
    ctx.store()
        .change_timeline_entry(target, button.entry, decide)
        .await?;
    Ok(Reply::Replacement(page_message(ctx, button.page).await?))
}
