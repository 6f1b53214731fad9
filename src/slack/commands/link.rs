//! `/datadog incident link`, `chat`, `call` and `links`: adds, removes and lists the links of an
//! incident.

use muster_commands::ChannelId;
use muster_commands::link::{self, LinkCommand, LinkKind};
use muster_commands::link_buttons::LinkButton;
use muster_commands::modal::{ViewSubmission, with_channel};
use muster_commands::payload::button_click::ButtonClick;
use slack_morphism::prelude::SlackModalView;

use crate::app::App;
use crate::domain::{Actor, Incident, LinkRef};
use crate::error::{Error, Result};
use crate::slack::blocks::link_list;
use crate::slack::commands::incident_picker::{IncidentChoice, incident_for_command};
use crate::slack::dispatch::Reply;
use crate::slack::offline_reply;
use crate::slack::open_modal::{ModalRequest, open_modal, open_modal_for_command};
use crate::slack::request_context::{
    BlockAction, SlashCommand, click_viewer, replace_original, submission_viewer,
};
use crate::slack::users::user_cache::refresh_user_cache;
use crate::store::IdempotencyKey;

/// Adds the link, opens the modal or shows the list.
pub async fn handle(app: &App, typed: SlashCommand, asked: LinkCommand) -> Result<Reply> {
    let command = &app.config.command;
    if let LinkCommand::Invalid(wrong) = &asked {
        return Err(Error::Rejected(wrong.message(command)));
    }
    let incident = match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => incident,
        IncidentChoice::Prompt(reply) => return Ok(reply),
    };
    match asked {
        LinkCommand::Invalid(wrong) => Err(Error::Rejected(wrong.message(command))),
        LinkCommand::List => Ok(Reply::Ephemeral(link_list::list(&incident, 0))),
        LinkCommand::OpenModal(kind) => {
            let word = kind.words().first().copied().unwrap_or_default();
            let form = link_modal(&incident, kind, typed.context_channel());
            let again = format!("Type it again: {command} incident {word}");
            Ok(open_modal_for_command(app, typed, form, again))
        }
        LinkCommand::Add(request) => {
            let (viewer, key) = (typed.viewer(), typed.idempotency_key());
            let by = Actor::new(typed.user, app.clock.now());
            app.store
                .change(viewer, incident.id, key, move |incident| {
                    incident.add_link(request, &by)
                })
                .await?;
            Ok(offline_reply::reply_to_command(app))
        }
    }
}

/// Handles **Add Document**, **Add Chat** and **Add Video Call**: opens the modal.
pub async fn open_add_modal(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let chosen = LinkButton::parse(&pressed.value).ok_or(Error::NotFound("link"))?;
    let incident = app
        .store
        .incident(click_viewer(pressed), chosen.incident)
        .await?;
    let kind = chosen.kind;
    open_modal(
        app,
        ModalRequest {
            user_to_check: None,
            trigger_id: clicked.trigger_id,
            view: link_modal(&incident, kind, pressed.channel.clone()),
            response_url: clicked.response_url,
            retry_hint: format!("Press “{}” again.", kind.add_label()),
        },
    );
    Ok(())
}

/// Stores the link of a submission.
pub async fn submit(app: &App, kind: LinkKind, form: &ViewSubmission) -> Result<Reply> {
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let Some(request) = link::read(kind, &form.view_state)? else {
        return Ok(Reply::Nothing);
    };
    let by = Actor::new(form.user.clone(), app.clock.now());
    app.store
        .change(
            submission_viewer(form),
            id,
            IdempotencyKey::view(&form.view_id),
            move |incident| incident.add_link(request, &by),
        )
        .await?;
    Ok(offline_reply::reply_to_modal(app, "Link stored", || {
        format!(
            "The link of {id} is stored. Slack does not answer us right now: its channel says so as \
             soon as Slack does. There is nothing more to do here."
        )
    }))
}

/// Handles **Remove**: removes the link and updates the list.
pub async fn remove_link(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let chosen = LinkButton::parse(&pressed.value).ok_or(Error::NotFound("link"))?;
    let link = match chosen.kind {
        LinkKind::Document => LinkRef::Document(chosen.number),
        LinkKind::Chat => LinkRef::Chat,
        LinkKind::Call => LinkRef::Call,
    };
    let by = clicked.actor(app);
    refresh_user_cache(app, by.user.clone());
    let key = IdempotencyKey::action(&clicked.trigger_id);
    let changed = app
        .store
        .change(
            click_viewer(pressed),
            chosen.incident,
            key,
            move |incident| incident.remove_link(link, &by),
        )
        .await?;
    replace_original(
        app,
        clicked.response_url,
        link_list::list(&changed, chosen.number),
    );
    Ok(())
}

/// Handles **Earlier** and **Later**: shows another page of the list.
pub async fn show_page(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let chosen = LinkButton::parse(&pressed.value).ok_or(Error::NotFound("link"))?;
    let incident = app
        .store
        .incident(click_viewer(pressed), chosen.incident)
        .await?;
    let page = link_list::list(&incident, chosen.number);
    replace_original(app, clicked.response_url, page);
    Ok(())
}

/// Returns the modal with the existing link filled in. Its private metadata holds the channel of the
/// request.
fn link_modal(incident: &Incident, kind: LinkKind, channel: Option<ChannelId>) -> SlackModalView {
    let present = match kind {
        LinkKind::Document => None,
        LinkKind::Chat => incident.chat_url.as_deref(),
        LinkKind::Call => incident.call_url.as_deref(),
    };
    with_channel(link::modal(incident.id, kind, present), channel.as_ref())
}
