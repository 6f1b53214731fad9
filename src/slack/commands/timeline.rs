//! `/datadog incident timeline`: shows the timeline page by page in an ephemeral message, with its
//! buttons.

use muster_commands::modal::with_channel;
use muster_commands::payload::button_click::ButtonClick;
use muster_commands::timeline::{self, EntryFilter, Page, PageCursor, SortOrder, TimelineButton};
use muster_commands::{impact, note};
use slack_morphism::prelude::*;

use crate::app::App;
use crate::domain::{
    Actor, Author, Decision, Importance, Incident, StoredEntry, TimelineEvent, Viewer,
};
use crate::error::{Error, Result};
use crate::slack::client::Message;
use crate::slack::commands::incident_picker::{IncidentChoice, incident_for_command};
use crate::slack::dispatch::Reply;
use crate::slack::open_modal::{ModalRequest, open_modal};
use crate::slack::request_context::{BlockAction, SlashCommand, click_viewer, replace_original};
use crate::slack::text::activity;
use crate::slack::text::activity::{RichText, Span, bold, text};
use crate::slack::users::user_timezone::user_clock;
use crate::store::{IdempotencyKey, TimelinePage};

/// Entries per page. Slack: a message has at most 50 blocks, and each entry takes two.
const PAGE_SIZE: usize = 10;

/// Shows the newest entries in an ephemeral message.
pub async fn handle(app: &App, typed: SlashCommand) -> Result<Reply> {
    let incident = match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => incident,
        IncidentChoice::Prompt(reply) => return Ok(reply),
    };
    let by = Actor::new(typed.user.clone(), app.clock.now());
    let page = Page::first(incident.id);
    Ok(Reply::Ephemeral(
        load_page_message(app, page, typed.viewer(), &by).await?,
    ))
}

/// Replaces the page with another one.
pub async fn show_page(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let page: Page = timeline::parse(&pressed.value).ok_or(Error::NotFound("page"))?;
    let (by, viewer) = (clicked.actor(app), click_viewer(pressed));
    replace_original(
        app,
        clicked.response_url,
        load_page_message(app, page, viewer, &by).await?,
    );
    Ok(())
}

/// Flags an entry as important or removes the flag, and updates the page.
pub async fn flag_entry(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let on: TimelineButton = timeline::parse(&pressed.value).ok_or(Error::NotFound("entry"))?;
    let flag = if on.flag {
        Importance::Important
    } else {
        Importance::Normal
    };
    let by = clicked.actor(app);
    let flags =
        move |incident: &Incident, kept: &StoredEntry| incident.set_importance(kept, flag, &by);
    change_entry(app, (pressed, clicked), on, flags).await
}

/// Removes a note after confirmation, and updates the page.
pub async fn remove_note(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let on: TimelineButton = timeline::parse(&pressed.value).ok_or(Error::NotFound("entry"))?;
    let by = clicked.actor(app);
    let removes = move |incident: &Incident, kept: &StoredEntry| incident.remove_note(kept, &by);
    change_entry(app, (pressed, clicked), on, removes).await
}

/// Changes an entry of a page and updates the page.
async fn change_entry(
    app: &App,
    (pressed, clicked): (&ButtonClick, BlockAction),
    on: TimelineButton,
    decide: impl FnOnce(&Incident, &StoredEntry) -> Decision + Send + 'static,
) -> Result<()> {
    let (page, by) = (on.page, clicked.actor(app));
    let (entry, key) = (
        (page.incident, on.entry),
        IdempotencyKey::action(&clicked.trigger_id),
    );
    app.store
        .change_timeline_entry(click_viewer(pressed), entry, key, decide)
        .await?;
    let shown = load_page_message(app, page, click_viewer(pressed), &by).await?;
    replace_original(app, clicked.response_url, shown);
    Ok(())
}

/// Opens the modal of an entry.
pub async fn open_edit_modal(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let on: TimelineButton = timeline::parse(&pressed.value).ok_or(Error::NotFound("entry"))?;
    let kept = app
        .store
        .timeline_entry(click_viewer(pressed), on.page.incident, on.entry)
        .await?;
    let clock = user_clock(app, &clicked.user).await?;
    if let TimelineEvent::ImpactStarted {
        number: Some(number),
        ..
    } = kept.entry.event
    {
        let viewer = click_viewer(pressed);
        let incident = app.store.incident(viewer, on.page.incident).await?;
        let standing =
            crate::slack::commands::impact::impact_defaults(&incident, Some(number), &clock)?;
        let form = with_channel(impact::modal(&standing), pressed.channel.as_ref());
        open_entry_modal(app, clicked, form);
        return Ok(());
    }
    let note = match &kept.entry.event {
        TimelineEvent::Note { text } if kept.may_be_rewritten_by(&clicked.actor(app)) => {
            Some(text.clone())
        }
        _ => None,
    };
    let form = note::edit_modal(&note::NoteDefaults {
        incident: on.page.incident,
        entry: kept.id,
        happened_at: clock.format(kept.entry.happened_at),
        text: note,
        response_url: clicked.response_url.clone(),
    });
    open_entry_modal(app, clicked, with_channel(form, pressed.channel.as_ref()));
    Ok(())
}

fn open_entry_modal(app: &App, clicked: BlockAction, form: SlackModalView) {
    open_modal(
        app,
        ModalRequest {
            user_to_check: None,
            trigger_id: clicked.trigger_id,
            view: form,
            response_url: clicked.response_url,
            retry_hint: "Press the button again.".to_owned(),
        },
    );
}

/// Returns a page as visible to the viewer.
async fn load_page_message(app: &App, page: Page, viewer: Viewer, by: &Actor) -> Result<Message> {
    let store = &app.store;
    let mut found = store.timeline_page(viewer.clone(), page, PAGE_SIZE).await?;
    let mut page = page;
    if found.entries.is_empty() && page.cursor != PageCursor::First {
        // All entries of the page have been removed.
        page = page.with_cursor(PageCursor::First);
        found = store.timeline_page(viewer, page, PAGE_SIZE).await?;
    }
    Ok(page_message(page, &found, by))
}

fn page_message(page: Page, found: &TimelinePage, by: &Actor) -> Message {
    let first = found.entries.first().map(entry_position);
    let last = found.entries.last().map(entry_position);
    // The page's buttons lead back to the same entries, even if entries are added elsewhere.
    let here = first.map_or(page, |(at, id)| {
        page.with_cursor(PageCursor::StartingAt(at, id))
    });
    let title = vec![heading(page, found)];
    let mut lines = vec![activity::mrkdwn(&title, &found.names)];
    let mut blocks = vec![activity::rich_text_block(&title, &found.names)];
    for kept in &found.entries {
        let told = entry_text(kept);
        lines.push(activity::mrkdwn(&told, &found.names));
        blocks.push(activity::rich_text_block(&told, &found.names));
        blocks.push(entry_buttons(here, kept, by));
    }
    let back = first.filter(|_| found.has_before);
    let on = last.filter(|_| found.has_after);
    let turning = timeline::page_buttons(
        page,
        back.map(|(at, id)| PageCursor::Before(at, id)),
        on.map(|(at, id)| PageCursor::After(at, id)),
    );
    blocks.push(SlackDividerBlock::new().into());
    blocks.push(SlackActionsBlock::new(turning.into_iter().map(Into::into).collect()).into());
    Message {
        text: lines.join("\n"),
        blocks,
    }
}

fn heading(page: Page, found: &TimelinePage) -> RichText {
    let order = match page.order {
        SortOrder::NewestFirst => "newest first",
        SortOrder::OldestFirst => "oldest first",
    };
    let which = match (page.filter, found.entries.is_empty()) {
        (EntryFilter::Unfiltered, _) => order.to_owned(),
        (EntryFilter::Important, false) => format!("important only, {order}"),
        (EntryFilter::Important, true) => "nothing is flagged as important yet".to_owned(),
    };
    vec![
        bold(format!("Timeline of {}", page.incident)),
        text(format!(" · {which}")),
    ]
}

/// Returns the text of an entry: time, importance, activity and permalink.
fn entry_text(kept: &StoredEntry) -> Vec<RichText> {
    let mut first = vec![Span::Time(kept.entry.happened_at)];
    if kept.is_important {
        first.extend([text(" · "), bold("Important")]);
    }
    let link = kept
        .entry
        .message
        .as_ref()
        .map(|message| &message.permalink);
    if let Some(url) = link.filter(|url| !url.is_empty()) {
        first.extend([
            text(" · "),
            Span::Link("View message".to_owned(), url.clone()),
        ]);
    }
    let mut told = activity::activity_text(&kept.entry.activity());
    if let (Some(Author::App(app)), Some(start)) = (
        &kept.entry.author,
        told.first_mut().and_then(|sentence| sentence.first_mut()),
    ) {
        *start = text(app.clone());
    }
    let mut sentences = vec![first];
    sentences.extend(activity::without_mentions(told));
    sentences
}

fn entry_buttons(page: Page, kept: &StoredEntry, by: &Actor) -> SlackBlock {
    let mut buttons = vec![timeline::flag_button(page, kept.id, kept.is_important)];
    let is_impact = matches!(
        kept.entry.event,
        TimelineEvent::ImpactStarted {
            number: Some(_),
            ..
        }
    );
    if is_impact || kept.may_be_moved_by(by) {
        buttons.push(timeline::edit_button(page, kept.id));
    }
    if kept.may_be_rewritten_by(by) {
        buttons.push(timeline::remove_button(page, kept.id));
    }
    SlackActionsBlock::new(buttons.into_iter().map(Into::into).collect()).into()
}

/// Returns the sort key of an entry.
fn entry_position(kept: &StoredEntry) -> (i64, i64) {
    (kept.entry.happened_at.epoch_millis(), kept.id)
}
