//! The Home view.

use muster_commands::home::{self, HomeList, PageChange};
use muster_commands::list;
use muster_commands::payload::button_click;
use muster_commands::task::TaskButton;
use slack_morphism::prelude::*;

use crate::domain::text::{RichText, Span, bold, task_label, text};
use crate::domain::text::{TITLE_PREVIEW, truncate};
use crate::domain::{SeverityScale, UserNames};
use crate::slack::blocks::incident_list::incident_text;
use crate::slack::blocks::rich_text;
use crate::slack::blocks::{context_block, heading_block};
use crate::store::{HomeTask, HomeView, IncidentSummary, Page};

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

/// Returns a task with its incident, due time and channel, and the **Done** button.
fn task_section(it: &HomeTask) -> SlackBlock {
    let mut sentence = vec![
        bold(it.incident.to_string()),
        text(format!(
            " {} · ",
            truncate(&it.task.description, TITLE_PREVIEW)
        )),
        text(task_label(&it.task)),
    ];
    if let Some(due_at) = it.due_at {
        sentence.extend([text(" · due "), Span::Time(due_at)]);
    }
    if let Some(channel) = &it.channel {
        sentence.extend([text(" · "), Span::Channel(channel.clone())]);
    }
    let button = TaskButton {
        incident: it.incident,
        kind: it.task.kind,
        number: it.task.number,
        page: 0,
    };
    let text = rich_text::fallback_text(&[sentence], &UserNames::default());
    SlackSectionBlock::new()
        .with_text(SlackBlockMarkDownText::new(text).into())
        .with_accessory(button.button(home::DONE).into())
        .into()
}

/// Returns the incidents as one block; nothing if there are none.
fn incident_blocks(incidents: &[IncidentSummary], scale: &SeverityScale) -> Vec<SlackBlock> {
    let lines = incident_lines(incidents, scale);
    let block =
        (!lines.is_empty()).then(|| rich_text::rich_text_block(&lines, &UserNames::default()));
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
    let position = format!("Page {} of {}", page.number + 1, page.page_count);
    vec![
        context_block(&position),
        SlackActionsBlock::new(buttons).into(),
    ]
}
