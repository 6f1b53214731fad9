//! `/datadog settings`: shows and changes the team settings, for workspace admins. `muster
//! settings` does the same in a terminal.

use muster_domain::Severity;
use muster_domain::text::length;
use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::modal::severity_fields::{scale_options, scale_value};
use crate::modal::{
    FieldErrors, ViewState, build_modal, checkboxes, multiline_input, optional,
    optional_multiline_input, short_line_input, static_select, with_hint,
};
pub use crate::settings_text::RoleText;
use crate::settings_text::{level_text, parse_levels, parse_roles, role_text};
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup, Prefix};

pub(crate) const COMMAND: Command = Command {
    name: "settings",
    words: &["settings", "setting"],
    usage: "settings",
    summary: "Changes how your team works: severities, channel names, reminders and more. \
        For workspace admins.",
    group: HelpGroup::Admin,
    short_usage: "settings",
    typos: &["settings"],
    parse: |text| match text.prefix {
        Prefix::None => Some(ParsedCommand::Settings),
        Prefix::Incident => text.when_alone(ParsedCommand::Settings),
    },
};

/// The `callback_id` of the modal.
pub const CALLBACK_ID: &str = "settings";

/// The initial values of the settings modal: the current settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsDefaults {
    /// The severity levels in use, the worst first.
    pub levels: Vec<Severity>,
    /// Whether `UNKNOWN` can be selected.
    pub has_unknown: bool,
    /// The labels of the levels.
    pub labels: Vec<(Severity, String)>,
    /// The descriptions of the levels.
    pub descriptions: Vec<(Severity, String)>,
    /// Whether `COMPLETED` can be selected.
    pub has_completed: bool,
    /// The roles besides Incident Commander and Responder.
    pub roles: Vec<RoleText>,
    /// The template of channel names.
    pub channel_name: String,
    /// The events that are announced, by their names in the setting.
    pub announced: Vec<String>,
    /// The number of minutes without an update after which a reminder is posted, by severity.
    pub reminder_minutes: Vec<(Severity, u32)>,
    /// The number of minutes after which a reminder about an unknown severity is posted; 0 for
    /// never.
    pub unknown_reminder_minutes: u32,
    /// The number of days after resolution after which the channel is archived; 0 for never.
    pub archive_after_days: u32,
    /// Whether guests may declare incidents.
    pub may_guests_declare: bool,
}

/// Returns the modal with the current settings.
pub fn modal(defaults: &SettingsDefaults) -> SlackModalView {
    let mut blocks: Vec<SlackBlock> = severity_blocks(defaults).into();
    blocks.push(
        yes_no_select(
            COMPLETED,
            "COMPLETED comes after RESOLVED",
            defaults.has_completed.then_some(YES),
        )
        .into(),
    );
    blocks.push(lines_block(
        ROLES,
        "Roles",
        LONGEST_ROLES,
        defaults.roles.iter().map(role_text),
        "Beside Incident Commander and Responder. One role a line, for one person or for several, \
         with what whoever is given it is told: Scribe (one): Writes down what happens.",
    ));
    blocks.extend(channel_blocks(defaults));
    build_modal(CALLBACK_ID, "Settings", "Save", blocks)
}

/// Returns the fields of the severity scale.
fn severity_blocks(defaults: &SettingsDefaults) -> [SlackBlock; 4] {
    let levels = scale_options(&defaults.levels);
    let selected = scale_value(&defaults.levels);
    [
        static_select(LEVELS, "Severity levels", &levels, &selected).into(),
        yes_no_select(
            UNKNOWN,
            "UNKNOWN can be chosen",
            defaults.has_unknown.then_some(YES),
        )
        .into(),
        lines_block(
            LABELS,
            "What the levels are called",
            LONGEST_LABELS,
            defaults.labels.iter().map(level_text),
            "One level a line, such as SEV-2: High.",
        ),
        lines_block(
            DESCRIPTIONS,
            "When to choose which level",
            LONGEST_DESCRIPTIONS,
            defaults.descriptions.iter().map(level_text),
            "Shown below the choice. One level a line, such as SEV-2: Many customers are hurt.",
        ),
    ]
}

/// Returns the fields of announcements, reminders, archiving and guests.
fn channel_blocks(defaults: &SettingsDefaults) -> [SlackBlock; 6] {
    [
        channel_name_block(&defaults.channel_name),
        optional(with_hint(
            checkboxes(
                ANNOUNCED,
                "What the global channel hears of",
                &ANNOUNCED_EVENTS,
                &defaults.announced,
            ),
            "Told under the card, which shows how things stand in any case.",
        ))
        .into(),
        lines_block(
            REMINDER_MINUTES,
            "Reminders",
            LONGEST_REMINDERS,
            defaults.reminder_minutes.iter().map(level_text),
            "After how many minutes without an update an active incident's channel is reminded. One \
             level a line, such as SEV-1: 30.",
        ),
        number_block(
            UNKNOWN_REMINDER_MINUTES,
            "Ask for an unknown severity after",
            defaults.unknown_reminder_minutes,
            "After how many minutes the channel is reminded that the severity is UNKNOWN. 0 is never.",
        ),
        number_block(
            ARCHIVE,
            "Archive after",
            defaults.archive_after_days,
            "How many days after resolution an incident's channel is archived, unless somebody wrote in \
             it during the last day. 0 is never.",
        ),
        yes_no_select(
            GUESTS,
            "Guests may declare incidents",
            defaults.may_guests_declare.then_some(YES),
        )
        .into(),
    ]
}

fn number_block(name: &str, label: &str, number: u32, hint: &str) -> SlackBlock {
    let input = short_line_input(name, label, &number.to_string(), LONGEST_NUMBER);
    with_hint(input, hint).into()
}

/// Returns the field of the channel name template, or a context block if the template is too long
/// for a field.
fn channel_name_block(template: &str) -> SlackBlock {
    let label = "Channel names";
    if length(template.trim()) > LONGEST_CHANNEL_NAME {
        return optional_multiline_input(CHANNEL_NAME, label, template, LONGEST_CHANNEL_NAME);
    }
    with_hint(
        short_line_input(CHANNEL_NAME, label, template, LONGEST_CHANNEL_NAME),
        "Filled in: {{public_id}}, {{title}}, {{slug}}, {{created}}, {{yyyy}}, {{mm}}, {{dd}}, \
         {{severity}}, {{severity_number}}.",
    )
    .into()
}

/// Returns a field with one entry per line, or a context block if the text is too long for a field.
fn lines_block(
    name: &str,
    label: &str,
    longest: usize,
    lines: impl Iterator<Item = String>,
    says: &str,
) -> SlackBlock {
    let filled_in = lines.collect::<Vec<_>>().join("\n");
    if length(filled_in.trim()) > longest {
        return optional_multiline_input(name, label, &filled_in, longest);
    }
    optional(with_hint(
        multiline_input(name, label, &filled_in, longest),
        says,
    ))
    .into()
}

/// Reads a submission: the changed settings by key. Their values are validated by the settings
/// themselves.
///
/// # Errors
/// Returns [`FieldErrors`] if a text cannot be parsed.
pub fn read(view: &ViewState) -> Result<Vec<(String, Value)>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let changed = FIELDS.iter().filter_map(|&field| {
        let input = view.changed_value(field)?;
        let value = match field {
            ANNOUNCED => json!(view.values(field)),
            _ => read_value(field, input, &mut errors)?,
        };
        Some((field.to_owned(), value))
    });
    let changed = changed.collect();
    errors.into_result(changed)
}

/// Reads the value of a setting; `None` if it is not a number.
fn read_value(field: &str, input: &str, errors: &mut FieldErrors) -> Option<Value> {
    let text = |text: &str| Some(json!(text));
    let minutes = |text: &str| text.parse::<u32>().ok().map(Value::from);
    Some(match field {
        LEVELS => json!(input.split(' ').collect::<Vec<_>>()),
        UNKNOWN | COMPLETED => json!(input == YES),
        LABELS | DESCRIPTIONS => parse_levels(field, "SEV-2: High", input, errors, text),
        ROLES => parse_roles(field, input, errors),
        REMINDER_MINUTES => parse_levels(field, "SEV-1: 30", input, errors, minutes),
        UNKNOWN_REMINDER_MINUTES => read_number(field, "minutes, such as 60", input, errors)?,
        ARCHIVE => read_number(field, "days, such as 7", input, errors)?,
        GUESTS if input == YES => json!("everybody"),
        GUESTS => json!("no_guests"),
        _ => json!(input),
    })
}

fn read_number(field: &str, unit: &str, input: &str, errors: &mut FieldErrors) -> Option<Value> {
    let number = input.parse::<u32>().ok();
    if number.is_none() {
        errors.add(
            field,
            format!("Please write a number of {unit}; 0 is never."),
        );
    }
    number.map(Value::from)
}

// Each field has the key of its setting, so that a `SettingError` can be shown below its field.
const LEVELS: &str = "severity_levels";
const UNKNOWN: &str = "severity_unknown";
const LABELS: &str = "severity_labels";
const DESCRIPTIONS: &str = "severity_descriptions";
const COMPLETED: &str = "status_completed";
const ROLES: &str = "roles";
const CHANNEL_NAME: &str = "channel_name";
const ANNOUNCED: &str = "announced";
const REMINDER_MINUTES: &str = "reminder_minutes";
const UNKNOWN_REMINDER_MINUTES: &str = "reminder_minutes_unknown";
const ARCHIVE: &str = "archive_after_days";
const GUESTS: &str = "who_declares";

/// All fields.
const FIELDS: [&str; 12] = [
    LEVELS,
    UNKNOWN,
    COMPLETED,
    LABELS,
    DESCRIPTIONS,
    ROLES,
    CHANNEL_NAME,
    ANNOUNCED,
    REMINDER_MINUTES,
    UNKNOWN_REMINDER_MINUTES,
    ARCHIVE,
    GUESTS,
];

/// The options of `ANNOUNCED`: the text and the name in the setting.
const ANNOUNCED_EVENTS: [(&str, &str); 5] = [
    ("That an incident was declared", "declared"),
    ("Another title", "title"),
    ("Another severity", "severity"),
    ("Another status", "status"),
    ("Another commander", "commander"),
];

// The longest texts in the modal; longer ones are changed with `muster settings`. Slack sends each
// text twice (initial and current value), in some scripts with nine bytes per character; the limits
// keep the request within 64 KiB.
const LONGEST_LABELS: usize = 480;
const LONGEST_DESCRIPTIONS: usize = 880;
const LONGEST_ROLES: usize = 900;
const LONGEST_CHANNEL_NAME: usize = 120;
const LONGEST_REMINDERS: usize = 180;
const LONGEST_NUMBER: usize = 10;

const YES: &str = "yes";
const NO: &str = "no";

fn yes_no_select(name: &str, label: &str, selected: Option<&str>) -> SlackInputBlock {
    let options =
        [("Yes", YES), ("No", NO)].map(|(text, value)| (text.to_owned(), value.to_owned()));
    static_select(name, label, &options, selected.unwrap_or(NO))
}

#[cfg(test)]
mod tests;
