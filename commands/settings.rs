//! `/datadog settings`: how the team works, for workspace admins. A terminal changes the same: `muster settings`.

use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::form::{
    Answers, FieldErrors, choice, hint, modal, optional, short_line, text, ticks, written,
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
            (LABELS, "What the levels are called", LONGEST_LABELS),
            standing.labels.iter().map(level_line),
            "One level a line, such as SEV-2: High.",
        ),
        lines(
            (
                DESCRIPTIONS,
                "When to choose which level",
                LONGEST_DESCRIPTIONS,
            ),
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
            (ROLES, "Roles", LONGEST_ROLES),
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
        channel_name(&standing.channel_name),
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
            (REMINDERS, "Reminders", LONGEST_REMINDERS),
            standing.reminders.iter().map(level_line),
            "After how many minutes without an update an active incident's channel is reminded. One \
             level a line, such as SEV-1: 30.",
        ),
        hint(
            short_line(
                UNKNOWN_AFTER,
                "Ask for an unknown severity after",
                &standing.unknown_after.to_string(),
                LONGEST_NUMBER,
            ),
            "After how many minutes the channel is reminded that the severity is UNKNOWN. 0 is never.",
        )
        .into(),
        hint(
            short_line(
                ARCHIVE,
                "Archive after",
                &standing.archive_after_days.to_string(),
                LONGEST_NUMBER,
            ),
            "How many days after resolution an incident's channel is archived, unless somebody wrote in \
             it during the last day. 0 is never.",
        )
        .into(),
        yes_or_no(GUESTS, "Guests may declare incidents", standing.guests).into(),
    ]
}

/// Gives the field of the template of channel names, if it can hold it.
fn channel_name(template: &str) -> SlackBlock {
    let label = "Channel names";
    if limits::length(template.trim()) > LONGEST_CHANNEL_NAME {
        return written(CHANNEL_NAME, label, template, LONGEST_CHANNEL_NAME);
    }
    hint(
        short_line(CHANNEL_NAME, label, template, LONGEST_CHANNEL_NAME),
        "Filled in: {{public_id}}, {{title}}, {{slug}}, {{created}}, {{yyyy}}, {{mm}}, {{dd}}, \
         {{severity}}, {{severity_number}}.",
    )
    .into()
}

/// Gives a field of one line for each of several; what no field can hold is left out of the form.
fn lines(
    (name, label, longest): (&str, &str, usize),
    lines: impl Iterator<Item = String>,
    says: &str,
) -> SlackBlock {
    let filled_in = lines.collect::<Vec<_>>().join("\n");
    if limits::length(filled_in.trim()) > longest {
        return written(name, label, &filled_in, longest);
    }
    optional(hint(text(name, label, &filled_in, longest), says)).into()
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

// How long the texts may be that the form takes; longer ones stay as they are, and a terminal changes them.
// Slack sends each twice, as it was and as it is, and in some scripts in nine bytes a character: so the whole
// still fits the 64 KiB that a request may have.
const LONGEST_LABELS: usize = 480;
const LONGEST_DESCRIPTIONS: usize = 880;
const LONGEST_ROLES: usize = 900;
const LONGEST_CHANNEL_NAME: usize = 120;
const LONGEST_REMINDERS: usize = 180;
const LONGEST_NUMBER: usize = 10;

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
mod tests;
