//! `/datadog incident list`: lists incidents page by page in an ephemeral message.

use muster_commands::list::{self, ListFilter};
use muster_commands::list_buttons::ListPage;
use muster_commands::payload::button_click::ButtonClick;

use crate::domain::text::text;
use crate::error::{Error, Result};
use crate::slack::blocks::lists::incident_list;
use crate::slack::blocks::lists::incident_list::ListStyle;
use crate::slack::blocks::text_message;
use crate::slack::client::Message;
use crate::slack::commands::incident_picker::no_incident_text;
use crate::slack::commands::unknown::{alternative_choice, question};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::store::{IncidentSummary, Page};

/// Shows the first page of the incidents that match the filter and are visible to the user.
pub(crate) async fn handle(ctx: &RequestContext, filter: ListFilter) -> Result<Reply> {
    let page = ListPage { filter, page: 0 };
    let matches = find_page(ctx, &page).await?;
    let title = list::as_title(ctx.command_text());
    if let Some(title) = title.filter(|_| matches.items.is_empty()) {
        let choice = alternative_choice(&title);
        return Ok(question(empty_text(ctx, &page.filter), [choice]));
    }
    Ok(Reply::Ephemeral(page_message(ctx, &page, &matches).await?))
}

/// Replaces the page with another one.
pub(crate) async fn show_page(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let page = ListPage::read(click).ok_or(Error::NotFound("page"))?;
    let matches = find_page(ctx, &page).await?;
    Ok(Reply::Replacement(
        page_message(ctx, &page, &matches).await?,
    ))
}

async fn find_page(ctx: &RequestContext, page: &ListPage) -> Result<Page<IncidentSummary>> {
    let (viewer, filter) = (ctx.viewer.clone(), page.filter.clone());
    ctx.store().list_incidents(viewer, filter, page.page).await
}

async fn page_message(
    ctx: &RequestContext,
    page: &ListPage,
    incidents: &Page<IncidentSummary>,
) -> Result<Message> {
    if incidents.items.is_empty() {
        return Ok(text_message(vec![text(empty_text(ctx, &page.filter))]));
    }
    let style = list_style(ctx).await?;
    Ok(incident_list::list(&page.filter, incidents, &style))
}

/// Returns the style of lists at the time of the request.
pub(crate) async fn list_style(ctx: &RequestContext) -> Result<ListStyle> {
    Ok(ListStyle {
        scale: ctx.store().settings().await?.severity_scale(),
        team: ctx.app.state.identity().map(|bot| bot.team_id),
        now: Some(ctx.actor.at),
    })
}

fn empty_text(ctx: &RequestContext, filter: &ListFilter) -> String {
    match filter {
        ListFilter::Open => no_incident_text(ctx),
        ListFilter::Resolved => "No incident has been resolved yet.".to_owned(),
        ListFilter::AnyStatus => "No incident has been declared yet.".to_owned(),
        ListFilter::Mine => "You aren't in any open incident.".to_owned(),
        ListFilter::Words(words) => format!("No incident title contains “{words}”."),
    }
}
