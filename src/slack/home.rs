//! The app's Home: what it shows, and what is done when somebody opens it, turns a page, or declares an
//! incident there.

use muster_commands::buttons::{self, Pressed};
use muster_commands::events::HomeSees;
use muster_commands::home::{self, HomeList, Turn};
use muster_commands::{PersonId, Scale, list};
use slack_morphism::prelude::*;

use super::asked::Clicked;
use super::declare;
use super::list::line;
use super::meet::meet;
use super::open_form::{Opening, open_telling};
use super::words::{self, Piece, Sentence, strong};
use crate::bot::Bot;
use crate::domain::Names;
use crate::error::Result;
use crate::store::{Home, Page, Summary};

/// Gives what somebody's Home shows. It calls nobody and says nothing that changes by itself: it is
/// published only when it says something else than before.
pub fn view(home: &Home, command: &str) -> SlackHomeView {
    let mut blocks = vec![SlackActionsBlock::new(vec![buttons::declare().into()]).into()];
    let lists = [
        (HomeList::Mine, "My incidents", &home.mine, NONE_OF_MINE),
        (HomeList::Open, "Open incidents", &home.open, NONE_OPEN),
    ];
    for (list, heading, page, none) in lists {
        blocks.push(headed(heading, page));
        if page.incidents.is_empty() {
            blocks.push(small(none));
            continue;
        }
        blocks.push(words::block(
            &lines(&page.incidents, &home.scale),
            &Names::default(),
        ));
        blocks.extend(pager(list, page));
    }
    blocks.push(small(&format!("`{command} help` shows what can be typed.")));
    SlackHomeView::new(blocks)
}

/// What stands where nobody's incidents would.
const NONE_OF_MINE: &str = "You take part in no open incident.";

/// What stands where no incident is open.
const NONE_OPEN: &str = "No incident is open.";

fn headed(heading: &str, page: &Page) -> SlackBlock {
    let text = match page.all {
        0 => heading.to_owned(),
        all => format!("{heading} ({all})"),
    };
    SlackHeaderBlock::new(SlackBlockPlainText::new(text).into()).into()
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
fn pager(list: HomeList, page: &Page) -> Vec<SlackBlock> {
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

/// **Declare Incident** pressed: opens the form.
///
/// # Errors
/// When this person may not declare, or the store cannot be read.
pub async fn declares(bot: &Bot, clicked: Clicked) -> Result<()> {
    meet(bot, clicked.person.clone());
    let form = declare::form(bot, clicked.person.clone(), String::new()).await?;
    let opening = Opening {
        trigger: clicked.trigger,
        form,
        response_url: clicked.response_url,
        again: "Press Declare Incident once more.".to_owned(),
    };
    open_telling(bot, opening, clicked.person);
    Ok(())
}
