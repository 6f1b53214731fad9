//! The app's Home: what it shows, and what is done when somebody opens it, turns a page, or declares an
//! incident there.

use muster_commands::buttons::{self, Pressed};
use muster_commands::events::HomeSees;
use muster_commands::home::{self, HomeList, Turn};
use muster_commands::limits::cut;
use muster_commands::task::Chosen;
use muster_commands::{PersonId, Scale, list};
use slack_morphism::prelude::*;

use super::asked::{Clicked, presser};
use super::declare;
use super::list::line;
use super::meet::meet;
use super::open_form::{Opening, open_telling};
use super::task_words::named;
use super::words::{self, Piece, Sentence, plain, strong};
use crate::bot::Bot;
use crate::domain::Names;
use crate::error::{Error, Result};
use crate::store::{Home, HomeTask, Key, Page, Summary};

/// How much of a task's words is shown.
const TASK_SHOWN: usize = 120;

/// Gives what somebody's Home shows. It calls nobody and says nothing that changes by itself: it is
/// published only when it says something else than before.
pub fn view(home: &Home, command: &str) -> SlackHomeView {
    let mut blocks = vec![SlackActionsBlock::new(vec![buttons::declare().into()]).into()];
    let mine = listed(&home.mine.items, &home.scale);
    blocks.extend(section(HomeList::Mine, &home.mine, mine));
    let tasks = home.tasks.items.iter().map(task).collect();
    blocks.extend(section(HomeList::Tasks, &home.tasks, tasks));
    let open = listed(&home.open.items, &home.scale);
    blocks.extend(section(HomeList::Open, &home.open, open));
    blocks.push(small(&format!("`{command} help` shows what can be typed.")));
    SlackHomeView::new(blocks)
}

/// Gives a list below its heading, with the buttons that turn it.
fn section<Item>(list: HomeList, page: &Page<Item>, items: Vec<SlackBlock>) -> Vec<SlackBlock> {
    let (heading, none) = match list {
        HomeList::Mine => ("My incidents", "You take part in no open incident."),
        HomeList::Tasks => ("My tasks", "You have no open task."),
        HomeList::Open => ("Open incidents", "No incident is open."),
    };
    if items.is_empty() {
        return vec![headed(heading), small(none)];
    }
    let mut blocks = vec![headed(&format!("{heading} ({})", page.all))];
    blocks.extend(items);
    blocks.extend(pager(list, page));
    blocks
}

fn headed(heading: &str) -> SlackBlock {
    SlackHeaderBlock::new(SlackBlockPlainText::new(heading.to_owned()).into()).into()
}

/// Gives a task with the button that checks it off: of which incident, what, until when, and where the
/// incident is dealt with.
fn task(it: &HomeTask) -> SlackBlock {
    let mut sentence = vec![
        strong(it.incident.to_string()),
        plain(format!(" {} · ", cut(&it.task.description, TASK_SHOWN))),
        plain(named(&it.task)),
    ];
    if let Some(due_at) = it.due_at {
        sentence.extend([plain(" · due "), Piece::Time(due_at)]);
    }
    if let Some(channel) = &it.channel {
        sentence.extend([plain(" · "), Piece::Channel(channel.clone())]);
    }
    let chosen = Chosen {
        incident: it.incident,
        kind: it.task.kind,
        number: it.task.number,
        page: 0,
    };
    let text = words::mrkdwn(&[sentence], &Names::default());
    SlackSectionBlock::new()
        .with_text(SlackBlockMarkDownText::new(text).into())
        .with_accessory(chosen.button(home::DONE).into())
        .into()
}

/// Gives incidents as one block, if there are any.
fn listed(incidents: &[Summary], scale: &Scale) -> Vec<SlackBlock> {
    let lines = lines(incidents, scale);
    let block = (!lines.is_empty()).then(|| words::block(&lines, &Names::default()));
    block.into_iter().collect()
}

/// Gives a line for each incident, below a line with its status where that changes.
fn lines(incidents: &[Summary], scale: &Scale) -> Vec<Sentence> {
    let mut lines = Vec::new();
    for status in list::GROUPS {
        let group = incidents.iter().filter(|it| it.status == status);
        let group: Vec<Sentence> = group
            .map(|it| line(it, scale, Piece::Time(it.declared_at)))
            .collect();
        if !group.is_empty() {
            lines.push(vec![strong(status.shown())]);
            lines.extend(group);
        }
    }
    lines
}

/// Gives the buttons that turn a list, if it has more than one page, and says which page it is.
fn pager<Item>(list: HomeList, page: &Page<Item>) -> Vec<SlackBlock> {
    if page.of < 2 {
        return Vec::new();
    }
    let here = Turn {
        list,
        page: page.number,
    };
    let mut buttons: Vec<SlackActionBlockElement> = Vec::new();
    if page.number > 0 {
        buttons.push(home::previous(here).into());
    }
    if page.number + 1 < page.of {
        buttons.push(home::next(here).into());
    }
    let told = format!("Page {} of {}", page.number + 1, page.of);
    vec![small(&told), SlackActionsBlock::new(buttons).into()]
}

fn small(text: &str) -> SlackBlock {
    SlackContextBlock::new(vec![SlackBlockMarkDownText::new(text.to_owned()).into()]).into()
}

/// Opened: the person's Home is owed, as things stand.
///
/// # Errors
/// When it could not be stored.
pub async fn opened(bot: &Bot, person: PersonId, sees: HomeSees) -> Result<()> {
    meet(bot, person.clone());
    let now = bot.clock.now();
    bot.store.home_opened(person, sees, now).await
}

/// Turned: the person's Home is owed with another page of a list.
///
/// # Errors
/// When it could not be stored.
pub async fn turned(bot: &Bot, pressed: &Pressed) -> Result<()> {
    let Some(turn) = home::read(pressed) else {
        tracing::warn!("A button that turns a page names none");
        return Ok(());
    };
    let now = bot.clock.now();
    bot.store
        .home_turned(pressed.person.clone(), turn, now)
        .await
}

/// **Done** pressed: the task is done, and so it goes off the person's Home, and off those of the others who
/// have it. What is done already stays so; the Home is owed all the same, since it still showed the task.
///
/// # Errors
/// That there is no such task or incident for this person, or that it could not be stored.
pub async fn finishes(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let chosen = Chosen::read(&pressed.value).ok_or(Error::NotFound("task"))?;
    meet(bot, clicked.person.clone());
    let (by, key) = (clicked.by(bot), Key::action(&clicked.trigger));
    let finished = bot
        .store
        .change(presser(pressed), chosen.incident, key, move |incident| {
            incident.finish_task_if_open(chosen.number, &by)
        })
        .await;
    let now = bot.clock.now();
    bot.store
        .home_opened(clicked.person, HomeSees::Published, now)
        .await?;
    finished.map(drop)
}

/// **Declare Incident** pressed: opens the form.
///
/// # Errors
/// When this person may not declare, or the store cannot be read.
pub async fn declares(bot: &Bot, clicked: Clicked) -> Result<()> {
    meet(bot, clicked.person.clone());
    let (form, for_whom) = declare::form(bot, clicked.person.clone(), String::new()).await?;
    let opening = Opening {
        trigger: clicked.trigger,
        form,
        response_url: clicked.response_url,
        again: "Press Declare Incident once more.".to_owned(),
        for_whom,
    };
    open_telling(bot, opening, clicked.person);
    Ok(())
}
