//! `/datadog incident timeline`: a page of what happened, for one person, and its buttons.

use muster_commands::buttons::Pressed;
use muster_commands::form::asked_in;
use muster_commands::timeline::{self, OnPage, Only, Order, Page, Reach};
use muster_commands::{impact, note};
use slack_morphism::prelude::*;

use super::asked::{Clicked, Typed, presser, replace_seen};
use super::client::Message;
use super::listener::Reply;
use super::open_form::{Opening, open};
use super::wall_clock::wall_clock;
use super::which_incident::{Meant, meant};
use super::words::{self, Piece, Sentence, plain, strong};
use crate::bot::Bot;
use crate::domain::{Author, By, Decision, Flag, Incident, KeptEntry, Viewer, What};
use crate::error::{Error, Result};
use crate::store::{Entries, Key};

/// How many entries a page has. Slack: a message has at most 50 blocks, and each entry takes two.
const SHOWN: usize = 10;

/// Typed: shows the newest entries, only to the person.
///
/// # Errors
/// When there is no incident to choose, or the store cannot be read.
pub async fn typed(bot: &Bot, typed: Typed) -> Result<Reply> {
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    let by = By::new(typed.person.clone(), bot.clock.now());
    let page = Page::first(incident.id);
    Ok(Reply::Ephemeral(
        shown(bot, page, typed.viewer(), &by).await?,
    ))
}

/// Pressed: shows another page in place of this one.
///
/// # Errors
/// When the store cannot be read.
pub async fn turned(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let page: Page = timeline::read(&pressed.value).ok_or(Error::NotFound("page"))?;
    let (by, viewer) = (clicked.by(bot), presser(pressed));
    replace_seen(
        bot,
        clicked.response_url,
        shown(bot, page, viewer, &by).await?,
    );
    Ok(())
}

/// Pressed: flags an entry as important, or takes that back, and shows the page anew.
///
/// # Errors
/// That the entry is no longer there, or that it could not be stored.
pub async fn flagged(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let on: OnPage = timeline::read(&pressed.value).ok_or(Error::NotFound("entry"))?;
    let flag = if on.flag {
        Flag::Important
    } else {
        Flag::Plain
    };
    let by = clicked.by(bot);
    let flags = move |incident: &Incident, kept: &KeptEntry| incident.flag(kept, flag, &by);
    changed(bot, (pressed, clicked), on, flags).await
}

/// Pressed and confirmed: takes a note off the timeline, and shows the page anew.
///
/// # Errors
/// That the person may not, that the note is no longer there, or that it could not be stored.
pub async fn removed(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let on: OnPage = timeline::read(&pressed.value).ok_or(Error::NotFound("entry"))?;
    let by = clicked.by(bot);
    let removes = move |incident: &Incident, kept: &KeptEntry| incident.remove_note(kept, &by);
    changed(bot, (pressed, clicked), on, removes).await
}

/// Changes an entry of the page on which somebody pressed a button, and shows the page anew.
async fn changed(
    bot: &Bot,
    (pressed, clicked): (&Pressed, Clicked),
    on: OnPage,
    decide: impl FnOnce(&Incident, &KeptEntry) -> Decision + Send + 'static,
) -> Result<()> {
    let (page, by) = (on.page, clicked.by(bot));
    let (entry, key) = ((page.incident, on.entry), Key::action(&clicked.trigger));
    bot.store
        .change_entry(presser(pressed), entry, key, decide)
        .await?;
    let shown = shown(bot, page, presser(pressed), &by).await?;
    replace_seen(bot, clicked.response_url, shown);
    Ok(())
}

/// Pressed: opens the form of an entry.
///
/// # Errors
/// That the entry is no longer there, or that the store cannot be read.
pub async fn edit_pressed(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let on: OnPage = timeline::read(&pressed.value).ok_or(Error::NotFound("entry"))?;
    let kept = bot
        .store
        .entry(presser(pressed), on.page.incident, on.entry)
        .await?;
    let clock = wall_clock(bot, &clicked.person).await?;
    if let What::ImpactStarted {
        number: Some(number),
        ..
    } = kept.entry.what
    {
        let viewer = presser(pressed);
        let incident = bot.store.incident(viewer, on.page.incident).await?;
        let standing = super::impact::standing(&incident, Some(number), &clock)?;
        let form = asked_in(impact::form(&standing), pressed.channel.as_ref());
        opens(bot, clicked, form);
        return Ok(());
    }
    let note = match &kept.entry.what {
        What::Note { text } if kept.may_be_rewritten_by(&clicked.by(bot)) => Some(text.clone()),
        _ => None,
    };
    let form = note::edit_form(&note::Standing {
        incident: on.page.incident,
        entry: kept.id,
        happened: clock.shown(kept.entry.happened_at),
        note,
        response_url: clicked.response_url.clone(),
    });
    opens(bot, clicked, asked_in(form, pressed.channel.as_ref()));
    Ok(())
}

fn opens(bot: &Bot, clicked: Clicked, form: SlackModalView) {
    open(
        bot,
        Opening {
            for_whom: None,
            trigger: clicked.trigger,
            form,
            response_url: clicked.response_url,
            again: "Press the button again.".to_owned(),
        },
    );
}

/// Gives a page as one person sees it.
async fn shown(bot: &Bot, page: Page, viewer: Viewer, by: &By) -> Result<Message> {
    let store = &bot.store;
    let mut found = store.timeline_page(viewer.clone(), page, SHOWN).await?;
    let mut page = page;
    if found.entries.is_empty() && page.reach != Reach::First {
        // What was on it is gone.
        page = page.at(Reach::First);
        found = store.timeline_page(viewer, page, SHOWN).await?;
    }
    Ok(message(page, &found, by))
}

fn message(page: Page, found: &Entries, by: &By) -> Message {
    let first = found.entries.first().map(place);
    let last = found.entries.last().map(place);
    // A button on the page leads back to what is seen now, wherever else something is added.
    let here = first.map_or(page, |(at, id)| page.at(Reach::From(at, id)));
    let title = vec![heading(page, found)];
    let mut lines = vec![words::mrkdwn(&title, &found.names)];
    let mut blocks = vec![words::block(&title, &found.names)];
    for kept in &found.entries {
        let told = entry(kept);
        lines.push(words::mrkdwn(&told, &found.names));
        blocks.push(words::block(&told, &found.names));
        blocks.push(buttons(here, kept, by));
    }
    let back = first.filter(|_| found.has_before);
    let on = last.filter(|_| found.has_after);
    let turning = timeline::turning(
        page,
        back.map(|(at, id)| Reach::Before(at, id)),
        on.map(|(at, id)| Reach::After(at, id)),
    );
    blocks.push(SlackDividerBlock::new().into());
    blocks.push(SlackActionsBlock::new(turning.into_iter().map(Into::into).collect()).into());
    Message {
        text: lines.join("\n"),
        blocks,
    }
}

fn heading(page: Page, found: &Entries) -> Sentence {
    let order = match page.order {
        Order::NewestFirst => "newest first",
        Order::OldestFirst => "oldest first",
    };
    let which = match (page.only, found.entries.is_empty()) {
        (Only::All, _) => order.to_owned(),
        (Only::Important, false) => format!("important only, {order}"),
        (Only::Important, true) => "nothing is flagged as important yet".to_owned(),
    };
    vec![
        strong(format!("Timeline of {}", page.incident)),
        plain(format!(" · {which}")),
    ]
}

/// Gives an entry: when, whether it is important, what happened, and where its message stands.
fn entry(kept: &KeptEntry) -> Vec<Sentence> {
    let mut first = vec![Piece::Time(kept.entry.happened_at)];
    if kept.is_important {
        first.extend([plain(" · "), strong("Important")]);
    }
    let link = kept
        .entry
        .message
        .as_ref()
        .map(|message| &message.permalink);
    if let Some(url) = link.filter(|url| !url.is_empty()) {
        first.extend([
            plain(" · "),
            Piece::Link("View message".to_owned(), url.clone()),
        ]);
    }
    let mut told = words::told(&kept.entry.line());
    if let (Some(Author::App(app)), Some(start)) = (
        &kept.entry.author,
        told.first_mut().and_then(|sentence| sentence.first_mut()),
    ) {
        *start = plain(app.clone());
    }
    let mut sentences = vec![first];
    sentences.extend(words::quiet(told));
    sentences
}

fn buttons(page: Page, kept: &KeptEntry, by: &By) -> SlackBlock {
    let mut buttons = vec![timeline::flag(page, kept.id, kept.is_important)];
    let is_impact = matches!(
        kept.entry.what,
        What::ImpactStarted {
            number: Some(_),
            ..
        }
    );
    if is_impact || kept.may_be_moved_by(by) {
        buttons.push(timeline::edit(page, kept.id));
    }
    if kept.may_be_rewritten_by(by) {
        buttons.push(timeline::remove(page, kept.id));
    }
    SlackActionsBlock::new(buttons.into_iter().map(Into::into).collect()).into()
}

/// Gives where an entry stands in the order of the timeline.
fn place(kept: &KeptEntry) -> (i64, i64) {
    (kept.entry.happened_at.epoch_millis(), kept.id)
}
