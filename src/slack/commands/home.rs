//! The Home view and its buttons: paging, **Done** and **Declare Incident**.

use muster_commands::home::{self, HomeList, PageChange};
use muster_commands::modal::block_kit_limits::truncate;
use muster_commands::payload::button_click;
use muster_commands::payload::button_click::ButtonClick;
use muster_commands::payload::events::HomeContent;
use muster_commands::task::TaskButton;
use muster_commands::{SeverityScale, UserId, list};
use slack_morphism::prelude::*;

use crate::app::App;
use crate::domain::UserNames;
use crate::error::{Error, Result};
use crate::slack::commands::declare;
use crate::slack::commands::list::incident_text;
use crate::slack::open_modal::{ModalRequest, open_modal_or_dm};
use crate::slack::request_context::{BlockAction, click_viewer};
use crate::slack::text::activity;
use crate::slack::text::activity::{RichText, Span, bold, text};
use crate::slack::text::task::task_label;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::store::{HomeTask, HomeView, IdempotencyKey, IncidentSummary, Page};

/// Maximum length of a task's description.
const TASK_PREVIEW: usize = 120;

/// Returns a user's Home view. It mentions no one and contains no relative times: the view is published
/// only if its content has changed.
pub fn home_view(home: &HomeView, command: &str) -> SlackHomeView {
    let mut blocks =
        vec![SlackActionsBlock::new(vec![button_click::declare_button().into()]).into()];
    let mine = incident_blocks(&home.own_incidents.items, &home.scale);
    blocks.extend(section(HomeList::Mine, &home.own_incidents, mine));
    let tasks = home.tasks.items.iter().map(task_section).collect();
    blocks.extend(section(HomeList::Tasks, &home.tasks, tasks));
    let open = incident_blocks(&home.open_incidents.items, &home.scale);
    blocks.extend(section(HomeList::Open, &home.open_incidents, open));
    blocks.push(context_block(&format!(
        "`{command} help` shows what can be typed."
    )));
    SlackHomeView::new(blocks)
}

/// Returns a list below its heading, with its paging buttons.
fn section<Item>(list: HomeList, page: &Page<Item>, items: Vec<SlackBlock>) -> Vec<SlackBlock> {
    let (heading, none) = match list {
        HomeList::Mine => ("My incidents", "You take part in no open incident."),
        HomeList::Tasks => ("My tasks", "You have no open task."),
        HomeList::Open => ("Open incidents", "No incident is open."),
    };
    if items.is_empty() {
        return vec![heading_block(heading), context_block(none)];
    }
    let mut blocks = vec![heading_block(&format!("{heading} ({})", page.item_count))];
    blocks.extend(items);
    blocks.extend(pager(list, page));
    blocks
}

fn heading_block(heading: &str) -> SlackBlock {
    SlackHeaderBlock::new(SlackBlockPlainText::new(heading.to_owned()).into()).into()
}

/// Returns a task with its incident, due time and channel, and the **Done** button.
fn task_section(it: &HomeTask) -> SlackBlock {
    let mut sentence = vec![
        bold(it.incident.to_string()),
        text(format!(
            " {} · ",
            truncate(&it.task.description, TASK_PREVIEW)
        )),
        text(task_label(&it.task)),
    ];
    if let Some(due_at) = it.due_at {
        sentence.extend([text(" · due "), Span::Time(due_at)]);
    }
    if let Some(channel) = &it.channel {
        sentence.extend([text(" · "), Span::Channel(channel.clone())]);
    }
    let chosen = TaskButton {
        incident: it.incident,
        kind: it.task.kind,
        number: it.task.number,
        page: 0,
    };
    let text = activity::mrkdwn(&[sentence], &UserNames::default());
    SlackSectionBlock::new()
        .with_text(SlackBlockMarkDownText::new(text).into())
        .with_accessory(chosen.button(home::DONE).into())
        .into()
}

/// Returns the incidents as one block; nothing if there are none.
fn incident_blocks(incidents: &[IncidentSummary], scale: &SeverityScale) -> Vec<SlackBlock> {
    let lines = incident_lines(incidents, scale);
    let block =
        (!lines.is_empty()).then(|| activity::rich_text_block(&lines, &UserNames::default()));
    block.into_iter().collect()
}

/// Returns one paragraph per incident, grouped by status.
fn incident_lines(incidents: &[IncidentSummary], scale: &SeverityScale) -> Vec<RichText> {
    let mut lines = Vec::new();
    for status in list::GROUPS {
        let group = incidents.iter().filter(|it| it.status == status);
        let group: Vec<RichText> = group
            .map(|it| incident_text(it, scale, Span::Time(it.declared_at)))
            .collect();
        if !group.is_empty() {
            lines.push(vec![bold(status.label())]);
            lines.extend(group);
        }
    }
    lines
}

/// Returns the page number and the paging buttons, if there is more than one page.
fn pager<Item>(list: HomeList, page: &Page<Item>) -> Vec<SlackBlock> {
    if page.page_count < 2 {
        return Vec::new();
    }
    let here = PageChange {
        list,
        page: page.number,
    };
    let mut buttons: Vec<SlackActionBlockElement> = Vec::new();
    if page.number > 0 {
        buttons.push(home::previous_button(here).into());
    }
    if page.number + 1 < page.page_count {
        buttons.push(home::next_button(here).into());
    }
    let told = format!("Page {} of {}", page.number + 1, page.page_count);
    vec![context_block(&told), SlackActionsBlock::new(buttons).into()]
}

fn context_block(text: &str) -> SlackBlock {
    SlackContextBlock::new(vec![SlackBlockMarkDownText::new(text.to_owned()).into()]).into()
}

/// Enqueues the user's Home view when they open it.
pub async fn on_home_opened(app: &App, user: UserId, sees: HomeContent) -> Result<()> {
    refresh_user_cache(app, user.clone());
    let now = app.clock.now();
    app.store.record_home_opened(user, sees, now).await
}

/// Enqueues the user's Home view with another page of a list.
pub async fn show_page(app: &App, pressed: &ButtonClick) -> Result<()> {
    let Some(turn) = home::read(pressed) else {
        tracing::warn!("Ignored a paging button without a page");
        return Ok(());
    };
    let now = app.clock.now();
    app.store
        .set_home_page(pressed.user.clone(), turn, now)
        .await
}

/// Handles **Done**: finishes the task and removes it from the Home view of each assignee. The Home view
/// is enqueued even if the task is already done, because it still showed the task.
pub async fn finish_task(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let chosen = TaskButton::parse(&pressed.value).ok_or(Error::NotFound("task"))?;
    refresh_user_cache(app, clicked.user.clone());
    let (by, key) = (
        clicked.actor(app),
        IdempotencyKey::action(&clicked.trigger_id),
    );
    let finished = app
        .store
        .change(
            click_viewer(pressed),
            chosen.incident,
            key,
            move |incident| incident.finish_task_if_open(chosen.number, &by),
        )
        .await;
    let now = app.clock.now();
    app.store
        .record_home_opened(clicked.user, HomeContent::Published, now)
        .await?;
    finished.map(drop)
}

/// Handles **Declare Incident**: opens the modal.
pub async fn open_declare_modal(app: &App, clicked: BlockAction) -> Result<()> {
    refresh_user_cache(app, clicked.user.clone());
    let (form, for_whom) = declare::declare_modal(app, clicked.user.clone(), String::new()).await?;
    let opening = ModalRequest {
        trigger_id: clicked.trigger_id,
        view: form,
        response_url: clicked.response_url,
        retry_hint: "Press Declare Incident once more.".to_owned(),
        user_to_check: for_whom,
    };
    open_modal_or_dm(app, opening, clicked.user);
    Ok(())
}
