//! The Home view.

use muster_commands::home::{self, HomeList, PageChange};
use muster_commands::payload::button_click;
use muster_commands::postmortem::{self, GENERATE_POSTMORTEM};
use muster_commands::task::TaskButton;
use slack_morphism::prelude::*;

use crate::domain::text::{TITLE_PREVIEW, task_label, truncate};
use crate::slack::blocks::announcement::channel_url;
use crate::slack::blocks::lists::incident_list::{ListStyle, details, incident_blocks};
use crate::slack::blocks::{context_block, heading_block, mrkdwn};
use crate::store::{HomeTask, HomeView, IncidentSummary, Page, ResolvedIncident};

/// Returns a user's Home view. It contains no relative times: the view is published only if its content has
/// changed. `team` is the ID of the workspace, if it is known.
pub fn home_view(home: &HomeView, command: &str, team: Option<&str>) -> SlackHomeView {
    let style = ListStyle {
        scale: home.scale.clone(),
        team: team.map(str::to_owned),
        now: None,
    };
    let incidents = |list: &[IncidentSummary]| -> Vec<SlackBlock> {
        let blocks = list.iter().flat_map(|it| incident_blocks(it, &style));
        blocks.collect()
    };
    let mut blocks =
        vec![SlackActionsBlock::new(vec![button_click::declare_button().into()]).into()];
    let mine = incidents(&home.own_incidents.items);
    blocks.extend(section(HomeList::Mine, &home.own_incidents, mine));
    let tasks = home.tasks.items.iter();
    let tasks = tasks.flat_map(|it| task_blocks(it, team)).collect();
    blocks.extend(section(HomeList::Tasks, &home.tasks, tasks));
    let open = incidents(&home.open_incidents.items);
    blocks.extend(section(HomeList::Open, &home.open_incidents, open));
    if !home.recently_resolved.is_empty() {
        blocks.push(heading_block("Recently resolved"));
        let resolved = home.recently_resolved.iter();
        blocks.extend(resolved.flat_map(|it| resolved_blocks(it, home, &style)));
    }
    blocks.push(context_block(&format!(
        "All incidents: `{command} list all` · All commands: `{command} help`"
    )));
    SlackHomeView::new(blocks)
}

/// Returns a resolved incident with the state of its postmortem. Its commander can generate it.
fn resolved_blocks(
    resolved: &ResolvedIncident,
    home: &HomeView,
    style: &ListStyle,
) -> Vec<SlackBlock> {
    let summary = &resolved.summary;
    let [title, _] = incident_blocks(summary, style);
    let mut details = details(summary, style);
    let (state, can_generate) = match (resolved.postmortem, summary.kind.is_test()) {
        (Some(status), _) => (format!(" · Postmortem: {}", status.label()), false),
        (None, false) => (
            " · No postmortem".to_owned(),
            summary.commander.as_ref() == Some(&home.user),
        ),
        (None, true) => (String::new(), false),
    };
    details.push_str(&state);
    let mut blocks = vec![title, context_block(&details)];
    if can_generate {
        let generate = postmortem::open_button(summary.id, GENERATE_POSTMORTEM);
        blocks.push(SlackActionsBlock::new(vec![generate.into()]).into());
    }
    blocks
}

/// Returns a list below its heading, with its paging buttons.
fn section<Item>(list: HomeList, page: &Page<Item>, items: Vec<SlackBlock>) -> Vec<SlackBlock> {
    let (heading, none) = match list {
        HomeList::Mine => ("My incidents", "You aren't in any open incident."),
        HomeList::Tasks => ("My tasks", "No open tasks."),
        HomeList::Open => ("Open incidents", "No open incidents."),
    };
    if items.is_empty() {
        return vec![heading_block(heading), context_block(none)];
    }
    let mut blocks = vec![heading_block(&format!("{heading} ({})", page.item_count))];
    blocks.extend(items);
    blocks.extend(pager(list, page));
    blocks
}

/// Returns a task with the button **Done**, and a small line with its incident and due time.
fn task_blocks(it: &HomeTask, team: Option<&str>) -> [SlackBlock; 2] {
    let incident = match &it.channel {
        Some(channel) => mrkdwn::link(&it.incident.to_string(), &channel_url(team, channel)),
        None => it.incident.to_string(),
    };
    let mut details = format!("{incident} · {}", task_label(&it.task));
    if let Some(due_at) = it.due_at {
        details.push_str(&format!(" · due {}", mrkdwn::time(due_at)));
    }
    let button = TaskButton {
        incident: it.incident,
        kind: it.task.kind,
        number: it.task.number,
        page: 0,
    };
    // Plain text: a description formats nothing and mentions no one.
    let description = truncate(&it.task.description, TITLE_PREVIEW);
    let description = SlackBlockPlainText::new(description).with_emoji(false);
    let task = SlackSectionBlock::new()
        .with_text(description.into())
        .with_accessory(button.button(home::DONE).into());
    [task.into(), context_block(&details)]
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
