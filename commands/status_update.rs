//! **Post update**: the modal of a status update. `/datadog incident update <text>` posts it at once.

use muster_domain::{IncidentId, NextUpdate, Status};
use slack_morphism::prelude::*;

use crate::modal::{
    FieldErrors, PrivateMetadata, ViewState, build_modal, context_block, multiline_input,
    static_select, with_metadata,
};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "status_update";

/// The longest text in the modal, in characters; a command may be longer. Slack sends the text
/// twice (initial and current value), in some scripts with nine bytes per character; the limit
/// keeps the request within 64 KiB.
pub(crate) const LONGEST_TEXT: usize = 2_400;

/// The error for an update without a text.
pub const NEEDS_TEXT: &str = "What's the latest? E.g. “Rolled back, error rate is dropping.”";

/// The error for a time until the next update that is too short or too long.
pub const INVALID_NEXT_UPDATE: &str = "The next update must be due in 1 minute to 7 days.";

const TEXT: &str = "update";
const NEXT_UPDATE: &str = "next_update";

/// The value of the option **No next update**.
const NEVER: &str = "none";

/// The offered times until the next update, in minutes.
const OFFERED_MINUTES: [i64; 6] = [15, 30, 60, 120, 240, 24 * 60];

/// The initial values of the modal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusUpdateDefaults {
    /// The incident.
    pub incident: IncidentId,
    /// Its status.
    pub status: Status,
    /// The minutes until the next update by the settings; `None` if none is due.
    pub interval: Option<i64>,
}

/// The values of a submitted modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusUpdateArgs {
    /// The text.
    pub text: String,
    /// When the next update is due.
    pub next_update: NextUpdate,
}

/// Returns the modal. Without an open incident, no next update is due.
pub fn modal(initial: &StatusUpdateDefaults) -> SlackModalView {
    let text = multiline_input(TEXT, "What's the latest?", "", LONGEST_TEXT);
    let next_update = match initial.status {
        Status::Active | Status::Stable => next_update_select(initial.interval).into(),
        Status::Resolved | Status::Completed => context_block(&no_next_update(initial.status)),
    };
    let title = format!("Update on {}", initial.incident);
    let view = build_modal(CALLBACK_ID, &title, "Post", vec![text.into(), next_update]);
    with_metadata(view, &PrivateMetadata::for_incident(initial.incident))
}

/// Returns why no next update is due.
pub fn no_next_update(status: Status) -> String {
    format!(
        "The incident is {}, so no next update is due.",
        status.label()
    )
}

fn next_update_select(default: Option<i64>) -> SlackInputBlock {
    let (options, selected) = next_update_options(default);
    static_select(NEXT_UPDATE, "Next update in", &options, &selected)
}

/// Returns the offered times until the next update, each with its label and its value, and the selected
/// value.
pub fn next_update_options(default: Option<i64>) -> (Vec<(String, String)>, String) {
    let mut minutes = OFFERED_MINUTES.to_vec();
    minutes.extend(default.filter(|it| !OFFERED_MINUTES.contains(it)));
    minutes.sort_unstable();
    let mut options: Vec<(String, String)> = minutes
        .into_iter()
        .map(|it| (duration_label(it), it.to_string()))
        .collect();
    options.push(("No next update".to_owned(), NEVER.to_owned()));
    let selected = default.map_or(NEVER.to_owned(), |it| it.to_string());
    (options, selected)
}

/// Parses a time until the next update; `None` if it is too short or too long. It is empty for a resolved
/// incident.
pub fn parse_next_update(value: &str) -> Option<NextUpdate> {
    match value {
        "" => Some(NextUpdate::Default),
        NEVER => Some(NextUpdate::Never),
        minutes => minutes.parse().ok().and_then(NextUpdate::after_minutes),
    }
}

fn duration_label(minutes: i64) -> String {
    let count = |count: i64, unit: &str| match count {
        1 => format!("1 {unit}"),
        count => format!("{count} {unit}s"),
    };
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => count(hours, "hour"),
        (hours, minutes) => format!("{} {minutes} min", count(hours, "hour")),
    }
}

/// Reads a submission. The modal showed when the next update is due, so that time is promised even if
/// the user did not choose it.
///
/// # Errors
/// Returns [`FieldErrors`] if the text is empty or the time is too short or too long.
pub fn read(view: &ViewState) -> Result<StatusUpdateArgs, FieldErrors> {
    let mut errors = FieldErrors::default();
    let text = view.value(TEXT);
    if text.is_empty() {
        errors.add(TEXT, NEEDS_TEXT);
    }
    let next_update = parse_next_update(view.value(NEXT_UPDATE));
    if next_update.is_none() {
        errors.add(NEXT_UPDATE, INVALID_NEXT_UPDATE);
    }
    errors.into_result(StatusUpdateArgs {
        text: text.to_owned(),
        next_update: next_update.unwrap_or(NextUpdate::Default),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{any_text, block_kit_errors, submit_with};

    fn defaults(status: Status, interval: Option<i64>) -> StatusUpdateDefaults {
        StatusUpdateDefaults {
            incident: IncidentId(7),
            status,
            interval,
        }
    }

    fn choice(minutes: &str) -> Value {
        json!({ "text": { "type": "plain_text", "text": "…" }, "value": minutes })
    }

    #[test]
    fn displayed_or_chosen_time_is_promised() {
        let form = modal(&defaults(Status::Active, Some(45)));
        let read = |fields: &[(&str, Value)]| {
            let fields = [&[(TEXT, json!("Rolled back."))], fields].concat();
            read(&submit_with(&form, &fields)).map(|args| args.next_update)
        };
        let after = |minutes| Ok(NextUpdate::after_minutes(minutes).unwrap());
        assert_eq!(read(&[]), after(45));
        assert_eq!(read(&[(NEXT_UPDATE, choice("60"))]), after(60));
        assert_eq!(read(&[(NEXT_UPDATE, choice(NEVER))]), Ok(NextUpdate::Never));
        for invalid in ["-5", "0", "30240", "soon", "99999999999999999999"] {
            let error = read(&[(NEXT_UPDATE, choice(invalid))]).unwrap_err();
            assert_eq!(error.to_string(), INVALID_NEXT_UPDATE, "{invalid}");
        }
    }

    #[test]
    fn empty_update_is_rejected() {
        let form = modal(&defaults(Status::Resolved, None));
        let error = read(&submit_with(&form, &[])).unwrap_err();
        assert_eq!(error.to_string(), NEEDS_TEXT);
    }

    #[test]
    fn durations_are_labelled_in_hours_and_minutes() {
        let labels = [15, 45, 60, 90, 120, 1440].map(duration_label);
        let expected = [
            "15 min",
            "45 min",
            "1 hour",
            "1 hour 30 min",
            "2 hours",
            "24 hours",
        ];
        assert_eq!(labels, expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn modal_is_within_slacks_limits_and_its_text_is_read(
            status in prop::sample::select(&Status::ALL[..]),
            interval in prop::option::of(1_i64..20_000),
            text in any_text(),
        ) {
            let form = modal(&defaults(status, interval));
            prop_assert_eq!(block_kit_errors(&form), Vec::<String>::new());
            let args = read(&submit_with(&form, &[(TEXT, json!(text))]));
            let promised = interval.and_then(NextUpdate::after_minutes);
            match (text.trim(), status.is_open()) {
                ("", _) => prop_assert!(args.is_err()),
                (_, false) => prop_assert_eq!(args.unwrap().next_update, NextUpdate::Default),
                (_, true) if interval.is_none() => {
                    prop_assert_eq!(args.unwrap().next_update, NextUpdate::Never);
                }
                (_, true) => prop_assert_eq!(args.ok().map(|it| it.next_update), promised),
            }
        }
    }
}
