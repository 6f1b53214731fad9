//! Quick edits: commands that change one field at once and reply in one line, such as `/datadog incident
//! severity SEV-2`, `resolve` and `commander @ann`.

use muster_commands::quick_edit::QuickEditArgs;

use crate::domain::text::{RichText, Span, bold, mention, text};
use crate::domain::{
    Actor, Decision, DecisionContext, Incident, ParseEnumError, RoleTarget, SeverityLevel, Status,
    Update, UserId, title_error,
};
use crate::error::{Error, Result};
use crate::slack::commands::configured_fields;
use crate::slack::commands::incident_picker::title_hint;
use crate::slack::commands::severity_modal;
use crate::slack::offline_reply::SLACK_IS_DOWN;
use crate::slack::reply::Reply;
use crate::slack::request_context::RequestContext;
use crate::slack::users::resolve_user::{is_unresolved, resolve_user_ref};
use crate::slack::users::unresolved_users::defer_until_resolved;
use crate::store::Applied;

/// Changes severity, status, title or commander. The reason of another status is posted as a status update, any
/// other becomes a note. The severity without a value opens its modal.
pub(crate) async fn handle(
    ctx: &RequestContext,
    args: QuickEditArgs,
    reason: String,
) -> Result<Reply> {
    if args == QuickEditArgs::Severity(String::new()) {
        return severity_modal::open(ctx).await;
    }
    let (args, reason) = without_label(ctx, args, reason).await?;
    // Rejects invalid arguments before the user is asked to select an incident.
    let update = match resolve_update(ctx, &args).await {
        Ok(update) => update,
        // The text of a rejected title is meant for this incident.
        Err(error) if matches!(args, QuickEditArgs::Title(_)) => return Err(error),
        Err(error) => return Err(with_title_hint(ctx, error).await),
    };
    if let Some(status) = update.status {
        configured_fields::check_status(ctx, status).await?;
    }
    let has_reason = !reason.is_empty();
    let commander = update.commander.clone().flatten();
    let assignment = commander.map(|user| (RoleTarget::Commander, user));
    let deferred_reason = reason.clone();
    let decide = move |incident: &Incident, actor: &Actor, context: &DecisionContext<'_>| {
        incident.update_with_text(update, reason, actor, context)
    };
    apply(ctx, assignment, deferred_reason, decide, |applied| {
        let mut sentence = quick_edit_text(&args, applied);
        sentence.extend(has_reason.then(|| text(reason_notice(&args))));
        QuickReply {
            sentence,
            notice: impact_ended_notice(ctx, applied),
        }
    })
    .await
}

/// Returns where the reason went.
fn reason_notice(args: &QuickEditArgs) -> &'static str {
    match args {
        QuickEditArgs::Status(_) => " Posted your text as an update.",
        QuickEditArgs::Severity(_) | QuickEditArgs::Title(_) | QuickEditArgs::Commander(_) => {
            " Your reason is on the timeline."
        }
    }
}

/// Removes a reason that is the label of the severity before it: `SEV-2 High`.
async fn without_label(
    ctx: &RequestContext,
    args: QuickEditArgs,
    reason: String,
) -> Result<(QuickEditArgs, String)> {
    if let QuickEditArgs::Severity(value) = &args
        && !reason.is_empty()
    {
        let scale = ctx.store().settings().await?.severity_scale();
        let is_label = |level: &SeverityLevel| {
            value.parse() == Ok(level.severity) && level.label.eq_ignore_ascii_case(&reason)
        };
        if scale.levels().iter().any(is_label) {
            return Ok((args, String::new()));
        }
    }
    Ok((args, reason))
}

/// The reply to a quick edit.
pub(crate) struct QuickReply {
    /// The change. In the incident's own channel, a post says that.
    pub(crate) sentence: RichText,
    /// The information that no post contains.
    pub(crate) notice: Option<Span>,
}

impl From<RichText> for QuickReply {
    fn from(sentence: RichText) -> Self {
        Self {
            sentence,
            notice: None,
        }
    }
}

/// Applies a quick edit and confirms it, in the incident's own channel by its post only.
/// If it assigns an unresolved user, the request is deferred until they have been fetched; `reason` is its
/// reason.
pub(crate) async fn apply(
    ctx: &RequestContext,
    assignment: Option<(RoleTarget, UserId)>,
    reason: String,
    decide: impl FnOnce(&Incident, &Actor, &DecisionContext<'_>) -> Decision + Send + 'static,
    reply: impl FnOnce(&Applied) -> QuickReply,
) -> Result<Reply> {
    let incident = ctx.incident().await?;
    if let Some((target, user)) = assignment
        && !target.is_assigned_to(&user, &incident)
        && is_unresolved(&ctx.app, &user).await?
    {
        return defer_until_resolved(ctx, incident.id, target, user, reason).await;
    }
    let applied = ctx
        .change_with_context(incident.id, move |incident, actor, context| {
            Ok(decide(incident, actor, context)?)
        })
        .await?;
    let QuickReply { sentence, notice } = reply(&applied);
    let is_posted_here =
        applied.before.as_ref() != Some(&applied.after) && ctx.is_in_channel_of(&applied.after);
    let message = match (&notice, is_posted_here) {
        (None, true) => None,
        (Some(notice), true) => Some(vec![notice.clone()]),
        (_, false) => Some(with_notice(sentence.clone(), notice.clone())),
    };
    let mut offline = with_notice(sentence, notice);
    offline.push(text(format!(
        " {SLACK_IS_DOWN}: others will see it when it's back."
    )));
    Ok(Reply::saved_or(message, offline))
}

/// Returns the sentence, followed by the notice.
pub(crate) fn with_notice(mut sentence: RichText, notice: Option<Span>) -> RichText {
    if let Some(notice) = notice {
        sentence.extend([text(" "), notice]);
    }
    sentence
}

/// Adds to a rejection how to declare an incident with the text as its title, except in the channel of an
/// incident, where the text is a command.
pub(crate) async fn with_title_hint(ctx: &RequestContext, error: Error) -> Error {
    if let Ok(Some(_)) = ctx.channel_incident().await {
        return error;
    }
    match error {
        Error::Rejected(reason) => Error::Rejected(format!("{reason}{}", title_hint(ctx))),
        other => other,
    }
}

/// Returns the update, or an error that lists the valid values.
async fn resolve_update(ctx: &RequestContext, args: &QuickEditArgs) -> Result<Update> {
    let settings = ctx.store().settings().await?;
    let mut update = Update::default();
    match args {
        QuickEditArgs::Severity(value) => {
            let severity = settings.severity_scale().parse(value);
            update.severity = Some(severity.map_err(|error| unknown_value_error(&error))?);
        }
        QuickEditArgs::Status(value) => {
            let status = Status::parse(value, &settings.statuses());
            update.status = Some(status.map_err(|error| unknown_value_error(&error))?);
        }
        QuickEditArgs::Title(title) => {
            let title = title.replace(['\r', '\n'], " ");
            if let Some(problem) = title_error(&title) {
                let example = example(ctx, args);
                return Err(Error::Rejected(format!("{problem} {example}")));
            }
            update.title = Some(title);
        }
        QuickEditArgs::Commander(None) => {
            let example = example(ctx, args);
            return Err(Error::Rejected(format!(
                "Who should be commander? {example}"
            )));
        }
        QuickEditArgs::Commander(Some(user)) => {
            let guests = settings.guest_policy();
            let commander = resolve_user_ref(ctx, user, guests).await?;
            update.commander = Some(Some(commander));
        }
    }
    Ok(update)
}

fn example(ctx: &RequestContext, args: &QuickEditArgs) -> String {
    format!("E.g. “{} {}”.", ctx.slash_command(), args.example())
}

/// Returns an error that lists the valid values.
fn unknown_value_error(error: &ParseEnumError) -> Error {
    let ParseEnumError { kind, input, known } = error;
    Error::Rejected(if input.is_empty() {
        format!("Which {kind}? Pick one of: {known}.")
    } else {
        error.to_string()
    })
}

/// Returns the reply, with the old and the new value if the value changed.
fn quick_edit_text(args: &QuickEditArgs, applied: &Applied) -> RichText {
    let field = args.name();
    let value_in = |incident: &Incident| field_value(args, incident);
    let id = applied.after.id;
    match &applied.before {
        Some(before) if value_in(before) != value_in(&applied.after) => vec![
            text(format!("Changed the {field} of {id} from ")),
            value_in(before),
            text(" to "),
            value_in(&applied.after),
            text("."),
        ],
        Some(_) => unchanged_text(args, &applied.after),
        None => vec![
            text(format!("The {field} of {id} is ")),
            value_in(&applied.after),
            text("."),
        ],
    }
}

/// Returns the reply if the incident already had the value.
fn unchanged_text(args: &QuickEditArgs, incident: &Incident) -> RichText {
    let id = incident.id;
    let value = field_value(args, incident);
    match args {
        QuickEditArgs::Severity(_) | QuickEditArgs::Status(_) => {
            vec![text(format!("{id} is already ")), value, text(".")]
        }
        QuickEditArgs::Title(_) => vec![text(format!("{id} is already called ")), value, text(".")],
        QuickEditArgs::Commander(_) => {
            vec![value, text(format!(" is already the commander of {id}."))]
        }
    }
}

/// Returns a notice if the impact ended together with the incident, with the command that sets an earlier
/// end.
pub(crate) fn impact_ended_notice(ctx: &RequestContext, applied: &Applied) -> Option<Span> {
    let was_open = applied
        .before
        .as_ref()
        .is_some_and(|before| before.open_impact().is_some());
    let is_ended = was_open && applied.after.open_impact().is_none();
    is_ended.then(|| {
        text(format!(
            "Customer impact marked as ended now. Wrong time? {} incident impact edit",
            ctx.slash_command()
        ))
    })
}

/// Returns the current value of the edited field.
fn field_value(args: &QuickEditArgs, incident: &Incident) -> Span {
    match args {
        QuickEditArgs::Severity(_) => bold(incident.severity.as_str()),
        QuickEditArgs::Status(_) => bold(incident.status.label()),
        QuickEditArgs::Title(_) => text(format!("“{}”", incident.title)),
        // An ephemeral message notifies no one, so a mention is harmless.
        QuickEditArgs::Commander(_) => incident
            .commander
            .as_ref()
            .map_or_else(|| text("none"), mention),
    }
}
