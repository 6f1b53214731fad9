//! `/datadog settings`: how the team works, for workspace admins. A terminal changes the same: `muster settings`.

use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::form::{
    Answers, FieldErrors, choice, hint, line, modal, optional, text, ticks, written,
};
use crate::scale::{scales, words_of};
pub use crate::setting_lines::RoleLine;
use crate::setting_lines::{by_level, level_line, role_line, roles_of};
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
    /// When to choose which level.
    pub descriptions: Vec<(Severity, String)>,
    /// Whether there is `COMPLETED`.
    pub completed: Use,
    /// The roles beside the commander and the responders.
    pub roles: Vec<RoleLine>,
    /// The template of channel names.
    pub channel_name: String,
    /// What the global channel hears of, by the words of the setting.
    pub announced: Vec<String>,
    /// After how many minutes without an update the channel is reminded.
    pub reminders: Vec<(Severity, u32)>,
    /// After how many minutes the channel is reminded that the severity is unknown; 0: never.
    pub unknown_after: u32,
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
    let mut blocks: Vec<SlackBlock> = vec![
        choice(LEVELS, "Severity levels", &levels, &present).into(),
        yes_or_no(UNKNOWN, "UNKNOWN can be chosen", standing.unknown).into(),
        lines(
            (LABELS, "What the levels are called"),
            standing.labels.iter().map(level_line),
            "One level a line, such as SEV-2: High.",
        ),
        lines(
            (DESCRIPTIONS, "When to choose which level"),
            standing.descriptions.iter().map(level_line),
            "Shown below the choice. One level a line, such as SEV-2: Many customers are hurt.",
        ),
        yes_or_no(
            COMPLETED,
            "COMPLETED comes after RESOLVED",
            standing.completed,
        )
        .into(),
        lines(
            (ROLES, "Roles"),
            standing.roles.iter().map(role_line),
            "Beside Incident Commander and Responder. One role a line, for one person or for several, \
             with what whoever is given it is told: Scribe (one): Writes down what happens.",
        ),
    ];
    blocks.extend(about_channels(standing));
    modal(FORM, "Settings", "Save", blocks)
}

/// Gives the fields about who hears what, and when.
fn about_channels(standing: &Standing) -> [SlackBlock; 6] {
    [
        hint(
            line(CHANNEL_NAME, "Channel names", &standing.channel_name),
            "Filled in: {{public_id}}, {{title}}, {{slug}}, {{created}}, {{yyyy}}, {{mm}}, {{dd}}, \
             {{severity}}, {{severity_number}}.",
        )
        .into(),
        optional(hint(
            ticks(
                ANNOUNCED,
                "What the global channel hears of",
                &ANNOUNCEMENTS,
                &standing.announced,
            ),
            "Told under the card, which shows how things stand in any case.",
        ))
        .into(),
        lines(
            (REMINDERS, "Reminders"),
            standing.reminders.iter().map(level_line),
            "After how many minutes without an update an active incident's channel is reminded. One \
             level a line, such as SEV-1: 30.",
        ),
        hint(
            line(
                UNKNOWN_AFTER,
                "Ask for an unknown severity after",
                &standing.unknown_after.to_string(),
            ),
            "After how many minutes the channel is reminded that the severity is UNKNOWN. 0 is never.",
        )
        .into(),
        hint(
            line(
                ARCHIVE,
                "Archive after",
                &standing.archive_after_days.to_string(),
            ),
            "How many days after resolution an incident's channel is archived, unless somebody wrote in \
             it during the last day. 0 is never.",
        )
        .into(),
        yes_or_no(GUESTS, "Guests may declare incidents", standing.guests).into(),
    ]
}

/// Gives a field of one line for each of several; what no field can hold is left out of the form.
fn lines(
    (name, label): (&str, &str),
    lines: impl Iterator<Item = String>,
    says: &str,
) -> SlackBlock {
    let filled_in = lines.collect::<Vec<_>>().join("\n");
    if limits::length(filled_in.trim()) > limits::INPUT {
        return written(name, label, &filled_in, limits::INPUT);
    }
    optional(hint(text(name, label, &filled_in, limits::INPUT), says)).into()
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
    for field in [LABELS, DESCRIPTIONS] {
        if let Some(typed) = answers.changed(field) {
            let said = by_level((field, "SEV-2: High"), typed, &mut errors, |said| {
                Some(json!(said))
            });
            change(field, said);
        }
    }
    if let Some(typed) = answers.changed(ROLES) {
        change(ROLES, roles_of(ROLES, typed, &mut errors));
    }
    if let Some(typed) = answers.changed(CHANNEL_NAME) {
        change(CHANNEL_NAME, json!(typed));
    }
    if answers.changed(ANNOUNCED).is_some() {
        change(ANNOUNCED, json!(answers.all_given(ANNOUNCED)));
    }
    if let Some(typed) = answers.changed(REMINDERS) {
        let minutes = |said: &str| said.parse::<u32>().ok().map(|it| json!(it));
        let said = by_level((REMINDERS, "SEV-1: 30"), typed, &mut errors, minutes);
        change(REMINDERS, said);
    }
    for (field, what) in [
        (UNKNOWN_AFTER, "minutes, such as 60"),
        (ARCHIVE, "days, such as 7"),
    ] {
        match answers.changed(field).map(str::parse::<u32>) {
            Some(Ok(number)) => change(field, json!(number)),
            Some(Err(_)) => errors.add(
                field,
                format!("Please write a number of {what}; 0 is never."),
            ),
            None => {}
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
const DESCRIPTIONS: &str = "severity_descriptions";
const COMPLETED: &str = "status_completed";
const ROLES: &str = "roles";
const CHANNEL_NAME: &str = "channel_name";
const ANNOUNCED: &str = "announced";
const REMINDERS: &str = "reminder_minutes";
const UNKNOWN_AFTER: &str = "reminder_minutes_unknown";
const ARCHIVE: &str = "archive_after_days";
const GUESTS: &str = "who_declares";

/// What the global channel may hear of: as people read it, and the setting's word.
const ANNOUNCEMENTS: [(&str, &str); 5] = [
    ("That an incident was declared", "declared"),
    ("Another title", "title"),
    ("Another severity", "severity"),
    ("Another status", "status"),
    ("Another commander", "commander"),
];

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::as_slack::{any_text, complaints, filled, untouched};

    fn scribe() -> RoleLine {
        RoleLine {
            name: "Scribe".to_owned(),
            people: "one",
            description: "Writes: all of it.".to_owned(),
        }
    }

    fn standing() -> Standing {
        Standing {
            levels: Severity::ALL[1..6].to_vec(),
            unknown: Use::Yes,
            labels: vec![(Severity::Sev1, "Critical".to_owned())],
            descriptions: vec![(Severity::Sev1, "All is lost.".to_owned())],
            completed: Use::No,
            roles: vec![scribe()],
            channel_name: "incident-{{public_id}}".to_owned(),
            announced: vec!["declared".to_owned()],
            reminders: vec![(Severity::Sev1, 30)],
            unknown_after: 60,
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
            (DESCRIPTIONS, json!("2: Bad"), json!({ "SEV-2": "Bad" })),
            (
                ROLES,
                json!("Scribe (one): Writes: all of it.\n Fixer (Several)"),
                json!([
                    { "name": "Scribe", "people": "one", "description": "Writes: all of it." },
                    { "name": "Fixer", "people": "several", "description": "" },
                ]),
            ),
            (
                ANNOUNCED,
                json!(["title", "status"]),
                json!(["title", "status"]),
            ),
            (ANNOUNCED, json!([]), json!([])),
            (UNKNOWN_AFTER, json!("0"), json!(0)),
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
            trouble(ROLES, "Scribe (one)\nFixer"),
            "Line 2 cannot be read. Write it as Scribe (one): Writes down what happens."
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
                descriptions: Severity::ALL.map(|it| (it, label.clone())).to_vec(),
                roles: vec![RoleLine { description: label.repeat(count * 10), ..scribe() }; count],
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
            let _ = changed(ROLES, json!(typed));
        }
    }
}
