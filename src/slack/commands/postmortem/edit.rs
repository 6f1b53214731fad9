//! The modal that changes the owner and the status of a postmortem, and exports it.

use muster_commands::modal::ViewSubmission;
use muster_commands::postmortem_modal::{self, EditDefaults, ExportAudience, OWNER};

use crate::app::App;
use crate::domain::postmortem::{
    ExportTarget, Postmortem, PostmortemExport, PostmortemSource, PostmortemView,
};
use crate::domain::{ChannelState, Incident, UserClock, Visibility};
use crate::error::Result;
use crate::slack::blocks::announcement::channel_url;
use crate::slack::blocks::postmortem::{NO_ADDRESS, export_state_text, postmortem_url};
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::unresolved_users::NamedUser;
use crate::slack::users::user_cache::fetch_users_within;

/// Opens the modal with the current values.
pub(super) async fn open_modal(
    ctx: &RequestContext,
    incident: &Incident,
    postmortem: &Postmortem,
) -> Result<Reply> {
    let id = incident.id;
    let viewer = ctx.viewer.clone();
    let source = ctx.store().postmortem_source(viewer, id).await?;
    let url = postmortem_url(incident, &ctx.app.config);
    let mut remarks = Vec::new();
    if url.is_none() {
        remarks.push(NO_ADDRESS.to_owned());
    }
    remarks.extend(source.document.exports.iter().map(export_remark));
    let defaults = EditDefaults {
        incident: id,
        owner: postmortem.owner.clone(),
        status: postmortem.status,
        exports: export_options(&ctx.app, incident, postmortem),
        page_url: url,
        remarks,
    };
    let view = ctx.incident_modal(postmortem_modal::edit_modal(&defaults), id);
    let hint = format!("Type {} postmortem {id}.", ctx.slash_command());
    Ok(Reply::modal(view, hint))
}

fn export_remark(export: &PostmortemExport) -> String {
    format!("{}: {}", export.target.label(), export_state_text(export))
}

/// Returns the tools that the postmortem can be exported to now. A canvas has the audience of its channel.
fn export_options(
    app: &App,
    incident: &Incident,
    postmortem: &Postmortem,
) -> Vec<(ExportTarget, ExportAudience)> {
    if postmortem.attached_url.is_some() {
        return Vec::new();
    }
    let option = |target: ExportTarget| {
        let audience = match (target, incident.visibility) {
            (ExportTarget::Canvas, _) if incident.channel_state != ChannelState::Open => {
                return None;
            }
            (ExportTarget::Canvas, _) | (_, Visibility::Public) => ExportAudience::SameAsIncident,
            (ExportTarget::Confluence, Visibility::Private) => ExportAudience::Wider,
            (ExportTarget::Notebook, Visibility::Private) => return None,
        };
        is_configured(app, target).then_some((target, audience))
    };
    ExportTarget::ALL.into_iter().filter_map(option).collect()
}

/// Returns whether the operator has configured a tool.
fn is_configured(app: &App, target: ExportTarget) -> bool {
    match target {
        ExportTarget::Canvas => true,
        ExportTarget::Confluence => app.confluence.is_some(),
        ExportTarget::Notebook => app.notebooks.is_some(),
    }
}

/// Stores the changes of a submission, and enqueues the exports.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let request = postmortem_modal::read_edit(&form.view_state);
    let id = ctx.incident_id()?;
    let owner = request.edit.owner.as_ref();
    fetch_users_within(&ctx.app, owner.filter(|user| *user != ctx.user())).await;
    let owner = owner.map(|user| NamedUser::new(ctx, OWNER, user));
    let (actor, app) = (ctx.actor.clone(), ctx.app.clone());
    ctx.store()
        .change_postmortem(ctx.target(id), move |incident, source, context| {
            let unresolved_user = match owner {
                Some(owner) => owner.into_unresolved(context)?,
                None => None,
            };
            let frozen = match request.edit.status {
                Some(_) => frozen_sections(&app, source),
                None => Vec::new(),
            };
            let change = incident.revise_postmortem(request, frozen, &actor)?;
            Ok(change.with_unresolved(unresolved_user))
        })
        .await?;
    Ok(Reply::submission_saved(
        "Postmortem saved",
        &format!("Your changes to the postmortem of {id} are saved."),
        "its channel will be updated when it's back.",
    ))
}

/// Returns the texts of all sections, which a completed document keeps, with times in UTC.
fn frozen_sections(app: &App, source: &PostmortemSource) -> Vec<(i64, String)> {
    let incident = &source.incident;
    let page = format!("/incidents/{}", incident.id.number());
    let page_url = app.config.page_url(&page);
    let channel = incident.channel.as_ref();
    let channel_url = channel.map(|channel| channel_url(None, &channel.id));
    let clock = UserClock::new(app.clock.now(), "UTC");
    source.frozen_sections(&PostmortemView {
        clock: &clock,
        page_url: page_url.as_deref(),
        channel_url: channel_url.as_deref(),
    })
}
