//! `/datadog incident update`: changes the fields of an incident.

use slack_morphism::prelude::*;

use crate::impact_end::{self, IMPACT_END};
use crate::modal::{
    FieldErrors, PrivateMetadata, ViewState, build_modal, line_input, optional_multiline_input,
    severity_select, static_select, users_select, with_metadata,
};
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, Position};
use crate::{DetectionMethod, IncidentId, Severity, SeverityScale, Status, UserId, title};

/// The command.
pub const COMMAND: Command = Command {
    name: "update",
    words: &["update", "edit"],
    position: Position::AfterIncident,
    usage: "incident update",
    summary: "Changes the title, severity, status, commander and more. \
        In an incident's channel it is that incident; elsewhere you choose which, as with all that is \
        about one.",
    suggestions: &[("update", "incident update"), ("edit", "incident update")],
    parse: |_| Some(ParsedCommand::Update),
};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "update";

/// The `callback_id` of the modal that resolves the incident.
pub const RESOLVE_CALLBACK_ID: &str = "resolve";

/// The longest text in the modal, in characters. Slack sends each text twice (initial and current
/// value), in some scripts with nine bytes per character; the limit keeps the request within 64
/// KiB.
pub const LONGEST_TEXT: usize = 1_200;

/// A request to update an incident. A field that is `None` is unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// The new title as entered.
    pub title: Option<String>,
    /// The new severity.
    pub severity: Option<Severity>,
    /// The new status.
    pub status: Option<Status>,
    /// The new detection method.
    pub detection_method: Option<DetectionMethod>,
    /// The new description of what happened; `Some("")` if it was emptied.
    pub summary: Option<String>,
    /// The new description of why it happened; `Some("")` if it was emptied.
    pub root_cause: Option<String>,
    /// The new Incident Commander.
    pub commander: Option<UserId>,
    /// The end of the ongoing impact as entered, if the new status closes the incident.
    pub impact_end: Option<String>,
}

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
    /// The Incident Commander.
    pub commander: UserId,
    /// The start of the ongoing impact as a local time; `None` if there is none.
    pub impact_since: Option<String>,
}

/// Returns the modal with the initial values and the severities and statuses that the team uses.
/// During an impact, Slack reports a selected status immediately (`dispatch_action`), so that the
/// modal can ask for the end of the impact.
pub fn modal(
    standing: &UpdateDefaults,
    scale: &SeverityScale,
    statuses: &[Status],
) -> SlackModalView {
    let title = format!("Update {}", standing.incident);
    let blocks = blocks(standing, scale, statuses);
    let form = build_modal(CALLBACK_ID, &title, "Save", blocks);
    with_metadata(form, &PrivateMetadata::for_incident(standing.incident))
}

/// Returns the modal that resolves the incident: RESOLVED is selected, and it asks for the end of
/// the ongoing impact.
pub fn resolve_modal(
    standing: &UpdateDefaults,
    scale: &SeverityScale,
    statuses: &[Status],
) -> SlackModalView {
    let title = format!("Resolve {}", standing.incident);
    let resolved = UpdateDefaults {
        status: Status::Resolved,
        ..standing.clone()
    };
    let blocks = blocks(&resolved, scale, statuses);
    let form = build_modal(RESOLVE_CALLBACK_ID, &title, "Resolve", blocks);
    with_metadata(form, &PrivateMetadata::for_incident(standing.incident))
}

fn blocks(
    standing: &UpdateDefaults,
    scale: &SeverityScale,
    statuses: &[Status],
) -> Vec<SlackBlock> {
    let methods = DetectionMethod::ALL.map(|it| (it.label().to_owned(), it.to_string()));
    let statuses = status_options(standing.status, statuses);
    let UpdateDefaults {
        status,
        detection_method,
        commander,
        ..
    } = standing;
    let mut blocks: Vec<SlackBlock> = vec![
        line_input(TITLE, "Title", &standing.title).into(),
        severity_select(SEVERITY, scale, Some(standing.severity)).into(),
        static_select(STATUS, "Status", &statuses, status.as_str())
            .opt_dispatch_action(standing.impact_since.as_ref().map(|_| true))
            .into(),
        static_select(
            METHOD,
            "Detection Method",
            &methods,
            detection_method.as_str(),
        )
        .into(),
        optional_multiline_input(SUMMARY, "What happened", &standing.summary, LONGEST_TEXT),
        optional_multiline_input(
            ROOT_CAUSE,
            "Why it happened",
            &standing.root_cause,
            LONGEST_TEXT,
        ),
        users_select(COMMANDER, "Incident Commander", commander).into(),
    ];
    if let Some(since) = standing.impact_since.as_ref().filter(|_| !status.is_open()) {
        blocks.insert(3, impact_end::field(since).into());
    }
    blocks
}

/// Reads a submission: the changed fields. In the modal that resolves the incident, the status
/// counts as changed in any case.
///
/// # Errors
/// Returns [`FieldErrors`] if the title is invalid or there is no commander.
pub fn read(form: &str, answers: &ViewState) -> Result<Update, FieldErrors> {
    let mut errors = FieldErrors::default();
    let typed = answers.changed_value(TITLE);
    let status = match form {
        RESOLVE_CALLBACK_ID => Some(answers.value(STATUS)),
        _ => answers.changed_value(STATUS),
    };
    let update = Update {
        title: typed.map(|typed| title::read(TITLE, typed, &mut errors)),
        severity: answers
            .changed_value(SEVERITY)
            .and_then(|word| word.parse().ok()),
        status: status.and_then(|word| word.parse().ok()),
        detection_method: answers
            .changed_value(METHOD)
            .and_then(|word| word.parse().ok()),
        summary: answers.changed_value(SUMMARY).map(str::to_owned),
        root_cause: answers.changed_value(ROOT_CAUSE).map(str::to_owned),
        commander: answers.changed_value(COMMANDER).map(UserId::from),
        impact_end: None,
    };
    let is_over = update.status.is_some_and(|status| !status.is_open());
    let ends = Some(answers.value(IMPACT_END)).filter(|said| is_over && !said.is_empty());
    let update = Update {
        impact_end: ends.map(str::to_owned),
        ..update
    };
    if update
        .commander
        .as_ref()
        .is_some_and(|user| user.0.is_empty())
    {
        errors.add(
            COMMANDER,
            "An incident needs a commander. Please choose who leads it.",
        );
    }
    errors.into_result(update)
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
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{
        any_text, block_kit_errors, request_length, submit_unchanged, submit_with, submitted_view,
    };

    fn defaults() -> UpdateDefaults {
        UpdateDefaults {
            incident: IncidentId(7),
            title: "Checkout is slow".to_owned(),
            severity: Severity::Sev2,
            status: Status::Active,
            detection_method: DetectionMethod::Monitor,
            summary: "Carts time out.".to_owned(),
            root_cause: String::new(),
            commander: "U0ALICE0001".into(),
            impact_since: None,
        }
    }

    fn modal_of(standing: &UpdateDefaults) -> SlackModalView {
        super::modal(standing, &SeverityScale::default(), &Status::DEFAULTS)
    }

    fn read(answers: &ViewState) -> Result<Update, FieldErrors> {
        super::read(CALLBACK_ID, answers)
    }

    fn changed(field: &str, value: Value) -> Result<Update, FieldErrors> {
        read(&submit_with(&modal_of(&defaults()), &[(field, value)]))
    }

    /// Asserts that changing one field requests exactly this update.
    fn assert_update(field: &str, value: Value, ask: impl Fn(&mut Update)) {
        let mut update = Update::default();
        ask(&mut update);
        assert_eq!(changed(field, value), Ok(update));
    }

    #[test]
    fn only_changed_fields_are_read() {
        assert_update("title", json!(" It is down "), |it| {
            it.title = Some("It is down".to_owned());
        });
        assert_update("severity", json!("UNKNOWN"), |it| {
            it.severity = Some(Severity::Unknown);
        });
        assert_update("status", json!("stable"), |it| {
            it.status = Some(Status::Stable);
        });
        assert_update("detection_method", json!("other"), |it| {
            it.detection_method = Some(DetectionMethod::Other);
        });
        assert_update("summary", Value::Null, |it| {
            it.summary = Some(String::new());
        });
        assert_update("root_cause", json!("A full disk.\r\nAgain. "), |it| {
            it.root_cause = Some("A full disk.\nAgain.".to_owned());
        });
        assert_update("commander", json!("U0BOB000001"), |it| {
            it.commander = Some("U0BOB000001".into());
        });
    }

    #[test]
    fn resolve_modal_reads_status_and_impact_end() {
        let standing = UpdateDefaults {
            impact_since: Some("2026-11-23 13:50".to_owned()),
            ..defaults()
        };
        let form = resolve_modal(&standing, &SeverityScale::default(), &Status::DEFAULTS);
        assert_eq!(block_kit_errors(&form), Vec::<String>::new());
        let asks = |fields: &[(&str, Value)]| {
            let update = super::read(RESOLVE_CALLBACK_ID, &submit_with(&form, fields)).unwrap();
            (update.status, update.impact_end)
        };
        let (resolved, stable) = (Some(Status::Resolved), Some(Status::Stable));
        assert_eq!(asks(&[]), (resolved, Some("now".to_owned())));
        let earlier = ("impact_end", json!("14:00"));
        assert_eq!(
            asks(std::slice::from_ref(&earlier)),
            (resolved, Some("14:00".to_owned()))
        );
        assert_eq!(asks(&[("impact_end", Value::Null)]), (resolved, None));
        assert_eq!(
            asks(&[("status", json!("stable")), earlier]),
            (stable, None)
        );
    }

    #[test]
    fn title_and_commander_are_required() {
        let trouble = |field| changed(field, Value::Null).unwrap_err().to_string();
        assert_eq!(trouble("title"), "An incident needs a title.");
        assert_eq!(
            trouble("commander"),
            "An incident needs a commander. Please choose who leads it."
        );
    }

    #[test]
    fn unused_status_is_offered_only_when_it_is_current() {
        let words = |status| {
            let offered = status_options(status, &Status::DEFAULTS);
            offered
                .into_iter()
                .map(|(shown, _)| shown)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(Status::Active), ["ACTIVE", "STABLE", "RESOLVED"]);
        let all = ["ACTIVE", "STABLE", "RESOLVED", "COMPLETED"];
        assert_eq!(words(Status::Completed), all);
    }

    #[test]
    fn oversized_text_is_left_out_and_not_truncated() {
        let summary = "x".repeat(LONGEST_TEXT + 1);
        let form = modal_of(&UpdateDefaults {
            summary,
            ..defaults()
        });
        assert_eq!(block_kit_errors(&form), Vec::<String>::new());
        assert_eq!(read(&submit_unchanged(&form)), Ok(Update::default()));
        let view = submitted_view(&form, &[]).to_string();
        assert!(view.contains("What happened: this text is 1201 characters long"));
    }

    #[test]
    fn longest_texts_fit_slacks_request_limit() {
        for sign in ["障", "ä", "🔥", "\\"] {
            let text = sign.repeat(LONGEST_TEXT / sign.encode_utf16().count());
            let standing = UpdateDefaults {
                title: sign.repeat(255),
                summary: text.clone(),
                root_cause: text,
                impact_since: Some("2026-11-23 13:50".to_owned()),
                ..defaults()
            };
            let form = resolve_modal(&standing, &SeverityScale::default(), &Status::DEFAULTS);
            let carried = PrivateMetadata {
                response_url: Some("https://hooks.slack.com/commands/T0/1/".repeat(4)),
                ..PrivateMetadata::for_incident(IncidentId(i64::MAX))
            };
            let form = with_metadata(form, &carried);
            let brought = request_length(&form);
            assert!(brought < 64 * 1024, "{sign}: {brought}");
        }
    }

    #[test]
    fn modal_contains_the_incident_in_its_metadata() {
        let metadata = modal_of(&defaults()).private_metadata.unwrap();
        assert_eq!(
            PrivateMetadata::parse(&metadata),
            PrivateMetadata::for_incident(IncidentId(7))
        );
    }

    fn any_defaults() -> impl Strategy<Value = UpdateDefaults> {
        let words = (
            select(&Severity::ALL[..]),
            select(&Status::ALL[..]),
            select(&DetectionMethod::ALL[..]),
        );
        let texts = (any_text(), any_text(), any_text());
        let since = prop::option::of(".{0,20}");
        (0..i64::MAX, words, texts, since).prop_map(|(number, words, texts, since)| {
            UpdateDefaults {
                impact_since: since,
                incident: IncidentId(number),
                severity: words.0,
                status: words.1,
                detection_method: words.2,
                title: texts.2,
                summary: texts.0,
                root_cause: texts.1,
                ..defaults()
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn unchanged_modal_changes_nothing(standing in any_defaults()) {
            prop_assert_eq!(read(&submit_unchanged(&modal_of(&standing))), Ok(Update::default()));
        }

        #[test]
        fn modal_is_within_block_kit_limits(standing in any_defaults()) {
            prop_assert_eq!(block_kit_errors(&modal_of(&standing)), Vec::<String>::new());
        }
    }
}
