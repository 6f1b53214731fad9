//! Quick edits of severity, status, title and commander (`/datadog incident severity SEV-2`, `resolve`,
//! `commander @ann`): resolves the value and builds the reply.

use muster_commands::quick_edit::QuickEditArgs;
use muster_commands::update::Update;
use muster_commands::{ParseEnumError, Status, UserId, title_error};

use crate::app::App;
use crate::domain::{Actor, Decision, DecisionContext, Incident, RoleTarget};
use crate::error::{Error, Result};
use crate::slack::commands::quick_edit::QuickEdit;
use crate::slack::text::activity::{RichText, Span, bold, text};
use crate::slack::users::resolve_user::resolve_user_ref;
use crate::store::Applied;

impl QuickEdit for QuickEditArgs {
    type Request = Update;

    async fn resolve_request(&self, app: &App, asker: &UserId) -> Result<Update> {
        resolve_update(app, asker, self).await
    }

    fn role_assignment(wanted: &Update) -> Option<(RoleTarget, UserId)> {
        let commander = wanted.commander.clone();
        commander.map(|user| (RoleTarget::Commander, user))
    }

    fn decide(
        wanted: &Update,
        incident: &Incident,
        by: &Actor,
        ctx: &DecisionContext<'_>,
    ) -> Decision {
        incident.update(wanted.clone(), by, ctx)
    }

    fn reply_text(&self, app: &App, _: &Update, done: &Applied) -> RichText {
        let mut sentence = quick_edit_text(self, done);
        sentence.extend(impact_ended_notice(app, done));
        sentence
    }
}

/// Returns the update, or an error that lists the valid values.
async fn resolve_update(app: &App, asker: &UserId, change: &QuickEditArgs) -> Result<Update> {
    let settings = app.store.settings().await?;
    let mut update = Update::default();
    match change {
        QuickEditArgs::Severity(said) => {
            let severity = settings.severity_scale().parse(said);
            update.severity = Some(severity.map_err(|unknown| unknown_value_error(&unknown))?);
        }
        QuickEditArgs::Status(said) => {
            let status = Status::parse(said, &settings.statuses());
            update.status = Some(status.map_err(|unknown| unknown_value_error(&unknown))?);
        }
        QuickEditArgs::Title(title) => {
            let title = title.replace(['\r', '\n'], " ");
            if let Some(trouble) = title_error(&title) {
                let example = example(app, change);
                return Err(Error::Rejected(format!("{trouble} {example}")));
            }
            update.title = Some(title);
        }
        QuickEditArgs::Commander(None) => {
            let example = example(app, change);
            return Err(Error::Rejected(format!("Who is to lead? {example}")));
        }
        QuickEditArgs::Commander(Some(who)) => {
            update.commander =
                Some(resolve_user_ref(app, who, asker, settings.guest_policy()).await?);
        }
    }
    Ok(update)
}

fn example(app: &App, change: &QuickEditArgs) -> String {
    format!(
        "Type {} {}, for example.",
        app.config.command,
        change.example()
    )
}

/// Returns an error that lists the valid values.
fn unknown_value_error(unknown: &ParseEnumError) -> Error {
    let ParseEnumError {
        kind,
        input: said,
        known,
    } = unknown;
    Error::Rejected(if said.is_empty() {
        format!("Which {kind}? Choose one of: {known}.")
    } else {
        unknown.to_string()
    })
}

/// Returns the reply, with the old and the new value if the value changed.
fn quick_edit_text(change: &QuickEditArgs, done: &Applied) -> RichText {
    let field = change.name();
    let of = |incident: &Incident| field_value(change, incident);
    let id = done.after.id;
    match &done.before {
        Some(before) if of(before) != of(&done.after) => vec![
            text(format!("You changed the {field} of {id} from ")),
            of(before),
            text(" to "),
            of(&done.after),
            text("."),
        ],
        Some(_) => vec![
            text(format!("The {field} of {id} is ")),
            of(&done.after),
            text(" already. Nothing was changed."),
        ],
        None => vec![
            text(format!("The {field} of {id} is ")),
            of(&done.after),
            text("."),
        ],
    }
}

/// Returns a notice if the impact ended together with the incident, with the command that sets an earlier
/// end.
pub fn impact_ended_notice(app: &App, done: &Applied) -> Option<Span> {
    let was_open = done
        .before
        .as_ref()
        .is_some_and(|before| before.open_impact().is_some());
    let is_ended = was_open && done.after.open_impact().is_none();
    is_ended.then(|| {
        text(format!(
            " The impact ended now, too; if it ended earlier, {} incident impact edit says when.",
            app.config.command
        ))
    })
}

/// Returns the current value of the edited field.
fn field_value(change: &QuickEditArgs, incident: &Incident) -> Span {
    match change {
        QuickEditArgs::Severity(_) => bold(incident.severity.as_str()),
        QuickEditArgs::Status(_) => bold(incident.status.label()),
        QuickEditArgs::Title(_) => text(format!("“{}”", incident.title)),
        // An ephemeral message notifies no one, so a mention is harmless.
        QuickEditArgs::Commander(_) => Span::Mention(incident.commander.clone()),
    }
}
