//! `/datadog incident link`, `chat`, `call` and `links`: what the incident of this channel links to.

use muster_commands::ChannelId;
use muster_commands::buttons::Pressed;
use muster_commands::form::{Submission, asked_in};
use muster_commands::link::{self, Asked, LinkKind};
use muster_commands::link_buttons::Chosen;
use slack_morphism::prelude::SlackModalView;

use super::asked::{Clicked, Typed, presser, replace_seen, sender};
use super::listener::Reply;
use super::meet::meet;
use super::open_form::{Opening, open, open_typed};
use super::which_incident::{Meant, meant};
use super::{links, stored_only};
use crate::bot::Bot;
use crate::domain::{By, Incident, LinkRef};
use crate::error::{Error, Result};
use crate::store::Key;

/// Typed: adds the link, opens the form for it, or shows those that there are.
///
/// # Errors
/// That it is no link, that there is no incident to choose, or that it could not be stored.
pub async fn typed(bot: &Bot, typed: Typed, asked: Asked) -> Result<Reply> {
    let command = &bot.settings.command;
    if let Asked::Wrong(wrong) = &asked {
        return Err(Error::Refused(wrong.line(command)));
    }
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    match asked {
        Asked::Wrong(wrong) => Err(Error::Refused(wrong.line(command))),
        Asked::List => Ok(Reply::Ephemeral(links::list(&incident, 0))),
        Asked::Form(kind) => {
            let word = kind.words().first().copied().unwrap_or_default();
            let form = form(&incident, kind, typed.place());
            let again = format!("Type it again: {command} incident {word}");
            Ok(open_typed(bot, typed, form, again))
        }
        Asked::Add(request) => {
            let (viewer, key) = (typed.viewer(), typed.key());
            let by = By::new(typed.person, bot.clock.now());
            bot.store
                .change(viewer, incident.id, key, move |incident| {
                    incident.add_link(request, &by)
                })
                .await?;
            Ok(stored_only::answer_typed(bot))
        }
    }
}

/// Pressed **Add Document**, **Add Chat** or **Add Video Call**: opens the form.
///
/// # Errors
/// When the store cannot be read.
pub async fn adds(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let chosen = Chosen::read(&pressed.value).ok_or(Error::NotFound("link"))?;
    let incident = bot
        .store
        .incident(presser(pressed), chosen.incident)
        .await?;
    let kind = chosen.kind;
    open(
        bot,
        Opening {
            for_whom: None,
            trigger: clicked.trigger,
            form: form(&incident, kind, pressed.channel.clone()),
            response_url: clicked.response_url,
            again: format!("Press “{}” again.", kind.adds()),
        },
    );
    Ok(())
}

/// Submitted: stores the link.
///
/// # Errors
/// What is wrong with a field, or that it could not be stored.
pub async fn submitted(bot: &Bot, kind: LinkKind, form: &Submission) -> Result<Reply> {
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let Some(request) = link::read_form(kind, &form.answers)? else {
        return Ok(Reply::Nothing);
    };
    let by = By::new(form.person.clone(), bot.clock.now());
    bot.store
        .change(sender(form), id, Key::view(&form.view), move |incident| {
            incident.add_link(request, &by)
        })
        .await?;
    Ok(stored_only::answer(bot, "Link stored", || {
        format!(
            "The link of {id} is stored. Slack does not answer us right now: its channel says so as \
             soon as Slack does. There is nothing more to do here."
        )
    }))
}

/// Pressed **Remove**: takes the link away, and shows the list without it.
///
/// # Errors
/// That it is gone already, or that it could not be stored.
pub async fn removes(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let chosen = Chosen::read(&pressed.value).ok_or(Error::NotFound("link"))?;
    let link = match chosen.kind {
        LinkKind::Document => LinkRef::Document(chosen.number),
        LinkKind::Chat => LinkRef::Chat,
        LinkKind::Call => LinkRef::Call,
    };
    let by = clicked.by(bot);
    meet(bot, by.person.clone());
    let key = Key::action(&clicked.trigger);
    let changed = bot
        .store
        .change(presser(pressed), chosen.incident, key, move |incident| {
            incident.remove_link(link, &by)
        })
        .await?;
    replace_seen(
        bot,
        clicked.response_url,
        links::list(&changed, chosen.number),
    );
    Ok(())
}

/// Pressed **Earlier** or **Later**: shows another page of the list.
///
/// # Errors
/// When the store cannot be read.
pub async fn turns(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let chosen = Chosen::read(&pressed.value).ok_or(Error::NotFound("link"))?;
    let incident = bot
        .store
        .incident(presser(pressed), chosen.incident)
        .await?;
    let page = links::list(&incident, chosen.number);
    replace_seen(bot, clicked.response_url, page);
    Ok(())
}

/// Gives the form, filled in with the link that there is; it carries where it was asked for.
fn form(incident: &Incident, kind: LinkKind, channel: Option<ChannelId>) -> SlackModalView {
    let present = match kind {
        LinkKind::Document => None,
        LinkKind::Chat => incident.chat.as_deref(),
        LinkKind::Call => incident.call.as_deref(),
    };
    asked_in(link::form(incident.id, kind, present), channel.as_ref())
}
