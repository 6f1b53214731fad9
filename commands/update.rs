//! `/datadog incident update`: changes the fields of an incident.

use std::str::FromStr;

use muster_domain::{
    DetectionMethod, FieldEdits, IncidentId, Severity, SeverityScale, Status, Update, UserId,
};
use slack_morphism::prelude::*;

use crate::impact_end::{self, IMPACT_END};
use crate::modal::severity_fields::severity_select;
use crate::modal::{
    FieldErrors, PrivateMetadata, ViewState, build_modal, line_input, optional_multiline_input,
    static_select, users_select, with_metadata,
};
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup};

pub(crate) const COMMAND: Command = Command {
    name: "update",
    words: &["update", "edit"],
    usage: "incident update [text]",
    summary: "Post a status update. Without text, edit the incident.",
    group: HelpGroup::Run,
    short_usage: "update [text]",
    typos: &["update", "edit"],
    parse: |text| {
        Some(match text.args() {
            args if args.is_empty() => ParsedCommand::Update,
            text => ParsedCommand::StatusUpdate { text },
        })
    },
};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "update";

/// The longest text in the modal, in characters. Slack sends each text twice (initial and current
/// value), in some scripts with nine bytes per character; the limit keeps the request within 64
/// KiB.
pub(crate) const LONGEST_TEXT: usize = 1_200;

/// The initial values of the update modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateDefaults {
    /// The incident.
    pub incident: IncidentId,
    /// The title.
    pub title: String,
    /// The severity.
    pub severity: Severity,
    /// The status.
    pub status: Status,
    /// How the incident was detected.
    pub detection_method: DetectionMethod,
    /// The description of what happened; may be empty.
    pub summary: String,
    /// The description of why it happened; may be empty.
    pub root_cause: String,
    /// The Incident Commander; empty if there is none.
    pub commander: UserId,
    /// The start of the ongoing impact as a local time; `None` if there is none.
    pub impact_since: Option<String>,
}

/// Returns the modal with the initial values and the severities and statuses that the team uses.
/// During an impact, Slack reports a selected status immediately (`dispatch_action`), so that the
/// modal can ask for the end of the impact.
pub fn modal(
    initial: &UpdateDefaults,
    scale: &SeverityScale,
    statuses: &[Status],
) -> SlackModalView {
    let title = format!("Update {}", initial.incident);
    let blocks = blocks(initial, scale, statuses);
    let form = build_modal(CALLBACK_ID, &title, "Save", blocks);
    with_metadata(form, &PrivateMetadata::for_incident(initial.incident))
}

fn blocks(initial: &UpdateDefaults, scale: &SeverityScale, statuses: &[Status]) -> Vec<SlackBlock> {
    let methods = DetectionMethod::ALL.map(|it| (it.label().to_owned(), it.to_string()));
    let statuses = status_options(initial.status, statuses);
    let UpdateDefaults {
        status,
        detection_method,
        commander,
        ..
    } = initial;
    let mut blocks: Vec<SlackBlock> = vec![
        line_input(TITLE, "Title", &initial.title).into(),
        severity_select(SEVERITY, scale, Some(initial.severity)).into(),
        static_select(STATUS, "Status", &statuses, status.as_str())
            .opt_dispatch_action(initial.impact_since.as_ref().map(|_| true))
            .into(),
        static_select(
            METHOD,
            "Detection Method",
            &methods,
            detection_method.as_str(),
        )
        .into(),
        optional_multiline_input(SUMMARY, "What happened", &initial.summary, LONGEST_TEXT),
        optional_multiline_input(
            ROOT_CAUSE,
            "Why it happened",
            &initial.root_cause,
            LONGEST_TEXT,
        ),
        users_select(COMMANDER, "Incident Commander", commander).into(),
    ];
    if let Some(since) = initial.impact_since.as_ref().filter(|_| !status.is_open()) {
        blocks.insert(3, impact_end::field(since).into());
    }
    blocks
}

/// Reads a submission: the changed fields.
///
/// # Errors
/// Returns [`FieldErrors`] if the title is invalid or there is no commander.
pub fn read(state: &ViewState) -> Result<Update, FieldErrors> {
    let mut errors = FieldErrors::default();
    let text = |field| state.changed_value(field).map(str::to_owned);
    let title = state.changed_value(TITLE);
    let update = Update {
        title: title.map(|input| errors.check_title(TITLE, input)),
        severity: changed_enum(state, SEVERITY),
        status: changed_enum(state, STATUS),
        detection_method: changed_enum(state, METHOD),
        detected_at: None,
        summary: text(SUMMARY),
        root_cause: text(ROOT_CAUSE),
        commander: text(COMMANDER).map(|user| Some(UserId(user))),
        impact_end: None,
        fields: FieldEdits::new(),
    };
    let is_over = update.status.is_some_and(|status| !status.is_open());
    let ends = Some(state.value(IMPACT_END)).filter(|end| is_over && !end.is_empty());
    let update = Update {
        impact_end: ends.map(str::to_owned),
        ..update
    };
    if update.commander == Some(Some(UserId::default())) {
        errors.add(COMMANDER, "An incident needs a commander. Pick one.");
    }
    errors.into_result(update)
}

fn changed_enum<T: FromStr>(state: &ViewState, field: &str) -> Option<T> {
    state.changed_value(field)?.parse().ok()
}

const TITLE: &str = "title";
const SEVERITY: &str = "severity";
/// The field of the status.
pub(crate) const STATUS: &str = "status";
const METHOD: &str = "detection_method";
const SUMMARY: &str = "summary";
const ROOT_CAUSE: &str = "root_cause";
/// The field of the commander.
pub const COMMANDER: &str = "commander";

/// Returns the statuses that the team uses, and the current one.
fn status_options(present: Status, used: &[Status]) -> Vec<(String, String)> {
    let on_offer = |status: &Status| *status == present || used.contains(status);
    let statuses = Status::ALL.into_iter().filter(on_offer);
    statuses
        .map(|it| (it.label().to_owned(), it.to_string()))
        .collect()
}

#[cfg(test)]
mod tests;
