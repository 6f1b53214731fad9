//! `/datadog task` and `/datadog followup`: adds, finishes, reopens, edits and lists tasks.

use muster_commands::modal::{FieldErrors, PrivateMetadata, ViewSubmission, with_metadata};
use muster_commands::slash::mention::UserRef;
use muster_commands::task::{self, TaskButton, TaskCommand};
use muster_commands::task_modal;
use muster_commands::task_modal::{ASSIGNEES, DUE_DAY, TaskArgs, TaskDefaults, TimeZoneSource};
use slack_morphism::prelude::SlackModalView;

use crate::domain::text::text;
use crate::domain::{
    Actor, AddTask, Decision, EditTask, EntryKind, GuestPolicy, Incident, IncidentId, TaskKind,
    UserClock,
};
use crate::error::{Error, Result};
use crate::slack::blocks::lists::task_list;
use crate::slack::blocks::text_message;
use crate::slack::reply::{Reply, SavedReply};
use crate::slack::request_context::RequestContext;
use crate::slack::users::resolve_user::{may_participate, resolve_user_ref};
use crate::slack::users::unresolved_users::find_unresolved_users;
use crate::slack::users::user_timezone::{user_clock, utc_notice};

/// Adds, finishes or reopens a task, opens the modal or shows the list.
pub(crate) async fn handle(
    ctx: &RequestContext,
    kind: TaskKind,
    args: TaskCommand,
) -> Result<Reply> {
    match args {
        TaskCommand::OpenModal => {
            let id = ctx.incident().await?.id;
            let zone = time_zone_source(&user_clock(ctx).await?);
            let view = task_modal(ctx, &TaskDefaults::new(id, kind, zone));
            Ok(Reply::modal(view, ctx.retry_hint(task::command_name(kind))))
        }
        TaskCommand::List => {
            let incident = ctx.incident().await?;
            let list = task_list::list(&incident, kind, 0, ctx.actor.at);
            Ok(Reply::Ephemeral(list))
        }
        TaskCommand::Add { description, users } => add_task(ctx, kind, &description, &users).await,
        TaskCommand::Done(number) => {
            change_tasks(ctx, move |incident, actor| {
                incident.finish_task(number, actor)
            })
            .await?;
            Ok(Reply::saved())
        }
        TaskCommand::Remove(number) => {
            let id = ctx.incident().await?.id;
            remove_task(ctx, id, number).await?;
            Ok(Reply::text(format!("Removed task {number} of {id}.")))
        }
        TaskCommand::Reopen(number) => {
            change_tasks(ctx, move |incident, actor| {
                incident.reopen_task(number, actor)
            })
            .await?;
            Ok(Reply::saved())
        }
    }
}

/// Adds the task of a submission.
pub(crate) async fn submit(
    ctx: &RequestContext,
    kind: TaskKind,
    form: &ViewSubmission,
) -> Result<Reply> {
    let edit = read_task_edit(ctx, kind, form).await?;
    let request = AddTask {
        kind,
        description: edit.description.unwrap_or_default(),
        assignees: edit.assigned,
        due_at: edit.due_at.flatten(),
    };
    let id = ctx.incident_id()?;
    let unresolved_users = find_unresolved_users(ctx, &request.assignees).await?;
    ctx.change(id, move |incident, actor| {
        let change = incident.add_task(request, actor)?;
        Ok(change.with_unresolved(unresolved_users))
    })
    .await?;
    Ok(saved_reply(kind, id))
}

/// Applies a submission that edits a task.
pub(crate) async fn submit_edit(ctx: &RequestContext, form: &ViewSubmission) -> Result<Reply> {
    let id = ctx.incident_id()?;
    let number = form.private_metadata.number;
    let number = number.ok_or(Error::NotFound("task"))?;
    let incident = ctx.store().incident(ctx.viewer.clone(), id).await?;
    let kind = match incident.task(number) {
        Some(task) => task.kind,
        None => return Err(Error::Rejected(incident.no_such_task(number).0)),
    };
    let edit = read_task_edit(ctx, kind, form).await?;
    let unresolved_users = find_unresolved_users(ctx, &edit.assigned).await?;
    let incident = ctx
        .change(id, move |incident, actor| {
            let change = incident.edit_task(number, edit, actor)?;
            Ok(change.with_unresolved(unresolved_users))
        })
        .await?;
    let list = form.private_metadata.list.as_deref();
    let list = list
        .and_then(TaskButton::parse)
        .map(|button| task_list::list(&incident, button.kind, button.page, ctx.actor.at));
    Ok(ctx.saved_in_list(list, saved_reply(kind, id)))
}

/// Removes a task.
pub(crate) async fn remove_task(
    ctx: &RequestContext,
    id: IncidentId,
    number: i64,
) -> Result<Incident> {
    let (target, actor) = (ctx.target(id), ctx.actor.clone());
    ctx.store()
        .change_entries_of_kind(target, EntryKind::Task, move |incident, entries| {
            incident.remove_task(number, entries, &actor)
        })
        .await
}

/// Adds a task. An invalid one is rejected before the user is asked to select an incident.
async fn add_task(
    ctx: &RequestContext,
    kind: TaskKind,
    description: &str,
    users: &[UserRef],
) -> Result<Reply> {
    let clock = user_clock(ctx).await?;
    let request = resolve_task(ctx, &clock, kind, description, users)
        .await
        .map_err(|error| with_echo(error, description))?;
    let zone = request.due_at.map(|_| utc_notice(&clock));
    let unresolved_users = find_unresolved_users(ctx, &request.assignees).await?;
    change_tasks(ctx, move |incident, actor| {
        let change = incident.add_task(request, actor)?;
        Ok(change.with_unresolved(unresolved_users))
    })
    .await?;
    Ok(match (zone.unwrap_or_default().trim(), Reply::saved()) {
        (zone, Reply::Saved(saved)) if !zone.is_empty() => Reply::Saved(SavedReply {
            message: Some(text_message(vec![text(zone)])),
            ..saved
        }),
        (_, reply) => reply,
    })
}

async fn change_tasks(
    ctx: &RequestContext,
    decide: impl FnOnce(&Incident, &Actor) -> Decision + Send + 'static,
) -> Result<()> {
    let id = ctx.incident().await?.id;
    ctx.change(id, decide).await.map(drop)
}

/// Parses the description and due time and resolves the mentions, or returns an error.
async fn resolve_task(
    ctx: &RequestContext,
    clock: &UserClock,
    kind: TaskKind,
    args: &str,
    users: &[UserRef],
) -> Result<AddTask> {
    let (description, due_at) = clock
        .split_deadline(args)
        .map_err(|error| Error::Rejected(error.to_string()))?;
    if let Some(problem) = task::description_error(kind, &description) {
        return Err(Error::Rejected(format!(
            "{problem} E.g. “{} {} Roll back the release @ann”.",
            ctx.slash_command(),
            task::command_name(kind)
        )));
    }
    let mut users = users.to_vec();
    let mut description = task::without_trailing_users(&description);
    // `me` may precede the due time.
    if let Some(before) = task::without_trailing_me(description) {
        description = before;
        users.push(UserRef::Me);
    }
    let mut assignees = Vec::new();
    for user in &users {
        let user = resolve_user_ref(ctx, user, GuestPolicy::Allowed).await?;
        if !assignees.contains(&user) {
            assignees.push(user);
        }
    }
    Ok(AddTask {
        kind,
        description: description.to_owned(),
        assignees,
        due_at,
    })
}

/// Reads a submission. Parses the due time in the user's time zone and checks that the assignees may
/// participate.
async fn read_task_edit(
    ctx: &RequestContext,
    kind: TaskKind,
    form: &ViewSubmission,
) -> Result<EditTask> {
    let TaskArgs {
        description,
        assigned,
        unassigned,
        due,
    } = task_modal::read(kind, &form.view_state)?;
    let mut errors = FieldErrors::default();
    for user in &assigned {
        if let Err(error) = may_participate(&ctx.app, user, GuestPolicy::Allowed).await {
            let Error::Rejected(reason) = error else {
                return Err(error);
            };
            errors.add(ASSIGNEES, reason);
        }
    }
    let clock = user_clock(ctx).await?;
    let due_at = match due.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(due) => match clock.parse_future(due) {
            Ok(due_at) => Some(Some(due_at)),
            Err(error) => {
                errors.add(DUE_DAY, error.to_string());
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

/// Returns the modal of a task.
pub(crate) fn task_modal(ctx: &RequestContext, defaults: &TaskDefaults) -> SlackModalView {
    let metadata = PrivateMetadata {
        number: defaults.number,
        ..ctx.metadata(defaults.incident)
    };
    with_metadata(task_modal::modal(defaults), &metadata)
}

pub(crate) fn time_zone_source(clock: &UserClock) -> TimeZoneSource {
    if clock.has_time_zone() {
        TimeZoneSource::User
    } else {
        TimeZoneSource::Utc
    }
}

/// Adds the user's text to a rejection, so that it can be copied.
fn with_echo(error: Error, args: &str) -> Error {
    match error {
        Error::Rejected(reason) if !args.is_empty() => {
            Error::Rejected(format!("{reason} Nothing was added. You typed: {args}"))
        }
        other => other,
    }
}

fn saved_reply(kind: TaskKind, id: IncidentId) -> Reply {
    Reply::submission_saved(
        "Stored",
        &format!("The {} of {id} is saved.", kind.label()),
        "its channel and assignees will be notified when it's back.",
    )
}
