//! `/datadog web [IR-7]`: replies with a link that signs the user in once.

use muster_commands::web;
use slack_morphism::prelude::*;

use crate::domain::Incident;
use crate::error::{Error, Result};
use crate::slack::client::Message;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::user_cache::fetch_users_within;

/// The page without an incident.
const INCIDENTS: &str = "/incidents";

/// Shows the link in an ephemeral message. It leads to the incident of the command or of the channel, or to
/// the list.
pub(crate) async fn handle(ctx: &RequestContext) -> Result<Reply> {
    let incident = match ctx.incident_id {
        Some(_) => Some(ctx.incident().await?),
        None => ctx.channel_incident().await?,
    };
    let link = create_link(ctx, incident.as_ref()).await?;
    Ok(Reply::Ephemeral(Message {
        text: link.sentence.clone(),
        blocks: link.blocks(),
    }))
}

/// Handles **Open Page** in the Home view: opens a modal with the link, because nothing in the Home view is
/// visible for a few minutes only.
pub(crate) async fn open_modal(ctx: &RequestContext) -> Result<Reply> {
    let link = create_link(ctx, None).await?;
    let view = SlackModalView::new("Open Page".into(), link.blocks()).with_close("Close".into());
    let hint = format!("Type {} web.", ctx.slash_command());
    Ok(Reply::modal(view, hint))
}

/// A link that signs a user in.
struct Link {
    sentence: String,
    url: String,
}

impl Link {
    fn blocks(&self) -> Vec<SlackBlock> {
        let text = SlackBlockPlainText::new(self.sentence.clone()).into();
        let button = web::page_button(&self.url).with_style(SlackBlockButtonStyle::Primary);
        vec![
            SlackSectionBlock::new().with_text(text).into(),
            SlackActionsBlock::new(vec![button.into()]).into(),
        ]
    }
}

async fn create_link(ctx: &RequestContext, incident: Option<&Incident>) -> Result<Link> {
    if ctx.app.config.public_url.is_none() {
        return Err(Error::Rejected(
            "Muster's pages have no address yet. Ask your Muster admin to set PUBLIC_URL."
                .to_owned(),
        ));
    }
    // The page names the user.
    fetch_users_within(&ctx.app, [ctx.user()]).await;
    let (target, opens) = match incident {
        Some(incident) => (
            format!("{INCIDENTS}/{}", incident.id.number()),
            incident.id.to_string(),
        ),
        None => (INCIDENTS.to_owned(), "Muster".to_owned()),
    };
    let (store, user) = (ctx.store(), ctx.user().clone());
    let token = store
        .create_sign_in_link(user, target, ctx.actor.at)
        .await?;
    let url = ctx
        .app
        .config
        .page_url(&format!("/sign-in/{}", token.reveal()));
    Ok(Link {
        sentence: format!("Open {opens} in your browser. Works once, for 10 minutes, for you."),
        url: url.unwrap_or_default(),
    })
}
