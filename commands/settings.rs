//! `/datadog settings`: how the team works, for workspace admins. The rest of the settings is changed in a
//! terminal: `muster settings`.

use serde_json::{Map, Value, json};
use slack_morphism::prelude::*;

use crate::form::{Answers, FieldErrors, choice, hint, line, modal, optional, text};
use crate::{Severity, limits};

/// The words that ask for this form.
pub const WORDS: &[&str] = &["settings", "setting"];

/// The name of this form: Slack hands it back when the form is submitted.
pub const FORM: &str = "settings";

/// How the team works: what the form is filled in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The levels that are used, the worst first.
    pub levels: Vec<Severity>,
    /// Whether `UNKNOWN` can be chosen.
    pub unknown: Use,
    /// What the levels are called.
    pub labels: Vec<(Severity, String)>,
    /// Whether there is `COMPLETED`.
    pub completed: Use,
    /// The template of channel names.
    pub channel_name: String,
    /// After how many minutes without an update the channel is reminded.
    pub reminders: Vec<(Severity, u32)>,
    /// How many days after resolution the channel is archived; 0: never.
    pub archive_after_days: u32,
    /// Whether guests may declare.
    pub guests: Use,
}

/// Whether the team uses something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It does.
    Yes,
    /// It does not.
    No,
}

impl From<bool> for Use {
    fn from(used: bool) -> Self {
        if used { Self::Yes } else { Self::No }
    }
}

/// Gives the form, filled in with how the team works.
pub fn form(standing: &Standing) -> SlackModalView {
    let levels = scales(&standing.levels);
    let present = words_of(&standing.levels);
    let labels: Vec<_> = standing
        .labels
        .iter()
        .map(|(severity, label)| format!("{severity}: {label}"))
        .collect();
    let reminders: Vec<_> = standing
        .reminders
        .iter()
        .map(|(severity, minutes)| format!("{severity}: {minutes}"))
        .collect();
    let fields = [
        choice(LEVELS, "Severity levels", &levels, &present),
        yes_or_no(UNKNOWN, "UNKNOWN can be chosen", standing.unknown),
        optional(hint(
            text(
                LABELS,
                "What the levels are called",
                &labels.join("\n"),
                limits::INPUT,
            ),
            "One level a line, such as SEV-2: High.",
        )),
        yes_or_no(
            COMPLETED,
            "COMPLETED comes after RESOLVED",
            standing.completed,
        ),
        hint(
            line(CHANNEL_NAME, "Channel names", &standing.channel_name),
            "Filled in: {{public_id}}, {{title}}, {{slug}}, {{created}}, {{yyyy}}, {{mm}}, {{dd}}, \
             {{severity}}, {{severity_number}}.",
        ),
        optional(hint(
            text(REMINDERS, "Reminders", &reminders.join("\n"), limits::INPUT),
            "After how many minutes without an update an active incident's channel is reminded. One \
             level a line, such as SEV-1: 30.",
        )),
        hint(
            line(
                ARCHIVE,
                "Archive after",
                &standing.archive_after_days.to_string(),
            ),
            "How many days after resolution an incident's channel is archived, unless somebody wrote in \
             it during the last day. 0 is never.",
        ),
        yes_or_no(GUESTS, "Guests may declare incidents", standing.guests),
    ];
    let blocks = fields.into_iter().map(SlackBlock::from).collect();
    modal(FORM, "Settings", "Save", blocks)
}

/// Gives what the person changed, by the keys of the settings; or what to show them under which field.
/// Whether it can be is for the settings themselves to say.
///
/// # Errors
/// What cannot be read.
pub fn read(answers: &Answers) -> Result<Vec<(String, Value)>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut changed = Vec::new();
    let mut change = |key: &str, value: Value| changed.push((key.to_owned(), value));
    if let Some(chosen) = answers.changed(LEVELS) {
        change(LEVELS, json!(chosen.split(' ').collect::<Vec<_>>()));
    }
    for field in [UNKNOWN, COMPLETED] {
        if let Some(chosen) = answers.changed(field) {
            change(field, json!(chosen == YES));
        }
    }
    if let Some(typed) = answers.changed(LABELS) {
        change(
            LABELS,
            by_level(LABELS, typed, &mut errors, |said| Some(json!(said))),
        );
    }
    if let Some(typed) = answers.changed(CHANNEL_NAME) {
        change(CHANNEL_NAME, json!(typed));
    }
    if let Some(typed) = answers.changed(REMINDERS) {
        let minutes = |said: &str| said.parse::<u32>().ok().map(|it| json!(it));
        change(REMINDERS, by_level(REMINDERS, typed, &mut errors, minutes));
    }
    if let Some(typed) = answers.changed(ARCHIVE) {
        match typed.parse::<u32>() {
            Ok(days) => change(ARCHIVE, json!(days)),
            Err(_) => errors.add(
                ARCHIVE,
                "Please write a number of days, such as 7; 0 is never.",
            ),
        }
    }
    if let Some(chosen) = answers.changed(GUESTS) {
        let who = if chosen == YES {
            "everybody"
        } else {
            "no_guests"
        };
        change(GUESTS, json!(who));
    }
    errors.or(changed)
}

// The fields are named as the settings are, so that what is wrong with one finds its field.
const LEVELS: &str = "severity_levels";
const UNKNOWN: &str = "severity_unknown";
const LABELS: &str = "severity_labels";
const COMPLETED: &str = "status_completed";
const CHANNEL_NAME: &str = "channel_name";
const REMINDERS: &str = "reminder_minutes";
const ARCHIVE: &str = "archive_after_days";
const GUESTS: &str = "who_declares";

const YES: &str = "yes";
const NO: &str = "no";

fn yes_or_no(name: &str, label: &str, present: Use) -> SlackInputBlock {
    let options =
        [("Yes", YES), ("No", NO)].map(|(text, value)| (text.to_owned(), value.to_owned()));
    let chosen = match present {
        Use::Yes => YES,
        Use::No => NO,
    };
    choice(name, label, &options, chosen)
}

/// Gives every scale that there can be: one to ten levels in a row, from `SEV-0` or `SEV-1` on.
fn scales(present: &[Severity]) -> Vec<(String, String)> {
    let known = &Severity::ALL[..11];
    let mut scales: Vec<&[Severity]> = Vec::new();
    for first in [1, 0] {
        scales.extend((1..=10).map(|count| &known[first..first + count]));
    }
    if !scales.contains(&present) {
        scales.push(present);
    }
    let shown = |scale: &[Severity]| match scale {
        [only] => only.to_string(),
        [first, .., last] => format!("{first} to {last}"),
        [] => "none".to_owned(),
    };
    scales
        .into_iter()
        .map(|scale| (shown(scale), words_of(scale)))
        .collect()
}

fn words_of(levels: &[Severity]) -> String {
    let words: Vec<_> = levels.iter().map(|it| it.as_str()).collect();
    words.join(" ")
}

/// Reads a line for each level: its word, a colon, and what is said of it.
fn by_level(
    field: &str,
    typed: &str,
    errors: &mut FieldErrors,
    read: impl Fn(&str) -> Option<Value>,
) -> Value {
    let mut said = Map::new();
    for (at, line) in typed
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let read = line.split_once(':').and_then(|(level, rest)| {
            let severity: Severity = level.parse().ok()?;
            Some((severity.to_string(), read(rest.trim())?))
        });
        match read {
            Some((level, _)) if said.contains_key(&level) => {
                errors.add(field, format!("Line {} names {level} again.", at + 1));
            }
            Some((level, value)) => {
                said.insert(level, value);
            }
            None => {
                let example = if field == REMINDERS {
                    "SEV-1: 30"
                } else {
                    "SEV-2: High"
                };
                let what = format!("Line {} cannot be read. Write it as {example}.", at + 1);
                errors.add(field, what);
            }
        }
    }
    Value::Object(said)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::as_slack::{any_text, complaints, filled, untouched};

    fn standing() -> Standing {
        Standing {
            levels: Severity::ALL[1..6].to_vec(),
            unknown: Use::Yes,
            labels: vec![(Severity::Sev1, "Critical".to_owned())],
            completed: Use::No,
            channel_name: "incident-{{public_id}}".to_owned(),
            reminders: vec![(Severity::Sev1, 30)],
            archive_after_days: 0,
            guests: Use::Yes,
        }
    }

    fn changed(field: &str, value: Value) -> Result<Vec<(String, Value)>, FieldErrors> {
        read(&filled(&form(&standing()), &[(field, value)]))
    }

    #[test]
    fn only_what_was_changed_is_asked_for() {
        let asks = [
            (LEVELS, json!("SEV-0 SEV-1"), json!(["SEV-0", "SEV-1"])),
            (UNKNOWN, json!("no"), json!(false)),
            (COMPLETED, json!("yes"), json!(true)),
            (
                LABELS,
                json!("sev 1: Bad: very\n\nSEV-2:Meh"),
                json!({ "SEV-1": "Bad: very", "SEV-2": "Meh" }),
            ),
            (LABELS, Value::Null, json!({})),
            (
                CHANNEL_NAME,
                json!("inc-{{public_id}}"),
                json!("inc-{{public_id}}"),
            ),
            (
                REMINDERS,
                json!("SEV-1: 15\nSEV-3: 60"),
                json!({ "SEV-1": 15, "SEV-3": 60 }),
            ),
            (ARCHIVE, json!("7"), json!(7)),
            (GUESTS, json!("no"), json!("no_guests")),
        ];
        for (field, given, asked) in asks {
            assert_eq!(changed(field, given), Ok(vec![(field.to_owned(), asked)]));
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_under_its_field() {
        let trouble = |field, given: &str| changed(field, json!(given)).unwrap_err().to_string();
        assert_eq!(
            trouble(LABELS, "SEV-1: Bad\nawful"),
            "Line 2 cannot be read. Write it as SEV-2: High."
        );
        assert_eq!(
            trouble(REMINDERS, "SEV-1: soon"),
            "Line 1 cannot be read. Write it as SEV-1: 30."
        );
        assert_eq!(
            trouble(REMINDERS, "1: 3\nSEV-1: 4"),
            "Line 2 names SEV-1 again."
        );
        assert_eq!(
            trouble(ARCHIVE, "a week"),
            "Please write a number of days, such as 7; 0 is never."
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_form_submitted_untouched_changes_nothing_and_keeps_slacks_limits(
            label in "\\PC{0,40}",
            channel_name in any_text(),
            archive_after_days in any::<u32>(),
            count in 1_usize..=11,
        ) {
            let standing = Standing {
                levels: Severity::ALL[..count].to_vec(),
                labels: Severity::ALL.map(|it| (it, label.clone())).to_vec(),
                reminders: Severity::ALL.map(|it| (it, u32::MAX)).to_vec(),
                channel_name,
                archive_after_days,
                ..standing()
            };
            let form = form(&standing);
            prop_assert_eq!(complaints(&form), Vec::<String>::new());
            prop_assert_eq!(read(&untouched(&form)), Ok(Vec::new()));
        }

        #[test]
        fn any_lines_are_read_without_trouble(typed in "(.|\n)*") {
            let _ = changed(LABELS, json!(typed));
            let _ = changed(REMINDERS, json!(typed));
        }
    }
}
