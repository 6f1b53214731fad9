//! `/datadog incident postmortem`: generates the postmortem, shows it, or attaches one that exists elsewhere.

pub(crate) mod edit;

use muster_commands::modal::ViewSubmission;
use muster_commands::payload::button_click::ButtonClick;
use muster_commands::postmortem::{PostmortemCommand, page_button};
use muster_commands::postmortem_modal::{self, GenerateDefaults, OWNER};
use slack_morphism::prelude::*;

use crate::domain::postmortem::{AttachPostmortem, TimelineSelection};
use crate::domain::text::text;
use crate::domain::{Incident, IncidentId, Settings};
use crate::error::{Error, Result};
use crate::slack::blocks::postmortem::{NO_ADDRESS, postmortem_url, summary};
use crate::slack::offline_reply;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::unresolved_users::NamedUser;
use crate::slack::users::user_cache::{fetch_users_within, refresh_user_cache};

/// The end of the confirmation while Slack is unreachable.
const POSTED_LATER: &str = "others will see it when it's back.";

/// Opens the modal that generates the postmortem, shows the existing one, or attaches a document.
pub(crate) async fn handle(ctx: &RequestContext, command: PostmortemCommand) -> Result<Reply> {
    let incident = ctx.incident().await?;
    match (command, &incident.postmortem) {
        (PostmortemCommand::Attach(document), _) => attach(ctx, &incident, document).await,
        (PostmortemCommand::Open { .. }, Some(postmortem)) => {
            let viewer = ctx.viewer.clone();
            let source = ctx.store().postmortem_source(viewer, incident.id).await?;
            let exports = &source.document.exports;
            let url = postmortem_url(&incident, &ctx.app.config);
            let message = summary(&incident, postmortem, exports, url.as_deref());
            Ok(Reply::Ephemeral(message))
        }
        (PostmortemCommand::Open { timeline }, None) => {
            open_generate_modal(ctx, &incident, timeline).await
        }
    }
}

/// Handles a button that opens the modal of the postmortem.
pub(crate) async fn click(ctx: &RequestContext, click: &ButtonClick) -> Result<Reply> {
    let id = click.number().ok_or(Error::NotFound("incident"))?;
    open_modal(ctx, IncidentId(id)).await
}

/// Opens the modal that edits the postmortem, or generates it if there is none yet.
pub(crate) async fn open_modal(ctx: &RequestContext, id: IncidentId) -> Result<Reply> {
    refresh_user_cache(&ctx.app, ctx.user().clone());
    let incident = ctx.store().incident(ctx.viewer.clone(), id).await?;
    match &incident.postmortem {
        Some(postmortem) => edit::open_modal(ctx, &incident, postmortem).await,
        None => open_generate_modal(ctx, &incident, None).await,
    }
}

async fn open_generate_modal(
    ctx: &RequestContext,
    incident: &Incident,
    timeline: Option<TimelineSelection>,
) -> Result<Reply> {
    let id = incident.id;
    let viewer = ctx.viewer.clone();
    let source = ctx.store().postmortem_source(viewer, id).await?;
    check_possible(ctx, incident, &source.settings)?;
    let settings = source.settings.of_incident_type(incident.incident_type);
    let templates = settings.postmortem_templates.iter();
    let important = source.entries.iter().filter(|it| it.stored.is_important);
    let defaults = GenerateDefaults {
        incident: id,
        templates: templates.map(|template| template.name.clone()).collect(),
        timeline,
        important_count: important.count(),
        entry_count: source.entries.len(),
        owner: incident.default_postmortem_owner(ctx.user()),
        remark: format!(
            "Written elsewhere already? Attach it: {} postmortem {id} https://…",
            ctx.slash_command()
        ),
    };
    let view = ctx.incident_modal(postmortem_modal::generate_modal(&defaults), id);
    let hint = format!("Type {} postmortem {id}.", ctx.slash_command());
    Ok(Reply::modal(view, hint))
}

/// Checks that the incident can get a postmortem. An incident that is not resolved is answered with what to do first.
fn check_possible(ctx: &RequestContext, incident: &Incident, settings: &Settings) -> Result<()> {
    let Some(obstacle) = incident.postmortem_obstacle(settings) else {
        return Ok(());
    };
    let slash = ctx.slash_command();
    let id = incident.id;
    Err(Error::Rejected(match incident.postmortem {
        Some(_) => obstacle,
        None => format!("{obstacle} To resolve it, type {slash} resolve {id}."),
    }))
}

async fn attach(
    ctx: &RequestContext,
    incident: &Incident,
    document: AttachPostmortem,
) -> Result<Reply> {
    let id = incident.id;
    let settings = ctx.store().settings().await?;
    if incident.postmortem.is_none() {
        check_possible(ctx, incident, &settings)?;
    }
    let applied = ctx
        .change_with_context(id, move |incident, actor, context| {
            Ok(incident.attach_postmortem(document, actor, context)?)
        })
        .await?;
    let attached = format!("Attached the postmortem to {id}.");
    let message = (!ctx.is_in_channel_of(&applied.after)).then(|| vec![text(attached.clone())]);
    let offline = offline_reply::saved_text(&attached, POSTED_LATER);
    Ok(Reply::saved_or(message, vec![text(offline)]))
}

/// Generates the postmortem with the values of a submission. Outside the incident's channel, the modal shows the link
/// to it.
pub(crate) async fn submit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let request = postmortem_modal::read_generate(&form.view_state);
    let id = ctx.incident_id()?;
    let owner = request.owner.as_ref();
    fetch_users_within(&ctx.app, owner.filter(|user| *user != ctx.user())).await;
    let owner = owner.map(|user| NamedUser::new(ctx, OWNER, user));
    let applied = ctx
        .change_with_context(id, move |incident, actor, context| {
            let unresolved_user = match owner {
                Some(owner) => owner.into_unresolved(context)?,
                None => None,
            };
            let change = incident.generate_postmortem(request, actor, context)?;
            Ok(change.with_unresolved(unresolved_user))
        })
        .await?;
    if !ctx.is_in_channel_of(&applied.after) {
        return Ok(Reply::View(generated_view(ctx, &applied.after)));
    }
    Ok(Reply::submission_saved(
        "Postmortem generated",
        &format!("The postmortem of {id} is generated."),
        POSTED_LATER,
    ))
}

fn generated_view(ctx: &RequestContext, incident: &Incident) -> Box<SlackModalView> {
    let url = postmortem_url(incident, &ctx.app.config);
    let generated = format!("The postmortem of {} is generated.", incident.id);
    let sentence = match url {
        Some(_) => generated,
        None => format!("{generated} {NO_ADDRESS}"),
    };
    let sentence: SlackBlockText = SlackBlockPlainText::new(sentence).into();
    let mut blocks: Vec<SlackBlock> = vec![SlackSectionBlock::new().with_text(sentence).into()];
    blocks.extend(url.map(|url| {
        let open = page_button(&url).with_style(SlackBlockButtonStyle::Primary);
        SlackActionsBlock::new(vec![open.into()]).into()
    }));
    let title = format!("Postmortem of {}", incident.id);
    let view = SlackModalView::new(title.as_str().into(), blocks).with_close("Close".into());
    Box::new(view)
}
