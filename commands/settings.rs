//! `/datadog settings`: shows and changes the team settings, for workspace admins. `muster
//! settings` does the same in a terminal.

use muster_domain::text::length;
use muster_domain::{SETTINGS, Setting, SettingKind, Severity};
use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::modal::severity_fields::{scale_options, scale_value};
use crate::modal::{
    FieldErrors, ViewState, build_modal, checkboxes, multiline_input, optional,
    optional_multiline_input, short_line_input, static_select, with_hint,
};
pub use crate::settings_text::RoleText;
use crate::settings_text::{NO, YES, level_text, parse_field, role_text};
use crate::slash::ParsedCommand;
use crate::slash::command::{Command, HelpGroup, Prefix};

pub(crate) const COMMAND: Command = Command {
    name: "settings",
    words: &["settings", "setting"],
    usage: "settings",
    summary: "Change how your team works: severities, channel names, reminders and more. For workspace admins.",
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
    blocks.push(yes_no_select(COMPLETED, defaults.has_completed.then_some(YES)).into());
    blocks.push(lines_block(
        ROLES,
        LONGEST_ROLES,
        defaults.roles.iter().map(role_text),
        "In addition to Incident Commander and Responder. One role per line, for one person or several, and the text sent to anyone who gets the role, e.g. Scribe (one): You take notes.",
    ));
    blocks.extend(channel_blocks(defaults));
    build_modal(CALLBACK_ID, "Settings", "Save", blocks)
}

/// Returns the fields of the severity scale.
fn severity_blocks(defaults: &SettingsDefaults) -> [SlackBlock; 4] {
    let levels = scale_options(&defaults.levels);
    let selected = scale_value(&defaults.levels);
    [
        static_select(LEVELS, label(LEVELS), &levels, &selected).into(),
        yes_no_select(UNKNOWN, defaults.has_unknown.then_some(YES)).into(),
        lines_block(
            LABELS,
            LONGEST_LABELS,
            defaults.labels.iter().map(level_text),
            "One level per line, e.g. SEV-2: High.",
        ),
        lines_block(
            DESCRIPTIONS,
            LONGEST_DESCRIPTIONS,
            defaults.descriptions.iter().map(level_text),
            "When to pick each level; shown in the severity menu. One level per line, e.g. SEV-2: Many \
             customers affected.",
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
                label(ANNOUNCED),
                &announced_events(),
                &defaults.announced,
            ),
            "Posted in the thread of the incident's announcement, which always shows the current state.",
        ))
        .into(),
        lines_block(
            REMINDER_MINUTES,
            LONGEST_REMINDERS,
            defaults.reminder_minutes.iter().map(level_text),
            "How long an active incident can go without an update before its channel is reminded. \
             One level per line, e.g. SEV-1: 30.",
        ),
        number_block(
            UNKNOWN_REMINDER_MINUTES,
            defaults.unknown_reminder_minutes,
            "How long the severity can stay UNKNOWN before the channel is reminded. 0 = never.",
        ),
        number_block(
            ARCHIVE,
            defaults.archive_after_days,
            "How long after resolution a channel is archived, unless there was a message in the last \
             day. 0 = never.",
        ),
        yes_no_select(GUESTS, defaults.may_guests_declare.then_some(YES)).into(),
    ]
}

fn number_block(name: &str, number: u32, hint: &str) -> SlackBlock {
    let input = short_line_input(name, label(name), &number.to_string(), LONGEST_NUMBER);
    with_hint(input, hint).into()
}

/// Returns the field of the channel name template, or a context block if the template is too long
/// for a field.
fn channel_name_block(template: &str) -> SlackBlock {
    let label = label(CHANNEL_NAME);
    if length(template.trim()) > LONGEST_CHANNEL_NAME {
        return optional_multiline_input(CHANNEL_NAME, label, template, LONGEST_CHANNEL_NAME);
    }
    with_hint(
        short_line_input(CHANNEL_NAME, label, template, LONGEST_CHANNEL_NAME),
        "Variables: {{public_id}}, {{title}}, {{slug}}, {{created}}, {{yyyy}}, {{mm}}, {{dd}}, \
         {{severity}}, {{severity_number}}.",
    )
    .into()
}

/// Returns a field with one entry per line, or a context block if the text is too long for a field.
fn lines_block(
    name: &str,
    longest: usize,
    lines: impl Iterator<Item = String>,
    hint: &str,
) -> SlackBlock {
    let label = label(name);
    let filled_in = lines.collect::<Vec<_>>().join("\n");
    if length(filled_in.trim()) > longest {
        return optional_multiline_input(name, label, &filled_in, longest);
    }
    optional(with_hint(
        multiline_input(name, label, &filled_in, longest),
        hint,
    ))
    .into()
}

/// The changed settings of a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedSettings {
    /// The values that could be parsed, by key. The settings themselves validate them.
    pub values: Vec<(String, Value)>,
    /// The errors of the other fields.
    pub errors: FieldErrors,
}

/// Reads a submission.
pub fn read(view: &ViewState) -> ChangedSettings {
    let mut changed = ChangedSettings::default();
    for field in FIELDS {
        let Some(input) = view.changed_value(field) else {
            continue;
        };
        let value = match (field, setting(field)) {
            (GUESTS, _) if input == YES => Ok(json!("everybody")),
            (GUESTS, _) => Ok(json!("no_guests")),
            (_, Some(setting)) if is_list(setting) => {
                parse_field(setting.kind, &view.values(field))
            }
            (_, Some(setting)) => parse_field(setting.kind, &[input]),
            (_, None) => continue,
        };
        match value {
            Ok(value) => changed.values.push((field.to_owned(), value)),
            Err(error) => changed.errors.add(field, error),
        }
    }
    changed
}

fn setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

fn is_list(setting: &Setting) -> bool {
    matches!(setting.kind, SettingKind::AnyOf(_))
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
    LABELS,
    DESCRIPTIONS,
    COMPLETED,
    ROLES,
    CHANNEL_NAME,
    ANNOUNCED,
    REMINDER_MINUTES,
    UNKNOWN_REMINDER_MINUTES,
    ARCHIVE,
    GUESTS,
];

/// Returns the label of a setting in the modal; the key if there is no such setting.
pub fn label(key: &str) -> &str {
    match key {
        // A question that the modal answers with yes or no.
        GUESTS => "Guests can declare incidents",
        _ => setting(key).map_or(key, |setting| setting.label),
    }
}

/// Returns the options of `ANNOUNCED`: the text and the name in the setting.
fn announced_events() -> Vec<(&'static str, &'static str)> {
    match setting(ANNOUNCED).map(|setting| setting.kind) {
        Some(SettingKind::AnyOf(events)) => {
            events.iter().map(|(name, text)| (*text, *name)).collect()
        }
        _ => Vec::new(),
    }
}

// The longest texts in the modal; longer ones are changed with `muster settings`. Slack sends each
// text twice (initial and current value), in some scripts with nine bytes per character; the limits
// keep the request within 64 KiB.
const LONGEST_LABELS: usize = 480;
const LONGEST_DESCRIPTIONS: usize = 880;
const LONGEST_ROLES: usize = 900;
const LONGEST_CHANNEL_NAME: usize = 120;
const LONGEST_REMINDERS: usize = 180;
const LONGEST_NUMBER: usize = 10;

fn yes_no_select(name: &str, selected: Option<&str>) -> SlackInputBlock {
    let options =
        [("Yes", YES), ("No", NO)].map(|(text, value)| (text.to_owned(), value.to_owned()));
    static_select(name, label(name), &options, selected.unwrap_or(NO))
}

#[cfg(test)]
mod tests;
