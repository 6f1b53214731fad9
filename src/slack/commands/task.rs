//! `/datadog task` and `/datadog followup`: adds, finishes, reopens, edits and lists tasks.

use muster_commands::modal::{FieldErrors, ViewSubmission, with_channel};
use muster_commands::payload::button_click::ButtonClick;
use muster_commands::slash::mention::Mention;
use muster_commands::task::{self, DONE, REOPEN, TaskButton, TaskCommand, TaskKind};
use muster_commands::task_modal;
use muster_commands::task_modal::{ASSIGNEES, DUE_DAY, TaskArgs, TaskDefaults, TimeZoneSource};
use muster_commands::{ChannelId, IncidentId};
use slack_morphism::prelude::SlackModalView;

use crate::app::App;
use crate::domain::{Actor, AddTask, Decision, EditTask, GuestPolicy, Incident, UserClock};
use crate::error::{Error, Result};
use crate::slack::blocks::{announcement, task_list};
use crate::slack::commands::incident_picker::{IncidentChoice, incident_for_command};
use crate::slack::dispatch::Reply;
use crate::slack::offline_reply;
use crate::slack::open_modal::{ModalRequest, open_modal, open_modal_for_command};
use crate::slack::request_context::{
    BlockAction, SlashCommand, click_viewer, replace_original, submission_origin, submission_viewer,
};
use crate::slack::text::activity::text;
use crate::slack::users::resolve_user::{may_participate, resolve_mention};
use crate::slack::users::unresolved_users::find_unresolved_users;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::slack::users::user_timezone::{command_clock, user_clock, utc_notice};
use crate::store::IdempotencyKey;

/// Adds, finishes or reopens a task, opens the modal or shows the list.
pub async fn handle(
    app: &App,
    typed: SlashCommand,
    (kind, asked): (TaskKind, TaskCommand),
) -> Result<Reply> {
    match asked {
        TaskCommand::OpenModal => open_modal_from_command(app, typed, kind).await,
        TaskCommand::List => show_list(app, typed, kind).await,
        TaskCommand::Add {
            description,
            mentions,
        } => {
            // Rejects an invalid task before the user is asked to select an incident.
            let clock = command_clock(app, &typed).await?;
            let new = resolve_new_task(app, (kind, &clock), (description, mentions)).await?;
            let zone = new.due_at.map(|_| utc_notice(&clock)).unwrap_or_default();
            let by = Actor::new(typed.user.clone(), app.clock.now());
            let strangers =
                find_unresolved_users(app, &new.assignees, (&by, &typed.origin())).await?;
            let add = move |incident: &Incident, by: &Actor| {
                let change = incident.add_task(new, by)?;
                Ok(change.with_unresolved(strangers))
            };
            change_tasks(app, typed, add, zone).await
        }
        TaskCommand::Done(number) => {
            let done = move |incident: &Incident, by: &Actor| incident.finish_task(number, by);
            change_tasks(app, typed, done, "").await
        }
        TaskCommand::Reopen(number) => {
            let reopened = move |incident: &Incident, by: &Actor| incident.reopen_task(number, by);
            change_tasks(app, typed, reopened, "").await
        }
    }
}

/// Handles the buttons of the task list and of new tasks.
pub async fn click(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    match pressed.action_id.as_str() {
        task::EDIT => open_edit_modal(app, pressed, clicked).await,
        DONE | REOPEN => toggle_task(app, pressed, clicked).await,
        task::EARLIER | task::LATER => show_page(app, pressed, clicked).await,
        _ => open_modal_from_button(app, pressed, clicked).await,
    }
}

/// Handles **New Task** and **Create Follow-up**: opens the modal.
async fn open_modal_from_button(
    app: &App,
    pressed: &ButtonClick,
    clicked: BlockAction,
) -> Result<()> {
    let chosen = TaskButton::parse(&pressed.value).ok_or(Error::NotFound("task"))?;
    let incident = app
        .store
        .incident(click_viewer(pressed), chosen.incident)
        .await?;
    let clock = time_zone_source(&user_clock(app, &pressed.user).await?);
    let standing = TaskDefaults::new(incident.id, chosen.kind, clock);
    open_task_modal(app, pressed, clicked, (&standing, chosen.kind.add_label()));
    Ok(())
}

/// Handles **Edit**: opens the modal of the task.
async fn open_edit_modal(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let chosen = TaskButton::parse(&pressed.value).ok_or(Error::NotFound("task"))?;
    let incident = app
        .store
        .incident(click_viewer(pressed), chosen.incident)
        .await?;
    let clock = user_clock(app, &pressed.user).await?;
    let task = incident
        .task(chosen.number)
        .ok_or(Error::NotFound("task"))?;
    let standing = TaskDefaults {
        incident: incident.id,
        kind: task.kind,
        number: Some(task.number),
        description: task.description.clone(),
        assignees: task.assignees.clone(),
        due: task.due_at.map(|at| clock.format(at)).unwrap_or_default(),
        time_zone: time_zone_source(&clock),
    };
    open_task_modal(app, pressed, clicked, (&standing, "Edit"));
    Ok(())
}

/// Handles **Done** and **Reopen**: changes the task and updates the list.
async fn toggle_task(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let chosen = TaskButton::parse(&pressed.value).ok_or(Error::NotFound("task"))?;
    let by = clicked.actor(app);
    refresh_user_cache(app, by.user.clone());
    let (button, number) = (pressed.action_id.clone(), chosen.number);
    let key = IdempotencyKey::action(&clicked.trigger_id);
    let changed = app
        .store
        .change(
            click_viewer(pressed),
            chosen.incident,
            key,
            move |incident| match button.as_str() {
                REOPEN => incident.reopen_task(number, &by),
                _ => incident.finish_task(number, &by),
            },
        )
        .await?;
    let page = task_list::list(&changed, chosen.kind, chosen.page, app.clock.now());
    replace_original(app, clicked.response_url, page);
    Ok(())
}

/// Handles **Earlier** and **Later**: shows another page of the list.
async fn show_page(app: &App, pressed: &ButtonClick, clicked: BlockAction) -> Result<()> {
    let chosen = TaskButton::parse(&pressed.value).ok_or(Error::NotFound("task"))?;
    let incident = app
        .store
        .incident(click_viewer(pressed), chosen.incident)
        .await?;
    let page = task_list::list(&incident, chosen.kind, chosen.page, app.clock.now());
    replace_original(app, clicked.response_url, page);
    Ok(())
}

/// Adds the task of a submission.
pub async fn submit(app: &App, kind: TaskKind, form: &ViewSubmission) -> Result<Reply> {
    let edit = read_task_edit(app, kind, form).await?;
    let new = AddTask {
        kind,
        description: edit.description.unwrap_or_default(),
        assignees: edit.assigned,
        due_at: edit.due_at.flatten(),
    };
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let by = Actor::new(form.user.clone(), app.clock.now());
    let strangers =
        find_unresolved_users(app, &new.assignees, (&by, &submission_origin(form))).await?;
    app.store
        .change(
            submission_viewer(form),
            id,
            IdempotencyKey::view(&form.view_id),
            move |incident| Ok(incident.add_task(new, &by)?.with_unresolved(strangers)),
        )
        .await?;
    Ok(stored_reply(app, kind, id))
}

/// Applies a submission that edits a task.
pub async fn submit_edit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let id = form.incident().ok_or(Error::NotFound("incident"))?;
    let number = form
        .private_metadata
        .number
        .ok_or(Error::NotFound("task"))?;
    let incident = app.store.incident(submission_viewer(form), id).await?;
    let kind = incident.task(number).ok_or(Error::NotFound("task"))?.kind;
    let edit = read_task_edit(app, kind, form).await?;
    let by = Actor::new(form.user.clone(), app.clock.now());
    let strangers =
        find_unresolved_users(app, &edit.assigned, (&by, &submission_origin(form))).await?;
    app.store
        .change(
            submission_viewer(form),
            id,
            IdempotencyKey::view(&form.view_id),
            move |incident| {
                let change = incident.edit_task(number, edit, &by)?;
                Ok(change.with_unresolved(strangers))
            },
        )
        .await?;
    Ok(stored_reply(app, kind, id))
}

/// Opens the modal for a new task.
async fn open_modal_from_command(app: &App, typed: SlashCommand, kind: TaskKind) -> Result<Reply> {
    let incident = match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => incident,
        IncidentChoice::Prompt(reply) => return Ok(reply),
    };
    let clock = time_zone_source(&user_clock(app, &typed.user).await?);
    let form = task_modal(
        &TaskDefaults::new(incident.id, kind, clock),
        typed.context_channel(),
    );
    let again = format!(
        "Type it again: {} {}",
        app.config.command,
        kind.command_name()
    );
    Ok(open_modal_for_command(app, typed, form, again))
}

/// Shows the task list in an ephemeral message.
async fn show_list(app: &App, typed: SlashCommand, kind: TaskKind) -> Result<Reply> {
    Ok(match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => {
            Reply::Ephemeral(task_list::list(&incident, kind, 0, app.clock.now()))
        }
        IncidentChoice::Prompt(reply) => reply,
    })
}

/// Applies a change to the tasks of the incident. The additional text of the reply may be empty.
async fn change_tasks(
    app: &App,
    typed: SlashCommand,
    decide: impl FnOnce(&Incident, &Actor) -> Decision + Send + 'static,
    told: &str,
) -> Result<Reply> {
    let incident = match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => incident,
        IncidentChoice::Prompt(reply) => return Ok(reply),
    };
    let (viewer, key) = (typed.viewer(), typed.idempotency_key());
    let by = Actor::new(typed.user, app.clock.now());
    app.store
        .change(viewer, incident.id, key, move |incident| {
            decide(incident, &by)
        })
        .await?;
    Ok(match offline_reply::reply_to_command(app) {
        Reply::Nothing if !told.is_empty() => {
            Reply::Ephemeral(announcement::text_message(vec![text(told.trim())]))
        }
        reply => reply,
    })
}

/// Parses the description and due time and resolves the mentions, or returns an error.
async fn resolve_new_task(
    app: &App,
    (kind, clock): (TaskKind, &UserClock),
    (typed, mentions): (String, Vec<Mention>),
) -> Result<AddTask> {
    let (description, due_at) = clock
        .split_deadline(&typed)
        .map_err(|why| Error::Rejected(format!("{why}{}", echo_text(&typed))))?;
    if let Some(why) = task::description_error(kind, &description) {
        let example = format!(
            "For example: {} {}",
            app.config.command,
            kind.command_name()
        );
        return Err(Error::Rejected(format!(
            "{why} {example} Roll back the release @ann{}",
            echo_text(&typed)
        )));
    }
    let mut assignees = Vec::new();
    for mention in &mentions {
        let found = resolve_mention(app, mention, GuestPolicy::Allowed).await;
        assignees.push(found.map_err(|error| with_echo(error, &typed))?);
    }
    Ok(AddTask {
        kind,
        description,
        assignees,
        due_at,
    })
}

/// Reads a submission. Parses the due time in the user's time zone and checks that the assignees may
/// participate.
async fn read_task_edit(app: &App, kind: TaskKind, form: &ViewSubmission) -> Result<EditTask> {
    let TaskArgs {
        description,
        assigned,
        unassigned,
        due,
    } = task_modal::read(kind, &form.view_state)?;
    let mut errors = FieldErrors::default();
    for user in &assigned {
        if let Err(error) = may_participate(app, user, GuestPolicy::Allowed).await {
            let Error::Rejected(why) = error else {
                return Err(error);
            };
            errors.add(ASSIGNEES, why);
        }
    }
    let clock = user_clock(app, &form.user).await?;
    let due_at = match due.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(said) => match clock.parse_future(said) {
            Ok(due_at) => Some(Some(due_at)),
            Err(why) => {
                errors.add(DUE_DAY, why.to_string());
                None
            }
        },
    };
    Ok(errors.into_result(EditTask {
        description,
        assigned,
        unassigned,
        due_at,
    })?)
}

fn open_task_modal(
    app: &App,
    pressed: &ButtonClick,
    clicked: BlockAction,
    (standing, button): (&TaskDefaults, &str),
) {
    open_modal(
        app,
        ModalRequest {
            user_to_check: None,
            trigger_id: clicked.trigger_id,
            view: task_modal(standing, pressed.channel.clone()),
            response_url: clicked.response_url,
            retry_hint: format!("Press “{button}” again."),
        },
    );
}

/// Returns the modal, with the channel of the request in its private metadata.
fn task_modal(standing: &TaskDefaults, channel: Option<ChannelId>) -> SlackModalView {
    with_channel(task_modal::modal(standing), channel.as_ref())
}

fn time_zone_source(clock: &UserClock) -> TimeZoneSource {
    if clock.has_time_zone() {
        TimeZoneSource::User
    } else {
        TimeZoneSource::Utc
    }
}

/// Adds the user's text to a rejection, so that it can be copied.
fn with_echo(error: Error, description: &str) -> Error {
    match error {
        Error::Rejected(why) => Error::Rejected(format!("{why}{}", echo_text(description))),
        other => other,
    }
}

fn echo_text(description: &str) -> String {
    match description {
        "" => String::new(),
        typed => format!(" Nothing was added. You typed: {typed}"),
    }
}

fn stored_reply(app: &App, kind: TaskKind, id: IncidentId) -> Reply {
    offline_reply::reply_to_modal(app, "Stored", || {
        format!(
            "The {} of {id} is stored. Slack does not answer us right now: its channel and whom it \
             concerns are told as soon as Slack does. There is nothing more to do here.",
            kind.label()
        )
    })
}
