//! `/datadog incident list`: incidents, grouped by status and sorted by severity.

use muster_commands::list::ListFilter;

use crate::domain::Viewer;
use crate::error::Result;
use crate::slack::blocks::incident_list;
use crate::slack::commands::incident_picker::no_incident_text;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::store::IncidentSummary;

/// Maximum number of incidents; a longer list would not be read.
const MAX_INCIDENTS: usize = 30;

/// Maximum number of incidents among which closed ones are found.
const MAX_SEARCHED: usize = 1_000;

/// Lists the incidents that match the filter and are visible to the user, in an ephemeral message.
pub(crate) async fn handle(ctx: &RequestContext, filter: ListFilter) -> Result<Reply> {
    let (incidents, count) = match &filter {
        ListFilter::Open => {
            let limit = i64::try_from(MAX_INCIDENTS).unwrap_or(i64::MAX);
            let viewer = ctx.viewer.clone();
            ctx.store().open_incidents(viewer, limit).await?
        }
        ListFilter::Resolved | ListFilter::AnyStatus | ListFilter::Mine | ListFilter::Words(_) => {
            let incidents = search(ctx, &filter).await?;
            let count = i64::try_from(incidents.len()).unwrap_or(i64::MAX);
            (incidents, count)
        }
    };
    if incidents.is_empty() {
        return Ok(Reply::text(empty_text(ctx, &filter)));
    }
    let scale = ctx.store().settings().await?.severity_scale();
    let list = incident_list::list(&incidents, count, &scale, ctx.actor.at);
    Ok(Reply::Ephemeral(list))
}

/// Returns the first incidents that match the filter, open ones first.
async fn search(ctx: &RequestContext, filter: &ListFilter) -> Result<Vec<IncidentSummary>> {
    let words = match filter {
        ListFilter::Words(words) => words.clone(),
        ListFilter::Open | ListFilter::Resolved | ListFilter::AnyStatus | ListFilter::Mine => {
            String::new()
        }
    };
    let viewer = ctx.viewer.clone();
    let mut incidents = ctx
        .store()
        .search_incidents(viewer.clone(), words, MAX_SEARCHED)
        .await?;
    match filter {
        ListFilter::Resolved => incidents.retain(|incident| !incident.status.is_open()),
        ListFilter::Mine => incidents = retain_own(ctx, viewer, incidents).await?,
        ListFilter::Open | ListFilter::AnyStatus | ListFilter::Words(_) => {}
    }
    incidents.truncate(MAX_INCIDENTS);
    Ok(incidents)
}

/// Returns the open incidents in which the user takes part.
async fn retain_own(
    ctx: &RequestContext,
    viewer: Viewer,
    incidents: Vec<IncidentSummary>,
) -> Result<Vec<IncidentSummary>> {
    let mut own = Vec::new();
    for summary in incidents.into_iter().filter(|it| it.status.is_open()) {
        let incident = ctx.store().incident(viewer.clone(), summary.id).await?;
        if incident.responder_ids().any(|user| user == ctx.user()) {
            own.push(summary);
        }
        if own.len() == MAX_INCIDENTS {
            break;
        }
    }
    Ok(own)
}

fn empty_text(ctx: &RequestContext, filter: &ListFilter) -> String {
    match filter {
        ListFilter::Open => no_incident_text(ctx),
        ListFilter::Resolved => "No incident has been resolved yet.".to_owned(),
        ListFilter::AnyStatus => "No incident has been declared yet.".to_owned(),
        ListFilter::Mine => "You aren't a responder of any open incident.".to_owned(),
        ListFilter::Words(words) => format!("No incident matches “{words}”."),
    }
}
