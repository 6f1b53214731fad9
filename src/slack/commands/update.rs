//! `/datadog incident update`: opens the modal with the current values and stores the changes.

use muster_commands::impact_end::{IMPACT_END, StatusSelected};
use muster_commands::modal::{
    FieldErrors, PrivateMetadata, ViewSubmission, with_channel, with_metadata,
};
use muster_commands::update::{self, UpdateDefaults};
use muster_commands::{IncidentId, SeverityScale, Status, UserId};
use slack_morphism::prelude::SlackModalView;

use crate::app::App;
use crate::domain::{Actor, ENDS_BEFORE_START, Incident, Timestamp, UserClock, Viewer};
use crate::error::{Error, Result};
use crate::slack::blocks::announcement;
use crate::slack::commands::field_edit::impact_ended_notice;
use crate::slack::commands::incident_picker::{IncidentChoice, incident_for_command};
use crate::slack::dispatch::Reply;
use crate::slack::offline_reply;
use crate::slack::open_modal::{ModalRequest, open_modal, open_modal_for_command};
use crate::slack::request_context::{
    BlockAction, SlashCommand, notify_user, submission_origin, submission_viewer,
};
use crate::slack::text::activity::text;
use crate::slack::users::unresolved_users::NamedUser;
use crate::slack::users::user_cache::refresh_user_cache;
use crate::slack::users::user_timezone::user_clock;
use crate::store::{ChangeTarget, IdempotencyKey};

/// Opens the modal.
pub async fn handle(app: &App, typed: SlashCommand) -> Result<Reply> {
    let incident = match incident_for_command(app, &typed).await? {
        IncidentChoice::Known(incident) => incident,
        IncidentChoice::Prompt(reply) => return Ok(reply),
    };
    let asker = (&typed.user, typed.response_url.clone());
    let form = prefilled_modal(app, &incident, asker, update::modal).await?;
    let again = format!("Type it again: {} incident update", app.config.command);
    Ok(open_modal_for_command(app, typed, form, again))
}

/// Opens the resolve modal, which asks for the end of an ongoing impact.
pub async fn open_resolve_modal(
    app: &App,
    incident: &Incident,
    typed: SlashCommand,
) -> Result<Reply> {
    let asker = (&typed.user, typed.response_url.clone());
    let form = prefilled_modal(app, incident, asker, update::resolve_modal).await?;
    Ok(open_modal_for_command(
        app,
        typed,
        form,
        "Press “Resolve Incident” again.".to_owned(),
    ))
}

/// Opens the modal from a reminder.
pub async fn open_modal_from_reminder(
    app: &App,
    viewer: Viewer,
    id: IncidentId,
    clicked: BlockAction,
) -> Result<()> {
    let here = viewer.channel().cloned();
    let incident = app.store.incident(viewer, id).await?;
    let asker = (&clicked.user, clicked.response_url.clone());
    let form = prefilled_modal(app, &incident, asker, update::modal).await?;
    let opening = ModalRequest {
        user_to_check: None,
        view: with_channel(form, here.as_ref()),
        trigger_id: clicked.trigger_id,
        response_url: clicked.response_url,
        retry_hint: format!("Type {} incident update.", app.config.command),
    };
    open_modal(app, opening);
    Ok(())
}

/// Updates the open modal when a status is selected: while an impact is ongoing, a status that ends the
/// incident adds a field for the end of the impact. An empty field means the time of the submission.
pub async fn on_status_selected(app: &App, chosen: StatusSelected) -> Result<()> {
    let viewer = Viewer::User {
        user: chosen.user.clone(),
        channel: chosen.channel.clone(),
    };
    let incident = app.store.incident(viewer, chosen.incident).await?;
    let clock = user_clock(app, &chosen.user).await?;
    let open = incident.open_impact();
    let since = open.map(|impact| clock.format(impact.started_at));
    if let Some(form) = chosen.updated_view(since.as_deref()) {
        let slack = app.slack.clone();
        app.tasks.spawn(async move {
            if let Err(trouble) = slack
                .update_view(&chosen.view_id, &chosen.hash, &form)
                .await
            {
                tracing::info!("Cannot update a modal: {trouble}");
            }
        });
    }
    Ok(())
}

/// Stores the changes of a submission; unchanged fields are not written.
pub async fn submit(app: &App, form: &ViewSubmission) -> Result<Reply> {
    let request = update::read(&form.callback_id, &form.view_state)?;
    let by = Actor::new(form.user.clone(), app.clock.now());
    let leads = request.commander.as_ref();
    let commander = leads.map(|user| {
        let leads = (update::COMMANDER, user);
        NamedUser::new(app, leads, (&by, &submission_origin(form)))
    });
    let id: IncidentId = form.incident().ok_or(Error::NotFound("incident"))?;
    let impact_end = parse_impact_end(app, form, id, request.impact_end.as_deref()).await?;
    let was_asked = request.impact_end.is_some();
    let target = ChangeTarget {
        viewer: submission_viewer(form),
        id,
        key: IdempotencyKey::view(&form.view_id),
        now: by.at,
    };
    let done = app
        .store
        .change_with_context(target, move |incident, ctx| {
            let unresolved = match commander {
                Some(commander) => commander.into_unresolved(ctx)?,
                None => None,
            };
            let change = incident.update_and_end(request, impact_end, &by, ctx)?;
            Ok(change.with_unresolved(unresolved))
        })
        .await?;
    if done
        .before
        .as_ref()
        .is_some_and(|before| before.commander != done.after.commander)
    {
        refresh_user_cache(app, done.after.commander.clone());
    }
    if let Some(ended) = impact_ended_notice(app, &done).filter(|_| !was_asked) {
        let resolved = text(format!("{id} is {}.", done.after.status.label()));
        let address = form.private_metadata.response_url.clone();
        let message = announcement::text_message(vec![resolved, ended]);
        notify_user(app, address, form.user.clone(), message);
    }
    Ok(offline_reply::reply_to_modal(app, "Changes stored", || {
        format!(
            "What you changed of {id} is stored. Slack does not answer us right now: its channel \
             and its announcement say so as soon as Slack does. There is nothing more to do here."
        )
    }))
}

/// Parses the end of the impact, if the modal asks for it.
async fn parse_impact_end(
    app: &App,
    form: &ViewSubmission,
    id: IncidentId,
    said: Option<&str>,
) -> Result<Option<Timestamp>> {
    let Some(said) = said.filter(|said| !said.is_empty()) else {
        return Ok(None);
    };
    let wrong = |why: String| Error::InvalidForm(FieldErrors::one(IMPACT_END, why));
    let clock = user_clock(app, &form.user).await?;
    let at = clock
        .parse_past(said)
        .map_err(|why| wrong(why.to_string()))?;
    match app
        .store
        .incident(submission_viewer(form), id)
        .await?
        .open_impact()
    {
        Some(open) if at < open.started_at => Err(wrong(ENDS_BEFORE_START.to_owned())),
        Some(_) => Ok(Some(at)),
        // Another user has ended it in the meantime.
        None => Ok(None),
    }
}

/// A function that builds a modal from the current values, the severity scale and the statuses.
type ModalBuilder = fn(&UpdateDefaults, &SeverityScale, &[Status]) -> SlackModalView;

/// Returns the modal with the incident's current values and times in the user's time zone. Its private
/// metadata holds the response URL.
async fn prefilled_modal(
    app: &App,
    incident: &Incident,
    (user, response_url): (&UserId, Option<String>),
    form: ModalBuilder,
) -> Result<SlackModalView> {
    let settings = app.store.settings().await?;
    let clock = user_clock(app, user).await?;
    let standing = update_defaults(incident, &clock);
    let form = form(&standing, &settings.severity_scale(), &settings.statuses());
    let carried = PrivateMetadata {
        response_url,
        ..PrivateMetadata::for_incident(incident.id)
    };
    Ok(with_metadata(form, &carried))
}

fn update_defaults(incident: &Incident, clock: &UserClock) -> UpdateDefaults {
    UpdateDefaults {
        impact_since: incident
            .open_impact()
            .map(|impact| clock.format(impact.started_at)),
        incident: incident.id,
        title: incident.title.clone(),
        severity: incident.severity,
        status: incident.status,
        detection_method: incident.detection_method,
        summary: incident.summary.clone(),
        root_cause: incident.root_cause.clone(),
        commander: incident.commander.clone(),
    }
}
