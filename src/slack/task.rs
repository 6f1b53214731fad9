//! `/datadog task` and `/datadog followup`: adding, checking off, opening again, changing.

use muster_commands::buttons::Pressed;
use muster_commands::form::{FieldErrors, Submission, asked_in};
use muster_commands::mention::Mention;
use muster_commands::task::{self, Asked, Chosen, DONE, REOPEN, TaskKind};
use muster_commands::task_form::{self, ASSIGNEES, Clock, DUE_DAY, Said, Standing};
use muster_commands::{ChannelId, IncidentId};
use slack_morphism::prelude::SlackModalView;

use super::asked::{Clicked, Typed, presser, replace_seen, sender, sent_in};
use super::listener::Reply;
use super::meet::meet;
use super::mentioned::{mentioned, takes_part};
use super::open_form::{Opening, open, open_typed};
use super::strangers::among;
use super::wall_clock::{clock_when_typed, read_in_utc, wall_clock};
use super::which_incident::{Meant, meant};
use super::words::plain;
use super::{cards, stored_only, tasks};
use crate::bot::Bot;
use crate::domain::{By, Decision, Guests, Incident, NewTask, TaskEdit, WallClock};
use crate::error::{Error, Result};
use crate::store::Key;

/// Typed: adds a task, turns one, opens the form, or shows the list.
///
/// # Errors
/// What is wrong with the words or the people, that there is no incident to choose, or that it could not be stored.
pub async fn typed(bot: &Bot, typed: Typed, (kind, asked): (TaskKind, Asked)) -> Result<Reply> {
    match asked {
        Asked::Form => asks(bot, typed, kind).await,
        Asked::List => lists(bot, typed, kind).await,
        Asked::Add {
            description,
            mentions,
        } => {
            // Words that are no task are refused before anybody chooses an incident for them.
            let clock = clock_when_typed(bot, &typed).await?;
            let new = new(bot, (kind, &clock), (description, mentions)).await?;
            let zone = new.due_at.map(|_| read_in_utc(&clock)).unwrap_or_default();
            let by = By::new(typed.person.clone(), bot.clock.now());
            let strangers = among(bot, &new.assignees, (&by, &typed.asked_in())).await?;
            let add = move |incident: &Incident, by: &By| {
                let change = incident.add_task(new, by)?;
                Ok(change.asking_after(strangers))
            };
            changes(bot, typed, add, zone).await
        }
        Asked::Done(number) => {
            let done = move |incident: &Incident, by: &By| incident.finish_task(number, by);
            changes(bot, typed, done, "").await
        }
        Asked::Reopen(number) => {
            let reopened = move |incident: &Incident, by: &By| incident.reopen_task(number, by);
            changes(bot, typed, reopened, "").await
        }
    }
}

/// Pressed a button about tasks.
///
/// # Errors
/// That there is no such task, that it is so already, or that it could not be stored.
pub async fn pressed(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    match pressed.button.as_str() {
        task::EDIT => edits(bot, pressed, clicked).await,
        DONE | REOPEN => turns(bot, pressed, clicked).await,
        task::EARLIER | task::LATER => turns_page(bot, pressed, clicked).await,
        _ => adds(bot, pressed, clicked).await,
    }
}

/// Pressed **New Task** or **Create Follow-up**: opens the form.
async fn adds(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let chosen = Chosen::read(&pressed.value).ok_or(Error::NotFound("task"))?;
    let incident = bot
        .store
        .incident(presser(pressed), chosen.incident)
        .await?;
    let clock = clock_of(&wall_clock(bot, &pressed.person).await?);
    let standing = Standing::new(incident.id, chosen.kind, clock);
    opens(bot, pressed, clicked, (&standing, chosen.kind.adds()));
    Ok(())
}

/// Pressed **Edit**: opens the form of the task.
async fn edits(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let chosen = Chosen::read(&pressed.value).ok_or(Error::NotFound("task"))?;
    let incident = bot
        .store
        .incident(presser(pressed), chosen.incident)
        .await?;
    let clock = wall_clock(bot, &pressed.person).await?;
    let task = incident
        .task(chosen.number)
        .ok_or(Error::NotFound("task"))?;
    let standing = Standing {
        incident: incident.id,
        kind: task.kind,
        number: Some(task.number),
        description: task.description.clone(),
        assignees: task.assignees.clone(),
        due: task.due_at.map(|at| clock.shown(at)).unwrap_or_default(),
        clock: clock_of(&clock),
    };
    opens(bot, pressed, clicked, (&standing, "Edit"));
    Ok(())
}

/// Pressed **Done** or **Reopen**: turns the task, and shows the list as it is then.
async fn turns(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let chosen = Chosen::read(&pressed.value).ok_or(Error::NotFound("task"))?;
    let by = clicked.by(bot);
    meet(bot, by.person.clone());
    let (button, number) = (pressed.button.clone(), chosen.number);
    let key = Key::action(&clicked.trigger);
    let changed = bot
        .store
        .change(
            presser(pressed),
            chosen.incident,
            key,
            move |incident| match button.as_str() {
                REOPEN => incident.reopen_task(number, &by),
                _ => incident.finish_task(number, &by),
            },
        )
        .await?;
    let page = tasks::list(&changed, chosen.kind, chosen.page, bot.clock.now());
    replace_seen(bot, clicked.response_url, page);
    Ok(())
}

/// Pressed **Earlier** or **Later**: shows another page of the list.
async fn turns_page(bot: &Bot, pressed: &Pressed, clicked: Clicked) -> Result<()> {
    let chosen = Chosen::read(&pressed.value).ok_or(Error::NotFound("task"))?;
    let incident = bot
        .store
        .incident(presser(pressed), chosen.incident)
        .await?;
    let page = tasks::list(&incident, chosen.kind, chosen.page, bot.clock.now());
    replace_seen(bot, clicked.response_url, page);
    Ok(())
}

/// Submitted: adds the task.
///
/// # Errors
/// What is wrong with a field, or that it could not be stored.
pub async fn submitted(bot: &Bot, kind: TaskKind, form: &Submission) -> Result<Reply> {
    let edit = read(bot, kind, form).await?;
    let new = NewTask {
        kind,
        description: edit.description.unwrap_or_default(),
        assignees: edit.assigned,
        due_at: edit.due_at.flatten(),
    };
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let by = By::new(form.person.clone(), bot.clock.now());
    let strangers = among(bot, &new.assignees, (&by, &sent_in(form))).await?;
    bot.store
        .change(sender(form), id, Key::view(&form.view), move |incident| {
            Ok(incident.add_task(new, &by)?.asking_after(strangers))
        })
        .await?;
    Ok(stored(bot, kind, id))
}

/// Submitted: changes what the person changed of a task.
///
/// # Errors
/// What is wrong with a field, or that it could not be stored.
pub async fn edited(bot: &Bot, form: &Submission) -> Result<Reply> {
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let number = form.carried.number.ok_or(Error::NotFound("task"))?;
    let incident = bot.store.incident(sender(form), id).await?;
    let kind = incident.task(number).ok_or(Error::NotFound("task"))?.kind;
    let edit = read(bot, kind, form).await?;
    let by = By::new(form.person.clone(), bot.clock.now());
    let strangers = among(bot, &edit.assigned, (&by, &sent_in(form))).await?;
    bot.store
        .change(sender(form), id, Key::view(&form.view), move |incident| {
            let change = incident.edit_task(number, edit, &by)?;
            Ok(change.asking_after(strangers))
        })
        .await?;
    Ok(stored(bot, kind, id))
}

/// Opens the form of a new task.
async fn asks(bot: &Bot, typed: Typed, kind: TaskKind) -> Result<Reply> {
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    let clock = clock_of(&wall_clock(bot, &typed.person).await?);
    let form = form(&Standing::new(incident.id, kind, clock), typed.place());
    let again = format!("Type it again: {} {}", bot.settings.command, kind.word());
    Ok(open_typed(bot, typed, form, again))
}

/// Shows the list.
async fn lists(bot: &Bot, typed: Typed, kind: TaskKind) -> Result<Reply> {
    Ok(match meant(bot, &typed).await? {
        Meant::This(incident) => Reply::Ephemeral(tasks::list(&incident, kind, 0, bot.clock.now())),
        Meant::Asked(reply) => reply,
    })
}

/// Changes the tasks of the incident that is meant, once. What the person is told beside that may be empty.
async fn changes(
    bot: &Bot,
    typed: Typed,
    decide: impl FnOnce(&Incident, &By) -> Decision + Send + 'static,
    told: &str,
) -> Result<Reply> {
    let incident = match meant(bot, &typed).await? {
        Meant::This(incident) => incident,
        Meant::Asked(reply) => return Ok(reply),
    };
    let (viewer, key) = (typed.viewer(), typed.key());
    let by = By::new(typed.person, bot.clock.now());
    bot.store
        .change(viewer, incident.id, key, move |incident| {
            decide(incident, &by)
        })
        .await?;
    Ok(match stored_only::answer_typed(bot) {
        Reply::Nothing if !told.is_empty() => {
            Reply::Ephemeral(cards::line(vec![plain(told.trim())]))
        }
        reply => reply,
    })
}

/// Gives the task that was typed, or says what is wrong with it.
async fn new(
    bot: &Bot,
    (kind, clock): (TaskKind, &WallClock),
    (typed, mentions): (String, Vec<Mention>),
) -> Result<NewTask> {
    let (description, due_at) = clock
        .split_due(&typed)
        .map_err(|why| Error::Refused(format!("{why}{}", kept(&typed))))?;
    if let Some(why) = task::no_task(kind, &description) {
        let example = format!("For example: {} {}", bot.settings.command, kind.word());
        return Err(Error::Refused(format!(
            "{why} {example} Roll back the release @ann{}",
            kept(&typed)
        )));
    }
    let mut assignees = Vec::new();
    for mention in &mentions {
        let found = mentioned(bot, mention, Guests::Welcome).await;
        assignees.push(found.map_err(|error| with_words(error, &typed))?);
    }
    Ok(NewTask {
        kind,
        description,
        assignees,
        due_at,
    })
}

/// Reads a form: the due date by the person's own clock, and sees that whom they chose can take part.
async fn read(bot: &Bot, kind: TaskKind, form: &Submission) -> Result<TaskEdit> {
    let Said {
        description,
        assigned,
        unassigned,
        due,
    } = task_form::read_form(kind, &form.answers)?;
    let mut errors = FieldErrors::default();
    for person in &assigned {
        if let Err(error) = takes_part(bot, person, Guests::Welcome).await {
            let Error::Refused(why) = error else {
                return Err(error);
            };
            errors.add(ASSIGNEES, why);
        }
    }
    let clock = wall_clock(bot, &form.person).await?;
    let due_at = match due.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(said) => match clock.due(said) {
            Ok(due_at) => Some(Some(due_at)),
            Err(why) => {
                errors.add(DUE_DAY, why.to_string());
                None
            }
        },
    };
    Ok(errors.or(TaskEdit {
        description,
        assigned,
        unassigned,
        due_at,
    })?)
}

fn opens(bot: &Bot, pressed: &Pressed, clicked: Clicked, (standing, button): (&Standing, &str)) {
    open(
        bot,
        Opening {
            for_whom: None,
            trigger: clicked.trigger,
            form: form(standing, pressed.channel.clone()),
            response_url: clicked.response_url,
            again: format!("Press “{button}” again."),
        },
    );
}

/// Gives the form; it carries where it was asked for.
fn form(standing: &Standing, channel: Option<ChannelId>) -> SlackModalView {
    asked_in(task_form::form(standing), channel.as_ref())
}

fn clock_of(clock: &WallClock) -> Clock {
    if clock.is_known() {
        Clock::Own
    } else {
        Clock::Utc
    }
}

/// Adds what was typed to why it was refused, so that it can be copied.
fn with_words(error: Error, description: &str) -> Error {
    match error {
        Error::Refused(why) => Error::Refused(format!("{why}{}", kept(description))),
        other => other,
    }
}

fn kept(description: &str) -> String {
    match description {
        "" => String::new(),
        typed => format!(" Nothing was added. You typed: {typed}"),
    }
}

fn stored(bot: &Bot, kind: TaskKind, id: IncidentId) -> Reply {
    stored_only::answer(bot, "Stored", || {
        format!(
            "The {} of {id} is stored. Slack does not answer us right now: its channel and whom it \
             concerns are told as soon as Slack does. There is nothing more to do here.",
            kind.label()
        )
    })
}
